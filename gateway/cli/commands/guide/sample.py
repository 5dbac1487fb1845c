"""``gateway guide sample`` and ``gateway guide negatives``: messages that fit, and that do not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.guide.names import Opened, opened
from gateway.cli.commands.guide.publish import write
from gateway.cli.output import FOUND, OK, cannot, json_option, print_json, print_table
from gateway.grammar.guide import read_segments_with_guide
from gateway.grammar.guide.publish.jsontree import as_json as in_json
from gateway.grammar.guide.publish.negatives import Negative, Negatives, negatives
from gateway.grammar.guide.publish.samples import VARIANTS, Sample, sample

_SUFFIX = {"edifact": "edi", "x12": "x12"}
INDEX = "index.json"


@click.command("sample", cls=Command)
@click.argument("guide")
@click.option("--variant", type=click.Choice(VARIANTS), default="typical", show_default=True)
@click.option("--seed", type=int, default=0, help="Another number, another message.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file.  [default: standard output]",
)
@json_option
@click.pass_obj
def sample_(
    root: Path, guide: str, variant: Any, seed: int, output: Path | None, as_json: bool
) -> None:
    """Write a message that fits a guide: minimal, typical or full. It means nothing.

    Typical has what the guide itself speaks of, full all that it and what it extends name. With
    --json it is the message as JSON that `gateway guide schema` describes.

    Example:
        gateway guide sample acme-retail/orders -o order.edi
        gateway guide sample northwind/850 --variant full --seed 7

    """
    found = opened(root, guide)
    try:
        made = sample(found.guide, variant, seed, found.extended)
        data = made.wire()
    except ValueError as impossible:
        cannot(f"no sample can be made of {guide}: {impossible}")
    wrong = made.check()
    if as_json:
        data = (json.dumps(_json(made), indent=2, ensure_ascii=False) + "\n").encode()
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write(output, data)
        click.echo(f"{output} written", err=True)
    for one in wrong:
        click.echo(f"gateway: {one}", err=True)
    sys.exit(FOUND if wrong else OK)


def _json(made: Sample) -> Any:
    version = made.dialect.version
    tree = read_segments_with_guide(made.message, made.guide, version=version).tree
    return None if tree is None else in_json(tree, made.guide, version)


@click.command("negatives", cls=Command)
@click.argument("guide")
@click.option("--all", "everything", is_flag=True, help="Also for rules that are taken over.")
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for the messages and an index.json of what each leads to.",
)
@json_option
@click.pass_obj
def negatives_(
    root: Path, guide: str, everything: bool, output: Path | None, as_json: bool
) -> None:
    """Make a message per rule that breaks it, with the finding and the code it is answered with.

    Example:
        gateway guide negatives acme-retail/orders
        gateway guide negatives acme-retail/orders -o refused/

    """
    found = opened(root, guide)
    made = negatives(found.guide, None if everything else found.extended)
    rows = [_facts(one) for one in made.samples]
    if output is not None:
        _write(output, found, made, rows)
    if as_json:
        silent = [{"path": o.path, "what": o.what, "reason": o.reason} for o in made.silent]
        print_json({"samples": rows, "not_made": silent})
    elif output is None:
        _print(made)
    sys.exit(OK if not made.silent else FOUND)


def _facts(one: Negative) -> dict[str, Any]:
    return {
        "file": f"{one.name}.{_SUFFIX[one.sample.dialect.standard]}",
        "path": one.path,
        "what": one.what,
        "refused": one.refused,
        "problem": one.problem.as_json(),
        "others": [each.as_json() for each in one.others],
        "answers": one.answers,
    }


def _print(made: Negatives) -> None:
    columns = ("No", "What is wrong", "Finding", "Answer")
    rows = []
    for one in made.samples:
        answers = ", ".join(f"{name} {code}" for name, code in one.answers.items())
        answer = answers if one.refused else "none, it is reported"
        rows.append((one.name[:3], one.what, one.problem.code, answer))
    if rows:
        print_table(columns, rows)
    for silent in made.silent:
        click.echo(f"not made: {silent.what} ({silent.path}): {silent.reason}")


def _write(folder: Path, found: Opened, made: Negatives, rows: list[dict[str, Any]]) -> None:
    for one, row in zip(made.samples, rows, strict=True):
        write(folder / row["file"], one.sample.wire())
    index = {"guide": found.guide.name, "base": found.guide.base_name, "samples": rows}
    write(folder / INDEX, (json.dumps(index, indent=1, ensure_ascii=False) + "\n").encode())
    click.echo(f"{len(rows)} messages and {INDEX} written to {folder}", err=True)
