"""``gateway partner certs list``: certificates with their standing and the days that are left."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.channels.as2.certificates.examine import key_kind
from gateway.cli.command import Command
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    json_option,
    open_workspace,
    print_json,
    print_table,
)
from gateway.pipeline.as2.inventory import US, Held, inventory
from gateway.pipeline.as2.links import Links, links_for
from gateway.pipeline.remote import certificates as connections
from gateway.problems import Problem

COLUMNS = ("Of", "File", "For", "State", "Ends", "Days", "Key", "Fingerprint (SHA-256)")
SOON = 60
"""Days below which a figure is coloured."""
_SHOWN = 16


@click.command("list", cls=Command)
@click.argument("name", required=False)
@json_option
@click.pass_obj
def certs_list(root: Path, name: str | None, as_json: bool) -> None:
    """List certificates: what each is for, whether it counts, when it ends.

    In force: we encrypt to it, or sign with it. Accepted: it counts, but another one is newer.
    Planned: it counts later. Over, expired: it does not count any more.

    Example:
        gateway partner certs
        gateway partner certs acme-retail --json

    """
    workspace = open_workspace(root, as_json=as_json)
    if name is not None and name not in workspace.partners:
        known = ", ".join(workspace.partners) or "none"
        cannot(f"there is no partner {name}; known are: {known}")
    links, at = links_for(workspace), datetime.now(UTC)
    found = [each for each in inventory(links, at) if name in (None, each.owner)]
    broken = _broken(links, name)
    if as_json:
        print_json(
            {
                "certificates": [_facts(each, at) for each in found],
                "problems": [each.as_json() for each in broken],
            }
        )
    else:
        _print(found, broken, at)
    ended = any(each.ends <= at and not each.succeeded for each in found)
    sys.exit(FOUND if ended or broken else OK)


def _broken(links: Links, name: str | None) -> list[Problem]:
    found = [] if name is not None else list(links.own_problems())
    for link in links.all():
        if name in (None, link.partner):
            found += links.problems_of(link)
    for each in connections.named(links.workspace):
        read = connections.read(links.workspace, each)
        if isinstance(read, Problem) and name in (None, each.partner):
            found.append(read)
    return found


def _facts(held: Held, at: datetime) -> dict[str, Any]:
    credential = held.credential
    certificate = credential.certificate
    return {
        "owner": held.owner or None,
        "channel": held.channel or None,
        "file": credential.name,
        "use": sorted(credential.use),
        "state": held.state,
        "subject": certificate.subject.rfc4514_string(),
        "serial": f"{certificate.serial_number:x}",
        "key": key_kind(certificate),
        "fingerprint": credential.fingerprint,
        "not_before": certificate.not_valid_before_utc.isoformat(),
        "not_after": certificate.not_valid_after_utc.isoformat(),
        "accept_from": _written(credential.accept_from),
        "accept_until": _written(credential.accept_until),
        "send_from": _written(credential.send_from),
        "ends": held.ends.isoformat(),
        "days": held.days(at),
        "succeeded": held.succeeded,
    }


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _print(found: Sequence[Held], broken: Sequence[Problem], at: datetime) -> None:
    if found:
        print_table(COLUMNS, [_row(each, at) for each in found])
    elif not broken:
        click.echo("no certificates: docs/howto/as2-partner.md tells how to connect a partner")
    for problem in broken:
        click.secho(f"{problem.code} {problem.sentence}", fg="red")
    lacking = [each for each in found if each.days(at) < SOON and not each.succeeded]
    for each in lacking:
        if each.state not in ("planned", "over"):
            owner = "ours" if each.owner == US else each.owner
            click.secho(
                f"{each.credential.name} ({owner}): {each.days(at)} days are left, and none takes "
                "its place",
                fg="yellow",
            )


def _row(held: Held, at: datetime) -> tuple[str, ...]:
    credential = held.credential
    owner = "ours" if held.owner == US else f"{held.owner}/{held.channel}"
    return (
        owner,
        credential.name,
        held.use,
        held.state,
        f"{held.ends:%Y-%m-%d}",
        str(held.days(at)),
        key_kind(credential.certificate),
        f"{credential.fingerprint[:_SHOWN]}…",
    )
