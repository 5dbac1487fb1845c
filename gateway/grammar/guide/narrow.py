"""Narrowing: one layer of a guide over another, from the base up. Each may only say less.

A layer is the directory, a guide that is extended, the rule around a slot, the slot. What is wider
than the layer below is a finding (G421 … G424) at the line that says it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.grammar.guide.model import Discriminator, ElementRule, Usage
from gateway.grammar.guide.patterns import refusal
from gateway.grammar.guide.source import CountSource, ElementSource
from gateway.grammar.guide.yamlreader import suggestion
from gateway.grammar.lists import is_agreed
from gateway.grammar.model import UNBOUNDED, Composite, Element
from gateway.problems import Place, Problem, problem

_RANK = {"O": 0, "M": 1, "R": 2}
_WORDS = {"R": "required", "M": "mandatory", "O": "optional", "N": "not used"}
_SHOWN = 12


@dataclass
class Narrowing:
    """Lays layers over each other and collects what does not narrow."""

    private: dict[str, frozenset[str]]
    problems: list[Problem] = field(default_factory=list)

    def count(self, name: str, low: Count, source: CountSource, place: Place, over: str) -> Count:
        """Occurrences: the counts below, narrowed by ``usage``, ``min`` and ``max``."""
        usage = self._usage(name, low.usage, source.usage, place, over)
        least = low.min if source.min is None else source.min
        most = low.max if source.max is None else source.max
        if least < low.min or most > low.max:
            shown = f"{least} to {_most(most)}"
            facts: dict[str, Any] = {
                "count": shown,
                "over": over,
                "base": f"{low.min} to {_most(low.max)}",
            }
            self.add("G422", place, name=name, **facts)
            least, most = max(least, low.min), min(most, low.max)
        if usage == "N":
            return Count(0, 0)
        if source.usage in ("R", "M"):
            least = max(least, 1)
        if least > most:
            reason = f"at least {least} and at most {most} cannot both be"
            self.add("G425", place, name=name, reason=reason)
            most = least
        return Count(least, most)

    def element(
        self, rule: ElementRule, source: ElementSource, mandatory: bool, over: str
    ) -> ElementRule:
        """A rule, narrowed by one more entry of ``elements:``."""
        name = shown(source.name, rule.number)
        component = rule.at.component is not None
        base: Usage | None = ("M" if component else "R") if mandatory else None
        usage = self._usage(name, rule.usage or base, source.usage, source.place, over)
        usage = usage if source.usage else rule.usage
        if isinstance(rule.definition, Composite):
            if source.codes is not None or source.min or source.max or source.pattern:
                reason = "a composite has no value of its own; write what holds for its components"
                self.add("G425", source.place, name=name, reason=reason)
            return replace(rule, usage=usage, note=source.note or rule.note)
        codes = self._codes(rule, source, over)
        least, most = self._length(rule, rule.definition, source, over)
        patterns = rule.patterns
        if source.pattern:
            refused = refusal(source.pattern)
            if refused is not None:
                self.add("G426", source.place, pattern=source.pattern, reason=refused)
            else:
                patterns = (*patterns, source.pattern)
        narrowed = replace(
            rule, usage=usage, codes=codes, min=least, max=most, patterns=patterns,
            note=source.note or rule.note,
        )  # fmt: skip
        self._fits(narrowed, source.place)
        return narrowed

    def repetitions(
        self, rule: ElementRule, source: ElementSource, repeat: int, over: str
    ) -> ElementRule:
        """A rule with ``repeat:`` of one more entry; ``repeat`` is what the base allows."""
        if source.least is None and source.most is None:
            return rule
        name = shown(source.name, rule.number)
        low = rule.least or 1
        high = (rule.most or repeat) if rule.at.component is None else 1
        least = low if source.least is None else source.least
        most = high if source.most is None else source.most
        if least < low or most > high:
            facts = {"count": f"{least} to {most}", "over": over, "base": f"{low} to {high}"}
            self.add("G422", source.place, name=name, **facts)
            return rule
        if least > most:
            reason = f"at least {least} and at most {most} cannot both be"
            self.add("G425", source.place, name=name, reason=reason)
            return rule
        return replace(rule, least=least, most=most)

    def discriminated(self, rule: ElementRule, one: Discriminator) -> ElementRule:
        """The rule of a discriminator inside its slot: there, and one of its values."""
        return replace(rule, usage="R", codes=(rule.codes or one.values) & one.values or one.values)

    def allowed(self, rule: ElementRule) -> frozenset[str] | None:
        """The codes that may stand at a position, ``None`` for any value."""
        if rule.codes is not None or isinstance(rule.definition, Composite):
            return rule.codes
        return self.base_codes(rule.definition)

    def base_codes(self, element: Element) -> frozenset[str] | None:
        """The list of the directory with the private codes."""
        if element.codes is None:
            return None
        return element.codes | self.private.get(element.number, frozenset())

    def outside(self, rule: ElementRule, values: Iterable[str]) -> list[str]:
        """The values that are not allowed at a position."""
        known = self.allowed(rule)
        if known is None or isinstance(rule.definition, Composite):
            return []
        free = rule.codes is None
        element = rule.definition
        return sorted(
            one for one in values if one not in known and not (free and is_agreed(element, one))
        )

    def add(self, code: str, place: Place, **facts: Any) -> None:
        """Collect a finding."""
        self.problems.append(problem(code, place, **facts))

    def _usage(
        self, name: str, low: Usage | None, usage: Usage | None, place: Place, over: str
    ) -> Usage | None:
        if usage is None or usage == low:
            return low
        known: Usage = low or "O"
        forbids = known in ("R", "M") and usage == "N"
        revives = known == "N"
        weaker = usage != "N" and not revives and _RANK[usage] < _RANK[known]
        if forbids or revives or weaker:
            facts: dict[str, Any] = {"usage": _WORDS[usage], "base": _WORDS[known]}
            self.add("G421", place, name=name, over=over, **facts)
            return low
        return usage

    def _codes(self, rule: ElementRule, source: ElementSource, over: str) -> frozenset[str] | None:
        if source.codes is None:
            return rule.codes
        unknown = self.outside(rule, source.codes)
        if unknown:
            known = self.allowed(rule) or frozenset()
            facts: dict[str, Any] = {
                "values": " ".join(unknown[:_SHOWN]),
                "hint": suggestion(unknown[0], known),
            }
            self.add("G423", source.place, name=shown(source.name, rule.number), over=over, **facts)
        return source.codes.difference(unknown) or source.codes

    def _length(
        self, rule: ElementRule, element: Element, source: ElementSource, over: str
    ) -> tuple[int | None, int | None]:
        low = element.min if rule.min is None else rule.min
        high = element.max if rule.max is None else rule.max
        least, most = source.min, source.max
        if (least is not None and least < low) or (most is not None and most > high):
            count = f"{low if least is None else least} to {high if most is None else most}"
            facts: dict[str, Any] = {"count": count, "over": over, "base": f"{low} to {high}"}
            self.add("G424", source.place, name=shown(source.name, rule.number), **facts)
            return rule.min, rule.max
        return (rule.min if least is None else least), (rule.max if most is None else most)

    def _fits(self, rule: ElementRule, place: Place) -> None:
        element = rule.definition
        assert isinstance(element, Element)
        low = element.min if rule.min is None else rule.min
        high = element.max if rule.max is None else rule.max
        name = rule.number or f"@{rule.at}"
        if low > high:
            reason = f"at least {low} and at most {high} characters cannot both be"
            self.add("G425", place, name=name, reason=reason)
        unfit = [one for one in sorted(rule.codes or ()) if not low <= len(one) <= high]
        if unfit and element.kind in ("a", "an", "AN", "ID"):
            reason = f"code {unfit[0]} is not {low} to {high} characters long"
            self.add("G425", place, name=name, reason=reason)


@dataclass(frozen=True, slots=True)
class Count:
    """How often something may stand."""

    min: int
    max: int

    @property
    def usage(self) -> Usage:
        """The usage that says the same."""
        return "N" if self.max == 0 else "R" if self.min else "O"


def shown(name: str, number: str) -> str:
    """The name of an element; positions of generated guides by their number."""
    return number if name.startswith("@") and number else name


def _most(limit: int) -> str:
    return "any number" if limit >= UNBOUNDED else str(limit)
