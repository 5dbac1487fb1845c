"""An error in one message that concerns all of its interchange (``errors.scope: interchange``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.config.models import Agreement
from gateway.pipeline.states import State, way
from gateway.problems import Problem, problem
from gateway.store import deliveries, messages
from gateway.store.tables import message

HELD_WITH_ERRORS = "P174"
_STATES = {"refuse": State.REFUSED, "hold": State.HELD}
_WORDS = {"refuse": "refused", "hold": "held"}


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why no message of an interchange goes on."""

    state: State
    found: Problem


def stops(
    agreement: Agreement | None, reference: str, state: str, found: Iterable[Problem]
) -> Stopped | None:
    """What the verdict on one message means for its interchange; mostly nothing."""
    if agreement is None or agreement.errors.scope == "message":
        return None
    action = agreement.errors.action
    wrong = state == State.REFUSED or any(each.code == HELD_WITH_ERRORS for each in found)
    if not wrong:
        return None
    said = problem("P175", message=reference, action=_WORDS[action])
    return Stopped(_STATES[action], said)


def stop(connection: Connection, row: int, stopped: Stopped, at: datetime) -> int:
    """Let none of the messages below an interchange go on; how many would have."""
    below, text = message.c.parent == row, stopped.found.sentence
    deliveries.withdraw(connection, row, at)
    state = way(State.MAPPED, stopped.state)
    return messages.change_all(connection, below, State.MAPPED, state, at, text)
