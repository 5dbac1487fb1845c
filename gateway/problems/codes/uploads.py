"""Problems of files by HTTPS: posted to us (T440-T445), and by us to partners (T446-T449).

The sentences of the first are read by whoever wrote the partner's program.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, row

_KEY = (
    "A key names one file for ever: a repeat has the same bytes and gets the same answer, so that "
    "nothing comes twice, however often a program has to try."
)
_AGAIN = (
    "The same key (Idempotency-Key) goes with each attempt, so that the partner's program can tell "
    "a repeat from something new."
)

CODES: tuple[Code, ...] = (
    row(
        Layer.CHANNEL,
        "T440",
        "Upload without a valid token",
        "nothing is taken here without a token that was agreed for this address; the request has "
        "{found}, right would be the header Authorization: Bearer TOKEN",
        why=(
            "Whoever calls is not told whether the address or the token is the wrong one, so that "
            "nobody finds out with whom we exchange."
        ),
        remedy=(
            "compare the address (/in/PARTNER/CHANNEL) and the token with what was agreed; during "
            "a change of tokens https.receive.tokens may hold both"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T441",
        "Upload in a form that is not taken",
        "the request {what}; right would be {right}",
        why="What could be understood in two ways, or only in part, is sent back.",
        remedy="change the partner's program as the sentence says",
    ),
    row(
        Layer.CHANNEL,
        "T442",
        "Upload that is too large",
        "the file has {size} bytes or more, taken here are {limit} at most",
        why="What a program may send is bounded before it is read.",
        remedy="send it in parts, or agree on more: https.receive.max_size",
    ),
    row(
        Layer.CHANNEL,
        "T443",
        "Upload that did not come whole",
        "{size} bytes came in {seconds} seconds, and then nothing more or too little; nothing was "
        "taken over",
        why="A slow or broken connection must not keep others waiting, and half a file is none.",
        remedy="send the whole file again, with the same Idempotency-Key",
    ),
    row(
        Layer.CHANNEL,
        "T444",
        "Other content under a key that was used",
        "the Idempotency-Key {key} came before with another file, which is message {before}; "
        "nothing was taken over, right would be a new key for each file, and the same one only for "
        "a repeat of the same bytes",
        why=_KEY,
        remedy="gateway message {before} shows the first one; ask the partner which is meant",
    ),
    row(
        Layer.CHANNEL,
        "T445",
        "Uploads that come too fast",
        "too many requests; the next one is taken in {seconds} seconds",
        why=(
            "Wrong tokens are what somebody produces who tries them out; and one program must not "
            "take the room of others."
        ),
        remedy="wait as long as Retry-After says; more files a minute: https.receive.rate",
    ),
    row(
        Layer.CHANNEL,
        "T446",
        "Upload refused by the partner's server",
        "{host} refuses {name}: {status} {text}",
        why=(
            "Answers from 400 to 499 say that the same request will be refused each time, so it is "
            "not repeated."
        ),
        remedy=(
            "put right what the answer says (address, login), then: gateway replay {id} --reason "
            "…; it goes out with the same key"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T447",
        "Upload not taken this time",
        "{host} does not take {name} now: {status} {text}",
        why=_AGAIN,
        remedy="it is tried again by itself; if it lasts, show the answer to the partner",
    ),
    row(
        Layer.CHANNEL,
        "T448",
        "Upload without a clear answer",
        "nobody knows whether {name} arrived at {host}: {reason}",
        why=_AGAIN,
        remedy=(
            "it is sent again with the same key; ask the partner whether his program heeds "
            "Idempotency-Key, or it may come twice"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T449",
        "Upload that cannot be sent",
        "{name} was not sent to {host}: {reason}",
        why="Nothing left this machine: the server was not reached, or is not the one agreed.",
        remedy=(
            "compare address, pins and certificates of the channel with what the partner wrote; it "
            "is tried again by itself"
        ),
    ),
)
