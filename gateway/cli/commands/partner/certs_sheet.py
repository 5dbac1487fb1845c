"""``gateway partner certs sheet``: fingerprints to be compared by telephone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.channels.as2.certificates.sheet import Side, as_html, as_text
from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.link import Link
from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, open_workspace, print_json
from gateway.config import Workspace
from gateway.pipeline.as2.links import Links, links_for


@click.command("sheet", cls=Command)
@click.argument("name", required=False)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write there; as a page when it ends in .html.",
)
@json_option
@click.pass_obj
def certs_sheet(root: Path, name: str | None, output: Path | None, as_json: bool) -> None:
    """Print our certificates with their fingerprints; with NAME those of the partner, too.

    Send the certificate by e-mail, and compare the fingerprints by telephone.

    Example:
        gateway partner certs sheet
        gateway partner certs sheet acme-retail -o acme-retail.html

    """
    workspace = open_workspace(root, as_json=as_json)
    if name is not None and name not in workspace.partners:
        cannot(f"there is no partner {name}; known are: {', '.join(workspace.partners) or 'none'}")
    if workspace.own.as2 is None:
        cannot(f"{workspace.settings.partners}/_own.yaml has no as2; see docs/howto/as2-partner.md")
    at = datetime.now(UTC)
    sides = _sides(workspace, links_for(workspace), name)
    if as_json:
        print_json([_facts(side) for side in sides])
        return
    page = output is not None and output.suffix.lower() in (".html", ".htm")
    text = as_html(sides, at) if page else as_text(sides, at)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"written: {output}")


def _sides(workspace: Workspace, links: Links, name: str | None) -> list[Side]:
    own = workspace.own.as2
    mine = [link for link in links.all() if link.partner == name]
    ours: Sequence[Credential] = links.ours()
    if mine:
        # towards this partner: his pair of ids, and the keys that are meant for him
        return [side for link in mine for side in _of_link(workspace, link)]
    return [Side(workspace.own.name, own.id if own else "", own.url or "" if own else "", ours)]


def _of_link(workspace: Workspace, link: Link) -> list[Side]:
    own = workspace.own.as2
    title = f"{workspace.partners[link.partner].name} ({link.partner}, channel {link.channel})"
    return [
        Side(workspace.own.name, link.our_id, own.url or "" if own else "", link.ours),
        Side(title, link.their_id, link.url.split("?")[0], link.theirs),
    ]


def _facts(side: Side) -> dict[str, object]:
    return {
        "name": side.name,
        "as2_id": side.as2_id,
        "url": side.url,
        "certificates": [
            {"file": each.name, "fingerprint": each.fingerprint} for each in side.certificates
        ],
    }
