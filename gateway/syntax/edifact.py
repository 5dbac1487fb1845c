"""EDIFACT: service string advice (UNA), interchange header (UNB) and the envelope's tags.

ISO 9735 syntax versions 1 to 4, service characters of level A and (versions 1 to 3) level B.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.problems import Place, Problem, problem
from gateway.syntax.charset import ENCODINGS, LEVELS, canonical
from gateway.syntax.delimiters import EDIFACT_3, EDIFACT_4, EDIFACT_B, Delimiters
from gateway.syntax.normal import elements
from gateway.syntax.part import Dialect, Kind

TAGS: dict[str, Kind] = {
    "UNG": Kind.GROUP_HEADER,
    "UNH": Kind.MESSAGE,
    "UNE": Kind.GROUP_TRAILER,
    "UNO": Kind.PACKAGE_HEADER,
    "UNP": Kind.PACKAGE_TRAILER,
    "UNZ": Kind.TRAILER,
}
MESSAGE, MESSAGE_END = "UNH", "UNT"
CROSSING = re.compile("\x1c(?:UN[ABEGHTZ]|ISA)")
"""In normal form: another envelope segment inside what was taken for one message."""

HEADER = re.compile(rb"U[\r\n]*N[\r\n]*B[\r\n]*([^A-Za-z0-9\r\n ])")
VERSIONS = ("1", "2", "3", "4")
_DEFAULTS = {
    "+": (EDIFACT_3, EDIFACT_4),
    "\x1d": (EDIFACT_B, EDIFACT_B),
}
_ROLES = ("component", "element", "decimal", "release", "repetition", "terminator")
_SHORT = re.compile(rb"UNA.{4}([^A-Za-z0-9\s])[\r\n]*UNB", re.DOTALL)


def advice(head: bytes, offset: int) -> tuple[Delimiters | None, int, list[Problem]]:
    """Read UNA at the start of ``head``: its characters, its length in bytes, and problems.

    ``None`` where the characters cannot serve; the defaults are used then. The character for
    repetition is as written here; only syntax version 4 uses it (:func:`dialect`).
    """
    short = _SHORT.match(head)
    if short and not head[9:].lstrip(b"\r\n").startswith(b"UNB"):
        found = problem(
            "S105",
            Place(offset=offset, width=8, tag="UNA"),
            header="UNA",
            reason="it has five service characters instead of six",
            right="UNA:+.? '",
        )
        return None, 8, [found]
    if len(head) < 9:
        reason = "the file ends inside it"
        place = Place(offset=offset, width=len(head), tag="UNA")
        found = problem("S105", place, header="UNA", reason=reason, right="UNA:+.? '")
        return None, len(head), [found]
    signs = head[3:9].decode("latin-1")
    delimiters = Delimiters(*signs)
    blank_release = "" if delimiters.release == " " else delimiters.release
    blank_repetition = "" if delimiters.repetition == " " else delimiters.repetition
    delimiters = replace(delimiters, release=blank_release, repetition=blank_repetition)
    found_all = _check(delimiters, offset)
    return (None if found_all else delimiters), 9, found_all


def object_length(header: str) -> int:
    """Bytes of the object behind UNO (S022 0810); 0 where it names none."""
    text = elements(header)
    length = text[4][0][0] if len(text) > 4 else ""
    return int(length) if length.isascii() and length.isdigit() and len(length) <= 18 else 0


def _check(delimiters: Delimiters, offset: int) -> list[Problem]:
    """Service characters must differ, and be neither letters, digits, blanks nor beyond ASCII."""
    roles: dict[str, str] = {}
    for number, role in enumerate(_ROLES):
        sign = getattr(delimiters, role)
        if not sign or role == "repetition":
            continue
        place = Place(offset=offset + 3 + number, tag="UNA")
        if sign.isalnum() or sign == " " or not sign.isascii():
            return [
                problem(
                    "S105",
                    place,
                    header="UNA",
                    reason=f"{sign!r} cannot be a service character ({role})",
                    right="UNA:+.? '",
                )
            ]
        if sign in roles:
            return [
                problem(
                    "S104",
                    place,
                    header="UNA",
                    value=sign,
                    role=roles[sign],
                    other=role,
                    right="UNA:+.? '",
                )
            ]
        roles[sign] = role
    return []


def provisional(sign: str, una: Delimiters | None) -> Dialect | None:
    """The dialect in which UNB can be cut, before UNB itself has said which it is.

    ``sign`` is the character after the tag UNB. ``None`` if it fits neither UNA nor a default.
    """
    if una is None:
        if sign not in _DEFAULTS:
            return None
        una = replace(_DEFAULTS[sign][1], repetition="")
    return Dialect("edifact", "3", replace(una, repetition=""), "iso8859-1")


def dialect(
    text: str, sign: str, una: Delimiters | None, codec: str | None, marked: bool, offset: int
) -> tuple[Dialect, list[Problem]]:
    """What UNB (normal form, read by :func:`provisional`) says of the whole interchange.

    ``sign`` is the character after the tag; ``codec`` is the agreement's override; ``marked``: a
    UTF-8 byte order mark came before.
    """
    found: list[Problem] = []
    content = elements(text)
    syntax = [*(content[1][0] if len(content) > 1 else []), *[""] * 4]
    level, version, encoding = syntax[0], syntax[1], syntax[3]
    if version not in VERSIONS:
        found.append(_unknown(f"version {version or '(none)'}", LEVELS.get(level, "ascii"), offset))
        version = "3"
    declared = _codec(level, encoding, offset, found, codec)
    if codec is not None:
        chosen = canonical(codec)
        if chosen != declared:
            place = Place(offset=offset, width=3, tag="UNB", element=1, component=1)
            named = level or "nothing"
            found.append(problem("S109", place, level=named, declared=declared, codec=chosen))
    else:
        chosen = "utf-8" if marked else declared
    if una is None:
        delimiters = _DEFAULTS[sign][version == "4"]
    else:
        delimiters = una if version == "4" else replace(una, repetition="")
        found += _check_repetition(delimiters, offset)
        if delimiters.repetition in _others(delimiters):
            delimiters = replace(delimiters, repetition="")
    return Dialect("edifact", version, delimiters, chosen, level), found


def _others(signs: Delimiters) -> str:
    return signs.component + signs.element + signs.decimal + signs.release + signs.terminator


def _check_repetition(signs: Delimiters, offset: int) -> list[Problem]:
    """Syntax version 4: the repetition separator of UNA must differ from the other characters."""
    if not signs.repetition or signs.repetition not in _others(signs):
        return []
    other = next(role for role in _ROLES if getattr(signs, role) == signs.repetition)
    place = Place(offset=offset, tag="UNA")
    value, right = signs.repetition, "UNA:+.?*'"
    return [
        problem(
            "S104", place, header="UNA", value=value, role=other, other="repetition", right=right
        )
    ]


def _codec(
    level: str, encoding: str, offset: int, found: list[Problem], override: str | None
) -> str:
    place = Place(offset=offset, width=3, tag="UNB", element=1, component=1)
    if level == "UNOY":
        if not encoding:
            found.append(problem("S108", place))
            return "utf-8"
        if encoding in ENCODINGS:
            return canonical(ENCODINGS[encoding])
        if override is None:
            value = f"UNOY with 0133 = {encoding}"
            found.append(problem("S107", place, value=value, codec="utf-8"))
        return "utf-8"
    if level in LEVELS:
        return canonical(LEVELS[level])
    if override is None:
        if level == "UNOX":
            found.append(problem("S107", place, value="UNOX (ISO 2022)", codec="ascii"))
        else:
            found.append(_unknown(level or "(none)", "ascii", offset))
    return "ascii"


def _unknown(value: str, codec: str, offset: int) -> Problem:
    return problem(
        "S106",
        Place(offset=offset, width=3, tag="UNB", element=1),
        value=value,
        codec=codec,
        known="UNOA … UNOL, UNOW, UNOY in versions 1 to 4",
    )
