"""Source that puts the segments of a body together, in the order of the grammar."""

from __future__ import annotations

from gateway.mapping.emit import comment, constant, inside
from gateway.mapping.expressions import test_text, value_of
from gateway.mapping.output import (
    Filtered,
    Writing,
    Written,
    counts_segments,
    grammar_order,
    own_block,
    where,
)
from gateway.mapping.plan import BlockPlan, Body, NestPlan, Use
from gateway.mapping.statements import Call, spelled


class SegmentOutput:
    """Segments of a body, in the order of the grammar."""

    def __init__(self, writing: Writing, body: Body, written: dict[int, Written]) -> None:
        self.writing = writing
        self.code = writing.code
        self.body = body
        self.written = written
        self._temporary = 0

    def emit(self) -> None:
        """Add the lines."""
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

    def _below(self, use: Use, blocks: list[BlockPlan | NestPlan], depth: int = 0) -> None:
        """Members below a use; ``blocks`` are those that stand there or deeper."""
        here = [one for one in blocks if len(one.selector.via) == depth]
        kids: list[Use | BlockPlan | NestPlan] = [*use.uses.values(), *here]
        for kid in sorted(kids, key=grammar_order):
            if isinstance(kid, BlockPlan):
                self._block(kid)
            elif isinstance(kid, NestPlan):
                source = value_of("o", ".".join(kid.name))
                self.code.add(f"out += N{kid.order}.write(o, {source}, P, w, at)")
            elif not (kid.selector is not None and kid.selector.every):
                self._use(
                    kid,
                    [one for one in blocks if one.selector.via[depth:][:1] == (kid.selector,)],
                    depth + 1,
                )

    def _use(self, use: Use, blocks: list[BlockPlan | NestPlan], depth: int) -> None:
        inside_ = [self.written[one.number] for one in use.walk()]
        if not blocks and not any(one.cells for one in inside_):
            return
        content = sorted({name for one in inside_ for name in one.content})
        content += [value_of("o", ".".join(one.name)) for one in blocks]
        if not content or self._computed(use):
            self._group(use, blocks, depth)
            return
        with self.code.block(f"if {' or '.join(content)}:"):
            self._group(use, blocks, depth)

    def _computed(self, use: Use) -> bool:
        """Whether a segment is there to be computed (CTT), whatever stands below it."""
        rows = [plan for found in self.written[use.number].rows.values() for plan, _ in found]
        return bool(rows) and all(plan.row.operator == "==" for plan in rows)

    def _group(self, use: Use, blocks: list[BlockPlan | NestPlan], depth: int) -> None:
        self._segment(use)
        self._below(use, blocks, depth)

    def _block(self, block: BlockPlan) -> None:
        if block.block.when is None:
            self._written(block)
            return
        with self.code.block(f"if {test_text(block.block.when)}:"):
            self._written(block)

    def _written(self, block: BlockPlan) -> None:
        code = self.code
        source = value_of("o", ".".join(block.name))
        function, last = self.writing.function(block)
        if block.many:
            run = block.block.repeat
            if run:
                code.add("l = []")
            opening = f"for j, c in enumerate({source} or (), 1):{comment(block.block.span)}"
            with code.block(opening), code.block("if c:"):
                target = "l" if run else "out"
                code.add(f"{target} += {function}(c, P, {where(block.name, 'j')}, {last})[0]")
            if run and block.own:
                code.add(f"out[0] = into(out[0], l, {run}, P, w, R{block.order})")
            elif run:
                code.add(f"out += packed(l, {', '.join(map(str, run))})")
        else:
            code.add(f"c = {source}{comment(block.block.span)}")
            with code.block("if c:"):
                code.add(f"c, t = {function}(c, P, {where(block.name, 'None')}, {last})")
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
            if counts_segments(left):
                name = f"{plan.bound.variables[0]}_{plan.number}"
                self.code.add(f"{name} = tagged(out, {constant(spelled(left.arguments[0]))})")
        fixed: dict[int, dict[int, dict[int, str]]] = {}
        block = own_block(self.body)
        selector = use.selector or (block.selector if block else None)
        asked = use.selector is None and self.body.number in self.writing.shared
        qualifiers: dict[tuple[int, int], str] = {}
        for nth, test in enumerate(selector.tests if selector else ()):
            qualifiers[test.position, test.component] = (
                f"q[{nth}]" if asked else constant(test.value)
            )
            text = f"{{q[{nth}]}}" if asked else inside(test.value)
            fixed.setdefault(test.position, {}).setdefault(0, {})[test.component] = text
        filtered: dict[tuple[object, ...], Filtered] = {}
        written = self.written[use.number]
        for cell, expression in written.cells.items():
            if cell.filters:
                key = (cell.positions, cell.filters, cell.offset)
                group = filtered.setdefault(key, Filtered(cell))
                group.parts[cell.component] = self._name(expression)
                group.rows.append(written.rows[cell][0][0])
            else:
                spots = fixed.setdefault(cell.positions[0], {}).setdefault(cell.repetition, {})
                named = qualifiers.get((cell.positions[0], cell.component))
                # a row of the qualifier itself may have no value: the path still names it
                text = expression if named is None else f"({expression} or {named})"
                spots[cell.component] = f"{{{self._name(text)}}}"
        tag = use.segment.tag if use.segment else ""
        if filtered:
            self._dynamic(use, tag, fixed, filtered)
        else:
            self._static(tag, fixed)
        if self.writing.traced:
            self._trace(written)

    def _trace(self, written: Written) -> None:
        """Tell which row wrote which cell of the segment that was just added."""
        told = ""
        for cell in written.cells:
            if pairs := self.writing.sources(written, cell):
                name = f"L{len(self.writing.names)}"
                self.writing.names[name] = cell
                told += f"({name}, ({pairs})), "
        if told:
            self.code.add(f"P.wrote(out, w, ({told}))")

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
        filtered: dict[tuple[object, ...], Filtered],
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
