"""``gateway grammar``: the grammars that messages are read with."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "list": "gateway.cli.commands.grammar.list_:list_",
    "show": "gateway.cli.commands.grammar.show:show",
    "diff": "gateway.cli.commands.grammar.diff:diff",
    "import": "gateway.cli.commands.grammar.import_:import_",
}


@click.group(cls=Group, modules=COMMANDS)
def grammar() -> None:
    """Look at the grammars of standards, compare them, import others.

    A grammar says which segments a message has, in which order and how often, and what may stand
    in them. Those of the workspace (grammars/) come before those of the package. All commands
    take --json.

    Example:
        gateway grammar list ORDERS
        gateway grammar show EDIFACT D.96A ORDERS
        gateway grammar diff D.96A D.01B ORDERS
        gateway grammar import d24a.zip

    """
