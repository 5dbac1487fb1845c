"""``gateway grammar diff``: what changes from one directory to another."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.grammar.names import Grammars, grammars, message_grammar
from gateway.cli.output import cannot, json_option, print_json
from gateway.grammar import MessageGrammar
from gateway.grammar.difference import Change, differences

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_HEADS = {"tree": "Structure", "element": "Elements", "code": "Codes"}


@click.command(cls=Command)
@click.argument("words", metavar="[STANDARD] DIRECTORY DIRECTORY MESSAGE", nargs=-1, required=True)
@json_option
@click.pass_obj
def diff(root: Path, words: tuple[str, ...], as_json: bool) -> None:
    """Compare a message in two directories.

    Groups are matched by their segments, for most directories number them anew. + is added,
    - removed, ~ changed.

    Example:
        gateway grammar diff D.96A D.01B ORDERS
        gateway grammar diff X12 004010 005010 850

    """
    old, new = _both(grammars(root), words)
    found = differences(old, new)
    if as_json:
        named = {"message": old.name, "from": old.directory, "to": new.directory}
        print_json({**named, "changes": [one.as_json() for one in found]})
        return
    click.secho(f"{old.name}: {old.directory} → {new.directory}", bold=True)
    if not found:
        click.echo("no difference")
    for kind, head in _HEADS.items():
        _print(head, [one for one in found if _kind(one) == kind])


def _both(known: Grammars, words: tuple[str, ...]) -> tuple[MessageGrammar, MessageGrammar]:
    if len(words) not in (3, 4):
        cannot("name two directories and a message, as in: D.96A D.01B ORDERS")
    *standard, old, new, message = words
    return (
        message_grammar(known, [*standard, old, message]),
        message_grammar(known, [*standard, new, message]),
    )


def _kind(one: Change) -> str:
    return one.what if one.what in ("element", "code") else "tree"


def _print(head: str, changes: Iterable[Change]) -> None:
    told = [(*_SIGNS[one.kind], one) for one in changes]
    if told:
        click.secho(f"\n{head}", bold=True)
    for sign, colour, one in told:
        if one.what == "code":
            values = one.before or one.after
            text = click.wrap_text(f"{one.path:8}{values}", 90, f"  {sign} ", " " * 12)
        else:
            both = " → ".join(each for each in (one.before, one.after) if each)
            text = f"  {sign} {one.path:36}  {both}"
        click.secho(text, fg=colour)
