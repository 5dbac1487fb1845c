"""Packages that stand elsewhere than below their order: above two orders, below their item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.mapping.kit import compiled, tree, wire

HEAD = "BSN*00*SH1*20240501*1200~HL*1**S*1~HL*2*1*O*1~PRF*PO1~HL*3*2*I*1~LIN**UP*4711~SN1**{}*EA~"
ADVICE = "{}CTT*{}~"


def read(quantity: str, packages: str) -> tuple[dict[str, Any], list[Any]]:
    """An advice with one item and the packages below it."""
    found = compiled("856.map")
    body = ADVICE.format(HEAD.format(quantity) + packages, 3 + packages.count("HL*"))
    return found.read(tree(found, body, clean=False))


def held(document: dict[str, Any]) -> list[tuple[str, Decimal]]:
    """SSCC and quantity of each package."""
    return [(one["sscc"], one["items"][0]["quantity"]) for one in document["packages"]]


def test_packages_below_an_item_share_its_quantity() -> None:
    document, problems = read("24", "HL*4*3*P~MAN*GM*A~HL*5*3*P~MAN*GM*B~")
    assert problems == []
    assert held(document) == [("A", Decimal(12)), ("B", Decimal(12))]
    item = document["packages"][1]["items"][0]
    assert (item["gtin"], item["order"]) == ("4711", {"number": "PO1"})


def test_a_package_below_an_item_may_tell_its_own_quantity() -> None:
    packages = "HL*4*3*P~SN1**10*EA~MAN*GM*A~HL*5*3*P~SN1**14*EA~MAN*GM*B~"
    document, problems = read("24", packages)
    assert problems == []
    assert held(document) == [("A", Decimal(10)), ("B", Decimal(14))]


@pytest.mark.parametrize(
    ("quantity", "packages"),
    [
        ("25", "HL*4*3*P~MAN*GM*A~HL*5*3*P~MAN*GM*B~"),
        ("24", "HL*4*3*P~SN1**10*EA~MAN*GM*A~HL*5*3*P~SN1**10*EA~MAN*GM*B~"),
        ("24", "HL*4*3*P~SN1**10*EA~MAN*GM*A~HL*5*3*P~MAN*GM*B~"),
    ],
)
def test_packages_that_do_not_hold_what_their_item_says_are_told(
    quantity: str, packages: str
) -> None:
    _, problems = read(quantity, packages)
    assert [one.code for one in problems] == ["E434"]
    assert problems[0].place.segment == 6


def test_a_package_below_an_item_holds_no_other_packages() -> None:
    _, problems = read("24", "HL*4*3*P~MAN*GM*A~HL*5*4*P~MAN*GM*B~")
    assert {one.code for one in problems} == {"E433"}


def test_what_packages_below_an_item_say_counts_as_read() -> None:
    found = compiled("856.map")
    packages = "HL*4*3*P*0~SN1**24*EA~MAN*GM*A~"
    body = ADVICE.format(HEAD.format("24") + packages, 4)
    assert [str(one) for one in found.unread(tree(found, body, clean=False))] == []


def test_orders_of_a_mixed_package_are_written_below_it() -> None:
    found = compiled("856.map")
    items = [
        {"gtin": gtin, "quantity": Decimal(1), "order": {"number": number}}
        for gtin, number in (("1", "A"), ("2", "B"), ("3", "A"))
    ]
    mixed = {"number": "1", "packages": [{"kind": "carton", "items": items}]}
    written, problems = found.write(mixed)
    assert [(one.code, one.severity.value) for one in problems if one.code == "V515"] == [
        ("V515", "warning")
    ]
    levels = [line for line in wire(written).split("\n") if line.startswith("HL")]
    assert levels == [
        "HL*1**S*1", "HL*2*1*P*1", "HL*3*2*O*1", "HL*4*3*I*0", "HL*5*3*I*0", "HL*6*2*O*1",
        "HL*7*6*I*0",
    ]  # fmt: skip
    document, _ = found.read(tree(found, written, clean=False))
    (package,) = document["packages"]
    assert [(one["gtin"], one["order"]["number"]) for one in package["items"]] == [
        ("1", "A"), ("3", "A"), ("2", "B"),
    ]  # fmt: skip


def test_packages_within_a_mixed_pallet_stand_below_their_orders() -> None:
    found = compiled("856.map")
    cartons = [
        {
            "kind": "carton",
            "items": [{"gtin": "1", "quantity": Decimal(1), "order": {"number": number}}],
        }
        for number in ("A", "B")
    ]
    written, _ = found.write({"number": "1", "packages": [{"kind": "pallet", "packages": cartons}]})
    levels = [line[3:] for line in wire(written).split("\n") if line.startswith("HL")]
    assert levels == [
        "1**S*1", "2*1*T*1", "3*2*O*1", "4*3*P*1", "5*4*I*0", "6*2*O*1", "7*6*P*1", "8*7*I*0",
    ]  # fmt: skip
    document, _ = found.read(tree(found, written, clean=False))
    assert document["packages"] == [{"kind": "pallet", "packages": cartons}]
