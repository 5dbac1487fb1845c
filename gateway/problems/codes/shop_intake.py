"""Orders of shops on their way into the house: W300 to W329; alarms about shops: A170 to A174."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, Severity, row

_shop = partial(row, Layer.SHOP)
_waits = partial(row, Layer.SHOP, severity=Severity.WARNING)
_alarm = partial(row, Layer.ALARM)

_WAITS = "A filter is a state, nothing is passed over in silence: the order is kept and listed."
_BY_ITSELF = "nothing; it is taken over by itself as soon as that changes in the shop"
_SETTING = "if it is to be taken over, change {setting} of shop.yaml; it is looked at again then"
_AGAIN = "run its message again (gateway replay {id})"
_POLL = "Asking the shop again and again is what finds every order; webhooks only make it quicker."

CODES: tuple[Code, ...] = (
    _waits(
        "W300",
        "Order waits for its payment",
        "the order is {status} in the shop and not paid yet",
        why=_WAITS,
        remedy=_BY_ITSELF + "; orders.unpaid: import takes unpaid orders over",
    ),
    _waits(
        "W301",
        "Order waits for another state",
        "the order is “{status}” in the shop; taken over are orders that are {wanted}",
        why=_WAITS,
        remedy=_BY_ITSELF + ", or in orders.states of shop.yaml",
    ),
    _waits(
        "W302",
        "Order of another sales channel",
        "the order came by the sales channel “{channel}”; taken over are {wanted}",
        why=_WAITS,
        remedy=_SETTING,
    ),
    _waits(
        "W303",
        "Test order only listed",
        "it is a test order of the shop",
        why=_WAITS,
        remedy=_SETTING,
    ),
    _waits(
        "W304",
        "Order older than the shop is connected",
        "the order was made on {created}; orders are taken over that were made since {since}",
        why="What the ERP got another way before must not get into it a second time.",
        remedy=_SETTING,
    ),
    _waits(
        "W305",
        "Order over before it was taken over",
        "the order is {status} in the shop, and the ERP never had it",
        why=_WAITS,
        remedy="nothing; name the state in orders.states of shop.yaml if the ERP needs such orders",
    ),
    _waits(
        "W308",
        "Order waits to be accepted in the shop",
        "the order is “{status}”: the seller has to accept it in the shop first",
        why=_WAITS,
        remedy=_BY_ITSELF + "; with send.accept: import or response it goes to the ERP at once",
    ),
    _waits(
        "W306",
        "Order made by ourselves",
        "the order carries our own mark: the gateway made it in the shop",
        why="An order that came from the ERP must not come back into it.",
        remedy="nothing",
    ),
    _waits(
        "W307",
        "Refund only listed",
        "refunds of this shop are not given to the ERP",
        why=_WAITS,
        remedy="if the ERP needs them, write orders.refunds: send into shop.yaml",
    ),
    _shop(
        "W310",
        "Number of an order used twice",
        "the number {number} belongs to order {other} of the shop already; this is order "
        "{external_id}",
        why="Two orders of one number are one order to the ERP.",
        remedy="put {{id}} or {{channel}} into orders.number of shop.yaml, then " + _AGAIN,
    ),
    _shop(
        "W311",
        "Order changed after the ERP got it",
        "order {number} changed in the shop after the ERP got it, and orders.changes is hold",
        why="The shop's settings say that a person looks at it.",
        remedy="bring the order in the ERP up to date; or set orders.changes: send and then "
        + _AGAIN,
    ),
    _shop(
        "W312",
        "Order cancelled after the ERP got it",
        "order {number} was cancelled in the shop after the ERP got it, and orders.cancellations "
        "is hold",
        why="The shop's settings say that a person looks at it.",
        remedy="cancel the order in the ERP; or set orders.cancellations: send and then " + _AGAIN,
    ),
    _shop(
        "W313",
        "What the ERP knows is not kept any more",
        "order {number} changed in the shop; what the ERP got is over its retention, so the "
        "difference cannot be told",
        why="An order change says what is different from what the ERP has.",
        remedy="bring the order in the ERP up to date by hand",
    ),
    _shop(
        "W314",
        "Shop not in the settings",
        "there is no shop {shop} in the settings",
        why="What a record means is said by the settings of its shop.",
        remedy="put shops/{shop}/shop.yaml back, apply it, then " + _AGAIN,
    ),
    _shop(
        "W315",
        "Cancelled order is open again",
        "order {number} is {status} in the shop again; the ERP was told that it was cancelled",
        why="An ERP seldom opens a cancelled order again by an order change.",
        remedy="enter the order in the ERP by hand, under a number of its own",
    ),
    _shop(
        "W316",
        "Refund of an order that the ERP has not got",
        "refund {refund} is of order {order}, which was not given to the ERP",
        why="A refund is booked against its order.",
        remedy="nothing, if the order follows: the refund then runs again by itself; else "
        + _AGAIN,
    ),
    _shop(
        "W317",
        "Refund not in its record",
        "refund {refund} is not in the record of order {order}",
        why="The shop's record is what a refund is read from.",
        remedy="look at the record (gateway message {id})",
    ),
    _shop(
        "W318",
        "Record of another order",
        "the shop was asked for order {asked} and gave order {found}",
        why="What is kept under one order must be of that order.",
        remedy="look at the record; a cache in front of the shop may mix up its answers",
    ),
    _shop(
        "W319",
        "Row of no known revision",
        "this record belongs to no revision of order {number} that is kept",
        why="What the ERP is given depends on what it was given for the revisions before.",
        remedy="nothing; the order's newest record is found by the polls",
    ),
    _waits(
        "W320",
        "Order not found by its id",
        "the shop knows no order {external_id}",
        why="A webhook may be quicker than the shop's own list, and trash is shown to nobody.",
        remedy="nothing; whether it is gone is found by the nightly comparison",
    ),
    _alarm(
        "A170",
        "Shop not reachable",
        "shop {shop} cannot be asked ({task}) since {since}: {why}",
        why=_POLL,
        remedy="look at the shop's server and the way there; it is tried again by itself",
    ),
    _alarm(
        "A171",
        "Shop refuses the login",
        "shop {shop} lets nobody in with the key of its settings ({task}) since {since}: {why}",
        why="A key was withdrawn, has run out, or has too few rights; waiting does not mend that.",
        remedy="make a new key in the shop and put it where shop.yaml says; it is tried again by "
        "itself",
    ),
    _alarm(
        "A172",
        "Answers of a shop not usable",
        "shop {shop} answers what cannot be used ({task}) since {since}: {why}",
        why=_POLL,
        remedy="look at what the shop answers (a page of a proxy, an update, a plugin); it is "
        "tried again by itself",
    ),
    _alarm(
        "A174",
        "Shop not asked for too long",
        "shop {shop} was asked for orders wholly {when}; it is to be every {every}",
        why=_POLL,
        remedy="see whether the gateway keeps up (gateway doctor), or the shop has more changes "
        "than one look can read",
    ),
)
