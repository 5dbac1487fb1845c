"""``gateway layout check``: whether a layout is right, and what it reads in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from gateway.cli.command import Command
from gateway.cli.commands.layout.names import found
from gateway.cli.output import (
    FOUND,
    OK,
    coloured,
    json_option,
    print_json,
    print_problems,
    summary,
)
from gateway.grammar.layout import Layout, RecordLayout
from gateway.problems import Problem, has_errors
from gateway.syntax.record import Record

_MOST = 100
"""Problems shown."""


@click.command(cls=Command)
@click.argument("layout")
@click.argument("file", required=False,
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--first", default=3, show_default=True, help="Show so many documents.")
@json_option
@click.pass_obj
def check(root: Path, layout: str, file: Path | None, first: int, as_json: bool) -> None:
    """Check LAYOUT; with FILE show what it reads there, and what is wrong with it.

    Example:
        gateway layout check grammars/csv/our-order.yaml
        gateway layout check csv/our-order export.csv

    """
    known, problems = found(root, layout)
    if known is None or file is None:
        _alone(layout, known, problems, as_json)
    data = file.read_bytes()
    reading = known.read(data)
    shown = [each.at(file=str(file)) for each in reading.problems]
    code = FOUND if has_errors(shown) else OK
    if as_json:
        documents = [_data(each, known.root) for each in reading.documents[:first]]
        print_json({"ok": code == OK, "documents": documents, "count": len(reading.found),
                    "problems": [each.as_json() for each in shown]})  # fmt: skip
        sys.exit(code)
    for each in reading.documents[:first]:
        click.echo("\n".join([*_lines(each, known.root, 0), ""]))
    text = None if known.kind == "xlsx" else data.decode(_codec(known), "replace")
    for problem in shown[:_MOST]:
        click.echo(coloured(problem, text) + "\n")
    click.echo(
        f"{file}: {len(reading.documents)} of {len(reading.found)} documents readable, "
        f"{summary(shown)}"
    )
    sys.exit(code)


def _alone(name: str, layout: Layout | None, problems: Sequence[Problem], as_json: bool
           ) -> NoReturn:  # fmt: skip
    """What is to be said about the layout itself; the command ends."""
    if as_json:
        print_json({"ok": layout is not None, "problems": [one.as_json() for one in problems]})
    elif layout is None:
        print_problems(problems, Path())
    else:
        click.echo(f"{name}: no problems, {_counted(layout)}")
    sys.exit(OK if layout is not None else FOUND)


def _counted(layout: Layout) -> str:
    shapes = layout.root.walk()
    fields = sum(len(one.fields) for one in shapes)
    return f"{len(shapes)} kinds of records, {fields} fields"


def _codec(layout: Layout) -> str:
    return "utf-8-sig" if layout.encoding.startswith("utf-8") else layout.encoding


def _lines(record: Record, shape: RecordLayout, depth: int) -> Iterator[str]:
    """A record as indented text, fields in the order of the layout."""
    pad = "  " * depth
    where = f"  (line {record.line})" if record.line else ""
    yield f"{pad}{shape.name}{where}"
    width = max((len(name) for name in record.fields), default=0)
    for name in shape.fields:
        if name in record.fields:
            yield f"{pad}  {name:<{width}}  {record.fields[name]}"
    for name, kid in shape.kids.items():
        for one in record.kids.get(name, ()):
            yield from _lines(one, kid, depth + 1)


def _data(record: Record, shape: RecordLayout) -> dict[str, Any]:
    """A record as the schema of ``gateway layout schema`` describes it."""
    data: dict[str, Any] = dict(record.fields)
    for name, kid in shape.kids.items():
        kids = [_data(one, kid) for one in record.kids.get(name, ())]
        if kids:
            data[name] = kids if kid.many else kids[0]
    return data
