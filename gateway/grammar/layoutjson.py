"""JSON files: objects ⇄ records.

A file is one document (an object) or a list of them, alone or inside other objects (``wrapper``).
An object inside is a record that occurs once, a list of objects one that repeats; everything else
is a field. ``null`` and empty texts are absent. Numbers are exact: their text is kept. Places are
JSON pointers (RFC 6901) into the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache

from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutmodel import (
    DocumentRead,
    FieldLayout,
    FileLimits,
    RecordLayout,
    Spelling,
    count_problems,
    unknown_field,
    value_problem,
)
from gateway.grammar.layouttotals import verify, with_computed
from gateway.grammar.layoutvalues import Convert, Wrong, reading
from gateway.grammar.layoutwrite import Writer
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax.jsonrecords import Data, Item, Raw, Value, read_items, write_json
from gateway.syntax.record import Record

_KINDS = {
    "object": "an object {…}", "list": "a list […]", "text": "a text", "number": "a number",
    "flag": "true or false", "null": "null",
}  # fmt: skip
_NUMBERS = ("decimal", "integer")
_LONGEST_EXPONENT = 3


def read(
    root: RecordLayout, form: FileForm, text: str, encoding: str, limits: FileLimits
) -> Iterator[DocumentRead | Problem]:
    """Documents and problems of a file in order. A fault in the JSON ends it."""
    reader = _Reader(root, text, encoding)
    count = told = 0
    for item in read_items(text, form.wrapper):
        if isinstance(item, Problem):
            yield item
            return
        if not item.wanted:
            if item.value.kind != "null":
                place = reader.place(item.value, item.path)
                yield unknown_field(str(item.path[-1]), RecordLayout("the file", {}), place)
            continue
        if count == limits.documents:
            value = f"more than {limits.documents}"
            yield problem("F116", Place(line=1), what="documents", most=limits.documents,
                          value=value)  # fmt: skip
            return
        count += 1
        if item.value.members is None and not item.path:
            wanted = "one document {…} or a list of documents […]"
            yield reader.wrong_kind(item.value, "the file", wanted)
            return
        found = reader.document(item)
        told += len(found.problems)
        yield found
        if told > limits.problems:
            yield problem("F116", Place(line=found.line), what="problems", most=limits.problems,
                          value=f"more, from line {found.line} on")  # fmt: skip
            return


@dataclass
class Node:
    """What an object of the file may hold: fields, records, and objects on the way to them."""

    fields: dict[str, FieldLayout] = field(default_factory=dict)
    kids: dict[str, RecordLayout] = field(default_factory=dict)
    inner: dict[str, Node] = field(default_factory=dict)

    def below(self, way: Sequence[str]) -> Node:
        """The node at the end of a way."""
        return self.inner.setdefault(way[0], Node()).below(way[1:]) if way else self


def node_of(shape: RecordLayout) -> Node:
    """The object that a record is."""
    node = Node()
    for name, one in shape.fields.items():
        way = one.path or (name,)
        node.below(way[:-1]).fields[way[-1]] = one
    for name, kid in shape.kids.items():
        way = kid.path or (name,)
        node.below(way[:-1]).kids[way[-1]] = kid
    return node


def pointer(path: Sequence[str | int]) -> str:
    """``("lines", 0, "quantity")`` → ``/lines/0/quantity`` (RFC 6901)."""
    return "".join(f"/{str(one).replace('~', '~0').replace('/', '~1')}" for one in path)


class _Reader:
    def __init__(self, root: RecordLayout, text: str, encoding: str) -> None:
        self.root = root
        self.encoding = encoding
        self.text = text
        self.nodes: dict[int, Node] = {}
        self.start = self.mark = (0, 1)
        """Offset and line of the document that is read, and of the last place asked for."""

    def line(self, offset: int) -> int:
        """The line of an offset; places are mostly asked for in the order of the file."""
        at, line = self.mark if offset >= self.mark[0] else self.start
        if offset < at:
            at, line = 0, 1
        self.mark = (offset, line + self.text.count("\n", at, offset))
        return self.mark[1]

    def place(self, value: Value, path: Sequence[str | int]) -> Place:
        column = value.offset - self.text.rfind("\n", 0, value.offset)
        width = 1 if value.members is not None or value.items else value.end - value.offset
        line = self.line(value.offset)
        return Place(line=line, column=column, width=max(1, width), path=pointer(path))

    def wrong_kind(self, value: Value, what: str, wanted: str, path: Sequence[str | int] = ()
                   ) -> Problem:  # fmt: skip
        place = self.place(value, path)
        found = _KINDS[value.kind]
        return problem("F114", place, line=place.line, field=what, value=found, expected=wanted)

    def document(self, item: Item) -> DocumentRead:
        value = item.value
        line = self.line(value.offset)
        self.start = (value.offset, line)
        source = self.text[value.offset : value.end].encode(self.encoding)
        if value.members is None:
            what = pointer(item.path)
            found = self.wrong_kind(value, what, "a document {…}", item.path)
            return DocumentRead(None, (found,), source, line)
        problems: list[Problem] = []
        record = self.record(value, self.root, item.path, problems)
        problems += verify(record, self.root, whole=not errors(problems))
        if errors(problems):
            return DocumentRead(None, tuple(problems), source, line, partial=record)
        return DocumentRead(record, tuple(problems), source, line)

    def record(
        self, value: Value, shape: RecordLayout, path: tuple[str | int, ...],
        problems: list[Problem],
    ) -> Record:  # fmt: skip
        record = Record(shape.name, line=self.line(value.offset))
        node = self.nodes.get(id(shape))
        if node is None:
            node = self.nodes[id(shape)] = node_of(shape)
        self.members(value, node, shape, path, record, problems)
        for name, one in shape.fields.items():
            if one.required and not one.constant and name not in record.fields:
                here = (*path, *(one.path or (name,)))
                if not _told(problems, here):
                    place = self.place(value, here)
                    problems.append(self.wrong(Wrong("F106", "a value"), "", one, place))
        for name, kid in shape.kids.items():
            here = (*path, *(kid.path or (name,)))
            count = len(record.kids.get(name, ()))
            wrong = (kid.required and not count) or (not kid.many and count > 1)
            if wrong and not _told(problems, here):
                problems += count_problems(count, kid, shape, self.place(value, here))
        return record

    def members(
        self, value: Value, node: Node, shape: RecordLayout, path: tuple[str | int, ...],
        record: Record, problems: list[Problem],
    ) -> None:  # fmt: skip
        """Take the members of an object, and of objects on the way to fields."""
        for name, inner in (value.members or {}).items():
            here = (*path, name)
            if name in node.fields:
                problems += self.field(inner, node.fields[name], here, record)
            elif name in node.kids:
                kid = node.kids[name]
                kids = list(self.kids(inner, kid, here, problems))
                if kids:
                    record.kids[kid.name] = kids
            elif name in node.inner:
                if inner.members is not None:
                    self.members(inner, node.inner[name], shape, here, record, problems)
                elif inner.kind != "null":
                    problems.append(self.wrong_kind(inner, pointer(here), _KINDS["object"], here))
            elif inner.kind != "null":
                near = [*node.fields, *node.kids, *node.inner]
                known = RecordLayout(shape.name, dict.fromkeys(near, FieldLayout("")))
                problems.append(unknown_field(name, known, self.place(inner, here)))

    def kids(
        self, value: Value, shape: RecordLayout, path: tuple[str | int, ...],
        problems: list[Problem],
    ) -> Iterator[Record]:  # fmt: skip
        if value.kind == "null":
            return
        wanted = "list" if shape.many else "object"
        if value.kind != wanted:
            problems.append(self.wrong_kind(value, pointer(path), _KINDS[wanted], path))
            return
        items = value.items if shape.many else (value,)
        for index, item in enumerate(items):
            here = (*path, index) if shape.many else path
            if item.members is None:
                problems.append(self.wrong_kind(item, pointer(here), _KINDS["object"], here))
                continue
            before = len(problems)
            kid = self.record(item, shape, here, problems)
            if kid.fields or kid.kids or len(problems) > before:
                yield kid

    def field(
        self, value: Value, shape: FieldLayout, path: tuple[str | int, ...], record: Record
    ) -> Iterator[Problem]:
        if value.kind == "null" or (value.kind == "text" and not value.text):
            return
        flag = value.kind == "flag" and shape.kind != "flag"
        if value.kind in ("object", "list") or flag:
            wanted = f"a {shape.kind}"
            yield self.wrong_kind(value, pointer(path), wanted, path)
            return
        found = _value(value, shape)
        if isinstance(found, Wrong):
            yield self.wrong(found, value.text, shape, self.place(value, path))
        elif found:
            record.fields[shape.name] = found

    def wrong(self, wrong: Wrong, text: str, shape: FieldLayout, place: Place) -> Problem:
        spot = f"field {place.path}"
        return value_problem(text, shape, place, "", wrong.code, wrong.rule, spot)


def _told(problems: Sequence[Problem], path: Sequence[str | int]) -> bool:
    here = pointer(path)
    return any(one.place.path == here for one in problems)


def _value(value: Value, shape: FieldLayout) -> str | Wrong:
    """Normal form. A number of JSON is plain, however the layout spells numbers in texts."""
    if value.kind == "flag":
        return value.text
    if value.kind == "number":
        text = _digits(value.text)
        if shape.kind in _NUMBERS:
            return _number(shape)(text)
        return reading(shape)(text)
    return reading(shape)(value.text)


@cache
def _number(shape: FieldLayout) -> Convert:
    return reading(replace(shape, spelling=Spelling()))


def _digits(text: str) -> str:
    """``1.5e3`` → ``1500``; what is too large to write out stays and is refused as no number."""
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent or len(exponent) > _LONGEST_EXPONENT:
        return text
    try:
        return format(Decimal(text), "f")
    except InvalidOperation:
        return mantissa


def write(
    root: RecordLayout, form: FileForm, records: Sequence[Record]
) -> tuple[str, list[Problem]]:
    """Text of the file, and what keeps records from being written."""
    writer = _Writer(form.absent)
    documents: list[Data] = [
        writer.data(with_computed(record, root), root, root.name) for record in records
    ]
    whole: Data = documents if form.as_list or len(documents) != 1 else documents[0]
    for name in reversed(form.wrapper):
        whole = {name: whole}
    return write_json(whole) + "\n", writer.problems


class _Writer(Writer):
    def __init__(self, absent: str) -> None:
        super().__init__()
        words: dict[str, Data] = {"null": Raw("null"), "empty": ""}
        self.absent = words.get(absent)

    def data(self, record: Record, shape: RecordLayout, path: str) -> dict[str, Data]:
        data: dict[str, Data] = {}
        texts = self.texts(record, shape, path)
        for name, one in shape.fields.items():
            text = texts.get(name, "")
            written = _written(text, one) if text else self.absent
            if written is not None:
                _put(data, one.path or (name,), written)
        for name, kid in shape.kids.items():
            kids = record.kids.get(name, [])
            place = Place(path=f"{path}.{name}", line=record.line)
            self.problems += count_problems(len(kids), kid, shape, place)
            inner: list[Data] = [
                self.data(one, kid, f"{path}.{name}[{index}]")
                for index, one in enumerate(kids, start=1)
            ]
            if inner:
                _put(data, kid.path or (name,), inner if kid.many else inner[0])
        for name in record.kids:
            if name not in shape.kids:
                self.problems.append(unknown_field(name, shape, Place(path=f"{path}.{name}")))
        return data


def _put(data: dict[str, Data], way: Sequence[str], value: Data) -> None:
    here = data
    for name in way[:-1]:
        inner = here.setdefault(name, {})
        assert isinstance(inner, dict)
        here = inner
    here[way[-1]] = value


def _written(text: str, shape: FieldLayout) -> Data:
    if shape.quoted or shape.kind not in (*_NUMBERS, "flag"):
        return text
    return _raw(text)


def _raw(value: str) -> Raw | str:
    """A number as JSON spells it: no leading zeros, no plus sign; a text where it is none."""
    sign = "-" if value.startswith("-") else ""
    digits = value.removeprefix("-")
    whole, mark, rest = digits.partition(".")
    if value in ("true", "false"):
        return Raw(value)
    if not (whole.isascii() and whole.isdigit()) or (mark and not rest.isdigit()):
        return value
    plain = sign + (whole.lstrip("0") or "0") + mark + rest
    return Raw(plain) if plain == value else value


def joined(sources: Sequence[bytes], form: FileForm, encoding: str) -> bytes:
    """A file of the bytes of some documents."""
    front = "".join(f"{{{json.dumps(name)}: " for name in form.wrapper)
    text = front.encode(encoding) + "[".encode(encoding)
    comma, end = ",\n".encode(encoding), ("]" + "}" * len(form.wrapper) + "\n").encode(encoding)
    return text + comma.join(sources) + end
