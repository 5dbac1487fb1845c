"""AS2 names in ``AS2-From`` and ``AS2-To`` (RFC 4130 §6.2): quoted where they need it.

Case counts. ``[ ] < > # ! ;`` are ordinary characters; a blank, a quote or a backslash is not.
"""

from __future__ import annotations

import re

_ATOMIC = re.compile(r"[!#-\[\]-~]+\Z")


def read_name(value: str) -> str:
    """The name that a header value means: quotes and backslashes taken off, if it is quoted."""
    value = value.strip(" \t")
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    return re.sub(r'\\(["\\])', r"\1", value[1:-1])


def write_name(name: str) -> str:
    """How a name stands in the header."""
    if _ATOMIC.match(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
