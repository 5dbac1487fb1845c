"""Receipts of ours: what a partner reads is what became of his message."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Digest, Layers, Link, Scheme
from gateway.channels.as2.mdn.answers import (
    ANSWERS,
    MEANS,
    NAMED,
    UNIFORM,
    disposition_for,
    human_text,
)
from gateway.channels.as2.mdn.disposition import Disposition
from gateway.channels.as2.mdn.read import ReadMdn, is_mdn, read_mdn
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.verdict import SentFacts, settle_verdict
from gateway.channels.as2.mdn.write import Mdn, stored_mdn, write_mdn
from gateway.channels.as2.message.opened import Mic, Opened
from gateway.channels.as2.mime.headers import Headers
from gateway.problems import Problem, problem
from tests.as2.credentials import certificate, own
from tests.as2.mdn.receipts import AT, MESSAGE_ID, MIC, SHA1

OURS = Link("northwind", "main", "ACME", "NORTH WIND", ours=(own("acme"),))
"""We are acme, who received something of northwind …"""
THEIRS = Link("acme-retail", "main", "NORTH WIND", "ACME", theirs=(certificate("acme"),))
"""… and northwind reads what we answer."""
HEADERS = Headers.of([("AS2-From", '"NORTH WIND"'), ("AS2-To", "ACME"), ("Message-ID", MESSAGE_ID)])
SIGNED = ReceiptRequest("x", signed=True, digests=("sha-256",))
ACCEPTED = Opened(mic=Mic("sha-256", MIC), signer=certificate("acme"))
REFUSED = problem("T207", digest="sha-256", found="00", expected="11")


def entropy(size: int) -> bytes:
    return bytes(range(size))


def written(
    opened: Opened | None = ACCEPTED,
    *problems: Problem,
    request: ReceiptRequest = SIGNED,
    headers: Headers = HEADERS,
    link: Link = OURS,
) -> Mdn:
    return write_mdn(
        request,
        headers=headers,
        opened=opened,
        problems=problems,
        link=link,
        at=AT,
        message_id="<2@acme-retail.example>",
        entropy=entropy,
    )


def read(mdn: Mdn, link: Link = THEIRS) -> ReadMdn:
    return read_mdn(Headers.of(mdn.headers), Extent.of(mdn.body), link, BytesIO, AT)


def test_a_partner_reads_what_was_written() -> None:
    mdn = written()
    found = read(mdn)
    assert found.findings == ()
    assert found.signer == certificate("acme")
    assert (found.as2_from, found.as2_to) == ("ACME", "NORTH WIND")
    assert found.report is not None
    assert found.report.final_recipient == "ACME"
    sent = SentFacts(MESSAGE_ID, "NORTH WIND", "ACME", {"sha-256": MIC})
    assert settle_verdict(found, sent).kind == "positive"
    assert is_mdn(Headers.of(mdn.headers), Extent.of(mdn.body))


EXAMPLES = int(os.environ.get("MDN_EXAMPLES", "20"))
MESSAGE_IDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x85\xa0"),
    min_size=1,
    max_size=255,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    outcome=st.sampled_from(sorted(ANSWERS)) | st.none(),
    signed=st.booleans(),
    message_id=MESSAGE_IDS,
    mic=st.sampled_from([Mic("sha-1", SHA1), Mic("sha-256", MIC), None]),
    dashes=st.booleans(),
)
def test_every_answer_is_read_as_it_was_meant(
    outcome: str | None, signed: bool, message_id: str, mic: Mic | None, dashes: bool
) -> None:
    problems = () if outcome is None else (problem(outcome),)
    opened = Opened(mic=mic, signer=certificate("acme"))
    mdn = written(
        opened,
        *problems,
        request=replace(SIGNED, signed=signed),
        headers=Headers.of([("AS2-To", "ACME"), ("Message-ID", message_id)]),
        link=replace(OURS, layers=Layers(dashes=dashes)),
    )
    found = read(mdn)
    assert found.findings == ()
    assert found.disposition == disposition_for(opened, problems)
    assert found.original_message_id == message_id
    assert (found.signer is not None) is signed
    if outcome is None and mic is not None:
        assert found.mic is not None
        assert (found.mic.digest, found.mic.value) == (mic.digest, mic.value)
    else:
        assert found.mic is None


@pytest.mark.parametrize("digest", ["sha-256", "sha-384", "sha-512"])
@pytest.mark.parametrize("scheme", ["pkcs1", "pss"])
def test_signatures_of_every_kind(digest: Digest, scheme: Scheme) -> None:
    link = replace(OURS, layers=Layers(scheme=scheme))
    mdn = written(request=replace(SIGNED, digests=(digest,)), link=link)
    assert f"micalg={digest}" in dict(mdn.headers)["Content-Type"]
    assert read(mdn).signer is not None


def test_sha1_is_not_signed_with_because_somebody_asks_for_it() -> None:
    asked = replace(SIGNED, digests=("sha-1",))
    assert "micalg=sha-256;" in dict(written(request=asked).headers)["Content-Type"]
    agreed = replace(OURS, layers=Layers(sign="sha-1"))
    assert "micalg=sha1;" in dict(written(request=asked, link=agreed).headers)["Content-Type"]


def test_openssl_verifies_it(tmp_path: Path) -> None:
    mdn = written()
    (tmp_path / "mdn").write_bytes(mdn.whole)
    keys = Path(__file__).parents[1] / "keys"
    done = subprocess.run(
        ["openssl", "cms", "-verify", "-in", tmp_path / "mdn", "-CAfile", keys / "acme.pem",
         "-purpose", "any", "-out", tmp_path / "inner"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"disposition-notification" in (tmp_path / "inner").read_bytes()


def test_it_is_kept_and_sent_again_byte_by_byte() -> None:
    mdn = written(headers=Headers.of([("AS2-To", "ACME"), ("Message-ID", "<Zürich 1@x>")]))
    again = stored_mdn(mdn.whole)
    assert (again.headers, again.body, again.whole) == (mdn.headers, mdn.body, mdn.whole)


def test_its_headers() -> None:
    assert [pair for pair in written().headers if pair[0] != "Content-Type"] == [
        ("AS2-Version", "1.2"),
        ("AS2-From", "ACME"),
        ("AS2-To", '"NORTH WIND"'),
        ("Message-ID", "<2@acme-retail.example>"),
        ("Date", "Tue, 03 Mar 2026 12:00:00 +0000"),
        ("MIME-Version", "1.0"),
        ("EDIINT-Features", "multiple-attachments"),
    ]


def test_nothing_of_it_is_folded_and_every_line_ends_in_crlf() -> None:
    whole = written().whole
    assert whole.count(b"\n") == whole.count(b"\r\n")
    assert b"\n " not in whole
    assert b"\n\t" not in whole


def test_a_partners_message_id_cannot_write_fields() -> None:
    evil = "<1@x>\r\nDisposition: automatic-action/MDN-sent-automatically; processed"
    found = read(written(None, REFUSED, headers=Headers.of([("Message-ID", evil)])))
    assert found.findings == ()
    assert found.disposition is not None
    assert not found.disposition.positive


def test_it_is_not_signed_where_nobody_asked() -> None:
    assert not written(request=ReceiptRequest("x")).signed


def test_it_is_not_signed_without_a_key_of_ours_in_force() -> None:
    assert not written(link=replace(OURS, ours=())).signed
    over = replace(own("acme"), accept_until=AT)
    assert not written(link=replace(OURS, ours=(over,))).signed


# ------------------------------------------------------------------ what it says, and when


def test_the_answer_is_the_same_for_everything_behind_our_key() -> None:
    """Padding, structure, decompression, signature, policy: one answer, of one length."""
    codes = [*ANSWERS, "T200", "T201", "T224", "T227", "T231", "T258"]
    opened = Opened(mic=Mic("sha-256", MIC), key_used=True)
    bodies = {written(replace(opened, findings=(problem(code),))).body for code in codes}
    assert len(bodies) == 1
    assert disposition_for(replace(opened, findings=(problem("T214"),))) == UNIFORM


@pytest.mark.parametrize(("code", "outcome"), sorted(ANSWERS.items()))
def test_what_anybody_can_see_may_be_said(code: str, outcome: Disposition) -> None:
    assert disposition_for(Opened(findings=(problem(code),))) == outcome
    known = Opened(findings=(problem(code),), signer=certificate("acme"), key_used=True)
    assert disposition_for(known) == outcome


def test_what_is_not_listed_is_unexpected() -> None:
    found = disposition_for(None, (problem("T200"),))
    assert found.outcome == "processed/error: unexpected-processing-error"


def test_warnings_do_not_refuse() -> None:
    assert disposition_for(Opened(findings=(problem("T203"),))).positive


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("signed-receipt-protocol=pgp-signature", "failed/Failure: unsupported format"),
        ("signed-receipt-micalg=md5", "failed/Failure: unsupported MIC-algorithms"),
    ],
)
def test_a_receipt_that_is_required_and_not_made(what: str, outcome: str) -> None:
    assert disposition_for(ACCEPTED, (problem("T258", what=what),)).outcome == outcome


def test_the_text_for_people() -> None:
    golden = Path(__file__).parent / "texts.txt"
    texts = "".join(f"{text or 'processed'}\n    {words}\n" for text, words in MEANS.items())
    assert texts == golden.read_text(encoding="utf-8")
    assert {each.text for each in ANSWERS.values()} <= set(MEANS)


def test_every_part_of_a_partners_answer_is_ascii() -> None:
    assert all(words.isascii() for words in (*MEANS.values(), *NAMED.values()))


def test_an_address_that_was_not_agreed_is_told_by_name() -> None:
    found = problem("T263", url="https://x.example/mdn", agreed="none")
    assert "was not agreed" in human_text(disposition_for(None, (found,)), (found,))
    uniform = disposition_for(Opened(findings=(problem("T214"),), key_used=True), (found,))
    assert human_text(uniform, (found,)) == MEANS["authentication-failed"]
