"""Records → XML, in the order of the grammar and with its namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gateway.grammar.xml.model import UNBOUNDED, Child
from gateway.grammar.xml.shape import TAG, TEXT, AttributeSlot, Shape, Shapes, Slot
from gateway.problems import Place, Problem, has_errors, problem
from gateway.syntax.record import Record
from gateway.syntax.xmltext import escape, impossible, quote

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SHORT = 60
_DEEPEST = 8


def write(shapes: Shapes, records: Sequence[Record]) -> tuple[bytes, list[Problem]]:
    """The file; with errors there is none (empty bytes)."""
    vocabulary = shapes.vocabulary
    if len(records) != 1 and not vocabulary.wrappers:
        return b"", [problem("F221", value=len(records), root=vocabulary.root.name)]
    problems: list[Problem] = []
    used = {one.prefix for one in (*vocabulary.wrappers, vocabulary.root)}
    outer, shape = len(vocabulary.wrappers), shapes.shape(vocabulary.root.type)
    bodies = []
    for record in records:
        writing = _Writing(record, vocabulary.root.name, used, problems)
        bodies.append(writing.document(shape, _tag(vocabulary.root), outer))
    if has_errors(problems):
        return b"", problems
    spaces = "".join(
        f" xmlns{'' if prefix == '-' else f':{prefix}'}={quote(uri)}"
        for prefix, uri in vocabulary.namespaces.items()
        if prefix in used
    )
    lines = [_DECLARATION]
    for depth, wrapper in enumerate(vocabulary.wrappers):
        lines.append(f"{'  ' * depth}<{_tag(wrapper)}{spaces if not depth else ''}>\n")
    for head, rest in bodies:
        lines += [head, "" if vocabulary.wrappers else spaces, rest]
    for depth, wrapper in reversed(list(enumerate(vocabulary.wrappers))):
        lines.append(f"{'  ' * depth}</{_tag(wrapper)}>\n")
    return "".join(lines).encode(), problems


def _tag(child: Child) -> str:
    return child.name if child.prefix == "-" else f"{child.prefix}:{child.name}"


@dataclass
class _Writing:
    """One document."""

    root: Record
    name: str
    used: set[str]
    problems: list[Problem]

    def document(self, shape: Shape, tag: str, depth: int) -> tuple[str, str]:
        """The document as text, in two pieces: namespaces stand between them."""
        path = f"/{self.name}"
        attributes = self._attributes(self.root.fields, shape.attributes, path)
        inside = self._inside(self.root, shape, depth, path)
        indent = "  " * depth
        end = f"</{tag}>\n" if shape.type.leaf else f"{indent}</{tag}>\n"
        return f"{indent}<{tag}{attributes}", f">{inside}{end}"

    def _inside(self, record: Record, shape: Shape, depth: int, path: str) -> str:
        if shape.type.leaf:
            return escape(self._value(record.fields.get(TEXT, ""), shape.spell, path))
        lines: list[str] = ["\n"]
        self._children(record, shape, depth + 1, path, lines)
        return "".join(lines)

    def _children(
        self, record: Record, shape: Shape, depth: int, path: str, lines: list[str]
    ) -> None:
        """All elements below, in the order of the grammar."""
        names, fields, kids = shape.names, record.fields, record.kids
        present: dict[str, Slot] = {}
        for key in fields:
            name = key.partition("@")[0] or key
            slot = names.get(name)
            if slot is not None and slot.leaf:
                present[name] = slot
                if name != key and key not in {one.field for one in slot.attributes.values()}:
                    self._unknown(key, record, shape, path)
            elif key not in {one.field for one in shape.attributes.values()}:
                self._unknown(key, record, shape, path)
        for name, listed in kids.items():
            slot = names.get(name)
            if slot is None or slot.leaf:
                self._unknown(name, record, shape, path)
            elif listed:
                present[name] = slot
        slots = [*present.values(), *self._missing(present, shape, path, record)]
        for slot in sorted(slots, key=_rank):
            if slot.name not in present:
                self._filled_in(slot, depth, path, lines)
            elif slot.leaf:
                self._leaf(fields, slot, depth, path, lines)
            else:
                self._kids(kids[slot.name], slot, depth, path, lines)

    def _filled_in(self, slot: Slot, depth: int, path: str, lines: list[str]) -> None:
        """A required element that nobody has anything to say about."""
        self.used.add(slot.prefix)
        indent, tag = "  " * depth, slot.tag
        if slot.type.leaf:
            lines.append(f"{indent}<{tag}>{escape(slot.default)}</{tag}>\n")
            return
        inside: list[str] = []
        here = f"{path}/{slot.name}"
        self._children(Record(slot.name), slot.shape, depth + 1, here, inside)
        inner = "".join(inside)
        lines.append(f"{indent}<{tag}>\n{inner}{indent}</{tag}>\n" if inner
                     else f"{indent}<{tag}/>\n")  # fmt: skip

    def _leaf(
        self, fields: Mapping[str, str], slot: Slot, depth: int, path: str, lines: list[str]
    ) -> None:
        raw = fields.get(slot.name, "")
        here = f"{path}/{slot.name}"
        if not raw and slot.type.kind != "text":
            alone = [one for one in slot.attributes.values() if fields.get(one.field)]
            for one in alone:
                value = _shown(fields[one.field])
                self._report("F222", Place(path=here), attribute=one.name, value=value)
            return
        value = escape(self._value(raw, slot.spell, here))
        attributes = self._attributes(fields, slot.attributes, here) if slot.attributes else ""
        if value or attributes:
            self.used.add(slot.prefix)
            lines.append(f"{'  ' * depth}<{slot.tag}{attributes}>{value}</{slot.tag}>\n")

    def _kids(
        self, listed: Sequence[Record], slot: Slot, depth: int, path: str, lines: list[str]
    ) -> None:
        if slot.most != UNBOUNDED and len(listed) > slot.most:
            place = Place(path=f"{path}/{slot.name}", line=listed[-1].line)
            value = f"{len(listed)} × {slot.name}"
            self._report("F208", place, value=value, most=slot.most)
        indent, tag, shape = "  " * depth, slot.tag, slot.shape
        self.used.add(slot.prefix)
        for index, kid in enumerate(listed, 1):
            here = f"{path}/{slot.name}[{index}]" if len(listed) > 1 else f"{path}/{slot.name}"
            attributes = self._attributes(kid.fields, shape.attributes, here)
            if shape.type.leaf:
                value = escape(self._value(_tagged(kid, shape), shape.spell, here))
                if value or (attributes and shape.type.kind == "text"):
                    lines.append(f"{indent}<{tag}{attributes}>{value}</{tag}>\n")
                continue
            if not kid.fields and not kid.kids:
                continue
            lines.append(f"{indent}<{tag}{attributes}>\n")
            self._children(kid, shape, depth + 1, here, lines)
            lines.append(f"{indent}</{tag}>\n")

    # ------------------------------------------------------------------ values

    def _attributes(
        self, fields: Mapping[str, str], slots: dict[str, AttributeSlot], path: str
    ) -> str:
        text = ""
        for slot in slots.values():
            value = fields.get(slot.field, "")
            if not value and slot.implied:
                value = self.root.fields.get(slot.implied, "")
            if value:
                text += f" {slot.name}={quote(self._value(value, slot.check, path, slot.name))}"
            elif slot.required:
                self._report("F211", Place(path=path), attribute=slot.name)
        return text

    def _value(self, value: str, check: object, path: str, attribute: str = "") -> str:
        if not value:
            return ""
        here = f"{path}/@{attribute}" if attribute else path
        if callable(check):
            value, rule = check(value)
            if rule:
                self._report("F209", Place(path=here), value=_shown(value), rule=rule)
        if sign := impossible(value):
            self._report("F220", Place(path=here), value=f"U+{ord(sign):04X}")
            return ""
        return value

    # ------------------------------------------------------------------ problems

    def _missing(
        self, present: Mapping[str, Slot], shape: Shape, path: str, record: Record
    ) -> Iterator[Slot]:
        """Required elements that are absent and may be empty; F207 for the others."""
        for slot in shape.required:
            if slot.name in present:
                continue
            wanted = slot.name
            if slot.group > 0:
                chosen = [one.name for one in shape.chosen(slot.group)]
                if any(name in present for name in chosen):
                    continue
                wanted = " or ".join(chosen)
            elif _may_be_left_out(slot):
                yield slot
                continue
            place = Place(path=f"{path}/{slot.name}", line=record.line)
            found = problem("F207", place, line=record.line, where=path, missing=wanted)
            self.problems.append(found)

    def _unknown(self, name: str, record: Record, shape: Shape, path: str) -> None:
        known = [*shape.names, *(one.field for one in shape.attributes.values())]
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"known here: {_some(known)}"
        place = Place(path=f"{path}/{name}", line=record.line)
        self._report("F205", place, value=name, hint=hint)

    def _report(self, code: str, place: Place, **facts: object) -> None:
        where = place.path or "/"
        found = problem(code, place, severity=None, line=place.line, where=where, **facts)
        self.problems.append(found)


def _may_be_left_out(slot: Slot, depth: int = 0) -> bool:
    """Whether a required element can be written without anything to say."""
    if slot.default:
        return True
    if slot.type.leaf or depth > _DEEPEST or any(one.required for one in slot.attributes.values()):
        return False
    return all(_may_be_left_out(one, depth + 1) for one in slot.shape.required)


def _tagged(record: Record, shape: Shape) -> str:
    """The own text of a record, behind what it is about."""
    text, tag = record.fields.get(TEXT, ""), record.fields.get(TAG, "")
    return f"#{tag}#{text}" if tag and text and shape.type.tagged else text


def _rank(slot: Slot) -> int:
    return slot.rank


def _some(names: Iterable[str]) -> str:
    return " ".join(list(names)[:12])


def _shown(value: str) -> str:
    return value if len(value) <= _SHORT else f"{value[:_SHORT]}…"
