"""``gateway partner gate``: what is still to be done before a partner goes live."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.partner.named import known_partner
from gateway.cli.output import FOUND, OK, json_option, open_workspace, print_json
from gateway.cli.translation import translation_of
from gateway.cli.working import open_gateway
from gateway.config import Workspace, load_workspace
from gateway.config.models import Partner
from gateway.pipeline.as2.check import certificate_problems
from gateway.pipeline.golive.evidence import evidence
from gateway.pipeline.golive.gate import Demand, Facts, gate, is_open
from gateway.pipeline.rehearsal.rehearse import rehearse
from gateway.pipeline.remote.check import connection_problems

_SHOWN = {
    "done": ("done", "green"),
    "missing": ("missing", "red"),
    "advised": ("advised", "yellow"),
}


@click.command("gate", cls=Command)
@click.argument("name")
@click.option("--connect", is_flag=True, help="Try the channels that nothing has come by yet.")
@json_option
@click.pass_obj
def gate_(root: Path, name: str, connect: bool, as_json: bool) -> None:
    """Show what is demanded of a partner before he goes live: done, or missing with the remedy.

    Settings without errors and open decisions, samples and scenarios as they should be, test
    messages and acknowledgements really exchanged, connections tried, certificates that last,
    somebody to call. What is advised does not keep the gate closed. Exit code 1: it is closed.

    Example:
        gateway partner gate acme-retail
        gateway partner gate acme-retail --connect --json

    """
    workspace = open_workspace(root, as_json=as_json)
    demands = demands_of(workspace, known_partner(workspace, name), connect=connect)
    fine = is_open(demands)
    if as_json:
        print_json({"partner": name, "open": fine, "demands": [one.as_json() for one in demands]})
    else:
        print_demands(demands)
        follows = f"gateway partner live {name}" if fine else "the gate is closed"
        click.echo(f"the gate is open: {follows}" if fine else follows)
    sys.exit(OK if fine else FOUND)


def demands_of(workspace: Workspace, partner: Partner, *, connect: bool = False) -> list[Demand]:
    """All demands on a partner, judged now."""
    at = datetime.now(UTC)
    _, problems = load_workspace(workspace.root)
    alone = replace(workspace, partners={partner.partner: partner})
    translation = translation_of(alone)
    problems = [*problems, *translation.problems()]
    problems += certificate_problems(alone, at)
    problems += connection_problems(alone, at)
    with open_gateway(workspace, draft=True) as gateway:
        known = evidence(gateway.house.store, partner.partner)
    tried = [each for each in partner.channels if connect and _works(workspace, partner, each)]
    played = rehearse(workspace, partner, at)
    facts = Facts(workspace, translation, partner, problems, played, known, tried, at)
    return gate(facts)


def _works(workspace: Workspace, partner: Partner, channel: str) -> bool:
    """Whether every step of trying a channel succeeds."""
    from gateway.pipeline.remote.trial import trial  # noqa: PLC0415 (slow to load)

    token = secrets.token_hex(4)
    steps = trial(workspace, partner.partner, channel, token=token, clock=_now, write=True)
    return all(step.found is None for step in steps)


def print_demands(demands: Sequence[Demand]) -> None:
    """Each demand, its state, and below what is missing the remedy."""
    width = max(len(one.title) for one in demands)
    for one in demands:
        word, colour = _SHOWN[one.state]
        code = "" if one.problem is None else f"{one.problem.code} "
        state = click.style(f"{word:8}", fg=colour)
        click.echo(f"{one.title:{width}}  {state} {code}{one.detail}".rstrip())
        if one.problem is not None:
            click.secho(f"{'':{width}}    = {one.problem.remedy}", fg="cyan")


def _now() -> datetime:
    return datetime.now(UTC)
