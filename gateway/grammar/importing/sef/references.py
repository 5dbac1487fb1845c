"""The references of SEF: ``[REF*1,M,>1]``, ``{:25[SAC][CUR]}``, ``{2[373,M]}``, ``01:09``.

``[mark id mask,requirement,maximum]``: a mark (``.`` not used, ``!`` must, ``$`` recommended, ``-``
not recommended, ``&`` dependent, ``@`` own) and a mask (``*1``) narrow a single use. In ``.SETS``
braces hold a loop (``{loop:maximum …}``), in ``.SEGS`` a run that is repeated (``{count …}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

DEEPEST = 30
"""Loops within loops; no standard has more than 8."""
MOST_USES = 20_000
"""Uses that one line may come to when its runs are written out."""
MOST_CODES = 5_000
"""Values of one range."""

_USE = re.compile(
    r"\[(?P<mark>[.!$&@-])?(?P<id>[A-Z0-9]{1,6})"
    r"(?:;(?P<least>\d{0,6}):(?P<longest>\d{0,6}))?(?P<mask>[^,\[\]{}]{0,40}+)"
    r"(?:,(?P<need>[A-Z]?))?(?:,(?P<most>>?\d{0,9}))?[^\[\]]{0,80}+\]"
)
_OPEN = re.compile(r"\{(?P<head>[^\[\]{}^]{0,60}+)")
_BETWEEN = re.compile(r"[\^ ]|[+-]\d{1,6}")
_HEAD = re.compile(r"(?P<name>[^:]*+):(?P<most>>?\d{0,9})(?:[+-]\d{1,6})?")


class BadReferenceError(ValueError):
    """A reference that cannot be read; says what stands there."""


@dataclass(slots=True)
class Use:
    """One use of a segment, composite or element."""

    id: str
    mandatory: bool
    most: str
    """``1``, ``12``, ``>1``."""
    narrowed: bool
    """Whether a mark or mask narrows this use."""
    lengths: tuple[str, str] | None = None
    """Minimum and maximum where the use has its own."""


@dataclass(slots=True)
class Run:
    """What braces hold."""

    most: str
    members: list[Use | Run] = field(default_factory=list)


def references(text: str) -> tuple[list[Use | Run], str]:
    """Uses and runs at the start of a text, and the rest of it.

    Raises :class:`BadReferenceError`.
    """
    root = Run("1")
    around = [root]
    at = 0
    while at < len(text):
        if known := _USE.match(text, at):
            around[-1].members.append(_use(known))
        elif known := _OPEN.match(text, at):
            if len(around) > DEEPEST:
                raise BadReferenceError(f"more than {DEEPEST} loops within each other")
            run = Run(_most(known["head"]))
            around[-1].members.append(run)
            around.append(run)
        elif text[at] == "}" and len(around) > 1:
            around.pop()
            at += 1
            continue
        elif not (known := _BETWEEN.match(text, at)):
            break
        at = known.end()
    if len(around) > 1:
        raise BadReferenceError(text[at : at + 30] or "the end of the line")
    return root.members, text[at:]


def _use(known: re.Match[str]) -> Use:
    own = known["least"] or known["longest"]
    return Use(
        known["id"],
        known["need"] == "M",
        known["most"] or "1",
        bool(known["mark"] or known["mask"]),
        (known["least"] or "", known["longest"] or "") if own else None,
    )


def _most(head: str) -> str:
    """``:25``, ``N1:>1+10``; ``2`` (a run of elements); nothing is 1."""
    known = _HEAD.fullmatch(head)
    if known is not None:
        return known["most"] or "1"
    return head if head.isascii() and head.isdigit() else "1"


def flat(members: list[Use | Run]) -> list[Use]:
    """Elements of a segment: runs written out as often as they may stand."""
    found: list[Use] = []
    for use in _flat(members):
        found.append(use)
        if len(found) > MOST_USES:
            raise BadReferenceError(f"more than {MOST_USES} elements")
    return found


def _flat(members: list[Use | Run]) -> Iterator[Use]:
    for member in members:
        if isinstance(member, Use):
            yield member
        else:
            for _ in range(min(int(member.most.lstrip(">") or "1"), MOST_USES)):
                yield from _flat(member.members)


def codes(text: str) -> list[str]:
    """Values of a code list: ``E,R,01:09,AA:AE``; behind ``%`` stand subsets of single uses.

    Raises :class:`BadReferenceError`.
    """
    found: list[str] = []
    for piece in text.partition("%")[0].split(","):
        value = piece.strip()
        first, colon, last = value.partition(":")
        if not value:
            continue
        if not all(part.isascii() and part.isalnum() for part in (first, last or first)):
            raise BadReferenceError(value[:40])
        found += _range(first, last) if colon else [first]
    return found


def _range(first: str, last: str) -> Iterator[str]:
    """``01:09``, ``AA:AE``, ``1A:1Z``: the last sign counts up, then the one before it."""
    value = first
    for _ in range(MOST_CODES):
        yield value
        if value == last:
            return
        value = _next(value)
    raise BadReferenceError(f"{first}:{last}")


def _next(value: str) -> str:
    head, sign = value[:-1], value[-1]
    if sign not in "9Zz":
        return head + chr(ord(sign) + 1)
    start = {"9": "0", "Z": "A", "z": "a"}[sign]
    if head:
        return _next(head) + start
    return "10" if sign == "9" else start * 2
