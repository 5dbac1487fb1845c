"""Read what partners answer: CONTRL, 997, 999 and TA1 → which of our references were taken.

Reads segments in normal form, not a tree: an answer with a fault of its own is still an answer.
Levels that the answer does not name follow from the level above: a CONTRL with UCI 7 accepts every
message of the interchange that it does not refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from gateway.grammar.acknowledge.codes import (
    MEANING_0085,
    MEANING_ELEMENT,
    MEANING_GROUP,
    MEANING_SEGMENT,
    MEANING_SET,
    MEANING_TA1,
)
from gateway.grammar.envelope.model import Fields
from gateway.syntax.normal import ELEMENT

_REFUSED_0083 = frozenset({"4", "6"})
_RECEIVED_0083 = "8"
_ACCEPTED_X12 = frozenset({"A", "E", "P"})
_AS_997 = {"IK3": "AK3", "IK4": "AK4", "IK5": "AK5"}


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What an answer says about one of our interchanges, groups or messages."""

    level: Literal["interchange", "group", "message"]
    accepted: bool
    interchange: str = ""
    """UCI 0020, TA101; empty in a 997, which names the group only."""
    group: str = ""
    """UCF 0048, AK102."""
    message: str = ""
    """UCM 0062, AK202."""
    codes: tuple[str, ...] = ()
    """As they stand in the answer: 0085, or ``AK3:8``, ``AK4:7``, ``AK5:5``."""
    text: str = ""
    """The codes in plain words, with positions; empty where nothing is wrong."""
    receipt: bool = False
    """Only receipt is acknowledged (UCI 8): accepted so far, the contents may yet be refused."""

    @property
    def reference(self) -> str:
        """The reference of the level itself."""
        return {"interchange": self.interchange, "group": self.group, "message": self.message}[
            self.level
        ]


def reconcile(segments: Sequence[str]) -> list[Reconciliation]:
    """The statements of a CONTRL, 997, 999 (UNH … UNT, ST … SE) or of TA1 segments, outer first.

    Segments that say nothing about acceptance are passed over; never raises.
    """
    notes: list[_Note] = []
    state = _State()
    for segment in segments:
        tag = segment.partition(ELEMENT)[0]
        step = _STEPS.get(_AS_997.get(tag, tag))
        if step is not None:
            step(state, Fields(segment), notes)
    return [note.finished() for note in notes]


@dataclass(slots=True)
class _Note:
    """A statement while its details are still being read."""

    made: Reconciliation
    codes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def finished(self) -> Reconciliation:
        return replace(self.made, codes=tuple(self.codes), text="; ".join(self.texts))


@dataclass(slots=True)
class _State:
    interchange: str = ""
    group: str = ""
    segment: str = ""
    """The segment that UCS or AK3 names, in words."""
    ak1: _Note | None = None
    open: _Note | None = None


def _uci(state: _State, at: Fields, notes: list[_Note]) -> None:
    state.interchange, state.group = at[1], ""
    made = Reconciliation(
        "interchange",
        at[4] not in _REFUSED_0083,
        interchange=at[1],
        receipt=at[4] == _RECEIVED_0083,
    )
    _open(state, made, notes, _cause(at, 5))


def _ucf(state: _State, at: Fields, notes: list[_Note]) -> None:
    state.group = at[1]
    made = Reconciliation(
        "group", at[4] not in _REFUSED_0083, interchange=state.interchange, group=at[1]
    )
    _open(state, made, notes, _cause(at, 5))


def _ucm(state: _State, at: Fields, notes: list[_Note]) -> None:
    made = Reconciliation(
        "message",
        at[3] not in _REFUSED_0083,
        interchange=state.interchange,
        group=state.group,
        message=at[1],
    )
    _open(state, made, notes, _cause(at, 4))


def _open(
    state: _State, made: Reconciliation, notes: list[_Note], cause: tuple[str, str] | None
) -> None:
    state.open = _Note(made)
    state.segment = ""
    if cause:
        state.open.codes.append(cause[0])
        state.open.texts.append(cause[1])
    notes.append(state.open)


def _cause(at: Fields, element: int) -> tuple[str, str] | None:
    """0085, service tag and S011 of UCI, UCF, UCM."""
    code, tag = at[element], at[element + 1]
    if not code:
        return None
    where = ", ".join(part for part in (tag, _position(at, element + 2)) if part)
    return code, _said(MEANING_0085, code, where)


def _position(at: Fields, element: int) -> str:
    """S011 in our counting, where the first element after the tag is 1."""
    number, component = at[element, 1], at[element, 2]
    if not number.isdigit() or not number.isascii():
        return ""
    inner = f".{component}" if component else ""
    return "the tag" if int(number) <= 1 else f"element {int(number) - 1}{inner}"


def _ucs(state: _State, at: Fields, notes: list[_Note]) -> None:
    state.segment = f"segment {at[1]}"
    if state.open and at[2]:
        where = f"after {state.segment}" if at[2] == "13" else state.segment
        state.open.codes.append(at[2])
        state.open.texts.append(_said(MEANING_0085, at[2], where))


def _ucd(state: _State, at: Fields, notes: list[_Note]) -> None:
    if state.open and at[1]:
        where = ", ".join(part for part in (state.segment, _position(at, 2)) if part)
        state.open.codes.append(at[1])
        state.open.texts.append(_said(MEANING_0085, at[1], where))


def _ak1(state: _State, at: Fields, notes: list[_Note]) -> None:
    state.group = at[2]
    state.ak1 = _Note(Reconciliation("group", True, group=at[2]))
    notes.append(state.ak1)


def _ak2(state: _State, at: Fields, notes: list[_Note]) -> None:
    state.open = _Note(Reconciliation("message", True, group=state.group, message=at[2]))
    notes.append(state.open)


def _ak3(state: _State, at: Fields, notes: list[_Note]) -> None:
    state.segment = f"segment {at[2]} {at[1]}"
    if state.open and at[4]:
        state.open.codes.append(f"AK3:{at[4]}")
        if at[4] != "8":  # its AK4 say which
            state.open.texts.append(_said(MEANING_SEGMENT, at[4], state.segment))


def _ak4(state: _State, at: Fields, notes: list[_Note]) -> None:
    if state.open is None:
        return
    inner = f".{at[1, 2]}" if at[1, 2] else ""
    value = f" ({at[4]})" if at[4] else ""
    state.open.codes.append(f"AK4:{at[3]}")
    where = f"{state.segment}, element {at[1, 1]}{inner}{value}"
    state.open.texts.append(_said(MEANING_ELEMENT, at[3], where))


def _ak5(state: _State, at: Fields, notes: list[_Note]) -> None:
    if state.open is None:
        return
    state.open.made = replace(state.open.made, accepted=at[1] in _ACCEPTED_X12)
    for code in _codes(at, 2):
        state.open.codes.append(f"AK5:{code}")
        if code != "5":  # the segments before say which
            state.open.texts.append(_said(MEANING_SET, code))
    state.open = None


def _ak9(state: _State, at: Fields, notes: list[_Note]) -> None:
    """A group is refused by a code of its own, or because none of its sets was taken."""
    if state.ak1 is None:
        return
    state.ak1.made = replace(state.ak1.made, accepted=at[1] in _ACCEPTED_X12)
    for code in _codes(at, 5):
        state.ak1.codes.append(f"AK9:{code}")
        state.ak1.texts.append(_said(MEANING_GROUP, code))
    state.ak1 = None


def _ta1(state: _State, at: Fields, notes: list[_Note]) -> None:
    made = Reconciliation("interchange", at[4] in ("A", "E"), interchange=at[1])
    note = _Note(made)
    if at[5] and at[5] != "000":
        note.codes.append(at[5])
        note.texts.append(_said(MEANING_TA1, at[5]))
    notes.append(note)


def _codes(at: Fields, first: int) -> Iterator[str]:
    yield from (at[element] for element in range(first, first + 5) if at[element])


def _said(meanings: Mapping[str, str], code: str, where: str = "") -> str:
    meaning = meanings.get(code, "a code that is not known here")
    return f"{where}: {meaning} ({code})" if where else f"{meaning} ({code})"


_STEPS = {
    "UCI": _uci,
    "UCF": _ucf,
    "UCM": _ucm,
    "UCS": _ucs,
    "UCD": _ucd,
    "AK1": _ak1,
    "AK2": _ak2,
    "AK3": _ak3,
    "AK4": _ak4,
    "AK5": _ak5,
    "AK9": _ak9,
    "TA1": _ta1,
}
