"""Under which agreement a message is; which acknowledgement an interchange gets for them all.

An interchange may carry messages of several agreements and gets one answer. Where they differ, the
one that tells more counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from gateway.config import Workspace
from gateway.config.matching import subject_of
from gateway.config.models import Acknowledge, Agreement, Partner
from gateway.config.policies import ANSWERS
from gateway.grammar.acknowledge import AckRules
from gateway.grammar.envelope import Interchange, MessageHeader
from gateway.grammar.envelope.model import Fields
from gateway.problems import REGISTRY, Problem
from gateway.problems.codes import Layer

_BUSINESS = frozenset({Layer.DOCUMENT, Layer.MAP})
"""Layers that find errors of the content, in what is right as a message."""
_T = TypeVar("_T")
_Key = tuple[str, str, str, int, str]


class Choice:
    """Under which agreement each message of an interchange is; decided once for those alike."""

    def __init__(self, workspace: Workspace, partner: Partner, interchange: Interchange) -> None:
        self._workspace = workspace
        self._partner = partner
        self._interchange = interchange
        self._found: dict[_Key, Agreement | None] = {}
        agencies = (each.match.agency for each in inbound(partner, interchange.standard))
        self._by_agency = any(agency is not None for agency in agencies)

    def of(self, header: MessageHeader) -> Agreement | None:
        """The agreement, of its directory if there is one; ``None`` where none fits."""
        group = 0 if header.group is None else header.group.index
        agency = Fields(header.header)[2, 4] if self._by_agency else ""
        key = (header.type, header.directory, header.association, group, agency)
        if key not in self._found:
            subject = subject_of(self._interchange, header)
            self._found[key] = self._workspace.agreed(self._partner, subject)
        return self._found[key]

    def all(self) -> list[Agreement]:
        """Those that were found so far."""
        return [each for each in self._found.values() if each is not None]

    def named(self, header: MessageHeader) -> str:
        """A message as its refusal names it: with its association where that decides."""
        several = [
            each
            for each in inbound(self._partner, self._interchange.standard)
            if each.message == header.type
        ]
        parts = [header.type, header.directory, header.association if several else ""]
        name = " ".join(part for part in parts if part)
        reference = self._interchange.application_reference
        if reference and any(each.match.application_reference for each in several):
            name += f" (application reference {reference})"
        return name


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
