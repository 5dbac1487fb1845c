"""A cursor over the words of one line, and the expressions and modifiers that rows are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches

from gateway.mapping.directories import is_directory
from gateway.mapping.statements import (
    EVERYWHERE,
    Call,
    Comparison,
    Condition,
    Field,
    Literal,
    Modifiers,
    Named,
    Operand,
    Path,
    Reach,
    Span,
    Test,
)
from gateway.mapping.tokens import Token
from gateway.problems import Problem, problem

FUNCTIONS = ("join", "concat", "first", "lookup", "count", "sum", "now")
"""Functions that rows may call."""
POLICIES = ("fail", "warn", "keep", "drop")
"""What ``on error`` may say."""
_DEEPEST = 8
"""Parentheses within parentheses."""
_WORDS = ("codes", "lookup", "default", "implied", "required", "when", "on", "from", "until")


class Unreadable(Exception):  # noqa: N818 (carries a problem)
    """A line that cannot be read; carries the problem. Never leaves the parser."""

    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


@dataclass
class Cursor:
    """Words of one line, taken from the left."""

    words: list[Token]
    line: Span
    at: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether all words are taken."""
        return self.at >= len(self.words)

    def peek(self, text: str | None = None, kind: str | None = None) -> bool:
        """Whether the next word has this text or kind."""
        if self.done:
            return False
        word = self.words[self.at]
        return (text is None or word.text == text) and (kind is None or word.kind == kind)

    def take(self, wanted: str, text: str | None = None, kind: str | None = None) -> Token:
        """The next word, which must be ``text`` or of ``kind``; else M101 that says ``wanted``."""
        if not self.peek(text, kind):
            raise self.unreadable(wanted)
        self.at += 1
        return self.words[self.at - 1]

    def accept(self, text: str) -> bool:
        """Take the next word if it is ``text``."""
        if self.peek(text):
            self.at += 1
            return True
        return False

    def unreadable(self, wanted: str) -> Unreadable:
        """M101 at the next word (or after the last one)."""
        if self.done:
            last = self.words[-1].span
            spot, text = Span(last.file, last.line, last.column + last.width), "the end of the line"
        else:
            spot, text = self.words[self.at].span, self.words[self.at].text
        return Unreadable(problem("M101", spot.place(), wanted=wanted, value=text))

    def between(self, start: int) -> Span:
        """Where the words from number ``start`` to the last taken one stand."""
        first, last = self.words[start].span, self.words[self.at - 1].span
        width = last.column + last.width - first.column
        return Span(first.file, first.line, first.column, width)


def name(cursor: Cursor, wanted: str) -> Field:
    """A canonical field or the name of a part or list."""
    word = cursor.take(wanted, kind="word")
    return Field(word.text, word.span)


def literal(cursor: Cursor) -> Literal:
    """``"EUR"``, ``1``, ``true``."""
    if cursor.peek(kind="string"):
        word = cursor.take("a value", kind="string")
        return Literal(word.value, True, word.span)
    word = cursor.take('a value: "text" in quotes, a number, true or false', kind="word")
    if not is_number(word.text) and word.text not in ("true", "false"):
        cursor.at -= 1
        raise cursor.unreadable('a value: "text" in quotes, a number, true or false')
    return Literal(word.text, False, word.span)


def whole(cursor: Cursor) -> int:
    """``03``: a position or a count."""
    word = cursor.take("a whole number", kind="word")
    if not (word.text.isascii() and word.text.isdigit() and int(word.text)):
        cursor.at -= 1
        raise cursor.unreadable("a whole number")
    return int(word.text)


def is_number(text: str) -> bool:
    """``1``, ``-0.5``."""
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def path(cursor: Cursor) -> Path:
    """A path; what it means is decided against the grammar."""
    word = cursor.take("a path on the wire, such as QTY+21.6060", kind="word")
    return Path(word.text, word.span)


def operand(cursor: Cursor, *, wire: bool, inside: bool = False) -> Operand:
    """One side of a row: a path (``wire``) or field, a literal, or a call (not in a call)."""
    start = cursor.at
    if cursor.peek(kind="string") or (
        not wire and cursor.peek(kind="word") and is_number(cursor.words[cursor.at].text)
    ):
        return literal(cursor)
    word = cursor.take("a path" if wire else "a field", kind="word")
    if word.text == "lookup" and not inside:
        code_list = name(cursor, "the name of a table or code list").name
        cursor.take("(", text="(")
        inner = operand(cursor, wire=wire, inside=True)
        cursor.take(")", text=")")
        return Call("lookup", (inner,), cursor.between(start), code_list)
    if not cursor.accept("("):
        return Path(word.text, word.span) if wire else Field(word.text, word.span)
    if inside:
        cursor.at -= 1
        raise cursor.unreadable("no call inside a call")
    if word.text not in FUNCTIONS:
        near = get_close_matches(word.text, FUNCTIONS, 1)
        cursor.at = start
        hint = f"; did you mean {near[0]}?" if near else ""
        raise cursor.unreadable(f"one of {' '.join(FUNCTIONS)}{hint}")
    arguments: list[Operand] = []
    while not cursor.accept(")"):
        if arguments:
            cursor.take(", or )", text=",")
        arguments.append(operand(cursor, wire=wire, inside=True))
    return Call(word.text, tuple(arguments), cursor.between(start))


def modifiers(cursor: Cursor) -> Modifiers:
    """Everything after the path, to the end of the line."""
    start = cursor.at
    found: dict[str, object] = {}
    while not cursor.done:
        word = cursor.take("a modifier", kind="word")
        key = word.text if word.text in _WORDS else "converter"
        if key in found:
            cursor.at -= 1
            raise cursor.unreadable(f"no second {key}")
        found[key] = modifier(cursor, word)
    text = " ".join(token.text for token in cursor.words[start:])
    return Modifiers(
        converter=found.get("converter"),  # type: ignore[arg-type]
        codes=found.get("codes"),  # type: ignore[arg-type]
        default=found.get("default"),  # type: ignore[arg-type]
        implied=found.get("implied"),  # type: ignore[arg-type]
        required="required" in found,
        when=found.get("when"),  # type: ignore[arg-type]
        on_error=str(found.get("on", "fail")),
        text=text,
        lookup=found.get("lookup"),  # type: ignore[arg-type]
        reach=reach(found),
        own_policy="on" in found,
    )


def reach(found: dict[str, object]) -> Reach:
    """The directories that ``from`` and ``until`` name."""
    words = [one for one in (found.get("from"), found.get("until")) if isinstance(one, Named)]
    if not words:
        return EVERYWHERE
    since, until = (found.get(key) for key in ("from", "until"))
    return Reach(
        since.name if isinstance(since, Named) else "",
        until.name if isinstance(until, Named) else "",
        words[0].span,
    )


def modifier(cursor: Cursor, word: Token) -> object:
    """What follows a word that begins a modifier."""
    if word.text == "required":
        return True
    if word.text in ("default", "implied"):
        return literal(cursor)
    if word.text in ("codes", "lookup"):
        kind = "code list" if word.text == "codes" else "table"
        code_list = cursor.take(f"the name of a {kind}", kind="word")
        return Named(code_list.text, (), code_list.span)
    if word.text in ("from", "until"):
        directory = cursor.take("a directory such as D01B or 004010", kind="word")
        if not is_directory(directory.text):
            cursor.at -= 1
            raise cursor.unreadable("a directory such as D01B or 004010")
        return Named(directory.text, (), directory.span)
    if word.text == "when":
        return test(cursor)
    if word.text == "on":
        cursor.take("on error fail, warn, keep or drop", text="error")
        policy = cursor.take("fail, warn, keep or drop", kind="word")
        if policy.text not in POLICIES:
            cursor.at -= 1
            raise cursor.unreadable("fail, warn, keep or drop")
        return policy.text
    return _converter(cursor, word)


def _converter(cursor: Cursor, word: Token) -> Named:
    arguments: list[str] = []
    if cursor.accept("("):
        while not cursor.accept(")"):
            if arguments:
                cursor.take(", or )", text=",")
            kind = "string" if cursor.peek(kind="string") else "word"
            arguments.append(cursor.take("a value", kind=kind).value)
    return Named(word.text, tuple(arguments), word.span)


def test(cursor: Cursor, depth: int = 0) -> Test:
    """A condition. ``and`` and ``or`` do not mix without parentheses."""
    tests: list[Test] = [_comparison(cursor, depth)]
    operator = ""
    while cursor.peek("and") or cursor.peek("or"):
        word = cursor.take("and", kind="word").text
        if operator and word != operator:
            cursor.at -= 1
            raise cursor.unreadable(f"parentheses: {operator} and {word} do not mix without them")
        operator = word
        tests.append(_comparison(cursor, depth))
    return Condition(operator, tuple(tests)) if operator else tests[0]


def _comparison(cursor: Cursor, depth: int) -> Test:
    if depth < _DEEPEST and cursor.accept("("):
        inside = test(cursor, depth + 1)
        cursor.take(")", text=")")
        return inside
    behind = cursor.words[cursor.at + 1 : cursor.at + 2]
    if cursor.peek("length") and behind and behind[0].text == "(":
        return _length(cursor)
    left = name(cursor, "a field to test")
    for word in ("present", "absent"):
        if cursor.accept(word):
            return Comparison(left, word)
    for sign in ("=", "!="):
        if cursor.accept(sign):
            return Comparison(left, sign, literal(cursor).text)
    raise cursor.unreadable("= != present or absent")


def _length(cursor: Cursor) -> Comparison:
    """``length(gtin) = 12``."""
    cursor.take("length", text="length")
    cursor.take("(", text="(")
    left = name(cursor, "a field to test")
    cursor.take(")", text=")")
    for sign in ("=", "!="):
        if cursor.accept(sign):
            number = literal(cursor).text
            if number.isdigit():
                return Comparison(left, sign, number, length=True)
            cursor.at -= 1
            raise cursor.unreadable("a number")
    raise cursor.unreadable("= or !=")
