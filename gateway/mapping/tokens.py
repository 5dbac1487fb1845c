"""Words of one line of a map file, each with its column.

``#`` opens a comment only at the start of a line or after a blank, outside quotes: ``7008#1`` is
an occurrence, not a comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.mapping.statements import Span

_TOKEN = re.compile(
    r"""
    (?P<blank>[ ]+)
  | (?P<comment>(?:(?<=[ ])|^)\#.*)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<operator><->|<-|->|==)(?=[ ]|$)
  | (?P<sign>!=|[(),=])
  | (?P<word>(?:\[[^\]\s]*\]|[^\s"(),=!<>\[\]])+)
  | (?P<wrong>.)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is ``string`` ``operator`` ``sign`` ``word`` or ``wrong``."""

    kind: str
    text: str
    span: Span

    @property
    def value(self) -> str:
        """A string without its quotes and escapes."""
        if self.kind != "string":
            return self.text
        return re.sub(r"\\(.)", r"\1", self.text[1:-1])


def tokens(text: str, file: str, line: int) -> list[Token]:
    """Words of a line; comments and blanks are gone, what fits nothing has the kind ``wrong``."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "wrong"
        if kind not in ("blank", "comment"):
            width = match.end() - match.start()
            found.append(Token(kind, match[0], Span(file, line, match.start() + 1, width)))
    return found
