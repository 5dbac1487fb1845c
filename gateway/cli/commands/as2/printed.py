"""An explanation for people: one layer below the other, the cause at the end."""

from __future__ import annotations

from collections.abc import Iterator

import click

from gateway.channels.as2.explain import Explanation, Layer
from gateway.problems import Problem, Severity

_STYLES = {
    "head": {"bold": True},
    "error": {"fg": "red"},
    "warning": {"fg": "yellow"},
    "right": {"fg": "green"},
    "remedy": {"fg": "cyan"},
    "note": {"dim": True},
    "": {},
}
_WIDTH = 18
_SHOWN = ("sha-1", "sha-256")
"""Digests in the table; the right one is shown whatever it is. ``--json`` has all."""

Styled = tuple[str, str]
"""Style and text of a line."""


def print_explanation(told: Explanation) -> None:
    """To standard output, in colours on a terminal."""
    for style, text in lines(told):
        click.secho(text, **_STYLES[style])  # type: ignore[arg-type]


def lines(told: Explanation) -> Iterator[Styled]:
    """All of it."""
    link = told.link
    whose = f"{link.partner}, channel {link.channel}" if link else "nobody's"
    yield "head", f"{told.what}: {whose}"
    yield from _facts(told.headers, 2)
    yield "", ""
    for number, layer in enumerate(told.layers, 1):
        yield from _layer(number, layer)
    if told.receipt:
        yield "head", "what the receipt says"
        yield from _facts(told.receipt, 2)
        yield "", ""
    if told.mics:
        yield from _mics(told)
    for match in told.matches:
        yield "right", f"the MIC asked for is {match}"
    for note in told.notes:
        yield "note", f"note: {note}"
    shown = {found.code for layer in told.layers for found in layer.problems}
    for found in told.problems:
        if found.code not in shown:
            yield from _problem(found, 0)
    if told.decision:
        yield "right" if told.accepted else "error", told.decision
    yield "", ""
    yield "head", told.cause.sentence
    if told.cause.remedy:
        yield "remedy", f"= {told.cause.remedy}"


def _layer(number: int, layer: Layer) -> Iterator[Styled]:
    place = f"{layer.where}, byte {layer.offset}, {layer.size} bytes"
    title = "not readable" if layer.kind == "unknown" else layer.kind
    yield "head", f"{number}  {title}  ({place})"
    yield "", f"     {layer.declared}"
    yield from _facts(layer.facts, 5)
    for found in layer.problems:
        yield from _problem(found, 5)
    yield "", ""


def _facts(facts: tuple[tuple[str, str], ...], indent: int) -> Iterator[Styled]:
    width = max([_WIDTH, *(len(name) + 2 for name, _ in facts)])
    for name, value in facts:
        yield "", f"{' ' * indent}{name:{width}}{value}"


def _problem(found: Problem, indent: int) -> Iterator[Styled]:
    style = "error" if found.severity is Severity.ERROR else "warning"
    yield style, f"{' ' * indent}{found.severity.value}[{found.code}]: {found.sentence}"


def _mics(told: Explanation) -> Iterator[Styled]:
    yield "head", "MIC, by what it may be computed over"
    over = ""
    for each in told.mics:
        if not each.right and each.digest not in _SHOWN:
            continue
        if each.over != over:
            over = each.over
            yield "", f"  {over}"
        mark = "   <- the right one" if each.right else ""
        yield "right" if each.right else "", f"    {each.digest:8} {each.value}{mark}"
    yield "", ""
