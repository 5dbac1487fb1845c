"""An answer that was held is entered for what a person says that it is about."""

from __future__ import annotations

from gateway.pipeline.house import House
from gateway.pipeline.reconcile import CHOSEN
from gateway.pipeline.replay.again import Wish, again
from gateway.pipeline.states import State
from gateway.problems import Problem, problem
from gateway.store import Message, audit, messages

HELD_BY = frozenset({"P150", "P151", "P152"})
_SUBJECTS = ("interchange", "acknowledgement", "document")


def assign(house: House, answer: int, subject: int, reason: str, *, who: str = "") -> int | Problem:
    """Run a held answer again, for this subject and whatever was said before.

    The row to look at; P156 for what is no held answer, P157 for what it cannot be about.
    """
    with house.store.write("assign") as connection:
        row = messages.get(connection, answer, lock=True)
        codes = {each.code for each in messages.problems_of(connection, answer)}
        if row is None or row.state != State.HELD or not codes & HELD_BY:
            return problem("P156", id=answer)
        about = messages.get(connection, subject)
        if about is None or not _can_be_about(row, about):
            return problem("P157", id=subject, partner=row.partner)
        at = house.clock()
        new = again(connection, row, Wish(reason), at, house.workspace.hash)
        made = messages.get(connection, new)
        where = "" if made is None else made.only
        messages.amend(connection, new, at, only=f"{where}{CHOSEN}{subject}")
        detail = f"answer {answer}, as {new}"
        audit.enter(connection, at, who, "assign", f"message {subject}", reason, detail)
    return new


def _can_be_about(answer: Message, subject: Message) -> bool:
    same = (subject.partner, subject.standard) == (answer.partner, answer.standard)
    return same and subject.direction == "out" and subject.kind in _SUBJECTS
