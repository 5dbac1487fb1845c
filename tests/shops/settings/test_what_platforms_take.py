"""What ``gateway check`` says that a platform takes, or tells, is what its connector does.

The table (:mod:`gateway.config.shops.abilities`) decides whether a setting can do anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Shipment
from gateway.config.shops import Shop
from gateway.config.shops.abilities import ABILITIES
from gateway.config.shops.shop import PLATFORMS
from gateway.syntax.jsonparts import dumps
from tests.shops.cases import loaded
from tests.shops.prestashop.webservice import Webservice
from tests.shops.prestashop.webservice import loaded as presta
from tests.shops.settings.platform_cases import SHIPMENT, TESTS, WOO_ORDER
from tests.shops.settings.wire import NOW, sent, shop_of
from tests.shops.shopify.test_shipments import NOTED, _made, _state, _waits

SHIPS = {"send": {"shipments": {"carriers": {"DHL": "dhl", "*": "other"}}}}
RATES = {"tax": {"rates": {"FR": ["20", "10", "5.5", "2.1"], "DE": ["19", "7"]}}}
_PARCEL = SHIPMENT.parcels[0]
VARIANTS: Mapping[str, Shipment] = {
    "carriers": replace(SHIPMENT, parcels=(replace(_PARCEL, carrier="ups"),)),
    "follows": replace(SHIPMENT, parcels=(replace(_PARCEL, url="https://other.example.com"),)),
    "notifies": replace(SHIPMENT, notify=False),
}
"""By the word of the table: the same shipment with something else that is said of it."""
AMAZON_ORDER = loaded(TESTS / "amazon/orders/prices-with-tax.json")["record"]
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "woocommerce": {"orders/5/notes": [], **WOO_ORDER},
    "shopify": {
        "graphql": {"data": {**_state(_waits(1, ("1", 1))), **_made(5), **NOTED}},
    },
    "magento": {"/ship": 7},
    "bigcommerce": {
        "products": [{"id": 1, "order_address_id": 10}],
        "GET https://api.bigcommerce.com/stores/abc123/v2/orders/5/shipments": [],
        "POST https://api.bigcommerce.com/stores/abc123/v2/orders/5/shipments": {"id": 9},
    },
    "amazon": {"shipmentConfirmation": {}, "orders/": {"order": json.loads(dumps(AMAZON_ORDER))}},
    "octopia": {},
    "mirakl": {
        "api/orders?": {"orders": [{"order_id": "5", "order_state": "SHIPPING"}]},
        "api/shipments": {"data": []},
    },
}


@pytest.mark.parametrize("kind", PLATFORMS)
def test_what_is_said_of_a_shipment_reaches_the_shop_or_is_told(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def calls(shipment: Shipment) -> str:
        if kind == "prestashop":
            return _shipped_in_prestashop(shipment)
        shop = shop_of(kind, {}, **SHIPS)
        return sent(monkeypatch, shop, lambda one: one.send_shipment(shipment), ANSWERS[kind])

    plain = calls(SHIPMENT)
    assert "state='done'" in plain
    heard = {word: calls(other) != plain for word, other in VARIANTS.items()}
    assert heard == {word: getattr(ABILITIES[kind], word) for word in VARIANTS}


def _shipped_in_prestashop(shipment: Shipment) -> str:
    carrier = {"id": 40, "id_order": "5", "id_carrier": "9", "tracking_number": ""}
    tables = {**presta("simple")["tables"], "order_carriers": [carrier], "order_histories": []}
    session = Webservice(tables)
    connector = platforms.connect(shop_of("prestashop", {}), lambda _: "", lambda: NOW, session)
    return repr((connector.send_shipment(shipment), session.sent()))


def test_the_buyer_reads_what_the_settings_call_a_carrier(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = []
    for more in ({}, SHIPS):
        shop = shop_of("woocommerce", {}, **more)
        answers = ANSWERS["woocommerce"]
        notes.append(sent(monkeypatch, shop, lambda one: one.send_shipment(SHIPMENT), answers))
    assert '"note": "DHL T-1 ' in notes[0]
    assert '"note": "dhl T-1 ' in notes[1]


# ---- what orders tell


def records(kind: str) -> Iterator[bytes]:
    """Records of a platform that other tests read."""
    if kind == "prestashop":
        for path in sorted((TESTS / kind / "shops").glob("*.json")):
            tables = presta(path.stem)["tables"]
            session = Webservice(tables)
            shop = shop_of(kind, {})
            connector = platforms.connect(shop, lambda _: "", lambda: NOW, session)
            found = connector.order(str(tables["orders"][0]["id"]))
            assert found is not None
            yield found.raw
        return
    folder = TESTS / kind / "orders"
    for path in sorted((folder if folder.is_dir() else TESTS / kind).glob("*.json")):
        data = loaded(path)
        yield dumps(data.get("record", data))


def _readings(kind: str, look: Callable[[Any], bool]) -> set[bool]:
    shop = shop_of(kind, {}, **RATES)
    readings = (platforms.read_order(shop, raw) for raw in records(kind))
    return {look(one) for one in readings if one.order is not None}


@pytest.mark.parametrize("kind", PLATFORMS)
def test_what_orders_tell_is_what_settings_about_it_need(kind: str) -> None:
    able = ABILITIES[kind]
    refunds = _readings(kind, lambda one: bool(one.refunds))
    bundles = _readings(kind, lambda one: any(line.parent for line in one.order.lines))
    assert {"refunds": True in refunds, "bundles": True in bundles} == {
        "refunds": able.refunds,
        "bundles": able.bundles,
    }


@pytest.mark.parametrize("kind", PLATFORMS)
def test_legal_rates_count_where_a_platform_tells_no_rate(kind: str) -> None:
    def read(shop: Shop) -> list[str]:
        found = records(kind)
        raws = map(_without_rates, found) if kind in ("mirakl", "bigcommerce") else found
        return [repr(platforms.read_order(shop, raw)) for raw in raws]

    same = read(shop_of(kind, {})) == read(shop_of(kind, {}, **RATES))
    assert same is ABILITIES[kind].rates


def _without_rates(raw: bytes) -> bytes:
    """A record in which no tax has its rate."""
    data = json.loads(raw, object_hook=lambda one: {k: v for k, v in one.items() if k != "rate"})
    return json.dumps(data | ({"taxes": []} if "taxes" in data else {})).encode()


def test_the_rate_of_prices_that_say_nothing_of_tax() -> None:
    raw = (Path(TESTS) / "octopia/prices_only.json").read_bytes()
    plain, other = (
        platforms.read_order(shop_of("octopia", {}, tax=tax), raw)
        for tax in ({}, {"default": "20"})
    )
    assert plain.order is None
    assert other.order is not None
    assert {tax.rate for line in other.order.lines for tax in line.taxes} == {20}
