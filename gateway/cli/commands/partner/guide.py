"""``gateway partner guide``: a page for the partner, to print or to send."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.guide.names import Known
from gateway.cli.commands.guide.publish import put
from gateway.cli.commands.partner.named import known_partner
from gateway.cli.output import FOUND, OK, cannot, json_option, open_workspace, print_json
from gateway.cli.translation import translation_of
from gateway.config import Workspace
from gateway.config.models import Partner
from gateway.pipeline.partnerguide.examples import examples
from gateway.pipeline.partnerguide.facts import facts
from gateway.pipeline.partnerguide.page import Appendix, page
from gateway.problems import problem


@click.command("guide", cls=Command)
@click.argument("name")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file.  [default: standard output]",
)
@json_option
@click.pass_obj
def guide_(root: Path, name: str, output: Path | None, as_json: bool) -> None:
    """Write what was agreed with a partner as one HTML file for him, to read and to print.

    Who we are (ids, test ids, AS2, fingerprints), how files travel, each document with its
    standard, how it is answered, what we expect of him, his guides, codes, contacts, and a sample
    of each message. It holds no secret, no path of ours and no number of the ERP. Exit code 1: a
    sample could not be made.

    Example:
        gateway partner guide acme-retail -o acme-retail.html
        gateway partner guide acme-retail --json

    """
    workspace = open_workspace(root, as_json=as_json)
    partner = known_partner(workspace, name)
    at = datetime.now(UTC)
    told = facts(workspace, partner)
    made = list(examples(workspace, partner, at))
    found = [
        problem("P256", partner=name, document=each.document, direction=each.direction)
        for each in made
        if not each.text
    ]
    if as_json:
        told["samples"] = [each.as_json() for each in made]
        print_json(told | {"problems": [each.as_json() for each in found]})
    else:
        try:
            text = page(told, made, _guides(workspace, partner), f"{at:%Y-%m-%d}")
        except ValueError as impossible:
            cannot(f"no sample can be made of a guide of {name}: {impossible}")
        put(text, output)
        for each in found:
            click.echo(str(each), err=True)
    sys.exit(FOUND if found else OK)


def _guides(workspace: Workspace, partner: Partner) -> dict[int, Appendix]:
    """Guides of what he sends, by the number of the agreement; what we send is ours to keep."""
    translation, known = translation_of(workspace), Known(workspace.root)
    folder = workspace.partner_folder(partner.partner)
    found = {}
    for number, each in enumerate(partner.agreements):
        guide, _ = translation.guide(partner, each)
        if guide is not None and each.direction == "inbound":
            title = f"{each.message}: {guide.title or guide.name}"
            extended = known.extended(guide, folder)
            found[number] = Appendix(f"guide-{number + 1}", title, guide, extended)
    return found
