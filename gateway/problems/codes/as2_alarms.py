"""Alarms about AS2: certificates (A120-A129), sending and receipts (A130-A139)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row


def _row(
    code: str,
    title: str,
    sentence: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    return row(Layer.ALARM, code, title, sentence, why=why, remedy=remedy, severity=severity)


_LIST = "gateway partner certs lists all of them"

_CERTIFICATES = (
    _row(
        "A120",
        "A certificate of ours will expire",
        "our certificate {name} ({use}) ends on {day}: less than {days} days are left, and none "
        "takes its place",
        "Partners need weeks to exchange a certificate. When it ends, they refuse what is signed "
        "with it, and encrypt to nothing.",
        "make a new one (gateway partner certs new), send it to the partners with its sheet "
        "(gateway partner certs sheet), and add it beside the old one; " + _LIST,
    ),
    _row(
        "A121",
        "A certificate of a partner will expire",
        "the certificate {name} ({use}) of {partner} ends on {day}: less than {days} days are "
        "left, and none takes its place",
        "When it ends, what the partner signs is refused, and nothing can be encrypted to him.",
        "ask {partner} for the new certificate, compare its fingerprint by telephone, and add it "
        "beside the old one; " + _LIST,
    ),
    _row(
        "A122",
        "A certificate has ended",
        "the certificate {name} ({use}) of {owner} ended on {day}, and none takes its place",
        "What is signed with it is refused, and nothing is encrypted to it any more.",
        "add the new certificate; for a while, accept_expired_until in the partner's settings "
        "goes on accepting the old one; " + _LIST,
    ),
    _row(
        "A123",
        "A certificate or key cannot be used any more",
        "{what}",
        "The file is left out until it can be read; what needs it fails meanwhile.",
        "mend it as told, gateway check shows the place; nothing has to be started anew",
    ),
)

_SENDING = (
    _row(
        "A130",
        "Receipts came that prove nothing",
        "a receipt that names {partner} was not entered: {reason}",
        "A receipt (MDN) counts when it is signed as agreed, by a certificate of the partner, and "
        "is about a message that was sent to it. Others are kept and change nothing: anybody can "
        "send them to our address. The alarm is over with the next one that counts.",
        "if its receipts come with another certificate than agreed, ask {partner} for it and add "
        "it to certificates of the channel; otherwise somebody else sends them",
    ),
    _row(
        "A131",
        "Receipts of ours do not reach a partner",
        "a receipt for {partner} was given up after {attempts} attempts: {reason}",
        "The partner asked for its receipts at an address of its own. Without them its system "
        "sends its messages again, or takes them for lost. The alarm is over with the next "
        "receipt that is delivered.",
        "ask {partner} whether {url} can be reached from outside; when the partner sends its "
        "message again, the receipt is sent again, too",
    ),
)

CODES: tuple[Code, ...] = (*_CERTIFICATES, *_SENDING)
