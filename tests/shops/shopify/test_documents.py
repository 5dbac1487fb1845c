"""Every document that is sent is valid in every version that can be set."""

from pathlib import Path

import pytest
from graphql import parse, validate

from gateway.channels.shops.shopify.documents import DOCUMENTS
from gateway.config.shops.shopify import STOCK_SINCE, VERSIONS
from tests.shops.shopify.checking import extract
from tests.shops.shopify.reduce import original, reduced


def _invalid(schema: object) -> list[str]:
    return [name for name, text in DOCUMENTS.items() if validate(schema, parse(text))]  # type: ignore[arg-type]


def _expected(version: str) -> list[str]:
    return [] if version >= STOCK_SINCE else ["SET_STOCK"]


@pytest.mark.parametrize("version", VERSIONS)
def test_documents_are_valid_in_all_versions_save_stock_before_2026_01(version: str) -> None:
    assert _invalid(extract(version)) == _expected(version)


@pytest.mark.parametrize("version", VERSIONS)
def test_they_are_in_shopifys_own_schemas_too(version: str, shop_samples: Path) -> None:
    assert _invalid(original(shop_samples / "shopify" / "schema", version)) == _expected(version)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_extracts_are_what_shopifys_schemas_say(version: str, shop_samples: Path) -> None:
    schema = original(shop_samples / "shopify" / "schema", version)
    kept = Path(__file__).parent / "schema" / f"{version}.graphql"
    documents = [parse(text) for text in DOCUMENTS.values()]
    assert reduced(schema, documents) == kept.read_text("utf-8")


@pytest.mark.parametrize(
    ("version", "field", "there"),
    [
        ("2025-10", "compareQuantity", True),
        ("2025-10", "changeFromQuantity", False),
        ("2026-01", "changeFromQuantity", True),
        ("2026-04", "compareQuantity", False),
        ("2026-10", "changeFromQuantity", True),
    ],
)
def test_what_stock_is_compared_with_has_changed(version: str, field: str, there: bool) -> None:
    entry = extract(version).type_map["InventoryQuantityInput"]
    assert (field in entry.fields) is there  # type: ignore[attr-defined]


def test_every_list_says_whether_it_goes_on() -> None:
    """No connection may be cut off in silence."""
    for name, text in DOCUMENTS.items():
        asked = text.count("nodes {")
        followed = text.count("pageInfo { hasNextPage endCursor }")
        assert asked == followed or name == "LOCATIONS", name
