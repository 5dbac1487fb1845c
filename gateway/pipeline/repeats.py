"""A reference that came before: the same interchange again, or something else under it.

Which of the two it is, is known at the end of the interchange only, when its content was read.
Where a reference may be used again, each content under it counts once, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.config.policies import References
from gateway.grammar.envelope import GroupSummary, Interchange
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.states import State
from gateway.problems import Problem, Severity, problem
from gateway.store import identities, messages
from gateway.store.identities import InterchangeKey, Seen

_ISA13 = 9
"""Digits of an interchange control number."""
_CONTENT = 32
"""Digits of a hash that are kept beside a reference."""
_SAID = {
    (True, "answer"): "P110",
    (True, "hold"): "P138",
    (True, "reject"): "P139",
    (False, "hold"): "P138",
    (False, "reject"): "P111",
    (False, "accept"): "P137",
}
"""Whether the content is the same, the policy → what is said."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """What becomes of it: ``answer``, ``hold``, ``reject``, or ``accept`` as something new."""

    policy: str
    before: Seen
    found: Problem


def key_of(interchange: Interchange) -> InterchangeKey:
    """Under which a repeat is recognised; leading zeros of ISA13 are equal, else it is text."""
    reference = interchange.reference
    if interchange.standard == "x12" and reference.isascii() and reference.isdigit():
        reference = reference.zfill(_ISA13)
    return InterchangeKey(
        standard=interchange.standard,
        sender=str(interchange.sender),
        receiver=str(interchange.receiver),
        test=interchange.test,
        reference=reference,
    )


def recognise(
    connection: Connection,
    interchange: Interchange,
    rules: References,
    content: str,
    seen: Seen,
    since: datetime,
) -> Repeat:
    """What an interchange is whose reference was seen; ``since`` when references count."""
    before, same = seen, seen.content == content
    if not same and rules.reuse == "accept":
        again = identities.seen(connection, _with_content(interchange, content))
        if again is not None and again.created >= since:
            before, same = again, True
    policy = rules.repeat if same else rules.reuse
    facts: dict[str, Any] = {
        "reference": interchange.reference,
        "content": "the same" if same else "other",
        "before": before.message,
        "when": f"{before.created:%Y-%m-%d %H:%M}",
        "id": NUMBER,
    }
    return Repeat(policy, before, problem(_SAID[same, policy], **facts))


def claim(
    connection: Connection, interchange: Interchange, content: str, message: int, at: datetime
) -> None:
    """Another content under a reference that may be used again: it is known from now on."""
    key = _with_content(interchange, content)
    identities.replace(connection, key, message, at)


def groups_seen(
    connection: Connection,
    groups: Sequence[GroupSummary],
    rules: References,
    message: int,
    at: datetime,
    since: datetime,
) -> tuple[GroupSummary, ...]:
    """The groups of an interchange, with what is to be said about those that came before.

    Their references are known from now on; ``since`` when they count.
    """
    if rules.groups == "ignore":
        return tuple(groups)
    return tuple(_group(connection, each, rules, message, at, since) for each in groups)


def _group(
    connection: Connection,
    group: GroupSummary,
    rules: References,
    message: int,
    at: datetime,
    since: datetime,
) -> GroupSummary:
    header = group.header
    key = InterchangeKey(
        standard=f"{header.standard} group",
        sender=f"{header.type} {header.sender}",
        receiver=str(header.receiver),
        test=False,
        reference=header.reference,
    )
    before = identities.seen(connection, key)
    if before is not None and before.message == message:
        return group  # twice in one interchange: the envelope says so
    earlier = None if before is None else messages.get(connection, before.message)
    refused = earlier is not None and earlier.state == State.REFUSED  # nothing of it was taken
    if before is None or before.created < since or refused:
        identities.replace(connection, key, message, at)
        return group
    facts: dict[str, Any] = {"before": before.message, "when": f"{before.created:%Y-%m-%d %H:%M}"}
    found = problem("P140", reference=header.reference, kind=header.type, **facts)
    if rules.groups == "warn":
        found = replace(found, severity=Severity.WARNING)
    return replace(group, problems=(*group.problems, found))


def _with_content(interchange: Interchange, content: str) -> InterchangeKey:
    key = key_of(interchange)
    return replace(key, reference=f"{key.reference} {content[:_CONTENT]}")
