"""Makes the occurrences of a draft: which there are, and what stands in their elements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from gateway.grammar.guide.address import positions
from gateway.grammar.guide.model import ElementRule, Guide, MemberRule, Slot
from gateway.grammar.guide.names import display_name
from gateway.grammar.guide.publish.draft import Draft, Piece, inner_body
from gateway.grammar.guide.publish.enveloped import headers
from gateway.grammar.guide.publish.layers import Layers
from gateway.grammar.guide.publish.values import DATES, Values
from gateway.grammar.guide.where import Address
from gateway.grammar.model import Composite, Element, Group, Segment, SegmentSlot
from gateway.grammar.notes import broken
from gateway.grammar.sections import TAG as SECTION
from gateway.grammar.sections import expected_sections
from gateway.syntax.charset import repertoire

_MUST = ("R", "M")
_TRIES = 40
USUAL: dict[str, tuple[str, ...]] = {
    "ALC": ("5463",), "BGM": ("1001", "1004", "1225"), "CNT": ("6066",), "COM": ("3148", "3155"),
    "CTA": ("3139", "3412"), "CUX": ("6347", "6345", "6343"), "DTM": ("2380", "2379", "373"),
    "FTX": ("4451", "4440"), "IMD": ("7077", "7008"), "LIN": ("1082", "7140", "7143"),
    "LOC": ("3225",), "MOA": ("5004",), "NAD": ("3039", "3055"), "PIA": ("7140", "7143"),
    "PRI": ("5125", "5118"), "QTY": ("6060", "6411"), "RFF": ("1154",), "TAX": ("5153", "5278"),
    "N1": ("93", "66", "67"), "PO1": ("350", "330", "355", "212", "235", "234"), "N3": ("166",),
    "N4": ("19", "156", "116", "26"), "CTT": ("354",), "REF": ("127",), "PID": ("352",),
    "PER": ("93",),
}  # fmt: skip
"""Elements without which a segment says nothing, though the directory does not ask for them."""
_FORMATS = {"2379": -1, "1250": 1}
"""Elements that name the format of a date, and where it stands from there."""


class Maker:
    """Makes occurrences under a guide."""

    def __init__(self, guide: Guide, variant: str, seed: int, layers: Layers) -> None:
        self.guide = guide
        self.variant = variant
        self.layers = layers
        dialect = headers(guide).dialect
        self.values = Values(seed, repertoire(dialect.level, dialect.codec))
        self.sections = list(expected_sections(guide.base))

    def message(self) -> Draft:
        """The whole message; UNT or SE has no count yet."""
        root = self.guide.grammar.root
        first = root.members[0]
        assert isinstance(first, SegmentSlot)
        rules = (*self.guide.body.elements, *self._header_rules(first.tag))
        head = self.segment(first.segment, first.tag, rules)
        head.values.update(self._header(first.segment))
        draft = Draft(root, self.guide.body, head)
        self._fill(draft, "")
        sections = iter(self.sections)
        for piece in draft.pieces():
            if piece.segment.tag == SECTION:
                piece.values[Address(1)] = next(sections, piece.values.get(Address(1), "S"))
        return draft

    def occurrence(
        self, around: Draft, index: int, slot: str = "", path: str = ""
    ) -> Draft | Piece:
        """One more occurrence of a member, not yet put there. ``path`` is that of ``around``."""
        member = around.group.members[index]
        rule = around.body.member(index)
        chosen = rule.slot(slot) if rule is not None and slot else None
        body = inner_body(rule, chosen)
        name = rule.name if rule is not None else display_name(around.group, index)
        here = "/".join(filter(None, [path, f"{name}:{slot}" if chosen else name]))
        if isinstance(member, SegmentSlot):
            return self.segment(member.segment, here, body.elements, slot)
        first = member.members[0]
        assert isinstance(first, SegmentSlot)
        head = self.segment(first.segment, f"{here}/{first.tag}", body.elements, slot)
        draft = Draft(member, body, head, slot)
        self._fill(draft, here)
        return draft

    def _fill(self, draft: Draft, path: str) -> None:
        for index, member in enumerate(draft.group.members):
            if not index:
                continue
            made = [
                self.occurrence(draft, index, slot, path)
                for slot in self._standing(draft.body.member(index), member, path)
            ]
            if made:
                draft.kids[index] = made

    def _standing(
        self, rule: MemberRule | None, member: SegmentSlot | Group, path: str
    ) -> Iterable[str]:
        """The slots of the occurrences to make, ``""`` for one of no slot."""
        if rule is None:
            return [""] * member.min
        if not rule.max:
            return []
        here = "/".join(filter(None, [path, rule.name]))
        found: list[str] = []
        for slot in rule.slots:
            count = slot.min or int(slot.max > 0 and self._shown(here, rule, slot))
            found += [slot.name] * count
        if not rule.slots and not rule.min and self._shown(here, rule, None):
            found.append("")
        usable = [one.name for one in rule.slots if one.max] or [""]
        while len(found) < rule.min:
            room = [one.name for one in rule.slots if found.count(one.name) < one.max]
            found.append((room or usable)[0])
        return [*found[: rule.max]]

    def _shown(self, path: str, rule: MemberRule, slot: Slot | None) -> bool:
        """Whether something optional is there."""
        if self.variant == "minimal":
            return False
        if self.variant == "full" or slot is not None:
            return True
        return self.layers.speaks_of(path, rule, slot, inner_body(rule, slot))

    # ---- a segment

    def segment(
        self, segment: Segment, path: str, rules: Sequence[ElementRule], slot: str = ""
    ) -> Piece:
        """A segment whose elements and notes are right."""
        piece = Piece(segment, path, slot, tuple(rules))
        for rule in rules:
            if rule.least is not None and rule.least > 1:
                piece.repeats[rule.at.element] = rule.least
        for number, _ in enumerate(segment.elements, 1):
            self.fill(piece, number, must=False)
        if not piece.values:  # a segment without data is refused by X12
            any(self.fill(piece, at) for at in range(1, len(segment.elements) + 1))
        self.fill_notes(piece)
        self.fit_date(piece)
        return piece

    def put(self, piece: Piece, at: Address) -> bool:
        """See that there is something at an address; whether that was possible."""
        if piece.has(at):
            return True
        if at.component is None:
            return self.fill(piece, at.element)
        element = self._definition(piece.segment, at)
        if not isinstance(element, Element) or not self._value(piece, at, element):
            return False
        self._complete(piece, at.element)
        return True

    def _complete(self, piece: Piece, number: int) -> None:
        """What the directory and the rules ask for in a composite that is used."""
        composite = piece.segment.elements[number - 1].definition
        inner = composite.components if isinstance(composite, Composite) else ()
        rules = {one.at: one for one in piece.rules if one.at.element == number}
        for at, one in enumerate(inner, 1):
            known = rules.get(Address(number, at))
            asked = one.mandatory or (known is not None and known.usage in _MUST)
            if asked and not piece.has(Address(number, at)):
                self._value(piece, Address(number, at), one.element)

    def fill(self, piece: Piece, number: int, *, must: bool = True) -> bool:
        """Put values into an element, as far as the rules allow; whether there are any now.

        Without ``must`` only where it has to be there, or the variant wants it.
        """
        slot = piece.segment.elements[number - 1]
        rules = {one.at: one for one in piece.rules if one.at.element == number}
        whole = rules.get(Address(number))
        if whole is not None and whole.usage == "N":
            return False
        needed = (
            must
            or slot.mandatory
            or any(
                one.usage == "R" or (one.usage == "M" and one.at.component is None)
                for one in rules.values()
            )
        )
        if not isinstance(slot.definition, Composite):
            wanted = needed or self._wanted(piece, Address(number), slot.number, whole)
            return wanted and self._value(piece, Address(number), slot.definition)
        places = [
            (Address(number, at), one) for at, one in enumerate(slot.definition.components, 1)
        ]
        wanted_at = [
            at for at, one in places if self._wanted(piece, at, one.element.number, rules.get(at))
        ]
        required = [at for at, _ in places if at in rules and rules[at].usage == "R"]
        if not (needed or wanted_at or required):
            return False
        done = False
        for at, one in places:
            known = rules.get(at)
            inner = one.mandatory or (known is not None and known.usage in _MUST)
            if inner or at in wanted_at:
                done |= self._value(piece, at, one.element)
        for at, one in places:
            done = done or self._value(piece, at, one.element)
        return done

    def _wanted(self, piece: Piece, at: Address, number: str, rule: ElementRule | None) -> bool:
        """Whether an optional element is there."""
        if self.variant == "minimal" or (rule is not None and rule.usage == "N"):
            return False
        if number in USUAL.get(piece.segment.tag, ()) and _first(piece.segment, number) == at:
            return True
        if self.variant == "typical":
            return rule is not None and bool(rule.note or rule.patterns)
        return rule is not None

    def _value(self, piece: Piece, at: Address, element: Element) -> bool:
        rule = next((one for one in piece.rules if one.at == at), None)
        if rule is not None and rule.usage == "N":
            return False
        value = self.values.value(self.private(element), rule)
        if value is None:
            return False
        piece.values[at] = value
        return True

    def private(self, element: Element) -> Element:
        """Rules hold the elements of the base; private codes are in the grammar of the guide."""
        more = self.guide.private.get(element.number)
        if not more or element.codes is None or more <= element.codes:
            return element
        return Element(
            element.number,
            element.kind,
            element.min,
            element.max,
            element.decimals,
            element.codes | more,
        )

    def _definition(self, segment: Segment, at: Address) -> Element | Composite:
        slot = segment.elements[at.element - 1]
        if at.component is None or not isinstance(slot.definition, Composite):
            return slot.definition
        return slot.definition.components[at.component - 1].element

    def fill_notes(self, piece: Piece) -> None:
        """Fill what relational notes ask for, or take out what asks for it."""
        for _ in range(_TRIES):
            wrong = next(broken(piece.segment.notes, piece.text(False)), None)
            if wrong is None:
                return
            if wrong.note[0] == "E":
                spare = [one for one in wrong.elements if not self._must(piece, one)]
                piece.clear(Address((spare or [wrong.present])[0]))
            elif not any([self.fill(piece, one) for one in wrong.elements]):
                piece.clear(Address(wrong.present))

    def _must(self, piece: Piece, number: int) -> bool:
        slot = piece.segment.elements[number - 1]
        rules = (one for one in piece.rules if one.at.element == number)
        return slot.mandatory or any(one.usage in _MUST for one in rules)

    def fit_date(self, piece: Piece) -> None:
        """A date in the format that is named beside it."""
        for at, value in list(piece.values.items()):
            way = _FORMATS.get(self._definition(piece.segment, at).number)
            known = DATES.get(value)
            if way is None or known is None:
                continue
            if at.component is None:
                beside = Address(at.element + way)
            else:
                beside = Address(at.element, at.component + way)
            rule = next((one for one in piece.rules if one.at == beside), None)
            if beside in piece.values and not (rule and rule.patterns):
                piece.values[beside] = known

    # ---- the header

    def _header_rules(self, tag: str) -> Iterable[ElementRule]:
        known = {one.at for one in self.guide.body.elements}
        for rule in self.guide.envelope:
            if rule.tag == tag:
                yield from (one for one in rule.elements if one.at not in known)

    def _header(self, segment: Segment) -> dict[Address, str]:
        base = self.guide.base
        if segment.tag == "ST":
            return {Address(1): base.name, Address(2): "0001"}
        return {
            Address(1): "1",
            Address(2, 1): base.name,
            Address(2, 2): base.directory[:1],
            Address(2, 3): base.directory[1:],
        }


@lru_cache(maxsize=1024)
def _first(segment: Segment, number: str) -> Address | None:
    """Where an element stands for the first time."""
    found = (one.at for one in positions(segment) if one.definition.number == number)
    return next(found, None)
