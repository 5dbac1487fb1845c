"""Control numbers that would collide, or do not fit what they are written into: C150 to C152.

What one partner gets is numbered by one counter or by several. Two places that set up one counter
say the same, and two counters for one partner do not touch: both places are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.config.controlnumbers import ControlNumbers, Range, most
from gateway.config.envelope import X12Syntax, syntax_of
from gateway.config.models import Agreement, Partner
from gateway.config.workspace import Workspace
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_BY_DOCUMENT = ("agreement", "document")
_LOOKS = ("width", "leading_zeros", "at_end")
_PLAIN = ControlNumbers()


@dataclass(frozen=True, slots=True)
class _Use:
    """A counter as one place sets it up."""

    counter: str
    """What tells it from others; ``partner`` stands in it where it is his alone."""
    level: str
    prefix: str
    first: int
    last: int
    looks: str
    """What else has to be the same: digits, and what follows the last number."""
    place: Place
    partner: str
    written: bool
    """Somebody wrote it; without that it is what always was."""

    @property
    def range(self) -> str:
        """``1 to 999``."""
        return f"{self.first} to {self.last}"


def counter_problems(workspace: Workspace) -> Iterator[Problem]:
    """Of all partners: counters are shared beyond one of them, too."""
    shared: dict[tuple[str, str, str], _Use] = {}
    for partner in workspace.partners.values():
        text = workspace.texts.get(partner.partner)
        if text is None or not _is_special(partner):
            continue
        for standard in ("edifact", "x12"):
            uses = list(_uses(partner, standard, text))
            if any(use.written for use in uses):
                yield from _clashes(uses, shared)
        yield from _fitting(partner, text)


def _is_special(partner: Partner) -> bool:
    """Whether anything of him is numbered otherwise than by default."""
    if any(partner.syntax.of(each).control_numbers != _PLAIN for each in ("edifact", "x12")):
        return True
    return any(one.syntax is not None for one in partner.agreements)


def _uses(partner: Partner, standard: str, text: YamlText) -> Iterator[_Use]:
    for index, agreement in enumerate(partner.agreements):
        if agreement.direction != "outbound" or agreement.standard.syntax != standard:
            continue
        syntax = syntax_of(partner, agreement)
        path = _path(agreement, index, standard)
        place = text.place(path if path in text.keys else ("agreements", index, "document"))
        grouped = isinstance(syntax, X12Syntax) or syntax.group.write
        for level, span, width, prefix in _levels(syntax.control_numbers, standard, grouped):
            yield _use(
                partner, agreement, syntax.control_numbers, level, span, width, prefix, place
            )
    numbers = partner.syntax.of(standard).control_numbers
    if _says_answers(partner, standard):
        width = 9 if standard == "x12" else numbers.width
        yield _Use(
            f"{partner.partner} answers", "interchange", numbers.prefix, numbers.answers.first,
            numbers.answers.last or most(width), "", text.place(
                ("syntax", standard, "control_numbers", "answers")), partner.partner, True,
        )  # fmt: skip


def _use(
    partner: Partner,
    agreement: Agreement,
    numbers: ControlNumbers,
    level: str,
    span: Range,
    width: int,
    prefix: str,
    place: Place,
) -> _Use:
    own = agreement.document if numbers.per in _BY_DOCUMENT else ""
    whose = partner.partner if numbers.per in ("partner", "agreement") else "everybody"
    looks = ", ".join(f"{name} {getattr(numbers, name)}" for name in _LOOKS)
    return _Use(
        f"{agreement.standard.syntax} {agreement.mode == 'test'} {whose} {own}",
        level,
        prefix,
        span.first,
        span.last or most(width),
        looks,
        place,
        partner.partner,
        numbers != _PLAIN,
    )


def _levels(
    numbers: ControlNumbers, standard: str, grouped: bool
) -> Iterator[tuple[str, Range, int, str]]:
    """(level, range, digits, prefix) of what a counter numbers."""
    edifact = standard == "edifact"
    yield "interchange", numbers, numbers.width if edifact else 9, numbers.prefix if edifact else ""
    if grouped and numbers.group.by == "counter":
        yield "group", numbers.group, numbers.group.width, ""
    if numbers.message.by == "counter":
        message = numbers.message
        yield "message", message, message.width or 9, message.prefix if edifact else ""


def _path(agreement: Agreement, index: int, standard: str) -> Path_:
    own = None if agreement.syntax is None else agreement.syntax.of(standard)
    if own is not None and own.control_numbers is not None:
        return ("agreements", index, "syntax", standard, "control_numbers")
    return ("syntax", standard, "control_numbers")


def _says_answers(partner: Partner, standard: str) -> bool:
    numbers = partner.syntax.of(standard).control_numbers
    return "answers" in numbers.model_fields_set and any(
        one.acknowledge.numbers == "own"
        for one in partner.agreements
        if one.direction == "inbound" and one.standard.syntax == standard
    )


def _clashes(uses: list[_Use], shared: dict[tuple[str, str, str], _Use]) -> Iterator[Problem]:
    """C150 of one counter, C151 of two that number for one partner."""
    by_level: dict[tuple[str, str, str], list[_Use]] = defaultdict(list)
    told: set[tuple[str, str, str]] = set()
    for use in uses:
        key = (use.counter, use.level, use.prefix)
        first = shared.setdefault(key, use)
        if (first.first, first.last, first.looks) != (use.first, use.last, use.looks):
            if key not in told:
                yield _two_ranges(use, first)
            told.add(key)
        mode = " ".join(use.counter.split(" ")[:2]) if use.looks else ""
        by_level[use.level, use.prefix, mode].append(use)
    for level, prefix, mode in list(by_level):
        others = by_level.get((level, prefix, ""), []) if mode else []
        yield from _overlaps([*by_level[level, prefix, mode], *others])


def _two_ranges(use: _Use, first: _Use) -> Problem:
    same_range = (use.first, use.last) == (first.first, first.last)
    value, other = (use.looks, first.looks) if same_range else (use.range, first.range)
    return problem(
        "C150",
        use.place,
        setting="control_numbers",
        counter=f"the counter of {use.level}s",
        value=value,
        other=other,
        other_file=first.place.file or "",
        other_line=first.place.line or 1,
    )


def _overlaps(uses: list[_Use]) -> Iterator[Problem]:
    """Ranges in the order of their beginnings: each is compared with the one before."""
    distinct = {(use.counter, use.level, use.prefix): use for use in uses}
    ordered = sorted(distinct.values(), key=lambda use: (use.first, use.last, use.counter))
    before: _Use | None = None
    for use in ordered:
        if before is not None and use.first <= before.last and use.counter != before.counter:
            facts: dict[str, Any] = {
                "counter": _named(use),
                "other_counter": _named(before),
                "other": before.range,
                "other_file": before.place.file or "",
                "other_line": before.place.line or 1,
            }
            yield problem("C151", use.place, setting="control_numbers", value=use.range, **facts)
        if before is None or use.last > before.last:
            before = use


def _named(use: _Use) -> str:
    whose = use.counter.rpartition(" ")[2]
    return f"the {use.level} numbers of {whose or 'all else'}"


def _fitting(partner: Partner, text: YamlText) -> Iterator[Problem]:
    """C152, where numbers are set up."""
    places: list[tuple[str, ControlNumbers, Path_]] = [
        (standard, partner.syntax.of(standard).control_numbers, ("syntax", standard))
        for standard in ("edifact", "x12")
    ]
    for index, agreement in enumerate(partner.agreements):
        standard = agreement.standard.syntax
        own = None if agreement.syntax is None else agreement.syntax.of(standard)
        if own is not None and own.control_numbers is not None:
            places.append(
                (standard, own.control_numbers, ("agreements", index, "syntax", standard))
            )
    for standard, numbers, path in places:
        yield from _fits(standard, numbers, text, (*path, "control_numbers"))


def _fits(standard: str, numbers: ControlNumbers, text: YamlText, path: Path_) -> Iterator[Problem]:
    edifact = standard == "edifact"
    message = numbers.message
    width = message.width or (14 - len(message.prefix) if edifact else 9)
    for names, span, digits, prefix, element, most_signs in (
        ((), numbers, numbers.width if edifact else 9, numbers.prefix if edifact else "",
         "UNB 0020" if edifact else "ISA13", 14 if edifact else 9),
        (("group",), numbers.group, numbers.group.width, "",
         "UNG 0048" if edifact else "GS06", 14 if edifact else 9),
        (("message",), message, width, message.prefix if edifact else "",
         "UNH 0062" if edifact else "ST02", 14 if edifact else 9),
        (("answers",), numbers.answers, numbers.width if edifact else 9, "",
         "UNB 0020" if edifact else "ISA13", 14 if edifact else 9),
    ):  # fmt: skip
        known: Range = span
        facts: dict[str, Any] = {"element": element}
        largest = max(known.first, known.last or 0)
        if largest > most(digits):
            reason = f"{digits} digits go up to {most(digits)}"
            name = "last" if known.last else "first"
            place = text.place((*path, *names, name))
            way = "widen it (width), or take smaller numbers"
            yield problem(
                "C152", place, setting=name, value=largest, reason=reason, way=way, **facts
            )
        if digits + len(prefix) > most_signs:
            reason = f"with its prefix it has {digits + len(prefix)} characters of {most_signs}"
            way = "shorten the prefix or the width"
            place = text.place((*path, *names, "width"))
            facts["value"] = f"{prefix}{'0' * digits}"
            yield problem("C152", place, setting="width", reason=reason, way=way, **facts)
