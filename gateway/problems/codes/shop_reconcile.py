"""Shops compared with the house and the ERP: W330 to W359; alarms about it: A175 to A179."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, row

_shop = partial(row, Layer.SHOP)
_alarm = partial(row, Layer.ALARM)

_SEE = "gateway shop order {shop} {external_id} shows all of it"
_ONCE = "The comparison takes nothing over silently: what the looks missed stands in its report."
_ERP = "An order is in the ERP when its file lies in the ERP's folder; what comes before is not."

CODES: tuple[Code, ...] = (
    _shop(
        "W330",
        "Order was missing in the gateway",
        "order {number} of {created} was in the shop and not in the gateway; it was read by its id "
        "now: {outcome}",
        why=_ONCE,
        remedy="nothing for this order; if it happens again, raise poll.overlap of shop.yaml",
    ),
    _shop(
        "W331",
        "Order is missing in the gateway",
        "order {number} of {created} is in the shop and not in the gateway, and could not be read: "
        "{why}",
        why="The shop lists an order that the ERP will not get.",
        remedy="gateway shop fetch {shop} {external_id}; of many, gateway shop backfill {shop} "
        "--since {created}",
    ),
    _shop(
        "W332",
        "Change of an order was missed",
        "order {number} changed in the shop ({shop_side}), and the gateway had {gateway_side}; it "
        "was read by its id now: {outcome}",
        why=_ONCE,
        remedy="nothing for this order; if it happens again, raise poll.overlap of shop.yaml",
    ),
    _shop(
        "W333",
        "Order differs from the shop",
        "order {number} is {shop_side} in the shop and {gateway_side} in the gateway, and could "
        "not be read again: {why}",
        why="The ERP has, or will get, another order than the buyer made.",
        remedy="gateway shop fetch {shop} {external_id}",
    ),
    _shop(
        "W334",
        "Order not shown by the shop",
        "order {number} of {created} is in the gateway; the shop neither lists it nor shows it by "
        "its id",
        why="Shops hide orders for a while. What is not shown in a later night, too, counts as "
        "gone.",
        remedy="look whether it was deleted in the shop",
    ),
    _shop(
        "W335",
        "Order gone from the shop",
        "order {number} of {created} is in the shop no more, by its id neither, since {since}",
        why="It was deleted, or put into the trash, without being cancelled before.",
        remedy="if the ERP has it ({erp}), cancel it there",
    ),
    _shop(
        "W336",
        "Shop counts more orders than it lists",
        "of {day} the shop counts {counted} orders, and its list has {listed}",
        why="A list that hides orders is the commonest way to lose them.",
        remedy="look at the orders of that day in the shop, and read those that are missing by "
        "their ids: gateway shop fetch {shop} ID",
    ),
    _shop(
        "W337",
        "Order not listed, and not looked at",
        "order {number} of {created} is in the gateway and not in the shop's list; by its id it "
        "was not looked at: {why}",
        why="Lists hide orders. Only the order itself says whether it is gone.",
        remedy="gateway shop fetch {shop} {external_id}",
    ),
    _shop(
        "W340",
        "Order waits for a person",
        "order {number} is not in the ERP: {why}",
        why="Something about it was not understood, or the settings say that a person looks.",
        remedy="see to the reason, then gateway replay {id}; " + _SEE,
    ),
    _shop(
        "W341",
        "Order refused",
        "order {number} was refused and is not in the ERP: {why}",
        why=_ERP,
        remedy="see to the reason, then gateway replay {id}; " + _SEE,
    ),
    _shop(
        "W342",
        "Order not worked on",
        "order {number} was taken over, and nothing was written for the ERP since {since}",
        why="Its row waits: the gateway does not run, is paused, or does not keep up.",
        remedy="see gateway doctor, gateway message {id}",
    ),
    _shop(
        "W343",
        "Order not in the ERP's folder",
        "the file of order {number} waits to be put into the ERP's folder since {since}",
        why=_ERP,
        remedy="see whether the folder can be written; it is tried again by itself "
        "(gateway message {id})",
    ),
    _shop(
        "W344",
        "Order given up",
        "the file of order {number} was given up, and is not in the ERP: {why}",
        why=_ERP,
        remedy="see to the reason, then gateway replay {id}",
    ),
    _shop(
        "W345",
        "Order not posted by the ERP",
        "the ERP has the file of order {number} and made no order of it: {why}",
        why="A file that the ERP could not use is no order there.",
        remedy="see to what the ERP says, then gateway replay {id}",
    ),
    _shop(
        "W346",
        "Change of an order not in the ERP",
        "order {number} is in the ERP, a later change of it is not: {why}",
        why="The ERP works on with an order that the buyer has changed or cancelled.",
        remedy="see to the reason, then gateway replay {id}; " + _SEE,
    ),
    _shop(
        "W347",
        "ERP has another total",
        "order {number} is {shop_side} in the shop; the ERP was given {erp_side}",
        why="It changed after the ERP had it, and the settings say that the ERP is not told.",
        remedy="bring the order in the ERP up to date, or set orders.changes: send",
    ),
    _shop(
        "W348",
        "Refund not in the ERP",
        "refund {refund} of order {number} is not in the ERP: {why}",
        why="A credit note is missing.",
        remedy="see to the reason, then gateway replay {id}",
    ),
    _alarm(
        "A175",
        "Webhooks of a shop are silent",
        "no webhook of {shop} came since {since}; orders found by asking meanwhile: {count}",
        why="Orders still come, but later: at most poll.every.",
        remedy="see gateway shop webhooks {shop}: are they switched on, do they lead here, does a "
        "proxy turn them away",
    ),
    _alarm(
        "A176",
        "A webhook of a shop is missing or switched off",
        "webhooks of {shop} are not at work: {why}",
        why="Some shops switch a webhook off when it failed a few times, and tell nobody.",
        remedy="gateway shop webhooks {shop} --make, or set webhooks.manage: true; see why the "
        "shop could not reach {address}",
    ),
    _alarm(
        "A177",
        "Shop, gateway and ERP do not agree",
        "the comparison of {shop} found differences: {count} ({codes})",
        why="An order that is not everywhere is an order that is lost, doubled or wrong.",
        remedy="gateway shop reconcile {shop} --last lists them, each with what to do",
    ),
    _alarm(
        "A178",
        "Version of a shop's API ends",
        "{shop} is called by version {version} of its API, which may end on {ends}",
        why="Shopify keeps a version for twelve months; later calls are answered by another one.",
        remedy="set shopify.version to a newer one ({newest}), try it by gateway shop dry-run "
        "{shop}",
    ),
    _alarm(
        "A179",
        "Shop not compared",
        "{shop} was to be compared with the gateway on {since}, and that has not come to an end",
        why="Without the comparison nobody knows that nothing is missing.",
        remedy="see whether the gateway runs and keeps up (gateway doctor); gateway shop reconcile "
        "{shop} does it now",
    ),
)
