"""``gateway explain CODE``: the page of a problem code."""

from __future__ import annotations

import difflib
import re

import click

from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, print_json
from gateway.problems import REGISTRY, Code

ACKNOWLEDGEMENTS = (
    ("edifact", "CONTRL, data element 0085"),
    ("ak3", "997 AK304"),
    ("ak4", "997 AK403"),
    ("ak5", "997 AK502"),
    ("ak9", "997 AK905"),
    ("ik3", "999 IK304"),
    ("ik4", "999 IK403"),
    ("ik5", "999 IK502"),
    ("ta1", "TA105"),
)


def _open(template: str) -> str:
    """The facts of a sentence as blanks to be filled: ``<setting>``."""
    return re.sub(r"\{(\w+)\}", r"<\1>", template)


@click.command(cls=Command)
@click.argument("code")
@json_option
def explain(code: str, as_json: bool) -> None:
    """What a problem code means, why it is a problem, and what to do.

    Example:
        gateway explain C101

    """
    row = REGISTRY.get(code.upper())
    if row is None:
        near = difflib.get_close_matches(code.upper(), list(REGISTRY), 3, 0.5)
        cannot(f"no problem has the code {code}" + (f"; near: {', '.join(near)}" if near else ""))
    if as_json:
        print_json({name: getattr(row, name) for name in Code.__dataclass_fields__})
        return
    click.secho(f"{row.code}  {row.title}", bold=True)
    click.echo(f"{row.severity} of the {row.layer} layer\n")
    for head, text in (("Says", row.sentence), ("Why", row.why), ("What to do", row.remedy)):
        click.secho(head, bold=True)
        click.echo(click.wrap_text(_open(text), 90, "  ", "  ") + "\n")
    answers = [(label, getattr(row, name)) for name, label in ACKNOWLEDGEMENTS]
    if any(value for _, value in answers):
        click.secho("In acknowledgements", bold=True)
        for label, value in answers:
            if value:
                click.echo(f"  {label}: {value}")
