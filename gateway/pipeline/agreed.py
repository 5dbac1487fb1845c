"""Which acknowledgement an interchange gets: what the agreements of its messages ask for.

An interchange may carry messages of several agreements and gets one answer. Where they differ, the
one that tells more counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from gateway.config.models import Acknowledge, Agreement, Partner
from gateway.config.policies import ANSWERS
from gateway.grammar.acknowledge import AckRules
from gateway.problems import REGISTRY, Problem
from gateway.problems.codes import Layer

_BUSINESS = frozenset({Layer.DOCUMENT, Layer.MAP})
"""Layers that find errors of the content, in what is right as a message."""
_T = TypeVar("_T")


def inbound(partner: Partner, standard: str) -> list[Agreement]:
    """The inbound agreements of a partner in ``edifact`` or ``x12``."""
    return [
        each
        for each in partner.agreements
        if each.direction == "inbound" and each.standard.syntax == standard
    ]


def rules_of(agreements: Sequence[Agreement], standard: str) -> AckRules:
    """What the agreements ask for together; without any, the standard's usual answer."""
    asked = [each for each in agreements if each.answer != "none"]
    if agreements and not asked:
        return AckRules(syntax="none")
    options = [each.acknowledge for each in asked] or [Acknowledge()]
    kinds = {each.answer for each in asked} or {ANSWERS[standard][0]}
    every = _most((each.messages for each in options), ("refused", None, "all"))
    return AckRules(
        syntax=_most(kinds, ("ta1", "997", "999", "contrl")),
        when=_most((each.when for each in options), ("errors", "on_request", "always")),
        level=_most((each.level for each in options), ("receipt", "content")),
        every=None if every is None else every == "all",
        warnings=any(each.warnings == "report" for each in options),
        ta1=_most((each.ta1 for each in options), ("never", "errors", "on_request", "always")),
        version=next((each.version for each in options if each.version), ""),
    )


def own_numbers(partner: Partner, standard: str) -> bool:
    """Whether answers to a partner have control numbers of their own."""
    return any(each.acknowledge.numbers == "own" for each in inbound(partner, standard))


def is_business(found: Problem) -> bool:
    """Whether a problem is one of the content, not of the syntax."""
    return REGISTRY[found.code].layer in _BUSINESS


def technical(found: Iterable[Problem], agreement: Agreement | None) -> tuple[Problem, ...]:
    """What a CONTRL or 997 tells: not what a business answer will."""
    if agreement is None or agreement.acknowledge.business == "none":
        return tuple(found)
    return tuple(each for each in found if not is_business(each))


def _most(values: Collection[_T] | Iterable[_T], order: tuple[_T, ...]) -> _T:
    """The last of them in an order from least to most."""
    return max(values, key=order.index)
