"""Who is who in samples: which side is ours, who the partner is, which way messages go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.config.agreement import Direction
from gateway.config.identity import Identities
from gateway.config.proposal.samples import Samples, SeenInterchange
from gateway.grammar.envelope.model import Identity
from gateway.problems import Place, Problem, problem

Key = tuple[str, str]
"""(qualifier, id)."""


@dataclass(slots=True)
class Envelope:
    """How the partner is named in the envelopes of one standard."""

    id: str
    qualifier: str
    test_id: str = ""
    group: str = ""
    """In UNG or GS, where it is another one."""
    ours: Key = ("", "")
    """How the samples name us."""


@dataclass(slots=True)
class Sides:
    """The partner of the samples."""

    envelopes: dict[str, Envelope] = field(default_factory=dict)
    """By standard."""
    taken: list[tuple[SeenInterchange, Direction]] = field(default_factory=list)
    """The interchanges with him, and which way each went."""
    unsure: bool = False
    """Neither side of some sample is ours: a person has to say who is who."""
    problems: list[Problem] = field(default_factory=list)


def find_sides(samples: Samples, own: Identities, wanted: Direction | None = None) -> Sides:
    """The partner, by comparison with our own identities.

    ``wanted`` is what a person says of the direction; it decides where neither side is ours.
    """
    sides = Sides()
    pairs: list[tuple[SeenInterchange, Direction, Identity, Identity]] = []
    for seen in samples.interchanges:
        if not seen.messages:
            continue
        direction = _direction(seen, own)
        if direction is None:
            sides.unsure = True
            sides.problems.append(_nobody(seen, own))
        way: Direction = direction or wanted or "inbound"
        both = (seen.interchange.sender, seen.interchange.receiver)
        theirs, ours = both if way == "inbound" else both[::-1]
        pairs.append((seen, way, theirs, ours))
    for standard in dict.fromkeys(one[0].standard for one in pairs):
        _partner(standard, [one for one in pairs if one[0].standard == standard], sides)
    return sides


def _direction(seen: SeenInterchange, own: Identities) -> Direction | None:
    interchange = seen.interchange
    if _is_ours(interchange.receiver, own, seen.standard):
        return "inbound"
    if _is_ours(interchange.sender, own, seen.standard):
        return "outbound"
    return None


def _is_ours(identity: Identity, own: Identities, standard: str) -> bool:
    known = own.of(standard)
    qualifier, id_ = identity.qualifier.strip(), identity.id.strip()
    if known is not None and known.spelling(qualifier, id_, identity.routing) is not None:
        return True
    return bool(own.gln) and id_ == own.gln


def _partner(
    standard: str,
    pairs: Sequence[tuple[SeenInterchange, Direction, Identity, Identity]],
    sides: Sides,
) -> None:
    """The identity of most interchanges, live ones first; that of test interchanges beside it."""
    live, test = Counter[Key](), Counter[Key]()
    for seen, _, theirs, _ in pairs:
        (test if seen.interchange.test else live)[_key(theirs)] += 1
    chosen = (live or test).most_common(1)[0][0]
    tested = next((one for one, _ in test.most_common() if one[0] == chosen[0]), chosen)
    test_id = tested[1] if live and tested != chosen and tested not in live else ""
    accepted = {chosen, (chosen[0], test_id or chosen[1])}
    envelope = Envelope(chosen[1], chosen[0], test_id)
    others = {key for key in (*live, *test) if key not in accepted}
    for seen, way, theirs, ours in pairs:
        if _key(theirs) in accepted:
            sides.taken.append((seen, way))
            envelope.ours = _key(ours)
            envelope.group = envelope.group or _group(seen, way, chosen[1])
    sides.envelopes[standard] = envelope
    if others:
        names = ", ".join(sorted(f"{id_}:{qualifier}" for qualifier, id_ in {chosen, *others}))
        sides.problems.append(problem("C506", Place(), found=names))


def _group(seen: SeenInterchange, way: Direction, id_: str) -> str:
    """The partner's code in UNG or GS, where it is not his id."""
    for message in seen.messages:
        group = message.header.group
        if group is not None:
            name = (group.sender if way == "inbound" else group.receiver).id.strip()
            return name if name != id_ else ""
    return ""


def _key(identity: Identity) -> Key:
    return identity.qualifier.strip(), identity.id.strip()


def _nobody(seen: SeenInterchange, own: Identities) -> Problem:
    known = own.of(seen.standard)
    return problem(
        "C505",
        Place(file=seen.file),
        file=seen.file,
        sender=seen.interchange.sender,
        receiver=seen.interchange.receiver,
        ours=known or "no identity",
        syntax=seen.standard,
    )
