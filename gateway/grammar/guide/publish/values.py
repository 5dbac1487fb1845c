"""Values for samples: of the right form, and of a kind that people recognise.

Every value here is invented; GLN, GTIN and SSCC have right check digits. What the tables do not
know, and what a pattern asks for, is made up from the definition of the element.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import chain

from gateway.grammar.explain import Fault, faults
from gateway.grammar.guide.model import ElementRule
from gateway.grammar.guide.publish.patterned import matching
from gateway.grammar.model import Element, ElementSlot, Segment
from gateway.syntax.normal import ELEMENT

GLN, GTIN = "4012345000009", "4012345610017"
DATES = {
    **{"101": "260529", "102": "20260529", "201": "2605290930", "202": "260529093000"},
    **{"203": "202605290930", "204": "20260529093000", "303": "202605290930UTC"},
    **{"304": "20260529093000UTC", "2": "290526", "3": "052926", "401": "0930", "402": "093000"},
    **{"602": "2026", "609": "2605", "610": "202605", "616": "202622"},
    **{"718": "2026052920260605", "719": "202605290930202606050930"},
    **{"D8": "20260529", "D6": "260529", "DT": "202605290930", "TM": "0930"},
    **{"RD8": "20260529-20260605", "RD6": "260529-260605"},
}
"""Values in the formats of 2379 and 1250."""
PREFERRED: dict[str, tuple[str, ...]] = {
    "0051": ("UN",),
    "1001": ("220", "231", "351", "380"),
    "1153": ("ON", "CT", "DQ", "VN"),
    "1225": ("9",),
    "2005": ("137",),
    "2379": ("102",),
    "3035": ("BY", "SU", "DP", "IV"),
    "3055": ("9",),
    "3139": ("IC", "OC"),
    "3155": ("TE", "EM"),
    "4451": ("ZZZ", "PUR"),
    "5025": ("79", "203"),
    "5125": ("AAA", "AAB"),
    "6063": ("21", "12", "47"),
    "6069": ("2",),
    "6345": ("EUR",),
    "6347": ("2",),
    "6343": ("9",),
    "6411": ("PCE",),
    "7143": ("EN", "SRV"),
    "4347": ("5", "1"),
    "7405": ("BJ",),
    "353": ("00",),
    "92": ("SA", "NE"),
    "98": ("BY", "ST", "SU"),
    "66": ("UL", "92"),
    "355": ("EA",),
    "235": ("EN", "UP"),
    "374": ("002", "010"),
    "128": ("DP", "IA"),
    "100": ("USD",),
}
"""Codes that a reader expects first, by element."""
EXAMPLES: dict[str, tuple[str, ...]] = {
    "1004": ("4711", "PO-4711"),
    "1000": ("ORDER",),
    "1050": ("1",),
    "1082": ("1",),
    "1154": ("RF-0815",),
    "3039": (GLN, "4098765000003", "4012345000016", "4012345000023"),
    "3036": ("Example Trading", "Example Store", "Example Depot", "EXAMPLE"),
    "3124": ("Example Trading", "EXAMPLE"),
    "3042": ("1 Main Street", "MAIN STREET"),
    "3164": ("Example City", "CITY"),
    "3251": ("12345",),
    "3412": ("Order desk", "DESK"),
    "3413": ("DESK",),
    "3148": ("+49 30 123456", "49301234567"),
    "3225": ("4012345000016",),
    "4440": ("A text for the receiver", "TEXT"),
    "5004": ("100.00", "100"),
    "5118": ("9.95", "10"),
    "5284": ("1",),
    "5482": ("10", "19"),
    "5278": ("19",),
    "6060": ("24", "10"),
    "6066": ("1",),
    "6314": ("12.5", "12"),
    "7064": ("BOX",),
    "7140": (GTIN, "DRILL-18V"),
    "7008": ("Cordless drill 18 V", "DRILL"),
    "7402": ("340123450000000017",),
    "7224": ("1",),
    "93": ("Example Trading", "Example Store", "Example Depot", "EXAMPLE"),
    "67": (GLN, "0012345000003", "0012345001017"),
    "166": ("1 Main Street",),
    "19": ("Springfield",),
    "116": ("62701",),
    "156": ("IL",),
    "26": ("US",),
    "324": ("4711", "PO-4711"),
    "234": (GTIN, "DRILL-18V"),
    "330": ("24",),
    "380": ("24",),
    "212": ("9.95",),
    "350": ("1",),
    "352": ("Cordless drill 18 V",),
    "354": ("1",),
    "127": ("RF-0815",),
    "373": ("20260529", "260529"),
    "337": ("0930",),
    "364": ("555-0100",),
    "933": ("A text for the receiver",),
}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_DATES = {8: "20260529", 6: "260529"}
_TIMES = {4: "0930", 6: "093000", 7: "0930000", 8: "09300000"}
_NUMERIC = ("n", "N", "R")


class Values:
    """Makes values; the same for the same seed. Seed 0 takes the first that fits."""

    def __init__(self, seed: int = 0, alphabet: frozenset[str] | None = None) -> None:
        self.seed = seed
        self.alphabet = alphabet
        """The characters that the envelope allows; ``None``: any."""
        self.random = random.Random(seed)
        self._used: dict[str, int] = {}

    def value(self, element: Element, rule: ElementRule | None = None) -> str | None:
        """A value that fits the directory and the rule, or ``None`` where none was found."""
        for text in chain(self._codes(element, rule), self._texts(element, rule)):
            if self.writable(text) and fits(text, element, rule):
                return text
        return None

    def writable(self, text: str) -> bool:
        """Whether the charset has all its characters."""
        return self.alphabet is None or self.alphabet.issuperset(text)

    def other(self, element: Element, taken: frozenset[str]) -> Iterator[str]:
        """Values that the directory allows and that are not ``taken``."""
        if element.codes:
            yield from _first(PREFERRED.get(element.number, ()), sorted(element.codes - taken))
            return
        for size in range(element.min, min(element.max, element.min + 12) + 1):
            for sign in "9" if element.kind in _NUMERIC else "XQ9":
                if sign * size not in taken:
                    yield sign * size

    def _codes(self, element: Element, rule: ElementRule | None) -> Iterator[str]:
        known = rule.codes if rule is not None and rule.codes is not None else element.codes
        if not known:
            return
        ordered = list(_first(PREFERRED.get(element.number, ()), sorted(known)))
        if self.seed:
            self.random.shuffle(ordered)
        yield from ordered

    def _texts(self, element: Element, rule: ElementRule | None) -> Iterator[str]:
        if element.codes or (rule is not None and rule.codes is not None):
            return
        yield from self._examples(element.number)
        yield from PREFERRED.get(element.number, ())
        for pattern in rule.patterns if rule is not None else ():
            yield from matching(pattern)
        known = {"DT": _DATES, "TM": _TIMES}.get(element.kind, {})
        yield from known.values()
        low, high = lengths(element, rule)
        for size in dict.fromkeys((min(high, max(low, 8)), low, high)):
            yield self.text(element, size)

    def _examples(self, number: str) -> Iterator[str]:
        """In turn, so that a buyer and a supplier differ."""
        known = EXAMPLES.get(number, ())
        turn = self._used.get(number, 0)
        self._used[number] = turn + 1
        for at in range(len(known)):
            yield known[(turn + at) % len(known)]

    def text(self, element: Element, size: int) -> str:
        """Some text of a length."""
        if element.kind in _NUMERIC:
            return "1" + "0" * (size - 1) if size else ""
        signs = _LETTERS if element.kind == "a" else _SIGNS
        if not self.seed:
            return (signs * (size // len(signs) + 1))[:size]
        return "".join(self.random.choice(signs) for _ in range(size))


def lengths(element: Element, rule: ElementRule | None) -> tuple[int, int]:
    """Shortest and longest that a value may be."""
    low, high = element.min, element.max
    if rule is not None:
        low = low if rule.min is None else rule.min
        high = high if rule.max is None else rule.max
    return low, high


def fits(text: str, element: Element, rule: ElementRule | None) -> bool:
    """Whether a value is right by the directory and by the rule."""
    if not text or base_faults(text, element):
        return False
    if rule is None:
        return True
    low, high = lengths(element, rule)
    size = counted(text, element)
    inside = low <= size <= high or (bool(element.codes) and rule.min is rule.max is None)
    listed = rule.codes is None or text in rule.codes
    return inside and listed and all(re.fullmatch(one, text) for one in rule.patterns)


def counted(text: str, element: Element) -> int:
    """Length as a guide counts it: of numbers the digits."""
    return len(re.sub("[-.,]", "", text)) if element.kind in _NUMERIC else len(text)


def base_faults(text: str, element: Element) -> list[Fault]:
    """What the directory finds in a value."""
    alone = Segment("", (ElementSlot(element, mandatory=True),))
    return faults(f"{ELEMENT}{text}", alone, "")


def _first(preferred: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    yield from (one for one in preferred if one in known)
    yield from (one for one in known if one not in preferred)
