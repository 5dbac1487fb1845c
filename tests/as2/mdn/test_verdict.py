"""What a true receipt means for the message: done, failed, or to be held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.channels.as2.link import Lenient
from gateway.channels.as2.mdn.verdict import SentFacts, Verdict, looked_up, settle_verdict
from tests.as2.mdn.receipts import (
    FIELDS,
    MESSAGE_ID,
    MIC,
    SENT,
    SHA1,
    notification,
    report,
    signed,
    text,
)


def judged(fields: str, sent: SentFacts = SENT, words: str = "Thank you.") -> Verdict:
    return settle_verdict(signed(report(text(words), notification(fields))).read(), sent)


def lenient(*words: Lenient) -> SentFacts:
    return replace(SENT, lenient=frozenset(words))


def code(verdict: Verdict) -> str:
    return verdict.problem.code if verdict.problem else ""


def test_he_has_these_bytes() -> None:
    assert judged(FIELDS) == Verdict("positive")


def test_he_has_them_and_warns() -> None:
    verdict = judged(FIELDS.replace("processed", "processed/warning: duplicate-document"))
    assert (verdict.kind, code(verdict)) == ("positive", "T256")
    assert "duplicate-document" in str(verdict.problem)


def test_he_has_other_bytes() -> None:
    other = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    verdict = judged(FIELDS.replace(MIC, other))
    assert (verdict.kind, code(verdict)) == ("mismatch", "T254")
    assert verdict.problem is not None
    assert verdict.problem.sentence == (f"the partner confirms sha-256 {other}; sent was {MIC}")


def test_the_digest_is_right_and_its_name_is_wrong() -> None:
    verdict = judged(FIELDS.replace(f"{MIC}, sha-256", f"{SHA1}, sha-256"))
    assert (verdict.kind, code(verdict)) == ("mismatch", "T254")
    assert "it equals ours by sha-1" in str(verdict.problem)


@pytest.mark.parametrize("mic", ["md5", "sha-224", "sha-384", ""])
def test_a_digest_that_cannot_be_compared(mic: str) -> None:
    verdict = judged(FIELDS.replace("sha-256", mic))
    assert (verdict.kind, code(verdict)) == ("mismatch", "T255")


@pytest.mark.parametrize("value", ["not base64!", "LCa0a2j", "=", "é"])
def test_a_digest_that_is_none(value: str) -> None:
    assert code(judged(FIELDS.replace(MIC, value))) == "T255"


WITHOUT = "".join(line for line in FIELDS.splitlines(keepends=True) if "MIC" not in line)


def test_he_does_not_say_which_bytes() -> None:
    verdict = judged(WITHOUT)
    assert (verdict.kind, code(verdict)) == ("mismatch", "T253")
    assert code(judged(WITHOUT + "Received-content-MIC: \r\n")) == "T253"


def test_he_does_not_say_which_bytes_and_may() -> None:
    verdict = judged(WITHOUT, lenient("missing-mic"))
    assert (verdict.kind, code(verdict)) == ("positive", "T257")
    other = FIELDS.replace(MIC, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    assert judged(other, lenient("missing-mic")).kind == "mismatch"


def test_brackets_of_the_message_id_are_missing() -> None:
    bare = FIELDS.replace(MESSAGE_ID, MESSAGE_ID.strip("<>"))
    assert judged(bare).kind == "ignored"
    verdict = judged(bare, lenient("bare-message-id"))
    assert (verdict.kind, code(verdict)) == ("positive", "T257")


def test_unsigned_ones_may_count() -> None:
    mdn = report().read()
    assert settle_verdict(mdn, SENT).kind == "ignored"
    verdict = settle_verdict(mdn, lenient("unsigned"))
    assert (verdict.kind, code(verdict)) == ("positive", "T257")
    assert settle_verdict(mdn, replace(SENT, signed=False)) == Verdict("positive")


def test_a_bad_signature_is_worse_than_none() -> None:
    mdn = signed(report())
    changed = replace(mdn, body=mdn.body.replace(b"Thank", b"Drink"))
    assert settle_verdict(changed.read(), lenient("unsigned")).kind == "ignored"


def test_signed_ones_need_no_as2_names() -> None:
    """Some products leave them out of the reply; the signature names the sender."""
    assert settle_verdict(signed(report(names=())).read(), SENT) == Verdict("positive")


@pytest.mark.parametrize(
    "outcome",
    [
        "processed/error: decryption-failed",
        "processed/Error: authentication-failed",
        "processed/error: integrity-check-failed",
        "processed/error: decompression-failed",
        "processed/error: insufficient-message-security",
        "processed/error: unexpected-processing-error",
        "processed/error: unknown-trading-partner",
        "processed/error: duplicate-document",
        "processed/Error:signed-message-required",
        "failed/Failure: unsupported format",
        "failed/Failure: unsupported MIC-algorithms",
        "failed",
        "processed/failure: no",
        "processed/superseded",
        "displayed",
        "deleted",
    ],
)
def test_he_refused_it(outcome: str) -> None:
    verdict = judged(FIELDS.replace("processed", outcome))
    assert (verdict.kind, code(verdict)) == ("negative", "T252")
    assert judged(WITHOUT.replace("processed", outcome)).kind == "negative"


def test_his_words_are_in_the_sentence() -> None:
    fields = FIELDS.replace("processed", "processed/error: decryption-failed")
    found = judged(fields, words="No key for certificate 12.").problem
    assert found is not None
    assert found.sentence == (
        "the partner's receipt says processed/error: decryption-failed "
        "(“No key for certificate 12.”)"
    )
    assert found.remedy.startswith("ask for his newest certificate")


def test_the_message_is_looked_up_with_brackets_and_without() -> None:
    bare = FIELDS.replace(MESSAGE_ID, MESSAGE_ID.strip("<>"))
    assert looked_up(report().read()) == (MESSAGE_ID,)
    assert looked_up(report(notification(bare)).read()) == (MESSAGE_ID.strip("<>"), MESSAGE_ID)
    assert looked_up(report(text()).read()) == ()
