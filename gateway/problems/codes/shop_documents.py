"""Sums of shops' orders that do not agree, and what an order for the ERP cannot say: W200-W229."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row

_TRUTH = (
    "The amounts of the shop's lines are the truth: nothing is recomputed, and nothing is put "
    "right. A difference that rounding does not explain means that something is missing or is "
    "counted twice."
)
_LOOK = (
    "compare the order in the shop with its record (gateway message); when it is right, run its "
    "message again (gateway replay). What rounding may explain is tax.rounding of shop.yaml"
)
_TOLD = "Shops round line by line or in sums; what differs by so little is handed on, not hidden."
_NONE = "nothing"
_SHOPS = (
    "the shop (or whoever posts its orders) has to say the right amounts; then run its message "
    "again (gateway replay)"
)

_SUMS: tuple[Code, ...] = (
    row(
        Layer.SHOP,
        "W200",
        "Lines do not make the total",
        "{field} is {stated} {currency}, but lines and charges come to {computed} ({net} without "
        "tax + {tax} tax + what the shop rounded): {difference}, and rounding explains {allowed} "
        "at most",
        why=_TRUTH,
        remedy=_LOOK,
    ),
    row(
        Layer.SHOP,
        "W201",
        "Net, tax and gross disagree",
        "{field}: {net} without tax and {tax} tax are not {gross} with tax ({difference})",
        why=_TRUTH,
        remedy=_SHOPS,
    ),
    row(
        Layer.SHOP,
        "W202",
        "Taxes of a line disagree",
        "{field}: {formula} come to {computed}, the line says {stated} tax: {difference}, and "
        "rounding explains {allowed} at most",
        why=_TRUTH,
        remedy=_SHOPS,
    ),
    row(
        Layer.SHOP,
        "W203",
        "Taxes do not make the total of tax",
        "{field} is {stated}, but {formula} comes to {computed}: {difference}, and rounding "
        "explains {allowed} at most",
        why=_TRUTH,
        remedy=_LOOK,
    ),
    row(
        Layer.SHOP,
        "W204",
        "Subtotal disagrees",
        "{field} is {stated}, but {formula} come to {computed}: {difference}, and rounding "
        "explains {allowed} at most",
        why=_TRUTH,
        remedy=_LOOK,
    ),
    row(
        Layer.SHOP,
        "W205",
        "Bundle counted twice",
        "{field} is {stated} {currency}, but lines and charges come to {computed}: {difference}. "
        "The parts of {line} repeat the amounts of their bundle",
        why=(
            "The price of a bundle stands on the bundle or on its parts, not on both; which of "
            "them the ERP is to book cannot be guessed."
        ),
        remedy=_SHOPS,
    ),
    row(
        Layer.SHOP,
        "W206",
        "Total rounded",
        "{field} is {stated} {currency}, lines and charges come to {computed}: {difference} goes "
        "to the ERP as rounding (at most {allowed} would)",
        why=_TOLD,
        remedy=_NONE,
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W207",
        "Sum rounded",
        "{field} is {stated}, {formula}: {computed} ({difference}; at most {allowed} is taken for "
        "rounding)",
        why=_TOLD,
        remedy=_NONE,
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W208",
        "Tax of a rate rounded by the shop",
        "{rate} % {of}: of {base} it would be {computed}, the shop has {stated} ({difference})",
        why=(
            "Shops compute tax for each line, an invoice for each rate (EN 16931 BT-117). The "
            "tax of the shop goes on; the ERP's invoice shows the difference as rounding."
        ),
        remedy="nothing; if the difference is more than cents, look at the shop's tax settings",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W209",
        "Paid and outstanding are not the total",
        "the shop says {paid} paid and {outstanding} outstanding of {stated} ({difference})",
        why=(
            "Shops differ in whether gift cards and refunds are in these figures; none of the "
            "ways to count makes the total of them."
        ),
        remedy="compare the payments of the order in the shop before they are booked",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W210",
        "Tax without a rate",
        "{field}: {tax} of tax, and no rate is told",
        why="A rate is never found by a division; the ERP gets the amount without one.",
        remedy="if the ERP needs a rate, name it in what is posted for the shop",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W211",
        "Shop rounded more than usual",
        "the shop itself says that it rounded the total by {value}; {allowed} would be usual",
        why="What a shop says it rounded (cash rounding …) is part of the total, and goes on as it "
        "is.",
        remedy="compare the order in the shop",
        severity=Severity.WARNING,
    ),
)

_CONVERTED: tuple[Code, ...] = (
    row(
        Layer.SHOP,
        "W212",
        "Article not known",
        "{field}: “{name}” has {found}; {expected} is needed",
        why="What the ERP cannot name it cannot deliver.",
        remedy=(
            "give the article a SKU or EAN in the shop, or add it to the list of items.codes; "
            "items.unknown: send lets such lines pass. Then run its message again (gateway replay)"
        ),
    ),
    row(
        Layer.SHOP,
        "W213",
        "VAT number without a country",
        "{field} is “{value}”: it has no country in front, and no address says one",
        why="A VAT number is one with its country only (Greece: EL); it goes on as it is.",
        remedy="complete the address or the number in the shop",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W214",
        "Part of a line cancelled",
        "{field}: {cancelled} of {quantity} are cancelled; the ERP gets the rest with {rest} of "
        "{amount} without tax",
        why="A shop tells the amounts of a whole line; what is left of it gets its share.",
        remedy=_NONE,
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W215",
        "Several taxes of different bases",
        "{field}: taxes of {rates} % of different bases are one amount of {tax}, without a rate",
        why="A line of an order has one rate; the sum of rates is one only where all are of the "
        "same base. Each of them goes on in lines.taxes.",
        remedy="if the ERP reads one tax a line, book such orders by hand",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W216",
        "Parts of a bundle have amounts",
        "{field}: items.bundles says parent, but the part has {amount}; it goes on as a line",
        why="Leaving it out would change the sum of the order.",
        remedy="set items.bundles: parts, or put the price on the bundle in the shop",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W217",
        "Order without lines",
        "the order has no line {reason}",
        why="An order of the ERP has at least one line.",
        remedy="look at the order in the shop; an order that was cancelled there needs nothing",
    ),
    row(
        Layer.SHOP,
        "W218",
        "Currency changed",
        "{field} is {found}, it was {currency}",
        why="Amounts of two currencies do not add up, and a change is told in that of the order.",
        remedy="settle it by hand in the ERP",
    ),
    row(
        Layer.SHOP,
        "W219",
        "Refund of an amount without its tax",
        "the refund gives {amount} {currency} back without saying of which line or tax",
        why="The credit note needs a tax, which is not guessed; the amount goes on without one.",
        remedy="say the tax of it in the ERP's credit note",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W220",
        "EAN not usable",
        "{field} is “{value}”, which is no EAN with a right check digit; the line goes on without "
        "it",
        why="A wrong EAN would find another article, or none.",
        remedy="correct the EAN of the article in the shop",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W221",
        "Amount finer than the currency",
        "{field} is {value}; the smallest amount of {currency} is {smallest}",
        why="Nothing is rounded on the way; a format of the ERP may have no room for it.",
        remedy="have the shop round line by line, or use a format that takes it",
        severity=Severity.WARNING,
    ),
    row(
        Layer.SHOP,
        "W222",
        "Refund does not fit its order",
        "{field} is “{found}”; the order has {expected}",
        why="A credit note belongs to one order, in its currency.",
        remedy="compare the refund and the order in the shop",
    ),
)

CODES: tuple[Code, ...] = (*_SUMS, *_CONVERTED)
