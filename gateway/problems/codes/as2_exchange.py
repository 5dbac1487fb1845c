"""Problems of receiving by AS2 (T260-T279), and the alarms about it (A135-A137)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row

_AGAIN = (
    "A Message-ID names one message for ever (RFC 4130 §5.5): a repeat has the same bytes and gets "
    "the same receipt. Other bytes under the same id are another message, or a forgery."
)
_LIMIT = "What a stranger may send is bounded before anything of it is read."

CODES: tuple[Code, ...] = (
    row(
        Layer.CHANNEL,
        "T260",
        "HTTP request that can be read in two ways",
        "the request {what}; right would be {right}",
        why=(
            "Two programs on the way of a request must not take it for two different ones: what "
            "one of them checks, the other one would not see (request smuggling)."
        ),
        remedy=(
            "ask the partner for the software he sends with; a reverse proxy in front of the "
            "gateway may send such requests, too. Content-Length beside Transfer-Encoding can be "
            "tolerated for one partner (quirks: length_and_chunked)"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T261",
        "Other content under a Message-ID that was used",
        "{message_id} came before with other content, as message as2:{before} ({when}); it was not "
        "taken over again",
        why=_AGAIN,
        remedy=(
            "gateway as2 explain --message as2:{before} shows the first one; ask the partner which "
            "of the two is meant; he sends the other one with a new Message-ID"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T262",
        "Unknown AS2 ids",
        "no channel has these AS2 ids: AS2-From {as2_from}, AS2-To {as2_to}",
        why=(
            "Both ids together name the channel. The sender is not told which of them is unknown, "
            "so that nobody finds out with whom we exchange."
        ),
        remedy=(
            "compare them with as2_id of the channel and of ourselves, letter by letter: case and "
            "blanks count"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T263",
        "Receipt asked to an address that was not agreed",
        "the receipt was asked to {url}, which is none of the agreed addresses ({agreed}); nothing "
        "was taken over and nobody was called",
        why=(
            "Whoever can name an address that the gateway calls could make it call machines of our "
            "own network. So only addresses that were agreed before are called."
        ),
        remedy="if the address is the partner's, add it to receipt_urls of the channel",
    ),
    row(
        Layer.CHANNEL,
        "T264",
        "AS2 message too large",
        "the message has {size} bytes; agreed are at most {limit}",
        why=_LIMIT,
        remedy="raise receive.max_size of the channel, or have the partner send smaller messages",
    ),
    row(
        Layer.CHANNEL,
        "T265",
        "Content came before under another Message-ID",
        "the same bytes came before, as message {before}; they got a positive receipt again",
        why=(
            "Many programs repeat a message under a new Message-ID when they got no receipt. "
            "What becomes of the repeat is decided by the references in it (references.repeat)."
        ),
        remedy="nothing; to run the first one again on purpose: gateway replay {before} --reason …",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T266",
        "Failure while opening an AS2 message",
        "AS2 message {message_id} could not be opened for a failure of the gateway: {failure}",
        why="This is a bug of the gateway. The message is stored as it came, and not taken over.",
        remedy=(
            "report it, with `gateway as2 explain` of the message; the partner can repeat the "
            "message when it is mended"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T267",
        "Header that AS2 needs is missing",
        "the request has no {header} that can be used; without it nothing can be answered for sure",
        why="AS2-From, AS2-To and Message-ID together name a message (RFC 4130 §6).",
        remedy="ask the partner whether he really sends AS2 to this address, or a plain upload",
    ),
    row(
        Layer.CHANNEL,
        "T268",
        "Message set aside because processes died of it",
        "the process ended {times} times while it opened AS2 message {message_id}",
        why="What ends every process that works on it must not keep all others from being opened.",
        remedy="look at it with `gateway as2 explain`; the partner can repeat it when it is mended",
    ),
    row(
        Layer.CHANNEL,
        "T269",
        "Too many AS2 messages",
        "{who} sends faster than is allowed; the next one is taken in {seconds} seconds",
        why=_LIMIT,
        remedy="raise receive.rate of the channel where a partner really sends so many",
    ),
    row(
        Layer.CHANNEL,
        "T270",
        "Body did not arrive",
        "the body of the request stayed away or came too slowly: {size} bytes in {seconds} seconds",
        why="Connections that send nothing keep others from being served.",
        remedy="ask the partner to repeat it; look at the line between both sides",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T271",
        "No receipt for a message of nobody",
        "no receipt was sent to {url}: the message could not be shown to come from the partner",
        why=(
            "A receipt that is posted to an address names a message of the partner. Somebody else "
            "could have it posted for a message that was never his."
        ),
        remedy=(
            "see the problem before this one; the partner repeats the message when it is mended"
        ),
        severity=Severity.WARNING,
    ),
    row(
        Layer.ALARM,
        "A135",
        "Other content under a known AS2 Message-ID",
        "{partner} ({channel}) sent {message_id} once more, with other content than before "
        "(message as2:{before}); the second one was refused",
        why=_AGAIN,
        remedy=(
            "ask {partner} which of the two is meant; if he sent only one of them, somebody else "
            "uses his ids"
        ),
    ),
    row(
        Layer.ALARM,
        "A136",
        "Many AS2 messages that cannot be authenticated",
        "messages in the name of {partner} ({channel}) keep failing before their signature could "
        "be verified; further ones from {address} are slowed down",
        why=(
            "Either a certificate was changed on one side only, or somebody tries out what the "
            "gateway answers."
        ),
        remedy=(
            "compare the certificates with {partner} (gateway partner certs {partner}); if the "
            "address is not his, block it in front of the gateway"
        ),
    ),
    row(
        Layer.ALARM,
        "A137",
        "AS2 message cannot be opened",
        "message as2:{id} of {partner} ({channel}) is stored, and opening it failed {attempts} "
        "times: {failure}",
        why=(
            "Its partner was told that it arrived, and waits for its receipt. It is tried again "
            "until it works."
        ),
        remedy=(
            "see to the disk, the database or the archive that the failure names; "
            "gateway as2 explain --message as2:{id}"
        ),
    ),
)
