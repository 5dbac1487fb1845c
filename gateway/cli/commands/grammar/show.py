"""``gateway grammar show``: one message, one segment or one element of a directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.grammar import tree
from gateway.cli.commands.grammar.names import IDOC, Grammars, grammars, loaded, resolve
from gateway.cli.output import cannot, json_option, print_json
from gateway.grammar import MessageGrammar
from gateway.grammar.ambiguity import ambiguities, choices
from gateway.grammar.idoc import IdocType


@click.command(cls=Command)
@click.argument("words", metavar="[STANDARD] DIRECTORY [MESSAGE]", nargs=-1, required=True)
@click.option("--segment", "-s", default="", help="Only this segment, with its elements.")
@click.option("--element", "-e", default="", help="Only this element, with its codes.")
@json_option
@click.pass_obj
def show(root: Path, words: tuple[str, ...], segment: str, element: str, as_json: bool) -> None:
    """Show the tree of a message, or one segment or element of it.

    Without MESSAGE the messages of the directory are listed. M is mandatory, C and O are not; the
    number is how often it may stand, * as often as you like.

    Example:
        gateway grammar show EDIFACT D.96A ORDERS
        gateway grammar show D.96A ORDERS --segment NAD
        gateway grammar show X12 004010 850 --element 98

    """
    known = grammars(root)
    standard, directory, message = resolve(known, words)
    if standard == IDOC:
        _idoc(known, directory, segment, as_json=as_json)
        return
    if not message:
        _directory(known, standard, directory, as_json=as_json)
        return
    grammar = loaded(known, standard, directory, message)
    if element:
        _show(tree.element(grammar, element, segment.upper()), f"no element {element}", as_json)
    elif segment:
        _show(tree.segment(grammar, segment.upper()), f"no segment {segment.upper()}", as_json)
    else:
        _message(known, grammar, as_json=as_json)


def _message(known: Grammars, grammar: MessageGrammar, *, as_json: bool) -> None:
    decided = choices(known.roots, grammar.standard)
    open_points = [
        {
            "tag": one.tag,
            "taken": one.first,
            "instead_of": one.second,
            "after": list(one.after),
            "why": next(
                (c.why for c in decided if c.settles(grammar.name, grammar.directory, one)), ""
            ),
        }
        for one in ambiguities(grammar)
    ]
    origin = known.origin(grammar.standard, grammar.directory)
    if as_json:
        print_json({**tree.message(grammar).data, "from": origin, "ambiguous": open_points})
        return
    head = f"{grammar.standard.upper()} {grammar.directory} {grammar.name}"
    group = f", functional group {grammar.functional_group}" if grammar.functional_group else ""
    click.secho(f"{head}  (from the {origin}{group})\n", bold=True)
    click.echo("\n".join(tree.message(grammar).lines))
    for point in open_points:
        why = f": {point['why']}" if point["why"] else ""
        text = (
            f"{point['tag']} fits two places: it goes to {point['taken']}, not to "
            f"{point['instead_of']}{why}."
        )
        click.secho("\n" + click.wrap_text(text, 90), fg="yellow")


def _show(shown: tree.Shown | None, missing: str, as_json: bool) -> None:
    if shown is None:
        cannot(f"the message has {missing}")
    if as_json:
        print_json(shown.data)
    else:
        click.echo("\n".join(shown.lines))


def _directory(known: Grammars, standard: str, directory: str, *, as_json: bool) -> None:
    messages = known.messages(standard, directory)
    origin = known.origin(standard, directory)
    if as_json:
        told: dict[str, Any] = {"standard": standard, "directory": directory, "from": origin}
        print_json({**told, "messages": messages})
        return
    click.secho(f"{standard.upper()} {directory}  (from the {origin})\n", bold=True)
    click.echo(click.wrap_text(" ".join(messages), 90, "  ", "  "))


def _idoc(known: Grammars, name: str, segment: str, *, as_json: bool) -> None:
    try:
        found = IdocType.read(known.folder(IDOC, name))
    except (OSError, ValueError) as error:
        cannot(f"{known.folder(IDOC, name)} cannot be read: {error}")
    if segment:
        _show(tree.idoc_segment(found, segment.upper()), f"no segment {segment}", as_json)
    else:
        _show(tree.idoc(found), "nothing", as_json)
