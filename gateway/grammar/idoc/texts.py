"""Long texts: lines of 70 or 132 characters below a head ⇄ one text, the field ``TEXT`` there.

TDFORMAT says how a line goes on (SAPscript): ``*`` and others start a line, ``=`` follows without a
blank, none or a blank follows after one. Written lines are cut at blanks; no line ends in one,
because blanks at the end of a field are lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.syntax.record import Record

TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class Lines:
    """The segment of the lines below a head."""

    segment: str
    width: int
    format: bool = True
    """Whether it has TDFORMAT."""


HEADS = {
    "E1EDKT1": Lines("E1EDKT2", 70),
    "E1EDPT1": Lines("E1EDPT2", 70),
    "E1EDCT1": Lines("E1EDCT2", 70, format=False),
    "E1TXTH0": Lines("E1TXTP0", 132),
    "E1TXTH1": Lines("E1TXTP1", 132),
    "E1TXTH8": Lines("E1TXTP8", 132),
    "E1TXTH9": Lines("E1TXTP9", 132),
}


def joined(head: Record, lines: Lines) -> None:
    """Take the lines of a head as its text."""
    text = ""
    for at, one in enumerate(head.kids.pop(lines.segment, ())):
        line, form = one.fields.get("TDLINE", ""), one.fields.get("TDFORMAT", "")
        if not at or form == "=":
            text += line
        elif not form.strip():
            text += f" {line}"
        else:
            text += f"\n{line}"
    if text:
        head.fields[TEXT] = text


def cut(head: Record, lines: Lines) -> None:
    """Put the text of a head into lines below it."""
    text = head.fields.pop(TEXT, "")
    if not text:
        return
    made = head.kids.setdefault(lines.segment, [])
    for paragraph in text.split("\n"):
        short = len(paragraph) <= lines.width
        pieces = (("*", paragraph.rstrip(" ")),) if short else _pieces(paragraph, lines)
        for at, (form, piece) in enumerate(pieces):
            fields = {"TDLINE": piece} if piece else {}
            if lines.format and (said := form if at else "*"):
                fields["TDFORMAT"] = said
            made.append(Record(lines.segment, fields))


def _pieces(text: str, lines: Lines) -> Iterable[tuple[str, str]]:
    """Format and text of each line of a paragraph."""
    form, text, width = "*", text.rstrip(" "), lines.width
    while len(text) > width:
        # a blank within reach, whose neighbour before it is none
        at = text.rfind(" ", 1, width + 1)
        while at > 0 and text[at - 1] == " ":
            at -= 1
        if at > 0:
            yield form, text[:at]
            form, text = "", text[at + 1 :]
        else:
            yield form, text[:width]
            form, text = "=" if lines.format else "", text[width:]
    yield form, text
