"""``gateway guide show``: what a guide says, as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.guide.names import opened
from gateway.cli.output import json_option, print_json
from gateway.grammar.guide import ElementRule
from gateway.grammar.guide.publish.breaking import Target, targets
from gateway.grammar.guide.publish.layers import Layers
from gateway.grammar.guide.publish.words import (
    condition_words,
    count_words,
    element_label,
    form_words,
    listed,
    usage_words,
)
from gateway.grammar.model import Segment


@click.command(cls=Command)
@click.argument("guide")
@click.option("--all", "everything", is_flag=True, help="Also what is taken over unchanged.")
@json_option
@click.pass_obj
def show(root: Path, guide: str, everything: bool, as_json: bool) -> None:
    """Show the rules of a guide in effect: its own, with --all also those of what it extends.

    Example:
        gateway guide show acme-retail/orders
        gateway guide show eancom1997/DESADV --json

    """
    found = opened(root, guide)
    layers = Layers(found.guide, None if everything else found.extended)
    rows = list(_rows(layers))
    if as_json:
        conditions = [condition_words(one) for one in found.guide.conditions]
        head = {"guide": found.guide.name, "base": found.guide.base_name}
        print_json(
            {**head, "extends": found.guide.extends, "rules": rows, "conditions": conditions}
        )
        return
    title = f"  {found.guide.title}" if found.guide.title else ""
    click.secho(f"{found.guide.name}{title}", bold=True)
    click.echo(" over ".join([*found.guide.extends, found.guide.base_name]))
    for row in rows:
        _print(row)
    for one in found.guide.conditions:
        click.echo(f"\n{one.name}\n  {condition_words(one)}")


def _rows(layers: Layers) -> Iterator[dict[str, Any]]:
    guide = layers.guide
    for rule in guide.envelope:
        if layers.envelope(rule):
            row = {"path": rule.tag, "told_apart": "", "count": usage_words(rule.usage)}
            yield {**row, "note": "", "elements": _elements(rule.segment, list(rule.elements))}
    for target in targets(guide.body):
        slot = target.slot
        elements = [one for one in target.body.elements if layers.element(target.path, one)]
        if slot is None and target.rule.slots:
            elements = []
        if not elements and not layers.member(target.path, target.rule, slot):
            continue
        yield {
            "path": target.path,
            "told_apart": slot.values if slot else "",
            "count": _count(target),
            "note": (slot.note if slot else "") or target.rule.note,
            "elements": _elements(target.rule.segment, elements),
        }


def _count(target: Target) -> str:
    one = target.slot or target.rule
    return count_words(one.min, one.max)


def _elements(segment: Segment, rules: list[ElementRule]) -> dict[str, str]:
    return {element_label(segment, one.at): _words(one) for one in rules}


def _words(rule: ElementRule) -> str:
    parts = [usage_words(rule.usage)] if rule.usage else []
    if rule.min is not None or rule.max is not None:
        parts.append(form_words(rule.definition, rule))
    if rule.codes is not None:
        parts.append(listed(rule.codes))
    parts += [f"of the form {one}" for one in rule.patterns]
    return "; ".join([*parts, *([rule.note] if rule.note else [])])


def _print(row: dict[str, Any]) -> None:
    told = f"  [{row['told_apart']}]" if row["told_apart"] else ""
    note = f"  {row['note']}" if row["note"] else ""
    click.secho(f"\n{row['path']}", bold=True, nl=False)
    click.echo(f"{told}  {row['count']}{note}")
    for name, words in row["elements"].items():
        click.echo(click.wrap_text(f"{name:12} {words}", 100, "  ", " " * 15))
