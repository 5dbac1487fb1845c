"""Shipments become fulfilments: in part, in several parcels, and never twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.channels.shops.connector import Parcel, Shipment, ShippedLine
from gateway.channels.shops.session import ShopUncertainError
from tests.shops.shopify.checking import CheckedSession, store

_END = {"hasNextPage": False, "endCursor": None}


def _gid(kind: str, number: object) -> str:
    return f"gid://shopify/{kind}/{number}"


def _connection(nodes: list[Any]) -> dict[str, Any]:
    return {"nodes": nodes, "pageInfo": _END}


def _waits(number: int, *lines: tuple[str, int], status: str = "OPEN", at: int = 9) -> Any:
    return {
        "id": _gid("FulfillmentOrder", number),
        "status": status,
        "assignedLocation": {"location": {"id": _gid("Location", at)}},
        "lineItems": _connection([
            {"id": _gid("FulfillmentOrderLineItem", f"{number}{line}"), "remainingQuantity": left,
             "lineItem": {"id": _gid("LineItem", line)}}
            for line, left in lines
        ]),
    }  # fmt: skip


def _is_there(number: int, *lines: tuple[str, int], tracking: Sequence[str] = (),
              status: str = "SUCCESS") -> Any:  # fmt: skip
    return {
        "id": _gid("Fulfillment", number),
        "status": status,
        "trackingInfo": [{"number": one, "company": "DHL", "url": None} for one in tracking],
        "fulfillmentLineItems": _connection([
            {"id": _gid("FulfillmentLineItem", f"{number}{line}"), "quantity": count,
             "lineItem": {"id": _gid("LineItem", line)}}
            for line, count in lines
        ]),
    }  # fmt: skip


def _state(*waiting: Any, there: Sequence[Any] = (), note: Any = None, **more: Any) -> Any:
    return {
        "order": {
            "id": _gid("Order", 1),
            "cancelledAt": None,
            "metafield": None if note is None else {"value": json.dumps(note)},
            "fulfillments": list(there),
            "fulfillmentOrders": _connection(list(waiting)),
            **more,
        }
    }


def _made(number: int, *complaints: str) -> Any:
    errors = [{"field": ["fulfillment"], "message": one} for one in complaints]
    node = None if complaints else {"id": _gid("Fulfillment", number)}
    return {"fulfillmentCreate": {"fulfillment": node, "userErrors": errors}}


NOTED = {"metafieldsSet": {"userErrors": []}}


def _lines(*lines: tuple[str, int]) -> tuple[ShippedLine, ...]:
    return tuple(ShippedLine(line, Decimal(count)) for line, count in lines)


def _shipment(*lines: tuple[str, int], parcels: Sequence[Parcel] = ()) -> Shipment:
    at = datetime(2026, 10, 7, tzinfo=UTC)
    return Shipment("ship-1", "1", "#1001", at, _lines(*lines), tuple(parcels))


def _sent(session: CheckedSession) -> list[Any]:
    return [one["fulfillment"] for one in session.variables if "fulfillment" in one]


DHL = Parcel(tracking="JD01", carrier="DHL", url="https://track.example.com/JD01")


def test_a_part_is_shipped_by_lines_of_fulfilment_orders() -> None:
    shop, session = store(_state(_waits(5, ("11", 4), ("12", 1))), _made(70))
    outcome = shop.send_shipment(_shipment(("11", 2), parcels=[DHL]))
    assert (outcome.state, outcome.reference) == ("done", "70")
    assert _sent(session) == [
        {
            "lineItemsByFulfillmentOrder": [
                {
                    "fulfillmentOrderId": _gid("FulfillmentOrder", 5),
                    "fulfillmentOrderLineItems": [
                        {"id": _gid("FulfillmentOrderLineItem", "511"), "quantity": 2}
                    ],
                }
            ],
            "notifyCustomer": True,
            "trackingInfo": {
                "company": "DHL",
                "numbers": ["JD01"],
                "urls": ["https://track.example.com/JD01"],
            },
        }
    ]


def test_a_repeat_after_an_unknown_outcome_finds_it_done() -> None:
    shop, session = store(
        _state(_waits(5, ("11", 2))),
        ShopUncertainError("the answer did not come"),
        _state(there=[_is_there(70, ("11", 2), tracking=["JD01"])]),
    )
    shipment = _shipment(("11", 2), parcels=[DHL])
    with pytest.raises(ShopUncertainError):
        shop.send_shipment(shipment)
    assert shop.send_shipment(shipment).reference == "70"
    assert len(_sent(session)) == 1


def test_parcels_that_name_their_lines_are_fulfilments_of_their_own() -> None:
    parcels = [
        Parcel("JD01", "DHL", lines=_lines(("11", 1))),
        Parcel("JD02", "DHL", lines=_lines(("11", 1), ("12", 1))),
    ]
    shop, session = store(_state(_waits(5, ("11", 2), ("12", 1))), _made(70), _made(71))
    outcome = shop.send_shipment(_shipment(("11", 2), ("12", 1), parcels=parcels))
    assert outcome.reference == "70 71"
    assert [one["trackingInfo"]["numbers"] for one in _sent(session)] == [["JD01"], ["JD02"]]


def test_of_several_parcels_only_what_is_missing_is_made_again() -> None:
    parcels = [
        Parcel("JD01", "DHL", lines=_lines(("11", 1))),
        Parcel("JD02", "DHL", lines=_lines(("11", 1))),
    ]
    there = [_is_there(70, ("11", 1), tracking=["JD01"])]
    shop, session = store(_state(_waits(5, ("11", 1)), there=there), _made(71))
    assert shop.send_shipment(_shipment(("11", 2), parcels=parcels)).state == "done"
    assert [one["trackingInfo"]["numbers"] for one in _sent(session)] == [["JD02"]]


def test_parcels_without_lines_are_one_fulfilment_with_all_numbers() -> None:
    shop, session = store(_state(_waits(5, ("11", 2))), _made(70))
    shop.send_shipment(_shipment(("11", 2), parcels=[DHL, Parcel("JD02", "DHL")]))
    assert _sent(session)[0]["trackingInfo"]["numbers"] == ["JD01", "JD02"]


def test_what_is_kept_at_two_locations_is_two_fulfilments() -> None:
    state = _state(_waits(5, ("11", 1)), _waits(6, ("11", 1), ("12", 1), at=8))
    shop, session = store(state, _made(70), _made(71))
    assert shop.send_shipment(_shipment(("11", 2), ("12", 1), parcels=[DHL])).state == "done"
    orders = [one["lineItemsByFulfillmentOrder"] for one in _sent(session)]
    assert [[part["fulfillmentOrderId"] for part in one] for one in orders] == [
        [_gid("FulfillmentOrder", 5)], [_gid("FulfillmentOrder", 6)],
    ]  # fmt: skip


def test_of_two_locations_only_the_one_that_is_missing_is_made_again() -> None:
    there = [_is_there(70, ("11", 1), tracking=["JD01"])]
    shop, session = store(_state(_waits(6, ("11", 1), at=8), there=there), _made(71))
    outcome = shop.send_shipment(_shipment(("11", 2), parcels=[DHL]))
    assert (outcome.state, outcome.reference) == ("done", "70 71")
    assert len(_sent(session)) == 1


def test_without_a_tracking_number_what_was_there_is_noted_first() -> None:
    there = [_is_there(60, ("11", 1))]
    shop, session = store(_state(_waits(5, ("11", 1)), there=there), NOTED, _made(70))
    assert shop.send_shipment(_shipment(("11", 1))).reference == "70"
    assert session.operations == ["Shipped", "Note", "Ship"]
    (note,) = session.variables[1]["metafields"]
    assert (note["namespace"], note["key"], note["type"]) == ("edi_gateway", "shipment", "json")
    assert json.loads(note["value"]) == {"ship-1": [_gid("Fulfillment", 60)]}


def test_a_repeat_without_a_tracking_number_takes_only_what_came_after_the_note() -> None:
    note = {"ship-1": [_gid("Fulfillment", 60)], "ship-2": []}
    both = [_is_there(60, ("11", 1)), _is_there(70, ("11", 1))]
    shop, session = store(_state(there=both, note=note))
    assert shop.send_shipment(_shipment(("11", 1))).reference == "70"
    assert _sent(session) == []


def test_the_same_pieces_twice_without_a_tracking_number_are_two_shipments() -> None:
    note = {"ship-0": []}
    state = _state(_waits(5, ("11", 1)), there=[_is_there(60, ("11", 1))], note=note)
    shop, _ = store(state, NOTED, _made(70))
    assert shop.send_shipment(_shipment(("11", 1))).reference == "70"


def test_what_was_fulfilled_by_hand_only_gets_its_tracking_number() -> None:
    tracked = {"fulfillmentTrackingInfoUpdate": {"fulfillment": {"id": "x"}, "userErrors": []}}
    shop, session = store(_state(there=[_is_there(60, ("11", 2))]), tracked)
    assert shop.send_shipment(_shipment(("11", 2), parcels=[DHL])).reference == "60"
    assert session.variables[1]["tracking"]["numbers"] == ["JD01"]
    assert session.variables[1]["id"] == _gid("Fulfillment", 60)


def test_more_than_shopify_waits_for_is_refused() -> None:
    shop, session = store(_state(_waits(5, ("11", 1))))
    outcome = shop.send_shipment(_shipment(("11", 3), parcels=[DHL]))
    assert outcome.state == "refused"
    assert outcome.reason == "of line 11 3 are shipped, and Shopify waits for 1"
    assert _sent(session) == []


def test_what_is_on_hold_is_tried_again_later() -> None:
    shop, _ = store(_state(_waits(5, ("11", 1), status="ON_HOLD")))
    assert shop.send_shipment(_shipment(("11", 1), parcels=[DHL])).state == "retry"


def test_a_cancelled_fulfilment_does_not_count() -> None:
    there = [_is_there(60, ("11", 1), tracking=["JD01"], status="CANCELLED")]
    shop, _ = store(_state(_waits(5, ("11", 1)), there=there), _made(70))
    assert shop.send_shipment(_shipment(("11", 1), parcels=[DHL])).reference == "70"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"order": None}, "no such order"),
        (_state(_waits(5, ("11", 1)), cancelledAt="2026-10-06T00:00:00Z"), "cancelled"),
    ],
)
def test_an_order_that_cannot_be_shipped(state: Any, reason: str) -> None:
    outcome = store(state)[0].send_shipment(_shipment(("11", 1), parcels=[DHL]))
    assert outcome.state == "refused" and reason in outcome.reason


def test_a_shipment_of_nothing_is_refused_before_anything_is_asked() -> None:
    shop, session = store()
    assert shop.send_shipment(_shipment()).state == "refused"
    assert session.calls == []


def test_half_a_piece_is_refused_before_anything_is_asked() -> None:
    shipment = Shipment("k", "1", "#1", datetime(2026, 10, 7, tzinfo=UTC),
                        (ShippedLine("11", Decimal("0.5")),))  # fmt: skip
    shop, session = store()
    assert shop.send_shipment(shipment).state == "refused"
    assert session.calls == []


def test_what_shopify_does_not_like_is_its_reason() -> None:
    shop, _ = store(_state(_waits(5, ("11", 1))), _made(0, "Fulfillment order is closed"))
    outcome = shop.send_shipment(_shipment(("11", 1), parcels=[DHL]))
    assert (outcome.state, outcome.reason) == ("refused", "Fulfillment order is closed")


def test_fulfilment_orders_beyond_the_first_part_count_too() -> None:
    first, second = _state(_waits(5, ("12", 1))), _state(_waits(6, ("11", 1)))
    first["order"]["fulfillmentOrders"]["pageInfo"] = {"hasNextPage": True, "endCursor": "c"}
    shop, session = store(first, second, _made(70))
    assert shop.send_shipment(_shipment(("11", 1), parcels=[DHL])).state == "done"
    assert session.variables[1]["after"] == "c"
