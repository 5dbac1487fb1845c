"""The envelope around a sample: UNB, UNG, ISA and GS as a guide wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.grammar.guide.model import EnvelopeRule, Guide
from gateway.grammar.guide.publish.draft import Piece
from gateway.grammar.guide.publish.values import GLN, Values
from gateway.grammar.guide.where import Address
from gateway.grammar.model import Component, Composite, Element, ElementSlot, Segment
from gateway.syntax import EDIFACT_3, EDIFACT_4, X12_00401, X12_00501, Dialect
from gateway.syntax.charset import LEVELS
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

RECEIVER = "4098765000003"
_DATE, _TIME, _CENTURY = "260529", "0930", "20"
_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
Given = Mapping[Address, str]


@dataclass(frozen=True, slots=True)
class Headers:
    """Segments before and after a message."""

    dialect: Dialect
    before: tuple[str, ...]
    after: tuple[str, ...]


class Enveloping:
    """Makes the service segments of a guide; they can be changed before they are written."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.values = Values()
        self.rules = {one.tag: one for one in guide.envelope}
        self.pieces: dict[str, Piece] = {}
        if guide.base.standard == "edifact":
            self._edifact()
        else:
            self._x12()

    def headers(self) -> Headers:
        """As they stand now."""
        if self.guide.base.standard == "edifact":
            return self._written_edifact()
        return self._written_x12()

    def group(self) -> Piece:
        """UNG of a guide that has no rule that asks for one."""
        base, rule = self.guide.base, self.rules["UNG"]
        given = {
            Address(1): base.name,
            Address(2, 1): GLN,
            Address(2, 2): "14",
            Address(3, 1): RECEIVER,
            Address(3, 2): "14",
            Address(4, 1): self.pieces["UNB"].values[Address(4, 1)],
            Address(4, 2): _TIME,
            Address(5): "1",
            Address(6): "UN",
            Address(7, 1): base.directory[:1],
            Address(7, 2): base.directory[1:],
        }
        return self._piece("UNG", rule, given)

    def _edifact(self) -> None:
        rule = self.rules.get("UNB")
        version = self._chosen(rule, Address(1, 2), ("3", "4")) or "3"
        level = self._chosen(rule, Address(1, 1), ("UNOC", *LEVELS)) or "UNOC"
        date = (_CENTURY if version >= "4" else "") + _DATE
        given = {
            Address(1, 1): level,
            Address(1, 2): version,
            Address(2, 1): GLN,
            Address(2, 2): "14",
            Address(3, 1): RECEIVER,
            Address(3, 2): "14",
            Address(4, 1): date,
            Address(4, 2): _TIME,
            Address(5): "1",
        }
        self.pieces["UNB"] = self._piece("UNB", rule, given)
        ung = self.rules.get("UNG")
        if ung is not None and ung.usage in ("R", "M"):
            self.pieces["UNG"] = self.group()

    def _x12(self) -> None:
        base = self.guide.base
        release = base.directory
        version = f"00{release[2:5]}"[:5] if release.startswith("00") else "00401"
        date = _CENTURY + _DATE if release >= "004010" else _DATE
        isa = ("00", "", "00", "", "ZZ", "SENDER", "ZZ", "RECEIVER", _DATE, _TIME, "U", version)
        numbered = (*isa, "000000001", "0", "P", COMPONENT)
        given = {Address(at): text for at, text in enumerate(numbered, 1) if text}
        if version >= "00402":
            given[Address(11)] = REPETITION
        self.pieces["ISA"] = self._piece("ISA", self.rules.get("ISA"), given)
        group = base.functional_group or "PO"
        gs = (group, "SENDER", "RECEIVER", date, _TIME, "1", "X", release)
        known = {Address(at): text for at, text in enumerate(gs, 1)}
        self.pieces["GS"] = self._piece("GS", self.rules.get("GS"), known)

    def _piece(self, tag: str, rule: EnvelopeRule | None, given: Given) -> Piece:
        """The given values, changed to what the rules ask for."""
        segment = rule.segment if rule is not None else _unruled(tag)
        piece = Piece(segment, tag, rules=rule.elements if rule is not None else ())
        piece.values.update(given)
        for one in piece.rules:
            if one.usage == "N":
                piece.clear(one.at)
            elif isinstance(one.definition, Composite):
                continue
            elif one.usage in ("R", "M") or piece.has(one.at):
                known = piece.values.get(one.at, "")
                if not known or (one.codes is not None and known not in one.codes):
                    chosen = self.values.value(one.definition, one)
                    piece.values[one.at] = chosen or known
        return piece

    def _chosen(self, rule: EnvelopeRule | None, at: Address, known: tuple[str, ...]) -> str | None:
        codes = [one.codes for one in rule.elements if one.at == at] if rule is not None else []
        allowed = codes[0] if codes and codes[0] is not None else None
        return next((one for one in known if allowed is None or one in allowed), None)

    def _written_edifact(self) -> Headers:
        unb = self.pieces["UNB"]
        version = unb.values.get(Address(1, 2), "3")
        level = unb.values.get(Address(1, 1), "UNOC")
        signs = EDIFACT_4 if version >= "4" else EDIFACT_3
        dialect = Dialect("edifact", version, signs, LEVELS.get(level, "iso8859-1"), level)
        before, after = [unb.text(False)], []
        group = self.pieces.get("UNG")
        if group is not None:
            before.append(group.text(False))
            after.append(ELEMENT.join(["UNE", "1", group.values.get(Address(5), "1")]))
        after.append(ELEMENT.join(["UNZ", "1", unb.values.get(Address(5), "1")]))
        return Headers(dialect, tuple(before), tuple(after))

    def _written_x12(self) -> Headers:
        isa, gs = self.pieces["ISA"], self.pieces["GS"]
        version = isa.values.get(Address(12), "00401")
        signs = X12_00501 if version >= "00402" else X12_00401
        texts = [
            isa.values.get(Address(at), "").ljust(width) for at, width in enumerate(_ISA_WIDTHS, 1)
        ]
        before = (ELEMENT.join(["ISA", *texts]), gs.text(False))
        number = isa.values.get(Address(13), "000000001")
        trailer = ELEMENT.join(["GE", "1", gs.values.get(Address(6), "1")])
        after = (trailer, ELEMENT.join(["IEA", "1", number]))
        return Headers(Dialect("x12", version, signs, "iso8859-1"), before, after)


_PLAIN: Mapping[str, tuple[int, ...]] = {
    "UNB": (2, 3, 3, 2, 0, 2, 0, 0, 0, 0, 0),
    "ISA": (0,) * 16,
    "GS": (0,) * 8,
}
"""Components of the elements of a service segment that a guide has no rule for; 0: simple."""


def _unruled(tag: str) -> Segment:
    simple = Element("", "an", 1, 35)
    slots = []
    for width in _PLAIN[tag]:
        inner = Composite("", (Component(simple, mandatory=False),) * width)
        slots.append(ElementSlot(inner if width else simple, mandatory=False))
    return Segment(tag, tuple(slots))


def headers(guide: Guide) -> Headers:
    """The envelope that a guide wants."""
    return Enveloping(guide).headers()
