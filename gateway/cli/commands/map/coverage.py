"""``gateway map coverage``: how much of real files the maps read, and what they leave."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.names import Known
from gateway.cli.output import FOUND, OK, cannot, json_option, print_json, print_table
from gateway.cli.working import open_gateway
from gateway.config.models import Partner
from gateway.documents import DOCUMENTS
from gateway.mapping.share import Share
from gateway.pipeline.coverage import Covered, of_archive, of_files
from gateway.store import Filter

_ARCHIVED = 1000
_SHOWN = 40


@click.command(cls=Command)
@click.argument("paths", metavar="[FILE | FOLDER]...", nargs=-1,
                type=click.Path(exists=True, path_type=Path))  # fmt: skip
@click.option("--archive", is_flag=True, help="What partners sent and the archive holds.")
@click.option("--partner", "-p", help="Whose maps to use; of the archive: whose messages.")
@click.option("--document", type=click.Choice(list(DOCUMENTS)), help="What files of the ERP hold.")
@click.option("--limit", default=_ARCHIVED, show_default=True, help="Files of the archive.")
@click.option("--least", type=click.FloatRange(0, 100), help="Exit code 1 below so many percent.")
@json_option
@click.pass_obj
def coverage(
    root: Path,
    paths: tuple[Path, ...],
    archive: bool,
    partner: str | None,
    document: str | None,
    limit: int,
    least: float | None,
    as_json: bool,
) -> None:
    """Show the share of the values in files that the maps read; list what no row reads.

    Example:
        gateway map coverage samples/acme-retail --partner acme-retail
        gateway map coverage --archive --partner acme-retail --json

    """
    known = Known(root)
    if not paths and not archive:
        raise click.UsageError("name files or folders, or --archive")
    owner = _partner(known, partner)
    found = list(of_files(known.translation, _files(paths), owner, document))
    if archive:
        with open_gateway(known.workspace) as gateway:
            found += of_archive(
                gateway.house, Filter(kind="file", direction="in", partner=partner, limit=limit)
            )
    total = _sum(found)
    if as_json:
        print_json(
            {
                "total": total.as_json(),
                "by_format": {kind: each.as_json() for kind, each in _by_kind(found).items()},
                "documents": [one.as_json() for one in found],
            }
        )
    else:
        _print(found, total)
    low = least is not None and total.ratio * 100 < least
    sys.exit(FOUND if low or not total.documents else OK)


def _partner(known: Known, name: str | None) -> Partner | None:
    partners = known.workspace.partners
    if name is not None and name not in partners:
        cannot(f"there is no partner {name}; there are {', '.join(partners)}")
    return None if name is None else partners[name]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in inside if one.is_file())


def _sum(found: Sequence[Covered]) -> Share:
    total = Share()
    for one in found:
        total.add(one.share)
    return total


def _by_kind(found: Sequence[Covered]) -> dict[str, Share]:
    kinds: dict[str, Share] = {}
    for one in found:
        if not one.reason:
            kinds.setdefault(one.kind, Share()).add(one.share)
    return dict(sorted(kinds.items()))


def _print(found: Sequence[Covered], total: Share) -> None:
    rows = [(kind, each) for kind, each in _by_kind(found).items()]
    print_table(
        ("Format", "Documents", "Values", "Read", "Share"),
        [
            (kind, str(each.documents), str(each.held), str(each.read), f"{each.ratio:.1%}")
            for kind, each in [*rows, ("all", total)]
        ],
    )
    for kind, each in rows:
        if each.unread:
            click.secho(f"\n{kind}: read by no row", bold=True)
            print_table(
                ("Path", "Times", "For example"),
                [(n, str(c), each.examples[n][:60]) for n, c in each.unread.most_common(_SHOWN)],
            )
            if len(each.unread) > _SHOWN:
                click.echo(f"… and {len(each.unread) - _SHOWN} more (--json lists all)")
    reasons = Counter(one.reason for one in found if one.reason)
    for reason, count in reasons.items():
        click.echo(f"{count} not counted: {reason}")
