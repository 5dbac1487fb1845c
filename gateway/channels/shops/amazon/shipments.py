"""Telling Amazon of shipments (``confirmShipment``): one call for each package, none twice."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from urllib.parse import quote

from gateway.channels.shops.amazon import write
from gateway.channels.shops.amazon.access import Sessions
from gateway.channels.shops.amazon.orders import Orders
from gateway.channels.shops.connector import Outcome, Shipment
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.session import ShopAnswerError, ShopRefusedError


@dataclass(slots=True)
class Shipments:
    """The shipments of one account."""

    orders: Orders
    sessions: Sessions

    def send(self, shipment: Shipment) -> Outcome:
        """Confirm what was shipped; packages that Amazon has already are left alone."""
        order = self._order(shipment.order)
        if order is None:
            return Outcome(shipment.key, "refused", reason="Amazon shows no such order")
        if order.inside("fulfillment").text("fulfillmentStatus") == "CANCELLED":
            return Outcome(shipment.key, "refused", reason="the order was cancelled at Amazon")
        marketplace = order.inside("salesChannel").text("marketplaceId")
        marketplace = marketplace or self.orders.settings.marketplaces[0]
        try:
            bodies = write.packages(shipment, marketplace)
        except write.CannotSayError as failure:
            return Outcome(shipment.key, "refused", reason=str(failure))
        ours = {body["packageDetail"]["packageReferenceId"] for body in bodies}
        there = _known(order, ours)
        path = f"/orders/v0/orders/{quote(shipment.order, safe='')}/shipmentConfirmation"
        for body in bodies:
            package = body["packageDetail"]
            if package["packageReferenceId"] in there or package["trackingNumber"] in there:
                continue
            try:
                self.sessions.of("shipment").call("POST", path, json=body, repeatable=False)
            except ShopRefusedError as failure:
                return Outcome(shipment.key, "refused", reason=failure.reason)
        told = ", ".join(body["packageDetail"]["packageReferenceId"] for body in bodies)
        left = ", ".join(write.untold(shipment))
        reason = f"not told, as nobody knows what is in these parcels: {left}" if left else ""
        return Outcome(shipment.key, "done", reference=told, reason=reason)

    def _order(self, external_id: str) -> Fields | None:
        answer = self.orders.read(external_id, ("FULFILLMENT", "PACKAGES"))
        if answer.status == 404:
            return None
        found = opened(answer.body, "the order of Amazon")
        if found.found:
            raise ShopAnswerError(found.found[0].sentence)
        return found.inside("order")


def _known(order: Fields, ours: Set[str]) -> set[str]:
    """What names packages that Amazon has: our references, and tracking numbers of others' ones.

    Several of our packages may have one tracking number.
    """
    found = set()
    for package in order.each("packages"):
        reference = package.text("packageReferenceId") or ""
        if package.inside("packageStatus").text("status") == "CANCELLED":
            continue
        tracking = package.text("trackingNumber")
        found.add(reference if reference in ours or not tracking else tracking)
    return found
