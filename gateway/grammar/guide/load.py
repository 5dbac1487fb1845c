"""Guide files: YAML → :class:`~gateway.grammar.guide.source.GuideSource`.

Values are text (``01`` stays ``01``). The form, which ``docs/howto/write-a-guide.md`` explains::

    guide: acme-retail/orders
    base: EDIFACT D.96A ORDERS
    segments:
      BGM: {elements: {1225: [9, 5]}}
      PAI: N
      SG2:
        slots:
          buyer: {discriminator: {3035: BY}, usage: R, max: 1}
        other: reject
"""

from __future__ import annotations

import re
from typing import Any

from gateway.grammar.guide.source import (
    BodySource,
    ConditionSource,
    CountSource,
    DiscriminatorSource,
    ElementSource,
    GuideSource,
    MemberSource,
    SlotSource,
    ToleranceSource,
)
from gateway.grammar.guide.yamlreader import YamlReader
from gateway.problems import Problem
from gateway.syntax.yamltext import Path_, read_yaml

USAGES = ("R", "M", "O", "N")
MOST_SLOTS = 200
"""Each pair of slots is proven to be different."""
OTHERS = ("reject", "warn", "keep")
_TOP = ("guide", "base", "extends", "title", "unlisted", "private", "envelope", "segments",
        "conditions", "tolerate")  # fmt: skip
_MEMBER = ("usage", "min", "max", "elements", "segments", "slots", "other", "unlisted", "note")
_SLOT = ("discriminator", "usage", "min", "max", "elements", "segments", "note")
_ELEMENT = ("usage", "codes", "length", "repeat", "pattern", "note")
_CONDITION = ("name", "at", "if", "then", "else", "note")
_ORDER = ("out_of_order", "before", "after", "why")
_TOLERANCE = ("problem", "segment", "path", "element", "component", "why")
_BASE = re.compile(
    r"(EDIFACT|X12)\s+(D\.?\d\d[A-Z]|\d{6}|service[34])\s+([A-Z0-9]{2,6})", re.IGNORECASE
)


def read_guide(data: bytes, file: str) -> tuple[GuideSource | None, list[Problem]]:
    """Read a guide file; never raises for what it holds.

    ``None`` where it does not even say what it is a guide of.
    """
    text, problems = read_yaml(data, file)
    if text is None:
        return None, problems
    reader = YamlReader(text, problems)
    source = _Reader(reader).guide()
    return source, reader.problems


class _Reader:
    def __init__(self, reader: YamlReader) -> None:
        self.reader = reader

    def guide(self) -> GuideSource | None:
        reader = self.reader
        data = reader.settings(reader.text.data, (), _TOP, "a guide")
        base = reader.string(data.get("base"), ("base",))
        known = _BASE.fullmatch(base.strip())
        if known is None:
            if base:
                reader.wrong(
                    ("base",), base, "it must be like EDIFACT D.96A ORDERS or X12 004010 850"
                )
            else:
                reader.missing((), "base", "a guide", "EDIFACT D.96A ORDERS, X12 004010 850")
            return None
        name = reader.string(data.get("guide"), ("guide",))
        if not name:
            reader.missing((), "guide", "a guide", "its name, like acme-retail/orders")
        source = GuideSource(
            name,
            reader.text.file,
            known[1].lower(),
            known[2].replace(".", "").upper() if known[2][0] in "Dd" else known[2].lower(),
            known[3].upper(),
            reader.place(("base",)),
            reader.string(data.get("title"), ("title",)),
            reader.string(data.get("extends"), ("extends",)),
            reader.place(("extends",)),
            reader.choice(data.get("unlisted"), ("unlisted",), OTHERS) or "keep",
            places=reader.text,
        )
        source.body.members = self.members(data.get("segments"), ("segments",))
        source.envelope = self.members(data.get("envelope"), ("envelope",))
        for number, written in reader.named(data.get("private"), ("private",)).items():
            path = ("private", number)
            codes = reader.texts(written, path) or frozenset()
            source.private.append((number, codes, reader.place(path)))
        self.conditions(data.get("conditions"), source)
        self.tolerances(data.get("tolerate"), source)
        return source

    def members(self, data: Any, path: Path_) -> list[MemberSource]:
        found = []
        for name, written in self.reader.named(data, path).items():
            found.append(self.member(name, written, (*path, name)))
        return found

    def member(self, name: str, written: Any, path: Path_) -> MemberSource:
        reader = self.reader
        place = reader.place(path, key=True)
        if isinstance(written, str):
            usage = reader.choice(written, path, USAGES)
            return MemberSource(name, place, CountSource(usage))
        data = reader.settings(written, path, _MEMBER, f"segment or group {name}")
        source = MemberSource(name, place, self.count(data, path), self.body(data, path))
        source.other = reader.choice(data.get("other"), (*path, "other"), OTHERS)
        source.unlisted = reader.choice(data.get("unlisted"), (*path, "unlisted"), OTHERS)
        source.note = reader.string(data.get("note"), (*path, "note"))
        for slot, inner in reader.named(data.get("slots"), (*path, "slots")).items():
            source.slots.append(self.slot(slot, inner, (*path, "slots", slot)))
        if len(source.slots) > MOST_SLOTS:
            count = str(len(source.slots))
            reader.wrong((*path, "slots"), count, f"at most {MOST_SLOTS} slots can be told apart")
            del source.slots[MOST_SLOTS:]
        if source.other is not None and not source.slots:
            reader.wrong((*path, "other"), source.other, "it only has a meaning beside slots")
        return source

    def slot(self, name: str, written: Any, path: Path_) -> SlotSource:
        reader = self.reader
        data = reader.settings(written, path, _SLOT, f"slot {name}")
        source = SlotSource(name, reader.place(path, key=True))
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            rule = "a slot's name has small letters, digits and _, at most 40"
            reader.wrong(path, name, rule)
        inside = (*path, "discriminator")
        for number, values in reader.named(data.get("discriminator"), inside).items():
            taken = reader.texts(values, (*inside, number))
            if taken:
                place = reader.place((*inside, number), key=True)
                source.discriminators.append(DiscriminatorSource(number, taken, place))
        source.count = self.count(data, path)
        source.body = self.body(data, path)
        source.note = reader.string(data.get("note"), (*path, "note"))
        return source

    def count(self, data: dict[str, Any], path: Path_) -> CountSource:
        reader = self.reader
        return CountSource(
            reader.choice(data.get("usage"), (*path, "usage"), USAGES),
            reader.number(data.get("min"), (*path, "min")),
            reader.number(data.get("max"), (*path, "max")),
        )

    def body(self, data: dict[str, Any], path: Path_) -> BodySource:
        elements = []
        inside = (*path, "elements")
        for name, written in self.reader.named(data.get("elements"), inside).items():
            elements.append(self.element(name, written, (*inside, name)))
        return BodySource(elements, self.members(data.get("segments"), (*path, "segments")))

    def element(self, name: str, written: Any, path: Path_) -> ElementSource:
        reader = self.reader
        source = ElementSource(name, reader.place(path, key=True))
        if isinstance(written, str):
            source.usage = reader.choice(written, path, USAGES)
        elif isinstance(written, list):
            source.codes = reader.texts(written, path)
        else:
            data = reader.settings(written, path, _ELEMENT, f"element {name}")
            source.usage = reader.choice(data.get("usage"), (*path, "usage"), USAGES)
            if "codes" in data:
                source.codes = reader.texts(data["codes"], (*path, "codes"))
            source.min, source.max = reader.length(data.get("length"), (*path, "length"))
            source.least, source.most = reader.length(data.get("repeat"), (*path, "repeat"))
            source.pattern = reader.string(data.get("pattern"), (*path, "pattern"))
            source.note = reader.string(data.get("note"), (*path, "note"))
        return source

    def conditions(self, data: Any, source: GuideSource) -> None:
        reader = self.reader
        for number, written in enumerate(reader.items(data, ("conditions",))):
            path: Path_ = ("conditions", number)
            inner = reader.settings(written, path, _CONDITION, "a condition")
            name = reader.string(inner.get("name"), (*path, "name")) or f"condition {number + 1}"
            for setting, about in (("if", "the test"), ("then", "what it asks for")):
                if setting not in inner:
                    reader.missing(path, setting, name, about)
            at = reader.string(inner.get("at"), (*path, "at"))
            source.conditions.append(ConditionSource(name, reader.place(path), at, inner, path))

    def tolerances(self, data: Any, source: GuideSource) -> None:
        reader = self.reader
        for number, written in enumerate(reader.items(data, ("tolerate",))):
            path: Path_ = ("tolerate", number)
            order = isinstance(written, dict) and "out_of_order" in written
            known = _ORDER if order else _TOLERANCE
            inner = reader.settings(written, path, known, "a tolerance")
            needed = ("why",) if order else ("problem", "why")
            for setting in needed:
                if not inner.get(setting):
                    about = "the reason" if setting == "why" else "a code like G203"
                    reader.missing(path, setting, "a tolerance", about)
            if all(inner.get(setting) for setting in needed):
                source.tolerances.append(ToleranceSource(inner, reader.place(path), path))
