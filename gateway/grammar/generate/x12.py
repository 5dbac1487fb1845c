"""X12 releases, and the envelope before and from 00402, from facts."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.grammar.directory import Directory, part, tags_of, tree
from gateway.grammar.generate.selection import (
    OPEN_LISTS,
    X12_EXTENSION,
    X12_NOTES,
    X12_OPTIONAL,
    X12_REPEATS,
)
from gateway.grammar.text import element

ENVELOPE = ("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1", "ISB", "ISE")


def x12(facts: Path, out: Path) -> None:
    """Write all releases of the facts, and ``envelope00200``, ``envelope00402``."""
    old, new = (_codes(facts / f"codes_{version}.tsv") for version in ("004010", "005010x"))
    for path in sorted(facts.glob("[0-9]*.json")):
        made = _release(path.stem, _load(path))
        made.codes = dict(_fitting(old if made.name < "005" else new, made.elements))
        made.used().write(out / made.name)
    data = _load(facts / "envelope.json")
    for name, isa in (
        ("envelope00200", "ISA_before_00402"),
        ("envelope00402", "ISA_from_00402"),
    ):
        _envelope(data, name, isa).write(out / name)


def _release(name: str, data: Mapping[str, Any]) -> Directory:
    made = Directory("x12", name)
    missing = set(data["missing_segments"])
    for number, entry in data["sets"].items():
        lines = list(tree(_nodes([["ST", "M", 1], *entry["tree"], ["SE", "M", 1]])))
        if not tags_of(lines) & missing:
            made.messages[number] = lines
            made.functional_groups[number] = entry["fg"] or ""
    usual = _usual_forms(data)
    made.elements = usual
    for tag, entries in data["segments"].items():
        parts = (
            _part(entry, usual, X12_REPEATS.get((tag, entry[0]), 1))
            for entry in _mended(tag, entries)
        )
        notes = data["syntax_notes"].get(tag, [[]])[0]
        notes = X12_NOTES.get(tag, notes) if notes else notes
        made.segments[tag] = " ".join([*parts, *(["|", *notes] if notes else [])])
    for number, entries in data["composites"].items():
        made.composites[number] = " ".join(_part(entry, usual) for entry in entries)
    return made


def _nodes(nodes: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """With the tag of the trigger as name of a loop: ``["L:N1", status, max, children]``."""
    for tag, status, most, *rest in nodes:
        name = tag.removeprefix("L:")
        yield [name, status, most, list(_nodes(rest[0]))] if rest else [name, status, most]


def _usual_forms(data: Mapping[str, Any]) -> dict[str, str]:
    """The form that most places of an element have; the others name theirs."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for table in ("segments", "composites"):
        for elements in data[table].values():
            for entry in elements:
                if len(entry) == 5 and entry[0]:
                    seen[entry[0]][_form(entry)] += 1
    return {number: forms.most_common(1)[0][0] for number, forms in seen.items()}


def _form(entry: Sequence[Any]) -> str:
    return f"{entry[2]} {entry[3]}/{entry[4]}"


def _mended(tag: str, entries: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for position, entry in enumerate(entries, 1):
        yield [entry[0], "O", *entry[2:]] if (tag, position) in X12_OPTIONAL else entry


def _part(entry: Sequence[Any], usual: Mapping[str, str], repeat: int = 1) -> str:
    number, status = entry[0] or "?", entry[1]
    if len(entry) == 2:
        return part(number, status, repeat)
    form = _form(entry)
    return part(number, status, form="" if usual.get(number) == form else form)


def _envelope(data: Mapping[str, Any], name: str, isa: str) -> Directory:
    made = Directory("x12", name)
    for tag in ENVELOPE:
        entries = data[isa if tag == "ISA" else tag]
        made.segments[tag] = " ".join(part(entry[0], entry[1]) for entry in entries)
        for entry in entries:
            made.elements[entry[0]] = _form(entry)
            if len(entry) > 5 and entry[0] not in OPEN_LISTS["x12"]:
                made.codes[entry[0]] = sorted(set(entry[5]["codes"]))
    if name == "envelope00402":
        made.segments["ISX"] = " ".join(X12_EXTENSION)
        made.elements.update(X12_EXTENSION)
    return made


def _codes(path: Path) -> dict[str, list[str]]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    lists = {row[0]: sorted(set(row[1].split())) for row in rows}
    return {
        number: codes
        for number, codes in lists.items()
        if number not in OPEN_LISTS["x12"] and len(codes) > 1  # one: a fragment
    }


def _fitting(
    lists: Mapping[str, list[str]], elements: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Without the codes of a later release that are too long for an element of this one."""
    for number, codes in lists.items():
        if number in elements:
            longest = element(number, elements[number]).max
            yield number, [code for code in codes if len(code) <= longest]


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
