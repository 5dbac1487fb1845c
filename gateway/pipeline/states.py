"""The states of everything that has one, and the moves between them: one table.

Files, interchanges, messages, documents and acknowledgements share it; a kind uses the moves that
its step makes. The diagram in the documentation is drawn from the table. A move that is not in
it is a bug and raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class State(StrEnum):
    """Where a row is on its way."""

    RECEIVED = "received"
    """The bytes are in the archive; a receipt may be given."""
    IDENTIFIED = "identified"
    """Partner and agreement are known."""
    SPLIT = "split"
    """A file or interchange: everything in it has a row of its own."""
    CHECKED = "checked"
    """A message fits its grammar, or a record its layout."""
    MAPPED = "mapped"
    """The outgoing bytes are stored; they wait for their delivery."""
    DELIVERED = "delivered"
    """The bytes lie where the receiver finds them."""
    ACKNOWLEDGED = "acknowledged"
    """Answered: by us or by the ERP, which posted it (inbound), or by the partner (outbound)."""
    REFUSED = "refused"
    """Wrong, and whoever can mend it has been told."""
    HELD = "held"
    """Needs a person here: a setting, a map, a bug."""
    RETRYING = "retrying"
    """Something outside failed for now; tried again when due."""
    DEAD = "dead"
    """Given up after the last attempt."""


@dataclass(frozen=True, slots=True)
class Move:
    """A legal move and what makes it."""

    before: State
    after: State
    by: str


_S = State

MOVES: tuple[Move, ...] = (
    Move(_S.RECEIVED, _S.IDENTIFIED, "partner and agreement found"),
    Move(_S.RECEIVED, _S.SPLIT, "file read to its end"),
    Move(_S.RECEIVED, _S.REFUSED, "not readable, or nothing in it was accepted"),
    Move(_S.RECEIVED, _S.HELD, "unknown partner, or a fault of ours"),
    Move(_S.RECEIVED, _S.RETRYING, "something outside failed"),
    Move(_S.IDENTIFIED, _S.SPLIT, "interchange read to its end"),
    Move(_S.IDENTIFIED, _S.CHECKED, "grammar or layout fits"),
    Move(_S.IDENTIFIED, _S.REFUSED, "grammar refuses, reference used twice, agreement missing"),
    Move(_S.IDENTIFIED, _S.HELD, "paused, or a fault of ours"),
    Move(_S.SPLIT, _S.ACKNOWLEDGED, "acknowledgement delivered"),
    Move(_S.SPLIT, _S.HELD, "a fault of ours"),
    Move(_S.CHECKED, _S.MAPPED, "document built, outgoing bytes stored"),
    Move(_S.CHECKED, _S.DELIVERED, "an acknowledgement, entered with what it answers"),
    Move(_S.CHECKED, _S.REFUSED, "document incomplete or contradictory"),
    Move(_S.CHECKED, _S.HELD, "map missing, or a fault of ours"),
    Move(_S.MAPPED, _S.DELIVERED, "file renamed into its place, or its receipt came"),
    Move(_S.MAPPED, _S.REFUSED, "interchange refused as a whole; a duplicate; replaced in time"),
    Move(_S.MAPPED, _S.HELD, "held with its interchange, or as a duplicate"),
    Move(_S.MAPPED, _S.RETRYING, "folder not reachable, or the partner's server"),
    Move(_S.DELIVERED, _S.ACKNOWLEDGED, "answered"),
    Move(_S.DELIVERED, _S.REFUSED, "the partner refused it, or the ERP did not post it"),
    Move(
        _S.DELIVERED,
        _S.HELD,
        "an answer that fits several of ours, or contradicts another; a receipt of other bytes",
    ),
    Move(_S.REFUSED, _S.ACKNOWLEDGED, "the partner accepted it later, or the ERP posted it"),
    Move(_S.ACKNOWLEDGED, _S.REFUSED, "the partner refused it later, or the ERP did not post it"),
    Move(_S.RETRYING, _S.RECEIVED, "due again"),
    Move(_S.RETRYING, _S.DELIVERED, "delivered at last"),
    Move(_S.RETRYING, _S.DEAD, "last attempt failed"),
    Move(_S.HELD, _S.RECEIVED, "replayed by a person"),
    Move(_S.HELD, _S.DELIVERED, "sent again by a person, and its receipt fits"),
    Move(_S.DEAD, _S.RECEIVED, "replayed by a person"),
    Move(_S.DEAD, _S.MAPPED, "delivery started again by a person"),
    Move(_S.DEAD, _S.DELIVERED, "the partner's receipt came late"),
)

_LEGAL = frozenset((move.before, move.after) for move in MOVES)
FINAL = frozenset({State.ACKNOWLEDGED, State.REFUSED, State.HELD, State.DEAD})
"""Nothing moves a row from here without an answer (of a partner, the ERP) or a person."""


class IllegalMoveError(Exception):
    """A step tried a move that the table does not know: a bug."""


def way(*states: State) -> State:
    """The last of these states, if each move between them is legal.

    Steps with nothing leaving the house between them are merged into one transaction; the way
    still has to be a legal one.
    """
    for before, after in pairwise(states):
        if (before, after) not in _LEGAL:
            raise IllegalMoveError(f"{before} -> {after} is not in the table of moves")
    return states[-1]


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> received"]
    lines += [f"    {move.before} --> {move.after}: {move.by}" for move in MOVES]
    lines += [f"    {state} --> [*]" for state in (State.ACKNOWLEDGED, State.REFUSED)]
    return "\n".join(lines) + "\n"
