"""What a server says of its files, read: MLSD and MLST (RFC 3659 §7), SIZE, MDTM, FEAT. Pure.

``LIST`` has no form that anybody agreed on, and is never read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.channels.remote.directory import Entry, Kind

_NUMBER = re.compile(r"[0-9]{1,18}")
_TIME = re.compile(r"([0-9]{14})(\.[0-9]{1,9})?")
_KINDS: Mapping[str, Kind] = {"file": "file", "dir": "folder", "cdir": "folder", "pdir": "folder"}
_HERE = frozenset({"cdir", "pdir"})
"""The folder itself, and the one above it."""


def entry(line: str) -> Entry | None:
    """One line of MLSD; ``None`` for the folder itself and the one above.

    Raises ``ValueError`` for one that is none, or whose name leads elsewhere.
    """
    told, blank, name = line.partition(" ")
    if not blank:
        raise ValueError(f"a line without a name: {line[:80]!r}")
    facts = _facts(told)
    kind = facts.get("type", "file").lower()
    if kind in _HERE or name in (".", ".."):
        return None
    if not name or "/" in name or "\0" in name:
        raise ValueError(f"a name that is none: {name[:80]!r}")
    return _made(name, kind, facts)


def one(line: str, name: str) -> Entry:
    """The line of facts in the reply to MLST, about ``name``."""
    facts = _facts(line.strip().partition(" ")[0])
    return _made(name, facts.get("type", "file").lower(), facts)


def number(text: str) -> int | None:
    """A size; ``None`` for anything that is none."""
    text = text.strip()
    return int(text) if _NUMBER.fullmatch(text) else None


def instant(text: str) -> int | None:
    """``20260302091400.123`` (UTC) as seconds since 1970."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    try:
        at = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(at.timestamp())


def features(reply: str) -> Mapping[str, str]:
    """What FEAT says (RFC 2389 §3.2): ``{"MLST": "type*;size*;", "REST": "STREAM"}``."""
    lines = reply.split("\n")[1:-1]
    pairs = (line.strip().partition(" ") for line in lines)
    return {name.upper(): text for name, _, text in pairs if name}


def _facts(told: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in told.split(";"))
    return {name.lower(): text for name, _, text in pairs if name}


def _made(name: str, kind: str, facts: Mapping[str, str]) -> Entry:
    known: Kind = "link" if "slink" in kind or "symlink" in kind else _KINDS.get(kind, "other")
    return Entry(name, known, number(facts.get("size", "")), instant(facts.get("modify", "")))
