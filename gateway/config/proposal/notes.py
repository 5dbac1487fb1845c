"""``NOTES.md`` of a proposal: what was recognised, and what to ask the partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.config.proposal.channels import steps
from gateway.config.proposal.kinds import Kind
from gateway.config.proposal.parties import Parties
from gateway.config.proposal.passwords import ELEMENTS, has_password
from gateway.config.proposal.sides import Sides
from gateway.config.proposal.traits import asks, widths
from gateway.config.proposal.writing import one_line
from gateway.problems import Problem


def notes_text(
    name: str,
    sides: Sides,
    kinds: Sequence[Kind],
    parties: Parties,
    problems: Sequence[Problem],
    channel: str,
) -> str:
    """The file."""
    lines = [f"# {name}", "", "Proposed from samples. Nothing here is read by the gateway.", ""]
    lines += ["## What the samples show", "", *_recognised(sides, kinds, parties)]
    if problems:
        lines += ["", "## What is wrong with them", ""]
        lines += [f"- {one.code} {one_line(one.sentence)}" for one in problems[:50]]
        lines += [f"- … and {len(problems) - 50} more"] if len(problems) > 50 else []
    lines += ["", "## To ask", "", *(f"- [ ] {one}" for one in questions(sides, kinds, channel))]
    lines += [
        "",
        "## Samples",
        "",
        "The samples are kept in `samples/` as they were given (passwords apart), as tests.",
        "They may hold names and addresses of people: ask whether they may be kept, or make them",
        f"anonymous and run `gateway map test {name} --update`.",
    ]
    return "\n".join(lines) + "\n"


def _recognised(sides: Sides, kinds: Sequence[Kind], parties: Parties) -> Iterator[str]:
    for standard, envelope in sides.envelopes.items():
        seen = [one for one, _ in sides.taken if one.standard == standard]
        quality = _qualified(envelope.qualifier)
        test = sum(1 for one in seen if one.interchange.test)
        him = f"{one_line(envelope.id)}{quality}"
        yield f"- {standard.upper()}: {len(seen)} interchanges with {him}"
        ours = envelope.ours
        yield f"- they call us {one_line(ours[1])}{_qualified(ours[0])}"
        yield f"- {test} of {len(seen)} are marked as test"
        lengths = " or ".join(map(str, widths(seen)))
        yield f"- control references have {lengths} characters"
        yield f"- acknowledgements are {'asked for' if asks(seen) else 'not asked for'}"
    if parties.gln:
        yield f"- GLN {parties.gln}"
    for name in parties.names:
        yield f"- a name in the messages: {one_line(name)[:70]}"
    for kind in kinds:
        count = len(kind.seen)
        yield (
            f"- {kind.message} {kind.directory} {kind.association}".rstrip()
            + f" ({kind.document}, {kind.direction}): {count} message{'' if count == 1 else 's'}"
            + (f", within {kind.extends}" if kind.extends else "")
        )


def _qualified(qualifier: str) -> str:
    return f", qualifier {one_line(qualifier)}" if qualifier else ""


def questions(sides: Sides, kinds: Sequence[Kind], channel: str) -> list[str]:
    """What no sample tells, as plain sentences."""
    found = [
        "Who is called about trouble, and at which hours? (`contacts`)",
        "Which number has the partner in our ERP? (`identities.erp.customer`)",
        "When do messages come, and what if none comes? (`expect` of an agreement)",
        "Which messages do they want from us: answers to orders, despatch advices, invoices?",
        "Do they acknowledge what we send, and within what time?",
        "Do they want their own identity or the test indicator for tests?",
    ]
    found += [f"The channel: {one}?" for one in steps(channel)]
    if channel == "folder":
        found.append("How do files travel? A folder was proposed. (`channels`)")
    for standard in sorted({one.standard for one, _ in sides.taken if has_password(one)}):
        found.append(
            f"Is {ELEMENTS[standard]} of their samples a password (kept as X here)? Then we can ask"
            f" for it: `identities.{standard}.password`, a reference to where it is kept"
        )
    if sides.unsure:
        found.append("Who is who? Neither side of some samples is in `_own.yaml`.")
    for kind in kinds:
        what = f"{kind.message} {kind.directory}"
        found.append(f"{what}: have they a guideline, and which segments are required by it?")
        if len(kind.trees) < 3:
            found.append(f"{what}: can they send more samples, of each variant they know?")
        if kind.private:
            codes = one_line(", ".join(f"{k}: {' '.join(v)}" for k, v in kind.private.items()))
            found.append(f"{what}: what do these codes mean, which the directory has not: {codes}?")
        if kind.tolerate:
            found.append(f"{what}: can they mend what the directory refuses (see above)?")
        if kind.overlay.unread:
            found.append(f"{what}: what do the values mean that no row reads (see the overlay)?")
        for name, values in kind.overlay.unknown.items():
            found.append(f"{what}: what do the codes {one_line(' '.join(values))} mean ({name})?")
    return found
