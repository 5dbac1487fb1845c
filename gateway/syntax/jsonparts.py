"""Parts of a JSON text as the exact bytes they came in.

A list of fifty orders becomes fifty records without being written anew: digits, escapes and blanks
stay as they were, so what is archived is what came. Numbers are never read as ``float``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

_BLANK = re.compile(r"[ \t\r\n]*")
_BOM = "\ufeff"


def _constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


_SCAN = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_constant)
"""Finds where values end; a number without a usable size spoils its own part only."""


class NoSuchPartError(ValueError):
    """The text is not JSON, or the part is not there, or it is of another kind."""


def elements(data: bytes, *path: str | int) -> list[bytes]:
    """The entries of the array at a path, each as its bytes; an absent or ``null`` array is empty.

    ``path``: names of members and numbers of entries (from 0), from the outermost value. Raises
    :class:`NoSuchPartError` for what is no JSON, or is there and no array.
    """
    text = _text(data)
    found = _descend(text, path)
    if found is None or text.startswith("null", found):
        return []
    if text[found : found + 1] != "[":
        raise NoSuchPartError(f"{_shown(path)} is no array")
    return [text[start:end].encode("utf-8") for start, end in _entries(text, found)]


def member(data: bytes, *path: str | int) -> bytes | None:
    """The value at a path as its bytes; ``None`` where it is absent. Raises NoSuchPartError."""
    text = _text(data)
    found = _descend(text, path)
    return None if found is None else text[found : _end(text, found)].encode("utf-8")


def bundle(**parts: bytes) -> bytes:
    """One object that holds JSON texts by name, each as it came. Raises NoSuchPartError."""
    for name, data in parts.items():
        text = _text(data)
        end = _end(text, _skip(text, 0))
        if _skip(text, end) != len(text):
            raise NoSuchPartError(f"{name} is more than one JSON value")
    inner = b",".join(
        json.dumps(name).encode() + b":" + data.removeprefix(_BOM.encode())
        for name, data in parts.items()
    )
    return b"{" + inner + b"}"


def array(parts: list[bytes]) -> bytes:
    """JSON texts as the entries of one array."""
    return b"[" + b",".join(parts) + b"]"


def dumps(value: object) -> bytes:
    """Values as JSON; a ``Decimal`` is a number of exactly its digits, a ``float`` is refused."""
    # half a surrogate pair, which a shop said and gets back, is an escape as it was
    return _dumped(value).encode("utf-8", "backslashreplace")


def _dumped(value: object) -> str:
    if isinstance(value, float):
        raise TypeError("a float is no exact number")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no number of JSON")
        return format(value, "f")
    if isinstance(value, Mapping):
        inner = (f"{json.dumps(str(name))}: {_dumped(one)}" for name, one in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_dumped, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as failure:
        raise NoSuchPartError(f"it is not UTF-8 at byte {failure.start}") from None


def _skip(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return position if found is None else found.end()


def _end(text: str, position: int) -> int:
    """Where the value that begins at a position ends."""
    try:
        return _SCAN.raw_decode(text, position)[1]
    except (ValueError, RecursionError) as failure:
        raise NoSuchPartError(f"it is not JSON: {failure}") from None


def _descend(text: str, path: tuple[str | int, ...]) -> int | None:
    """Where the value at a path begins."""
    position: int | None = _skip(text, 0)
    for step in path:
        if position is None:
            return None
        if isinstance(step, int):
            if text[position : position + 1] != "[":
                return None
            spans = list(_entries(text, position))
            position = spans[step][0] if step < len(spans) else None
        else:
            position = _member(text, position, step)
    return position


def _member(text: str, position: int, name: str) -> int | None:
    """Where the value of a member begins; of a name told twice the last counts, as in ``json``."""
    if text[position : position + 1] != "{":
        _end(text, position)
        return None
    found: int | None = None
    here = _skip(text, position + 1)
    while text[here : here + 1] != "}":
        end = _end(text, here)
        key = text[here:end]
        here = _skip(text, end)
        if not key.startswith('"') or text[here : here + 1] != ":":
            raise NoSuchPartError(f"it is not JSON: no name of a member at character {here}")
        here = _skip(text, here + 1)
        if json.loads(key) == name:
            found = here
        here = _next(text, _end(text, here), "}")
    return found


def _entries(text: str, position: int) -> Iterator[tuple[int, int]]:
    here = _skip(text, position + 1)
    while text[here : here + 1] != "]":
        end = _end(text, here)
        yield here, end
        here = _next(text, end, "]")


def _next(text: str, end: int, closing: str) -> int:
    """Where the next entry begins, or the closing sign stands."""
    here = _skip(text, end)
    if text[here : here + 1] == ",":
        here = _skip(text, here + 1)
        if text[here : here + 1] != closing:
            return here
    elif text[here : here + 1] == closing:
        return here
    raise NoSuchPartError(f"it is not JSON: , or {closing} is missing at character {here}")


def _shown(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path)) or "the text"
