"""XML as text: how values are escaped, and which characters XML cannot hold."""

from __future__ import annotations

import re

# XML 1.0 §2.2: Char
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE = {**_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_NEEDS = re.compile("[&<>\r]")
_TEXT_TABLE = str.maketrans(_TEXT)
_ATTRIBUTE_TABLE = str.maketrans(_ATTRIBUTE)


def escape(value: str) -> str:
    """A value as text of an element."""
    return value.translate(_TEXT_TABLE) if _NEEDS.search(value) else value


def quote(value: str) -> str:
    """A value as an attribute, with its quotes."""
    return f'"{value.translate(_ATTRIBUTE_TABLE)}"'


def impossible(value: str) -> str | None:
    """The first character that no XML file can hold, if there is one."""
    if value.isprintable():
        return None
    found = _IMPOSSIBLE.search(value)
    return found[0] if found else None
