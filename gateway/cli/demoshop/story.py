"""An order of a web shop from the checkout to the invoice, told from what really happens.

Two small shops, the gateway as ``gateway serve`` runs it, and an ERP that reads and writes files.
Nothing leaves this machine. What should have happened and did not is in ``unexpected``.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.cli.demoshop import hooks
from gateway.cli.demoshop.proofs import proofs
from gateway.cli.demoshop.scene import StuckError, browse, scene
from gateway.cli.demoshop.showing import Showing
from gateway.cli.demoshop.site import Site
from gateway.cli.demoshop.workspace import CORNER_SHOP, WEB_SHOP
from gateway.cli.output import print_table

TEE, BOOK, MUG = "100201", "100310", "100405"
"""What the ERP calls the articles."""
BASKET = {"TEE-RED-M": "3", "BOOK-TEA": "1", "coupon": "WELCOME10", "note": "2nd floor"}
HOOKS = 4
"""Topics that a shop is to tell of."""
OTHER_BASKET = {"TEE-RED-M": "1", "MUG-BLUE": "2"}


class ShopStory(Showing):
    """One telling in a fresh folder."""

    def tell(self) -> None:
        """All chapters, as far as they come."""
        try:
            with scene(self.folder) as self.scene:
                self._shops_open()
                self._order_comes()
                self._erp_ships()
                self._erp_counts_and_bills()
                self._some_comes_back()
                self._nothing_twice()
                self._nothing_lost()
                self._everything_agrees()
        except StuckError as stuck:
            self.expect(False, str(stuck))

    # ---- chapters

    def _shops_open(self) -> None:
        made = self.scene
        self.say(f"EDI gateway: two web shops and an ERP, in {self.folder}")
        for site in (made.web, made.corner):
            self.say(f"  {site.shop.name:12} a small WooCommerce at {site.url}")
        self.say(f"  {'the gateway':12} serves at {made.address}; the ERP's folders are in var/erp")
        self.chapter(
            "1  The shops open",
            "The ERP drops a stock report. The gateway keeps back 2 of each, and tells both shops.",
            "In web-shop it makes the webhooks that it needs; each calls once, to try.",
        )
        self.dropped(made.erp.counts("STOCK-1", {TEE: 40, BOOK: 12, MUG: 30}))
        self.wait("both shops have the stock", lambda: self._is_there("MUG-BLUE", 28, 28))
        self.wait("the webhooks are made", lambda: len(made.web.shop.hooks) == HOOKS)
        self.calls(made.web, "web-shop was called")
        self.called(made.web.shop.call_out())
        self.page(made.web)

    def _order_comes(self) -> None:
        made = self.scene
        self.chapter(
            "2  An order comes",
            "A guest buys with a coupon and pays. The shop tells it twice, as WooCommerce does.",
        )
        self._buy(made.web, BASKET)
        self.called(made.web.shop.call_out())
        self.wait("the ERP has the order", lambda: len(made.erp.files("order")) == 1)
        made.followed()
        self.calls(made.web, "What the call said is not believed: the gateway asked", asked=True)
        self.section("The ERP finds this file:")
        (path,) = made.erp.files("order")
        self.show(path)
        self.booked(made.erp.booked(path))
        self.wait("corner-shop shows less", lambda: self._is_there("TEE-RED-M", 35, 35))
        self.section("corner-shop, which sells the same goods, was told at once:")
        self.say(f"  TEE-RED-M  {self.why(made.corner, 'TEE-RED-M')}")

    def _erp_ships(self) -> None:
        made = self.scene
        (number,) = made.web.shop.orders
        order = made.erp.booked(made.erp.files("order")[0])
        notes = made.web.shop.notes
        self.chapter(
            "3  The ERP ships",
            "Two of the three T-shirts leave in a first parcel, the rest in a second one.",
        )
        self.dropped(made.erp.ships("LS-501", order, {TEE: 2}, "JD0140001"))
        self.wait("the first parcel is told", lambda: len(notes.get(number, [])) == 1)
        self.wait("its key is kept", lambda: "_edi_gateway_shipments" in self._meta(number))
        self.expect(self._status(number) == "processing", "an order still being processed")
        self.calls(made.web, "web-shop was called")
        self.say(f"  The order is still {self._status(number)}.")
        self.dropped(made.erp.ships("LS-502", order, {TEE: 1, BOOK: 1}, "JD0140002"))
        self.wait("the order is complete", lambda: self._status(number) == "completed")
        self.calls(made.web, "web-shop was called")
        self.say(f"  Now it is {self._status(number)}.")

    def _erp_counts_and_bills(self) -> None:
        made = self.scene
        (number,) = made.web.shop.orders
        self.chapter(
            "4  The ERP counts, and bills",
            "New T-shirts came. Its report does not know the order yet; the gateway does.",
        )
        self.dropped(made.erp.counts("STOCK-2", {TEE: 60, BOOK: 12, MUG: 30}))
        self.wait("the new stock is there", lambda: self._is_there("TEE-RED-M", 55, 55))
        self.say(f"  TEE-RED-M  {self.why(made.web, 'TEE-RED-M')}")
        order = made.erp.booked(made.erp.files("order")[0])
        self.dropped(made.erp.bills("RE-26-801", order))
        self.wait("the invoice is told", lambda: "_invoice_url" in self._meta(number))
        self.calls(made.web, "web-shop was called")
        self.section("The shop calls, because its order changed. That is an echo: no new file.")
        self.called(made.web.shop.call_out())
        made.followed()
        self.files(orders=1, refunds=0)

    def _some_comes_back(self) -> None:
        made = self.scene
        (number,) = made.web.shop.orders
        self.chapter("5  Something comes back", "One T-shirt is too small; the shop pays it back.")
        refund = made.web.shop.give_back(number, "TEE-RED-M", 1, "too small")
        self.say(f"  refund {refund['id']}: {refund['amount']} EUR")
        self.called(made.web.shop.call_out())
        self.wait("the ERP has the refund", lambda: len(made.erp.files("refund")) == 1)
        made.followed()
        self.section("A document of its own, for one credit note:")
        self.show(made.erp.files("refund")[0])

    def _nothing_twice(self) -> None:
        made = self.scene
        self.chapter(
            "6  Nothing twice, nothing forged",
            "The call about the new order again, byte for byte; then the same, signed by a guess.",
        )
        first = next(one for one in self.deliveries if one.topic == "order.created")
        address = made.web.shop.hooks[0].address
        signed = {**first.headers, "X-WC-Webhook-Signature": hooks.signature(first.body, "guess")}
        again = hooks.call(address, first.topic, first.headers, first.body)
        self.called([again, hooks.call(address, first.topic, signed, first.body)], (200, 401))
        made.followed()
        made.look(made.web)
        self.files(orders=1, refunds=1)
        self.say("  The ERP has the files that it had.")

    def _nothing_lost(self) -> None:
        made = self.scene
        self.chapter(
            "7  Nothing lost",
            "corner-shop sells, and its webhook never arrives. The gateway asks in any case.",
        )
        self._buy(made.corner, OTHER_BASKET)
        made.look(made.corner)
        self.wait("the ERP has the lost order", lambda: len(made.erp.files("order")) == 2)
        self.say(f"  found: {made.erp.files('order')[0]}")
        self.wait("web-shop shows less", lambda: self._is_there("MUG-BLUE", 26, 26))
        self.say("  and web-shop was told that two mugs are gone.")
        self.calls(made.web, "web-shop was called")

    def _everything_agrees(self) -> None:
        self.chapter(
            "8  Everything agrees",
            "Each figure as the shop has it, as the gateway keeps it, and out of the ERP's file.",
        )
        found = proofs(self.scene)
        self.facts["proofs"] = [one.as_json() for one in found]
        for one in found:
            self.expect(one.holds, f"{one.what} the same: {one.shop}, {one.gateway}, {one.erp}")
        alarms = [str(one.found) for one in self.scene.gateway.alarms()]
        self.expect(not alarms, f"no alarms: {alarms}")
        if not self.quiet:
            rows = [(one.what, one.shop, one.gateway, one.erp, one.verdict) for one in found]
            print_table(("", "Shop", "Gateway", "ERP", ""), rows)
        self._compared()
        self.section("Look further:")
        for command in (
            f"shop orders {WEB_SHOP}",
            f"shop order {WEB_SHOP} 1041",
            f"shop stock {CORNER_SHOP}",
        ):
            self.say(f"  gateway -w {self.folder} {command}")

    def _compared(self) -> None:
        self.section("And as the gateway compares every night:")
        self.facts["compared"] = []
        for site in (self.scene.web, self.scene.corner):
            report = self.scene.compared(site)
            self.facts["compared"].append(report.as_json())
            orders, count = len(site.shop.orders), report.total
            same = report.equal and count.shop == count.gateway == count.erp == orders
            self.expect(same, f"{orders} orders of {site.shop.name} everywhere: {count}")
            self.say(
                f"  {site.shop.name:12} shop {count.shop}, gateway {count.gateway}, ERP {count.erp}"
            )

    # ---- doing, and how things stand

    def _buy(self, site: Site, basket: Mapping[str, str]) -> None:
        """A guest fills the form of the shop in."""
        self.say(f"  {browse(site, '/checkout', basket).strip()}")

    def _is_there(self, sku: str, web: int, corner: int) -> bool:
        shops = (self.scene.web.shop, self.scene.corner.shop)
        return [each.products[sku].stock for each in shops] == [web, corner]

    def _status(self, number: int) -> str:
        return str(self.scene.web.shop.orders[number]["status"])

    def _meta(self, number: int) -> set[str]:
        return {str(one["key"]) for one in self.scene.web.shop.orders[number]["meta_data"]}
