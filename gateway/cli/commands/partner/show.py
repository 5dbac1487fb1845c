"""``gateway partner show``: a partner at a glance, or every setting that holds and its origin."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.output import (
    OK,
    cannot,
    json_option,
    open_workspace,
    print_json,
    print_table,
)
from gateway.config import Agreement, Partner, Workspace
from gateway.config.channel import Channel
from gateway.config.effective import Value, agreement_keys, effective
from gateway.config.models import Identities

COLUMNS = {
    "Agreement": "agreement",
    "Standard": "standard",
    "Mode": "mode",
    "Channel": "channel",
    "Map": "map",
    "Overlay": "overlay",
    "Guide": "guide",
    "Acknowledgement": "acknowledgement",
}


@click.command(cls=Command)
@click.argument("name")
@click.option("--effective", "every", is_flag=True, help="Every setting, and where it is written.")
@click.option("--written", is_flag=True, help="With --effective: without the defaults.")
@json_option
@click.pass_obj
def show(root: Path, name: str, every: bool, written: bool, as_json: bool) -> None:
    """Show a partner: who he is, how files travel, what is exchanged and how it is answered.

    With --effective each setting stands with the file and line that says so: his own file, his
    parent in _like/, defaults of _own.yaml, the preset of his AS2 product, or none (default).

    Example:
        gateway partner show acme-retail
        gateway partner show acme-retail --effective --written
        gateway partner show acme-retail --effective --json

    """
    workspace = open_workspace(root, as_json=as_json)
    partner = workspace.partners.get(name)
    if partner is None:
        left_out = " is left out, its settings have problems" if name in workspace.broken else ""
        known = ", ".join(sorted(workspace.partners)) or "none"
        cannot(
            f"{name}{left_out}" if left_out else f"there is no partner {name}; there are {known}"
        )
    if every:
        _every(workspace, name, written=written, as_json=as_json)
    elif written:
        cannot("--written goes with --effective")
    elif as_json:
        print_json(_glance(workspace, partner))
    else:
        _print(_glance(workspace, partner))
    sys.exit(OK)


def _every(workspace: Workspace, name: str, *, written: bool, as_json: bool) -> None:
    values = [
        each for each in effective(workspace, name) if not written or each.source != "default"
    ]
    if as_json:
        print_json({"partner": name, "settings": [each.as_json() for each in values]})
        return
    print_table(("Setting", "Value", "Written in"), map(_row, values))


def _row(value: Value) -> tuple[str, str, str]:
    return value.setting, value.value or "–", value.shown_origin


def _glance(workspace: Workspace, partner: Partner) -> dict[str, Any]:
    """What a person wants to know first; also what ``--json`` prints."""
    return {
        "partner": partner.partner,
        "name": partner.name,
        "like": partner.like,
        "mode": partner.mode,
        "identities": dict(_identities(partner.identities)),
        "contacts": {
            name: {key: str(each) for key, each in contact if each is not None}
            for name, contact in partner.contacts.items()
        },
        "channels": {name: _channel(each) for name, each in partner.channels.items()},
        "agreements": [
            _agreement(workspace, partner, each, key)
            for each, key in zip(
                partner.agreements, agreement_keys(partner.agreements), strict=True
            )
        ],
        "codes": {
            name: _shown(workspace, workspace.partner_file(partner, each)) or each
            for name, each in partner.codes.items()
        },
        "certificates": list(_certificates(workspace, partner)),
    }


def _identities(identities: Identities) -> Iterator[tuple[str, str]]:
    if identities.gln is not None:
        yield "gln", identities.gln
    for syntax in ("edifact", "x12"):
        identity = identities.of(syntax)
        if identity is not None:
            test = f", test {identity.test_id}" if identity.test_id is not None else ""
            yield syntax, f"{identity}{test}"
    if identities.erp.customer is not None:
        yield "customer in the ERP", identities.erp.customer
    if identities.erp.supplier is not None:
        yield "our number as supplier", identities.erp.supplier


def _channel(channel: Channel) -> dict[str, Any]:
    ways = [
        word for word, does in (("receives", channel.receives), ("sends", channel.sends)) if does
    ]
    return {"kind": channel.kind, "does": ways}


def _agreement(
    workspace: Workspace, partner: Partner, agreement: Agreement, key: str
) -> dict[str, Any]:
    base, overlay = workspace.map_file(partner, agreement)
    return {
        "agreement": key,
        "standard": str(agreement.standard),
        "mode": agreement.mode,
        "channel": partner.channel_name(agreement),
        "map": _shown(workspace, base),
        "overlay": _shown(workspace, overlay),
        "guide": agreement.guide,
        "acknowledgement": agreement.answer,
    }


def _shown(workspace: Workspace, path: Path | None) -> str | None:
    """A file as a person names it: from the workspace on."""
    if path is None:
        return None
    inside = path.is_relative_to(workspace.root)
    return path.relative_to(workspace.root).as_posix() if inside else path.name


def _certificates(workspace: Workspace, partner: Partner) -> Iterator[dict[str, Any]]:
    """His certificates; how each is used is told by `gateway partner certs`."""
    if not any(channel.as2 is not None for channel in partner.channels.values()):
        return
    from gateway.pipeline.as2.inventory import inventory  # noqa: PLC0415 (slow to load)
    from gateway.pipeline.as2.links import links_for  # noqa: PLC0415

    at = datetime.now(UTC)
    for held in inventory(links_for(workspace), at):
        if held.owner == partner.partner:
            yield {
                "file": held.credential.name,
                "channel": held.channel,
                "state": held.state,
                "ends": f"{held.ends:%Y-%m-%d}",
                "days": held.days(at),
            }


def _print(glance: dict[str, Any]) -> None:
    like = f", like {glance['like']}" if glance["like"] else ""
    click.secho(f"{glance['partner']}  {glance['name']}", bold=True)
    click.echo(f"mode {glance['mode']}{like}")
    _list("Identities", glance["identities"].items())
    _list("Contacts", ((name, _joined(each)) for name, each in glance["contacts"].items()))
    _list(
        "Channels",
        (
            (name, f"{each['kind']}, {' and '.join(each['does']) or 'not used'}")
            for name, each in glance["channels"].items()
        ),
    )
    _list("Code lists", glance["codes"].items())
    _list(
        "Certificates",
        (
            (each["file"], f"{each['state']}, ends {each['ends']} ({each['days']} days)")
            for each in glance["certificates"]
        ),
    )
    click.echo("\nAgreements")
    rows = ([each[name] or "–" for name in COLUMNS.values()] for each in glance["agreements"])
    print_table(tuple(COLUMNS), rows)


def _list(title: str, rows: Iterable[tuple[str, str]]) -> None:
    known = list(rows)
    if known:
        click.echo(f"\n{title}")
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        click.echo(f"  {name:<{width}}  {value}")


def _joined(contact: Mapping[str, Any]) -> str:
    return ", ".join(map(str, contact.values()))
