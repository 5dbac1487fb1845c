"""Run the engine over a mutant, and compare all that it says with what the oracle says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from gateway.grammar import read
from gateway.grammar.acknowledge import (
    InterchangeVerdict,
    MessageVerdict,
    conclude,
    contrl,
    functional_997,
    functional_999,
    judge,
    needs_ta1,
    ta1,
)
from gateway.grammar.envelope import InterchangeEnd, MessageFound, Stray, walk
from gateway.problems import Problem
from gateway.syntax import read_bytes
from gateway.syntax.normal import COMPONENT, ELEMENT
from tests.mutation import (
    kinds_element,
    kinds_envelope,
    kinds_header,
    kinds_structure,
    kinds_syntax,
)
from tests.mutation.answers import Answers, answers
from tests.mutation.bases import bases, library
from tests.mutation.kind import KINDS, SUBJECT, Mutant, mutants
from tests.mutation.model import Doc, layouts
from tests.mutation.oracle import Found

MODULES = (kinds_structure, kinds_element, kinds_syntax, kinds_envelope, kinds_header)
"""Where the kinds are; importing them registers them."""
_ORDER = {f"G10{number}" for number in range(3, 9)}
Key = tuple[object, ...]


@dataclass
class Observed:
    """What the engine says of a file."""

    keys: list[Key] = field(default_factory=list)
    accepted: list[tuple[int, int]] = field(default_factory=list)
    """Interchange and message, from 1."""
    answers: list[Answers] = field(default_factory=list)
    verdicts: list[InterchangeVerdict] = field(default_factory=list)


def observe(data: bytes) -> Observed:
    seen = Observed()
    number = 1
    found: list[MessageVerdict] = []
    for event in walk(read_bytes(data), library().service):
        if isinstance(event, MessageFound):
            header = event.header
            known = library().message(header.standard, header.directory, header.type)
            found.append(judge(event, read(event.part, known).problems if known else ()))
        elif isinstance(event, Stray):
            seen.keys += [_key(one, 0, "file", 0) for one in event.part.problems]
        elif isinstance(event, InterchangeEnd):
            verdict = conclude(event, found)
            seen.verdicts.append(verdict)
            seen.keys += list(_keys(verdict, number))
            seen.accepted += [(number, one.header.index) for one in verdict.accepted_messages()]
            seen.answers.append(_answers(verdict))
            found, number = [], number + 1
    return seen


def _keys(verdict: InterchangeVerdict, number: int) -> Iterator[Key]:
    yield from (_key(one, number, "interchange", 1) for one in verdict.problems)
    messages = list(verdict.messages)
    for group in verdict.groups:
        yield from (_key(one, number, "group", group.header.index) for one in group.problems)
        messages += group.messages
    for message in messages:
        for one in message.problems:
            yield _key(one, number, "message", message.header.index)


def _key(one: Problem, interchange: int, level: str, nth: int) -> Key:
    at = one.place
    return (
        interchange, level, nth, one.code, one.severity.value, at.segment,
        at.tag, at.element, at.component, at.repetition, at.offset,
    )  # fmt: skip


def _answers(verdict: InterchangeVerdict) -> Answers:
    if verdict.interchange.standard == "edifact":
        return Answers(contrl=_shown(contrl(verdict, reference="1")))
    control = _shown(["", ta1(verdict), ""])[0] if needs_ta1(verdict) else ""
    if not verdict.accepted:
        return Answers(ta1=control)
    return Answers(
        functional=tuple(_shown(functional_997(one, reference="1")) for one in verdict.groups),
        extended=tuple(
            tuple(line for line in _shown(functional_999(one, reference="1")))
            for one in verdict.groups
        ),
        ta1=control,
    )


def _shown(segments: Sequence[str]) -> tuple[str, ...]:
    """Without header and trailer, with signs that can be read."""
    return tuple(
        one.replace(COMPONENT, ":").replace(ELEMENT, "+").rstrip("+") for one in segments[1:-1]
    )


@cache
def clean(doc: Doc) -> bool:
    """Whether a base itself has nothing to report."""
    return not observe(Mutant("", doc).data).keys


@dataclass(frozen=True)
class Verdict:
    """How a case came out.

    ``exact``; ``equal``: another explanation with as few repairs; ``larger``: the order of the
    segments is explained by other findings, as many or more; the right message alone is refused;
    ``differs``: anything else.
    """

    outcome: str
    differs: str = ""


def report(step: int = 1, only: str = "") -> Iterator[tuple[str, Counter[str], list[str]]]:
    """Every kind over every base: its name, how many came out how, and what differs first."""
    for name, made in KINDS.items():
        if only not in name:
            continue
        outcomes: Counter[str] = Counter()
        deviations: list[str] = []
        for doc in bases():
            for mutant in mutants(made, doc, step):
                verdict = check(mutant)
                outcomes[verdict.outcome] += 1
                if verdict.outcome in ("differs", "larger"):
                    text = f"{verdict.outcome}: {doc.name}: {mutant.where}: {verdict.differs}"
                    deviations.append(text)
        yield name, outcomes, sorted(deviations)


def check(mutant: Mutant) -> Verdict:
    data = mutant.data
    seen = observe(data)
    wrong = ""
    for number, expected in enumerate((mutant.found, *mutant.equal)):
        wrong_here = _compare(mutant, expected, seen)
        if not wrong_here:
            return Verdict("exact" if number == 0 else "equal")
        wrong = wrong or wrong_here
    return Verdict("larger" if _larger(mutant, seen) else "differs", wrong)


def _larger(mutant: Mutant, seen: Observed) -> bool:
    """Only findings of order, in the message alone that has some, and all others pass."""
    if mutant.loose_from is not None or not mutant.found:
        return False
    of_order = all(key[1:3] == ("message", SUBJECT) and key[3] in _ORDER for key in seen.keys)
    expected = all(one.code in _ORDER for one in mutant.found)
    accepted = list(_accepted(mutant.doc, mutant.found)) == seen.accepted
    return of_order and expected and accepted and len(seen.keys) >= len(mutant.found)


def _compare(mutant: Mutant, expected: Sequence[Found], seen: Observed) -> str:
    keys = sorted((one.key() for one in expected), key=repr)
    got = sorted(seen.keys, key=repr)
    if mutant.loose_from is not None:
        got = [one for one in got if not _loose(one, mutant.loose_from, keys)]
    if keys != got:
        return f"expected {_only(keys, got)}, got {_only(got, keys)}"
    if mutant.loose_from is not None:
        refused = any(one.level == "interchange" for one in expected)
        return f"accepted {seen.accepted} of what is cut off" if refused and seen.accepted else ""
    accepted = list(_accepted(mutant.doc, expected))
    if accepted != seen.accepted:
        return f"accepted {accepted}, got {seen.accepted}"
    wanted = answers(mutant.doc, expected)
    for one, other in zip(wanted, seen.answers, strict=False):
        if one != other:
            return f"answer {_differing(one, other)}"
    return "" if len(wanted) == len(seen.answers) else f"{len(seen.answers)} answers"


def _loose(key: Key, start: int, expected: Sequence[Key]) -> bool:
    offset = key[-1]
    return key not in expected and isinstance(offset, int) and offset >= start


def _only(one: Sequence[Key], other: Sequence[Key]) -> str:
    left = list(other)
    return "; ".join(_brief(key) for key in one if not (key in left and left.remove(key) is None))


def _brief(key: Key) -> str:
    *_, code, severity, segment, tag, element, component, repetition, offset = key
    spot = ".".join(str(one) for one in (element, component, repetition) if one is not None)
    level = "" if key[1] == "message" else f"{key[1]} {key[2]} "
    warned = " warning" if severity == "warning" else ""
    return f"{level}{code}{warned} {segment or ''} {tag or ''} {spot} @{offset}"


def _differing(one: Answers, other: Answers) -> str:
    for name in ("contrl", "functional", "extended", "ta1"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs:
            return f"{name}: expected {mine}, got {theirs}"
    return ""


def _accepted(doc: Doc, found: Sequence[Found]) -> Iterator[tuple[int, int]]:
    wrong = {(one.interchange, one.level, one.nth) for one in found if one.severity == "error"}
    for number, layout in enumerate(layouts(doc), 1):
        if (number, "interchange", 1) in wrong:
            continue
        outside = [one for one in layout.messages if one.group is None]
        grouped = [
            one
            for group in layout.groups
            if (number, "group", group.number) not in wrong
            for one in group.messages
        ]
        for one in (*outside, *grouped):
            if (number, "message", one.index) not in wrong:
                yield number, one.index
