"""``gateway partner mode``: back to test, or paused. Live has a command of its own, with a gate."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from gateway.cli.command import Command
from gateway.cli.commands.partner.named import known_partner
from gateway.cli.output import FOUND, OK, json_option, open_workspace, print_json
from gateway.cli.working import open_gateway, person
from gateway.config import Workspace
from gateway.config.agreement import Mode
from gateway.config.models import Partner
from gateway.documents import DOCUMENTS
from gateway.pipeline.golive.evidence import evidence
from gateway.pipeline.golive.flip import Flipped, consequences, flip
from gateway.problems import Problem, problem
from gateway.store import audit

_NEXT = "gateway check, then: gateway apply"


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    mode: Mode
    document: str | None
    reason: str
    told: Problem | None
    """What has to be said about it."""
    dry_run: bool
    as_json: bool


@click.command(cls=Command)
@click.argument("name")
@click.argument("mode", type=click.Choice(["test", "paused"]))
@click.option(
    "--document", type=click.Choice(list(DOCUMENTS)), metavar="D", help="Only this document."
)
@click.option("--reason", default="", help="Why; it stands in the audit.")
@click.option("--dry-run", is_flag=True, help="Write nothing, only say what would change.")
@json_option
@click.pass_obj
def mode(
    root: Path,
    name: str,
    mode: Literal["test", "paused"],
    document: str | None,
    reason: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put a partner, or one of his documents, into test or paused: one value in his file.

    It says what is different from then on. `gateway partner live` is the way to live. To stop the
    work for a while without a change of the settings there is `gateway pause`.

    Example:
        gateway partner mode acme-retail test --reason "new order format"
        gateway partner mode acme-retail paused --document invoice --dry-run

    """
    workspace = open_workspace(root, as_json=as_json)
    wish = Wish(mode, document, reason, None, dry_run, as_json)
    carry_out(workspace, known_partner(workspace, name), wish)


def carry_out(workspace: Workspace, partner: Partner, wish: Wish) -> None:
    """Change the file, say what changes, write it down; the command ends."""
    path = workspace.partner_folder(partner.partner) / "partner.yaml"
    agreed = {each.document for each in partner.agreements}
    if wish.document is not None and wish.document not in agreed:
        what, known = f"agreement about {wish.document}", ", ".join(sorted(agreed)) or "nothing"
        _stop(problem("C526", partner=partner.partner, what=what, known=known), wish)
    text = path.read_bytes().decode("utf-8")
    flipped = flip(workspace, partner, text, wish.mode, wish.document)
    if flipped.problem is not None:
        _stop(flipped.problem, wish)
    assert flipped.partner is not None
    said = list(consequences(workspace, partner, flipped.partner))
    if flipped.changed and not wish.dry_run:
        _write(path, flipped.after)
    with open_gateway(workspace, draft=True) as gateway:
        house = gateway.house
        waiting = evidence(house.store, partner.partner).waiting
        if flipped.changed and not wish.dry_run:
            subject = f"{partner.partner}{f'/{wish.document}' if wish.document else ''}"
            detail = "" if wish.told is None else wish.told.sentence
            with house.store.write("mode") as connection:
                audit.enter(
                    connection,
                    house.clock(),
                    person(),
                    f"mode {wish.mode}",
                    subject,
                    wish.reason,
                    detail,
                )
    if waiting and wish.mode == "live":
        said.append(f"{waiting} live documents wait: gateway replay, when it is applied")
    _tell(partner, flipped, said, wish)
    sys.exit(OK)


def _tell(partner: Partner, flipped: Flipped, said: list[str], wish: Wish) -> None:
    changed, dry = flipped.changed, wish.dry_run
    if wish.as_json:
        print_json(
            {
                "partner": partner.partner,
                "mode": wish.mode,
                "document": wish.document,
                "file": flipped.file,
                "changed": changed,
                "written": changed and not dry,
                "difference": _difference(flipped),
                "consequences": said,
                "problem": None if wish.told is None else wish.told.as_json(),
                "next": _NEXT if changed else None,
            }
        )
        return
    if wish.told is not None:
        click.secho(str(wish.told), fg="yellow")
    if not changed:
        click.echo(f"nothing to do: {partner.partner} is {wish.mode} already")
        return
    for line in _difference(flipped):
        colour = {"+": "green", "-": "red"}.get(line[:1])
        click.secho(f"  {line}", fg=colour)
    click.echo("From then on:")
    for line in said:
        click.echo(f"  {line}")
    click.echo(f"nothing was written (--dry-run); {_NEXT}" if dry else f"written; next: {_NEXT}")


def _difference(flipped: Flipped) -> list[str]:
    before, after = flipped.before.splitlines(), flipped.after.splitlines()
    return list(difflib.unified_diff(before, after, flipped.file, flipped.file, "", "", 1, ""))


def _write(path: Path, text: str) -> None:
    """Whole, or not at all."""
    hidden = path.with_name(f".{path.name}.tmp")
    hidden.write_bytes(text.encode("utf-8"))
    hidden.replace(path)


def _stop(found: Problem, wish: Wish) -> None:
    if wish.as_json:
        print_json({"problem": found.as_json()})
    else:
        click.secho(str(found), fg="red", bold=True)
        click.secho(f"  = {found.remedy}", fg="cyan")
    sys.exit(FOUND)
