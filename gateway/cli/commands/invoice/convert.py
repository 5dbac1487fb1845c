"""``gateway invoice convert``: one syntax into another, through the canonical invoice."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.invoice.opened import invoices_of, known_maps
from gateway.cli.output import FOUND, OK, print_problems, summary
from gateway.documents import Invoice
from gateway.documents.common import Party
from gateway.einvoice.formats import write_invoice, write_message
from gateway.grammar.envelope import Identity, Outgoing, wrap
from gateway.mapping import Maps
from gateway.problems import Place, Problem, has_errors, problem
from gateway.syntax import Dialect, write_segments
from gateway.syntax.delimiters import EDIFACT_4

_DIALECT = Dialect("edifact", "4", EDIFACT_4, "utf-8", "UNOW")


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to",
    "kind",
    required=True,
    type=click.Choice(["ubl", "cii", "edifact", "json"]),
    help="ubl (Invoice or CreditNote, as the invoice says), cii, edifact (EN 16931), json.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: standard output]",
)
@click.pass_obj
def convert(root: Path, file: Path, kind: str, output: Path | None) -> None:
    """Turn the invoice of a FILE into another syntax.

    What of the file nobody reads, and what the other syntax has no place for, is told on standard
    error; nothing is left out silently. With errors nothing is written.

    Example:
        gateway invoice convert invoice.xml --to cii -o invoice.cii.xml
        gateway invoice convert invoic.edi --to json

    """
    maps = known_maps(root)
    found = invoices_of(maps, file)
    problems = [one for each in found for one in each.problems]
    documents = [each.document for each in found if each.document is not None]
    if kind != "json" and len(documents) > 1:
        place = Place(file=str(file))
        problems.append(problem("V617", place, file=file, value=len(documents)))
    data = b""
    if documents and not has_errors(problems):
        data, more = _written(maps, documents, kind)
        problems += [one.at(file=str(file)) for one in more]
    with_errors = has_errors(problems) or not data
    with contextlib.redirect_stdout(sys.stderr):  # standard output is for the invoice
        print_problems(problems, Path())
    if not with_errors and output is not None:
        output.write_bytes(data)
    elif not with_errors:
        sys.stdout.buffer.write(data)
    click.echo(f"{file}: {summary(problems)}", err=True)
    sys.exit(FOUND if with_errors else OK)


def _written(maps: Maps, documents: list[Invoice], kind: str) -> tuple[bytes, list[Problem]]:
    if kind == "json":
        texts = [one.to_json() for one in documents]
        whole = texts[0] if len(texts) == 1 else "[\n" + ",\n".join(texts) + "]\n"
        return whole.encode("utf-8"), []
    if kind != "edifact":
        return write_invoice(maps, documents[0], kind)
    message, problems = write_message(maps, documents[0])
    if not message:
        return b"", problems
    segments = wrap([message], _envelope(documents[0]))
    data, found = write_segments(segments, _DIALECT, line_breaks=True)
    return data, problems + found


def _envelope(document: Invoice) -> Outgoing:
    return Outgoing(
        dialect=_DIALECT,
        sender=_identity(document.seller, "SENDER"),
        receiver=_identity(document.buyer, "RECEIVER"),
        reference=document.number[:14],
        at=dt.datetime.now().astimezone(),
        type="INVOIC",
        directory="D14B",
    )


def _identity(party: Party | None, otherwise: str) -> Identity:
    if party is not None and party.gln:
        return Identity(party.gln, "14")
    return Identity(otherwise)
