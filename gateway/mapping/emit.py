"""Writing Python source: lines with indentation, and constants that cannot become code.

Text of a map reaches the generated source only through :func:`constant` and :func:`inside`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Code:
    """Lines of a function under construction."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 0

    def add(self, line: str) -> None:
        """One line at the current depth."""
        self.lines.append("    " * self._depth + line)

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """An ``if``, ``for`` or ``def`` with its body."""
        self.add(opening)
        self._depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.add("pass")
        self._depth -= 1

    def text(self) -> str:
        """The source."""
        return "\n".join(self.lines) + "\n"


def constant(value: str | int | tuple[object, ...] | None) -> str:
    """A literal of Python; ``repr`` of plain texts, numbers and tuples of them."""
    return repr(value)


def inside(text: str) -> str:
    """Text for the inside of a (formatted) string literal: all but letters and digits escaped."""
    signs = []
    for sign in text:
        if sign.isascii() and sign.isalnum():
            signs.append(sign)
        else:
            number = ord(sign)
            signs.append(f"\\x{number:02x}" if number < 0x100 else f"\\U{number:08x}")
    return "".join(signs)


def comment(text: object) -> str:
    """The end of a line that says where it comes from."""
    return "  # " + "".join(sign if sign.isprintable() else "?" for sign in str(text))
