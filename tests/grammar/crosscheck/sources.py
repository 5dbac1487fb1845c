"""The second sources, each compared in the way its tables allow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gateway.grammar import Library
from gateway.grammar.directory import Directory
from gateway.grammar.importing import read_grammar
from gateway.grammar.model import Composite, Group, MessageGrammar, Segment
from tests.grammar.crosscheck.results import TABLES, Result, digest, ours

Compare = Callable[[list[Path]], list[Result]]
EANCOM = {"1994": "D93A", "1997": "D96A", "2002": "D01B"}


def unece(paths: list[Path]) -> list[Result]:
    """Archives of directories: all we ship must be there, and be the same."""
    found = []
    for path in paths:
        made = read_grammar(path).made
        assert isinstance(made, Directory), path
        for table in TABLES:
            mine, theirs = getattr(ours("edifact", made.name), table), getattr(made, table)
            other = sorted(key for key in mine if mine[key] != theirs.get(key))
            found.append(_result("unece", "edifact", made.name, table, len(mine), other))
    return found


def sef(paths: list[Path]) -> list[Result]:
    """Guidelines over X12 004010: sets, segments and lengths of elements, by name.

    An element that a segment has in a form of its own, and the order of relational notes, are not
    compared; nor the type, which some sources have as AN for ID.
    """
    other: dict[str, set[str]] = {table: set() for table in TABLES}
    names: dict[str, set[str]] = {table: set() for table in TABLES}
    mine = ours("x12", "004010")
    for path in paths:
        made = read_grammar(path).made
        if not isinstance(made, Directory):
            continue  # encrypted
        for table in TABLES:
            for key, theirs in getattr(made, table).items():
                row = getattr(mine, table).get(key)
                if row is not None:
                    names[table].add(key)
                    if _comparable(row) != _comparable(theirs):
                        other[table].add(key)
    return [
        _result("sef", "x12", "004010", table, len(names[table]), sorted(other[table]))
        for table in TABLES
    ]


def _comparable(row: Any) -> Any:
    if isinstance(row, list):
        lines = [re.sub(r" [CO] ", " O ", line) for line in row]
        return [re.sub(r" \d{5,}$", " *", line) for line in lines]
    if "/" in row and " " in row and "|" not in row and "!" not in row and "=" not in row:
        return row.split()[-1]  # the lengths of an element: ID 1/3
    parts, _, notes = re.sub(r"=[A-Z0-9/]+|\*\d+", "", row).partition(" | ")
    return parts, sorted(notes.split())


def x12(paths: list[Path]) -> list[Result]:
    """Two sets of tables in the facts, compared when they were made: which sets differ."""
    found = []
    for path in sorted(paths[0].glob("[0-9]*.json")):
        checked = json.loads(path.read_text())["crosscheck_bots_vs_libedi"]
        mine = ours("x12", path.stem).messages
        known = {name: checked[name] for name in checked if name in mine}
        other = sorted(name for name, verdict in known.items() if verdict != "==")
        found.append(_result("x12", "x12", path.stem, "messages", len(known), other))
    return found


def eancom(paths: list[Path]) -> list[Result]:
    """Subsets of D.93A, D.96A, D.01B: every use must fit into ours.

    Compared are uses of segments, groups and elements: presence and order, maximum, mandatory
    ones, lengths.
    """
    library = Library()
    found = []
    for path in sorted(paths[0].glob("EANCOM_*.json")):
        data = json.loads(path.read_text())
        issue = path.stem.partition("_")[2].partition("_D")[0]
        directory = EANCOM[issue[:4]]
        uses, other = 0, []
        for name, rows in sorted(data["messages"].items()):
            grammar = library.message("edifact", directory, name)
            if grammar is None or name not in ours("edifact", directory).messages:
                continue  # EANCOM 1994 took some from later drafts
            check = _Subset(grammar, data["segment_variants"])
            check.members(rows, grammar.root, name)
            uses += check.uses
            other += check.wider
        row = _result("eancom", "edifact", directory, "messages", uses, other)
        found.append(row._replace(what=f"EANCOM {issue}"))
    return found


class _Subset:
    def __init__(self, grammar: MessageGrammar, variants: dict[str, Any]) -> None:
        self.grammar = grammar
        self.variants = variants
        self.uses = 0
        self.wider: list[str] = []
        self.seen: set[str] = set()

    def members(self, rows: Sequence[Any], group: Group, path: str) -> None:
        """Rows are ``[tag, status, max, variant]`` or ``[group, status, max, rows]``."""
        at = 0
        for name, _, most, *rest in rows:
            inside = rest[0] if rest and isinstance(rest[0], list) else None
            tag = inside[0][0] if inside else name
            self.uses += 1
            index = next(
                (
                    i
                    for i in range(at, len(group.members))
                    if group.members[i].tag == tag
                    and isinstance(group.members[i], Group) == bool(inside)
                ),
                None,
            )
            here = f"{path}/{tag}{':' if inside else ''}"
            if index is None:
                self.wider.append(f"{here} is not there")
                continue
            missed = [one.tag for one in group.members[at:index] if one.min]
            self.wider += [f"{path}/{one} is left out" for one in missed]
            member = group.members[index]
            at = index + 1
            if most > member.max:
                self.wider.append(f"{here} {most} > {member.max}")
            if inside and isinstance(member, Group):
                self.members(inside, member, here)
            elif rest and rest[0] not in self.seen:
                self.seen.add(rest[0])
                self.elements(self.variants[rest[0]], self.grammar.segments[tag], here)

    def elements(self, rows: Sequence[Any], segment: Segment, path: str) -> None:
        """Rows are ``[number, status, repeat, components]``, or a form ``[kind, min, max]``."""
        slots = iter(segment.elements)
        for number, status, _, inside in rows:
            self.uses += 1
            slot = next((one for one in slots if one.number == number), None)
            if slot is None:
                self.wider.append(f"{path}.{number} is not there")
            elif slot.mandatory and status != "M":
                self.wider.append(f"{path}.{number} is optional")
            elif isinstance(slot.definition, Composite):
                inner = iter(slot.components)
                for one, need, _, _, most in inside:
                    self.uses += 1
                    component = next((c for c in inner if c.element.number == one), None)
                    if component is None:
                        self.wider.append(f"{path}.{number}.{one} is not there")
                    elif (component.mandatory and need != "M") or (
                        most or 0
                    ) > component.element.max:
                        self.wider.append(f"{path}.{number}.{one} {need} {most}")
            elif (inside[2] or 0) > slot.definition.max:
                self.wider.append(f"{path}.{number} {inside[2]}")


def _result(
    source: str, standard: str, directory: str, table: str, compared: int, other: Sequence[str]
) -> Result:
    which = "; ".join(other)
    made = digest(standard, directory, table)
    return Result(source, directory, table, compared, len(other), which, made)


SOURCES: dict[str, Compare] = {"unece": unece, "eancom": eancom, "x12": x12, "sef": sef}
