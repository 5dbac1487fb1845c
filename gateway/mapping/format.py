"""A map in columns: field, operator, path, modifiers.

Only blanks change. ``parse(formatted(text)) == parse(text)`` up to positions, and a formatted text
stays as it is; a text that cannot be read is left alone. Comments keep their words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.mapping.language import parse
from gateway.mapping.outline import INDENT
from gateway.mapping.statements import Span
from gateway.mapping.tokens import Token, tokens
from gateway.problems import Problem, has_errors

OPERATOR, PATH, MODIFIER, SECOND = 23, 28, 60, 80
"""Columns (from 0) where they start; what is longer pushes the rest of its line to the right."""
_STARTS = ("codes", "default", "implied", "required", "when", "on", "from", "until", "lookup")
"""Words that begin a modifier; any other word there is a converter."""
_BLOCK = (
    "group", "except", "part", "required", "id", "parent", "level", "child", "from", "until",
    "repeat",
)  # fmt: skip
_VERBS = ("replace", "add", "drop", "require")
_VERB = max(map(len, _VERBS))
_TIGHT_AFTER = ("when", "and", "or")
"""Words that a parenthesis stands apart from; after any other it is a call."""


@dataclass
class _Line:
    """One line cut into columns; a line without an operator has only ``left``."""

    indent: int
    left: str
    operator: str = ""
    path: str = ""
    modifiers: list[str] = field(default_factory=list)
    comment: str = ""


def formatted(text: str, file: str = "") -> tuple[str | None, list[Problem]]:
    """The text in columns; ``None`` with the problems of a text that cannot be read."""
    before, problems = parse(text, file)
    if has_errors(problems):
        return None, problems
    written = [_joined(_cut(raw)) for raw in text.removeprefix("\ufeff").splitlines()]
    while written and not written[-1]:
        written.pop()
    result = "".join(f"{one}\n" for one in written)
    after, _ = parse(result, file)
    if said(after) != said(before):
        raise AssertionError(f"formatting would change what {file} says")
    return result, problems


def said(value: object) -> object:
    """What a parsed map says, without the places where it says it."""
    if isinstance(value, Span):
        return None
    if dataclasses.is_dataclass(value):
        names = [one.name for one in dataclasses.fields(value)]
        return (type(value).__name__, *(said(getattr(value, name)) for name in names))
    if isinstance(value, tuple | list):
        return tuple(said(one) for one in value)
    if isinstance(value, dict):
        return tuple((key, said(one)) for key, one in value.items())
    return value


def _cut(raw: str) -> _Line:
    shown = raw.rstrip()
    indent = len(shown) - len(shown.lstrip())
    words = tokens(shown, "", 1)
    if not words:
        return _Line(indent, shown.lstrip())
    last = words[-1].span
    comment = shown[last.column + last.width - 1 :].strip()
    at = next((at for at, word in enumerate(words) if word.kind == "operator"), None)
    indent = indent // INDENT * INDENT
    if at is None or words[0].text == "map":
        return _Line(indent, _plain(words), comment=comment)
    left, right = words[:at], words[at + 1 :]
    block = any(word.text in ("one", "each", "nest") for word in left[:2])
    phrases = list(_block_phrases(right) if block else _row_phrases(right))
    path = "  ".join(phrases) if block else phrases[0]
    modifiers = [] if block else phrases[1:]
    return _Line(indent, _plain(left), words[at].text, path, modifiers, comment)


def _plain(words: Sequence[Token]) -> str:
    """Words with single blanks; the verb of an overlay fills a column."""
    if words[0].text in _VERBS and len(words) > 1:
        return f"{words[0].text:{_VERB}} {_spelled(words[1:])}"
    return _spelled(words)


def _spelled(words: Sequence[Token]) -> str:
    text = ""
    before = ""
    for word in words:
        tight = word.text in ("," , ")") or before == "("  # fmt: skip
        if word.text == "(":
            tight = tight or before not in _TIGHT_AFTER
        text += ("" if tight or not text else " ") + word.text
        before = word.text
    return text


def _block_phrases(words: Sequence[Token]) -> Iterator[str]:
    start = 0
    for at, word in enumerate(words):
        if at and word.text in _BLOCK and words[at - 1].text not in ("group", "part"):
            yield _spelled(words[start:at])
            start = at
    yield _spelled(words[start:])


def _row_phrases(words: Sequence[Token]) -> Iterator[str]:
    """The path or call, then each modifier."""
    end = _operand(words)
    yield _spelled(words[:end])
    while end < len(words):
        start, end = end, _modifier(words, end)
        yield _spelled(words[start:end])


def _operand(words: Sequence[Token]) -> int:
    at = 2 if words[0].text == "lookup" and len(words) > 1 else 1
    return _closed(words, at)


def _closed(words: Sequence[Token], at: int) -> int:
    """Behind the parentheses that open at ``at``, if any do."""
    if at >= len(words) or words[at].text != "(":
        return at
    depth = 0
    for position in range(at, len(words)):
        depth += {"(": 1, ")": -1}.get(words[position].text, 0)
        if not depth:
            return position + 1
    return len(words)


def _modifier(words: Sequence[Token], at: int) -> int:
    """Where the modifier that starts at ``at`` ends."""
    word = words[at].text
    if word == "when":
        return _test(words, at + 1)
    if word == "required":
        return at + 1
    if word == "on":
        return min(at + 3, len(words))
    if word in _STARTS:
        return min(at + 2, len(words))
    return _closed(words, at + 1)


def _test(words: Sequence[Token], at: int) -> int:
    while at < len(words):
        group = words[at].text == "("
        at = _closed(words, at) if group else _closed(words, at + 1)  # a field, or length(field)
        if not group:
            at += 2 if at < len(words) and words[at].text in ("=", "!=") else 1
        if at >= len(words) or words[at].text not in ("and", "or"):
            break
        at += 1
    return min(at, len(words))


def _joined(line: _Line) -> str:
    text = " " * line.indent + line.left
    if not line.operator:
        return f"{text}  {line.comment}" if line.comment else text
    text = _padded(text, OPERATOR, 1) + line.operator
    text = _padded(text, PATH, 1) + line.path
    columns = iter((MODIFIER, SECOND))
    for phrase in (*line.modifiers, *filter(None, (line.comment,))):
        text = _padded(text, next(columns, 0), 2) + phrase
    return text


def _padded(text: str, column: int, least: int) -> str:
    """The text with blanks up to a column, or at least so many."""
    return text + " " * max(least, column - len(text))
