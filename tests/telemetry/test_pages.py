"""What the pages tell to watch exists."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.telemetry.metric import ASKED, COUNTED, metrics_page

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("howto/watch-the-house.md", "howto/grafana.json")


def known() -> dict[str, set[str]]:
    """Names as PromQL knows them, with their labels."""
    names = {}
    for row in (*COUNTED, *ASKED):
        suffixes = ("_bucket", "_sum", "_count") if row.kind == "histogram" else ("",)
        for suffix in suffixes:
            names[row.name + suffix] = {*row.labels, *(["le"] if suffix == "_bucket" else [])}
    return names


@pytest.mark.parametrize("page", PAGES)
def test_metrics_and_labels_exist(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    names = known()
    used = set(re.findall(r"\bgateway_[a-z_]+", text))
    assert used
    assert used <= set(names)
    for name, labels in re.findall(r"(gateway_[a-z_]+)\{([^}]*)\}", text):
        found = set(re.findall(r"([a-z_]+)\\?=", labels.replace("=~", "=")))
        assert found <= names[name], name
    for by, name in re.findall(r"by \(([^)]*)\) \((?:rate|increase)?\(?(gateway_[a-z_]+)", text):
        assert set(by.split(", ")) <= names[name], name


def test_the_dashboard_is_whole() -> None:
    board = json.loads((DOCS / "howto/grafana.json").read_text(encoding="utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert all(x < 24 for x, _ in cells)
        taken |= cells
        assert panel["targets"]


def test_the_reference_is_fresh() -> None:
    page = DOCS / "reference" / "metrics.md"
    assert page.read_text(encoding="utf-8") == metrics_page()
