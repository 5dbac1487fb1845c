"""Plan → Python source that writes: canonical values → segments in grammar order, or records.

One function per body, ``write_N(o, P, w, at)`` (levels of trees also take ``p_id`` …): the rows
turn fields into texts in the order of the map, then segments are put together in the order of the
grammar. A segment is written if one of its rows has a value; a literal or computed row alone does
not make a segment that other rows share, but does make one of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.grammar.layoutmodel import RecordLayout
from gateway.mapping.convert import PIECED
from gateway.mapping.emit import Code, comment, constant, inside
from gateway.mapping.expressions import computed_text, test_text, value_of, writer
from gateway.mapping.places import Cell, Selector
from gateway.mapping.plan import BlockPlan, Body, NestPlan, RowPlan, Use
from gateway.mapping.statements import Call, Field, Literal, spelled

_NUMERIC = ("n", "N", "R", "decimal", "integer")
_PARAMETERS = ("p_id", "p_parent", "p_level", "p_child")


@dataclass
class _Filtered:
    """Cells that share one composite or pair found by a filter."""

    cell: Cell
    parts: dict[int, str] = field(default_factory=dict)
    rows: list[RowPlan] = field(default_factory=list)


@dataclass
class _Written:
    """What rows put into the segment of a use."""

    cells: dict[Cell, str] = field(default_factory=dict)
    """Expression of each cell."""
    content: set[str] = field(default_factory=set)
    """Variables whose presence makes the segment."""
    rows: dict[Cell, RowPlan] = field(default_factory=dict)


class WriteCompiler:
    """Writes the functions; ``names`` collects what they refer to."""

    def __init__(self, names: dict[str, object], recursive: str) -> None:
        self.code = Code()
        self.names = names
        self.recursive = recursive
        self._objects: dict[tuple[str, ...], str] = {}

    def compile(self, root: Body, nests: dict[int, NestPlan]) -> None:
        """All functions of a map."""
        levels = {one.body.number: plan for plan in nests.values() for one in plan.levels}
        for body in root.bodies():
            self._function(body, levels.get(body.number))

    def _function(self, body: Body, nest: NestPlan | None) -> None:
        code = self.code
        parameters = f", {', '.join(_PARAMETERS)}" if nest is not None else ""
        with code.block(f"def write_{body.number}(o, P, w, at{parameters}):"):
            written: dict[int, _Written] = {use.number: _Written() for use in body.use.walk()}
            self._objects = {}
            for plan in body.rows:
                if plan.row.writes and len(plan.name) > 1:
                    self._object(plan.name[:-1])
            for plan in body.rows:
                if plan.row.writes:
                    self._row(plan, body, written)
            own = written[body.use.number].cells
            for key, cell in nest.keys.items() if nest is not None else ():
                own[cell] = f"({own[cell]} or p_{key})" if cell in own else f"p_{key}"
            if isinstance(body.use.scope, RecordLayout):
                _RecordOutput(self, body, written).emit()
            else:
                _SegmentOutput(self, body, written).emit()

    # ------------------------------------------------------------------ rows

    def _row(self, plan: RowPlan, body: Body, written: dict[int, _Written]) -> None:
        code, bound = self.code, plan.bound
        names = [f"{one}_{plan.number}" for one in bound.variables]
        code.add(f"{' = '.join(names)} = ''{comment(plan.row.span)}")
        soft = isinstance(plan.row.left, Literal | Call) and not (
            isinstance(plan.row.left, Call) and plan.row.left.name in ("concat", "first", "lookup")
        )
        target = written[bound.use.number]
        for cell, name in zip(bound.access.cells, names, strict=True):
            if cell in target.cells:
                expression = target.cells[cell]
                target.cells[cell] = f"({expression} or {name})"
            else:
                target.cells[cell] = name
            target.rows.setdefault(cell, plan)
        if not soft:
            target.content.add(names[0])
            if plan.converter.name in PIECED:
                target.content.update(names)
        if plan.row.modifiers.when is not None:
            with code.block(f"if {test_text(plan.row.modifiers.when)}:"):
                self._value(plan, names, soft)
        else:
            self._value(plan, names, soft)

    def _value(self, plan: RowPlan, names: list[str], soft: bool) -> None:
        code, row = self.code, plan.row
        if isinstance(row.left, Literal | Call) and soft and not _is_now(row.left):
            if isinstance(row.left, Call) and _counts_segments(row.left):
                return
            code.add(
                f"{names[0]} = "
                + computed_text(row.left, "o", self.recursive, self.names, plan.number)
            )
            return
        code.add(f"x = {self._left(row.left)}")
        absent = "x is None or x == ''"
        if plan.implied is not None:
            self.names[f"M{plan.number}"] = plan.implied
        with code.block(f"if {absent}:"):
            if plan.default is not None:
                self.names[f"D{plan.number}"] = plan.default
                self._convert(plan, names, f"D{plan.number}")
            elif row.modifiers.required and plan.implied is None:
                code.add(f"lack(P, w, R{plan.number})")
            elif _is_now(row.left):
                code.add(f"unwritten('now()', UNTIMED, P, w, R{plan.number})")
        other = f"elif x != M{plan.number}:" if plan.implied is not None else "else:"
        with code.block(other):
            self._convert(plan, names, "x")

    def _object(self, name: tuple[str, ...]) -> None:
        """A variable for the object that dotted names of this body go through."""
        if name not in self._objects:
            self._objects[name] = f"d{len(self._objects) + 1}"
            source = f"{value_of('o', '.'.join(name))} or E"
            self.code.add(f"{self._objects[name]} = {source}")

    def _field(self, name: str) -> str:
        """Source of a field of the object being written."""
        front, _, last = name.rpartition(".")
        known = self._objects.get(tuple(front.split(".")))
        return f"{known}.get({constant(last)})" if front and known else value_of("o", name)

    def _left(self, left: Literal | Field | Call) -> str:
        if isinstance(left, Field):
            return self._field(left.name)
        if isinstance(left, Literal):
            return constant(left.text)
        if left.name == "now":
            return "at"
        parts = [
            value_of("o", one.name) if isinstance(one, Field) else constant(spelled_text(one))
            for one in left.arguments
        ]
        if left.name == "concat":
            fields = [value_of("o", one.name) for one in left.arguments if isinstance(one, Field)]
            some = " or ".join(f"given({one}) is not None" for one in fields) or "True"
            return f"concat(({', '.join(parts)},)) if {some} else None"
        if left.name == "first":
            return f"first(({', '.join(parts)},))"
        return parts[0] if parts else "None"

    def _convert(self, plan: RowPlan, names: list[str], value: str) -> None:
        code, number = self.code, plan.number
        facts = f"R{number}"
        self.names[f"w{number}"] = writer(plan)
        with code.block("try:"):
            code.add(f"{', '.join(names)} = w{number}({value})")
        if plan.codes is not None:
            self.names[f"U{number}"] = plan.codes
            with code.block("except (KeyError, TypeError):"):
                policy = f"unwritten({value}, unsaid(U{number}), P, w, {facts})"
                quiet = isinstance(plan.row.left, Call) and plan.row.left.name == "lookup"
                code.add("pass" if quiet else f"{names[0]} = {policy}")
        else:
            with code.block("except Unfit as u:"):
                code.add(f"{names[0]} = unwritten({value}, u, P, w, {facts})")
        for name, element in zip(names, plan.bound.access.elements, strict=True):
            element_ = plan.bound.use.elements[plan.bound.access.cells[names.index(name)]]
            longest = element_.max
            if longest:
                numeric = element.kind in _NUMERIC
                with code.block(f"if len({name}) > {longest}:"):
                    code.add(f"{name} = too_long({name}, {longest}, {numeric}, P, w, {facts})")


class _SegmentOutput:
    """Segments of a body, in the order of the grammar."""

    def __init__(self, compiler: WriteCompiler, body: Body, written: dict[int, _Written]) -> None:
        self.compiler = compiler
        self.code = compiler.code
        self.body = body
        self.written = written
        self._temporary = 0

    def emit(self) -> None:
        use, code = self.body.use, self.code
        code.add("out = []")
        if self.body.outer is not None:
            self._segment(use)
        self._below(use, self.body.blocks)
        if self.body.outer is not None:
            content = sorted(self.written[use.number].content)
            has_blocks = " and len(out) == 1"
            test = " or ".join(content)
            with code.block(f"if {f'not ({test})' if content else 'True'}{has_blocks}:"):
                code.add("return out, False")
            code.add("return out, True")
        else:
            code.add("return out")

    def _below(self, use: Use, blocks: list[BlockPlan | NestPlan]) -> None:
        kids: list[Use | BlockPlan | NestPlan] = [*use.uses.values(), *blocks]
        for kid in sorted(kids, key=_grammar_order):
            if isinstance(kid, BlockPlan):
                self._block(kid)
            elif isinstance(kid, NestPlan):
                source = value_of("o", ".".join(kid.name))
                self.code.add(f"out += N{kid.order}.write(o, {source}, P, w, at)")
            elif not (kid.selector is not None and kid.selector.every):
                self._use(kid)

    def _use(self, use: Use) -> None:
        inside_ = [self.written[one.number] for one in use.walk()]
        if not any(one.cells for one in inside_):
            return
        content = sorted({name for one in inside_ for name in one.content})
        if not content:
            self._group(use)
            return
        with self.code.block(f"if {' or '.join(content)}:"):
            self._group(use)

    def _group(self, use: Use) -> None:
        self._segment(use)
        self._below(use, [])

    def _block(self, block: BlockPlan) -> None:
        code = self.code
        source = value_of("o", ".".join(block.name))
        dotted = constant(".".join(block.name))
        if block.many:
            opening = f"for j, c in enumerate({source} or (), 1):{comment(block.block.span)}"
            with code.block(opening), code.block("if c:"):
                code.add(f"out += write_{block.body.number}(c, P, (w, {dotted}, j), at)[0]")
        else:
            code.add(f"c = {source}{comment(block.block.span)}")
            with code.block("if c:"):
                code.add(f"c, t = write_{block.body.number}(c, P, (w, {dotted}, None), at)")
                with code.block("if t:"):
                    code.add("out += c")
        if block.block.required:
            with code.block(f"if not {source}:"):
                code.add(f"lack(P, w, R{block.order})")

    # ------------------------------------------------------------------ one segment

    def _segment(self, use: Use) -> None:
        """Append the segment of a use: constants of its selector, then the cells of its rows."""
        for plan in self.body.rows:
            left = plan.row.left
            if not (plan.row.writes and isinstance(left, Call) and plan.bound.use is use):
                continue
            if _counts_segments(left):
                name = f"{plan.bound.variables[0]}_{plan.number}"
                self.code.add(f"{name} = tagged(out, {constant(spelled(left.arguments[0]))})")
        fixed: dict[int, dict[int, dict[int, str]]] = {}
        selector = use.selector or self._own_selector()
        for test in selector.tests if selector else ():
            fixed.setdefault(test.position, {}).setdefault(0, {})[test.component] = inside(
                test.value
            )
        filtered: dict[tuple[object, ...], _Filtered] = {}
        written = self.written[use.number]
        for cell, expression in written.cells.items():
            if cell.filters:
                key = (cell.positions, cell.filters, cell.offset)
                group = filtered.setdefault(key, _Filtered(cell))
                group.parts[cell.component] = self._name(expression)
                group.rows.append(written.rows[cell])
            else:
                spots = fixed.setdefault(cell.positions[0], {}).setdefault(cell.repetition, {})
                spots[cell.component] = f"{{{self._name(expression)}}}"
        tag = use.segment.tag if use.segment else ""
        if filtered:
            self._dynamic(use, tag, fixed, filtered)
        else:
            self._static(tag, fixed)

    def _own_selector(self) -> Selector | None:
        outer = self.body.outer
        if outer is None:
            return None
        for block in outer.blocks:
            if isinstance(block, BlockPlan) and block.body is self.body:
                return block.selector
            if isinstance(block, NestPlan) and any(one.body is self.body for one in block.levels):
                return block.selector
        return None

    def _name(self, expression: str) -> str:
        """A variable; an expression becomes one first."""
        return expression if expression.isidentifier() else self._temp(expression)

    def _temp(self, expression: str) -> str:
        self._temporary += 1
        name = f"t{self._temporary}"
        self.code.add(f"{name} = {expression}")
        return name

    def _static(self, tag: str, fixed: dict[int, dict[int, dict[int, str]]]) -> None:
        last = max(fixed, default=0)
        pieces = [self._element(fixed.get(at, {}), at == last) for at in range(1, last + 1)]
        text = inside("\x1d").join([tag, *pieces])
        self.code.add(f'out.append(f"{text}".rstrip(TRIM))')

    def _dynamic(
        self,
        use: Use,
        tag: str,
        fixed: dict[int, dict[int, dict[int, str]]],
        filtered: dict[tuple[object, ...], _Filtered],
    ) -> None:
        code = self.code
        segment = use.segment
        assert segment is not None
        count = len(segment.elements)
        pieces = [self._element(fixed.get(at, {}), False) for at in range(1, count + 1)]
        listed = ", ".join(f'f"{piece}"' if piece else "''" for piece in pieces)
        code.add(f"e = [{constant(tag)}, {listed}]")
        for group in filtered.values():
            cell, facts = group.cell, f"R{group.rows[0].number}"
            names = list(group.parts.values())
            with code.block(f"if {' or '.join(names)}:"):
                if cell.offset:
                    code.add(
                        f"place_pair(e, {constant(cell.positions)}, "
                        f"{constant(cell.filters[0][1])}, {cell.offset}, {names[0]}, P, w, {facts})"
                    )
                    continue
                parts = {at: f"{{{name}}}" for at, name in group.parts.items()}
                parts |= {at: inside(value) for at, value in cell.filters}
                text = self._element({0: parts}, False)
                repeat = segment.elements[cell.positions[0] - 1].repeat
                if repeat > 1:
                    code.add(
                        f'place_repetition(e, {constant(cell.positions)}, f"{text}", {repeat}, '
                        f"P, w, {facts})"
                    )
                else:
                    code.add(
                        f'place_composite(e, {constant(cell.positions)}, f"{text}", P, w, {facts})'
                    )
        code.add("out.append(finish(e))")

    def _element(self, repetitions: dict[int, dict[int, str]], last: bool) -> str:
        """Text of an element for the inside of an f-string; trimmed where it can end empty."""
        texts = []
        for nth in range(max(repetitions, default=-1) + 1):
            parts = repetitions.get(nth, {})
            ends = max(parts, default=0)
            text = inside("\x1f").join(parts.get(at, "") for at in range(ends + 1))
            if ends and not last and parts[ends].startswith("{"):
                text = self._trimmed(text, "COMPONENT")
            texts.append(text)
        if len(texts) > 1:
            joined = inside("\x1e").join(texts)
            return self._trimmed(joined, "REPETITION")
        return texts[0] if texts else ""

    def _trimmed(self, text: str, sign: str) -> str:
        """A variable with the text, without separators at its end, as a piece of an f-string."""
        name = self._temp('f"' + text + '".rstrip(' + sign + ")")
        return "{" + name + "}"


class _RecordOutput:
    """The record of a body."""

    def __init__(self, compiler: WriteCompiler, body: Body, written: dict[int, _Written]) -> None:
        self.code = compiler.code
        self.body = body
        self.written = written

    def emit(self) -> None:
        code, use = self.code, self.body.use
        assert isinstance(use.scope, RecordLayout)
        code.add(f"r{use.number}_ = Record({constant(use.scope.name)})")
        own = self._tests(self.body)
        self._fill(use, own)
        self._kids(use)
        for block in self.body.blocks:
            if isinstance(block, NestPlan):
                name = constant(block.selector.record)
                source = value_of("o", ".".join(block.name))
                with code.block(f"for c in N{block.order}.write(o, {source}, P, w, at):"):
                    code.add(f"r{use.number}_.kids.setdefault({name}, []).append(c)")
            else:
                self._block(block, use)
        if self.body.outer is not None:
            count = len(own)
            record = f"r{use.number}_"
            code.add(f"return {record}, len({record}.fields) > {count} or bool({record}.kids)")
        else:
            code.add(f"return r{use.number}_")

    @staticmethod
    def _tests(body: Body) -> tuple[tuple[str, str], ...]:
        for block in body.outer.blocks if body.outer else ():
            if isinstance(block, BlockPlan) and block.body is body:
                return tuple((one.name, one.value) for one in block.selector.tests)
        return ()

    def _fill(self, use: Use, tests: tuple[tuple[str, str], ...]) -> None:
        code = self.code
        code.add(f"f = r{use.number}_.fields")
        for name, value in tests:
            code.add(f"f[{constant(name)}] = {constant(value)}")
        for cell, expression in self.written[use.number].cells.items():
            with code.block(f"if {expression}:"):
                code.add(f"f[{constant(cell.name)}] = {expression}")

    def _kids(self, use: Use) -> None:
        code = self.code
        for below in use.uses.values():
            content = sorted(
                {name for one in below.walk() for name in self.written[one.number].content}
            )
            selector = below.selector
            assert selector is not None
            if selector.every or not any(self.written[one.number].cells for one in below.walk()):
                continue
            with code.block(f"if {' or '.join(content) or 'True'}:"):
                name = constant(selector.record)
                code.add(f"r{below.number}_ = Record({name})")
                code.add(f"r{use.number}_.kids.setdefault({name}, []).append(r{below.number}_)")
                self._fill(below, tuple((one.name, one.value) for one in selector.tests))
                self._kids(below)

    def _block(self, block: BlockPlan, use: Use) -> None:
        code = self.code
        source = value_of("o", ".".join(block.name))
        dotted = constant(".".join(block.name))
        append = f"r{use.number}_.kids.setdefault({constant(block.selector.record)}, []).append"
        call = f"write_{block.body.number}(c, P, (w, {dotted}, "
        if block.many:
            opening = f"for j, c in enumerate({source} or (), 1):{comment(block.block.span)}"
            with code.block(opening), code.block("if c:"):
                code.add(f"{append}({call}j), at)[0])")
        else:
            code.add(f"c = {source}{comment(block.block.span)}")
            with code.block("if c:"):
                code.add(f"c, t = {call}None), at)")
                with code.block("if t:"):
                    code.add(f"{append}(c)")
        if block.block.required:
            with code.block(f"if not {source}:"):
                code.add(f"lack(P, w, R{block.order})")


def _grammar_order(kid: Use | BlockPlan | NestPlan) -> tuple[int, int]:
    assert kid.selector is not None
    return (kid.selector.members or (0,))[0], kid.order


def _is_now(left: Literal | Field | Call) -> bool:
    return isinstance(left, Call) and left.name == "now"


def _counts_segments(left: Call) -> bool:
    return left.name == "count" and spelled(left.arguments[0]).isupper()


def spelled_text(operand: object) -> str:
    """Text of a literal argument."""
    return operand.text if isinstance(operand, Literal) else ""
