"""Documents of the ERP that came before: a repeat, a new version, the correction of a refused one.

They are known by their number, for a partner and a kind of document. What was sent is never sent
again by itself; what was refused never stands in the way of what comes after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from gateway.pipeline.export import Exported
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.house import is_sandbox
from gateway.pipeline.shelf import number_of
from gateway.pipeline.states import State
from gateway.problems import Problem, problem
from gateway.store import Message, contents
from gateway.store.messages import from_row
from gateway.store.search import apart
from gateway.store.tables import message

REPEAT = "P112"
STOCK = "inventory"
"""Reports of stock have no versions for shops: each is newer than the one before."""
_NOT_SENT = (State.REFUSED.value, State.HELD.value, State.DEAD.value)
_CHANGED: Mapping[str, tuple[str, State]] = {
    "send": ("P113", State.MAPPED),
    "hold": ("T112", State.HELD),
    "refuse": ("T113", State.REFUSED),
}
"""``changed:`` of the agreement → what is said of another content, and what becomes of it."""


@dataclass(frozen=True, slots=True)
class Version:
    """A document, and the row that it is a later version of."""

    exported: Exported
    before: Message | None = None

    @property
    def repeat(self) -> bool:
        """It was sent before as it is: nothing to do, and nothing to correct."""
        return any(each.code == REPEAT for each in self.exported.problems)


def versions(connection: Connection, file: Message, taken: Sequence[Exported]) -> list[Version]:
    """The documents of a file as they are to be treated."""
    return [_compared(connection, file, each) for each in _told_apart(taken)]


def _compared(connection: Connection, file: Message, each: Exported) -> Version:
    if each.document is None or not _has_versions(each) or file.replay_of:
        return Version(each)
    if each.number:
        before = _last(connection, each.whom, each, file.source)
    else:
        before = _same_place(connection, file, each)
    if before is None or before.state in _NOT_SENT or each.state is not State.MAPPED:
        return Version(each, before)
    text = each.document.to_json().encode()
    if before.content == contents.sha_of(text):
        return Version(_judged(each, REPEAT, State.REFUSED, before), before)
    if each.partner is None:  # a shop is told once
        return Version(_judged(each, "W408", State.HELD, before), before)
    policy = "send" if each.agreement is None else each.agreement.changed
    return Version(_judged(each, *_CHANGED[policy], before), before)


def _has_versions(each: Exported) -> bool:
    """Whether it is known by its number: not what only enters the stock of shops."""
    stock = each.document is not None and each.document.name == STOCK and each.partner is None
    return bool(each.whom) and not stock


def _last(connection: Connection, partner: str, each: Exported, source: str) -> Message | None:
    """The last of that number that was sent; where none was, the last that was refused.

    What was sent as a test is no version of what is sent live.
    """
    assert each.document is not None
    whose = apart(connection, message.c.partner)
    refused = message.c.state.in_(_NOT_SENT)
    row = connection.execute(
        select(message)
        .where(
            message.c.number == number_of(each.document),
            message.c.kind == "document",
            or_(whose == partner, (whose == "") & refused),
            apart(connection, message.c.document) == each.document.name,
            message.c.test == is_sandbox(source),
        )
        .order_by(case((refused, 1), else_=0), message.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else from_row(row)


def _same_place(connection: Connection, file: Message, each: Exported) -> Message | None:
    """A document without a number that was sent from a file of the same bytes."""
    row = connection.execute(
        select(message)
        .where(
            message.c.payload == file.payload,
            message.c.kind == "document",
            message.c.ordinal == each.ordinal,
            message.c.test == is_sandbox(file.source),
            func.coalesce(message.c.state, "").not_in(_NOT_SENT),
        )
        .limit(1)
    ).first()
    return None if row is None else from_row(row)


def _judged(each: Exported, code: str, state: State, before: Message) -> Exported:
    said = (*each.problems, _said(code, each, before.id))
    return replace(each, state=state, problems=said, calls=())


def _said(code: str, each: Exported, before: object) -> Problem:
    assert each.document is not None
    facts: dict[str, Any] = {"document": each.document.name, "number": number_of(each.document)}
    facts |= {"shop" if code == "W408" else "partner": each.whom}
    return problem(code, before=before, id=NUMBER, **facts)


def _told_apart(taken: Sequence[Exported]) -> list[Exported]:
    """Twice in one file: the same goes out once; of two that differ nobody knows which is right."""
    contents_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    keys = [_key(each) for each in taken]
    for key, each in zip(keys, taken, strict=True):
        if key is not None and each.document is not None:
            contents_of[key].append(each.document.to_json())
    seen: set[tuple[str, str]] = set()
    told: list[Exported] = []
    for key, each in zip(keys, taken, strict=True):
        one = each
        if key is not None and len(set(contents_of[key])) > 1:
            found = _said("T111", each, "in this file")
            one = replace(each, state=State.REFUSED, problems=(*each.problems, found), calls=())
        elif key in seen:
            found = _said(REPEAT, each, "in this file")
            one = replace(each, state=State.REFUSED, problems=(*each.problems, found), calls=())
        if key is not None:
            seen.add(key)
        told.append(one)
    return told


def _key(each: Exported) -> tuple[str, str] | None:
    if each.state is not State.MAPPED or each.document is None or not _has_versions(each):
        return None
    return each.whom, each.document.business_key()
