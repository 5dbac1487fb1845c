"""Receipts that prove nothing: each is ignored, whatever it claims."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.credentials import ALWAYS
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.read import LIMIT, is_mdn
from gateway.channels.as2.mdn.verdict import SentFacts, Verdict, settle_verdict
from gateway.channels.as2.mime.headers import Headers
from gateway.problems import errors
from tests.as2.credentials import own
from tests.as2.mdn.receipts import (
    FIELDS,
    LINK,
    NAMES,
    SENT,
    Raw,
    around,
    multipart,
    notification,
    report,
    signature,
    signed,
    text,
)

EXAMPLES = int(os.environ.get("MDN_EXAMPLES", "20"))
PIECES = [
    b"--rep\r\n", b"--rep--\r\n", b"\r\n", b"\n", b"Content-Type: ", b"multipart/report\r\n",
    b"message/disposition-notification\r\n", b"Content-Transfer-Encoding: base64\r\n",
    FIELDS.encode(), b"Disposition: processed\r\n", b"application/pkcs7-signature\r\n", b"0\x80",
]  # fmt: skip
NEGATIVE = FIELDS.replace("processed", "processed/error: decryption-failed")


def judged(mdn: Raw, sent: SentFacts = SENT) -> Verdict:
    return settle_verdict(mdn.read(), sent)


def ignored(mdn: Raw, code: str, sent: SentFacts = SENT) -> None:
    read = mdn.read()
    verdict = settle_verdict(read, sent)
    found = [each.code for each in errors(read.findings)]
    assert verdict.kind == "ignored"
    assert verdict.problem is not None
    assert code in (verdict.problem.code, *found)


def test_the_true_one_is_not_ignored() -> None:
    assert judged(signed(report())) == Verdict("positive")


def test_unsigned_although_a_signed_one_was_asked_for() -> None:
    ignored(report(), "T249")


def test_unsigned_negative_although_a_signed_one_was_asked_for() -> None:
    ignored(report(notification(NEGATIVE)), "T249")


def test_two_reports() -> None:
    ignored(signed(report(notification(NEGATIVE), notification())), "T247")


def test_a_second_report_hidden_in_a_wrapper() -> None:
    inner = multipart(notification(), boundary="in")
    hidden = b'Content-Type: multipart/mixed; boundary="in"\r\n\r\n' + inner
    ignored(signed(report(notification(NEGATIVE), hidden)), "T247")


@pytest.mark.parametrize(
    "line", [line for line in FIELDS.splitlines(keepends=True) if line[0] in "ODR"]
)
def test_a_field_that_decides_twice(line: str) -> None:
    if line.startswith("Reporting"):
        assert judged(signed(report(notification(FIELDS + line)))).kind == "positive"
    else:
        ignored(signed(report(notification(FIELDS + line))), "T247")


def test_no_report() -> None:
    ignored(signed(report(text(FIELDS))), "T247")


def test_no_disposition() -> None:
    without = "".join(line for line in FIELDS.splitlines(keepends=True) if line[0] != "D")
    ignored(signed(report(notification(without))), "T247")


def test_status_beside_the_signed_part() -> None:
    """The report stands as a third part, what is signed is harmless."""
    harmless = b"Content-Type: text/plain\r\n\r\nhello"
    forged = around(report(), harmless, signature(harmless), report().part)
    ignored(forged, "T247")


def test_signature_over_something_else() -> None:
    harmless = b"Content-Type: text/plain\r\n\r\nhello"
    ignored(around(report(), harmless, signature(harmless)), "T248")


def test_signature_of_another_part() -> None:
    harmless = b"Content-Type: text/plain\r\n\r\nhello"
    ignored(around(report(), report().part, signature(harmless)), "T207")


def test_report_before_a_signed_report() -> None:
    """Two parts before the signature: which one is signed would be a guess."""
    genuine = report(notification(NEGATIVE)).part
    ignored(around(report(), report().part, genuine, signature(genuine)), "T247")


def test_changed_after_signing() -> None:
    genuine = signed(report(notification(NEGATIVE)))
    body = genuine.body.replace(b"processed/error: decryption-failed", b"processed")
    ignored(replace(genuine, body=body), "T207")


def test_outer_headers_do_not_count_as_report() -> None:
    """Only AS2-From and AS2-To are taken from there, and they have to fit."""
    outer = (*NAMES, ("Original-Message-ID", SENT.message_id), ("Disposition", "processed"))
    ignored(signed(report(text(), names=outer)), "T247")


@pytest.mark.parametrize("who", ["stranger", "ours", "northwind-4096"])
def test_signed_by_somebody_else(who: str) -> None:
    """By a stranger, by ourselves, by another partner."""
    ignored(signed(report(), own(who)), "T206")


def test_signed_by_a_stranger_who_brings_his_certificate() -> None:
    ignored(signed(report(), own("stranger"), certificate=True), "T206")


def test_signed_by_an_expired_certificate() -> None:
    ignored(signed(report(), own("acme-expired")), "T205")


def test_signed_by_a_certificate_that_is_only_for_encryption() -> None:
    only = tuple(replace(each, use=ALWAYS - {"sign"}) for each in LINK.theirs)
    verdict = settle_verdict(signed(report()).read(replace(LINK, theirs=only)), SENT)
    assert verdict.kind == "ignored"


def test_signed_over_sha1() -> None:
    ignored(signed(report(), digest="sha-1"), "T242")
    allowed = replace(LINK, policy=replace(LINK.policy, sha1=True))
    assert settle_verdict(signed(report(), digest="sha-1").read(allowed), SENT).kind == "positive"


def test_no_signer_at_all() -> None:
    """A SignedData without signers, as it carries certificates only."""
    empty = bytes.fromhex(
        "3023 06092a864886f70d010702 a016 3014 020101 3100 300b06092a864886f70d010701 3100"
    )
    head = b"Content-Type: application/pkcs7-signature\r\n\r\n"
    ignored(around(report(), report().part, head + empty), "T206")


@pytest.mark.parametrize("part", [b"", b"no signature", b"0\x80", b"\x30\x84\xff\xff\xff\xff"])
def test_a_signature_that_is_none(part: bytes) -> None:
    mdn = around(
        report(), report().part, b"Content-Type: application/pkcs7-signature\r\n\r\n" + part
    )
    assert judged(mdn).kind == "ignored"


def test_for_another_message() -> None:
    other = FIELDS.replace("4711", "4712")
    ignored(signed(report(notification(other))), "T250")


def test_an_old_one_that_comes_again_for_a_new_message() -> None:
    """The signature is true, the message is not the one."""
    ignored(signed(report()), "T250", replace(SENT, message_id="<4712@northwind.example>"))


def test_message_id_in_another_case() -> None:
    ignored(signed(report(notification(FIELDS.replace("northwind", "Northwind")))), "T250")


@pytest.mark.parametrize(
    "names",
    [
        (("AS2-From", "OTHER"), ("AS2-To", "NORTHWIND")),
        (("AS2-From", "ACME"), ("AS2-To", "OTHER")),
        (("AS2-From", "NORTHWIND"), ("AS2-To", "ACME")),
        (("AS2-From", "acme"), ("AS2-To", "northwind")),
        (("AS2-From", "ACME"),),
    ],
)
def test_between_other_parties(names: tuple[tuple[str, str], ...]) -> None:
    ignored(signed(report(names=names)), "T251")


@pytest.mark.parametrize("name", ["AS2-From", "as2-to", "Content-Type"])
def test_a_header_that_decides_twice(name: str) -> None:
    mdn = signed(report())
    ignored(replace(mdn, headers=(*mdn.headers, (name, "OTHER"))), "T247")


def test_unsigned_and_between_nobody() -> None:
    ignored(report(names=()), "T251", replace(SENT, signed=False))


@pytest.mark.parametrize(
    "kind", ["text/html", "application/pkcs7-mime", "multipart/mixed; boundary=rep", ""]
)
def test_something_else(kind: str) -> None:
    mdn = Raw((*NAMES, ("Content-Type", kind)), report().body)
    ignored(mdn, "T245")


def test_another_kind_of_report() -> None:
    kind = 'multipart/report; report-type=delivery-status; boundary="rep"'
    ignored(Raw((*NAMES, ("Content-Type", kind)), report().body), "T245")


def test_a_huge_one_is_not_read() -> None:
    ignored(replace(report(), body=bytes(LIMIT + 1)), "T259")


def test_a_huge_report_is_not_read() -> None:
    ignored(report(notification(FIELDS + "X: y\r\n" * 20_000)), "T259")


def test_cut_off() -> None:
    whole = signed(report())
    for size in range(0, len(whole.body) - 4, 97):
        assert judged(replace(whole, body=whole.body[:size])).kind == "ignored"


def test_what_is_claimed_can_still_be_shown() -> None:
    read = signed(report(), own("stranger")).read()
    assert read.signer is None
    assert read.signed
    assert read.original_message_id == SENT.message_id
    assert read.text == "Thank you."


class Endless:
    """A message of 2 GB that counts what is read of it."""

    def __init__(self) -> None:
        self.taken = 0

    def seek(self, offset: int, whence: int = 0) -> None:
        pass

    def tell(self) -> int:
        return 0

    def write(self, data: bytes) -> None:
        raise AssertionError

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return b"--x\r\nContent-Type: application/edifact\r\n\r\n".ljust(size)


def test_a_message_is_told_from_a_receipt_by_its_beginning() -> None:
    body = Endless()
    headers = Headers.of([("Content-Type", "multipart/signed; boundary=x")])
    assert not is_mdn(headers, Extent(body, 0, 2_000_000_000))
    assert body.taken <= 64_000


GENUINE = signed(report(notification(NEGATIVE)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(at=st.floats(0, 1), junk=st.binary(max_size=12), cut=st.integers(0, 40))
def test_a_changed_refusal_never_becomes_a_success(at: float, junk: bytes, cut: int) -> None:
    place = int(at * len(GENUINE.body))
    body = GENUINE.body[:place] + junk + GENUINE.body[place + cut :]
    assert judged(replace(GENUINE, body=body)).kind in ("negative", "ignored")


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    body=st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=30).map(b"".join),
    kind=st.sampled_from(["report", "signed"]),
)
def test_nonsense_is_ignored_and_never_raised(body: bytes, kind: str) -> None:
    headers = (*NAMES, ("Content-Type", f'multipart/{kind}; boundary="rep"'))
    mdn = Raw(headers, body)
    is_mdn(Headers.of(headers), Extent.of(body))
    assert judged(mdn).kind == "ignored"
