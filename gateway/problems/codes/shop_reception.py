"""What shops and programs are answered at ``/shops/…`` and ``/api/…``: W140 to W153.

The sentences are read by whoever wrote the program that calls.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, row

_NOBODY = (
    "Whoever calls is not told whether the address or what proves him is the wrong one, so that "
    "nobody finds out which shops we have."
)
_TWO_WAYS = "What could be understood in two ways, or only in part, is sent back."

CODES: tuple[Code, ...] = (
    row(
        Layer.SHOP,
        "W140",
        "Request without a valid key",
        "nothing is told or taken here without a key that was agreed; the request has {found}, "
        "right would be the header Authorization: Bearer KEY",
        why=_NOBODY,
        remedy=(
            "compare the key with what was agreed: api.keys of the shop, or http.api.keys for the "
            "ERP; during a change of keys both may stand there"
        ),
    ),
    row(
        Layer.SHOP,
        "W141",
        "Webhook without a valid signature",
        "this call proves by nothing that it comes from the shop, and nothing was taken; right "
        "would be a signature over the body as it was sent, made with the secret agreed",
        why=_NOBODY,
        remedy=(
            "compare the address (/shops/NAME/webhook) and the secret in the shop with "
            "webhooks.secrets of its shop.yaml; no proxy in between may change the body"
        ),
    ),
    row(
        Layer.SHOP,
        "W142",
        "Webhook of another time",
        "the call is signed for another time than now, and nothing was taken; right would be a "
        "time within five minutes of the clock here, {now}",
        why="Who once read a signed call could send it again for ever.",
        remedy="set the clocks right on both sides; a shop that repeats a call signs it anew",
    ),
    row(
        Layer.SHOP,
        "W143",
        "Request in a form that is not taken",
        "the request {what}; right would be {right}",
        why=_TWO_WAYS,
        remedy="change the program that calls as the sentence says; docs/reference/api.md",
    ),
    row(
        Layer.SHOP,
        "W144",
        "Request that is too large",
        "the body has {size} bytes or more, taken here are {limit} at most",
        why="What a program may send is bounded before it is read.",
        remedy="send less at once, or allow more: max_size under api or webhooks of the shop",
    ),
    row(
        Layer.SHOP,
        "W145",
        "Request that did not come whole",
        "{size} bytes came in {seconds} seconds, and then nothing more or too little; nothing was "
        "taken over",
        why="A slow or broken connection must not keep others waiting, and half an order is none.",
        remedy="send the whole request again, with the same Idempotency-Key",
    ),
    row(
        Layer.SHOP,
        "W146",
        "Requests that come too fast",
        "too many requests; the next one is taken in {seconds} seconds",
        why=(
            "Wrong keys and signatures are what somebody produces who tries them out; and one "
            "program must not take the room of others."
        ),
        remedy="wait as long as Retry-After says; more a minute: rate under api or webhooks",
    ),
    row(
        Layer.SHOP,
        "W147",
        "Other request under a key that was used",
        "the Idempotency-Key {key} came before with another request, at {before}; nothing was "
        "taken over, right would be a new key for each request, and the same one only for a "
        "repeat of the same bytes",
        why=(
            "A key names one request: a repeat gets the same answer, so that nothing comes twice, "
            "however often a program has to try."
        ),
        remedy="find out which of the two is meant, and send it under a new key",
    ),
    row(
        Layer.SHOP,
        "W148",
        "Nothing of that name here",
        "{what} is not known here; right would be {right}",
        why="What was never taken over, or belongs to somebody else, cannot be told of.",
        remedy="compare what is asked for with the answer that was given when it was posted",
    ),
    row(
        Layer.SHOP,
        "W149",
        "Too many in one request",
        "the request holds {count} entries, taken are 1 to {most}",
        why="One request is one piece of work that is done wholly or not at all.",
        remedy="send them in several requests, each with an Idempotency-Key of its own",
    ),
    row(
        Layer.SHOP,
        "W150",
        "Text that cannot be used",
        "{field} is {value}; right would be {right}",
        why="Such a text could not be stored, looked up or shown as it is.",
        remedy="correct {field}",
    ),
    row(
        Layer.SHOP,
        "W151",
        "The same one twice in one request",
        "{what} {id} stands twice in the request, entries {first} and {second}",
        why="Which of the two is the newer one cannot be told.",
        remedy="send one of them, or one after the other in two requests",
    ),
    row(
        Layer.SHOP,
        "W152",
        "Order that cannot be cancelled any more",
        "order {id} is {status}, so that it cannot be cancelled as a whole; right would be a "
        "refund, or the order again with the quantity cancelled of each line",
        why="What has left the house is given back by a refund, not by a cancellation.",
        remedy="post a refund (POST /api/refunds) for what comes back",
    ),
    row(
        Layer.SHOP,
        "W153",
        "Nothing can be taken at the moment",
        "{reason}, and nothing was taken; the same request may come again in {seconds} seconds",
        why="Nothing is answered as taken before it is durable.",
        remedy="send the same request again, with the same Idempotency-Key",
    ),
)
