"""``gateway guide list``: which guides there are."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.guide.names import Known, Named
from gateway.cli.output import json_option, print_json, print_table


@click.command("list", cls=Command)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@json_option
@click.pass_obj
def list_(root: Path, words: tuple[str, ...], as_json: bool) -> None:
    """List the guides of partners, and those they can build on.

    A WORD is a part of a name; only what fits all words is listed.

    Example:
        gateway guide list
        gateway guide list eancom DESADV --json

    """
    known = Known(root)
    partners = [one for one in known.partners() if _fits(one, words)]
    shared = [one for one in known.shared() if _fits(one, words)]
    if as_json:
        print_json([*(_facts(known, one) for one in partners), *(_plain(one) for one in shared)])
        return
    rows = [_facts(known, one) for one in partners]
    if rows:
        columns = ("Guide", "Base", "Builds on", "Title")
        print_table(columns, [(r["name"], r["base"], r["extends"], r["title"]) for r in rows])
    folders: dict[str, list[str]] = {}
    for one in shared:
        folder, _, message = one.name.partition("/")
        folders.setdefault(folder, []).append(message)
    for folder, messages in folders.items():
        click.echo()
        click.secho(folder, bold=True)
        click.echo(click.wrap_text(" ".join(messages), 96, "  ", "  "))
    if not rows and not folders:
        click.echo("nothing fits; `gateway guide list` shows all")


def _fits(one: Named, words: tuple[str, ...]) -> bool:
    return all(word.lower() in one.name.lower() for word in words)


def _facts(known: Known, one: Named) -> dict[str, str]:
    guide, problems = known.load(one)
    facts = {"name": one.name, "file": known.shown(one.path)}
    if guide is None:
        return facts | {"base": "", "extends": "", "title": f"{len(problems)} problems"}
    extends = ", ".join(guide.extends)
    return facts | {"base": guide.base_name, "extends": extends, "title": guide.title}


def _plain(one: Named) -> dict[str, str]:
    return {"name": one.name, "file": str(one.path)}
