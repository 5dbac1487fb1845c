"""Laws of acknowledgements, for interchanges that are damaged at random."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.grammar.acknowledge import (
    AckRules,
    InterchangeVerdict,
    MessageVerdict,
    needs_answer,
    needs_ta1,
    reconcile,
    ta1,
)
from gateway.grammar.envelope import InterchangeEnd, InterchangeStart, MessageFound, walk
from gateway.grammar.envelope.model import Fields
from gateway.problems import errors, has_errors
from gateway.syntax import read, read_bytes
from gateway.syntax.normal import ELEMENT
from tests.acknowledge.ack_cases import (
    answer,
    answer_bytes,
    answers,
    base,
    faults,
    library,
    verdicts,
)

BASES = ("edifact", "edifact-4", "edifact-groups", "edifact-4-groups", "x12", "x12-5")
_SIGNS = "'+:?*~>X9 \n\x01\x1f\xe9"


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good interchange after some changes: segments dropped, doubled, moved; bytes changed."""
    lines = base(draw(st.sampled_from(BASES))).splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "swap", "sign", "digit"])):
            case "drop":
                lines[at] = ""
            case "double":
                lines[at] *= 2
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "sign":
                spot = draw(st.integers(0, len(lines[at])))
                sign = draw(st.sampled_from(_SIGNS))
                lines[at] = lines[at][:spot] + sign + lines[at][spot + 1 :]
            case "digit":
                lines[at] = lines[at].replace(draw(st.sampled_from("0123456789")), "8", 1)
    data = "".join(lines).encode("latin-1")
    return data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 9)) == 0 else data


def messages_of(verdict: InterchangeVerdict) -> list[MessageVerdict]:
    return [*verdict.messages, *(one for group in verdict.groups for one in group.messages)]


RULES = st.builds(
    AckRules,
    syntax=st.sampled_from(["997", "999", "ta1"]),
    when=st.sampled_from(["always", "on_request", "errors"]),
    level=st.sampled_from(["content", "content", "receipt"]),
    every=st.sampled_from([None, True, False]),
    warnings=st.booleans(),
    ta1=st.sampled_from(["on_request", "always", "errors", "never"]),
)
"""Everything that may be agreed; the version is that of the subject, or of a 999."""


@settings(max_examples=150, deadline=None)
@given(damaged(), RULES)
def test_answers_are_clean_the_same_each_time_and_never_fail(data: bytes, rules: AckRules) -> None:
    for verdict in verdicts(data):
        wire = answer_bytes(verdict, rules)
        made = answer(verdict, rules)
        for each in made.messages if made else ():
            assert made is not None
            assert faults(each, made.outgoing.directory) == []
        for event in walk(read_bytes(wire), library().service):
            assert not has_errors(getattr(event, "problems", ()))
            for group in getattr(event, "groups", ()):
                assert not [one for one in errors(group.problems) if one.code != "G212"]
        assert wire == answer_bytes(verdict, rules)


@settings(max_examples=100, deadline=None)
@given(damaged(), RULES)
def test_a_refusal_is_told_whatever_was_agreed(data: bytes, rules: AckRules) -> None:
    """Unless nothing but a receipt was agreed, or no TA1 and the interchange is refused."""
    for verdict in verdicts(data):
        x12 = verdict.interchange.standard == "x12"
        silent = x12 and (rules.syntax == "ta1" or rules.level == "receipt" or rules.ta1 == "never")
        refused = [one for one in messages_of(verdict) if not one.accepted]
        refused = [one for one in refused if needs_answer(one.header.type)]
        groups = [one for one in verdict.groups if one.header.type != "FA" and not one.accepted]
        if (refused or groups or not verdict.accepted) and not silent:
            assert answer(verdict, rules) is not None


@settings(max_examples=100, deadline=None)
@given(damaged())
def test_what_is_refused_has_a_code_and_what_is_accepted_has_no_error(data: bytes) -> None:
    for verdict in verdicts(data):
        for one in verdict.accepted_messages():
            assert not has_errors(one.problems)
        told = [note for each in answers(verdict) for note in reconcile(each)]
        if needs_ta1(verdict) and verdict.interchange.standard == "x12":
            told += reconcile([ta1(verdict)])
        for note in told:
            below = [each for each in told if each.group == note.group and each is not note]
            assert note.accepted or note.codes or any(each.codes for each in below)
            assert note.accepted or note.text or note.level == "group"


@settings(max_examples=100, deadline=None)
@given(damaged())
def test_the_partner_reads_the_verdict_out_of_the_answer(data: bytes) -> None:
    """Reconciling our own answer gives back which messages are accepted."""
    for verdict in verdicts(data):
        told = [note for each in answers(verdict) for note in reconcile(each)]
        refused = {
            (note.group, note.message)
            for note in told
            if note.level == "message" and not note.accepted
        }
        gone = {note.group for note in told if note.level == "group" and not note.accepted}
        for one in verdict.accepted_messages():
            group = one.header.group.reference if one.header.group else ""
            same = [each for each in messages_of(verdict) if _key(each) == _key(one)]
            twice = sum(each.header.reference == group for each in verdict.groups) > 1
            if len(same) == 1 and not twice:
                assert (group, one.header.reference) not in refused
                assert group not in gone or not group


def _key(one: MessageVerdict) -> tuple[str, str]:
    group = one.header.group
    return (group.reference if group else "", one.header.reference[:14])


@settings(max_examples=100, deadline=None)
@given(damaged(), st.integers(1, 200))
def test_walking_is_the_same_in_chunks_and_every_start_has_an_end(data: bytes, size: int) -> None:
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    events = list(walk(read(chunks), library().service))
    assert events == list(walk(read_bytes(data), library().service))
    depth = 0
    for event in events:
        depth += isinstance(event, InterchangeStart)
        if isinstance(event, MessageFound):
            assert depth == 1
        depth -= isinstance(event, InterchangeEnd)
        assert depth in (0, 1)
    assert depth == 0


@settings(max_examples=150, deadline=None)
@given(damaged(), RULES)
def test_details_stand_in_order_and_once(data: bytes, rules: AckRules) -> None:
    """By segment, element, repetition, component, code."""
    for verdict in verdicts(data):
        made = answer(verdict, rules)
        for message in made.messages if made else ():
            for told in _details(message):
                assert told == sorted(told)
                assert len(told) == len(set(told))


def _details(answer: Sequence[str]) -> list[list[tuple[int, ...]]]:
    """The positions and codes of each message that an answer tells of."""
    found: list[list[tuple[int, ...]]] = []
    segment = 0
    for each in answer:
        tag, at = each.partition(ELEMENT)[0], Fields(each)
        if tag in ("UCM", "AK2"):
            found.append([])
        elif tag == "UCS":
            # a segment as a whole comes behind its elements
            segment = int(at[1])
            if at[2]:
                found[-1].append((segment, 1000, 0, 0, int(at[2])))
        elif tag == "UCD":
            place = (int(at[2, 1]), int(at[2, 3] or 0), int(at[2, 2] or 0))
            found[-1].append((segment, *place, int(at[1])))
        elif tag in ("AK4", "IK4"):
            place = (int(at[1, 1]), int(at[1, 3] or 0), int(at[1, 2] or 0))
            found[-1].append((segment, *place, int(at[3])))
        elif tag in ("AK3", "IK3"):
            segment = int(at[2])
    return found
