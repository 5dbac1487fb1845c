"""Source that puts the record of a body together."""

from __future__ import annotations

from gateway.grammar.layoutmodel import RecordLayout
from gateway.mapping.emit import comment, constant
from gateway.mapping.expressions import test_text, value_of
from gateway.mapping.output import Writing, Written, own_block, where
from gateway.mapping.places import Cell
from gateway.mapping.plan import BlockPlan, Body, NestPlan, Use
from gateway.mapping.recordcells import tests_of, via_of


class RecordOutput:
    """The record of a body."""

    def __init__(self, writing: Writing, body: Body, written: dict[int, Written]) -> None:
        self.writing = writing
        self.code = writing.code
        self.body = body
        self.written = written

    def emit(self) -> None:
        """Add the lines."""
        code, use = self.code, self.body.use
        assert isinstance(use.scope, RecordLayout)
        code.add(f"r{use.number}_ = Record({constant(use.scope.name)})")
        self._fill(use)
        self._kids(use)
        for block in self.body.blocks:
            if isinstance(block, NestPlan):
                name = constant(block.selector.record)
                source = value_of("o", ".".join(block.name))
                with code.block(f"for c in N{block.order}.write(o, {source}, P, w, at):"):
                    code.add(f"{self._above(block, use)}.kids.setdefault({name}, []).append(c)")
            else:
                self._block(block, use)
        record = f"r{use.number}_"
        if self.body.outer is None:
            code.add(f"return {record}")
            return
        code.add(f"t = bool({record}.fields or {record}.kids)")
        own = own_block(self.body)
        if own is not None and (tests := tests_of(own.selector.tests)):
            code.add(f"construct({record}, {constant(tests)})")
        code.add(f"return {record}, t")

    def _fill(self, use: Use) -> None:
        code = self.code
        code.add(f"f = r{use.number}_.fields")
        cells = self.written[use.number].cells
        for cell, expression in sorted(cells.items(), key=lambda item: bool(item[0].when)):
            with code.block(f"if {expression}:"):
                if cell.when:
                    self._place(cell, expression, use)
                else:
                    code.add(f"f[{constant(cell.name)}] = {expression}")
                pairs = self.writing.sources(self.written[use.number], cell)
                if self.writing.traced and pairs:
                    code.add(f"P.put(r{use.number}_, {constant(cell.name)}, w, ({pairs}))")

    def _place(self, cell: Cell, expression: str, use: Use) -> None:
        """A field with the attributes that its path names."""
        beside = tuple((one.name, one.value) for one in cell.when if one.sign == "=" and one.value)
        facts = f"R{self.written[use.number].rows[cell][0][0].number}"
        place = f"{constant(cell.name)}, {expression}, {constant(beside)}"
        self.code.add(f"place_field(f, {place}, P, w, {facts})")

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
                record, above = f"r{below.number}_", f"r{use.number}_"
                code.add(f"{record} = Record({name})")
                code.add(f"{above}.kids.setdefault({name}, []).append({record})")
                self._fill(below)
                self._kids(below)
                if tests := tests_of(selector.tests):
                    code.add(f"construct({record}, {constant(tests)})")

    def _block(self, block: BlockPlan, use: Use) -> None:
        if block.block.when is None:
            self._written(block, use)
            return
        with self.code.block(f"if {test_text(block.block.when)}:"):
            self._written(block, use)

    def _written(self, block: BlockPlan, use: Use) -> None:
        code = self.code
        source = value_of("o", ".".join(block.name))
        name = constant(block.selector.record)
        append = f"{self._above(block, use)}.kids.setdefault({name}, []).append"
        call = f"write_{block.body.number}(c, P, "
        if block.many:
            opening = f"for j, c in enumerate({source} or (), 1):{comment(block.block.span)}"
            with code.block(opening), code.block("if c:"):
                code.add(f"{append}({call}{where(block.name, 'j')}, at)[0])")
        else:
            code.add(f"c = {source}{comment(block.block.span)}")
            with code.block("if c:"):
                code.add(f"c, t = {call}{where(block.name, 'None')}, at)")
                with code.block("if t:"):
                    code.add(f"{append}(c)")
        if block.block.required:
            with code.block(f"if not {source}:"):
                code.add(f"lack(P, w, R{block.order})")

    @staticmethod
    def _above(block: BlockPlan | NestPlan, use: Use) -> str:
        """The record that those of a block stand in."""
        record = f"r{use.number}_"
        via = via_of(block.selector)
        return f"reach({record}, {constant(via)})" if via else record
