"""Where a problem is: in a file, in a message, in a document.

A place is filled as far as its finder knows it; floors above add what they know with
:func:`dataclasses.replace` (a channel adds the file name, the envelope adds the message).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position that a person can go to. All positions count from 1; ``offset`` from 0.

    ``segment`` counts as the acknowledgements do: UNH or ST is 1 (ISO 9735-1 data element 0096,
    X12 data element 719). ``element`` 1 is the first data element after the tag.
    """

    file: str | None = None
    offset: int | None = None
    """Byte offset in the file (or in the interchange, where there is no file)."""
    line: int | None = None
    column: int | None = None
    width: int = 1
    """How many characters the caret underlines; 0: the text there may be a secret, show none."""
    message: str | None = None
    """Reference of the message: UNH 0062, ST02."""
    segment: int | None = None
    tag: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    path: str | None = None
    """Group path (``SG25[2]/QTY``), YAML path, canonical path or the name of an ERP field."""

    def __str__(self) -> str:
        """One line: ``orders.edi, message 1, segment 7 QTY, element 1.2 (byte 312)``."""
        parts = [self.file] if self.file else []
        if self.message:
            parts.append(f"message {self.message}")
        if self.segment is not None or self.tag:
            number = "" if self.segment is None else f" {self.segment}"
            parts.append(f"segment{number} {self.tag or ''}".rstrip())
        if self.element is not None:
            component = "" if self.component is None else f".{self.component}"
            repetition = "" if self.repetition is None else f" repetition {self.repetition}"
            parts.append(f"element {self.element}{component}{repetition}")
        if self.line is not None:
            column = "" if self.column is None else f", column {self.column}"
            parts.append(f"line {self.line}{column}")
        if self.path:
            parts.append(self.path)
        text = ", ".join(parts)
        if self.offset is not None:
            text = f"{text} (byte {self.offset})".strip()
        return text

    def as_json(self) -> dict[str, str | int]:
        """Only what is known, for ``--json``, error files and the store."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        if self.width == 1:
            known.pop("width", None)
        return known
