"""EDIFACT directories, and the service segments of syntax versions 3 and 4, from facts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.grammar.directory import Directory, part, tree
from gateway.grammar.generate.selection import (
    DELETED,
    DOUBTFUL,
    EDIFACT_MESSAGES,
    MENDED,
    OPEN_LISTS,
    SERVICE_NOTES,
)


def edifact(facts: Path, out: Path) -> None:
    """Write all directories of ``facts/dir`` and ``service3``, ``service4``."""
    values = _values(facts / "codes.tsv")
    order = (facts / "code_directories.txt").read_text(encoding="utf-8").split()
    added = _eancom_codes(facts / "eancom")
    for path in sorted((facts / "dir").glob("*.json")):
        made = _directory(path.stem, _load(path))
        for number, codes in _codes_of(path.stem, values, order).items():
            made.codes[number] = sorted({*codes, *added.get(number, ())})
        made.used().write(out / made.name)
    for version, data in _load(facts / "service.json")["syntax"].items():
        made = _service(f"service{version}", data)
        made.write(out / made.name)


def _directory(dotted: str, data: Mapping[str, Any]) -> Directory:
    made = Directory("edifact", dotted.replace(".", ""))
    for message in EDIFACT_MESSAGES:
        if message in data["messages"] and (made.name, message) not in DOUBTFUL:
            deleted = DELETED.get(made.name, {}).get(message, frozenset())
            nodes = _nodes(data["messages"][message], deleted)
            made.messages[message] = list(tree(_complete(list(nodes))))
    for tag, elements in data["segments"].items():
        made.segments[tag] = " ".join(part(*element) for element in elements)
    for number, components in data["composites"].items():
        made.composites[number] = " ".join(part(*component) for component in components)
    made.elements = {number: entry[0] for number, entry in data["elements"].items()}
    made.elements.update(MENDED.get(made.name, {}))
    return made


def _nodes(
    nodes: Sequence[Sequence[Any]], deleted: Collection[str] = ()
) -> Iterator[Sequence[Any]]:
    """Without the positions that the facts have: ``[tag, status, max, position, children]``."""
    for tag, status, most, *rest in nodes:
        gone = bool(rest) and rest[0] in deleted
        if rest and isinstance(rest[-1], list):
            inside = list(_nodes(rest[-1], deleted))
            yield from inside if gone else [[tag, status, most, inside]]
        elif not gone:
            yield [tag, status, most]


def _complete(nodes: list[Sequence[Any]]) -> list[Sequence[Any]]:
    """With UNH and UNT, which the facts of IFTMBF D.94A lack."""
    ends: list[list[Sequence[Any]]] = [[[tag, "M", 1]] for tag in ("UNH", "UNT")]
    first = [] if nodes[0][0] == "UNH" else ends[0]
    last = [] if nodes[-1][0] == "UNT" else ends[1]
    return [*first, *nodes, *last]


def _service(name: str, data: Mapping[str, Any]) -> Directory:
    made = Directory("edifact", name)
    made.messages["CONTRL"] = list(tree(_nodes(data["CONTRL"])))
    for tag, elements in data["segments"].items():
        parts = []
        for number, status, form, *repeat in elements:
            parts.append(part(number, status, *repeat))
            if isinstance(form, list):
                made.composites[number] = " ".join(part(n, s) for n, s, _ in form)
                made.elements.update({n: f for n, _, f in form})
            else:
                made.elements[number] = form
        notes = SERVICE_NOTES.get((name, tag), ())
        made.segments[tag] = " ".join([*parts, *(["|", *notes] if notes else [])])
    lists = {**data["codes"], **data.get("codes_unsl_d96a", {})}
    for number, rows in lists.items():
        if number in made.elements and number not in OPEN_LISTS["edifact"]:
            made.codes[number] = sorted({value for value, _ in rows})
    return made


def _values(path: Path) -> list[tuple[str, str, str]]:
    """Element, code and ranges of directories of each row of ``codes.tsv``."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(number, code, ranges) for number, code, _, ranges in rows]


def _eancom_codes(folder: Path) -> dict[str, set[str]]:
    """Codes that retail adds to the lists; of all EANCOM issues, for they travel."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.glob("*.json")):
        for number, codes in _load(path)["codes"].items():
            found[number].update(codes)
    return found


def _codes_of(
    directory: str, values: Iterable[tuple[str, str, str]], order: Sequence[str]
) -> dict[str, list[str]]:
    if directory not in order:
        return {}
    at = order.index(directory)
    found: dict[str, list[str]] = defaultdict(list)
    for number, code, ranges in values:
        if number not in OPEN_LISTS["edifact"] and _within(at, ranges, order):
            found[number].append(code)
    return found


def _within(at: int, ranges: str, order: Sequence[str]) -> bool:
    """Whether a directory is in ``D.94A..D.95B,D.96A`` (``D.96A..``: from there on)."""
    for piece in ranges.split(","):
        first, dots, last = piece.partition("..")
        low = order.index(first)
        high = order.index(last) if last else len(order) if dots else low
        if low <= at <= high:
            return True
    return False


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
