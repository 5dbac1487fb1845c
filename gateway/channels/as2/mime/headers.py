"""Header fields as they came: names in any case, values as Latin-1 text, folded lines made one.

Latin-1 shows every byte as one character, so that a raw Message-ID goes back out unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.channels.as2.link import Limits
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Place, problem

_FOLD = re.compile(r"\r?\n(?=[ \t])")
_FIELD = re.compile(r"([A-Za-z][\w.-]*+)[ \t]*+:[ \t]*+([^\r\n\0]*+)(?:\r?\n|\Z)", re.ASCII)
"""Narrower than RFC 5322: ``UNB+UNOC:3`` is no field but a document whose blank line is missing.

A name begins with a letter. Signed attributes, which can be passed off as content that was signed
(RFC 5652 §5.4 without attributes), begin with the digit 1: so they can never be a part.
"""
_NAME = re.compile(r"[\w.-]+\Z", re.ASCII)
_BROKEN = re.compile(r"[\r\n\0]")
_NO_LIMITS = Limits()
_SHOWN = 60


def shown(text: str) -> str:
    """Something of a partner's for a sentence: short, in quotes, nothing in it but ASCII."""
    return ascii(text[:_SHOWN])


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields in their order; ``items`` has the names as they were written."""

    items: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, items: Iterable[tuple[str, str]]) -> Headers:
        """Fields that somebody else has read, as a server of HTTP has."""
        return cls(tuple(items))

    @classmethod
    def parse(cls, data: bytes, limits: Limits = _NO_LIMITS) -> Headers:
        """A block of lines that end in CRLF or LF, up to the blank line or without it.

        Raises :class:`RefusedError` for a block that is too long (T220), has too many fields
        (T221), or has a line that is no ``Name: value`` (T222).
        """
        if len(data) > limits.header_bytes:
            raise RefusedError(problem("T220", limit=limits.header_bytes))
        text = data.decode("latin-1")
        if "\n " in text or "\n\t" in text:
            text = _FOLD.sub("", text)
        return cls(tuple(_fields(text.rstrip("\r\n"), limits.headers)))

    def get(self, name: str) -> str | None:
        """The value of the first field of that name, whatever its case."""
        wanted = name.lower()
        for found, value in self.items:
            if found.lower() == wanted:
                return value
        return None

    def all(self, name: str) -> tuple[str, ...]:
        """The values of all fields of that name."""
        wanted = name.lower()
        return tuple(value for found, value in self.items if found.lower() == wanted)


def _fields(text: str, limit: int) -> Iterator[tuple[str, str]]:
    at = number = 0
    while at < len(text):
        number += 1
        if number > limit:
            raise RefusedError(problem("T221", limit=limit))
        match = _FIELD.match(text, at)
        if match is None:
            line = text[at:].partition("\n")[0].removesuffix("\r")
            raise RefusedError(problem("T222", Place(line=number), found=shown(line)))
        yield match[1], match[2].rstrip(" \t")
        at = match.end()


def head_of(items: Iterable[tuple[str, str]]) -> bytes:
    """The fields as they go out, one line each, with the blank line that ends them.

    Raises ``ValueError`` for a value that holds a line end, a NUL or a character outside of
    Latin-1: whoever made the field has to encode it.
    """
    lines = []
    for name, value in items:
        if not _NAME.match(name) or _BROKEN.search(value):
            raise ValueError(f"{name}: {value!r} cannot be a header field")
        lines.append(f"{name}: {value}\r\n")
    return ("".join(lines) + "\r\n").encode("latin-1")
