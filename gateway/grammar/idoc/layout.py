"""What maps see of a type: a record for each segment, nested as the type has them.

The root is the IDoc: ``EDI_DC40`` and the segments without parent below it. Texts of several lines
are one field ``TEXT`` of their head (:mod:`texts`), handling units stand inside each other
(:mod:`units`). A segment of a customer that nobody imported is there with one field ``SDATA``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.grammar.idoc import conventions, kinds, texts, units
from gateway.grammar.idoc.flat import FlatCodec
from gateway.grammar.idoc.places import Place
from gateway.grammar.idoc.tree import SDATA
from gateway.grammar.layoutmodel import FieldLayout, RecordLayout

ROOT, CONTROL = "IDOC", "EDI_DC40"
_STRANGE = {SDATA: FieldLayout(SDATA)}


class Kids(dict[str, RecordLayout]):
    """The records below one; a customer's own (``Z…``, ``_-…``) are there without being named."""

    def __missing__(self, name: str) -> RecordLayout:
        if not name.startswith(("Z", "_-")):
            raise KeyError(name)
        return RecordLayout(name, _STRANGE, Kids())

    def get(self, name: str, default: Any = None) -> Any:
        """As subscription does."""
        try:
            return self[name]
        except KeyError:
            return default


def root_layout(codec: FlatCodec) -> RecordLayout:
    """The record of one IDoc."""
    control = RecordLayout(CONTROL, _fields(codec.control), many=False, required=True)
    kids = Kids({CONTROL: control})
    for place in codec.root.kids.values():
        kids[place.name] = _layout(place, codec)
    return RecordLayout(ROOT, {}, kids)


def _layout(place: Place, codec: FlatCodec) -> RecordLayout:
    fields = _fields(codec.slices.get(place.name, ()))
    hidden = set()
    if place.name in texts.HEADS:
        fields[texts.TEXT] = FieldLayout(texts.TEXT)
        hidden.add(texts.HEADS[place.name].segment)
    if conventions.has_schedule(place):
        fields[conventions.WANTED] = FieldLayout(conventions.WANTED, "date")
    kids = Kids(
        {name: _layout(kid, codec) for name, kid in place.kids.items() if name not in hidden}
    )
    many = place.most > 1 and place.name != units.DELIVERY
    if place.name == units.DELIVERY and units.UNIT in kids:
        kids[units.UNIT] = _unit(kids[units.UNIT], kids.pop(units.ITEM))
    segment = codec.found.segments.get(place.name)
    qualifier = segment.fields[0].name if segment is not None and segment.qualified else ""
    return RecordLayout(place.name, fields, kids, many, place.mandatory, qualifier=qualifier)


def _unit(unit: RecordLayout, item: RecordLayout) -> RecordLayout:
    """Handling units inside each other, each content with its item."""
    content = unit.kids[units.CONTENT]
    one = _with(item, {}, many=False)
    content = _with(content, {units.ITEM: one}, many=True)
    found = _with(unit, {units.CONTENT: content}, many=True)
    for _ in range(units.DEEPEST - 1):
        found = _with(unit, {units.CONTENT: content, units.UNIT: found}, many=True)
    return found


def _with(layout: RecordLayout, more: Mapping[str, RecordLayout], *, many: bool) -> RecordLayout:
    kids = Kids({**layout.kids, **more})
    return RecordLayout(layout.name, layout.fields, kids, many, qualifier=layout.qualifier)


def _fields(slices: Sequence[tuple[str, int, int]]) -> dict[str, FieldLayout]:
    fields = {}
    for name, first, last in slices:
        what = kinds.kind(name)
        fields[name] = FieldLayout(name, what, last - first if what == "text" else 0)
    return fields
