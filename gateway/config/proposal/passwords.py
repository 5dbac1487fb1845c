"""Passwords in the envelopes of samples (UNB 0022, ISA04): samples are kept, they are not."""

from __future__ import annotations

from gateway.config.proposal.samples import SeenInterchange
from gateway.grammar.envelope.model import Fields

_ISA03, _ISA04 = slice(18, 20), slice(21, 31)
"""Where they stand in an ISA, whose elements have fixed widths."""
_RECIPIENT = 6
"""UNB S005: 0022 and its qualifier 0025, which is ``AA`` where 0022 is no password."""
ELEMENTS = {"edifact": "UNB 0022", "x12": "ISA04"}


def has_password(seen: SeenInterchange) -> bool:
    """Whether an envelope carries a password, or what may be one."""
    header = Fields(seen.interchange.header)
    if seen.standard == "x12":
        return header[3].strip() == "01" and bool(header[4].strip())
    return bool(header[_RECIPIENT, 1]) and header[_RECIPIENT, 2] != "AA"


def without_password(data: bytes, seen: SeenInterchange) -> bytes:
    """The sample with ``X`` in place of each character of the password; else as it is."""
    if seen.header is None or not has_password(seen):
        return data
    raw = seen.header.raw
    at = _ISA04 if seen.standard == "x12" else _reference(raw, seen)
    hidden = raw[: at.start] + b"X" * (at.stop - at.start) + raw[at.stop :]
    return data.replace(raw, hidden, 1)


def _reference(raw: bytes, seen: SeenInterchange) -> slice:
    """Where 0022 stands in a UNB; signs behind the release sign separate nothing."""
    signs = seen.interchange.dialect.delimiters
    used = (signs.element, signs.release, signs.component, signs.terminator)
    element, release, *others = (sign.encode("latin-1", "replace") for sign in used)
    ends = (element, *others)
    elements, at, start = 0, 0, None
    while at < len(raw):
        sign = raw[at : at + 1]
        if release.strip() and sign == release:
            at += 2
            continue
        if start is not None and sign in ends:
            return slice(start, at)
        elements += sign == element
        if start is None and elements == _RECIPIENT:
            start = at + 1
        at += 1
    return slice(len(raw) if start is None else start, len(raw))
