"""Files against the XML schema that a user supplies."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.xml.schema import Schemas

FOLDER = Path(__file__).parents[1] / "importing" / "schemas" / "shop"
HEAD = '<ShopOrder version="1" xmlns="urn:example:shop:order" xmlns:c="urn:example:shop:common">'
GOOD = (
    f'{HEAD}<OrderNo>1</OrderNo><Date>2026-11-24</Date><Partner role="BY"><c:Name>Northwind'
    "</c:Name></Partner><Positions><Position><c:No>1</c:No><c:Quantity>1</c:Quantity></Position>"
    "</Positions></ShopOrder>"
)


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(FOLDER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, []),
        (GOOD.replace(' version="1"', ""), ["F244"]),
        (GOOD.replace("2026-11-24", "soon"), ["F244"]),
        ("<Other/>", ["F204"]),
        ("<ShopOrder", ["F201"]),
        (f"<!DOCTYPE ShopOrder>{GOOD}", ["F202"]),
    ],
)
def test_findings(schemas: Schemas, text: str, expected: list[str]) -> None:
    assert [one.code for one in schemas.validate(text.encode())] == expected


def test_a_finding_has_its_line(schemas: Schemas) -> None:
    (found,) = schemas.validate(GOOD.replace("<Date>", "\n<Date>x").encode())
    assert found.place.line == 2
    assert "Date" in str(found)


def test_a_schema_that_leaves_its_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    text = (FOLDER / "order.xsd").read_text().replace("common.xsd", "../common.xsd")
    (tmp_path / "inside" / "order.xsd").write_text(text)
    (tmp_path / "common.xsd").write_text((FOLDER / "common.xsd").read_text())
    assert [one.code for one in Schemas(tmp_path / "inside").validate(GOOD.encode())] == ["F241"]
    assert Schemas(tmp_path).validate(GOOD.encode()) == []


def test_a_broken_schema(tmp_path: Path) -> None:
    text = (FOLDER / "order.xsd").read_text().replace('type="xs:date"', 'type="xs:day"', 1)
    (tmp_path / "order.xsd").write_text(text)
    (tmp_path / "common.xsd").write_text((FOLDER / "common.xsd").read_text())
    assert [one.code for one in Schemas(tmp_path).validate(GOOD.encode())] == ["F240"]
