"""``gateway grammar list``: which directories there are, with which messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.grammar.names import IDOC, STANDARDS, Grammars, grammars, plain
from gateway.cli.output import json_option, print_json

Row = tuple[str, str, str, list[str]]
"""Standard, directory, ``workspace`` or ``package``, messages."""


@click.command("list", cls=Command)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@json_option
@click.pass_obj
def list_(root: Path, words: tuple[str, ...], as_json: bool) -> None:
    """List directories and their messages.

    A WORD is a standard (EDIFACT, X12, IDOC), a directory (D.96A, 004010) or a message (ORDERS,
    850); only what fits all words is listed.

    Example:
        gateway grammar list
        gateway grammar list X12 850

    """
    found = [fitting for row in rows(grammars(root)) if (fitting := _fitting(row, words))]
    if as_json:
        names = ("standard", "directory", "from", "messages")
        print_json([dict(zip(names, row, strict=True)) for row in found])
        return
    for standard, directory, origin, messages in found:
        click.secho(f"{standard.upper():8}{directory:12}{origin:10}", bold=True, nl=False)
        indent = " " * 30
        click.echo(click.wrap_text(" ".join(messages), 100, indent, indent)[len(indent) :])
    if not found:
        click.echo("nothing fits; `gateway grammar list` shows all")


def rows(known: Grammars) -> Iterator[Row]:
    """All directories, in the order of their standards and names."""
    for standard in (*STANDARDS, IDOC):
        for directory in known.directories(standard):
            messages = known.messages(standard, directory)
            yield standard, directory, known.origin(standard, directory), messages


def _fitting(row: Row, words: tuple[str, ...]) -> Row | None:
    """The row with the messages that fit; ``None`` where something does not."""
    standard, directory, origin, messages = row
    for word in words:
        if word.lower() == standard or plain(word) == directory:
            continue
        messages = [name for name in messages if name == word.upper()]
        if not messages:
            return None
    return standard, directory, origin, messages
