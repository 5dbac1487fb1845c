"""Every business term and group of EN 16931-1 has exactly one home in the invoice."""

from __future__ import annotations

from collections import Counter

import pytest

from gateway.documents import Invoice
from gateway.documents.invoiceterms import FLAT_GROUPS, field_of, terms

NOT_IN_THE_STANDARD = {"BT-4"}
"""The numbering of EN 16931-1 leaves it out."""


def test_each_term_has_exactly_one_home() -> None:
    homes = Counter(term for term, _ in terms(Invoice))
    wanted = {f"BT-{number}" for number in range(1, 166)} - NOT_IN_THE_STANDARD
    assert {term for term in homes if term.startswith("BT-")} == wanted
    assert [term for term, count in homes.items() if count > 1] == []


def test_each_group_is_an_object_or_flat_for_a_reason() -> None:
    homes = set(field_of(Invoice))
    wanted = {f"BG-{number}" for number in range(1, 33)}
    assert {term for term in homes if term.startswith("BG-")} | set(FLAT_GROUPS) == wanted
    assert homes & set(FLAT_GROUPS) == set()


@pytest.mark.parametrize(
    ("term", "field"),
    [
        ("BT-1", "number"), ("BT-27", "seller.name"), ("BT-44", "buyer.name"),
        ("BT-34", "seller.endpoint"), ("BT-58", "buyer.contacts.email"),
        ("BT-72", "delivery.on"), ("BT-96", "allowances.tax.rate"),
        ("BT-105", "allowances.reason_code"), ("BT-125", "attachments.content"),
        ("BT-132", "lines.order.line"), ("BT-145", "lines.allowances.reason_code"),
        ("BT-165", "ship_to.street3"),
    ],
)  # fmt: skip
def test_where_a_term_stands(term: str, field: str) -> None:
    assert field_of(Invoice)[term] == field
