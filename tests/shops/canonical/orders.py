"""Orders of shops for the tests: made by hand, and drawn."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.documents.shop.rules import Rules

Fields = dict[str, Any]
CENT = Decimal("0.01")
RULES = Rules(shop="main", customer="C100", supplier="FR01", shipping_item="SHIP")
CHARGES = Rules(shop="main", customer="C100", supplier="FR01")
"""Shipping is a charge there, not a line."""


def amounts(net: str | Decimal, tax: str | Decimal) -> Fields:
    """Net and tax, and both together."""
    return {"net": str(net), "tax": str(tax), "gross": str(Decimal(net) + Decimal(tax))}


def line(key: str, net: str, tax: str, rate: str | None = "20", **more: Any) -> Fields:
    """A line of one article; its tax is of one rate."""
    taxes = [{"rate": rate, "amount": tax, "base": net}] if rate is not None else []
    return {
        "key": key, "sku": f"SKU-{key}", "name": f"Article {key}", "quantity": "1",
        "amounts": amounts(net, tax), "taxes": taxes, **more,
    }  # fmt: skip


def charge(net: str, tax: str, rate: str | None = "20", **more: Any) -> Fields:
    """Shipping, unless another kind is said."""
    taxes = [{"rate": rate, "amount": tax, "base": net}] if rate is not None else []
    return {"kind": "shipping", "method": "flat_rate", "amounts": amounts(net, tax),
            "taxes": taxes, **more}  # fmt: skip


def whole(lines: list[Fields], charges: list[Fields] | None = None) -> str:
    """What lines and charges come to, with tax."""
    entries = [*lines, *(charges or [])]
    return str(sum((Decimal(one["amounts"]["gross"]) for one in entries), Decimal(0)))


def order(lines: list[Fields], charges: list[Fields] | None = None, **more: Any) -> ShopOrder:
    """An order whose total is what its lines and charges come to, unless another one is said."""
    data = {
        "external_id": "9001", "number": "1001", "created": "2026-03-02T23:30:00Z",
        "zone": "Europe/Paris", "status": "paid", "shop_status": "processing", "currency": "EUR",
        "buyer": {"id": "55", "name": "Alex Sample", "email": "alex@example.com",
                  "phone": "+33 1 23 45 67 89"},
        "bill_to": address(), "ship_to": address(), "lines": lines, "charges": charges or [],
        **more,
    }  # fmt: skip
    data["totals"] = {"grand": whole(lines, charges), **more.get("totals", {})}
    return ShopOrder.model_validate(data)


def address(**more: Any) -> Fields:
    """Somebody's home."""
    return {"name": "Alex Sample", "street": "1 rue Exemple", "street2": "bâtiment B",
            "postcode": "75001", "city": "Paris", "region": "Île-de-France", "country": "FR",
            **more}  # fmt: skip


def refund(lines: list[Fields], charges: list[Fields] | None = None, **more: Any) -> ShopRefund:
    """A refund of the order that :func:`order` makes."""
    data = {
        "external_id": "77", "order": "9001", "order_number": "1001",
        "created": "2026-03-09T08:00:00Z", "currency": "EUR", "lines": lines,
        "charges": charges or [], "total": whole(lines, charges), **more,
    }  # fmt: skip
    return ShopRefund.model_validate(data)


def refunded(of: str, net: str, tax: str, rate: str | None = "20", **more: Any) -> Fields:
    """What is given back for a line."""
    taxes = [{"rate": rate, "amount": tax, "base": net}] if rate is not None else []
    return {"line": of, "quantity": "1", "amounts": amounts(net, tax), "taxes": taxes, **more}


def codes(problems: list[Any]) -> list[str]:
    """Codes of problems, in their order."""
    return [one.code for one in problems]


# ---- drawn

_UNITS = {"EUR": 2, "JPY": 0, "KWD": 3}
_RATES = ("20", "5.5", "19", "0")


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@st.composite
def entry(draw: st.DrawFn, places: int, sign: int = 1) -> Fields:
    """Amounts and tax of one line: as a shop rounds them, prices with or without tax."""
    rate = draw(st.sampled_from(_RATES))
    shown = draw(st.integers(1, 99_999)) * sign
    amount = Decimal(shown).scaleb(-places)
    if draw(st.booleans()):
        tax = _rounded(amount * Decimal(rate) / (100 + Decimal(rate)), places)
        net = amount - tax
    else:
        net, tax = amount, _rounded(amount * Decimal(rate) / 100, places)
    return {"amounts": amounts(net, tax),
            "taxes": [{"rate": rate, "amount": str(tax), "base": str(net)}]}  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> ShopOrder:
    """Orders whose sums agree up to what rounding explains."""
    currency = draw(st.sampled_from(tuple(_UNITS)))
    places = _UNITS[currency]
    lines = []
    for index in range(draw(st.integers(1, 5))):
        one = draw(entry(places))
        one |= {"key": f"{index + 1}", "sku": f"A{index}", "name": "Article",
                "quantity": str(draw(st.integers(1, 12)))}  # fmt: skip
        if index and draw(st.integers(0, 3)) == 0:
            one |= {"parent": "1", "amounts": amounts("0", "0"), "taxes": []}
        lines.append(one)
    kinds = st.sampled_from(("shipping", "fee", "gift_wrap", "deposit", "eco_contribution", "duty"))
    charges = [
        {"kind": draw(kinds), **draw(entry(places, draw(st.sampled_from((1, 1, -1)))))}
        for _ in range(draw(st.integers(0, 2)))
    ]
    off = Decimal(draw(st.integers(-len(lines), len(lines)))).scaleb(-places)
    grand = Decimal(whole(lines, charges)) + off
    theirs = draw(st.sampled_from(("seller", "seller", "marketplace")))
    return order(lines, charges, currency=currency, tax_collector=theirs,
                 totals={"grand": str(grand)})  # fmt: skip
