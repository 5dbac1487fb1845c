"""What an input held and no row read (V511), found with the same plan that reading runs on.

A qualifier that a path names (``+Q``, ``[7143=EN]``) counts as read where it holds; qualifiers
nobody named do not. Service segments (UNH, UNT, ST, SE) and UNS, which only says where the summary
starts, belong to the message and not to a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from gateway.grammar.model import Composite, MessageGrammar
from gateway.grammar.tree import Node, Tree
from gateway.mapping.cells import cell
from gateway.mapping.deeper import chain, deeper
from gateway.mapping.places import Cell, Selector
from gateway.mapping.plan import BlockPlan, Body, NestPlan, Use
from gateway.mapping.recordcells import holds, records_under, tests_of, via_of
from gateway.problems import Place, Problem, problem
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION
from gateway.syntax.record import Record

Spot: TypeAlias = tuple[int, int, int, int]
"""(segment index, element from 1, repetition from 0, component from 0)."""
_SERVICE = ("UNH", "UNT", "ST", "SE", "UNS", "EDI_DC40")


def unread_segments(plan: Body, tree: Tree) -> list[Problem]:
    """One warning per value that no row reads, in wire order."""
    seen = read_spots(plan, tree)
    problems = []
    for spot, value in held_spots(tree.segments):
        if spot not in seen:
            index, element, repetition, component = spot
            tag = tree.segments[index].partition(ELEMENT)[0]
            place = Place(
                segment=index + 1,
                tag=tag,
                element=element,
                component=_component(tree.grammar, tag, element, component),
                repetition=repetition + 1 if repetition else None,
            )
            name = element_name(tree.grammar, tag, element, component)
            problems.append(problem("V511", place, value=value, name=name))
    return problems


def held_spots(segments: Sequence[str]) -> Iterator[tuple[Spot, str]]:
    """Every value of a message, without its service segments."""
    for index, segment in enumerate(segments):
        tag, *elements = segment.split(ELEMENT)
        if tag in _SERVICE:
            continue
        for element, whole in enumerate(elements, start=1):
            for repetition, one in enumerate(whole.split(REPETITION)):
                for component, value in enumerate(one.split(COMPONENT)):
                    if value:
                        yield (index, element, repetition, component), value


def read_spots(plan: Body, tree: Tree) -> set[Spot]:
    """Every place that rows of the plan read in this message."""
    seen: set[Spot] = set()
    _Walk(tree.segments, seen).body(plan, tree.root)
    return seen


class _Walk:
    def __init__(self, segments: Sequence[str], seen: set[Spot]) -> None:
        self.segments = segments
        self.seen = seen
        self._known: dict[tuple[int, int, int], str] = {}
        """Components that selectors asked for: many ask for the same qualifier."""

    def body(self, body: Body, at: Node | int) -> None:
        index = at if isinstance(at, int) else at.segment
        self._cells(body.use, index)
        if isinstance(at, Node):
            self._uses(body.use, at)
            for block in body.blocks:
                # most blocks of a map have nothing in most groups
                first = (*block.selector.via, block.selector)[0]
                if _may_hold(first, at) or _is_own(block):
                    self._block(block, at)

    def _uses(self, use: Use, node: Node) -> None:
        for below in use.uses.values():
            assert below.selector is not None
            if not _may_hold(below.selector, node):
                continue
            matches = list(self._matches(below.selector, node))
            if below.filtered and below.spread:
                self._filtered(below, matches)
            for found in matches if below.selector.every else matches[:1]:
                index = found if isinstance(found, int) else found.segment
                self._tests(below.selector, index)
                self._cells(below, index)
                if isinstance(found, Node):
                    self._uses(below, found)

    def _filtered(self, use: Use, indices: Sequence[int]) -> None:
        """Of several segments the first that holds what a filter asks for, for each cell."""
        assert use.selector is not None
        for one in use.filtered:
            for index in indices:
                spots = list(_spots(one, self.segments[index].split(ELEMENT)))
                if spots:
                    self._tests(use.selector, index)
                    self.seen.update((index, *spot) for spot in spots)
                    break

    def _block(self, block: BlockPlan | NestPlan, node: Node) -> None:
        excepts = block.block.excepts if isinstance(block, BlockPlan) else ()
        matches = deeper(node, self.segments, chain(block.selector), excepts)
        for depth, step in enumerate(block.selector.via, 1):
            for found in deeper(node, self.segments, chain(block.selector)[:depth]):
                self._tests(step, found.segment)
        if isinstance(block, NestPlan):
            self._nested(block, matches)
            return
        if block.block.repeat is not None:
            self._repeated(block, [node.segment] if block.own else matches)
            return
        for found in matches if block.many else matches[:1]:
            self._tests(block.selector, found if isinstance(found, int) else found.segment)
            self.body(block.body, found)

    def _repeated(self, block: BlockPlan, indices: Sequence[int]) -> None:
        """Cells of a run, wherever it comes again in its segment."""
        first, step, times = block.block.repeat or (0, 1, 1)
        for index in indices:
            self._cells(block.body.use, index)
            for one in block.body.use.cells:
                start = one.positions[0] + one.offset
                for nth in range(times if start >= first else 1):
                    at = start + nth * step
                    self.seen.add((index, at, one.repetition, one.component))

    def _nested(self, nest: NestPlan, nodes: Sequence[Node]) -> None:
        """Occurrences by their levels; a package below an entry tells of that entry too."""
        each = next((level for level in nest.levels if level.role == "each"), None)
        entries: set[str] = set()
        for node in nodes:
            elements = self.segments[node.segment].split(ELEMENT)
            keys = {name: cell(elements, at.positions[0], 0, at.component)
                    for name, at in nest.keys.items()}  # fmt: skip
            self.seen.update(
                (node.segment, at.positions[0], 0, at.component) for at in nest.keys.values()
            )
            code = keys.get("level", "")
            level = next((one for one in nest.levels if not one.codes or code in one.codes), None)
            if level is None:
                continue
            self.body(level.body, node)
            if level is each:
                entries.add(keys["id"])
            elif each is not None and level.role == "node" and keys["parent"] in entries:
                self.body(each.body, node)

    def _matches(self, selector: Selector, node: Node) -> Iterator[Any]:
        found = [one for member in selector.members for one in node.kids.get(member, ())]
        if len(selector.members) > 1:
            found.sort()
        for one in found:
            index = one if isinstance(one, int) else one.segment
            if all(self._value(index, t.position, t.component) == t.value for t in selector.tests):
                yield one

    def _value(self, index: int, position: int, component: int) -> str:
        """A component of the first repetition."""
        key = (index, position, component)
        value = self._known.get(key)
        if value is None:
            elements = self.segments[index].split(ELEMENT, position + 1)
            value = self._known[key] = cell(elements, position, 0, component)
        return value

    def _tests(self, selector: Selector, index: int) -> None:
        for test in selector.tests:
            self.seen.add((index, test.position, 0, test.component))

    def _cells(self, use: Use, index: int) -> None:
        for element, repetition, component in use.fixed:
            self.seen.add((index, element, repetition, component))
        if use.filtered:
            elements = self.segments[index].split(ELEMENT)
            for one in use.filtered:
                self.seen.update((index, *spot) for spot in _spots(one, elements))


def _may_hold(selector: Selector, node: Node) -> bool:
    """Whether a group has anything where a selector looks."""
    members = selector.members
    if len(members) == 1:
        return members[0] in node.kids
    return any(member in node.kids for member in members)


def _is_own(block: BlockPlan | NestPlan) -> bool:
    """Whether a block stands in the trigger of the group itself."""
    return isinstance(block, BlockPlan) and block.own


def _spots(one: Cell, elements: Sequence[str]) -> Iterable[tuple[int, int, int]]:
    """The places of a cell with filters, and of its filters, in a split segment."""
    for position in one.positions:
        if position >= len(elements):
            return
        if one.offset:
            if elements[position] == one.filters[0][1]:
                yield position, 0, 0
                yield position + one.offset, 0, 0
                return
            continue
        for repetition, text in enumerate(elements[position].split(REPETITION)):
            parts = text.split(COMPONENT)
            if all(at < len(parts) and parts[at] == value for at, value in one.filters):
                yield position, repetition, one.component
                yield from ((position, repetition, at) for at, _ in one.filters)
                return


def _component(grammar: MessageGrammar, tag: str, element: int, component: int) -> int | None:
    segment = grammar.segments.get(tag)
    if segment is None or element > len(segment.elements):
        return component + 1 if component else None
    composite = isinstance(segment.elements[element - 1].definition, Composite)
    return component + 1 if composite else None


def element_name(grammar: MessageGrammar, tag: str, element: int, component: int) -> str:
    """How a map would name a place: ``CUX.6343``, ``PO102``. Component from 0."""
    if grammar.standard == "x12":
        return f"{tag}{element:02}" + (f"-{component + 1:02}" if component else "")
    segment = grammar.segments.get(tag)
    if segment is None or element > len(segment.elements):
        return f"{tag} element {element}"
    components = segment.elements[element - 1].components
    return f"{tag}.{components[min(component, len(components) - 1)].element.number}"


def unread_records(plan: Body, record: Record) -> list[Problem]:
    """One warning per field that no row reads, in file order."""
    seen: set[tuple[int, str]] = set()
    _record_body(plan, record, seen)
    problems: list[Problem] = []
    _record_held(record, seen, problems, record.name)
    return problems


def _record_body(body: Body, record: Record, seen: set[tuple[int, str]]) -> None:
    _record_use(body.use, record, seen)
    for block in body.blocks:
        matches = _record_matches(block.selector, record)
        many = isinstance(block, NestPlan) or block.many
        _record_tests(block.selector.via, record, seen)
        for found in matches if many else matches[:1]:
            _record_tested(block.selector, found, seen)
            if isinstance(block, BlockPlan):
                _record_body(block.body, found, seen)
            else:
                _record_nested(block, found, seen)


def _record_nested(nest: NestPlan, record: Record, seen: set[tuple[int, str]]) -> None:
    seen.update((id(record), cell.name) for cell in nest.keys.values())
    code = record.fields.get(nest.keys["level"].name, "") if "level" in nest.keys else ""
    for level in nest.levels:
        if not level.codes or code in level.codes:
            _record_body(level.body, record, seen)
            return


def _record_use(use: Use, record: Record, seen: set[tuple[int, str]]) -> None:
    for place in use.cells:
        if holds(record, tests_of(place.when)):
            seen.add((id(record), place.name))
            seen.update((id(record), one.name) for one in place.when if one.sign == "=")
    for below in use.uses.values():
        assert below.selector is not None
        matches = _record_matches(below.selector, record)
        for found in matches if below.selector.every else matches[:1]:
            _record_tested(below.selector, found, seen)
            _record_use(below, found, seen)


def _record_tests(steps: Iterable[Selector], record: Record, seen: set[tuple[int, str]]) -> None:
    """Mark what selects the records on the way to those of a block."""
    here = [record]
    for step in steps:
        here = [kid for one in here for kid in _record_matches(step, one)]
        for one in here:
            _record_tested(step, one, seen)


def _record_tested(selector: Selector, record: Record, seen: set[tuple[int, str]]) -> None:
    """A value that a path names counts as read; one that it only excludes does not."""
    for test in selector.tests:
        if test.sign == "=":
            *steps, field = test.name.split("/")
            here: Record | None = record
            for step in steps:
                here = next(iter(here.kids.get(step, ())), None) if here is not None else None
            if here is not None:
                seen.add((id(here), field))


def _record_matches(selector: Selector, record: Record) -> list[Record]:
    return records_under(record, via_of(selector), selector.record, tests_of(selector.tests))


def _record_held(
    record: Record, seen: set[tuple[int, str]], problems: list[Problem], path: str
) -> None:
    for name, value in record.fields.items():
        if value and (id(record), name) not in seen:
            place = Place(line=record.line, path=f"{path}.{name}")
            problems.append(problem("V511", place, value=value, name=f"{path}.{name}"))
    for name, kids in record.kids.items():
        if name in _SERVICE:
            continue
        for index, kid in enumerate(kids, start=1):
            _record_held(kid, seen, problems, f"{path}.{name}[{index}]")
