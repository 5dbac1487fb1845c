"""How commands tell what became of orders that they had read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from gateway.pipeline.shops.pieces import Accepted

_WORDS = {
    "taken": "taken over",
    "held": "not understood",
    "waiting": "waiting",
    "ours": "ours",
    "same": "known",
    "older": "older than known",
}
NEXT = "they go on with the gateway that serves, or the next gateway run"


def count(told: Iterable[Accepted]) -> Counter[str]:
    """Orders and refunds by what became of them."""
    return Counter(each.outcome for each in told)


def sentence(counts: Counter[str]) -> str:
    """``3 taken over, 1 waiting``."""
    said = [f"{counts[name]} {word}" for name, word in _WORDS.items() if counts[name]]
    return ", ".join(said) or "nothing is new"


def as_json_of(counts: Counter[str]) -> dict[str, Any]:
    """For ``--json``."""
    return {name: counts[name] for name in _WORDS}
