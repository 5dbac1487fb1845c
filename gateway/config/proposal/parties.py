"""Parties named in the messages: the partner's GLN, and ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.config.agreement import Direction
from gateway.config.proposal.samples import SeenInterchange, SeenMessage
from gateway.grammar.envelope.model import Fields
from gateway.problems import Place, Problem, problem

_BUYS = ("order", "orderchange", "receipt", "inventory", "sales", "remittance")
"""Documents that a buyer sends; the others a supplier does."""
_ROLES = {
    ("edifact", True): ("BY", "OB", "DP"),
    ("edifact", False): ("SU", "SE"),
    ("x12", True): ("BY", "BT", "ST"),
    ("x12", False): ("SU", "SE", "VN"),
}
"""(standard, whether it is the buyer) → NAD 3035 or N101, the best first."""


@dataclass(slots=True)
class Parties:
    """What messages say of the partner."""

    gln: str = ""
    names: list[str] = field(default_factory=list)
    """Names that stand beside it; the partner's, if it is him who is meant."""
    problems: list[Problem] = field(default_factory=list)


def check_digit(gln: str) -> str:
    """The right last digit for the first twelve (GS1 General Specifications §7.9)."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(gln[:12])))
    return str(-total % 10)


def is_gln(text: str) -> bool:
    """Whether a text is a GLN with a right check digit."""
    return len(text) == 13 and text.isascii() and text.isdigit() and text[-1] == check_digit(text)


def find_parties(
    taken: Sequence[tuple[SeenInterchange, Direction]], envelope_ids: Sequence[str]
) -> Parties:
    """The GLN of the partner: the one of the envelope, else that of his role in messages."""
    found = Parties()
    glns: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for seen, way in taken:
        for message in seen.messages:
            buyer = (message.document in _BUYS) == (way == "inbound")
            for role, gln, name in _named(message):
                found.problems += _wrong(seen.file, role, gln)
                wanted = _ROLES[seen.standard, buyer]
                if role in wanted and message.document:
                    weight = len(wanted) - wanted.index(role)
                    if is_gln(gln):
                        glns[gln] += weight
                    if name:
                        names[name] += weight
    found.problems = list(dict.fromkeys(found.problems))
    own = next((one for one in envelope_ids if is_gln(one)), "")
    found.gln = own or (glns.most_common(1)[0][0] if glns else "")
    found.names = [name for name, _ in names.most_common(3)]
    return found


def _named(message: SeenMessage) -> Iterator[tuple[str, str, str]]:
    """(role, GLN or what stands in its place, name) of NAD and N1 segments."""
    for segment in message.part.segments:
        at = Fields(segment)
        if at[0] == "NAD":
            id_ = at[2, 1] if at[2, 3] in ("9", "") else ""
            yield at[1], id_, at[4, 1] or at[3, 1]
        elif at[0] == "N1":
            yield at[1], at[4] if at[3] == "UL" else "", at[2]


def _wrong(file: str, role: str, gln: str) -> Iterator[Problem]:
    if len(gln) == 13 and gln.isascii() and gln.isdigit() and not is_gln(gln):
        facts: dict[str, Any] = {
            "file": file,
            "value": gln,
            "role": role,
            "right": check_digit(gln),
        }
        yield problem("C512", Place(file=file), **facts)
