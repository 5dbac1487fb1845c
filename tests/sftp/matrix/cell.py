"""The ways in which files are exchanged by SFTP, as tables; a cell takes one value of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

Dimensions = Mapping[str, tuple[str, ...]]
Cell = Mapping[str, str]

OURS: Dimensions = {
    "server": ("OpenSSH", "asyncssh"),
    "login": ("ed25519", "passphrase", "ecdsa", "rsa", "certificate", "password", "questions"),
    "after": ("delete", "move", "leave", "claim", "claim and move"),
    "finished when": ("it lies there", "a marker lies beside it", "it was renamed"),
    "sent": ("by a temporary name", "under its name", "with a done marker", "in place of another"),
}
"""Our client at a partner's server."""
THEIRS: Dimensions = {
    "client": ("OpenSSH", "paramiko", "asyncssh"),
    "login": ("key", "password", "both"),
    "upload": (
        "directly",
        "as .part, renamed",
        "as .filepart, renamed",
        "continued",
        "appended",
        "synced",
    ),
    "download": ("whole", "a part", "in two parts", "whole, renamed", "whole, deleted"),
}
"""A partner's program at our server."""


def cells(dimensions: Dimensions) -> Iterator[Cell]:
    """All of them."""
    names = tuple(dimensions)
    for values in product(*dimensions.values()):
        yield dict(zip(names, values, strict=True))


def few(dimensions: Dimensions, absent: Callable[[Cell], str]) -> list[Cell]:
    """So many that each value is in one of them; ``absent``: cells that are not there."""
    names, chosen = tuple(dimensions), list[Cell]()
    there = [each for each in cells(dimensions) if not absent(each)]
    missing = {(name, value) for name in names for value in dimensions[name]}
    while missing:
        best = max(there, key=lambda cell: len(missing & set(cell.items())))
        if not missing & set(best.items()):
            break
        chosen.append(best)
        missing -= set(best.items())
    return chosen


def told(cell: Cell) -> str:
    """For a person."""
    return " · ".join(cell.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """One exchange."""

    cell: Cell
    failure: str = ""
    absent: str = ""
    """What the other side does not do, so that nothing was tried."""


def tally(outcomes: Iterable[Outcome]) -> Counter[str]:
    """How many were ``tried``, and how many ``passed``."""
    found = Counter[str]()
    for each in outcomes:
        if not each.absent:
            found["tried"] += 1
            found["passed"] += not each.failure
    return found
