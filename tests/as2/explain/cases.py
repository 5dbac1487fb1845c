"""Typical failures by name; each has the whole text that a person sees in ``golden``.

``python -m tests.as2.explain.cases`` writes the texts anew, to be looked at.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from gateway.channels.as2.credentials import ALWAYS, OwnCredential
from gateway.channels.as2.explain import explain, sent_message
from gateway.channels.as2.explain.explanation import Explanation
from gateway.channels.as2.link import Link
from gateway.cli.commands.as2.printed import lines
from tests.as2.credentials import certificate, own
from tests.as2.explain.messages import (
    ACME,
    AT,
    ENCRYPTED,
    LINKS,
    OPEN,
    ORDER,
    PLAIN,
    SIGNED,
    WHOLE,
    Case,
    raw,
    sent_by_acme,
    with_header,
)
from tests.as2.mdn.receipts import Raw, notification, report, signed, text

GOLDEN = Path(__file__).parent / "golden"
OVER_BODY = b64encode(sha256(ORDER).digest()).decode()
HEADERS = b"Content-Type: application/EDIFACT\r\nContent-Transfer-Encoding: binary\r\n"
HEADERS += b'Content-Disposition: attachment; filename="orders.edi"\r\n\r\n'
OVER_HEADERS = b64encode(sha256(HEADERS + ORDER).digest()).decode()
BASE64 = replace(WHOLE, whole_base64=True)


def broken_base64() -> bytes:
    data = sent_by_acme(BASE64)
    at = data.index(b"\r\n\r\n") + 1_000
    return data[:at] + b"!!" + data[at:]


def cut_off_signed() -> bytes:
    data = sent_by_acme(SIGNED)
    return with_header(data[:-900], "Content-Length", "1361")


CASES = {
    "accepted": Case(sent_by_acme),
    "another-recipient": Case(lambda: sent_by_acme(to=certificate("stranger"))),
    "replaced-certificate": Case(lambda: sent_by_acme(to=certificate("ours"))),
    "encrypted-for-himself": Case(lambda: sent_by_acme(to=certificate("acme"))),
    "signer-not-configured": Case(lambda: sent_by_acme(signer=own("acme-next"))),
    "signer-of-another-partner": Case(lambda: sent_by_acme(signer=own("northwind-4096"))),
    "signed-by-ourselves": Case(lambda: sent_by_acme(signer=own("ours-next"))),
    "signer-expired": Case(lambda: sent_by_acme(signer=own("acme-expired"))),
    "signer-only-for-encryption": Case(
        sent_by_acme,
        replace(ACME, theirs=(replace(certificate("acme"), use=ALWAYS - {"sign"}),)),
    ),
    "not-vouched-for": Case(
        lambda: sent_by_acme(signer=own("issued")),
        replace(
            ACME,
            trust="ca",
            authorities=(certificate("authority"),),
            subjects=("CN=acme retail",),
        ),
    ),
    "line-ends-changed": Case(lambda: sent_by_acme(SIGNED).replace(b"'\r\n", b"'\n"), OPEN),
    "content-changed": Case(lambda: sent_by_acme(SIGNED).replace(b"4711+9", b"4712+9"), OPEN),
    "cut-off": Case(lambda: sent_by_acme()[:-100]),
    "cut-off-without-length": Case(cut_off_signed, OPEN),
    "base64-broken": Case(broken_base64),
    "sha1-refused": Case(lambda: sent_by_acme(replace(WHOLE, sign="sha-1"))),
    "3des-refused": Case(lambda: sent_by_acme(replace(WHOLE, encrypt="3des"))),
    "not-encrypted": Case(lambda: sent_by_acme(SIGNED)),
    "not-signed": Case(lambda: sent_by_acme(ENCRYPTED)),
    "unknown-names": Case(lambda: with_header(sent_by_acme(), "AS2-From", "acme")),
    "receipt-required-with-md5": Case(
        lambda: with_header(
            sent_by_acme(),
            "Disposition-Notification-Options",
            "signed-receipt-micalg=required, md5",
        )
    ),
    "mic-with-headers": Case(
        lambda: sent_by_acme(PLAIN),
        OPEN,
        ORDER,
        mic=f"{OVER_HEADERS}, sha256",
    ),
}


def receipt_without_headers() -> Explanation:
    """Our message, and a receipt of acme whose MIC leaves the headers out."""
    theirs = Link("acme-retail", "main", "NORTHWIND", "ACME", layers=SIGNED)
    message = with_header(
        with_header(sent_by_acme(SIGNED, signer=own("ours-next")), "AS2-From", "NORTHWIND"),
        "AS2-To",
        "ACME",
    )
    assert theirs.our_id == ACME.our_id
    sent = sent_message(raw(message), LINKS, AT, BytesIO)
    assert sent is not None
    mdn = answer(sent.facts.message_id, OVER_BODY)
    whole = b"".join(f"{name}: {value}\r\n".encode() for name, value in mdn.headers)
    return explain(raw(whole + b"\r\n" + mdn.body), LINKS, AT, BytesIO, sent=sent)


def answer(
    message_id: str, mic: str, outcome: str = "processed", signer: OwnCredential | None = None
) -> Raw:
    fields = (
        f"Original-Message-ID: {message_id}\r\n"
        f"Disposition: automatic-action/MDN-sent-automatically; {outcome}\r\n"
        f"Received-content-MIC: {mic}, sha-256\r\n"
    )
    return signed(report(text("Your message was processed."), notification(fields)), signer)


RECEIPTS = {"receipt-mic-without-headers": receipt_without_headers}


def told(explained: Explanation) -> str:
    return "".join(f"{line}\n" for _, line in lines(explained))


def everything() -> dict[str, str]:
    found = {name: told(case.explained()) for name, case in CASES.items()}
    return found | {name: told(make()) for name, make in RECEIPTS.items()}


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, words in everything().items():
        (GOLDEN / f"{name}.txt").write_text(words, encoding="utf-8")
