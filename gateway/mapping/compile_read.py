"""Plan → Python source that reads: segments and records → canonical values.

One function per body, ``read_N(g, S, P, w, o)``: ``g`` the node (index of a plain segment, or
record), ``S`` the segments, ``P`` the problems, ``w`` the canonical place, ``o`` the object to
fill. It first finds the segments of its rows, then splits each once into the cells that rows
read, then runs the rows in the order of the map, then the blocks.
"""

from __future__ import annotations

from gateway.grammar.layoutmodel import RecordLayout
from gateway.mapping.convert import PIECED
from gateway.mapping.emit import Code, comment, constant
from gateway.mapping.expressions import computed_text, test_text, value_of, writer
from gateway.mapping.locate import Records, Segments, collects, place_index
from gateway.mapping.plan import BlockPlan, Body, Bound, NestPlan, RowPlan, Use
from gateway.mapping.statements import Call, Field, spelled


class ReadCompiler:
    """Writes the functions; ``names`` collects what they refer to."""

    def __init__(self, names: dict[str, object], recursive: str, *, traced: bool = False) -> None:
        self.code = Code()
        self.names = names
        self.recursive = recursive
        self.traced = traced

    def compile(self, root: Body) -> None:
        """All functions of a map."""
        for body in root.bodies():
            if body.twin is None:
                self._function(body)
            else:
                self.code.add(f"read_{body.number} = read_{body.twin.number}")

    def _function(self, body: Body) -> None:
        code = self.code
        with code.block(f"def read_{body.number}(g, S, P, w, o):"):
            prefixes = _prefixes(body)
            for prefix, name in prefixes.items():
                code.add(f"{name} = {{}}{comment('.'.join(prefix))}")
            early = {} if isinstance(body.use.scope, RecordLayout) else _early(body)
            inner = {
                name for plans in early.values() for plan in plans for name in plan.bound.variables
            }
            if cells := _texts(body, inner):
                code.add(f"{' = '.join(cells)} = ''")
            if isinstance(body.use.scope, RecordLayout):
                if self.traced:
                    self._no_records(body)
                Records(code, body).locate()
            else:

                def rows(use: Use) -> None:
                    for plan in early.get(use.number, ()):
                        self._value(plan, body, prefixes)

                Segments(code, self.names, body, inner, rows).locate()
            done = {plan.number for plans in early.values() for plan in plans}
            for plan in body.rows:
                if plan.row.reads and plan.number not in done:
                    self._row(plan, body, prefixes)
            for block in body.blocks:
                self._block(block, prefixes, body)
            for prefix, name in reversed(prefixes.items()):
                outer = prefixes.get(prefix[:-1], "o")
                with code.block(f"if {name}:"):
                    code.add(f"put({outer}, {constant(prefix[-1])}, {name})")
            for plan in body.rows:
                if plan.row.operator == "==":
                    self._check(plan, body)

    def _no_records(self, body: Body) -> None:
        """Names of records that are not there: a row may name several of them."""
        below = [use.number for use in body.use.walk() if use is not body.use]
        if below:
            self.code.add(f"{' = '.join(f'r{number}_ = x{number}' for number in below)} = None")

    # ------------------------------------------------------------------ rows

    def _row(self, plan: RowPlan, body: Body, prefixes: dict[tuple[str, ...], str]) -> None:
        if plan.row.modifiers.when is not None:
            with self.code.block(f"if {test_text(plan.row.modifiers.when, prefixes)}:"):
                self._value(plan, body, prefixes)
        else:
            self._value(plan, body, prefixes)

    def _value(self, plan: RowPlan, body: Body, prefixes: dict[tuple[str, ...], str]) -> None:
        code = self.code
        target = prefixes.get(plan.name[:-1], "o")
        slot = f"{target}[{constant(plan.name[-1])}]"
        present, value, at = self._source(plan)
        facts = f"R{plan.number}"
        with code.block(f"if {present}:{comment(plan.row.span)}"):
            self._trace(plan)
            if plan.codes is not None:
                self.names[f"C{plan.number}"] = plan.codes.to_canonical.get
                code.add(f"x = C{plan.number}({value})")
                with code.block("if x is None:"):
                    if plan.function == "lookup":
                        code.add("pass")
                    else:
                        self.names[f"U{plan.number}"] = plan.codes
                        code.add(
                            f"bad({target}, {value}, unknown(U{plan.number}), "
                            f"P, w, {facts}, {at}, S)"
                        )
                with code.block("else:"):
                    code.add(f"{slot} = x")
            elif plan.converter.name == "text" and not plan.row.modifiers.converter:
                code.add(f"{slot} = {value}")
            else:
                self.names[f"r{plan.number}"] = plan.converter.read
                with code.block("try:"):
                    code.add(f"{slot} = r{plan.number}({value})")
                with code.block("except Unfit as u:"):
                    code.add(f"bad({target}, {value}, u, P, w, {facts}, {at}, S)")
        absent = plan.default if plan.default is not None else plan.implied
        if absent is not None:
            self.names[f"D{plan.number}"] = absent
            with code.block("else:"):
                code.add(f"{slot} = D{plan.number}")
                if self.traced:
                    code.add(f"P.filled(w, {facts})")
        elif plan.row.modifiers.required:
            with code.block("else:"):
                code.add(f"miss(P, w, {facts}, {self._group(plan, body)}, S)")

    def _trace(self, plan: RowPlan) -> None:
        """Tell what a row has taken."""
        if self.traced:
            method = "chose" if plan.function == "first" else "took"
            self.code.add(f"P.{method}(w, R{plan.number}, S, {self._occurrences(plan)})")

    def _occurrences(self, plan: RowPlan) -> str:
        """Source of what the paths of a row found, each with its cells."""
        pairs = ""
        for bound in plan.sources:
            if not isinstance(bound, Bound):
                continue
            use = bound.use
            found = place_index(bound)
            if isinstance(use.scope, RecordLayout):
                found = f"x{use.number}" if collects(use) else f"r{use.number}_"
            name = f"L{len(self.names)}"
            self.names[name] = bound.access.cells
            pairs += f"({found}, {name}), "
        return pairs

    def _group(self, plan: RowPlan, body: Body) -> str:
        """Index of the group (or line of the record) a required field is missed in."""
        return f"i{body.use.number}" if body.outer is not None else "0"

    def _source(self, plan: RowPlan) -> tuple[str, str, str]:
        """(condition that a value is present, the value, index of its segment)."""
        bounds = [one for one in plan.sources if isinstance(one, Bound)]
        at = place_index(bounds[0]) if bounds else "0"
        if bounds and collects(bounds[0].use):
            at = f"(i{bounds[0].use.number} or (0,))[0]"
        if plan.function == "join":
            return f"(t := {self._join(plan, bounds[0])})", "t", at
        if plan.function == "first":
            parts = [one if isinstance(one, str) else "" for one in plan.sources]
            texts = [
                one.variables[0] if isinstance(one, Bound) else constant(text)
                for one, text in zip(plan.sources, parts, strict=True)
            ]
            return f"(t := {' or '.join(texts)})", "t", at
        if plan.function == "concat":
            texts = [
                one.variables[0] if isinstance(one, Bound) else constant(one)
                for one in plan.sources
            ]
            some = " or ".join(one.variables[0] for one in bounds) or "False"
            return f"(t := ({' + '.join(texts)}) if ({some}) else '')", "t", at
        bound = plan.bound
        if plan.converter.name in PIECED:
            return (
                f"({' or '.join(bound.variables)})",
                f"[{', '.join(bound.variables)}]",
                at,
            )
        if bound.access.dated:
            return bound.variables[0], f"({', '.join(bound.variables)})", at
        return bound.variables[0], bound.variables[0], at

    def _join(self, plan: RowPlan, bound: Bound) -> str:
        sign = constant(plan.separator)
        if not collects(bound.use):
            texts = ", ".join(bound.variables)
            return f"{sign}.join(filter(None, ({texts},)))"
        if isinstance(bound.use.scope, RecordLayout):
            return (
                f"record_join(x{bound.use.number}, {constant(bound.access.cells[0].name)}, {sign})"
            )
        cells = tuple(
            (one.positions[0], one.repetition, one.component) for one in bound.access.cells
        )
        return f"join_all(S, i{bound.use.number}, {constant(cells)}, {sign})"

    def _check(self, plan: RowPlan, body: Body) -> None:
        code = self.code
        variable = plan.bound.variables[0]
        left, at = plan.row.left, place_index(plan.bound)
        computed = computed_text(left, "o", self.recursive, self.names, plan.number)
        if isinstance(left, Call) and left.name == "count" and spelled(left.arguments[0]).isupper():
            computed = f"tagged(S, {constant(spelled(left.arguments[0]))})"
        elif isinstance(left, Field):
            self.names[f"w{plan.number}"] = writer(plan)
            computed = f"written(w{plan.number}, {value_of('o', left.name)})"
        unequal = f"differs({variable}, t := {computed})"
        if isinstance(left, Field) and plan.codes is not None:
            # several codes of a list stand for one word
            self.names[f"C{plan.number}"] = plan.codes.to_canonical.get
            word = f"C{plan.number}({variable}, {variable})"
            unequal = f"[t := {computed}] and {word} != {value_of('o', left.name)}"
        if self.traced:
            with code.block(f"if {variable}:"):
                code.add(f"P.verified(R{plan.number}, S, {self._occurrences(plan)})")
        with code.block(f"if {variable} and {unequal}:"):
            code.add(
                f"unequal({variable}, t, {constant(spelled(left))}, P, R{plan.number}, {at}, S)"
            )

    # ------------------------------------------------------------------ blocks

    def _block(
        self, block: BlockPlan | NestPlan, prefixes: dict[tuple[str, ...], str], body: Body
    ) -> None:
        when = block.block.when if isinstance(block, BlockPlan) else None
        if when is None:
            self._filled(block, prefixes, body)
            return
        with self.code.block(f"if {test_text(when, prefixes)}:"):
            self._filled(block, prefixes, body)

    def _filled(
        self, block: BlockPlan | NestPlan, prefixes: dict[tuple[str, ...], str], body: Body
    ) -> None:
        code = self.code
        target = prefixes.get(block.name[:-1], "o")
        name = constant(block.name[-1])
        found = f"b{block.order}"
        if isinstance(block, NestPlan):
            code.add(f"N{block.order}.read({found}, S, P, w, o, {target})")
            return
        inner = f"read_{block.body.number}"
        dotted = constant(".".join(block.name))
        facts = f"R{block.order}"
        if block.own:
            found = f"(i{body.use.number},)"
        if block.many:
            with code.block(f"if {found}:{comment(block.block.span)}"):
                code.add("l = []")
                run = ", ".join(map(str, block.block.repeat or ()))
                each = f"x, z in runs(S, {found}, {run})" if run else f"x in {found}"
                with code.block(f"for {each}:"):
                    code.add("c = {}")
                    segments = "z" if run else "S"
                    code.add(f"{inner}(x, {segments}, P, (w, {dotted}, len(l) + 1), c)")
                    with code.block("if c:"):
                        code.add("l.append(c)")
                with code.block("if l:"):
                    code.add(f"{target}[{name}] = l")
        else:
            with code.block(f"if {found}:{comment(block.block.span)}"):
                code.add("c = {}")
                code.add(f"{inner}({found}[0], S, P, (w, {dotted}, None), c)")
                with code.block("if c:"):
                    code.add(f"put({target}, {name}, c)")
                with code.block(f"if len({found}) > 1:"):
                    code.add(f"twice(P, w, {facts}, position({found}[1]), S)")
        if block.block.required:
            with code.block(f"if not {target}.get({name}):"):
                code.add(f"miss(P, w, {facts}, {self._group_of(body)}, S)")

    @staticmethod
    def _group_of(body: Body) -> str:
        return f"i{body.use.number}" if body.outer is not None else "0"


def _texts(body: Body, inner: set[str]) -> list[str]:
    """Variables of the texts that rows read, without those that only one use needs."""
    return [
        name
        for use in body.use.walk()
        if not collects(use)
        for name in use.cells.values()
        if name not in inner and not name.startswith("p_")
    ]


def _early(body: Body) -> dict[int, list[RowPlan]]:
    """Rows that run where their segment is split, by use: nothing to do if it is absent."""
    users: dict[str, int] = {}
    for plan in body.rows:
        for source in plan.sources:
            for name in source.variables if isinstance(source, Bound) else ():
                users[name] = users.get(name, 0) + 1
    found: dict[int, list[RowPlan]] = {}
    for plan in body.rows:
        modifiers = plan.row.modifiers
        absent = modifiers.default or modifiers.implied or modifiers.required or modifiers.when
        if plan.row.reads and not plan.function and not absent and not collects(plan.bound.use):
            bound = plan.bound
            if bound.use is not body.use and all(users[name] == 1 for name in bound.variables):
                found.setdefault(bound.use.number, []).append(plan)
    return found


def _prefixes(body: Body) -> dict[tuple[str, ...], str]:
    """Variables of the objects that dotted names open, outer ones first."""
    found: dict[tuple[str, ...], str] = {}
    names = [plan.name for plan in body.rows if plan.row.reads]
    names += [block.name for block in body.blocks]
    for name in names:
        for depth in range(1, len(name)):
            found.setdefault(name[:depth], f"d{len(found) + 1}")
    return dict(sorted(found.items(), key=lambda item: len(item[0])))
