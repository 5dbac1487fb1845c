"""Findings about a document are led back to the file that it came from.

A check of a document says ``lines[2].quantity``, a partner's grammar says ``QTY element 1.2``. The
keeper of the file knows neither: he is told the line and the name of the field. This is done when
something is refused, by the traced variants of the maps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.channels.folder.finding import SOURCE_FIELD, SOURCE_VALUE
from gateway.grammar.layoutmodel import RecordFormat
from gateway.mapping import CompiledMap
from gateway.mapping.trace import Link, Spot, record_paths
from gateway.problems import Layer, Problem
from gateway.syntax.record import Record

_KEYS = ("gln", "supplier_number", "buyer_number", "number", "name")
"""What stands for a party, an order, a contract, where none of its fields is named."""
_INDEX = re.compile(r"\[\d+\]")


def led_back(
    compiled: CompiledMap,
    record: Record,
    found: Sequence[Problem],
    went: tuple[CompiledMap, Any] | None = None,
) -> list[Problem]:
    """The findings with the line, name and value of the field that each is about, as far as known.

    ``went``: the map to the partner and the document, where the findings are about the message.
    """
    if not any(_leads_back(each) for each in found):
        return list(found)
    spots = _by_field(compiled.trace_read(record).links)
    written = [] if went is None else list(went[0].trace_write(went[1]).links)
    lines = {path: one.line for path, one in record_paths(record)}
    return [
        _one(each, spots, written, compiled.layout, lines) if _leads_back(each) else each
        for each in found
    ]


def _leads_back(found: Problem) -> bool:
    if found.registered.layer is Layer.ERP:  # it tells of the file itself
        return False
    return found.place.segment is not None or bool(found.place.path or found.facts.get("field"))


def _one(
    found: Problem,
    spots: Mapping[str, Spot],
    written: Sequence[Link],
    layout: RecordFormat,
    lines: Mapping[str, int | None],
) -> Problem:
    path = _canonical(found, written)
    spot = next((spots[each] for each in _near(path) if each in spots), None)
    if spot is None:
        return _in_group(found, path, spots, lines)
    facts = {SOURCE_FIELD: _named(spot, layout), SOURCE_VALUE: spot.text}
    line = spot.line or lines.get(spot.record)
    return replace(found.at(line=line), facts={**found.facts, **facts})


def _canonical(found: Problem, written: Sequence[Link]) -> str:
    """The field of the document: of a finding about a message, the one that was written there."""
    place = found.place
    if place.segment is None:
        return found.facts.get("field") or place.path or ""
    for link in written:
        for spot in link.spots:
            same = spot.segment == place.segment and spot.element == place.element
            if same and spot.component == (place.component or spot.component):
                return link.field
    return ""


def _near(path: str) -> Iterator[str]:
    """The field itself, then what may stand for it: the party of a number, the item of a code."""
    if path:
        yield path
        yield from (f"{path}.{key}" for key in _KEYS)


def _in_group(
    found: Problem, path: str, spots: Mapping[str, Spot], lines: Mapping[str, int | None]
) -> Problem:
    """Something is absent: at least the record that it should stand in is known."""
    while "." in path:
        path = path.rpartition(".")[0]
        for field, spot in spots.items():
            if field.startswith(f"{path}."):
                return found.at(line=spot.line or lines.get(spot.record))
    return found


def _named(spot: Spot, layout: RecordFormat) -> str:
    """``L.quantity “Qty”``, ``E1EDKA1-ILNNR``: the name, and what the file's keepers call it."""
    shape = layout.root
    for name in _INDEX.sub("", spot.record).split(".")[1:]:
        shape = shape.kids.get(name, shape)
    field = shape.fields.get(spot.name)
    title = "" if field is None else field.title or next(iter(field.columns), "")
    joint = "-" if layout.kind == "idoc" else "."
    name = f"{shape.code or shape.name}{joint}{spot.name}".replace(".$", "")
    return f"{name} “{title}”" if title and title != spot.name else name


def _by_field(links: Sequence[Link]) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    for link in links:
        for spot in link.spots[:1]:
            found.setdefault(link.field, spot)
    return found
