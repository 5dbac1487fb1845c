"""``gateway check``: are the settings, grammars and maps right? No network, nothing is changed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.collecting import without_collecting
from gateway.cli.command import Command
from gateway.cli.output import (
    CANNOT,
    FOUND,
    OK,
    cannot,
    json_option,
    print_json,
    print_problems,
    summary,
)
from gateway.config import Workspace, lastrun, load_workspace
from gateway.config.mapcheck import map_problems
from gateway.config.remembered import Remembered
from gateway.config.shops.checks.today import problems_of_today
from gateway.problems import Problem, has_errors

if TYPE_CHECKING:
    from gateway.config.translation import Translation
    from gateway.pipeline.world import Looked

SHOWN = 25
"""So many partners and shops are listed; of more, the broken ones."""
_PAUSE = 0.2
"""Seconds between two signs of life."""


@click.command(cls=Command)
@click.option("--world", is_flag=True, help="Try secrets, folders, ports and servers, too.")
@click.option("--partner", "-p", "partners", multiple=True, help="Only what concerns this one.")
@click.option("--shop", "-s", "shops", multiple=True, help="Only what concerns this shop.")
@click.option("--fresh", is_flag=True, help="Look at everything, whatever the last check found.")
@json_option
@click.pass_obj
def check(
    root: Path,
    world: bool,
    partners: tuple[str, ...],
    shops: tuple[str, ...],
    fresh: bool,
    as_json: bool,
) -> None:
    """Check the settings, every partner and shop, every certificate, key, map and code list.

    Without --world nothing is called and nothing leaves this machine. With it every channel is
    tried as far as that changes nothing at a partner's: names, ports, certificates, host keys,
    logins and folders; every shop is logged in to and its webhooks are looked at; and the house:
    secrets, database, archive, folders, ports.

    Of partners in whom nothing has changed since the last check, what it found is told again
    (var/cache/check.json); --fresh looks at all of them. Certificates, keys and secrets are
    always looked at.

    Example:
        gateway check
        gateway check --partner acme-retail
        gateway check --world --partner acme-retail
        gateway check --world --shop web-shop
        gateway -w /srv/edi check --json

    """
    with without_collecting():
        workspace, problems = checked(root, fresh=fresh, tell=_tell(quiet=as_json))
    names = (*partners, *shops)
    problems = _of(partners, shops, workspace, problems)
    looked: Sequence[Looked] = ()
    if workspace is not None and world:
        from gateway.cli.world import looked_at  # noqa: PLC0415 (slow to load, and few need it)

        looked = looked_at(workspace, names, quiet=as_json)
    works = all(each.works for each in looked)
    if as_json:
        _print_json(workspace, problems, looked if world else None)
    else:
        _print(root, workspace, names, problems, looked)
    found = has_errors(problems) or not works
    sys.exit(CANNOT if workspace is None else FOUND if found else OK)


def checked(
    root: Path, *, fresh: bool = False, tell: Callable[[int, int], None]
) -> tuple[Workspace | None, list[Problem]]:
    """The workspace and everything that is wrong with it. ``tell``: how many partners are done."""
    remembered = Remembered(root, fresh=fresh)
    workspace, problems = load_workspace(root, remembered=remembered)
    if workspace is None:
        return None, problems
    here = workspace

    def translation() -> Translation:
        from gateway.cli.translation import translation_of  # noqa: PLC0415 (slow to load)

        return translation_of(here)

    problems = [*problems, *map_problems(workspace, translation, remembered, tell)]
    remembered.save()
    return workspace, [*problems, *_of_today(workspace)]


def _of_today(workspace: Workspace) -> Iterator[Problem]:
    """What depends on the time, and on files outside the settings."""
    at = datetime.now(UTC)
    kinds = {
        each.kind for partner in workspace.partners.values() for each in partner.channels.values()
    }
    if kinds - {"folder"} or workspace.own.as2 is not None:
        from gateway.pipeline.as2.check import certificate_problems  # noqa: PLC0415 (slow to load)

        yield from certificate_problems(workspace, at)
    from gateway.pipeline.remote.check import connection_problems  # noqa: PLC0415 (slow to load)

    yield from connection_problems(workspace, at)
    yield from problems_of_today(workspace, at)


def _of(
    partners: Sequence[str],
    shops: Sequence[str],
    workspace: Workspace | None,
    problems: Sequence[Problem],
) -> list[Problem]:
    """The problems that concern some partners (in their folders or their parents') or shops."""
    if workspace is None or not (partners or shops):
        return list(problems)
    _known("partner", partners, {*workspace.partners, *workspace.broken})
    _known("shop", shops, {*workspace.shops, *workspace.broken_shops})
    folder = workspace.settings.partners
    fronts = {f"{folder}/{name}/" for name in partners}
    fronts |= {f"{workspace.settings.shops}/{name}/" for name in shops}
    likes = {workspace.partners[name].like for name in partners if name in workspace.partners}
    fronts |= {f"{folder}/_like/{like}" for like in likes if like is not None}
    return [
        each
        for each in problems
        if (each.place.file or "").startswith(tuple(fronts))
        or each.facts.get("partner") in partners
        or each.facts.get("shop") in shops
    ]


def _known(what: str, names: Sequence[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            cannot(f"there is no {what} {name}; there are {', '.join(sorted(known)) or 'none'}")


def _print_json(
    workspace: Workspace | None, problems: Sequence[Problem], looked: Sequence[Looked] | None
) -> None:
    works = all(each.works for each in looked or ())
    told: dict[str, Any] = {
        "ok": workspace is not None and works and not has_errors(problems),
        "hash": workspace.hash if workspace else None,
        "runs": None if workspace is None else lastrun.hash_here(workspace.base) or None,
        "partners": list(workspace.partners) if workspace else [],
        "broken": list(workspace.broken) if workspace else [],
        "shops": list(workspace.shops) if workspace else [],
        "broken_shops": list(workspace.broken_shops) if workspace else [],
        "problems": [found.as_json() for found in problems],
    }
    if looked is not None:
        told["world"] = [each.as_json() for each in looked]
    print_json(told)


def _print(
    root: Path,
    workspace: Workspace | None,
    names: Sequence[str],
    problems: Sequence[Problem],
    looked: Sequence[Looked],
) -> None:
    """``names``: partners and shops that are looked at; none: all."""
    print_problems(problems, root)
    if workspace is not None:
        _print_partners(workspace, names)
        _print_shops(workspace, names)
        click.echo(f"configuration {workspace.hash[:12]}{_standing(workspace)}")
    click.echo(summary(problems))
    if looked:
        from gateway.cli.world import print_world  # noqa: PLC0415 (slow to load)

        print_world(looked)


def _print_partners(workspace: Workspace, names: Sequence[str]) -> None:
    shown = {name: each for name, each in workspace.partners.items() if name in names or not names}
    if len(shown) > SHOWN:
        count = sum(len(each.agreements) for each in shown.values())
        click.echo(f"{len(shown)} partners, {count} agreements")
        shown = {}
    for name, partner in shown.items():
        click.secho(f"{name}  {partner.name}", bold=True)
        for agreement in partner.agreements:
            click.echo(
                f"  {agreement.direction:9} {agreement.message:7}"
                f" {agreement.standard!s:22} {agreement.mode:7} {agreement.document}"
            )
    for name in workspace.broken:
        if name in names or not names:
            click.secho(f"{name}  left out: its settings have problems", fg="red")


def _print_shops(workspace: Workspace, names: Sequence[str]) -> None:
    shown = {name: each for name, each in workspace.shops.items() if name in names or not names}
    if len(shown) > SHOWN:
        click.echo(f"{len(shown)} shops")
        shown = {}
    for name, shop in shown.items():
        click.secho(f"{name}  {shop.name}", bold=True)
        click.echo(f"  shop      {shop.kind:30} {shop.mode}")
    for name in workspace.broken_shops:
        if name in names or not names:
            click.secho(f"{name}  left out: its settings have problems", fg="red")


def _tell(*, quiet: bool) -> Callable[[int, int], None]:
    """How far it is, on a terminal only, on standard error."""
    if quiet or not sys.stderr.isatty():
        return lambda done, of: None
    last = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal last
        if done == of:
            click.echo("\r\033[K", err=True, nl=False)
        elif time.monotonic() - last > _PAUSE:
            last = time.monotonic()
            click.echo(f"\rmaps of {done} of {of} partners", err=True, nl=False)

    return tell


def _standing(workspace: Workspace) -> str:
    """Whether that is what ran here last, as far as it is known without the database."""
    seq = lastrun.seq_of(workspace.base)
    if seq is None:
        return ""
    same = lastrun.hash_here(workspace.base) == workspace.hash
    return f", which runs as number {seq}" if same else f"; number {seq} runs: gateway plan"
