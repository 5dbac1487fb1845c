"""Plan → Python source that writes: canonical values → segments in grammar order, or records.

One function per body, ``write_N(o, P, w, at)`` (levels of trees also take ``p_id`` …): the rows
turn fields into texts in the order of the map, then segments are put together in the order of the
grammar. A segment is written if one of its rows has a value; a literal or computed row alone does
not make a segment that other rows share, but does make one of its own.
"""

from __future__ import annotations

from gateway.grammar.layoutmodel import RecordLayout
from gateway.mapping.convert import PIECED
from gateway.mapping.convert.model import plain
from gateway.mapping.emit import Code, comment, constant
from gateway.mapping.expressions import computed_text, test_text, value_of, writer
from gateway.mapping.output import Writing, Written, counts_segments, shared_bodies
from gateway.mapping.plan import Body, NestPlan, RowPlan
from gateway.mapping.record_output import RecordOutput
from gateway.mapping.segment_output import SegmentOutput
from gateway.mapping.statements import Call, Field, Literal

_NUMERIC = ("n", "N", "R", "decimal", "integer")
_PARAMETERS = ("p_id", "p_parent", "p_level", "p_child")


class WriteCompiler:
    """Writes the functions; ``names`` collects what they refer to."""

    def __init__(self, names: dict[str, object], recursive: str, *, traced: bool = False) -> None:
        self.code = Code()
        self.names = names
        self.recursive = recursive
        self.writing = Writing(self.code, names, recursive, traced)
        self._objects: dict[tuple[str, ...], str] = {}

    def compile(self, root: Body, nests: dict[int, NestPlan]) -> None:
        """All functions of a map."""
        levels = {one.body.number: plan for plan in nests.values() for one in plan.levels}
        self.writing.shared = shared = shared_bodies(root)
        for body in root.bodies():
            if shared.get(body.number, body.number) == body.number:
                self._function(body, levels.get(body.number))

    def _function(self, body: Body, nest: NestPlan | None) -> None:
        code = self.code
        parameters = f", {', '.join(_PARAMETERS)}" if nest is not None else ""
        parameters += ", q" if body.number in self.writing.shared else ""
        with code.block(f"def write_{body.number}(o, P, w, at{parameters}):"):
            written: dict[int, Written] = {use.number: Written() for use in body.use.walk()}
            self._objects = {}
            code.add("get = o.get")
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
                RecordOutput(self.writing, body, written).emit()
            else:
                SegmentOutput(self.writing, body, written).emit()

    # ------------------------------------------------------------------ rows

    def _row(self, plan: RowPlan, body: Body, written: dict[int, Written]) -> None:
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
            target.rows.setdefault(cell, []).append((plan, name))
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
            if isinstance(row.left, Call) and counts_segments(row.left):
                return
            code.add(
                f"{names[0]} = "
                + computed_text(row.left, "o", self.recursive, self.names, plan.number)
            )
            return
        code.add(f"x = {self._left(row.left)}")
        if _is_optional(plan):
            with code.block("if x is not None:"):
                self._convert(plan, names, "x", empty=True)
            return
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
        if not front:
            return f"get({constant(last)})"
        return f"{known}.get({constant(last)})" if known else value_of("o", name)

    def _left(self, left: Literal | Field | Call) -> str:
        if isinstance(left, Field):
            return self._field(left.name)
        if isinstance(left, Literal):
            return constant(left.text)
        if left.name == "now":
            return "at"
        parts = [
            value_of("o", one.name) if isinstance(one, Field) else constant(_literal_text(one))
            for one in left.arguments
        ]
        if left.name == "concat":
            fields = [value_of("o", one.name) for one in left.arguments if isinstance(one, Field)]
            some = " or ".join(f"given({one}) is not None" for one in fields) or "True"
            return f"concat(({', '.join(parts)},)) if {some} else None"
        if left.name == "first":
            return f"first(({', '.join(parts)},))"
        return parts[0] if parts else "None"

    def _convert(self, plan: RowPlan, names: list[str], value: str, *, empty: bool = False) -> None:
        """Turn a value into texts; ``empty``: it may be an empty text, which is absent."""
        code, number = self.code, plan.number
        facts = f"R{number}"
        self.names[f"w{number}"] = writer(plan)
        if _is_plain(plan):  # the common case without a call: a text without control characters
            with code.block(f"if {value}.__class__ is STR and {value}.isprintable():"):
                code.add(f"{names[0]} = {value}")
            with code.block("else:"):
                self._call(plan, names, value, empty=empty)
        else:
            self._call(plan, names, value, empty=empty)
        for name, element in zip(names, plan.bound.access.elements, strict=True):
            element_ = plan.bound.use.elements[plan.bound.access.cells[names.index(name)]]
            longest = element_.max
            if longest:
                numeric = element.kind in _NUMERIC
                with code.block(f"if len({name}) > {longest}:"):
                    code.add(f"{name} = too_long({name}, {longest}, {numeric}, P, w, {facts})")

    def _call(self, plan: RowPlan, names: list[str], value: str, *, empty: bool) -> None:
        code, number = self.code, plan.number
        with code.block("try:"):
            code.add(f"{', '.join(names)} = w{number}({value})")
        if plan.codes is not None:
            self.names[f"U{number}"] = plan.codes
            caught, unfit = "(KeyError, TypeError)", f"unsaid(U{number})"
        else:
            caught, unfit = "Unfit as u", "u"
        told = f"{names[0]} = unwritten({value}, {unfit}, P, w, R{number})"
        if isinstance(plan.row.left, Call) and plan.row.left.name == "lookup":
            told = told if plan.codes is None else "pass"
        elif empty:
            told = f"{names[0]} = '' if {value} == '' else {told.partition(' = ')[2]}"
        with code.block(f"except {caught}:"):
            code.add(told)


def _is_optional(plan: RowPlan) -> bool:
    """Whether a row does nothing for an absent value, and asks nobody about an empty one."""
    modifiers, left = plan.row.modifiers, plan.row.left
    bare = plan.default is None and plan.implied is None and not modifiers.required
    asks = modifiers.lookup is not None or (isinstance(left, Call) and left.name == "lookup")
    return bare and not asks and not _is_now(left)


def _is_plain(plan: RowPlan) -> bool:
    """Whether a row writes a text as it is."""
    bare = plan.codes is None and plan.row.modifiers.converter is None
    return bare and plan.converter.write is plain


def _is_now(left: Literal | Field | Call) -> bool:
    return isinstance(left, Call) and left.name == "now"


def _literal_text(operand: object) -> str:
    """Text of a literal argument."""
    return operand.text if isinstance(operand, Literal) else ""
