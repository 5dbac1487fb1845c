"""What can be wrong with a record of a shop, whatever its platform: W230 to W259."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row

_HELD = (
    "An order that is not understood wholly is not taken over: a person looks at it, and the "
    "record lies in the archive as it came."
)
_AGAIN = (
    "when it is put right in the shop, it is read again by itself; else run its message again "
    "(gateway replay)"
)

CODES: tuple[Code, ...] = (
    row(
        Layer.SHOP,
        "W230",
        "Record of a shop not readable",
        "{what} is not readable: {reason}",
        why=_HELD,
        remedy="look at the record (gateway message); " + _AGAIN,
    ),
    row(
        Layer.SHOP,
        "W231",
        "Field of a shop missing",
        "{field} is missing; {expected} is needed",
        why=_HELD,
        remedy=_AGAIN,
    ),
    row(
        Layer.SHOP,
        "W232",
        "Value of a shop not usable",
        "{field} is “{value}”; right would be {expected}",
        why=_HELD,
        remedy=_AGAIN,
    ),
    row(
        Layer.SHOP,
        "W233",
        "Tax rate not known",
        "{field}: the shop tells {tax} tax on {net} and no rate; no rate of {country} is near "
        "{ratio} %",
        why="A rate is never found by a division: the quotient of two rounded amounts is no rate.",
        remedy=(
            "write the legal rates of the country into tax.rates of shop.yaml (and the country "
            "into tax.country, where orders name none), then run its message again (gateway "
            "replay)"
        ),
    ),
    row(
        Layer.SHOP,
        "W234",
        "Tax rate supposed",
        "{field}: the shop tells no rate; {rate} % of {country} is taken, the nearest to {ratio} %",
        why="The shop tells amounts only, and tax.rates names the rates there are.",
        remedy="nothing, if it is right",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W235",
        "Currencies mixed",
        "{field} is in {found}; the order is in {currency}",
        why="Amounts of two currencies in one document make wrong sums.",
        remedy=_AGAIN,
    ),
    row(
        Layer.SHOP,
        "W236",
        "State of an order not known",
        "{field} is “{value}”, which is not known here; it counts as {status}",
        why="Platforms add states without warning; the order is taken over all the same.",
        remedy=(
            "if it is wrong, name the states that are to be taken over in orders.states of "
            "shop.yaml"
        ),
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W237",
        "Part of a record passed over",
        "{field} holds {value}, which has no place in an order here",
        why="Nothing that a shop sends is dropped in silence.",
        remedy="nothing, if the ERP does not need it",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W238",
        "Tax not told",
        "{field}: prices at {channel} contain tax, and the shop tells none for {gross}",
        why=(
            "A price with tax that is taken for one without makes the ERP add the tax a second "
            "time."
        ),
        remedy=(
            "have the shop compute tax; where there is none in these prices, say so in shop.yaml "
            "({setting}), then run its message again (gateway replay)"
        ),
    ),
    row(
        Layer.SHOP,
        "W239",
        "Record of a shop cut off",
        "{field} goes on after entry {count}, and the rest is not in the record",
        why=_HELD,
        remedy=_AGAIN,
    ),
    row(
        Layer.SHOP,
        "W240",
        "Tax not told at all",
        "{field}: {gross} holds tax, and the shop does not tell how much",
        why="What is tax and what is not cannot be told from an amount that holds both.",
        remedy=(
            "write the rate into tax.default of shop.yaml, if it is the same for all articles of "
            "this shop; else have the shop tell it"
        ),
    ),
)
