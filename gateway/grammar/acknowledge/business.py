"""What a business answer says, whatever the standard: APERAK, 824.

A business answer is a document of its own: it takes or refuses the *content* of another one,
after its syntax was acknowledged. Problems are told as they are: sentence, and what to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.grammar.envelope.model import Identity
from gateway.problems import Problem, Severity, errors
from gateway.syntax.normal import LOST

_NOBODY: Final = Identity("")
_ELLIPSIS: Final = "..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The document that is answered, as far as it is known."""

    type: str
    """``ORDERS``, ``850``."""
    number: str = ""
    date: dt.date | None = None
    message: str = ""
    """UNH 0062, ST02."""
    group: str = ""
    """0048, GS06."""
    interchange: str = ""
    """0020, ISA13."""
    sender: Identity = _NOBODY
    """Of the subject: who gets the answer."""
    receiver: Identity = _NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessAnswer:
    """What is answered, and how."""

    subject: Subject
    number: str
    """Of the answer itself."""
    at: dt.datetime
    accepted: bool
    directory: str
    """In which the answer is written: ``D96A``, ``004010``."""
    association: str = ""
    """0057 of an APERAK (``EAN005``): EANCOM has fewer codes than its directory."""
    problems: Sequence[Problem] = ()
    """Everything that is to be told; what refuses the subject is among it."""
    signs: str = ""
    """Characters that texts cannot hold, such as the separators of X12: blanks stand for them."""

    @property
    def told(self) -> list[Problem]:
        """What is told: errors first, else in the order found.

        Raises ``ValueError`` for a refusal without a reason, and for errors in what is accepted.
        """
        wrong = errors(self.problems)
        if self.accepted == bool(wrong):
            raise ValueError("a refusal needs an error, and what is accepted has none")
        return sorted(self.problems, key=lambda one: one.severity is not Severity.ERROR)

    def texts(self, found: Problem) -> tuple[str, str]:
        """Sentence with place, and remedy, without what the answer cannot hold."""
        where = str(replace(found.place, file=None, offset=None, line=None, message=None))
        sentence = f"{found.sentence} ({where})" if where else found.sentence
        return self.plain(sentence), self.plain(found.remedy)

    def plain(self, text: str) -> str:
        """A text on one line, without characters that the answer cannot hold."""
        kept = (
            sign if sign.isprintable() and sign != LOST and sign not in self.signs else " "
            for sign in text
        )
        return " ".join("".join(kept).split())


def pieces(text: str, width: int, most: int) -> Iterator[str]:
    """A text in parts of at most ``width`` characters, cut at blanks where there are any.

    What does not go into ``most`` parts ends in three dots.
    """
    rest = text.strip()
    for count in range(most):
        if not rest:
            return
        last = count == most - 1
        if last and len(rest) > width:
            yield rest[: width - len(_ELLIPSIS)].rstrip() + _ELLIPSIS
            return
        piece, rest = _cut(rest, width)
        yield piece


def _cut(text: str, width: int) -> tuple[str, str]:
    if len(text) <= width:
        return text, ""
    at = text.rfind(" ", width // 2, width + 1)
    at = at if at > 0 else width
    return text[:at].rstrip(), text[at:].strip()
