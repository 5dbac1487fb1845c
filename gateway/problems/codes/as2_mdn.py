"""Problems of AS2 receipts (MDN), theirs and ours (T245-T259)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row

_ASK = (
    "`gateway as2 explain --message` with the number of the message says over which bytes his "
    "digest is; show him that"
)

CODES: tuple[Code, ...] = (
    row(
        Layer.CHANNEL,
        "T245",
        "Not a receipt",
        "what came back is no receipt but {found}; a receipt is a multipart/report, signed or not "
        "(RFC 4130 §7)",
        why="Error pages of proxies, plain texts and encrypted answers prove nothing.",
        remedy="look at the reply on the message's page; if it is an error page, the address of "
        "the partner or something in front of it is wrong",
    ),
    row(
        Layer.CHANNEL,
        "T246",
        "Field of a receipt cannot be read",
        "{field} of the receipt is not readable: “{found}”",
        why="A receipt is taken at its word or not at all.",
        remedy="send the receipt to the partner, with RFC 4130 §7.4.3 and RFC 3798 §3",
    ),
    row(
        Layer.CHANNEL,
        "T247",
        "Receipt says too much or too little",
        "the receipt holds {count} × {what}; exactly one must be there",
        why="With two answers in one receipt anybody could choose the one he likes, and with none "
        "there is nothing to believe.",
        remedy="send the receipt to the partner; it must hold one message/disposition-notification "
        "with one Disposition and one Original-Message-ID",
    ),
    row(
        Layer.CHANNEL,
        "T248",
        "Signature of a receipt is about something else",
        "the signed part of the receipt is {found}, not the report",
        why="What stands beside a signature is not signed. Status and message id are read from the "
        "signed bytes only.",
        remedy="treat it as a forgery until the partner explains it",
    ),
    row(
        Layer.CHANNEL,
        "T249",
        "Receipt is not signed",
        "a signed receipt was asked for, and this one is not signed; it changes nothing",
        why="Anybody who knows a Message-ID could write it. Many products answer unsigned when "
        "they could not open the message at all.",
        remedy="ask the partner to sign his receipts; for a partner who cannot: "
        "`receipt.lenient: [unsigned]` of the channel",
    ),
    row(
        Layer.CHANNEL,
        "T250",
        "Receipt for another message",
        "the receipt is for {found}; awaited was one for {expected}",
        why="Original-Message-ID must be the Message-ID as it was sent, letter by letter.",
        remedy="if only the angle brackets are missing: `receipt.lenient: [bare-message-id]` "
        "of the channel; otherwise the partner answered something else",
    ),
    row(
        Layer.CHANNEL,
        "T251",
        "Receipt between other parties",
        "the receipt goes from {found_from} to {found_to}; awaited was one from {expected_from} to "
        "{expected_to}",
        why="AS2-From and AS2-To of a receipt are those of the message, turned round. Capital and "
        "small letters differ.",
        remedy="compare the AS2 identifiers of both sides, letter by letter",
    ),
    row(
        Layer.CHANNEL,
        "T252",
        "The partner refused the message",
        "the partner's receipt says {disposition}{text}",
        why="He got the message and could not or would not take it: {means}.",
        remedy="{remedy}",
    ),
    row(
        Layer.CHANNEL,
        "T253",
        "Receipt without a digest",
        "the partner says he processed the message, but not which bytes: there is no "
        "Received-content-MIC",
        why="Without the digest nothing proves that he has what was sent. The message is held and "
        "not sent again: he probably has it.",
        remedy="ask the partner whether the document is complete, then settle the message; for a "
        "product that never sends it: `receipt.lenient: [missing-mic]` of the channel",
    ),
    row(
        Layer.CHANNEL,
        "T254",
        "The partner received other bytes",
        "the partner confirms {digest} {found}; sent was {expected}{hint}",
        why="His digest is not that of the bytes that were signed and sent. Something changed "
        "them, or his product computes it over something else. The message is held and not sent "
        "again: he has it.",
        remedy=_ASK,
    ),
    row(
        Layer.CHANNEL,
        "T255",
        "Digest of a receipt cannot be compared",
        "Received-content-MIC of the receipt is “{found}”; expected is base64, a comma and one of "
        "{known}",
        why="The partner says he processed the message, but with a digest that is not known here. "
        "The message is held and not sent again: he probably has it.",
        remedy=_ASK,
    ),
    row(
        Layer.CHANNEL,
        "T256",
        "Accepted with a warning",
        "the partner processed the message with a warning: {text}",
        why="RFC 4130 §7.5.4: the message counts as received, and he wants it to be known.",
        remedy="nothing at once; ask the partner when it comes often",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T257",
        "Receipt taken leniently",
        "the receipt was accepted although {what}, as `receipt.lenient` of the channel allows",
        why="Such a receipt proves less than it should.",
        remedy="ask the partner to correct it, and take {word} out of `receipt.lenient`",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T258",
        "Receipt of a kind that is not made here",
        "the message requires a receipt with {what}; made here are pkcs7-signature and {known}",
        why="RFC 4130 §7.3: what is marked `required` and cannot be done is answered with a "
        "failure. MD5 proves nothing any more.",
        remedy="ask the partner to offer {known} in signed-receipt-micalg, best as `optional`",
    ),
    row(
        Layer.CHANNEL,
        "T259",
        "Receipt is too large",
        "the receipt has {size} bytes; the limit is {limit}",
        why="A receipt is some kilobytes. A large one is something else, or an attack.",
        remedy="look at the first bytes of it; `gateway as2 explain` reads it from a file",
    ),
)
