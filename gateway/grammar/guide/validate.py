"""Check a message against a guide: its tree has been read with the base, and is sound.

The fast way is one expression per segment, which says both that its elements are right and to
which slot it belongs (:mod:`gateway.grammar.guide.compiled`); what it refuses is explained.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.grammar.guide.compiled import BodyCheck, CompiledGuide, MemberCheck
from gateway.grammar.guide.demands import check_conditions
from gateway.grammar.guide.elements import ElementFault, faults, listed
from gateway.grammar.guide.finding import Findings, Trail, full_name, last_index, path_of
from gateway.grammar.guide.model import Guide, Slot
from gateway.grammar.guide.ready import ready_guide
from gateway.grammar.tree import Node, Tree
from gateway.problems import Problem


def validate(guide: Guide, tree: Tree, version: str = "") -> list[Problem]:
    """What a message has that its guide does not want (G301 … G325), in the order of segments.

    Problems have no byte offsets yet. ``version`` is that of the syntax (UNB 0002).
    """
    table = ready_guide(guide, version)
    found: list[Problem] = []
    if not table.fast.fits(tree.root, tree.segments):
        found = explain(table, tree)
    if guide.conditions:
        check_conditions(table, tree, Findings(guide.name, tree.segments, found))
    if len(found) > 1:
        found.sort(key=lambda one: (one.place.segment or 0, one.place.element or 0))
    return found


def explain(table: CompiledGuide, tree: Tree) -> list[Problem]:
    """The readable way: everything but the conditions, segment by segment."""
    check = _Check(table, tree)
    check.trigger(tree.root)
    check.body(table.root, tree.root, None)
    return check.findings.problems


class _Check:
    """One message being checked."""

    def __init__(self, table: CompiledGuide, tree: Tree) -> None:
        self.table = table
        self.segments: Sequence[str] = tree.segments
        self.findings = Findings(table.guide.name, tree.segments)

    def trigger(self, root: Node) -> None:
        """The elements of UNH or ST, where the guide has rules for them."""
        rules = self.table.guide.body.elements
        if rules:
            positions = self.table.root_positions
            for fault in faults(self.segments[root.segment], positions, rules):
                self.findings.element(fault, root.segment, positions.segment.tag)

    def body(self, check: BodyCheck, node: Node, trail: Trail | None) -> None:
        """The members of one occurrence of a group."""
        kids = node.kids
        members = check.members
        for index, taken in kids.items():
            member = members.get(index)
            if member is not None and taken:
                if member.is_group:
                    self._groups(member, taken, node, trail)
                else:
                    self._segments(member, taken, node, trail)
        for member in check.needed:
            if not kids.get(member.index):
                self._counts(member, (), ((),) * len(member.slots), node, trail)

    # ---- segments

    def _segments(
        self, member: MemberCheck, taken: list[int], node: Node, trail: Trail | None
    ) -> None:
        segments, match = self.segments, member.match
        if not member.slots:
            if match is not None:
                for index in taken:
                    if match(segments[index]) is None:
                        self._refused(member, index, -1, path_of(trail, member.name))
            if not member.least <= len(taken) <= member.most:
                self._count(member, taken, None, node, trail)
            return
        assert match is not None
        found: list[list[int]] = [[] for _ in member.slots]
        for index in taken:
            fits = match(segments[index])
            if fits is not None:
                found[fits.lastindex - 1].append(index)  # type: ignore[operator]
                continue
            slot = member.slot_of(segments[index])
            name = member.name
            if slot >= 0:
                found[slot].append(index)
                name = full_name(member.rule, member.slots[slot])
            self._refused(member, index, slot, path_of(trail, name))
        self._counts(member, taken, found, node, trail)

    # ---- groups

    def _groups(
        self, member: MemberCheck, taken: list[Node], node: Node, trail: Trail | None
    ) -> None:
        segments, match, slots = self.segments, member.match, member.slots
        found: list[list[int]] = [[] for _ in slots]
        others = 0
        several = member.rule.member.max > 1
        for inner in taken:
            index = inner.segment
            fits = match(segments[index]) if match is not None else None
            slot = -1
            if slots:
                slot = fits.lastindex - 1 if fits else member.slot_of(segments[index])  # type: ignore[operator]
            if slot >= 0:
                found[slot].append(index)
                body, name, count = member.bodies[slot], slots[slot].name, len(found[slot])
            else:
                others += 1
                body, name, count = member.body, "", others
            wrong = fits is None and match is not None
            if body is not None or wrong:
                here = Trail(trail, member.name, name, count, several)
                if wrong:
                    self._refused(member, index, slot, path_of(here, self.findings.tag(index)))
                if body is not None:
                    self.body(body, inner, here)
        indices = [inner.segment for inner in taken]
        self._counts(member, indices, found, node, trail)

    # ---- what is wrong

    def _refused(self, member: MemberCheck, index: int, slot: int, path: str) -> None:
        """Explain a segment that the expression refuses."""
        rules = member.slots[slot].body.elements if slot >= 0 else member.rule.body.elements
        for fault in faults(self.segments[index], member.positions, rules):
            self.findings.element(fault, index, path)
        if member.slots and slot < 0 and member.rule.other != "keep":
            self._other(member, index, path)

    def _other(self, member: MemberCheck, index: int, path: str) -> None:
        """A segment of no slot: named by the first element that tells slots apart."""
        one = member.slots[0].discriminators[0]
        value = member.positions.value(self.segments[index], one.at)
        known = frozenset(
            value
            for slot in member.slots
            for each in slot.discriminators
            if each.at == one.at
            for value in each.values
        )
        rule = next(each for each in member.slots[0].body.elements if each.at == one.at)
        element = member.positions.wire(one.at.element)[0]
        facts = {"value": value, "expected": listed(known)}
        fault = ElementFault("G309", rule, element, None, facts)
        self.findings.element(fault, index, path, warn=member.rule.other == "warn")

    def _counts(
        self,
        member: MemberCheck,
        taken: Sequence[int],
        found: Sequence[Sequence[int]],
        node: Node,
        trail: Trail | None,
    ) -> None:
        """How often it stands: in each slot, and altogether."""
        for number, (least, most) in enumerate(member.limits):
            if not least <= len(found[number]) <= most:
                self._count(member, found[number], member.slots[number], node, trail)
        if not member.least <= len(taken) <= member.most:
            self._count(member, taken, None, node, trail)

    def _count(
        self,
        member: MemberCheck,
        taken: Sequence[int],
        slot: Slot | None,
        node: Node,
        trail: Trail | None,
    ) -> None:
        least, most = (slot.min, slot.max) if slot else (member.least, member.most)
        name = full_name(member.rule, slot)
        group = member.is_group
        tag = member.positions.segment.tag
        if len(taken) < least:
            code = ("G302" if group else "G301") if not taken else ("G308" if group else "G307")
            path = path_of(trail, f"{name}/{tag}" if group else name)
            facts = {"count": len(taken), "limit": least}
            after = last_index(node, member.index)
            self.findings.missing(code, after, path, name, tag, **facts)
            return
        code = ("G306" if group else "G305") if most else ("G304" if group else "G303")
        warn = not most and member.rule.severity == "warn"
        for number, index in enumerate(taken[most:], most + 1):
            path = path_of(trail, f"{name}[{number}]/{tag}" if group else name)
            facts = {"count": number, "limit": most}
            self.findings.segment(code, index, path, name, warn=warn, **facts)
