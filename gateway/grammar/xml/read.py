"""XML files → records, checked against the grammar on the way.

One pass over the events of the parser: memory holds the records and nothing of the file twice.
An element that the grammar does not have is told with everything inside it and read over.
"""

from __future__ import annotations

import re
from typing import Any

from gateway.grammar.layoutmodel import DocumentRead, FileLimits, LayoutReading
from gateway.grammar.xml.findings import Findings, Frame, local, shown
from gateway.grammar.xml.model import UNBOUNDED
from gateway.grammar.xml.shape import TAG, TEXT, AttributeSlot, Shapes, Slot
from gateway.grammar.xml.value import BLANKS, ZONED
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax.record import Record
from gateway.syntax.xmlevents import Position, Stop, XmlLimits, make_parser, parse

_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance "
_NIL = f"{_SCHEMA}nil"
# BT-21 in UBL (CEN/TS 16931-3-2)
_TAGGED = re.compile(r"#([A-Z0-9]{2,3})#\s*(\S.*)", re.DOTALL)


def read(shapes: Shapes, data: bytes, limits: FileLimits, xml: XmlLimits) -> LayoutReading:
    """All documents of a file and all problems."""
    parser, position = make_parser()
    reader = _Reader(shapes, data, limits, xml, position)
    stopped = parse(data, reader, parser, position, xml)
    return reader.finish(stopped)


class _Reader(Findings):
    """Takes the events. Depths: elements around a document, then the document itself."""

    def __init__(
        self,
        shapes: Shapes,
        data: bytes,
        limits: FileLimits,
        xml: XmlLimits,
        position: Position,
    ) -> None:
        vocabulary = shapes.vocabulary
        super().__init__(vocabulary, limits, position)
        self.data = data
        self.around = [vocabulary.expat(one) for one in vocabulary.wrappers]
        self.document = vocabulary.expat(vocabulary.root)
        self.top = shapes.shape(vocabulary.root.type)
        self.most_text = xml.text
        self.open = 0
        self.leaf: Slot | None = None
        self.leaf_attributes: dict[str, str] = {}
        self.pieces: list[str] = []
        self.found: list[DocumentRead] = []
        self.starts: list[int] = []
        """Bytes at which documents begin."""

    # ------------------------------------------------------------------ events

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.open += 1
        if self.skipped:
            self.skipped += 1
            return
        if not self.stack:
            self._outer(name, attributes)
            return
        if self.leaf is not None:
            path = f"/{self.leaf.name}/{local(name)}"
            self.report("F205", path, value=local(name), hint="only text may stand here")
            self.skipped = 1
            return
        frame = self.stack[-1]
        slot = frame.children.get(name)
        if slot is None:
            self.unknown(frame, name)
            return
        if slot.rank != frame.rank:
            if slot.rank < frame.rank and not self.vocabulary.any_order:
                self.misplaced(frame, slot)
            frame.rank = max(slot.rank, frame.rank)
        if slot.leaf:
            self._leaf(frame, slot, attributes)
        else:
            self._record(frame, slot, attributes)

    def text(self, data: str) -> None:
        """Characters."""
        if self.leaf is not None:
            self.pieces.append(data)
        elif not self.skipped:
            frame = self.stack[-1] if self.stack else None
            if frame is not None and frame.pieces is not None:
                frame.pieces.append(data)  # a blank alone, too: texts come in pieces
            elif data.strip(BLANKS):
                self.report("F206", "", value=shown(data.strip(BLANKS)))

    def end(self, name: str) -> None:
        """The element that began last ends."""
        self.open -= 1
        if self.skipped:
            self.skipped -= 1
        elif self.leaf is not None:
            self._leaf_end(self.stack[-1], self.leaf)
            self.leaf = None
        elif self.stack:
            self._record_end(name)
        else:
            self.outside -= 1

    # ------------------------------------------------------------------ around the documents

    def _outer(self, name: str, attributes: dict[str, str]) -> None:
        if self.outside < len(self.around):
            if name == self.around[self.outside]:
                self.outside += 1
            else:
                self._wrong_root(name, self.around[self.outside])
            return
        if name != self.document:
            self._wrong_root(name, self.document)
            return
        if len(self.found) >= self.limits.documents:
            most = self.limits.documents
            raise Stop(problem("F203", self.place(""), what="documents", most=most,
                               line=self.position.line))  # fmt: skip
        self.starts.append(self.position.offset)
        record = Record(self.vocabulary.root.name, line=self.position.line)
        self.stack.append(Frame(record, self.top, record.name))
        self._attributes(record, self.top.attributes, attributes, self.top.type.name)

    def _wrong_root(self, name: str, wanted: str) -> None:
        code = "F205" if self.outside else "F204"
        uri, _, local = name.rpartition(" ")
        wanted_uri, _, wanted_local = wanted.rpartition(" ")
        place = self.place(f"/{local}")
        expected = f"{wanted_local} of the namespace {wanted_uri}" if wanted_uri else wanted_local
        shown = f"{local} of the namespace {uri}" if uri else local
        facts: dict[str, Any] = {"line": place.line, "value": shown}
        facts |= {"expected": expected} if code == "F204" else {"hint": f"expected {expected}"}
        facts["where"] = "/"
        self.file_problems.append(problem(code, place, **facts))
        self.skipped = 1

    # ------------------------------------------------------------------ elements

    def _leaf(self, frame: Frame, slot: Slot, attributes: dict[str, str]) -> None:
        if slot.name in frame.record.fields or slot.name in frame.empty:
            self.too_many(slot, 2)
        self.leaf, self.leaf_attributes = slot, attributes
        self.pieces.clear()

    def _leaf_end(self, frame: Frame, slot: Slot) -> None:
        value = self._text(self.pieces)
        record, attributes = frame.record, self.leaf_attributes
        if not value or attributes.get(_NIL) in ("true", "1"):
            if slot.type.kind != "text":
                return  # no number is no number; what it would be of says nothing either
            frame.empty |= {slot.name}
            if not attributes:
                return
        else:
            if slot.check is not None:
                value = self._checked(value, slot, f"/{slot.name}", frame)
            if value == slot.default:
                frame.empty |= {slot.name}
                return
            record.fields[slot.name] = value
        if attributes:
            self._attributes(record, slot.attributes, attributes, slot.name)
        elif slot.attributes:
            self._required_attributes(record, slot.attributes, slot.name)

    def _text(self, pieces: list[str]) -> str:
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if len(text) > self.most_text:
            most, what = self.most_text, "characters of an element"
            line = self.position.line
            raise Stop(problem("F203", self.place(""), what=what, most=most, line=line))
        return text.strip(BLANKS)

    def _checked(self, value: str, slot: Slot, below: str, frame: Frame) -> str:
        assert slot.check is not None
        kept, rule = slot.check(value)
        if rule == ZONED:
            self.report("F216", below, value=value, kept=kept)
        elif rule:
            self.report("F209", below, value=shown(value), rule=rule)
        return kept

    def _record(self, frame: Frame, slot: Slot, attributes: dict[str, str]) -> None:
        record = Record(slot.name, line=self.position.line)
        kids = frame.record.kids.get(slot.name)
        if kids is None:
            frame.record.kids[slot.name] = [record]
        else:
            kids.append(record)
            if slot.most != UNBOUNDED and len(kids) > slot.most:
                self.too_many(slot, len(kids))
        self.stack.append(Frame(record, slot.shape, slot.name))
        if attributes:
            self._attributes(record, slot.attributes, attributes, slot.name)
        elif slot.attributes:
            self._required_attributes(record, slot.attributes, slot.name)

    def _record_end(self, name: str) -> None:
        frame = self.stack[-1]
        record = frame.record
        if frame.pieces is not None:
            self._own_text(frame)
        for slot in frame.shape.required:
            name = slot.name
            if name not in record.fields and name not in record.kids and name not in frame.empty:
                self.lacking(frame, slot)
        if frame.shape.choices:
            self.choices(frame)
        self.stack.pop()
        if not self.stack:
            self._document(frame)
        elif not record.fields and not record.kids:
            above = self.stack[-1]
            above.empty |= {frame.name}
            kids = above.record.kids
            kids[frame.name].pop()
            if not kids[frame.name]:
                del kids[frame.name]

    def _own_text(self, frame: Frame) -> None:
        value = self._text(frame.pieces or [])
        if value:
            check = frame.shape.check
            if check is not None:
                kept, rule = check(value)
                if rule and rule != ZONED:
                    self.report("F209", "", value=shown(value), rule=rule)
                value = kept
            if frame.shape.type.tagged and (known := _TAGGED.fullmatch(value)):
                frame.record.fields[TAG], value = known.groups()
            frame.record.fields[TEXT] = value

    def _document(self, frame: Frame) -> None:
        start = self.starts[-1]
        end = self.data.find(b">", self.position.offset) + 1
        source = self.data[start:end] if self.around else self.data
        problems = tuple(self.problems)
        self.problems.clear()
        self.read_over.clear()
        record, partial = (None, frame.record) if errors(problems) else (frame.record, None)
        line = frame.record.line or 1
        self.found.append(DocumentRead(record, problems, source, line, partial))

    def _attributes(
        self,
        record: Record,
        slots: dict[str, AttributeSlot],
        attributes: dict[str, str],
        name: str,
    ) -> None:
        for key, text in attributes.items():
            slot = slots.get(key)
            if slot is not None:
                self._attribute(record, slot, text.strip(BLANKS), name)
            elif not key.startswith(_SCHEMA):
                known = ", ".join(one.name for one in slots.values()) or "none"
                self.report("F210", self._beside(name), value=local(key), known=known)
        if any(slot.required for slot in slots.values()):
            self._required_attributes(record, slots, name, attributes)

    def _attribute(self, record: Record, slot: AttributeSlot, value: str, name: str) -> None:
        if not value or self._implied(slot, value):
            return
        if slot.check is not None:
            value, rule = slot.check(value)
            if rule:
                path = f"{self._beside(name)}/@{slot.name}"
                self.report("F209", path, value=shown(value), rule=rule)
        record.fields[slot.field] = value

    def _required_attributes(
        self,
        record: Record,
        slots: dict[str, AttributeSlot],
        name: str,
        attributes: dict[str, str] | None = None,
    ) -> None:
        for key, slot in slots.items():
            if slot.required and not (attributes or {}).get(key, "").strip(BLANKS):
                self.report("F211", self._beside(name), attribute=slot.name)

    def _implied(self, slot: AttributeSlot, value: str) -> bool:
        return bool(slot.implied) and self.stack[0].record.fields.get(slot.implied) == value

    def _beside(self, name: str) -> str:
        """The path below the open record of the element whose attributes are looked at."""
        return f"/{name}" if self.leaf is not None else ""

    def finish(self, stopped: Problem | None) -> LayoutReading:
        """What was read, with the problem that ended it."""
        problems = list(self.file_problems)
        if stopped is not None:
            if self.starts and len(self.starts) > len(self.found):
                start = self.starts[-1]
                source = self.data[start:] if self.around else self.data
                line = self.stack[0].record.line if self.stack else None
                held = (*self.problems, stopped)
                self.found.append(DocumentRead(None, held, source, line or 1))
            else:
                problems.append(stopped)
        elif not self.found and not problems:
            problems.append(problem("F117", Place(line=1), line=1))
        return LayoutReading(tuple(self.found), tuple(problems))
