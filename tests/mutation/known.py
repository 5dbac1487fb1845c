"""Deviations from the oracle that are taken all the same, each with its reason."""

from __future__ import annotations

LARGER: dict[str, tuple[float, str]] = {
    "segment moved": (
        0.06,
        "a segment may fit where it was moved to; the fault shows later, when what follows has no "
        "place, and is told there, with more findings than one. The engine goes on from the place "
        "that it has reached and does not take back what it has read.",
    ),
    "neighbours swapped": (0.02, "the same, with one segment in between"),
}
"""By kind: how many of its cases may be explained by other findings (mostly more), and why."""


def too_many_larger(kind: str, larger: int, cases: int) -> bool:
    """Whether more cases of a kind are explained larger than needed than is known."""
    share, _ = LARGER.get(kind, (0.0, ""))
    return larger > share * cases
