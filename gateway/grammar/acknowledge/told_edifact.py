"""Reading CONTRL (syntax 3 and 4) and APERAK, segment by segment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gateway.grammar.acknowledge.meanings import MEANING_0085
from gateway.grammar.acknowledge.told import Reconciliation, State, said
from gateway.grammar.envelope.model import Fields

Step = Callable[[State, Fields], None]
_REFUSED_0083 = frozenset({"4", "6"})
_RECEIVED_0083 = "8"
_REFUSED_4343 = frozenset({"RE", "27"})
"""BGM 4343: refused, in the list of the directory and in that of agreed codes."""
_MESSAGE, _INTERCHANGE = "ACW", "ACE"
_OWN_DOCUMENT = frozenset({"ON", "POR", "PP", "AAK", "IV", "ALO", "RA", "PL", "DM", "AGO", "VN"})
"""1153 that name the document an APERAK speaks of."""


def _uci(state: State, at: Fields) -> None:
    state.interchange, state.group = at[1], ""
    made = Reconciliation(
        "interchange",
        at[4] not in _REFUSED_0083,
        interchange=at[1],
        receipt=at[4] == _RECEIVED_0083,
    )
    _open(state, made, at, 5)


def _ucf(state: State, at: Fields) -> None:
    state.group = at[1]
    made = Reconciliation(
        "group", at[4] not in _REFUSED_0083, interchange=state.interchange, group=at[1]
    )
    _open(state, made, at, 5)


def _ucm(state: State, at: Fields) -> None:
    made = Reconciliation(
        "message",
        at[3] not in _REFUSED_0083,
        interchange=state.interchange,
        group=state.group,
        message=at[1],
    )
    _open(state, made, at, 4)


def _open(state: State, made: Reconciliation, at: Fields, cause: int) -> None:
    """A level with its cause: 0085, service tag and S011 from element ``cause`` on."""
    state.open = state.begin(made)
    state.segment = ""
    code, tag = at[cause], at[cause + 1]
    if code:
        where = ", ".join(part for part in (tag, _position(at, cause + 2)) if part)
        state.open.say(code, said(MEANING_0085, code, where))


def _position(at: Fields, element: int) -> str:
    """S011 in our counting, where the first element after the tag is 1."""
    number, component, repetition = at[element, 1], at[element, 2], at[element, 3]
    if not number.isdigit() or not number.isascii():
        return ""
    inner = f".{component}" if component else ""
    again = f" repetition {repetition}" if repetition else ""
    return "the tag" if int(number) <= 1 else f"element {int(number) - 1}{inner}{again}"


def _ucs(state: State, at: Fields) -> None:
    state.segment = f"segment {at[1]}"
    if state.open and at[2]:
        where = f"after {state.segment}" if at[2] == "13" else state.segment
        state.open.say(at[2], said(MEANING_0085, at[2], where))


def _ucd(state: State, at: Fields) -> None:
    if state.open and at[1]:
        where = ", ".join(part for part in (state.segment, _position(at, 2)) if part)
        state.open.say(at[1], said(MEANING_0085, at[1], where))


CONTRL: Mapping[str, Step] = {"UCI": _uci, "UCF": _ucf, "UCM": _ucm, "UCS": _ucs, "UCD": _ucd}


def _bgm(state: State, at: Fields) -> None:
    if state.open is None:
        made = Reconciliation("message", at[4] not in _REFUSED_4343, business=True)
        state.open = state.begin(made)
        state.decided = bool(at[4])


def _rff(state: State, at: Fields) -> None:
    """References before the first ERC are those of the subject; the first of a kind counts."""
    qualifier, number = at[1, 1], at[1, 2]
    if state.open is None or state.in_error or not number:
        return
    made = state.open.made
    if qualifier == _MESSAGE and not made.message:
        made = replace(made, message=number)
    elif qualifier == _INTERCHANGE and not made.interchange:
        made = replace(made, interchange=number)
    elif qualifier in _OWN_DOCUMENT and not made.document:
        made = replace(made, document=number)
    state.open.made = made


def _erc(state: State, at: Fields) -> None:
    if state.open is None:
        return
    if not state.decided:  # errors without a verdict refuse
        state.open.made = replace(state.open.made, accepted=False)
    state.in_error = True
    state.open.say(f"ERC:{at[1]}", f"error {at[1]}:")


def _ftx(state: State, at: Fields) -> None:
    lines = [at[4, component] for component in range(1, 6)]
    text = " ".join(line for line in lines if line)
    if state.open and text:
        state.open.go_on(text)


APERAK: Mapping[str, Step] = {"BGM": _bgm, "RFF": _rff, "ERC": _erc, "FTX": _ftx}
