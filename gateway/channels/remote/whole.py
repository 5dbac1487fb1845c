"""Whether the text of a file has its end, told from its first and last bytes.

Only formats with an end that can be seen are judged: EDIFACT (UNZ), X12 (IEA), XML (the end of its
first element), JSON (the bracket of its first). Everything else counts as whole, but a file without
any bytes, whose writer has only just begun.
"""

from __future__ import annotations

import re

from gateway.syntax.detect import detect

ENDS = 4096
"""First and last bytes that are looked at."""
_BLANK = b" \t\r\n\x00\x1a"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ISA = 106
"""Bytes of an ISA segment with its terminator (X12.5)."""
_FIRST = (b"UNA", b"UNB", b"ISA", b"<?xml")
_ROOT = re.compile(rb"<([A-Za-z_][^\s/>]{0,255})")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_LAST = re.compile(rb"</([^\s>]{1,256})\s*>$")


def missing(head: bytes, tail: bytes) -> str:
    """What is missing at the end, as a part of a sentence; empty when the file is whole.

    ``head``, ``tail``: its first and last :data:`ENDS` bytes; they overlap in a small file.
    """
    start = head.removeprefix(_MARKS[0]).strip(_BLANK)
    if not head:
        return "it is empty"
    if start and any(first.startswith(start) for first in _FIRST):
        return "there is nothing but its first signs"
    judge = _JUDGES.get(detect(head))
    return "" if judge is None else judge(head, tail)


def _edifact(head: bytes, tail: bytes) -> str:
    start = head.removeprefix(_MARKS[0]).lstrip(_BLANK)
    advice = start[3:9] if start.startswith(b"UNA") else b":+.? '"
    if len(advice) < len(b":+.? '"):
        return "the service string advice (UNA) is not whole"
    return _closed(tail.rstrip(_BLANK), advice[5:6], b"UNZ", advice[3:4].strip())


def _x12(head: bytes, tail: bytes) -> str:
    start = head.removeprefix(_MARKS[0]).lstrip(_BLANK)
    if len(start) < _ISA:
        return "the first segment (ISA) is not whole"
    terminator = start[_ISA - 1 : _ISA]
    return _closed(tail.rstrip(_BLANK.replace(terminator, b"")), terminator, b"IEA", b"")


def _closed(end: bytes, terminator: bytes, tag: bytes, release: bytes) -> str:
    name = tag.decode()
    if not end.endswith(terminator):
        return f"the last segment has no end; {name} is still to come"
    last = end[: -len(terminator)]
    if release and (len(last) - len(last.rstrip(release))) % 2:
        return f"the last segment has no end; {name} is still to come"  # the sign is a value's
    if last.rpartition(terminator)[2].lstrip(_BLANK).startswith(tag):
        return ""
    return f"the last segment is not {name}"


def _xml(head: bytes, tail: bytes) -> str:
    start, end = head.replace(b"\0", b""), _without_remarks(tail.replace(b"\0", b""))
    if not end.endswith(b">"):
        return "the last element has no end"
    root = _ROOT.search(start)
    if root is None:
        return "" if len(head) >= ENDS else "there is no element"
    if end.endswith(b"/>") and root.start() == end.rfind(b"<"):
        return ""  # the first element is empty
    last = _LAST.search(end)
    if last is None or last[1] != root[1]:
        return f"the end of the first element </{root[1].decode('utf-8', 'replace')}> is missing"
    return ""


def _without_remarks(tail: bytes) -> bytes:
    """Comments and instructions may follow the last element (XML 1.0 §2.8, Misc)."""
    end = tail.rstrip(_BLANK)
    for opening, closing in ((b"<!--", b"-->"), (b"<?", b"?>")) * 3:
        while end.endswith(closing) and (at := end.rfind(opening)) >= 0:
            end = end[:at].rstrip(_BLANK)
    return end


def _json(head: bytes, tail: bytes) -> str:
    start = head.replace(b"\0", b"")
    for mark in _MARKS:
        start = start.removeprefix(mark)
    closing = b"}" if start.lstrip(_BLANK).startswith(b"{") else b"]"
    end = tail.replace(b"\0", b"").rstrip(_BLANK)
    if end.endswith(closing) and (len(head) >= ENDS or _balanced(end)):
        return ""
    return f"the closing {closing.decode()} is missing"


def _balanced(text: bytes) -> bool:
    """Of a small file, all of which is in view: as many brackets are closed as opened."""
    bare = _STRING.sub(b"", text)
    return bare.count(b"{") <= bare.count(b"}") and bare.count(b"[") <= bare.count(b"]")


_JUDGES = {"edifact": _edifact, "x12": _x12, "xml": _xml, "json": _json}
