"""JSON files: objects ⇄ records.

A file is one document (an object) or a list of them. An object inside is a record that occurs
once, a list of objects one that repeats; everything else is a field. ``null`` and empty texts are
absent. Numbers are exact: their text is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from gateway.grammar.layoutmodel import (
    DocumentRead,
    FieldLayout,
    FileLimits,
    LayoutReading,
    RecordLayout,
    check_value,
    count_problems,
    unknown_field,
    value_problem,
)
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax.jsonrecords import Data, Raw, Value, read_json, write_json
from gateway.syntax.record import Record

_KINDS = {
    "object": "an object {…}", "list": "a list […]", "text": "a text", "number": "a number",
    "flag": "true or false", "null": "null",
}  # fmt: skip
_LONGEST_EXPONENT = 3


def read(root: RecordLayout, text: str, encoding: str, limits: FileLimits) -> LayoutReading:
    """All documents of a file and all problems."""
    value, problems = read_json(text)
    if value is None:
        return LayoutReading((), tuple(problems))
    reader = _Reader(root, text, encoding)
    if value.kind not in ("object", "list"):
        wanted = "one document {…} or a list of documents […]"
        return LayoutReading((), (reader.wrong_kind(value, "the file", wanted),))
    items = value.items if value.kind == "list" else (value,)
    if not items:
        return LayoutReading((), (problem("F117", Place(line=1), line=1),))
    if len(items) > limits.documents:
        most, count = limits.documents, len(items)
        found = problem("F116", Place(line=1), what="documents", most=most, value=count)
        return LayoutReading((), (found,))
    return LayoutReading(tuple(reader.document(item) for item in items))


class _Reader:
    def __init__(self, root: RecordLayout, text: str, encoding: str) -> None:
        self.root = root
        self.encoding = encoding
        self.text = text
        self.starts = [0, *(at + 1 for at, sign in enumerate(text) if sign == "\n")]

    def place(self, value: Value, path: str) -> Place:
        line = bisect_right(self.starts, value.offset)
        column = value.offset - self.starts[line - 1] + 1
        width = 1 if value.members is not None or value.items else value.end - value.offset
        return Place(line=line, column=column, width=max(1, width), path=path)

    def wrong_kind(self, value: Value, what: str, wanted: str) -> Problem:
        place = self.place(value, what)
        found = _KINDS[value.kind]
        return problem("F114", place, line=place.line, field=what, value=found, expected=wanted)

    def document(self, value: Value) -> DocumentRead:
        line = self.place(value, "").line or 1
        source = self.text[value.offset : value.end].encode(self.encoding)
        if value.members is None:
            found = self.wrong_kind(value, "the list", "documents {…}")
            return DocumentRead(None, (found,), source, line)
        problems: list[Problem] = []
        record = self.record(value, self.root, "", problems)
        return DocumentRead(None if errors(problems) else record, tuple(problems), source, line)

    def record(
        self, value: Value, shape: RecordLayout, path: str, problems: list[Problem]
    ) -> Record:
        record = Record(shape.name, line=self.place(value, path).line)
        for name, inner in (value.members or {}).items():
            here = f"{path}.{name}" if path else name
            if name in shape.fields:
                problems += self.field(inner, shape.fields[name], here, record)
            elif name in shape.kids:
                kids = list(self.kids(inner, shape.kids[name], here, problems))
                if kids:
                    record.kids[name] = kids
            elif inner.kind != "null":
                problems.append(unknown_field(name, shape, self.place(inner, here)))
        for name, field in shape.fields.items():
            if field.required and name not in record.fields:
                here = f"{path}.{name}" if path else name
                if not any(one.place.path == here for one in problems):
                    place = self.place(value, here)
                    problems.append(value_problem("", field, place, "", "F106", "a value"))
        for name, kid in shape.kids.items():
            here = f"{path}.{name}" if path else name
            if not any(one.place.path == here for one in problems):
                count = len(record.kids.get(name, ()))
                problems += count_problems(count, kid, shape, self.place(value, here))
        return record

    def kids(
        self, value: Value, shape: RecordLayout, path: str, problems: list[Problem]
    ) -> Iterator[Record]:
        if value.kind == "null":
            return
        wanted = "list" if shape.many else "object"
        if value.kind != wanted:
            problems.append(self.wrong_kind(value, path, _KINDS[wanted]))
            return
        items = value.items if shape.many else (value,)
        for index, item in enumerate(items, start=1):
            here = f"{path}[{index}]" if shape.many else path
            if item.members is None:
                problems.append(self.wrong_kind(item, here, _KINDS["object"]))
                continue
            before = len(problems)
            kid = self.record(item, shape, here, problems)
            if kid.fields or kid.kids or len(problems) > before:
                yield kid

    def field(
        self, value: Value, shape: FieldLayout, path: str, record: Record
    ) -> Iterator[Problem]:
        if value.kind == "null" or (value.kind == "text" and not value.text):
            return
        if value.kind in ("object", "list"):
            yield self.wrong_kind(value, path, f"a {shape.kind}")
            return
        text = _digits(value.text) if value.kind == "number" else value.text
        wrong = check_value(text, shape)
        if value.kind == "flag" and shape.kind != "flag":
            wrong = "F114", f"a {shape.kind}"
            yield self.wrong_kind(value, path, f"a {shape.kind}")
        elif wrong is not None:
            yield value_problem(text, shape, self.place(value, path), "", *wrong)
        else:
            record.fields[shape.name] = text


def _digits(text: str) -> str:
    """``1.5e3`` → ``1500``; what is too large to write out stays and is refused as no number."""
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent or len(exponent) > _LONGEST_EXPONENT:
        return text
    try:
        return format(Decimal(text), "f")
    except InvalidOperation:
        return mantissa


def write(root: RecordLayout, records: Sequence[Record], wrap: bool) -> str:
    """Text of the file."""
    documents: list[Data] = [_data(record, root) for record in records]
    if not wrap and len(documents) == 1:
        return write_json(documents[0]) + "\n"
    return write_json(documents) + "\n"


def _data(record: Record, shape: RecordLayout) -> dict[str, Data]:
    data: dict[str, Data] = {}
    for name, field in shape.fields.items():
        if value := record.fields.get(name):
            data[name] = value if field.kind in ("text", "date") else _raw(value)
    for name, kid in shape.kids.items():
        kids: list[Data] = [_data(one, kid) for one in record.kids.get(name, [])]
        if kids:
            data[name] = kids if kid.many else kids[0]
    return data


def _raw(value: str) -> Raw | str:
    """A number as JSON spells it: no leading zeros, no plus sign."""
    sign = "-" if value.startswith("-") else ""
    digits = value.lstrip("+-")
    whole, mark, rest = digits.partition(".")
    if value in ("true", "false"):
        return Raw(value)
    plain = sign + (whole.lstrip("0") or "0") + mark + rest
    return Raw(plain) if plain == value else value
