"""Cases: a good interchange, one change, and what must follow from it.

A case is a text file: a title, ``base:`` the good interchange, lines ``-`` that are replaced by
lines ``+`` (``\\x01`` is a byte; ``after:`` only looks behind that line), then what is expected:
``problems:`` (level, code, place, the bytes at the place), ``accepted:`` (references of the
messages that may be processed) and ``answer:``. A line ``rules: 999 warnings`` says how X12 is
answered. ``python -m tests.acknowledge.ack_cases`` writes
the expectations anew from what the code does; read the difference before keeping it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from gateway.grammar import Leniency, Library, read, read_segments
from gateway.grammar.acknowledge import (
    Acknowledgement,
    AckRules,
    InterchangeVerdict,
    MessageVerdict,
    Numbers,
    acknowledge,
    conclude,
    judge,
)
from gateway.grammar.envelope import InterchangeEnd, MessageFound, walk
from gateway.problems import Problem, errors
from gateway.syntax import read_bytes, service_string_advice, write_segments
from gateway.syntax.delimiters import EDIFACT_3, EDIFACT_4
from gateway.syntax.normal import COMPONENT, ELEMENT

HERE = Path(__file__).parent
AT = datetime(2026, 1, 2, 10, 15, tzinfo=UTC)
CONTENT = AckRules(syntax="997")
"""How cases are answered that say nothing about it; EDIFACT with a CONTRL in any case."""


@cache
def library() -> Library:
    return Library()


@dataclass(frozen=True)
class Case:
    path: Path
    head: str
    data: bytes
    expected: str
    rules: AckRules = CONTENT


def load(path: Path) -> Case:
    head, _, expected = path.read_text(encoding="utf-8").partition("problems:\n")
    _, based, *changes = head.rstrip("\n").split("\n")
    wanted = next((line[7:].split() for line in changes if line.startswith("rules: ")), ["997"])
    changes = [line for line in changes if not line.startswith("rules: ")]
    rules = replace(CONTENT, syntax=wanted[0], warnings="warnings" in wanted)
    text = base(based.removeprefix("base: "))
    old = [line[2:] for line in changes if line.startswith("- ")]
    new = [line[2:] for line in changes if line.startswith("+ ")]
    after = next((line[7:] for line in changes if line.startswith("after: ")), "")
    start = text.index(after) + len(after)
    joined = "\n".join(old)
    if changes:
        assert text.count(f"{joined}\n", start) >= 1, f"{path.name} changes nothing"
        changed = "".join(f"{line}\n" for line in new)
        text = text[:start] + text[start:].replace(f"{joined}\n", changed, 1)
    text = re.sub(r"\\x([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text)
    return Case(path, head, text.encode("latin-1"), expected, rules)


def base(name: str) -> str:
    return (HERE / "bases" / f"{name}.edi").read_text(encoding="utf-8")


def cases() -> list[Path]:
    return sorted((HERE / "cases").glob("*.txt"))


def verdicts(data: bytes) -> Iterator[InterchangeVerdict]:
    """What the pipeline does: frames, grammars, verdicts."""
    found: list[MessageVerdict] = []
    for event in walk(read_bytes(data), library().service):
        if isinstance(event, MessageFound):
            header = event.header
            grammar = library().message(header.standard, header.directory, header.type)
            found.append(judge(event, read(event.part, grammar).problems if grammar else ()))
        elif isinstance(event, InterchangeEnd):
            yield conclude(event, found)
            found = []


def answer(verdict: InterchangeVerdict, rules: AckRules = CONTENT) -> Acknowledgement | None:
    """The acknowledgement, by the rules of the standard that it is in."""
    if verdict.interchange.standard == "edifact":
        rules = replace(rules, syntax="contrl", version="")
    return acknowledge(verdict, rules, Numbers(interchange="12"), AT)


def answers(verdict: InterchangeVerdict, rules: AckRules = CONTENT) -> list[list[str]]:
    """The acknowledgements as messages in normal form."""
    made = answer(verdict, rules)
    return [list(each) for each in made.messages] if made else []


def faults(answer: Sequence[str], release: str = "") -> list[Problem]:
    """Errors that our own grammar finds; codes that are copies may be wrong as the partner has.

    ``release`` is that of an answer of X12.
    """
    _, second, kind, *_ = [*answer[0].split(ELEMENT), ""]
    if answer[0].startswith("UNH"):
        directory = kind.split(COMPONENT)[1] + kind.split(COMPONENT)[2]
        grammar = library().message("edifact", directory, "CONTRL")
    else:
        release = release or ("005010" if second == "999" else "004010")
        grammar = library().message("x12", release, second)
    assert grammar is not None
    return errors(read_segments(answer, grammar, leniency=Leniency(unknown_codes="warn")).problems)


def answer_bytes(verdict: InterchangeVerdict, rules: AckRules = CONTENT) -> bytes:
    """The interchange that carries the acknowledgements."""
    made = answer(verdict, rules)
    if made is None:
        return b""
    dialect = made.outgoing.dialect
    wire, problems = write_segments(made.segments, dialect, line_breaks=True)
    assert not problems, problems
    default = EDIFACT_4 if dialect.version == "4" else EDIFACT_3
    if dialect.standard == "edifact" and dialect.delimiters != default:
        wire = service_string_advice(dialect.delimiters) + wire
    return wire


def observed(data: bytes, rules: AckRules = CONTENT) -> str:
    """The expectations part of a case, from what the code does."""
    lines: list[str] = []
    accepted: list[str] = []
    wires: list[str] = []
    for verdict in verdicts(data):
        lines += [_line("interchange", one, data) for one in verdict.problems]
        messages = list(verdict.messages)
        for group in verdict.groups:
            lines += [_line("group", one, data) for one in group.problems]
            messages += group.messages
        for message in messages:
            lines += [_line("message", one, data) for one in message.problems]
        accepted += [_named(one) for one in verdict.accepted_messages()]
        wires.append(answer_bytes(verdict, rules).decode("latin-1").replace("\r\n", "\n"))
    problems = "".join(f"  {line}\n" for line in lines)
    return f"{problems}accepted: {' '.join(accepted)}".rstrip() + f"\nanswer:\n{''.join(wires)}"


def _named(one: MessageVerdict) -> str:
    group = one.header.group
    return f"{group.reference}/{one.header.reference}" if group else one.header.reference


def _line(level: str, found: Problem, data: bytes) -> str:
    place = found.place
    assert place.offset is not None, found
    where = str(replace(place, path=None, offset=None))
    shown = data[place.offset : place.offset + place.width].decode("latin-1")
    shown = "".join(sign if sign.isprintable() else "·" for sign in shown) or "(end)"
    return f"{level} {found.code} {found.severity} at {where}: {shown}"


if __name__ == "__main__":
    for each in cases():
        case = load(each)
        each.write_text(
            f"{case.head}problems:\n{observed(case.data, case.rules)}", encoding="utf-8"
        )
