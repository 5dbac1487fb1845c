"""Source that finds the segments or records of a body and splits them into cells.

Every use gets variables: ``iN`` the index of its segment (0: none; for ``join`` a list), ``nN`` its
node, and one text per cell. Blocks get ``bN``, the list of their occurrences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gateway.grammar.layoutmodel import RecordLayout
from gateway.grammar.model import Group
from gateway.mapping.deeper import chain
from gateway.mapping.emit import Code, constant
from gateway.mapping.places import Cell, Selector
from gateway.mapping.plan import BlockPlan, Body, Bound, NestPlan, Use
from gateway.mapping.recordcells import tests_of, via_of

_AFTER = ("", "\x1d", "\x1e", "\x1f")
"""What may follow a qualifier in a segment."""


class Segments:
    """Finding and splitting the segments of a body."""

    def __init__(
        self,
        code: Code,
        names: dict[str, object],
        body: Body,
        inner: set[str],
        rows: Callable[[Use], None],
    ) -> None:
        self.code = code
        self.names = names
        self.body = body
        self._inner = inner
        """Variables that only rows beside their segment use."""
        self._rows = rows
        """Adds those rows."""

    def locate(self) -> None:
        """Add the lines."""
        use, code = self.body.use, self.code
        rows = [below for below in use.walk() if below is not use]
        if single := [f"i{below.number}" for below in rows if not collects(below)]:
            code.add(f"{' = '.join(single)} = 0")
        for below in rows:
            if collects(below):
                code.add(f"i{below.number} = []")
            elif below.spread:
                code.add(f"j{below.number} = []")
                indices = [f"a{name}" for cell, name in below.cells.items() if cell.filters]
                code.add(f"{' = '.join(indices)} = 0")
        if isinstance(use.scope, Group):
            code.add(f"i{use.number} = g.segment")
            self._members(use, self.body.blocks)
        else:
            code.add(f"i{use.number} = g")
        self._split(use)

    def _members(self, use: Use, blocks: Iterable[BlockPlan | NestPlan]) -> None:
        """Find the occurrences of the members below ``use`` that rows or blocks name."""
        kids: dict[tuple[int, ...], list[Use | BlockPlan | NestPlan]] = {}
        for below in use.uses.values():
            kids.setdefault(_selector(below).members, []).append(below)
        for block in blocks:
            if block.selector.via:
                links, excepts = constant(chain(block.selector)), constant(_excepts(block))
                self.code.add(f"b{block.order} = deeper(g, S, {links}, {excepts})")
            else:
                kids.setdefault(block.selector.members, []).append(block)
        if kids:
            node = "g" if use.selector is None else f"n{use.number}"
            self.code.add(f"k{use.number} = {node}.kids")
        for members, group in kids.items():
            self._member(use, members, group)
        for below in use.uses.values():
            if _selector(below).group and below.uses:
                with self.code.block(f"if i{below.number}:"):
                    self._members(below, ())

    def _member(
        self, use: Use, members: tuple[int, ...], kids: list[Use | BlockPlan | NestPlan]
    ) -> None:
        code = self.code
        kid_list = f"k{use.number}.get({members[0]}, ())"
        if len(members) > 1:
            kid_list = f"merged(k{use.number}, {constant(members)})"
        group = _selector(kids[0]).group
        only = kids[0] if len(kids) == 1 else None
        if only is not None and not _selector(only).tests and not _excepts(only):
            if not isinstance(only, Use):
                code.add(f"b{only.order} = {kid_list}")
            elif collects(only):
                listed = f"[y.segment for y in {kid_list}]" if group else f"list({kid_list})"
                code.add(f"i{only.number} = {listed}")
            else:
                with code.block(f"if x := {kid_list}:"):
                    self._take(only, "x[0]", group)
                    if only.spread:
                        code.add(f"j{only.number} = x")
            return
        for kid in kids:
            if not isinstance(kid, Use):
                code.add(f"b{kid.order} = []")
        with code.block(f"for x in {kid_list}:"):
            code.add(f"s = S[x{'.segment' if group else ''}]")
            word = "if"
            chain = self._exclusive(kids)
            for kid in kids:
                condition = self._condition(kid)
                opening = f"{word} {condition}:" if condition else "if True:"
                with code.block(opening):
                    if not isinstance(kid, Use):
                        code.add(f"b{kid.order}.append(x)")
                    elif collects(kid):
                        code.add(f"i{kid.number}.append(x{'.segment' if group else ''})")
                    else:
                        with code.block(f"if not i{kid.number}:"):
                            self._take(kid, "x", group)
                        if kid.spread:
                            code.add(f"j{kid.number}.append(x)")
                if chain:
                    word = "elif"

    def _take(self, use: Use, value: str, group: bool) -> None:
        if group:
            self.code.add(f"n{use.number} = {value}")
            self.code.add(f"i{use.number} = n{use.number}.segment")
        else:
            self.code.add(f"i{use.number} = {value}")

    @staticmethod
    def _exclusive(kids: list[Use | BlockPlan | NestPlan]) -> bool:
        """Whether at most one of the kids can match an occurrence."""
        tests = [_selector(kid).tests for kid in kids]
        if any(len(one) != 1 for one in tests) or any(_excepts(kid) for kid in kids):
            return False
        spots = {(one[0].position, one[0].component) for one in tests}
        return len(spots) == 1 and len({one[0].value for one in tests}) == len(tests)

    def _condition(self, kid: Use | BlockPlan | NestPlan) -> str:
        parts = []
        tag = _tag(kid)
        for test in _selector(kid).tests:
            if (test.position, test.component) == (1, 0):
                start = len(tag) + 1
                name = f"Q{len(self.names)}"
                self.names[name] = frozenset(test.value + sign for sign in _AFTER)
                parts.append(f"s[{start}:{start + len(test.value) + 1}] in {name}")
            else:
                parts.append(f"has(s, {test.position}, {test.component}, {constant(test.value)})")
        if excepts := _excepts(kid):
            name = f"Q{len(self.names)}"
            self.names[name] = frozenset(excepts)
            parts.append(f"qualifier(s, 1, 0) not in {name}")
        return " and ".join(parts)

    def _split(self, use: Use) -> None:
        """Split each segment once into the cells that rows read."""
        if collects(use):
            return
        cells = {cell: name for cell, name in use.cells.items() if not name.startswith("p_")}
        if cells:
            if use is self.body.use:
                self._cells(use, cells)
            else:
                with self.code.block(f"if i{use.number}:"):
                    if names := [name for name in cells.values() if name in self._inner]:
                        self.code.add(f"{' = '.join(names)} = ''")
                    here = {cell: name for cell, name in cells.items() if not cell.filters}
                    if use.spread:
                        self._spread(use, {c: name for c, name in cells.items() if c.filters})
                    if here or not use.spread:
                        self._cells(use, here if use.spread else cells)
                    self._rows(use)
        for below in use.uses.values():
            self._split(below)

    def _spread(self, use: Use, cells: dict[Cell, str]) -> None:
        """Cells found by a filter, in any of the segments; backwards, so that the first stays."""
        code = self.code
        scanned: dict[tuple[tuple[int, ...], int], list[tuple[Cell, str]]] = {}
        with code.block(f"for h in j{use.number}[::-1]:"):
            code.add("e = S[h].split('\\x1d')")
            for cell, name in cells.items():
                if _scannable(cell):
                    key = (cell.positions, cell.filters[0][0])
                    scanned.setdefault(key, []).append((cell, name))
                    continue
                with code.block(f"if t := {_found(cell)}:"):
                    code.add(f"{name} = t")
                    code.add(f"a{name} = h")
            for (positions, at), group in scanned.items():
                self._scan(positions, at, group, "h")

    def _cells(self, use: Use, cells: dict[Cell, str]) -> None:
        code = self.code
        if self._only_composite(use, cells):
            return
        code.add(f"e = S[i{use.number}].split('\\x1d')")
        by_position: dict[int, list[tuple[Cell, str]]] = {}
        scanned: dict[tuple[tuple[int, ...], int], list[tuple[Cell, str]]] = {}
        for cell, name in cells.items():
            if _scannable(cell):
                key = (cell.positions, cell.filters[0][0])
                scanned.setdefault(key, []).append((cell, name))
            elif cell.offset or (cell.filters and (len(cell.positions) > 1 or cell.repeats)):
                code.add(f"{name} = {_found(cell)}")
            elif cell.repeats:
                code.add(
                    f"{name} = cell(e, {cell.positions[0]}, {cell.repetition}, {cell.component})"
                )
            else:
                by_position.setdefault(cell.positions[0], []).append((cell, name))
        for (positions, at), group in scanned.items():
            self._scan(positions, at, group)
        if by_position:
            code.add("n = len(e)")
        segment = use.segment
        assert segment is not None
        for position, found in sorted(by_position.items()):
            simple = len(segment.elements[position - 1].components) == 1
            with code.block(f"if n > {position}:"):
                if simple and not any(cell.filters for cell, _ in found):
                    for _, name in found:
                        code.add(f"{name} = e[{position}]")
                else:
                    self._components(position, found)

    def _only_composite(self, use: Use, cells: dict[Cell, str]) -> bool:
        """Segments that are one composite (QTY, DTM, MOA): one split is enough; whether done."""
        segment = use.segment
        assert segment is not None
        plain = all(
            cell.positions == (1,) and not (cell.filters or cell.offset or cell.repeats)
            for cell in cells
        )
        slot = segment.elements[0]
        if not plain or len(segment.elements) > 1 or slot.repeat > 1 or len(slot.components) < 2:
            return False
        self.code.add(f"c = S[i{use.number}].split('\\x1f')")
        self.code.add("m = len(c)")
        for cell, name in cells.items():
            if cell.component:
                with self.code.block(f"if m > {cell.component}:"):
                    self.code.add(f"{name} = c[{cell.component}]")
            else:
                self.code.add(f"{name} = c[0][{len(segment.tag) + 1}:]")
        return True

    def _scan(
        self,
        positions: tuple[int, ...],
        at: int,
        found: list[tuple[Cell, str]],
        index: str = "",
    ) -> None:
        """One pass over composites of one kind; backwards, so that the first match stays.

        ``index``: the variable of the segment, where it has to be kept for each cell.
        """
        code = self.code
        with code.block(f"for y in e[{positions[-1]}:{positions[0] - 1}:-1]:"):
            code.add("c = y.split('\\x1f')")
            code.add("m = len(c)")
            with code.block(f"if m > {at}:"):
                word = "if"
                by_value: dict[str, list[tuple[Cell, str]]] = {}
                for cell, name in found:
                    by_value.setdefault(cell.filters[0][1], []).append((cell, name))
                for value, group in by_value.items():
                    with code.block(f"{word} c[{at}] == {constant(value)}:"):
                        for cell, name in group:
                            part = cell.component
                            late = f" if m > {part} else ''" if part > at else ""
                            code.add(f"{name} = c[{part}]{late}")
                            if index:
                                code.add(f"a{name} = {index}")
                    word = "elif"

    def _components(self, position: int, found: list[tuple[Cell, str]]) -> None:
        code = self.code
        code.add(f"c = e[{position}].split('\\x1f')")
        if any(cell.component or cell.filters for cell, _ in found):
            code.add("m = len(c)")
        for cell, name in found:
            if not cell.component and not cell.filters:
                code.add(f"{name} = c[0]")
                continue
            tests = [f"m > {max([cell.component, *(at for at, _ in cell.filters)])}"]
            tests += [f"c[{at}] == {constant(value)}" for at, value in cell.filters]
            with code.block(f"if {' and '.join(tests)}:"):
                code.add(f"{name} = c[{cell.component}]")


def place_index(bound: Bound) -> str:
    """The variable with the index of the segment that the first cell of a path was found in."""
    if bound.use.spread and bound.access.cells[0].filters:
        return f"a{bound.variables[0]}"
    return f"i{bound.use.number}"


def _found(cell: Cell) -> str:
    """Source that finds a cell by its filter in the elements ``e``."""
    if cell.offset:
        value = constant(cell.filters[0][1])
        return f"pair(e, {constant(cell.positions)}, {value}, {cell.offset})"
    filters = constant(cell.filters)
    return f"pick(e, {constant(cell.positions)}, {filters}, {cell.component})"


def _scannable(cell: Cell) -> bool:
    """Whether a cell is found by one filter among neighbouring composites."""
    places = cell.positions
    return (
        not cell.offset
        and not cell.repeats
        and len(cell.filters) == 1
        and len(places) > 1
        and places == tuple(range(places[0], places[0] + len(places)))
    )


class Records:
    """Finding the records of a body."""

    def __init__(self, code: Code, body: Body) -> None:
        self.code = code
        self.body = body

    def locate(self) -> None:
        """Add the lines."""
        use, code = self.body.use, self.code
        code.add(f"r{use.number}_ = g")
        code.add(f"i{use.number} = g.line or 0")
        self._fields(use)
        self._kids(use)
        for block in self.body.blocks:
            selector = block.selector
            name, tests = constant(selector.record), tests_of(selector.tests)
            listed = f"g.kids.get({name}, ())"
            if selector.via:
                via = constant(via_of(selector))
                listed = f"records_under(g, {via}, {name}, {constant(tests)})"
            elif tests:
                listed = f"records_of(g, {name}, {constant(tests)})"
            code.add(f"b{block.order} = {listed}")

    def _fields(self, use: Use) -> None:
        if use.cells and not collects(use):
            self.code.add(f"f = r{use.number}_.fields")
            for cell, name in use.cells.items():
                if not name.startswith("p_"):
                    found = f"f.get({constant(cell.name)}, '')"
                    if cell.when:
                        found += f" if {self._when(cell)} else ''"
                    self.code.add(f"{name} = {found}")

    @staticmethod
    def _when(cell: Cell) -> str:
        """What the attributes beside a field must hold."""
        return " and ".join(
            f"f.get({constant(one.name)}, '') {'==' if one.sign == '=' else '!='} "
            f"{constant(one.value)}"
            for one in cell.when
        )

    def _kids(self, use: Use) -> None:
        code = self.code
        for below in use.uses.values():
            selector = _selector(below)
            tests = tests_of(selector.tests)
            code.add(f"i{below.number} = {'[]' if collects(below) else '0'}")
            code.add(
                f"x{below.number} = records_of(r{use.number}_, {constant(selector.record)}, "
                f"{constant(tests)})"
            )
            if collects(below):
                continue
            with code.block(f"if x{below.number}:"):
                code.add(f"r{below.number}_ = x{below.number}[0]")
                code.add(f"i{below.number} = r{below.number}_.line or i{use.number}")
                self._fields(below)
                self._kids(below)


def collects(use: Use) -> bool:
    """Whether all occurrences are wanted (``join``)."""
    return use.selector is not None and use.selector.every


def _selector(kid: Use | BlockPlan | NestPlan) -> Selector:
    assert kid.selector is not None
    return kid.selector


def _excepts(kid: Use | BlockPlan | NestPlan) -> tuple[str, ...]:
    return kid.block.excepts if isinstance(kid, BlockPlan) else ()


def _tag(kid: Use | BlockPlan | NestPlan) -> str:
    scope = kid.scope
    assert not isinstance(scope, RecordLayout)
    return scope.tag
