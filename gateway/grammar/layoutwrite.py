"""Records → texts of fields, for every kind of file, and what keeps them from being written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutmodel import (
    FieldLayout,
    RecordLayout,
    count_problems,
    unknown_field,
    value_problem,
)
from gateway.grammar.layouttotals import ROWS, FileTotals, with_computed
from gateway.grammar.layoutvalues import Wrong, writing
from gateway.problems import Place, Problem, problem
from gateway.syntax.record import Record

Spelled: TypeAlias = tuple[RecordLayout, dict[str, str]]
"""A record, with the texts of its fields by name."""


class Writer:
    """Collects problems while records become texts.

    ``unfit`` names the sign of a text that the file cannot hold (a line break), or nothing.
    """

    def __init__(self, unfit: Callable[[str], str] = lambda _text: "") -> None:
        self.unfit = unfit
        self.problems: list[Problem] = []

    def document(self, record: Record, root: RecordLayout) -> Iterator[Spelled]:
        """A document and all records below, in the order of the layout."""
        return self.record(with_computed(record, root), root, root.name)

    def record(self, record: Record, shape: RecordLayout, path: str) -> Iterator[Spelled]:
        """A record and all below."""
        yield shape, self.texts(record, shape, path)
        for name, kid in shape.kids.items():
            kids = record.kids.get(name, [])
            if kid.required or not kid.many:
                place = Place(path=f"{path}.{name}", line=record.line)
                self.problems += count_problems(len(kids), kid, shape, place)
            for index, one in enumerate(kids, start=1):
                yield from self.record(one, kid, f"{path}.{name}[{index}]")
        for name in record.kids:
            if name not in shape.kids:
                self.problems.append(unknown_field(name, shape, Place(path=f"{path}.{name}")))

    def texts(self, record: Record, shape: RecordLayout, path: str) -> dict[str, str]:
        """The texts of the fields that have a value."""
        texts = {}
        for name, one in shape.fields.items():
            value = one.constant or record.fields.get(name, "")
            if not value:
                if one.required:
                    self.wrong(Wrong("F106", "a value"), "", one, f"{path}.{name}", record.line)
                continue
            text = writing(one)(value)
            if isinstance(text, Wrong):
                self.wrong(text, value, one, f"{path}.{name}", record.line)
            elif sign := self.unfit(text):
                place = Place(path=f"{path}.{name}", line=record.line)
                self.problems.append(problem("F123", place, field=name, value=repr(sign)))
            else:
                texts[name] = text
        for name in record.fields:
            if name not in shape.fields:
                self.problems.append(unknown_field(name, shape, Place(path=f"{path}.{name}")))
        return texts

    def wrong(
        self, wrong: Wrong, value: str, shape: FieldLayout, path: str, line: int | None
    ) -> None:
        """Note what does not fit."""
        place = Place(path=path, line=line)
        self.problems.append(value_problem(value, shape, place, "", wrong.code, wrong.rule))


def file_of(
    records: Sequence[Record], root: RecordLayout, form: FileForm, writer: Writer
) -> Iterator[Spelled]:
    """All rows of a file with record types: its header, the documents, its footer."""
    totals = FileTotals(root, form.file_footer)
    if form.file_header is not None:
        totals.rows += 1
        yield form.file_header, writer.texts(Record(""), form.file_header, form.file_header.name)
    for record in records:
        totals.add(record, whole=True)
        for spelled in writer.document(record, root):
            totals.rows += 1
            yield spelled
    if form.file_footer is not None:
        totals.rows += 1
        yield form.file_footer, footer_texts(form.file_footer, totals.values(), writer)


def footer_texts(
    footer: RecordLayout, values: Mapping[str, Decimal], writer: Writer
) -> dict[str, str]:
    """The texts of a footer from what was counted and summed."""
    fields = {name: format(value, "f") for name, value in values.items()}
    return writer.texts(Record(footer.name, fields), footer, footer.name)


def needs_sums(footer: RecordLayout, root: RecordLayout) -> bool:
    """Whether a footer tells more than how many rows and documents there are."""
    computed = (one.computed for one in footer.fields.values() if one.computed is not None)
    return any(path not in (ROWS, root.name) for _, path in computed)
