"""Guides in the compact form of generated data: one line per segment, as grammars are.

A folder (``grammars/guides/eancom1997``) of

``ORDERS.txt``    ``# guide eancom1997 edifact D96A ORDERS``, then the members of the base in their
                  order: ``BGM R 1 BGM.1`` usage, maximum and variant of a segment, ``SG2: O 99``
                  opens a group, ``PAC N`` is not used; two blanks per level. ``tolerate G107 IMD
                  SG25 why …`` is a tolerance.
``variants.txt``  ``NAD.1 3035! C082(3039! 1131 3055) - C080(3036!=..17)``: the elements of a
                  segment by position; ``-`` is not used; ``!`` mandatory; ``=13`` a length.
``codes.txt``     ``1225 1 5 9``: the codes of an element, wherever it stands.
``private.txt``   those that the directory does not have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from gateway.grammar.guide.model import Usage
from gateway.grammar.guide.source import (
    BodySource,
    CountSource,
    ElementSource,
    GuideSource,
    MemberSource,
    ToleranceSource,
)
from gateway.grammar.text import records
from gateway.problems import Place, Problem, problem

_HEAD = re.compile(r"# guide (\S+) (edifact|x12) (\S+) (\S+)")
_PART = re.compile(r"(?P<number>[^!=(]+)(?P<must>!)?(?:=(?P<length>[^!()]+))?")
_TOKEN = re.compile(r"[^\s()]+\([^)]*\)|[^\s()]+")


def read_compact(data: bytes, path: Path, shown: str) -> tuple[GuideSource | None, list[Problem]]:
    """Read a guide in this form; its folder has the rest. The file is generated: G402 if not."""
    lines = data.decode("utf-8").splitlines()
    head = _HEAD.fullmatch(lines[0]) if lines else None
    if head is None:
        facts: dict[str, Any] = {
            "setting": "the first line",
            "value": lines[0] if lines else "",
            "rule": "it must be # guide …",
        }
        return None, [problem("G402", Place(file=shown, line=1), **facts)]
    source = GuideSource(head[1], shown, head[2], head[3], head[4], Place(file=shown, line=1))
    reader = _Reader(path.parent, shown)
    source.body.members = reader.members(list(enumerate(lines, 1))[1:], source)
    private = records(path.parent / "private.txt")
    source.private = [
        (number, frozenset(private[number].split()), Place(file=shown))
        for number in sorted(reader.used)
        if number in private
    ]
    return source, reader.problems


class _Reader:
    def __init__(self, folder: Path, shown: str) -> None:
        self.shown = shown
        self.variants = records(folder / "variants.txt")
        self.codes = records(folder / "codes.txt")
        self.used: set[str] = set()
        self.problems: list[Problem] = []
        self._made: dict[str, list[ElementSource]] = {}

    def members(self, lines: Sequence[tuple[int, str]], source: GuideSource) -> list[MemberSource]:
        top: list[MemberSource] = []
        open_ = [top]
        for number, line in lines:
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            place = Place(file=self.shown, line=number, column=len(line) - len(line.lstrip()) + 1)
            if words[0] == "tolerate":
                source.tolerances.append(_tolerance(words, place))
                continue
            depth = (len(line) - len(line.lstrip())) // 2
            name = words[0].removesuffix(":")
            usage: Usage = words[1]  # type: ignore[assignment]
            most = int(words[2]) if len(words) > 2 and words[2] != "*" else None
            member = MemberSource(name, place, CountSource(usage, None, most))
            if len(words) > 3:
                member.body = BodySource(self.elements(words[3], place))
            del open_[depth + 1 :]
            open_[depth].append(member)
            open_.append(member.body.members)
        return top

    def elements(self, variant: str, place: Place) -> list[ElementSource]:
        made = self._made.get(variant)
        if made is None:
            made = self._made[variant] = _elements(self.variants[variant], self.codes, place)
            self.used.update(_numbers(self.variants[variant]))
        return made


def _tolerance(words: Sequence[str], place: Place) -> ToleranceSource:
    """``tolerate G107 IMD SG25 why it is so``; ``/`` for the message."""
    data = {"problem": words[1], "segment": words[2], "path": words[3], "why": " ".join(words[4:])}
    return ToleranceSource(data, place, ("tolerate",))


@lru_cache(maxsize=2048)
def _numbers(variant: str) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Z]?\d{3,4}", variant))


def _elements(variant: str, codes: Mapping[str, str], place: Place) -> list[ElementSource]:
    found: list[ElementSource] = []
    for element, token in enumerate(_TOKEN.findall(variant), 1):
        if token == "-":
            found.append(ElementSource(f"@{element}", place, "N"))
            continue
        outer, bracket, inner = token.partition("(")
        found += _part(f"@{element}", outer, "R", codes, place)
        if bracket:
            for number, part in enumerate(inner.removesuffix(")").split(), 1):
                name = f"@{element}.{number}"
                if part == "-":
                    found.append(ElementSource(name, place, "N"))
                else:
                    found += _part(name, part, "M", codes, place)
    return found


def _part(
    name: str, part: str, must: Usage, codes: Mapping[str, str], place: Place
) -> list[ElementSource]:
    known = _PART.fullmatch(part)
    if known is None:
        raise ValueError(f"{part!r} is no element of a variant")
    source = ElementSource(name, place)
    if known["must"]:
        source.usage = must
    listed = codes.get(known["number"])
    if listed:
        source.codes = frozenset(listed.split())
    if known["length"]:
        low, dots, high = known["length"].partition("..")
        source.min = int(low) if low else None
        source.max = int(high) if dots else int(low)
    return [source] if source.usage or source.codes or known["length"] else []
