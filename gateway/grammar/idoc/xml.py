"""IDoc XML ⇄ trees of segments.

``<ORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1">…</EDI_DC40><E1EDK01 SEGMENT="1">…``: the root has
the name of the type or of its extension; several ``<IDOC>`` may follow each other. Segments carry
their type, not the definition of a release, and stand inside the segment they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gateway.grammar.idoc.flat import FlatCodec
from gateway.grammar.idoc.places import Place
from gateway.grammar.idoc.tree import Idoc, Segment
from gateway.problems import Place as Spot
from gateway.problems import Problem, Severity, problem
from gateway.syntax.idocxml import XmlElement, fields_text, open_tag

_SEGMENT = ' SEGMENT="1"'


class XmlCodec:
    """Reads and writes the elements of one type."""

    def __init__(self, flat: FlatCodec) -> None:
        self.flat = flat

    def read(self, found: XmlElement) -> tuple[Idoc, list[Problem]]:
        """The IDoc of one ``<IDOC>`` element."""
        idoc = Idoc({}, line=found.line)
        problems: list[Problem] = []
        for one in found.kids:
            if one.name.startswith("EDI_DC") and not idoc.control:
                idoc.control = _texts(one.kids, one.name, problems)
            elif self._segment(one):
                idoc.segments.append(self._read(one, self.flat.root, "the IDoc", problems))
            else:
                problems.append(_misplaced(one, "EDI_DC40 or a segment"))
        if not idoc.control:
            value = f"<{found.kids[0].name}>" if found.kids else "an empty <IDOC>"
            problems.append(problem("F302", Spot(line=found.line), line=found.line, value=value))
        return idoc, problems

    def _segment(self, one: XmlElement) -> bool:
        return "SEGMENT" in one.attributes or bool(one.kids) or one.name in self.flat.slices

    def _read(
        self, found: XmlElement, above: Place | None, parent: str, problems: list[Problem]
    ) -> Segment:
        place = above.kids.get(found.name) if above is not None else None
        made = Segment(found.name, line=found.line, known=place is not None)
        slices = self.flat.slices.get(found.name)
        if place is None:
            problems.append(self._unplaced(found, parent))
        leaves = [one for one in found.kids if not self._segment(one)]
        made.fields = _texts(leaves, found.name, problems)
        if slices is not None and place is not None:
            known = {name for name, _, _ in slices}
            problems += [_unknown_field(one, found.name) for one in leaves if one.name not in known]
        for one in found.kids:
            if self._segment(one):
                made.kids.append(self._read(one, place, found.name, problems))
        return made

    def _unplaced(self, found: XmlElement, parent: str) -> Problem:
        spot = Spot(line=found.line)
        parents = self.flat.parents.get(found.name)
        if parents:
            expected = " or ".join(sorted({one.name for one in parents}))
            return problem("F321", spot, line=found.line, segment=found.name, expected=expected)
        type_ = self.flat.found.name
        return problem("F320", spot, line=found.line, type=type_, segment=found.name, parent=parent)

    def write(self, idocs: Iterable[Idoc], root: str, newline: str = "\n") -> str:
        """The file."""
        lines = ['<?xml version="1.0" encoding="UTF-8"?>']
        for at, idoc in enumerate(idocs):
            begin = open_tag("IDOC", ' BEGIN="1"')
            lines.append(f"{open_tag(root)}{begin}" if not at else begin)
            lines.append(open_tag("EDI_DC40", _SEGMENT))
            lines += fields_text(_ordered(idoc.control, self.flat.control))
            lines.append("</EDI_DC40>")
            self._write(idoc.segments, lines)
            lines.append("</IDOC>")
        lines[-1] += f"</{root}>"
        return newline.join(lines) + newline

    def _write(self, segments: Sequence[Segment], lines: list[str]) -> None:
        for one in segments:
            lines.append(open_tag(one.type, _SEGMENT))
            slices = self.flat.slices.get(one.type)
            fields = one.fields.items() if slices is None else _ordered(one.fields, slices)
            lines += fields_text(fields)
            self._write(one.kids, lines)
            lines.append(f"</{one.type}>")


def _ordered(
    fields: Mapping[str, str], slices: Sequence[tuple[str, int, int]]
) -> Iterator[tuple[str, str]]:
    """Fields in the order of the type, then those it does not know."""
    known = [name for name, _, _ in slices]
    for name in known:
        if name in fields:
            yield name, fields[name]
    if len(fields) > len(known) or any(name not in known for name in fields):
        yield from ((name, value) for name, value in fields.items() if name not in known)


def _texts(leaves: Sequence[XmlElement], name: str, problems: list[Problem]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for one in leaves:
        if one.name in fields or one.kids:
            problems.append(_misplaced(one, f"one {one.name} in {name}"))
        text = one.text.rstrip(" ")
        if not text.isprintable():
            text = text.strip("\r\n\t ")  # an indented value
        fields[one.name] = text
    return fields


def _misplaced(one: XmlElement, expected: str) -> Problem:
    spot = Spot(line=one.line)
    return problem("F310", spot, line=one.line, value=f"<{one.name[:40]}>", expected=expected)


def _unknown_field(one: XmlElement, segment: str) -> Problem:
    where = f"line {one.line}, {segment}-{one.name}"
    return problem(
        "F334", Spot(line=one.line, path=f"{segment}-{one.name}"), severity=Severity.WARNING,
        where=where, segment=segment, field=one.name, hint="no map can read it",
    )  # fmt: skip
