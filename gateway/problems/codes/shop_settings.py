"""Settings of web shops (C560-C599): whose they are, and what does nothing in them."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row

_LEFT_OUT = "The shop is left out until it is put right; everything else goes on."


def _error(code: str, title: str, sentence: str, why: str, remedy: str) -> Code:
    return row(Layer.CONFIG, code, title, sentence, why=why, remedy=remedy)


def _warning(code: str, title: str, sentence: str, why: str, remedy: str) -> Code:
    return row(
        Layer.CONFIG, code, title, sentence, why=why, remedy=remedy, severity=Severity.WARNING
    )


_WHO = (
    _error(
        "C560",
        "The folder of the shops cannot be used",
        "shops: {value} is not usable: {reason}",
        why="Partners and shops are read from folders of their own, so that nobody is taken for "
        "both.",
        remedy="{way}",
    ),
    _error(
        "C561",
        "A shop has another name than its folder",
        "shop: {value} lies in the folder {folder}",
        why="The name of the folder is the name used in logs, filters and addresses; two names for "
        "one shop would be confusing.",
        remedy="write shop: {folder}, or rename the folder",
    ),
    _error(
        "C562",
        "A shop has the name of a partner",
        "{shop} is also the name of a partner, who is set in {other_file}",
        why="Shops and partners are named side by side in lists, filters and folders: one name is "
        "one of them. " + _LEFT_OUT,
        remedy="rename the folder of the shop and its setting shop:, for example to {near}",
    ),
    _error(
        "C563",
        "A shop has a name that means something else",
        "{shop} cannot be the name of a shop: it stands for {meaning}",
        why="Queues and lists use the word for something of the gateway itself. " + _LEFT_OUT,
        remedy="rename the folder of the shop and its setting shop:, for example to {near}",
    ),
    _error(
        "C564",
        "Two shops read the same orders",
        "{shop} reads the same orders as {other} ({other_file}:{other_line}): {what}",
        why="Every order would reach the ERP twice. Both shops are left out, because only a person "
        "knows which one is meant.",
        remedy="remove one of them, or divide the orders: {way}",
    ),
    _error(
        "C565",
        "A shop and a partner claim the same",
        "{setting}: {value} of the shop {shop} is also {identity} of {other} "
        "({other_file}:{other_line})",
        why="A document of the ERP for this number could be for either of them. " + _LEFT_OUT,
        remedy="give the shop a customer of its own in the ERP, or correct one of the two",
    ),
    _warning(
        "C566",
        "Two shops are the same customer of the ERP",
        "{setting}: {value} of {shop} is also that of {other} ({other_file}:{other_line})",
        why="A document of the ERP belongs to the shop whose order number it names. One that names "
        "no order cannot be given to either of them.",
        remedy="give each shop a customer of its own in the ERP, or make sure that every document "
        "names its order",
    ),
    _error(
        "C567",
        "A shop is live with something still to be decided",
        "{shop} is live, and {count} things in its file are still to be decided; the first: "
        "{what} ({first})",
        why="What nobody decided is a guess, and live business must not run on guesses. "
        + _LEFT_OUT,
        remedy="decide them and remove each comment # decide: …, or set mode: test meanwhile",
    ),
    _error(
        "C568",
        "Two shops have the same key of the API",
        "{value} is a key of {shop} and of {other} ({other_file}:{other_line})",
        why="The key says which shop an order is posted for. " + _LEFT_OUT,
        remedy="give each shop a key of its own",
    ),
    _warning(
        "C569",
        "There is no folder of shops",
        "shops: there is no folder {value}",
        why="The setting names the folder in which each shop has its own. Without it there is no "
        "shop.",
        remedy="make the folder {value}, or take shops: out of {file}",
    ),
)

_FITTING = (
    _error(
        "C570",
        "The list of articles of a shop is not there",
        "items.codes: there is no file {value}",
        why="Without it nobody knows what the ERP calls the articles of the shop.",
        remedy="create it, with the columns sku and article, or take items.codes out",
    ),
    _error(
        "C571",
        "A row of a shop's list of articles cannot be used",
        "{reason}",
        why="The list says what the ERP calls an article of the shop: each SKU once, each with its "
        "article. What is unclear there is a wrong article in an order.",
        remedy="correct the line; a row is written like TEE-RED-M,4711 below sku,article",
    ),
    _error(
        "C572",
        "The platform cannot do what is set",
        "{setting} cannot be used with {platform}: {why}",
        why="A setting that is accepted and does nothing would be believed. " + _LEFT_OUT,
        remedy="{way}",
    ),
    _warning(
        "C573",
        "A setting of a shop does nothing",
        "{setting} does nothing here: {why}",
        why="Whoever writes a setting expects it to do something.",
        remedy="take {setting} out, or change what it depends on",
    ),
    _error(
        "C574",
        "A platform allows another value only",
        "{setting}: {value} is not possible with {platform}: {limit}",
        why="The platform refuses or throttles calls beyond its limits, and a look that goes back "
        "too little misses orders. " + _LEFT_OUT,
        remedy="write {limit}",
    ),
    _warning(
        "C575",
        "A shop is asked more often than its operator expects",
        "poll.every: {value} is more often than operators of {platform} expect of a partner: "
        "every {agreed}",
        why="Their terms of use say how often orders may be asked for; who asks more often may be "
        "throttled or locked out.",
        remedy="write every: {agreed}, unless the operator allows more",
    ),
    _error(
        "C576",
        "The address of a shop is another one",
        "{setting}: {value} is not the address that is needed: {why}",
        why="Every call would end in a page that is not found, or be led elsewhere. " + _LEFT_OUT,
        remedy="write {right}",
    ),
    _error(
        "C577",
        "A shop would be called without encryption",
        "{setting}: {value} is called by http: {what} could be read on the way",
        why="Who reads it can read and change every order of the shop. " + _LEFT_OUT,
        remedy="write https://, and have the shop answer there",
    ),
    _warning(
        "C578",
        "Orders of a shop can be read on the way",
        "{setting}: {value} is called by http: {what} are protected by signatures, orders and "
        "addresses of buyers are not",
        why="With oauth1 nobody can make calls of his own, but everybody on the way reads what is "
        "answered.",
        remedy="write https:// with auth: basic, as soon as the shop answers there",
    ),
    _error(
        "C579",
        "A shop cannot be logged in to",
        "{group} has not all that a login needs: {needed}",
        why="Without it no call can be made. " + _LEFT_OUT,
        remedy="add {needed}, as references to secrets",
    ),
    _error(
        "C580",
        "The connection of a shop is missing, or of another platform",
        "{shop} is of kind {kind}: {why}",
        why="How a shop is reached stands in the group that has the name of its kind. " + _LEFT_OUT,
        remedy="{way}",
    ),
    _error(
        "C581",
        "Webhooks of a shop could not be verified",
        "{shop} takes webhooks of {platform}, but knows no secret that signs them",
        why="Without a secret anybody could say that orders changed. Every call would be refused.",
        remedy="write webhooks.secrets with a reference to the secret of the webhooks",
    ),
    _error(
        "C582",
        "Nothing that a shop calls could arrive",
        "{setting} cannot work: {why}",
        why="Calls that never arrive are noticed late: orders still come by polling, but slower. "
        + _LEFT_OUT,
        remedy="put right what is missing, or take {setting} out",
    ),
    _warning(
        "C584",
        "The version of a shop's API ends",
        "version {version} of the API is answered until {day} only",
        why="Afterwards the platform answers with another version, whose answers may differ.",
        remedy="write a newer shopify.version, and run gateway check --world",
    ),
    _warning(
        "C585",
        "A state of orders is not known",
        "{value} is no state of orders that {platform} has by itself",
        why="A misspelt state is never met: such orders would wait for ever.",
        remedy="one of: {known}, or one that an extension of the shop added{hint}",
    ),
    _warning(
        "C586",
        "Orders in this state are not taken over all the same",
        "orders.states names {value}: {why}",
        why="What is no order, or not paid, waits, whatever its state is called.",
        remedy="{way}",
    ),
    _warning(
        "C587",
        "Orders of two shops may have the same number in the ERP",
        "orders of {shop} and of {other} are both numbered {value} in the ERP",
        why="Both shops count from one. Despatches and invoices of the ERP are given to a shop by "
        "the number of their order; a number of two shops could mean either.",
        remedy="write orders.number with a sign of its own, like W-{{number}}, or with {{shop}}",
    ),
    _error(
        "C588",
        "There is no map for a document of a shop",
        "there is no map between {document} and {format}, and this shop has such documents",
        why="Without it the document could not be written for the ERP. " + _LEFT_OUT,
        remedy="write another format into {setting} (there are: {known}), or the map {wanted}",
    ),
    _error(
        "C589",
        "A word is not in its list",
        "{setting}: {value} is no word of {list}",
        why="Maps translate the words of their lists, not codes; what is misspelt is never met. "
        + _LEFT_OUT,
        remedy="one of: {known}{hint}",
    ),
    _warning(
        "C590",
        "A translation says nothing of all others",
        "{setting} names {count}, and nothing for all others",
        why="What it does not name goes on under the name that it has on the other side, where "
        "nobody may know it.",
        remedy="add a row with * for all others, if there may be any",
    ),
    _error(
        "C591",
        "An alert of a shop names nobody",
        "alerts of {shop} go to {value}, which is no address",
        why="Shops have no contacts whose names could be written.",
        remedy="write email:NAME@HOST",
    ),
    _warning(
        "C592",
        "Nobody is told of the alarms of a shop",
        "alerts of {shop} go to {value}, but alarms.email is not set in gateway.yaml",
        why="Without a mail server nothing can be sent.",
        remedy="set alarms.email in gateway.yaml",
    ),
    _warning(
        "C593",
        "No order is taken over until a day to come",
        "orders of {shop} are not taken over before {day}",
        why="Orders that were created before poll.since stay in the shop.",
        remedy="nothing, if the shop begins then; else correct poll.since",
    ),
    _warning(
        "C594",
        "A file in a shop's folder does nothing",
        "no setting names {file}",
        why="It looks as if it decided something, and does not.",
        remedy="name it in items.codes, or move it into samples/",
    ),
    _error(
        "C595",
        "Nobody can post orders for a shop",
        "{shop} is of kind api, and has no api with keys",
        why="Orders of such a shop only come by /api/orders, with one of its keys. " + _LEFT_OUT,
        remedy="add api: {{keys: [${{env:NAME}}]}}",
    ),
    _error(
        "C596",
        "A shop does not answer to its settings",
        "{shop} cannot be logged in to: {reason}",
        why="gateway check --world calls each shop once, harmlessly, as the gateway would.",
        remedy="look at its address, at the key and its rights, and at what is between",
    ),
    _error(
        "C597",
        "A webhook of a shop is missing or switched off",
        "the webhook {topic} of {shop} is not at work: {reason}",
        why="Orders still come by polling, but later. Some shops switch a webhook off when it "
        "failed a few times.",
        remedy="make it in the shop, to {address}, or set webhooks.manage: true",
    ),
)

CODES: tuple[Code, ...] = (*_WHO, *_FITTING)
