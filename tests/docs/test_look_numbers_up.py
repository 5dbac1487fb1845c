"""The page of tables: its overlay holds over the real map, its definition is one."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.config.tabledefinition import read_definition
from gateway.mapping import Maps
from gateway.mapping.tablefiles import TableFiles
from gateway.problems import errors
from tests.mapping.kit import LIBRARY, tree, wire

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "howto" / "look-numbers-up.md"
BLOCKS = re.findall(r"^```(\w*) ?(\S*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
ORDER = (
    "BGM+220+1+9'DTM+137:20260504:102'NAD+BY+4099999000004::9'LIN+1++4012345000016:EN'"
    "QTY+21:1:PCE'UNS+S'"
)


def block(kind: str) -> tuple[str, str]:
    return next((more, text) for found, more, text in BLOCKS if found == kind)


def test_the_overlay_of_the_page_looks_numbers_up(tmp_path: Path) -> None:
    name, text = block("file")
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "customer.csv").write_text("gln,customer\n4099999000004,10001\n")
    base, text = block("overlay")
    overlay = tmp_path / Path(base).name
    overlay.write_text(f"overlay {base}\n{text}", "utf-8")
    maps = Maps(LIBRARY, None, [ROOT / "mappings"])
    found, problems = maps.load(base, overlay, tables=TableFiles([tmp_path]))
    assert errors(problems) == []
    assert found is not None
    document, problems = found.read(tree(found, ORDER, clean=False))
    assert errors(problems) == []
    assert document["lines"][0]["supplier_item"] == "A-100"
    assert "RFF+ADE:10001" in wire(found.write(document)[0])


def test_the_definition_of_the_page_is_one(tmp_path: Path) -> None:
    path = tmp_path / "article.yaml"
    path.write_text(block("yaml")[1], "utf-8")
    definition, problems = read_definition(path, "article.yaml")
    assert problems == []
    assert definition is not None
    assert definition.columns == ("gtin", "number")
