"""Reading 997, 999, TA1 and 824, segment by segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gateway.grammar.acknowledge.meanings import (
    MEANING_ELEMENT,
    MEANING_GROUP,
    MEANING_SEGMENT,
    MEANING_SET,
    MEANING_TA1,
)
from gateway.grammar.acknowledge.told import Reconciliation, State, said
from gateway.grammar.acknowledge.told_edifact import Step
from gateway.grammar.envelope.model import Fields

_ACCEPTED = frozenset({"A", "E", "P"})
_ACCEPTED_TA1 = frozenset({"A", "E"})
_ACCEPTED_OTI = frozenset({"A", "C", "E"})
"""Second letter of OTI01: accepted, with changes, with errors. What is taken in part is refused:
a person has to see which part."""
_OF_GROUP = frozenset({"G", "B"})
_TRANSACTION = "TN"


def _ak1(state: State, at: Fields) -> None:
    state.group = at[2]
    state.ak1 = state.begin(Reconciliation("group", True, group=at[2]))


def _ak2(state: State, at: Fields) -> None:
    state.open = state.begin(Reconciliation("message", True, group=state.group, message=at[2]))


def _ak3(state: State, at: Fields) -> None:
    state.segment = f"segment {at[2]} {at[1]}"
    if state.open and at[4]:
        told = at[4] != "8"  # its AK4 say which
        text = said(MEANING_SEGMENT, at[4], state.segment) if told else ""
        state.open.say(_code("3", at[4]), text)


def _ak4(state: State, at: Fields) -> None:
    if state.open is None:
        return
    value = f" ({at[4]})" if at[4] else ""
    where = f"{state.segment}, {_element(at, 1)}{value}"
    state.open.say(_code("4", at[3]), said(MEANING_ELEMENT, at[3], where))


def _ctx(state: State, at: Fields) -> None:
    """What made a segment or element required, or the business unit that it belongs to."""
    if state.open is None or not at[1, 1]:
        return
    where = f"segment {at[3]} {at[2]}" if at[2] else ""
    element = _element(at, 5) if at[5] else ""
    parts = [part for part in (at[1, 1].lower(), at[1, 2], where, element) if part]
    state.open.texts.append(" ".join(parts))


def _element(at: Fields, element: int) -> str:
    """C030."""
    inner = f".{at[element, 2]}" if at[element, 2] else ""
    again = f" repetition {at[element, 3]}" if at[element, 3] else ""
    return f"element {at[element, 1]}{inner}{again}"


def _ak5(state: State, at: Fields) -> None:
    if state.open is None:
        return
    state.open.made = replace(state.open.made, accepted=at[1] in _ACCEPTED)
    for code in _codes(at, 2):
        told = code not in ("5", "I5")  # the segments before say which
        state.open.say(_code("5", code), said(MEANING_SET, code) if told else "")
    state.open = None


def _ak9(state: State, at: Fields) -> None:
    """A group is refused by a code of its own, or because none of its sets was taken."""
    if state.ak1 is None:
        return
    state.ak1.made = replace(state.ak1.made, accepted=at[1] in _ACCEPTED)
    for code in _codes(at, 5):
        state.ak1.say(f"AK9:{code}", said(MEANING_GROUP, code))
    state.ak1 = None


def _ta1(state: State, at: Fields) -> None:
    note = state.begin(Reconciliation("interchange", at[4] in _ACCEPTED_TA1, interchange=at[1]))
    if at[5] and at[5] != "000":
        note.say(at[5], said(MEANING_TA1, at[5]))


def _codes(at: Fields, first: int) -> Iterator[str]:
    yield from (at[element] for element in range(first, first + 5) if at[element])


def _code(segment: str, code: str) -> str:
    """``AK4:7``; ``IK4:I12`` for what only a 999 has."""
    return f"{'IK' if code.startswith('I') else 'AK'}{segment}:{code}"


FUNCTIONAL: Mapping[str, Step] = {
    "AK1": _ak1,
    "AK2": _ak2,
    **dict.fromkeys(("AK3", "IK3"), _ak3),
    **dict.fromkeys(("AK4", "IK4"), _ak4),
    "CTX": _ctx,
    **dict.fromkeys(("AK5", "IK5"), _ak5),
    "AK9": _ak9,
    "TA1": _ta1,
}


def _oti(state: State, at: Fields) -> None:
    """One statement for each OTI: a set, a group, or an item of a set."""
    level, verdict = at[1][:1], at[1][1:2]
    number = at[3] if at[2] != _TRANSACTION or not at[9] else ""
    made = Reconciliation(
        "group" if level in _OF_GROUP else "message",
        verdict in _ACCEPTED_OTI,
        group=at[8],
        message=at[9] or (at[3] if at[2] == _TRANSACTION else ""),
        business=True,
        document=number if at[2] != _TRANSACTION else "",
    )
    state.open = state.begin(made)
    if verdict == "P":
        state.open.texts.append("accepted in part only")


def _ted(state: State, at: Fields) -> None:
    if state.open is None:
        return
    where = f"segment {at[4]} {at[3]}".strip() if at[3] else ""
    element = f"element {at[5, 1]}" if where and at[5, 1] else ""
    place = ", ".join(part for part in (where, element) if part)
    value = f" ({at[7]})" if at[7] else ""
    text = f"{at[2]}{value}".strip()
    text = ": ".join(part for part in (place, text) if part)
    state.open.say(f"TED:{at[1]}", text or f"error {at[1]}")


def _nte(state: State, at: Fields) -> None:
    if state.open and at[2]:
        state.open.go_on(at[2])


def _red(state: State, at: Fields) -> None:
    if state.open and at[1]:
        state.open.go_on(at[1])


ADVICE: Mapping[str, Step] = {"OTI": _oti, "TED": _ted, "NTE": _nte, "RED": _red}
