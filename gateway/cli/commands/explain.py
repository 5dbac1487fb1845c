"""``gateway explain``: a problem code, or where the values of a message came from and went."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

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
@click.argument("subject", metavar="CODE|MESSAGE|FILE")
@click.argument("field", required=False, default="")
@click.option("--segment", type=click.IntRange(min=1), help="Explain a segment; UNH and ST are 1.")
@click.option("--at", metavar="LINE:COLUMN", help="Explain what stands there in the file.")
@click.option("--partner", "-p", help="Of a FILE: whose folder it would come from.")
@click.option("--document", help="Of a FILE of the ERP: what it holds.")
@json_option
@click.pass_obj
def explain(
    root: Path,
    subject: str,
    field: str,
    segment: int | None,
    at: str | None,
    partner: str | None,
    document: str | None,
    as_json: bool,
) -> None:
    """What a problem code means, or where the values of a message came from and went to.

    CODE: why it is a problem, and what to do. MESSAGE (its number) or FILE: for each FIELD of the
    document the element it was read from, the field or element it was written to, and the rows of
    the maps that did it; without a FIELD all of them. A stored message is read again from the
    archive, with the settings it was processed with.

    Example:
        gateway explain C101
        gateway explain 4 'lines[3].price'
        gateway explain 4 --segment 17
        gateway explain order.edi --partner acme-retail --at 12:8

    """
    row = REGISTRY.get(subject.upper())
    if row is not None:
        _code(row, as_json=as_json)
    elif subject.isdigit() or Path(subject).exists():
        from gateway.cli.commands.explain_message import Asked, explain_message  # noqa: PLC0415

        asked = Asked(field, segment, at, partner, document)
        explain_message(root, subject, asked, as_json=as_json)
    else:
        near = [code for code in REGISTRY if code.startswith(subject.upper())]
        near += difflib.get_close_matches(subject.upper(), list(REGISTRY), 3, 0.5)
        near = list(dict.fromkeys(near))[:3]
        hint = f"; near: {', '.join(near)}" if near else ""
        cannot(f"no problem has the code {subject}, and there is no file of that name{hint}")


def _code(row: Code, *, as_json: bool) -> None:
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
