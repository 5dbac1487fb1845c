"""Messages that break a condition: its test holds, and one of its demands does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from gateway.grammar.guide.conditionmodel import Condition, Demands
from gateway.grammar.guide.publish.breaking import Expected
from gateway.grammar.guide.publish.collected import Collected
from gateway.grammar.guide.publish.conditions import Conditions
from gateway.grammar.guide.publish.draft import followed
from gateway.grammar.guide.where import Path

Demand = Literal["require", "forbid", "codes"]
_CODES: dict[tuple[Demand, bool], tuple[str, str]] = {
    ("require", False): ("G321", "is missing"),
    ("require", True): ("G323", "is missing"),
    ("forbid", False): ("G322", "is there"),
    ("forbid", True): ("G324", "is there"),
    ("codes", True): ("G325", "has another code"),
}
"""The finding, by what is demanded and whether it is of an element."""


def broken_conditions(collected: Collected) -> None:
    """Each demand of each condition, of its ``then`` and of its ``else``."""
    for condition in collected.guide.conditions:
        if collected.layers.condition(condition):
            for truth, demands in ((True, condition.then), (False, condition.otherwise)):
                for kind, path, codes in _each(demands):
                    _break(collected, condition, truth, kind, path, codes)


def _each(demands: Demands) -> Iterator[tuple[Demand, Path, frozenset[str]]]:
    for path in demands.require:
        yield "require", path, frozenset()
    for path in demands.forbid:
        yield "forbid", path, frozenset()
    for path, codes in demands.codes:
        yield "codes", path, codes


def _break(
    collected: Collected,
    condition: Condition,
    truth: bool,
    kind: Demand,
    path: Path,
    codes: frozenset[str],
) -> None:
    code, said = _CODES[kind, path.at is not None]
    test = condition.text if truth else f"it is not so that {condition.text}"
    what = f"{path.text} {said}, though {test}"
    for maker in collected.makers:
        root = collected.root(maker)
        Conditions(root, root, maker).create(root, condition.at)
        here = next(followed(root, condition.at), None)
        if here is None:
            continue
        look = Conditions(root, here, maker)
        look.make(condition.test, truth)
        look.meet(condition.then if truth else condition.otherwise)
        _spoil(look, kind, path, codes)
        if collected.kept(condition.name, what, root, Expected(code)):
            return
    reason = "no message was found in which only this is wrong"
    collected.silent(condition.name, what, reason)


def _spoil(look: Conditions, kind: Demand, path: Path, codes: frozenset[str]) -> None:
    if kind == "require":
        if path.at is not None:  # the segment has to be there for its element to be missing
            look.ensure(path)
        look.remove(path)
    elif kind == "forbid":
        look.ensure(path)
    else:
        look.write(path, codes, inside=False)
