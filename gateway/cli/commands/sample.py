"""``gateway sample``: a message of a partner that means something, or ones that are wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.guide.names import Known
from gateway.cli.commands.partner.named import known_partner
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    json_option,
    open_workspace,
    print_json,
    print_problems,
    print_table,
)
from gateway.cli.translation import translation_of
from gateway.config import Workspace
from gateway.config.models import Agreement, Partner
from gateway.documents import DOCUMENTS
from gateway.pipeline.rehearsal.sampling import Made, bad, good
from gateway.pipeline.rehearsal.scenarios import SCENARIOS
from gateway.problems import Problem

_BY = {"partner": "as the partner sends it", "erp": "as the ERP writes it", "us": "as we send it"}
INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    scenario: str | None
    negative: bool
    seed: int
    output: Path | None
    send: bool
    as_json: bool


@click.command(cls=Command)
@click.argument("name", metavar="PARTNER")
@click.argument("document", type=click.Choice(list(DOCUMENTS)), metavar="DOCUMENT")
@click.option(
    "--scenario", type=click.Choice(list(SCENARIOS)), metavar="S", help="As it is in a scenario."
)
@click.option("--negative", is_flag=True, help="Messages that are wrong, each in one thing.")
@click.option("--seed", type=int, default=0, help="Another number, another message.")
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for the files.  [default: standard output]",
)
@click.option("--send", is_flag=True, help="Put it where it would come from, in test mode only.")
@json_option
@click.pass_obj
def sample(root: Path, /, name: str, document: str, **asked: Any) -> None:
    """Make a message of a partner: his identities, guide, maps and codes, and it makes sense.

    What the partner sends is written as he would send it; what we send, as the ERP would write it
    and as it would leave. It is marked as a test where the agreement is in test, and has gone
    through a temporary gateway, so it is known to be taken. --negative makes messages that break
    one demand each, with the code that tells it. The same for the same seed, of the same day.

    Example:
        gateway sample acme-retail order
        gateway sample acme-retail invoice --scenario return -o samples/
        gateway sample acme-retail order --negative -o refused/
        gateway sample acme-retail order --send

    """
    wish = Wish(**asked)
    workspace = open_workspace(root, as_json=wish.as_json)
    partner = known_partner(workspace, name)
    agreement = _agreement(workspace, partner, document, negative=wish.negative)
    _both_named(workspace, partner, agreement)
    at = datetime.now(UTC)
    if wish.negative:
        made = _bad(workspace, partner, agreement, at, wish.seed)
        found: Sequence[Problem] = ()
    else:
        scenario = wish.scenario
        made, found = good(workspace, partner, document, at, seed=wish.seed, scenario=scenario)
    if wish.send:
        _send(workspace, partner, agreement, made)
    if wish.output is not None:
        _write(wish.output, made, negative=wish.negative)
    if wish.as_json:
        told = {"partner": name, "document": document, "files": [one.as_json() for one in made]}
        print_json(told | {"problems": [each.as_json() for each in found]})
    else:
        print_problems(found, root)
        if wish.output is None and not wish.send:
            _print(made, negative=wish.negative)
    sys.exit(FOUND if found or not made else OK)


def _agreement(
    workspace: Workspace, partner: Partner, document: str, *, negative: bool
) -> Agreement:
    ways = ("inbound",) if negative else ("inbound", "outbound")
    found = [workspace.agreement(partner, document, way, test=True) for way in ways]
    agreement = next((each for each in found if each is not None), None)
    if agreement is None:
        agreed = ", ".join(
            f"{each.document} {each.direction}"
            for each in partner.agreements
            if not negative or each.direction == "inbound"
        )
        what = f"sends no {document}" if negative else f"has no agreement about {document}"
        cannot(f"{partner.partner} {what}; agreed are: {agreed or 'nothing'}")
    return agreement


def _both_named(workspace: Workspace, partner: Partner, agreement: Agreement) -> None:
    """An envelope names both; `gateway check` says C113 where one has no id."""
    syntax = agreement.standard.syntax
    for owner, identities in (
        (partner.partner, partner.identities),
        ("our side (partners/_own.yaml)", workspace.own.identities),
    ):
        if identities.of(syntax) is None:
            cannot(f"{owner} has no identities.{syntax}, which every message of it names")


def _bad(
    workspace: Workspace, partner: Partner, agreement: Agreement, at: datetime, seed: int
) -> list[Made]:
    guide, _ = translation_of(workspace).guide(partner, agreement)
    folder = workspace.partner_folder(partner.partner)
    extended = None if guide is None else Known(workspace.root).extended(guide, folder)
    return list(bad(workspace, partner, agreement, at, guide=guide, extended=extended, seed=seed))


def _send(
    workspace: Workspace, partner: Partner, agreement: Agreement, made: Sequence[Made]
) -> None:
    """Into the folder of the partner's channel, or of the ERP's test system."""
    if agreement.mode != "test":
        cannot(
            f"{agreement.document} of {partner.partner} is {agreement.mode}: an invented message "
            "is sent in test mode only"
        )
    if agreement.direction == "outbound":
        folder = workspace.erp_in(agreement.document, test=True)
    else:
        channel = partner.channel(agreement)
        if channel is None or channel.receive is None:
            kind = "no channel" if channel is None else f"a channel by {channel.kind}"
            cannot(
                f"{partner.partner} sends by {kind}: only he can send by it; write the message "
                "with -o DIR and ask him to send one like it"
            )
        identity = partner.identities.of(agreement.standard.syntax)
        if identity is not None and identity.password is not None:
            cannot(f"{partner.partner} proves himself with a password: only he can send")
        folder = workspace.path(channel.receive.folder)
    for one in made:
        if one.by == "us":
            continue
        folder.mkdir(parents=True, exist_ok=True)
        hidden = folder / f".{one.name}.tmp"
        hidden.write_bytes(one.data)
        hidden.replace(folder / one.name)
        click.echo(f"{folder / one.name} written; `gateway run` or serve takes it", err=True)


def _write(folder: Path, made: Sequence[Made], *, negative: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in made:
        (folder / one.name).write_bytes(one.data)
        told = f"{one.code} {one.what}" if one.code else _BY[one.by]
        click.echo(f"{folder / one.name}  {told}", err=True)
    if negative:
        rows = [
            {"file": one.name, "what": one.what, "code": one.code, "answers": dict(one.answers)}
            for one in made
        ]
        text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
        (folder / INDEX).write_text(text, encoding="utf-8")


def _print(made: Sequence[Made], *, negative: bool) -> None:
    if negative:
        rows = []
        for one in made:
            answers = ", ".join(f"{name} {code}" for name, code in one.answers)
            rows.append((one.code, one.what, answers or "–"))
        print_table(("Finding", "What is wrong", "Answer"), rows)
        click.echo(f"{len(made)} messages; -o DIR writes them", err=True)
        return
    for one in made:
        click.echo(f"{one.name}: {_BY[one.by]}", err=True)
        sys.stdout.flush()
        sys.stdout.buffer.write(one.data.rstrip(b"\r\n") + b"\n")
        sys.stdout.buffer.flush()
