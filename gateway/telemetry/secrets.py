"""What must not be read in a log: secrets are masked, control characters are spelled out.

Whoever resolves a secret registers it with :func:`mask`; from then on it is masked wherever it
turns up, also in the message of an exception of a library. Independently of that, values under a
telling key (``password=…``, ``Authorization: …``, ``://user:password@``) are masked.

Names of files and partners come from outside. A line feed in one would make a second log line,
an escape sequence would command the terminal: every character that cannot be printed becomes an
escape sequence that is spelled out.
"""

from __future__ import annotations

import base64
import re
import threading
from collections import OrderedDict
from typing import Any, ClassVar
from urllib.parse import quote

MASK = "***"
SHORTEST = 4
"""Characters; a shorter secret is masked under its key only, or nothing could be read any more."""
PASSING = 1_500
"""Spellings of tokens that are remembered, three of each."""
LONGEST = 4_000
"""Characters of a value that are logged."""
_PART = 16
"""A line of a secret of several lines (a key) is masked by itself if it is so long."""

_KEY = re.compile(
    r"passw(or)?d|passphrase|passwd|\bpwd\b|secret|token|authorization|api_?-?key|credential|cookie",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"""(?ix) (?<![a-z])
    ((?:[a-z_-]{0,20}(?:password|passwd|passphrase|secret|token|api[_-]?key|credentials?)
        |authorization|cookie) ["']? \s* [=:] \s*)
    ( (?:bearer|basic) \s+ [^\s"',;&]+ | "[^"]*" | '[^']*' | [^\s"',;&)]+ )"""
)
_USERINFO = re.compile(r"(?i)([a-z][a-z0-9+.-]{0,20}://[^\s:/@]{0,100}):[^\s/]{0,200}@")


class _Registered:
    """Secrets that were resolved in this process."""

    lock = threading.Lock()
    forms: frozenset[str] = frozenset()
    passing: ClassVar[OrderedDict[str, None]] = OrderedDict()
    pattern: re.Pattern[str] | None = None


def mask(value: str, *, passing: bool = False) -> None:
    """Never show this again, in any log line or trace; nor as base64, nor as part of a URL.

    ``passing``: a token of an hour or a day. Only the newest of them are remembered: each one makes
    every line that is looked at dearer, and one that has ended opens nothing.
    """
    lines = value.splitlines()
    parts = [line for line in lines if len(line) >= _PART] if len(lines) > 1 else []
    forms = {form for part in (value, value.strip(), *parts) for form in _spellings(part)}
    with _Registered.lock:
        usable = {form for form in forms if len(form) >= SHORTEST}
        if passing:
            _Registered.passing |= dict.fromkeys(sorted(usable - _Registered.forms))
            while len(_Registered.passing) > PASSING:
                _Registered.passing.popitem(last=False)
        else:
            _Registered.forms |= usable
        known = {*_Registered.forms, *_Registered.passing}
        longest_first = sorted(known, key=len, reverse=True)
        if known:
            _Registered.pattern = re.compile("|".join(map(re.escape, longest_first)))


def is_secret_key(key: str) -> bool:
    """Whether the value under such a key must not be shown."""
    return _KEY.search(key) is not None


def clean(text: str) -> str:
    """A text as it may be shown: secrets masked, nothing unprintable, not endless."""
    length, text = len(text), text[: 2 * LONGEST]
    if _Registered.pattern is not None:
        text = _Registered.pattern.sub(MASK, text)
    if "://" in text:
        text = _USERINFO.sub(rf"\1:{MASK}@", text)
    if ":" in text or "=" in text:
        text = _TELLING.sub(rf"\1{MASK}", text)
    if length > LONGEST:
        text = f"{text[:LONGEST]}… ({length} characters)"  # cut last, so that no secret is halved
    return text if text.isprintable() else "".join(map(_shown, text))


def clean_value(key: str, value: Any) -> Any:
    """A fact of a log line: numbers and truth values as they are, anything else as clean text."""
    if value is None or isinstance(value, bool | int | float):
        return MASK if value is not None and is_secret_key(key) else value
    if is_secret_key(key):
        return MASK
    if isinstance(value, BaseException):
        return clean(f"{type(value).__name__}: {value}")
    if isinstance(value, dict):
        return {clean(str(name)): clean_value(str(name), each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean_value(key, each) for each in value]
    return clean(str(value))


def _spellings(secret: str) -> set[str]:
    raw = secret.encode("utf-8", "surrogateescape")
    return {secret, quote(raw, safe=""), base64.b64encode(raw).decode("ascii")}


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
