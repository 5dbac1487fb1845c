"""Statuses of an ERP that is no SAP: CSV or JSON with ``message,status,text,document``.

``message`` is the number of our row, ``{seq}`` in the names of our files; ``status`` is ``posted``,
``not posted``, or a number as SAP has them. A column ``number`` (the business number) is compared.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.grammar.idoc.status import IdocStatus
from gateway.pipeline.posting_said import EXPECTED, Said, SaidReading, no_status, plain
from gateway.problems import Problem, has_errors, problem
from gateway.syntax import detect

_BOM = b"\xef\xbb\xbf"
_HEAD = 4096
_WORDS = {"posted": "53", "not posted": "51", "refused": "51"}
_ROWS = 100_000
_TEXT = 500


def read_table(data: bytes, start: bytes, name: str) -> SaidReading:
    """All statuses of such a file; with a wrong row (F360) none of them."""
    said: list[Said] = []
    problems: list[Problem] = []
    try:
        for line, row in _rows(data.removeprefix(_BOM).decode("utf-8"), start):
            one = _row(row)
            if one is None:
                problems.append(no_status(line, "a status needs the fields message and status"))
            else:
                said.append(one)
    except (ValueError, csv.Error, RecursionError):
        problems.append(_unknown(data, name))
    if not said and not problems:
        problems.append(_unknown(data, name))
    return SaidReading(tuple(said) if not has_errors(problems) else (), tuple(problems))


def _unknown(data: bytes, name: str) -> Problem:
    found = f"a file that tells no status ({detect(data[:_HEAD])})"
    return problem("T102", name=name, found=found, expected=EXPECTED)


def _rows(text: str, start: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Line and fields. Raises ``ValueError`` for what is no table of statuses."""
    if start[:1] in (b"{", b"["):
        found = json.loads(text)
        rows = found if isinstance(found, list) else [found]
        if len(rows) > _ROWS or not all(isinstance(row, dict) for row in rows):
            raise ValueError("no list of statuses")
        yield from ((0, row) for row in rows)
        return
    first = text.partition("\n")[0]
    table = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    if not {"message", "status"} <= set(table.fieldnames or ()):
        raise ValueError("no columns of statuses")
    for ordinal, row in enumerate(table):
        if ordinal >= _ROWS:
            raise ValueError("too many statuses")
        yield table.line_num, row


def _row(row: Mapping[str, Any]) -> Said | None:
    fields = {name: _text(row.get(name)) for name in ("message", "status", "text", "document")}
    status = _WORDS.get(fields["status"].lower(), fields["status"])
    message = fields["message"].lstrip("0")
    if not (message.isascii() and message.isdigit()) or not re.fullmatch(r"[0-9]{2}", status):
        return None
    answer = IdocStatus(message, status, fields["text"], made=fields["document"])
    return Said(plain(answer), number=_text(row.get("number")), idoc=False)


def _text(value: object) -> str:
    text = "" if value is None else str(value).strip()[:_TEXT]
    return text.encode("utf-8", "replace").decode()  # JSON can spell half a sign
