"""What an answer says, and how it is put together while the answer is being read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What an answer says about one of our interchanges, groups or messages."""

    level: Literal["interchange", "group", "message"]
    accepted: bool
    interchange: str = ""
    """UCI 0020, TA101; empty in a 997, which names the group only."""
    group: str = ""
    """UCF 0048, AK102, OTI08."""
    message: str = ""
    """UCM 0062, AK202, OTI09."""
    codes: tuple[str, ...] = ()
    """As they stand there: 0085, or ``AK3:8``, ``AK4:7``, ``IK4:I12``, ``AK5:5``, ``ERC:…``."""
    text: str = ""
    """The codes in plain words, with positions; empty where nothing is wrong."""
    receipt: bool = False
    """Only receipt is acknowledged (UCI 8): accepted so far, the contents may yet be refused."""
    business: bool = False
    """A business answer (APERAK, 824): it speaks of the contents, after the syntax was taken."""
    document: str = ""
    """The business number that a business answer names; its references may then be empty."""

    @property
    def reference(self) -> str:
        """The reference of the level itself."""
        return {"interchange": self.interchange, "group": self.group, "message": self.message}[
            self.level
        ]


_LONGEST, _MOST = 4000, 1000
"""Characters of the text of a statement, and its codes: a partner may write as much as he likes."""


@dataclass(slots=True)
class Note:
    """A statement while its details are still being read."""

    made: Reconciliation
    codes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def finished(self) -> Reconciliation:
        """The statement with everything that was said about it."""
        text = "; ".join(text.removesuffix(":") for text in self.texts)
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"
        return replace(self.made, codes=tuple(self.codes), text=text)

    def say(self, code: str, text: str = "") -> None:
        """One code, and what it means."""
        if len(self.codes) < _MOST:
            self.codes.append(code)
        if text:
            self.texts.append(text)

    def go_on(self, text: str) -> None:
        """More of the text before."""
        if not self.texts:
            self.texts.append(text)
        elif len(self.texts[-1]) < _LONGEST:
            self.texts[-1] += f" {text}"


@dataclass(slots=True)
class State:
    """Where the reader of an answer is."""

    notes: list[Note] = field(default_factory=list)
    interchange: str = ""
    group: str = ""
    segment: str = ""
    """The segment that UCS or AK3 names, in words."""
    ak1: Note | None = None
    open: Note | None = None
    decided: bool = False
    """BGM of an APERAK says whether it accepts."""
    in_error: bool = False
    """Inside an ERC of an APERAK."""

    def begin(self, made: Reconciliation) -> Note:
        """A new statement."""
        note = Note(made)
        self.notes.append(note)
        return note


def said(meanings: Mapping[str, str], code: str, where: str = "") -> str:
    """``segment 7: a value is too long (39)``."""
    meaning = meanings.get(code, "a code that is not known here")
    return f"{where}: {meaning} ({code})" if where else f"{meaning} ({code})"
