"""Settings as text: YAML that is read text first, in the style of a person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.config.marks import SIGN

WIDTH = 100
_COLUMN = 50
"""Where comments stand, if there is room."""
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./+*@ -]*(?<! )")
_LIKE_A_MARK = re.compile(r"#(?= ?decide:)")
_FORMS = re.compile(r"UNO[A-Y]:[1-4]|[A-Z0-9]{2}:[0-9]+")


def scalar(text: str) -> str:
    """A value as YAML takes it for that text."""
    if _PLAIN.fullmatch(text) or _FORMS.fullmatch(text):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """The text in double quotes, on one line, whatever is in it."""
    return "".join(map(_escaped, json.dumps(text, ensure_ascii=False)))


def _escaped(sign: str) -> str:
    """A sign inside double quotes; some that cannot be seen are line breaks in YAML."""
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def one_line(text: str) -> str:
    """Text of a sample as it may stand in a comment: on one line, nothing invisible, no mark."""
    line = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    return _LIKE_A_MARK.sub("", line)


def flow(value: Any) -> str:
    """A value on one line: ``{usage: R, codes: [9, 5]}``."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    return scalar(str(value))


def block(data: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Lines of settings; what fits on a line stands on one, unless groups are inside groups."""
    pad = "  " * depth
    for key, value in data.items():
        line = f"{pad}{scalar(key)}: {flow(value)}"
        deep = isinstance(value, Mapping) and _depth(value) > 2
        if not isinstance(value, Mapping) or (len(line) <= WIDTH and not deep):
            yield line
        else:
            yield f"{pad}{scalar(key)}:"
            yield from block(value, depth + 1)


def _depth(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + max(map(_depth, value.values()), default=0)
    return 0


def noted(line: str, note: str) -> str:
    """The line with a comment behind it, or above it where it is too long for that."""
    note = one_line(note)
    whole = f"{line.ljust(_COLUMN - 2)}  # {note}"
    if len(whole) <= WIDTH:
        return whole
    return f"{line[: len(line) - len(line.lstrip())]}# {note}\n{line}"


def decided(line: str, what: str) -> str:
    """The line with a mark: something that a person has to decide."""
    return noted(line, f"{SIGN.removeprefix('# ')} {what}")
