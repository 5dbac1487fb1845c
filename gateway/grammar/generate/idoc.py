"""IDoc types from tables of facts: names, lengths, order.

``ORDERS05.json`` has the tree and the segments, ``ORDERS05.fields.tsv`` the level of each segment.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gateway.grammar.idoc.model import IdocField, IdocSegment, IdocType, IdocUse

TYPES = ("ORDERS05", "INVOIC02", "DELVRY07", "DELVRY03")
"""Types that the maps use; a customer imports others. ALEAUD01 and SYSTAT01 are kept by hand."""
_RECORDS = {"control_record": "control", "data_record": "data", "status_record": "status"}
_LENGTH = 1
_FIRST = 2


def idoc(facts: Path, out: Path) -> None:
    """Make the types whose facts are there. Raises ``OSError``, ``KeyError`` for other facts."""
    for name in TYPES:
        path = facts / f"{name}.json"
        if path.is_file():
            found = json.loads(path.read_text(encoding="utf-8"))
            rows = csv.DictReader(
                path.with_name(f"{name}.fields.tsv").read_text(encoding="utf-8").splitlines(),
                delimiter="\t",
            )
            levels = {row["segtype"]: int(row["level"]) for row in rows}
            idoc_type(found, levels).write(out / name)


def idoc_type(facts: Mapping[str, Any], levels: Mapping[str, int]) -> IdocType:
    """One type from its facts: ``tree`` of ``[name, M|O, min, max, Q?]`` and ``segments``."""
    qualified: set[str] = set()
    tree = tuple(_use(one, levels, qualified) for one in facts["tree"])
    segments = {
        name: IdocSegment(name, one["ext"], name in qualified, _fields(one["fields"]))
        for name, one in facts["segments"].items()
    }
    records = {
        kind: _fields(facts["records"][name])
        for name, kind in _RECORDS.items()
        if name in facts["records"]
    }
    return IdocType(facts["idoctype"], tree, segments, records)


def _fields(rows: Iterable[Any]) -> tuple[IdocField, ...]:
    return tuple(IdocField(row[0], row[_FIRST], row[_LENGTH]) for row in rows)


def _use(row: list[Any], levels: Mapping[str, int], qualified: set[str]) -> IdocUse:
    name, status, least, most, *more = row
    if more and isinstance(more[0], list):
        members = tuple(_use(one, levels, qualified) for one in more[0])
        return IdocUse(name, status == "M", least, most, members[0].level, members)
    if "Q" in more:
        qualified.add(name)
    return IdocUse(name, status == "M", least, most, levels[name])
