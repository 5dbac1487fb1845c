"""The way of an order: from the shop into the ERP's folder, once."""

from __future__ import annotations

import json

from tests.shops.intake.world import ShopWorld


def test_an_order_reaches_the_erp_to_the_cent(world: ShopWorld) -> None:
    world.shop.put("1001")

    world.run_whole()

    (text,) = world.erp().values()
    order = json.loads(text)
    assert "1001" in text and "30.00" in text, order
    assert world.order("1001").state == "taken"
    assert world.order("1001").total == "30.00"
    file, message = world.rows()
    assert (file.kind, file.state, file.reference) == ("file", "split", "1001")
    assert (message.kind, message.document, message.state) == ("message", "order", "delivered")
    assert message.number == "1001"
