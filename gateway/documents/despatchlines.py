"""A despatch advice told by its lines: for formats that list lines and handling units apart.

UBL (and an IDoc) has one list of lines, each naming the unit it is packed in, and one of units.
The document keeps the tree of packages; it takes this form when it is built, and gives it to a map
that writes ``lines``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.documents.base import Model

_TREE = ("items", "packages")


def told_by_lines(packages: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines (each with the SSCC it is in) and units of a tree; lines without a number get one."""
    lines: list[dict[str, Any]] = []
    units: list[dict[str, Any]] = []
    for package, parent in _walk(packages, ""):
        unit = {
            name: one
            for name, one in package.items()
            if name not in _TREE and one not in (None, "", (), [])
        }
        sscc = unit.get("sscc") or parent
        if unit:
            units.append({**unit, "parent": parent} if parent else unit)
        for item in package.get("items") or ():
            lines.append({**item, "sscc": sscc} if sscc else dict(item))
    for position, line in enumerate(lines, 1):
        line["line"] = line.get("line") or str(position)
    return lines, units


def _walk(packages: Any, parent: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    for package in packages or ():
        yield package, parent
        yield from _walk(package.get("packages"), package.get("sscc") or parent)


def tree_of(lines: Any, units: Any) -> list[dict[str, Any]]:
    """The tree of packages. What no unit holds stands in one package that is nothing itself."""
    top: list[dict[str, Any]] = []
    known: dict[str, dict[str, Any]] = {}
    inside: list[tuple[dict[str, Any], str]] = []
    for one in units or ():
        unit = dict(_data(one))
        inside.append((unit, unit.pop("parent", "")))
        known.setdefault(unit.get("sscc", ""), unit)
    known.pop("", None)
    above = {unit.get("sscc", ""): parent for unit, parent in inside}
    for unit, parent in inside:
        holder = None if _circular(unit.get("sscc", ""), above) else known.get(parent)
        (top if holder is None else holder.setdefault("packages", [])).append(unit)
    for one in lines or ():
        line = dict(_data(one))
        sscc = line.pop("sscc", "")
        package = known.get(sscc)
        if package is None:
            package = known[sscc] = {"sscc": sscc} if sscc else {}
            top.append(package)
        package.setdefault("items", []).append(line)
    return top


def _circular(sscc: str, above: Mapping[str, str]) -> bool:
    """Whether a unit stands in itself, however far up: then it stands nowhere."""
    seen: set[str] = set()
    here = above.get(sscc, "")
    while here and here not in seen:
        if here == sscc:
            return True
        seen.add(here)
        here = above.get(here, "")
    return False


def _data(one: Any) -> Mapping[str, Any]:
    data: Mapping[str, Any] = one.to_data() if isinstance(one, Model) else one
    return data
