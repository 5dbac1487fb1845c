"""Problems of sending by AS2 (codes T272, T280 to T299)."""

from __future__ import annotations

from gateway.problems.codes.row import Layer, Severity, row

_KEPT = (
    " The message is stored as it goes over the wire; every attempt sends the same bytes with the "
    "same Message-ID, so that the partner's system recognises a repeat."
)
_UNSENT = "Nothing of the message left this machine; it is tried again by the retries agreed."

CODES = (
    row(
        Layer.CHANNEL,
        "T272",
        "The partner refuses the message because he had it before",
        "{name}: {reason}",
        why="The partner has this message, or another one with the same numbers; most often an "
        "earlier attempt reached him and his receipt for it was lost. It is held, and not given "
        "up: sent again, it might be posted twice.",
        remedy="ask the partner whether he has what went as {message_id}; if he has: gateway as2 "
        "settle {id} --reason …; if he has not: gateway replay {id} --reason …; it goes out under "
        "another Message-ID",
    ),
    row(
        Layer.CHANNEL,
        "T280",
        "The partner's AS2 address cannot be reached",
        "{name}: {host} cannot be reached: {reason}",
        why=_UNSENT,
        remedy="check the address in the channel's url, the name service and the firewall; then: "
        "gateway partner ping {partner} --channel {channel}",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T281",
        "The connection to the partner cannot be protected",
        "{name}: no protected connection to {host}: {reason}",
        why="The certificate of the server has to belong to its name and to come from an authority "
        "that is trusted here, and both sides have to agree on a version of TLS. " + _UNSENT,
        remedy="where the name does not match, correct url of the channel: its host has to be in "
        "the certificate; where the authority is not known here, ask the partner for its "
        "certificate and name the file in http.ca; where the certificate is issued by itself, put "
        "its fingerprint into http.pins",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T282",
        "The partner's server has another certificate than pinned",
        "{name}: {host} shows a certificate with the fingerprint {found}; pinned is {expected}",
        why="http.pins of the channel says which certificates the server may show. Another one is "
        "a certificate that was renewed, or somebody in between. " + _UNSENT,
        remedy="ask the partner, by a way that is not this connection, whether {found} is its new "
        "certificate; if so add it to http.pins of the channel",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T283",
        "It is unknown whether the partner got the message",
        "{name}: {host} did not answer: {reason}",
        why="The message left, wholly or in part, and no answer came. It is neither sent nor not "
        "sent." + _KEPT,
        remedy="nothing: it is sent again by itself, and is recognised where it arrived before; "
        "if it happens each time, ask the partner what its log says about {message_id}, whether "
        "its system is slow (http.timeout of the channel), and whether its server wants a "
        "certificate of ours (http.client)",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T284",
        "The partner's server does not let us in",
        "{name}: {host} answers {status}: it wants to know who we are, or does not accept it",
        why="The address asks for a user or a certificate of TLS, or allows only certain "
        "addresses." + _KEPT,
        remedy="set http.login (user and password, or token) or http.client in the channel as the "
        "partner says; ask whether our address has to be allowed there",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T285",
        "Nobody takes AS2 messages at the partner's address",
        "{name}: {host} answers {status}: there is nothing at this address that takes a POST",
        why="The server is there, but not at this path." + _KEPT,
        remedy="ask the partner for the whole address, with its path, and correct url of the "
        "channel; what waits is sent by itself then",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T286",
        "The message is too large for the partner",
        "{name}: {host} answers {status}: a message of {size} bytes is too large for it",
        why="The partner's server, or a proxy before it, has a limit on the size of a message."
        + _KEPT,
        remedy="ask the partner to raise the limit above {size} bytes, or send fewer documents at "
        "a time; send.compress of the channel makes messages smaller",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T287",
        "The partner's server refers to another address",
        "{name}: {host} answers {status} and refers to {where}, which is not followed",
        why="A message is given only to the address that was agreed." + _KEPT,
        remedy="ask the partner whether {where} is its new address, and set it as url of the "
        "channel",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T288",
        "The partner's server refuses the request",
        "{name}: {host} answers {status}{said}",
        why="The server refuses what it got before it looked at it as AS2: often a content type, "
        "a header or an AS2 id it does not know." + _KEPT,
        remedy="send the partner this answer and the Message-ID {message_id}; the AS2 ids of both "
        "sides have to be known there exactly as written, with capitals",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T289",
        "The partner's server is in trouble",
        "{name}: {host} answers {status}{said}",
        why="The server says that it cannot take the message now. Whether it kept it is unknown."
        + _KEPT,
        remedy="nothing, as long as it passes; otherwise tell the partner, with the Message-ID "
        "{message_id}",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T290",
        "The answer holds no receipt",
        "{name}: {host} answers {status}, but with no receipt: {found}",
        why="A synchronous receipt was asked for, and only it says that the partner has the "
        "message." + _KEPT,
        remedy="ask the partner whether it gives synchronous receipts; where it does not, set "
        "receipt.mode of the channel to async or none",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T291",
        "A receipt proves nothing",
        "{name}: a receipt for {message_id} came that proves nothing: {reason}",
        why="A receipt counts when it is signed by a certificate of the partner, as it was asked "
        "for, and names our message. Anybody could have sent this one." + _KEPT,
        remedy="give the receipt to the partner (it is kept with the message); most often its "
        "system signs with a certificate that was not given to us: add it to certificates of "
        "the partner",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T292",
        "The partner's receipt refuses the message",
        "{name}: {reason}",
        why="The partner's system got the message and could not take it: it is not there. Nothing "
        "is sent again by itself, because the same bytes would be refused again.",
        remedy="correct what the receipt complains about (certificate, layers, AS2 ids: gateway "
        "as2 explain shows what was sent), then: gateway replay {id} --reason …; it is built "
        "anew and gets another Message-ID",
    ),
    row(
        Layer.CHANNEL,
        "T293",
        "The partner received other bytes than were sent",
        "{name}: the receipt of {partner} is positive, but {reason}",
        why="The MIC of a receipt is computed by the partner over what it received. If it is not "
        "ours, what it has is not, or may not be, what was sent. It has something, so nothing is "
        "sent again by itself.",
        remedy="ask the partner to compare its document with ours (gateway show {id}); if it has "
        "the right one: gateway as2 settle {id} --reason …; otherwise: gateway replay {id} "
        "--reason …; it goes out under another Message-ID",
    ),
    row(
        Layer.CHANNEL,
        "T294",
        "No receipt in time",
        "{name}: no receipt for {message_id} came within {within}",
        why="The partner's server took the message and was to send its receipt to us. Without it "
        "nothing says that the message was opened." + _KEPT,
        remedy="nothing: the message is sent again, and the partner repeats its receipt; if it "
        "happens each time, ask the partner whether its receipts can reach {url}",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T295",
        "Given up without knowing whether the partner has it",
        "{name}: after {attempts} attempts there is no receipt for {message_id}; the last one: "
        "{reason}",
        why="The partner may have the message or not." + _KEPT + " A receipt that comes late is "
        "still entered.",
        remedy="mend the cause, or ask the partner for its receipt; then: gateway replay {id} "
        "--reason …; the same bytes with the same Message-ID are sent; or, when the partner says "
        "that it has it: gateway as2 settle {id} --reason …",
    ),
    row(
        Layer.CHANNEL,
        "T296",
        "A receipt for nothing that was sent",
        "a receipt from {partner} names {message_id}, which was not sent to it",
        why="A receipt is entered only when it names a message that was sent to this partner under "
        "these AS2 ids.",
        remedy="nothing, when it happens once; otherwise ask the partner what it answers",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T297",
        "A second receipt says something else",
        "{name}: another receipt for {message_id} says {disposition}; entered is the first one, "
        "{before}",
        why="The first receipt that proves something settles a message; what comes later is kept "
        "and changes nothing.",
        remedy="ask the partner whether it has the message; if not: gateway replay {id} --reason …",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T298",
        "The message cannot be built or sent as the channel is set",
        "{name}: {reason}",
        why="A channel for sending needs an address, our certificate with its key and a "
        "certificate of the partner that counts today. It is tried again by the retries agreed, "
        "with the settings of then.",
        remedy="correct the channel {channel} of {partner}; gateway check names what is missing",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T299",
        "A receipt of ours cannot be delivered",
        "our receipt {name} for {partner} cannot be delivered: {reason}",
        why="The partner asked for its receipt at an address of its own. Until it has it, it may "
        "send its message again; it is recognised then.",
        remedy="ask the partner whether the address is right and can be reached from here; it has "
        "to be allowed in receipt_urls of the channel",
        severity=Severity.WARNING,
    ),
)
