"""Files with one row per line of a document: the document's own fields stand on every row.

Rows with the same key are one document; so are the rows after them whose key is empty. Where the
document has no lines, every row is a document. With a row of titles, columns are found by title.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutmodel import DocumentRead, FieldLayout, FileLimits, RecordLayout
from gateway.grammar.layoutrows import Open, Rows, Slot, counted, fill, named, told, too_many
from gateway.grammar.layoutvalues import Wrong
from gateway.grammar.layoutwrite import Writer
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax.csvrecords import Row, column_letter
from gateway.syntax.record import Record

_MOST_COLUMNS = 2_000


def line_of(root: RecordLayout) -> RecordLayout | None:
    """The record that each row is, below the document."""
    return next(iter(root.kids.values()), None)


def fields_of(root: RecordLayout) -> list[FieldLayout]:
    """All columns: those of the document, then those of its lines."""
    line = line_of(root)
    return [*root.fields.values(), *(line.fields.values() if line is not None else ())]


def titles_of(field: FieldLayout) -> tuple[str, ...]:
    """What the column of a field may be called."""
    return field.columns or (field.title or field.name,)


def folded(title: str) -> str:
    """How titles are compared: without case, outer blanks and doubled blanks."""
    return " ".join(title.split()).casefold()


@dataclass(frozen=True, slots=True)
class Titles:
    """What a row of titles says."""

    positions: dict[str, int]
    """Name of the field → index of its column."""
    problems: tuple[Problem, ...]


def read_titles(cells: Sequence[str], line: int, fields: Sequence[FieldLayout],
                unknown: str) -> Titles:  # fmt: skip
    """Columns by title. F140: twice, F141: one is missing, F142: unknown."""
    wanted = {folded(title): one for one in fields for title in titles_of(one)}
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for at, title in enumerate(cells[:_MOST_COLUMNS]):
        one = wanted.get(folded(title))
        letter = column_letter(at)
        place = Place(line=line, path=letter)
        if one is None:
            if title.strip() and unknown != "ignore":
                problems.append(_unknown_title(title, letter, place, fields, unknown))
        elif one.name in found:
            before = column_letter(found[one.name])
            problems.append(
                problem("F140", place, line=line, column=letter, value=title, before=before)
            )
        else:
            found[one.name] = at
    for one in fields:
        if one.required and one.name not in found:
            title = " or ".join(titles_of(one))
            there = ", ".join(filter(None, map(str.strip, cells[:40])))
            place = Place(line=line, path=one.name)
            problems.append(problem("F141", place, line=line, value=title, there=there))
    return Titles(found, tuple(problems))


def _unknown_title(
    title: str, letter: str, place: Place, fields: Sequence[FieldLayout], unknown: str
) -> Problem:
    known = [name for one in fields for name in titles_of(one)]
    near = get_close_matches(title, known, 1)
    hint = f"did you mean {near[0]}?" if near else "give it a field, or set unknown_columns: ignore"
    code = "F143" if unknown == "refuse" else "F142"
    return problem(code, place, line=place.line, column=letter, value=title.strip()[:40], hint=hint)


class Table:
    """Rows become documents, one by one."""

    def __init__(
        self, root: RecordLayout, form: FileForm, rows: Rows, limits: FileLimits,
        positions: dict[str, int], slots: Sequence[Slot],
    ) -> None:  # fmt: skip
        self.root, self.form, self.rows, self.limits = root, form, rows, limits
        self.line = line_of(root)
        used = [slot for slot in slots if not positions or slot.field.name in positions]
        used = [
            Slot(slot.field, positions.get(slot.field.name, slot.at), slot.read) for slot in used
        ]
        self.head = [slot for slot in used if root.fields.get(slot.field.name) is slot.field]
        self.tail = [slot for slot in used if slot not in self.head]
        self.keys = [slot for slot in self.head if slot.field.name in form.key]
        self.all = used
        self.seen: set[tuple[str, ...]] = set()
        self.found = self.told = 0

    def read(self, rows: Iterator[Row]) -> Iterator[DocumentRead | Problem]:
        """Every document when it is complete, and what belongs to none."""
        here: Open | None = None
        key: tuple[str, ...] = ()
        for row in rows:
            texts = tuple(str(one).strip() for one in self.rows.cells(row, self.keys))
            # without a line record every row is a document; an empty key goes on with the last
            fresh = self.line is None or here is None or (any(texts) and texts != key)
            if fresh:
                if here is not None:
                    yield self.closed(here)
                if self.found == self.limits.documents:
                    yield too_many(row, "documents", self.limits.documents)
                    return
                here, key = Open(row.start, row.line, row.end), texts
                here.stack.append((self.root, Record(self.root.name, line=row.line)))
                here.problems += self.again(row, texts)
            assert here is not None
            problems = self.row(row, here, fresh)
            self.told += len(problems)
            if self.told > self.limits.problems:
                here.problems.append(too_many(row, "problems", self.limits.problems))
                yield self.closed(here)
                return
            here.problems += problems
            here.end = row.end
        if here is not None:
            yield self.closed(here)

    def again(self, row: Row, key: tuple[str, ...]) -> list[Problem]:
        """F144: rows of one document that do not stand together."""
        if self.line is None or not self.keys or not any(key):
            return []
        if key in self.seen:
            place, spot = self.rows.place(row, self.keys[0])
            value = " ".join(key)
            return [problem("F144", place, line=row.line, spot=spot, value=value,
                            record=self.root.name)]  # fmt: skip
        self.seen.add(key)
        return []

    def row(self, row: Row, here: Open, fresh: bool) -> list[Problem]:
        """Put a row into the document; what is wrong with it."""
        root = here.stack[0][1]
        problems = list(row.problems)
        if fresh:
            problems += fill(root, row, self.head, self.rows)
        else:
            problems += self.same(root, row, here)
        if self.line is not None and any(self.rows.cells(row, self.tail)):
            record = Record(self.line.name, line=row.line)
            problems += fill(record, row, self.tail, self.rows)
            root.kids.setdefault(self.line.name, []).append(record)
        problems += self.rows.beyond(row, self.line or self.root, self.all)
        return problems

    def same(self, root: Record, row: Row, here: Open) -> Iterator[Problem]:
        """F145: a field of the document that differs from the first row.

        Where the first row holds something unreadable, that is told already.
        """
        for slot, cell in zip(self.head, self.rows.cells(row, self.head), strict=True):
            if not cell:
                continue
            value = slot.read(cell)
            before = root.fields.get(slot.field.name, "")
            if isinstance(value, Wrong):
                yield told(value, cell, row, slot, self.rows)
            elif value and value != before and (before or not told_of(slot, here)):
                place, spot = self.rows.place(row, slot)
                title = titles_of(slot.field)[0]
                yield problem(
                    "F145",
                    place,
                    line=row.line,
                    spot=spot,
                    field=title,
                    value=value,
                    first=here.line,
                    before=before or "nothing",
                    record=self.root.name,
                )

    def closed(self, here: Open) -> DocumentRead:
        """The document, checked as a whole."""
        self.found += 1
        root = here.stack[0][1]
        problems = [*here.problems, *counted(root, self.root)]
        source = self.rows.source(here.start, here.end)
        if errors(problems):
            return DocumentRead(None, tuple(problems), source, here.line, partial=root)
        return DocumentRead(root, tuple(problems), source, here.line)


def rows_of(
    record: Record, root: RecordLayout, form: FileForm, writer: Writer
) -> Iterator[dict[str, str]]:
    """The texts of each row of a document: its own fields, and those of one line."""
    spelled = writer.document(record, root)
    _, head = next(spelled)
    first = True
    for _, line in spelled:
        yield {**head, **line} if first or form.repeat else line
        first = False
    if first:
        yield head


def same_key(records: Sequence[Record], root: RecordLayout, form: FileForm) -> Iterator[Problem]:
    """F144: documents that would be read back as one."""
    seen: set[tuple[str, ...]] = set()
    if line_of(root) is None:
        return
    for record in records:
        key = tuple(record.fields.get(name, "") for name in form.key)
        if key in seen:
            yield problem("F144", Place(path=f"{root.name}.{form.key[0]}"), line="-",
                          spot="the key", value=" ".join(key), record=named(root))  # fmt: skip
        seen.add(key)


def told_of(slot: Slot, here: Open) -> bool:
    """Whether something was wrong with a field of the document before."""
    return any(found.facts.get("field") == slot.field.name for found in here.problems)
