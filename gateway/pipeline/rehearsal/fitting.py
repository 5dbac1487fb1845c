"""A document made to fit: written by the partner's map, judged by his guide, mended until it fits.

What the guide does not use is left out; a code that it does not know, and what it asks for and the
document does not say, is taken from a message that is made up from the guide itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.config import Workspace
from gateway.config.models import Agreement, Partner
from gateway.config.translation import Translation
from gateway.documents import Document, build, check
from gateway.grammar.guide import Guide
from gateway.grammar.guide.publish.samples import VARIANTS, sample
from gateway.grammar.guide.reading import read_segments_with_guide
from gateway.mapping import CompiledMap
from gateway.mapping.trace import Link
from gateway.pipeline import wire
from gateway.pipeline.rehearsal.envelopes import as_partner
from gateway.pipeline.rehearsal.fields import get, plain, put, steps, without
from gateway.problems import Problem, errors, has_errors, problem
from gateway.syntax.record import Record

Data = dict[str, Any]
_ROUNDS = 40
_NUMBERS = wire.Numbers("1", "1", real=False)
_LAST_DIGITS = re.compile(r"[0-9]+$")
_NO_DIGIT = re.compile(r"[^0-9]")
_OTHER_VALUE = frozenset({"G212", "G314", "G316", "G317", "G325", "E410"})
"""What is wrong is the value, or that the map needs one: the guide's own messages have another."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A document and the body of its message; ``problems``: why it does not fit after all."""

    document: Document | None
    body: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Fitting:
    """Makes documents of one agreement fit."""

    def __init__(
        self, workspace: Workspace, translation: Translation, partner: Partner, agreement: Agreement
    ) -> None:
        self.workspace, self.translation = workspace, translation
        self.partner, self.agreement = partner, agreement
        self.compiled, self.missing = translation.partner_map(partner, agreement)
        self.guide, found = translation.guide(partner, agreement)
        self.missing = [*self.missing, *(found if agreement.guide and not self.guide else [])]
        self._helps: dict[int, Data] = {}

    def fit(self, data: Mapping[str, Any], at: datetime) -> Fitted:
        """The document as near to the data as the guide allows."""
        compiled = self.compiled
        if compiled is None or (self.guide is None and self.agreement.guide):
            return Fitted(None, (), tuple(errors(self.missing)))
        draft, helps = plain(dict(data)), iter(range(len(VARIANTS)))
        tried: list[Fitted] = []
        for _ in range(_ROUNDS):
            fitted = self._tried(compiled, draft, at)
            if not has_errors(fitted.problems):
                return fitted
            tried.append(fitted)
            if not self._mended(compiled, draft, fitted):
                more = next(helps, None)
                if more is None:
                    break
                draft = _filled(draft, self._help(compiled, more))
        return min(tried, key=lambda one: (one.document is None, len(one.problems)))

    def _tried(self, compiled: CompiledMap, draft: Data, at: datetime) -> Fitted:
        document, found = build(compiled.document, draft)
        if document is None:
            return Fitted(None, (), tuple(found))
        checks = self.agreement.checks
        found = errors(check(document, checks.totals_within, checks.profile or ""))
        body, wrong = compiled.write(document)
        if has_errors([*found, *wrong]) or not isinstance(body, list):
            return Fitted(document, (), tuple([*found, *errors(wrong)]))
        found = [*self.judged(body, at), *self._for_erp(document)]
        return Fitted(document, tuple(body), tuple(found))

    def judged(self, body: list[str], at: datetime) -> list[Problem]:
        """What grammar and guide find in a message of this body, as its sender writes it."""
        compose = as_partner if self.agreement.direction == "inbound" else wire.compose
        built = compose(self.workspace, self.partner, self.agreement, [body], _NUMBERS, at)
        library, agreed = self.translation.library, (self.partner, self.agreement)
        found = wire.recheck(library, built.data, self.guide, agreed=agreed)
        return [*errors(built.problems), *found]

    def _for_erp(self, document: Document) -> list[Problem]:
        """What the ERP's format cannot hold of what comes from the partner."""
        form = self.workspace.erp_format(self.agreement)
        compiled, _ = self.translation.written_map(document, form)
        if self.agreement.direction == "outbound" or compiled is None or compiled.layout is None:
            return []
        record, found = compiled.write(document)
        if has_errors(found) or not isinstance(record, Record):
            return errors(found)
        return errors(compiled.layout.write([record])[1])

    def _mended(self, compiled: CompiledMap, draft: Data, fitted: Fitted) -> bool:
        """Whether something was changed that a finding is about."""
        if fitted.document is None:
            return any(without(draft, each.place.path or "") for each in fitted.problems)
        written = list(compiled.trace_write(fitted.document).links)
        changed = False
        for found in fitted.problems:
            for field, exactly in _fields(found, written):
                wanted = exactly and found.code in _OTHER_VALUE
                other = self._other(compiled, draft, field) if wanted else None
                done = without(draft, field) if other is None else put(draft, field, other)
                changed = changed or done
        return changed

    def _other(self, compiled: CompiledMap, draft: Data, field: str) -> Any:
        """Another value of a field that the guide's own messages have."""
        now = get(draft, steps(field))
        for number in range(len(VARIANTS)):
            other = get(self._help(compiled, number), steps(field, first=True))
            if other not in (None, now):
                return _numbered_like(other, now) if field == "number" else other
        return None

    def _help(self, compiled: CompiledMap, number: int) -> Data:
        """What a message says that is made up from the guide, the smallest first."""
        if self.guide is None:
            return {}
        if number not in self._helps:
            self._helps[number] = _said(self.guide, compiled, number)
        return self._helps[number]


def _numbered_like(example: Any, now: Any) -> Any:
    """The example with the last digits of a number: documents keep numbers of their own.

    The example itself where that would be the number that does not fit.
    """
    kept = _LAST_DIGITS.search(str(example))
    digits = _NO_DIGIT.sub("", str(now))
    if kept is None or len(digits) < len(kept[0]):
        return example
    made = str(example)[: kept.start()] + digits[-len(kept[0]) :]
    return example if made == now else made


def _said(guide: Guide, compiled: CompiledMap, number: int) -> Data:
    try:
        made = sample(guide, VARIANTS[number])
    except ValueError:  # a value that the charset cannot hold
        return {}
    reading = read_segments_with_guide(made.message, guide, version=made.dialect.version)
    if reading.tree is None:
        return {}
    found: Data = compiled.read(reading.tree)[0]
    return found


def _fields(found: Problem, written: list[Link]) -> list[tuple[str, bool]]:
    """Fields of the document that stand where something is wrong; none where it is missing.

    Of a qualifier, all that stands beside it in its segment; the second value is false then.
    """
    place = found.place
    if place.segment is None:
        return [(str(found.facts.get("field") or place.path or ""), True)]
    if found.code in _ABSENT:
        return []
    near = [
        (link.field, (spot.element, spot.component))
        for link in written
        if not link.constant
        for spot in link.spots
        if spot.segment == place.segment
    ]
    there = (place.element, place.component or 1)
    exact = [(field, True) for field, spot in near if spot == there]
    return exact or [(field, False) for field, _ in near]


_ABSENT = frozenset({"G201", "G202", "G215", "G301", "G302", "G307", "G308", "G311", "G312"})
_ABSENT |= {"G318", "G321", "G323", "G101", "G102", "G103"}
"""What is wrong is that something is not there."""


def _filled(draft: Any, help_: Any) -> Any:
    """A draft with what only the other one says."""
    if isinstance(draft, Mapping) and isinstance(help_, Mapping):
        found = {name: _filled(draft[name], help_.get(name)) for name in draft}
        return {**{name: one for name, one in help_.items() if name not in draft}, **found}
    if isinstance(draft, list | tuple) and isinstance(help_, list | tuple) and help_:
        return [_filled(each, help_[0]) for each in draft]
    return draft


def unfit(partner: str, agreement: Agreement, fitted: Fitted) -> Problem:
    """Why no example can be made."""
    first = errors(fitted.problems)
    reason = first[0].sentence if first else "there is no map"
    return problem("P253", partner=partner, what=str(agreement), finding=reason)
