"""Fixture: a map from its text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.grammar.layout import FieldLayout, Layout, RecordLayout
from gateway.mapping import CompiledMap, Maps
from gateway.problems import errors
from tests.mapping.kit import LIBRARY, MAPS

Make = Callable[..., CompiledMap]


def _fields(*fields: FieldLayout) -> dict[str, FieldLayout]:
    return {one.name: one for one in fields}


_LINE = RecordLayout(
    "line",
    _fields(
        FieldLayout("pos"),
        FieldLayout("ean", max=14),
        FieldLayout("qty", "decimal", mark=","),
        FieldLayout("unit"),
        FieldLayout("urgent", "flag"),
    ),
)
_PARTY = RecordLayout(
    "party", _fields(FieldLayout("role"), FieldLayout("gln"), FieldLayout("name"))
)
_HEAD = RecordLayout("head", _fields(FieldLayout("contract")), many=False)
ORDER_FILE = Layout(
    "csv",
    "order",
    RecordLayout(
        "order",
        _fields(FieldLayout("number"), FieldLayout("date", "date", format="%d.%m.%Y")),
        {"line": _LINE, "party": _PARTY, "head": _HEAD},
    ),
)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """``make("edifact/D96A/ORDERS", "number <-> BGM.1004", overlay="…")``: no checks of fields."""

    def load(format_: str, rows: str, overlay: str = "", **more: Any) -> CompiledMap:
        name = f"map{len(list(tmp_path.iterdir()))}"
        base = tmp_path / f"{name}.map"
        base.write_text(f"map canonical/thing <-> {format_}\n{rows}\n")
        change = None
        if overlay:
            change = tmp_path / f"{name}-overlay.map"
            change.write_text(f"overlay {base.name}\n{overlay}\n")
        layouts = {"csv/order": ORDER_FILE}
        maps = Maps(LIBRARY, layouts, [tmp_path, MAPS], documents={})
        found, problems = maps.load(base, change, **more)
        assert found is not None, [str(one) for one in problems]
        assert not errors(problems)
        return found

    return load
