"""Parser of map files (``.map``): text in, statements and all problems out.

Rules of the text: UTF-8, one statement per line, bodies indented by 4 spaces, ``#`` comments. An
unreadable line is reported (M101, M102) and skipped, never guessed; parsing goes on, so that one
run shows every problem of a file. Nothing is looked up here: paths, fields and code lists are
checked against grammar and document later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gateway.mapping.cursor import (
    Cursor,
    Unreadable,
    modifier,
    modifiers,
    name,
    operand,
    path,
    reach,
    whole,
)
from gateway.mapping.outline import Line, outline
from gateway.mapping.statements import (
    Block,
    Call,
    Change,
    Field,
    Header,
    Level,
    Literal,
    MapFile,
    Named,
    Nest,
    Part,
    Path,
    Row,
    Span,
    Statement,
    spelled,
)
from gateway.problems import Problem, problem

_T = TypeVar("_T")

_BLOCK_MODIFIERS = ("except", "part", "repeat", "required", "when", "on", "from", "until")
_BLOCK_WORDS = "except, part, repeat, required, when, on error, from or until"
_NEST_WORDS = "id, parent, level, child, from or until"
_NO_HEADER = "the first statement does not say what the file is"


def parse(text: str, file: str) -> tuple[MapFile, list[Problem]]:
    """Parse a map or overlay. ``file`` is the name that problems show."""
    parser = _Parser(file)
    top, parser.problems = outline(text, file)
    header = parser.header(top.pop(0)) if top else None
    if header is None and not parser.problems:
        parser.problems.append(problem("M102", Span(file, 1, 1).place(), value="an empty file"))
    statements: list[Statement] = []
    parts: dict[str, Part] = {}
    changes: list[Change] = []
    for line in top:
        found = parser.attempt(parser.top, line)
        if isinstance(found, Part):
            if found.name in parts:
                parser.problems.append(
                    problem("M104", found.span.place(), field=f"part {found.name}")
                )
            parts.setdefault(found.name, found)
        elif isinstance(found, Change):
            changes.append(found)
        elif found is not None:
            statements.append(found)
    problems = sorted(parser.problems, key=lambda one: (one.place.line or 0, one.place.column or 0))
    return MapFile(header, tuple(statements), parts, tuple(changes)), problems


class _Parser:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.overlay = False

    def attempt(self, rule: Callable[[Line], _T], line: Line) -> _T | None:
        """Read one statement; its problem is kept and the statement skipped if it fails."""
        try:
            return rule(line)
        except Unreadable as stop:
            self.problems.append(stop.problem)
            return None

    def header(self, line: Line) -> Header | None:
        return self.attempt(self._header, line)

    def _header(self, line: Line) -> Header:
        cursor = Cursor(line.words, line.span)
        if cursor.accept("overlay"):
            self.overlay = True
            base = cursor.take("the file of the base map")
            self._end(cursor)
            return Header("", "", base.value, line.span, base.span)
        if not cursor.accept("map"):
            raise Unreadable(problem("M102", line.span.place(), value=_NO_HEADER))
        left = cursor.take("canonical/NAME", kind="word")
        cursor.take("<->", text="<->")
        right = cursor.take("a format such as edifact/D96A/ORDERS", kind="word")
        self._end(cursor)
        if not left.text.startswith("canonical/") or "/" not in right.text:
            raise Unreadable(problem("M102", line.span.place(), value=f"{left.text} {right.text}"))
        document = left.text.removeprefix("canonical/")
        return Header(document, right.text, "", line.span, right.span)

    def top(self, line: Line) -> Statement | Part | Change | None:
        cursor = Cursor(line.words, line.span)
        if cursor.accept("part"):
            part = name(cursor, "the name of the part")
            self._end(cursor)
            return Part(part.name, self.body(line), line.span)
        if self.overlay:
            return self._change(cursor, line)
        return self.statement(line)

    def body(self, line: Line) -> tuple[Statement, ...]:
        found = [self.attempt(self.statement, inner) for inner in line.body]
        return tuple(one for one in found if one is not None)

    def statement(self, line: Line) -> Statement:
        return self._statement(Cursor(line.words, line.span), line)

    def _statement(self, cursor: Cursor, line: Line) -> Statement:
        for word, rule in (("one", self._block), ("each", self._block), ("nest", self._nest)):
            if cursor.accept(word):
                return rule(cursor, line, word)
        if line.body:
            spot = line.body[0].span
            self.problems.append(problem("M102", spot.place(), value="a body under a row"))
        return self._row(cursor, line)

    def _row(self, cursor: Cursor, line: Line) -> Row:
        left = operand(cursor, wire=False)
        if isinstance(left, Path):
            raise cursor.unreadable("a field")
        word = cursor.take("<->, <-, -> or ==", kind="operator")
        wanted = word.text in ("<->", "<-")
        if wanted and not isinstance(left, Field):
            raise Unreadable(
                problem("M401", left.span.place(), value="only -> and == take an expression left")
            )
        right = operand(cursor, wire=True)
        if not isinstance(right, Path | Call):
            raise cursor.unreadable("a path")
        if isinstance(right, Call) and word.text != "<-":
            raise Unreadable(
                problem("M401", right.span.place(), value=f"{right.name}(…) can only be read (<-)")
            )
        return Row(left, word.text, right, modifiers(cursor), line.span)

    def _block(self, cursor: Cursor, line: Line, kind: str) -> Block:
        target = name(cursor, "a field")
        cursor.take("<->", text="<->")
        cursor.take("group", text="group")
        select = path(cursor)
        excepts: list[str] = []
        found: dict[str, object] = {}
        while not cursor.done:
            word = cursor.take(_BLOCK_WORDS, kind="word")
            if word.text in found or word.text not in _BLOCK_MODIFIERS:
                cursor.at -= 1
                raise cursor.unreadable(_BLOCK_WORDS)
            if word.text == "except":
                while not cursor.done and not any(map(cursor.peek, _BLOCK_MODIFIERS)):
                    excepts.append(cursor.take("a qualifier").value)
            elif word.text == "part":
                named = name(cursor, "the name of a part")
                found["part"] = Named(named.name, (), named.span)
            elif word.text == "repeat":
                found["repeat"] = tuple(whole(cursor) for _ in range(3))
            else:
                found[word.text] = modifier(cursor, word)
        return Block(
            kind,
            target,
            select,
            tuple(excepts),
            found.get("part"),  # type: ignore[arg-type]
            "required" in found,
            self.body(line),
            line.span,
            when=found.get("when"),  # type: ignore[arg-type]
            on_error=str(found.get("on", "fail")),
            own_policy="on" in found,
            reach=reach(found),
            repeat=found.get("repeat"),  # type: ignore[arg-type]
        )

    def _nest(self, cursor: Cursor, line: Line, _: str) -> Nest:
        target = name(cursor, "a field")
        cursor.take("<->", text="<->")
        cursor.take("group", text="group")
        select = path(cursor)
        keys: dict[str, Path] = {}
        bounds: dict[str, object] = {}
        while not cursor.done:
            word = cursor.take(_NEST_WORDS, kind="word")
            if word.text in ("from", "until"):
                bounds[word.text] = modifier(cursor, word)
            elif word.text in ("id", "parent", "level", "child"):
                keys[word.text] = path(cursor)
            else:
                cursor.at -= 1
                raise cursor.unreadable(_NEST_WORDS)
        for key in ("id", "parent"):
            if key not in keys:
                raise cursor.unreadable(f"{key} and the element that holds it")
        inside: list[Statement] = []
        levels: list[Level] = []
        for inner in line.body:
            if inner.words[0].text == "level" and len(inner.words) > 1:
                level = self.attempt(self._level, inner)
                levels.extend([level] if level else [])
            else:
                found = self.attempt(self.statement, inner)
                inside.extend([found] if found else [])
        return Nest(
            target, select, keys, tuple(inside), tuple(levels), line.span, reach=reach(bounds)
        )

    def _level(self, line: Line) -> Level:
        cursor = Cursor(line.words, line.span)
        cursor.take("level", text="level")
        return self._leveled(cursor, line)

    def _leveled(self, cursor: Cursor, line: Line) -> Level:
        codes: list[str] = []
        role, target = "node", None
        while not cursor.done:
            if cursor.accept("document"):
                role = "document"
            elif cursor.peek("shared") or cursor.peek("each"):
                role = cursor.take("shared", kind="word").text
                target = name(cursor, "a field")
            elif role == "node":
                codes.append(cursor.take("a code of the level").value)
            else:
                raise cursor.unreadable("the end of the line")
        if not codes:
            raise cursor.unreadable("a code of the level")
        return Level(tuple(codes), role, target, self.body(line), line.span)

    def _change(self, cursor: Cursor, line: Line) -> Change:
        verb = cursor.take("replace, add, drop, require or codes", kind="word").text
        if verb == "codes":
            target = name(cursor, "the name of a code list")
            cursor.take("from", text="from")
            word = cursor.take("a file")
            self._end(cursor)
            return Change(verb, target, None, Literal(word.value, True, word.span), line.span)
        if verb not in ("replace", "add", "drop", "require"):
            cursor.at -= 1
            raise cursor.unreadable("replace, add, drop, require or codes")
        if verb == "replace" and cursor.accept("level"):
            level = self._leveled(cursor, line)
            return Change(verb, level.field or Field("", level.span), level, None, line.span)
        part = self._part_name(cursor)
        if verb in ("drop", "require"):
            left = operand(cursor, wire=False)
            self._end(cursor)
            target = left if isinstance(left, Field) else Field(spelled(left), left.span)
            return Change(verb, target, None, None, line.span, part)
        statement = self._statement(cursor, line)
        if isinstance(statement, Nest):
            raise cursor.unreadable("a row or a block: a tree cannot be changed as a whole")
        left = statement.left if isinstance(statement, Row) else statement.field
        target = left if isinstance(left, Field) else Field(spelled(left), left.span)
        return Change(verb, target, statement, None, line.span, part)

    @staticmethod
    def _part_name(cursor: Cursor) -> str:
        """``part party: vat_id …``: the part whose rows are changed; empty for the map itself."""
        if not cursor.peek("part"):
            return ""
        at = cursor.at
        cursor.accept("part")
        if cursor.peek(kind="word") and cursor.words[cursor.at].text.endswith(":"):
            return cursor.take("the name of a part").text.removesuffix(":")
        cursor.at = at
        return ""

    @staticmethod
    def _end(cursor: Cursor) -> None:
        if not cursor.done:
            raise cursor.unreadable("the end of the line")
