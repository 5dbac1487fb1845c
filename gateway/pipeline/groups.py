"""Whether the group of a message is as agreed (``checks.groups``, ``checks.group_ids``)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.checks import Checks
from gateway.config.models import Identities
from gateway.grammar.envelope import MessageHeader
from gateway.problems import Place, Problem, problem

_HEADERS = {"edifact": "UNH", "x12": "ST"}
_FIELDS = {"edifact": ("UNG 0040", "UNG 0044"), "x12": ("GS02", "GS03")}


def group_problems(
    header: MessageHeader, checks: Checks, theirs: Identities, ours: Identities
) -> Iterator[Problem]:
    """P172."""
    group = header.group
    if checks.groups == "require" and group is None:
        yield _said(header, "it stands in no group", "a group (UNG) around it")
    if checks.groups == "forbid" and group is not None:
        yield _said(header, f"it stands in group {group.reference}", "no group (UNG) around it")
    if checks.group_ids == "any" or group is None:
        return
    named = zip(_FIELDS[header.standard], (group.sender, group.receiver), strict=True)
    for (field, party), side in zip(named, (theirs, ours), strict=True):
        known = codes_of(side, header.standard)
        if party.id.strip() not in known:
            yield _said(header, f"{field} is {party.id or 'empty'}", " or ".join(sorted(known)))


def codes_of(identities: Identities, standard: str) -> set[str]:
    """How groups name a party: by the code that was set, else by any of its ids."""
    identity = identities.of(standard)
    if identity is None:
        return set()
    if identity.group is not None:
        return {identity.group}
    return {each.id for each in identity.spellings()}


def _said(header: MessageHeader, found: str, agreed: str) -> Problem:
    place = Place(segment=1, tag=_HEADERS[header.standard])
    name = f"{header.type} {header.reference}"
    return problem("P172", place, message=name, found=found, agreed=agreed)
