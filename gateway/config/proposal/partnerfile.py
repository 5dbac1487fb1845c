"""``partner.yaml`` of a proposal: what the samples say, and a mark for what they do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.config.agreement import Direction
from gateway.config.marks import SIGN
from gateway.config.proposal.channels import channel_lines
from gateway.config.proposal.parties import Parties
from gateway.config.proposal.samples import SeenInterchange
from gateway.config.proposal.sides import Envelope, Sides
from gateway.config.proposal.traits import asks, syntax_lines
from gateway.config.proposal.wanted import Wanted
from gateway.config.proposal.writing import decided, noted, scalar

_LONGEST = {"edifact": 35, "x12": 15}
_USUAL = {
    "order": ("orderresponse", "despatch", "invoice"),
    "orderchange": ("orderresponse",),
    "invoice": ("order", "remittance"),
    "orderresponse": ("order",),
    "despatch": ("receipt",),
    "catalogue": ("order",),
}
"""What is usually sent to a partner from whom a document comes."""


@dataclass(slots=True)
class Agreed:
    """One agreement of the proposal."""

    document: str
    direction: Direction
    standard: str
    directory: str
    association: str
    guide: str = ""
    mapping: str = ""
    notes: list[str] = field(default_factory=list)
    """What is to be decided about it."""

    @property
    def written(self) -> str:
        """``EDIFACT D.96A EAN008``."""
        if self.standard == "x12":
            return f"X12 {self.directory}{self.association}"
        return f"EDIFACT {self.directory[0]}.{self.directory[1:]} {self.association}".rstrip()


def partner_text(
    wanted: Wanted,
    sides: Sides,
    agreements: Sequence[Agreed],
    parties: Parties,
    *,
    codecs: Mapping[str, str],
    codes: Sequence[str] = (),
) -> str:
    """The whole file; ``codes`` are the code lists that are proposed for him."""
    name = wanted.name
    kinds = {"edifact": "*.edi", "x12": "*.x12"}
    match = kinds[next(iter(sides.envelopes))] if len(sides.envelopes) == 1 else "*"
    lines = [
        "# Proposed from samples. What they cannot tell is marked; gateway check lists the marks.",
        "schema: 1",
        noted(f"partner: {name}", "the name of the folder"),
        *_title(wanted, parties.names),
        noted("mode: test", "live when nothing is left to decide"),
        "identities:",
        *_identities(name, sides, parties.gln),
        *channel_lines(wanted.channel, name, match),
        "syntax:",
    ]
    for standard in sides.envelopes:
        seen = [one for one, _ in sides.taken if one.standard == standard]
        lines += syntax_lines(standard, seen, codecs.get(standard, ""))
    lines.append("agreements:")
    for one in agreements:
        lines += _agreement(one, [seen for seen, _ in sides.taken if seen.standard == one.standard])
    lines += _usual(agreements)
    if codes:
        lines.append("codes:")
        lines += [
            decided(f"  {one}: codes/{one}.csv", "his codes that ours do not have") for one in codes
        ]
    return "\n".join(lines) + "\n"


def no_id(name: str, standard: str) -> str:
    """In place of an id that nobody knows yet: another one for each partner."""
    return f"DECIDE-{name.upper()}"[: _LONGEST[standard]]


def _title(wanted: Wanted, known: Sequence[str]) -> list[str]:
    if wanted.title:
        return [f"name: {scalar(wanted.title)}"]
    guessed = known[0] if known else wanted.name.replace("-", " ").title()
    return [decided(f"name: {scalar(guessed)}", "the name of the company")]


def _identities(name: str, sides: Sides, gln: str) -> Iterator[str]:
    if gln:
        yield f"  gln: {gln}"
    for standard, envelope in sides.envelopes.items():
        where = "UNB 0004, 0007" if standard == "edifact" else "ISA05 and ISA06"
        known = _is_usable(envelope)
        shown = envelope if known else Envelope(no_id(name, standard), "")
        line = f"  {standard}: {{{_identity(shown)}}}"
        if not known:
            yield decided(line, f"the samples do not name him as they should ({where})")
        elif sides.unsure:
            yield decided(line, f"is this the partner, and not us? ({where})")
        else:
            yield noted(line, where)
        if not (known and envelope.test_id):
            continue
        yield decided("  # test_id", "is this the id of his test interchanges?")
    yield decided('  # erp: {customer: "…"}', "his number in our ERP")


def _is_usable(envelope: Envelope) -> bool:
    """Whether an envelope can name a party so (UNB 0004 an..35, 0007 an..4)."""
    names = (envelope.id, envelope.test_id, envelope.group)
    return len(envelope.id) > 0 and max(map(len, names)) <= 35 and len(envelope.qualifier) <= 4


def _identity(envelope: Envelope) -> str:
    parts = [f"id: {scalar(envelope.id)}"]
    if envelope.qualifier:
        parts.append(f"qualifier: {scalar(envelope.qualifier)}")
    if envelope.test_id:
        parts.append(f"test_id: {scalar(envelope.test_id)}")
    if envelope.group:
        parts.append(f"group: {scalar(envelope.group)}")
    return ", ".join(parts)


def _agreement(one: Agreed, seen: Sequence[SeenInterchange]) -> Iterator[str]:
    yield f"  - document: {one.document}"
    yield f"    direction: {one.direction}"
    yield f"    standard: {one.written}"
    if one.guide:
        yield noted(f"    guide: {one.guide}", "what the samples show of it")
    if one.mapping:
        yield noted(f"    mapping: {one.mapping}", "what he writes in other places than usual")
    answer = "contrl" if one.standard == "edifact" else "997"
    if one.direction == "outbound":
        yield decided(
            f"    acknowledge: {{syntax: {answer}}}", "does he acknowledge, and until when?"
        )
    elif asks(seen):
        yield f"    acknowledge: {{syntax: {answer}}}"
    else:
        line = f"    acknowledge: {{syntax: {answer}, when: on_request}}"
        yield decided(line, "his samples do not ask; does he want it always?")
    for note in one.notes:
        yield f"    {SIGN} {note}"


def _usual(agreements: Sequence[Agreed]) -> Iterator[str]:
    """What is usually exchanged as well, as comments."""
    there = {(one.document, one.direction) for one in agreements}
    made: set[str] = set()
    for one in agreements:
        if one.direction != "inbound":
            continue
        for document in _USUAL.get(one.document, ()):
            if (document, "outbound") in there or document in made:
                continue
            made.add(document)
            answer = "contrl" if one.standard == "edifact" else "997"
            written = replace(one, association="").written
            yield (
                f"  # - {{document: {document}, direction: outbound, standard: {written}, "
                f"acknowledge: {{syntax: {answer}}}}}"
            )
    if made:
        yield f"  {SIGN} which of these does he take? Delete the others"
