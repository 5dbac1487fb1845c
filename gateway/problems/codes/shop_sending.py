"""What goes back to shops, and why not: W400 to W459, alarms A180 to A185."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row

_AGAIN = "then: gateway replay {id} --reason …"
_ONCE = "A shop is told each thing once; what it was told cannot be taken back by a file."
_RULE = "What goes back to a shop is what send of its shop.yaml says; nothing goes by itself."
_OUTSIDE = "Nothing is lost: it is tried again, and each call can be told from a new one."


def _shop(
    code: str,
    title: str,
    sentence: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    return row(Layer.SHOP, code, title, sentence, why=why, remedy=remedy, severity=severity)


def _warning(code: str, title: str, sentence: str, why: str, remedy: str) -> Code:
    return _shop(code, title, sentence, why, remedy, Severity.WARNING)


def _alarm(
    code: str,
    title: str,
    sentence: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    return row(Layer.ALARM, code, title, sentence, why=why, remedy=remedy, severity=severity)


_ROUTING = (
    _shop(
        "W401",
        "Order number of several shops",
        "{document} {number}: order {order} is one of {shops}, and no party says which is meant",
        "A document goes to the shop that its order came from, never to one that was guessed.",
        "give each shop numbers of its own (orders.number: {{shop}}-{{number}}), or write the "
        "shop's erp.customer into the file; " + _AGAIN,
    ),
    _shop(
        "W402",
        "Shop paused",
        "{document} {number} is for {shop}, which is paused",
        "Nothing is sent to a paused shop; the document is kept.",
        "set `mode: live` in shop.yaml, " + _AGAIN,
    ),
    _shop(
        "W403",
        "Live document for a shop in test",
        "{document} {number} of the live folders is for {shop}, which is in test",
        "To a shop in test nothing is sent, and here it would count as sent.",
        "to try it, put the file into {folder}; when the shop is live, " + _AGAIN,
    ),
    _shop(
        "W404",
        "Test document for a live order",
        "{document} {number} of the test folders is for order {order} of {shop}, which is live",
        "What the ERP's test system says must never reach a buyer.",
        "put the file into {folder} if it is meant",
    ),
    _warning(
        "W405",
        "Order of no shop",
        "{document} {number}: order {order} came from no shop and no partner; its lines are told "
        "to nobody",
        "The other orders of the document are known, and are told.",
        "correct the order number in the ERP, if it is one of the shop",
    ),
    _warning(
        "W406",
        "Shop takes no such document",
        "{shop} is not told of {document} {number}: {setting} of its shop.yaml does not ask for it",
        _RULE,
        "nothing, if it is meant; else set {setting}, " + _AGAIN,
    ),
    _shop(
        "W407",
        "Order of the shop not known",
        "{document} {number} is for {shop}, but no order that came from it is named: {orders}",
        "What goes to a shop is about one of its orders.",
        "write the order number as the order file had it",
    ),
    _shop(
        "W408",
        "Sent to the shop before, with other content",
        "{document} {number} was sent to {shop} before (message {before}), with other content",
        _ONCE,
        "give the correction a number of its own; or look at both (gateway message {before}) and "
        "put it right in the shop",
    ),
    _warning(
        "W409",
        "Told to the shop before",
        "{document} {number} for order {order} was told to {shop} before (message {before})",
        _ONCE,
        "nothing; to send the same once more: gateway replay {before} --resend --reason …",
    ),
)

_SHIPMENTS = (
    _shop(
        "W410",
        "Shipped line unknown",
        "{document} {number}: {item} is no line of order {order} ({lines})",
        "A shop is told of the lines of its own order; nobody guesses which one was meant.",
        "write the line number or the article as the order file had it",
    ),
    _shop(
        "W411",
        "More shipped than ordered",
        "{document} {number}: line {line} of order {order} ({item}): {quantity} now and {before} "
        "before, of {ordered} ordered",
        "A shop refuses more than was ordered, and its buyer would be told what is not so.",
        "correct the quantity, or ship the surplus without the shop",
    ),
    _warning(
        "W412",
        "Carrier not translated",
        "{document} {number}: carrier {carrier} is not in send.shipments.carriers; the shop gets "
        "its name",
        "Shops know carriers by codes of their own.",
        "add {carrier} (or * for all others) to send.shipments.carriers of {shop}",
    ),
    _shop(
        "W413",
        "Nothing shipped",
        "{document} {number}: it holds no quantity of order {order}",
        "A shipment without goods would tell the buyer nothing.",
        "correct it in the ERP",
    ),
)

_INVOICES = (
    _shop(
        "W420",
        "Invoice without a total",
        "invoice {number}: it says neither what it comes to nor what is to be paid",
        "The shop shows the total beside the invoice.",
        "have the ERP write the total with tax",
    ),
    _shop(
        "W421",
        "File of an invoice not there",
        "invoice {number}: {file} is not in {folder} yet",
        "The ERP writes the file beside the document, often some time later; it is waited for.",
        "have the ERP write {file} into {folder}; when it was given up: gateway replay {id} "
        "--reason …",
    ),
    _shop(
        "W422",
        "File of an invoice not usable",
        "invoice {number}: {file} {reason}",
        "Only a whole file of usable size, in the folder of the settings, is handed to a shop.",
        "put a file of that name into the folder that is right, " + _AGAIN,
    ),
)

_OTHERS = (
    _warning(
        "W430",
        "No decision in a response",
        "response to order {order}: it decides nothing ({status}); {shop} is told nothing",
        "The shop knows accepted and refused.",
        "send another response when it is decided, before the deadline of the shop",
    ),
    _warning(
        "W431",
        "Line accepted in part",
        "response to order {order}: {item}: {quantity} of {ordered} confirmed; the shop is told "
        "that the line is accepted",
        "The shop accepts or refuses whole lines.",
        "cancel the rest in the shop, if it is not delivered later",
    ),
    _warning(
        "W435",
        "Article without a price for the shop",
        "catalogue {number}: {count} articles have no {kind} price that can be sent, the first: "
        "{items}",
        "A price is taken as it stands: of the kind that send.prices names, for one piece, valid "
        "now.",
        "look at the kinds of prices in the file, and at send.prices.kind",
    ),
    _warning(
        "W436",
        "Price of another day",
        "catalogue {number}: {count} prices are valid from another day on and are not sent, the "
        "first: {items}",
        "A shop has one price, that of today.",
        "send the catalogue when they are valid",
    ),
    _warning(
        "W437",
        "Articles refused by the shop",
        "{count} of {of} articles were refused by {shop}, the first: {items}",
        "The others were set.",
        "look at these articles in the shop; then send them once more in a catalogue",
    ),
    _shop(
        "W440",
        "No quantity that a shop sells",
        "report {number}: no article has a quantity “{kind}”, which {shop} sells (there are: "
        "{kinds})",
        "Stock of another kind is not what can be sold.",
        "set send.stock.kind of the shop to a kind of the report",
    ),
    _warning(
        "W441",
        "Articles without a quantity",
        "report {number}: {count} articles have no quantity “{kind}”; {shop} keeps theirs (first: "
        "{items})",
        "What the ERP does not say is not guessed.",
        "have the ERP write a quantity for each article, 0 too",
    ),
    _warning(
        "W442",
        "Older report of stock",
        "report {number} is of {what}, and a newer one (message {newer}) is known for "
        "{count} of its quantities; these stay",
        "An older report never overwrites a newer one.",
        "nothing",
    ),
)

_OUTLET = (
    _shop(
        "W450",
        "Refused by the shop",
        "{shop} refuses {name}: {reason}",
        "The same call would be refused each time.",
        "put right what the shop says, there or in the ERP, " + _AGAIN,
    ),
    _shop(
        "W451",
        "Shop not reached",
        "{name} did not get to {shop}: {reason}",
        _OUTSIDE,
        "nothing, if it stays at once; else try its connection: gateway shop try {shop}",
    ),
    _shop(
        "W452",
        "Outcome of a call not known",
        "{name}: nobody knows whether {shop} has it: {reason}",
        "The request left and no answer came; the shop is looked at before it is made again.",
        "nothing, if it stays at once",
    ),
    _shop(
        "W453",
        "Shop busy",
        "{shop} does not take {name} now: {reason}",
        _OUTSIDE,
        "nothing; if it happens often, ask the shop for a higher limit",
    ),
    _shop(
        "W454",
        "Login of a shop refused",
        "{shop} does not let us in with {name}: {reason}",
        "Key, rights or app have to be looked at by a person.",
        "renew the key or its rights: gateway shop try {shop}",
    ),
    _shop(
        "W455",
        "Shop cannot do that",
        "{shop} cannot be told {name}: {reason}",
        "Platforms differ in what they take.",
        "take {setting} out of its shop.yaml",
    ),
    _warning(
        "W456",
        "Nothing sent in test",
        "{name}: {shop} or its order is in test, so nothing is sent; it would have been told: "
        "{what}",
        "A test changes nothing in a shop.",
        "nothing",
    ),
    _warning(
        "W457",
        "Asked for later",
        "{shop} took {name} and works on it; asked again at {at}",
        "Some platforms decide later; only their decision counts.",
        "nothing",
    ),
)

_ALARMS = (
    _alarm(
        "A180",
        "Stock of the ERP too old",
        "the last stock report for {shop} is of {as_of}; {done}",
        "Old figures sell what is gone (send.stock.late_after).",
        "have the ERP write its report; it is over with the next one",
    ),
    _alarm(
        "A181",
        "Stock of the ERP not plausible",
        "by report {message} {fell} of {articles} articles of {shop} fell to nothing; {done}",
        "A broken export empties shops (send.stock.implausible).",
        "if the report is right: gateway shop stock release {shop} --reason …; else have the ERP "
        "write a right one",
    ),
    _alarm(
        "A182",
        "Order has to be accepted soon",
        "order {order} of {shop} has to be accepted until {until}, and is not: {why}",
        "What is not accepted in time is cancelled by the marketplace.",
        "send the ERP's response, or accept it in the shop",
    ),
    _alarm(
        "A183",
        "Stock not taken by the shop",
        "{shop} does not take the stock of {count} articles, the first: {items}: {reason}",
        "The shop may sell what is gone.",
        "look at these articles in the shop; gateway shop stock {shop}",
    ),
    _alarm(
        "A184",
        "Articles unknown in the shop",
        "{count} articles of the ERP's stock report are unknown in {shop}, the first: {items}",
        "They are looked for once a day; nothing is sent for them.",
        "nothing, if the shop does not sell them; gateway shop stock {shop} --unknown lists them",
        Severity.WARNING,
    ),
    _alarm(
        "A185",
        "Stock does not reach the shop",
        "since {since} the stock of {shop} does not get there: {reason}",
        "The shop may sell what is gone.",
        "try its connection: gateway shop try {shop}",
    ),
)

CODES: tuple[Code, ...] = (
    *_ROUTING,
    *_SHIPMENTS,
    *_INVOICES,
    *_OTHERS,
    *_OUTLET,
    *_ALARMS,
)
