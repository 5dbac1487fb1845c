"""The checks of an agreement in the words of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gateway.config.checks import Checks
from gateway.config.models import Agreement
from gateway.grammar import Leniency, Strictness
from gateway.problems import Problem, Severity

_AS: Mapping[str, Strictness] = {"fail": "error", "warn": "warn", "ignore": "ignore"}
_CODES: Mapping[str, tuple[str, ...]] = {
    "types": ("G208", "G209", "G210", "G211", "G213", "G214"),
    "lengths": ("G206", "G207"),
    "relations": ("G215", "G216"),
    "unknown_segments": ("G102",),
}
"""Findings of the engine, by the check that softens them."""
_OUTSIDE_LEVEL = "S112"
_GUIDE = "G3"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed, ready for use on message after message."""

    checks: Checks
    leniency: Leniency
    spelling: bool
    """Values have to be looked at for zeros, blanks, missing separators."""

    @property
    def looks_closer(self) -> bool:
        """Whether the grammar itself is asked about single values."""
        return self.spelling or self.checks.implied_decimals == "point"

    def softened(self, found: Iterable[Problem]) -> list[Problem]:
        """Findings of the guide and of the charset as they were agreed."""
        return list(found) if self._usual else [one for each in found for one in self._as(each)]

    @property
    def _usual(self) -> bool:
        return self.checks.guide == "fail" and self.checks.charset == "warn"

    def _as(self, found: Problem) -> tuple[Problem, ...]:
        if found.code == _OUTSIDE_LEVEL:
            return as_agreed(found, self.checks.charset)
        if found.code.startswith(_GUIDE) and found.severity is Severity.ERROR:
            return as_agreed(found, self.checks.guide)
        return (found,)


def terms_of(agreement: Agreement) -> Terms:
    """The terms of an inbound agreement."""
    checks = agreement.checks
    others = {
        code: _AS[getattr(checks, name)]
        for name, codes in _CODES.items()
        if getattr(checks, name) != "fail"
        for code in codes
    }
    required = checks.trailing_separators == "require"
    leniency = Leniency(
        unknown_codes=_AS[checks.unknown_code],
        totals=_AS[checks.control_totals],
        formats=_AS[checks.date_formats],
        trailing="allow" if checks.trailing_separators == "require" else checks.trailing_separators,
        others=others,
    )
    spelling = required or {
        checks.leading_zeros,
        checks.trailing_zeros,
        checks.blanks,
    } != {"ignore"}
    return Terms(checks, leniency, spelling)


def as_agreed(found: Problem, check: str) -> tuple[Problem, ...]:
    """A finding as an error, as a warning, or not at all."""
    if check == "ignore":
        return ()
    severity = Severity.ERROR if check == "fail" else Severity.WARNING
    return (found if found.severity is severity else replace(found, severity=severity),)
