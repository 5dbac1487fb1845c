"""Proposals for csv and xlsx: titles, record types, and which columns belong to the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from gateway.grammar.layoutproposal.guess import (
    common,
    name_of,
    scalar,
    setting_text,
    settings_of,
    without_common,
)
from gateway.grammar.layoutproposal.text import SAMPLE_LINES, newline_of
from gateway.syntax.csvrecords import Delimited, read_rows
from gateway.syntax.workbook import open_sheet

_MOST_TYPES = 12
_LONGEST_TYPE = 6
_MOST_COLUMNS = 500
Rows = list[list[str]]


def propose_csv(text: str, encoding: str, delimiter: str, document: str) -> tuple[str, list[str]]:
    """A layout of a delimited file."""
    form = Delimited(delimiter)
    rows = []
    for row in read_rows(text, form):
        rows.append([*row.cells][:_MOST_COLUMNS])
        if len(rows) == SAMPLE_LINES:
            break
    head = [
        "format: csv", f"encoding: {encoding}",
        f"delimiter: {'tab' if delimiter == chr(9) else scalar(delimiter)}",
        f"newline: {newline_of(text)}",
    ]  # fmt: skip
    if all(not row[-1] for row in rows):
        head.append("trailing_delimiter: true")
        rows = [row[:-1] for row in rows]
    if has_titles(rows):
        return titled(rows, head, document)
    if types := record_types(rows):
        return typed(rows, types, head, document)
    return untitled(rows, head, document)


def propose_xlsx(data: bytes, document: str) -> tuple[str, list[str]]:
    """A layout of the first sheet."""
    sheet, problems = open_sheet(data)
    if sheet is None:
        return "", [one.sentence for one in problems]
    rows: Rows = []
    skip = 0
    for line, cells in sheet.rows:
        texts = [str(one)[:10] if one.kind == "day" else str(one) for one in cells]
        if not rows and sum(1 for one in texts if one) < 2:
            skip = line
            continue
        rows.append(texts[:_MOST_COLUMNS])
        if len(rows) == SAMPLE_LINES:
            break
    head = ["format: xlsx", f"sheet: {scalar(sheet.title)}", *([f"skip: {skip}"] if skip else [])]
    if not rows:
        return "", [f"the sheet {sheet.title} has no table"]
    return titled(rows, head, document)


def has_titles(rows: Rows) -> bool:
    """Whether the first row names columns: texts that are no values, each once."""
    if len(rows) < 2:
        return False
    first = [one.strip() for one in rows[0]]
    if any(not one or one.replace(".", "").isdigit() for one in first):
        return False
    return len(set(first)) == len(first) and all(
        not settings_of([one]).get("type") for one in first
    ) and not (len({len(row) for row in rows}) > 2 and len(first[0]) <= 2)  # fmt: skip


def record_types(rows: Rows) -> list[str]:
    """Texts of the first column that tell rows of different kinds, in the order of the file."""
    counts = Counter(row[0].strip() for row in rows)
    types = list(dict.fromkeys(row[0].strip() for row in rows))
    few = len(types) <= _MOST_TYPES and all(0 < len(one) <= _LONGEST_TYPE for one in types)
    return types if few and len(types) > 1 and counts[types[0]] < len(rows) else []


def _column(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at] if at < len(row) else "" for row in rows]


def typed(rows: Rows, types: list[str], head: list[str], document: str) -> tuple[str, list[str]]:
    """Rows that tell their type. All types below the first: deeper ones a person must say."""
    settings: dict[str, list[dict[str, str]]] = {}
    for code in types:
        own = [row[1:] for row in rows if row[0].strip() == code]
        width = max(map(len, own))
        settings[code] = [settings_of(_column(own, at)) for at in range(width)]
    shared = common([one for columns in settings.values() for one in columns])
    lines = [*head, *_top(shared), "record:", f"  name: {document}"]
    for number, code in enumerate(types):
        pad = "    " if number else ""
        if number == 1:
            lines.append("  records:")
        if number:
            lines += [f"    {name_of(f'record_{code}', set())}:", "      many: true"]
        lines += [f"{pad}  code: {scalar(code) if not code.isdigit() else repr(code)}",
                  f"{pad}  fields:"]  # fmt: skip
        for at, one in enumerate(settings[code], start=2):
            lines.append(f"{pad}    field_{at}: {setting_text(without_common(one, shared))}")
    note = "name the fields; a record that stands below another one than the first goes into "
    return "\n".join(lines) + "\n", [f"{note}its records:"]


def titled(rows: Rows, head: list[str], document: str) -> tuple[str, list[str]]:
    """A table with titles."""
    titles, body = rows[0], rows[1:]
    columns = [(title, _column(body, at)) for at, title in enumerate(titles) if title.strip()]
    return table(columns, [*head, "header: true"], document, titled_=True)


def untitled(rows: Rows, head: list[str], document: str) -> tuple[str, list[str]]:
    """A table without titles."""
    width = max(map(len, rows))
    columns = [(f"field {at + 1}", _column(rows, at)) for at in range(width)]
    return table(columns, head, document, titled_=False)


def table(
    columns: Sequence[tuple[str, Sequence[str]]], head: list[str], document: str, *, titled_: bool
) -> tuple[str, list[str]]:
    """Columns with the same value on all rows of a key belong to the document."""
    taken: set[str] = set()
    fields = [(name_of(title, taken), title, settings_of(values)) for title, values in columns]
    shared = common([own for *_, own in fields])
    key = key_column([values for _, values in columns])
    lines = [*head, *_top(shared)]
    notes = []
    above = _per_document([values for _, values in columns], key) if key is not None else []
    if key is not None:
        lines.append(f"key: {fields[key][0]}")
        notes.append(f"rows with the same {fields[key][1]} were taken for one {document}")
    lines += ["record:", f"  name: {document}", "  fields:"]
    below = []
    for at, (name, title, own) in enumerate(fields):
        settings = without_common(own, shared)
        if at == key:
            settings["required"] = "true"
        if titled_:
            settings["column"] = title.strip()
        row = f"{name}: {setting_text(settings)}"
        if key is None or at in above:
            lines.append(f"    {row}")
        else:
            below.append(f"        {row}")
    if below:
        lines += ["  records:", "    line:", "      many: true", "      fields:", *below]
    return "\n".join(lines) + "\n", notes


def key_column(columns: Sequence[Sequence[str]]) -> int | None:
    """The first column whose values stand on neighbouring rows, and nowhere else again."""
    for at, values in enumerate(columns):
        if not values or not all(values):
            continue
        runs = 1 + sum(1 for one, two in pairwise(values) if one != two)
        if runs == len(set(values)) and runs < len(values):
            return at
    return None


def _per_document(columns: Sequence[Sequence[str]], key: int) -> list[int]:
    """Columns that have one value per key. A file of one document tells too little: see there."""
    found = []
    for at, values in enumerate(columns):
        pairs = {(one, value) for one, value in zip(columns[key], values, strict=True)}
        if len(pairs) == len(set(columns[key])):
            found.append(at)
    return found


def _top(shared: Mapping[str, str]) -> list[str]:
    return [f"{name}: {scalar(value)}" for name, value in shared.items()]
