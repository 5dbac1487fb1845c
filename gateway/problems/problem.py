"""The one type for every finding.

A finding is a value, not an exception: it is collected, stored, shown, and answered to whom it
concerns. Its texts come from the registry (:mod:`gateway.problems.codes`), so that the same
finding reads the same in an acknowledgement, an error file, a log and a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from gateway.problems.codes import REGISTRY, Code, Layer, Severity
from gateway.problems.place import Place

__all__ = ["Layer", "Problem", "Severity", "errors", "has_errors", "problem"]

LONGEST = 8000
"""Characters of one fact."""
_NOWHERE = Place()
_NO_FACTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a registered code, a place, and the facts that its sentence names."""

    code: str
    place: Place = _NOWHERE
    facts: Mapping[str, str] = field(default_factory=lambda: _NO_FACTS, hash=False)
    severity: Severity = Severity.ERROR

    @property
    def registered(self) -> Code:
        """The registry row of this problem."""
        return REGISTRY[self.code]

    @property
    def sentence(self) -> str:
        """What is wrong, what was there, what would be right."""
        return self.registered.sentence.format_map(_Facts(self.facts))

    @property
    def remedy(self) -> str:
        """What to do about it, and who can."""
        return self.registered.remedy.format_map(_Facts(self.facts))

    def at(self, **known: Any) -> Problem:
        """The same problem with more of its place filled in (what it knows already stays)."""
        new = {name: value for name, value in known.items() if getattr(self.place, name) is None}
        return replace(self, place=replace(self.place, **new)) if new else self

    def __str__(self) -> str:
        """``E410 delivery.on is required … [orders.edi, message 1]``."""
        where = str(self.place)
        return f"{self.code} {self.sentence}" + (f"  [{where}]" if where else "")

    def as_json(self) -> dict[str, Any]:
        """For ``--json``, ``.error.json`` and the store; :func:`from_json` reads it back."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "place": self.place.as_json(),
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Problem:
        """Rebuild a stored problem; its texts come from the registry of today."""
        return cls(
            data["code"],
            Place(**data.get("place", {})),
            data.get("facts", {}),
            Severity(data["severity"]),
        )


class _Facts(dict[str, str]):
    """A fact that nobody filled in shows as ``?`` instead of raising while reporting."""

    def __missing__(self, name: str) -> str:
        return "?"


def problem(
    code: str, place: Place | None = None, *, severity: Severity | None = None, **facts: object
) -> Problem:
    """Make a problem; ``facts`` fill the placeholders of the registered sentence and remedy.

    Raises ``KeyError`` for a code that is not registered: that is a bug, not a finding.
    """
    row = REGISTRY[code]
    return Problem(
        code,
        place or _NOWHERE,
        {name: _bounded(str(value)) for name, value in facts.items()},
        severity or row.severity,
    )


def _bounded(fact: str) -> str:
    """What was there as far as anybody reads it: a value can have millions of characters."""
    return fact if len(fact) <= LONGEST else f"{fact[:LONGEST]}…"


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those that refuse something, in the order found."""
    return [found for found in problems if found.severity is Severity.ERROR]


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether anything was refused."""
    return any(found.severity is Severity.ERROR for found in problems)
