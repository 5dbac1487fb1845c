"""Write segments: normal form -> bytes on the wire.

A whole run of segments is escaped with a handful of ``str.replace`` calls. The slow look at single
segments happens only when something cannot be written, to say where.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from gateway.problems import Place, Problem, problem
from gateway.syntax.charset import repertoire
from gateway.syntax.normal import COMPONENT, ELEMENT, LOST, REPETITION, TERMINATOR, elements
from gateway.syntax.part import Dialect

_UNWRITABLE = re.compile(f"[\x00-\x1b\x7f-\x9f{LOST}]")
_ROLES = {
    "component": "components",
    "element": "elements",
    "repetition": "repetitions",
    "terminator": "segments",
}


def write_segments(
    segments: Iterable[str],
    dialect: Dialect,
    *,
    line_breaks: bool = False,
    line_break: str = "\r\n",
) -> tuple[bytes, list[Problem]]:
    """Write segments as ``dialect`` has them, each with its terminator.

    ``line_breaks`` puts ``line_break`` after each terminator (unless that is a line break itself).
    Characters with a meaning in the syntax are released. If anything cannot be written, the bytes
    are empty and the problems (S15x) say where: nothing half-written can be sent by mistake.
    Segment positions count from 1 within ``segments``.
    """
    texts = list(segments)
    if not texts:
        return b"", []
    body = TERMINATOR.join(texts) + TERMINATOR
    shown = [_without_signs(text, dialect) for text in texts] if "ISA" in body else texts
    checked = TERMINATOR.join(shown) + TERMINATOR
    if checked.count(TERMINATOR) != len(texts) or not _writable(checked, dialect):
        numbered = enumerate(shown, 1)
        found = [item for number, text in numbered for item in _check(text, number, dialect)]
        if found:
            return b"", found
    return _wired(body, dialect, line_break if line_breaks else "").encode(dialect.codec), []


def writable(segments: Iterable[str], dialect: Dialect) -> bool:
    """Whether :func:`write_segments` would write them; ISA, which names the signs, is none."""
    texts = list(segments)
    body = TERMINATOR.join(texts) + TERMINATOR
    return body.count(TERMINATOR) == len(texts) and _writable(body, dialect)


def misfits(signs: Collection[str], dialect: Dialect) -> list[str]:
    """Which of these characters no value may hold: outside the charset, or a bare separator."""
    allowed = repertoire(dialect.level, dialect.codec)
    bare = [] if dialect.delimiters.release else _literals(dialect)
    return [
        sign
        for sign in sorted(set(signs) - _STRUCTURE)
        if sign in bare
        or _UNWRITABLE.match(sign)
        or (allowed is not None and sign not in allowed)
        or not _fits(sign, dialect)
    ]


def _without_signs(text: str, dialect: Dialect) -> str:
    """ISA without its elements 11 and 16, in which the delimiters stand as themselves."""
    parts = text.split(ELEMENT)
    if dialect.standard != "x12" or parts[0] != "ISA":
        return text
    for number, sign in (
        (11, dialect.delimiters.repetition),
        (16, dialect.delimiters.component),
    ):
        if number < len(parts) and parts[number] == sign:
            parts[number] = ""
    return ELEMENT.join(parts)


def _wired(body: str, dialect: Dialect, line_break: str) -> str:
    """Normal form with terminators -> text on the wire, for what :func:`_writable` lets through."""
    signs = dialect.delimiters
    if signs.release:
        for sign in (signs.release, *_literals(dialect)):
            if sign in body:
                body = body.replace(sign, signs.release + sign)
    end = signs.terminator
    if end not in "\r\n":
        end += line_break
    wires: dict[str, str] = {
        COMPONENT: signs.component,
        ELEMENT: signs.element,
        REPETITION: signs.repetition,
        TERMINATOR: end,
    }
    if _STRUCTURE.intersection("".join(wires.values())):
        return body.translate({ord(sign): wire for sign, wire in wires.items()})
    for sign, wire in wires.items():
        body = body.replace(sign, wire)
    return body


def _literals(dialect: Dialect) -> list[str]:
    """The delimiters that may stand in data as themselves, and then need a release."""
    signs = dialect.delimiters
    four = (signs.component, signs.element, signs.repetition, signs.terminator)
    return [sign for sign in four if sign and sign >= " "]


def _writable(body: str, dialect: Dialect) -> bool:
    signs = dialect.delimiters
    if _UNWRITABLE.search(body) or (REPETITION in body and not signs.repetition):
        return False
    if not signs.release and any(sign in body for sign in _literals(dialect)):
        return False
    allowed = repertoire(dialect.level, dialect.codec)
    if allowed is not None:
        return allowed.issuperset(set(body).difference(_STRUCTURE))
    if body.isascii():
        return True
    try:
        body.encode(dialect.codec)
    except UnicodeEncodeError:
        return False
    return True


_STRUCTURE = frozenset((COMPONENT, ELEMENT, REPETITION, TERMINATOR))


def _check(text: str, number: int, dialect: Dialect) -> Iterator[Problem]:
    """Every value of one segment that cannot be written, with its place."""
    content = elements(text)
    tag = content[0][0][0]
    for position, repetitions in enumerate(content):
        place = Place(segment=number, tag=tag, element=position or None)
        if len(repetitions) > 1 and not dialect.delimiters.repetition:
            yield problem("S154", place, standard=dialect.standard, version=dialect.version)
        for nth, components in enumerate(repetitions, 1):
            for component, value in enumerate(components, 1):
                exact = Place(
                    segment=number,
                    tag=tag,
                    element=position or None,
                    component=component if len(components) > 1 else None,
                    repetition=nth if len(repetitions) > 1 else None,
                )
                yield from _check_value(value, exact, dialect)


def _check_value(value: str, place: Place, dialect: Dialect) -> Iterator[Problem]:
    allowed = repertoire(dialect.level, dialect.codec)
    signs = dialect.delimiters
    charset = dialect.level or dialect.codec
    for character in dict.fromkeys(value):
        if character == TERMINATOR or _UNWRITABLE.match(character):
            yield problem("S153", place, value=_named(character))
        elif not signs.release and character in _literals(dialect):
            role = next(name for name in _ROLES if getattr(signs, name) == character)
            yield problem("S151", place, value=_named(character), role=_ROLES[role])
        elif (allowed is not None and character not in allowed) or not _fits(character, dialect):
            yield problem("S152", place, value=_named(character), charset=charset)


def _fits(character: str, dialect: Dialect) -> bool:
    try:
        character.encode(dialect.codec)
    except UnicodeEncodeError:
        return False
    return True


def _named(character: str) -> str:
    return (
        f"{character} (U+{ord(character):04X})"
        if character.isprintable()
        else f"U+{ord(character):04X}"
    )
