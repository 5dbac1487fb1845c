"""What a file is, by its first bytes: decides who reads it, promises nothing about the rest."""

from __future__ import annotations

import re
from typing import Literal

Format = Literal["edifact", "x12", "csv", "json", "xml", "empty", "binary", "unknown"]

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_EDIFACT = re.compile(rb"UNA|U[\r\n]*N[\r\n]*B[\r\n]*[^A-Za-z0-9\r\n ]")
_X12 = re.compile(rb"ISA[^A-Za-z0-9\r\n ]")
_XML = re.compile(rb"<[?!/A-Za-z_]")
_JSON = re.compile(rb"[\[{]\s*(?:[\[{\"\]}\-0-9]|true|false|null|$)")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x19\x7f]")
_CSV = re.compile(rb"[^\r\n]*[;,\t|]")


def detect(head: bytes) -> Format:
    """The format of a file from its first bytes (some hundred are enough)."""
    text = head
    for mark in _MARKS:
        text = text.removeprefix(mark)
    if text is not head and not head.startswith(_MARKS[0]):
        text = text.replace(b"\x00", b"")
    text = text.lstrip(b"\r\n \t\x1a\x00")
    if not text:
        return "empty"
    for pattern, name in _TABLE:
        if pattern.match(text):
            return name
    if _BINARY.search(text):
        return "binary"
    return "csv" if _CSV.match(text) else "unknown"


_TABLE: tuple[tuple[re.Pattern[bytes], Format], ...] = (
    (_EDIFACT, "edifact"),
    (_X12, "x12"),
    (_XML, "xml"),
    (_JSON, "json"),
)
