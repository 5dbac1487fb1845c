"""Which certificate counts at an instant: rollovers without a gap and without a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.certificates.windows import (
    decrypt_with,
    encrypt_to,
    sign_with,
    standing,
    trusted_now,
)
from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from tests.as2.credentials import certificate, own

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = certificate("acme"), certificate("acme-next")
EXPIRED = certificate("acme-expired")
INSTANTS = st.integers(-400, 400).map(lambda days: NOW + days * DAY)


def link(*theirs: Credential, **more: object) -> Link:
    return Link("acme-retail", "edi", "US", "ACME", theirs=theirs, **more)  # type: ignore[arg-type]


def test_both_certificates_count_while_one_takes_over() -> None:
    switch = NOW + 10 * DAY
    both = link(
        replace(OLD, accept_until=switch + 5 * DAY),
        replace(NEW, accept_from=NOW - DAY, send_from=switch),
    )
    days = {-2: (1, OLD), 0: (2, OLD), 9: (2, OLD), 10: (2, NEW), 15: (1, NEW)}
    for day, (accepted, chosen) in days.items():
        at = NOW + day * DAY
        assert len(trusted_now(both, "sign", at)) == accepted
        assert encrypt_to(both, at).certificate == chosen.certificate


def test_without_send_from_a_certificate_is_in_force_once_it_is_accepted() -> None:
    both = link(replace(NEW, accept_from=NOW), OLD)
    assert encrypt_to(both, NOW - DAY).certificate == OLD.certificate
    assert encrypt_to(both, NOW).certificate == NEW.certificate


def test_a_certificate_for_signatures_is_not_encrypted_to() -> None:
    apart = link(replace(OLD, use=frozenset({"sign"})), replace(NEW, use=frozenset({"encrypt"})))
    assert encrypt_to(apart, NOW).certificate == NEW.certificate
    assert [each.certificate for each in trusted_now(apart, "sign", NOW)] == [OLD.certificate]


def test_nothing_is_encrypted_to_an_ec_key() -> None:
    with pytest.raises(RefusedError) as refused:
        encrypt_to(link(certificate("acme-ec")), NOW)
    assert refused.value.problem.sentence == (
        "no certificate of acme-retail (channel edi) can be encrypted to: acme-ec.pem: it has no "
        "RSA key"
    )


def test_an_expired_certificate_counts_only_as_long_as_the_settings_say() -> None:
    longer = replace(EXPIRED, expired_until=NOW + DAY)
    assert standing(EXPIRED, "sign", NOW) == "expired"
    assert standing(longer, "sign", NOW) == "counts"
    assert standing(longer, "sign", NOW + DAY) == "expired"


def test_a_refusal_says_of_each_certificate_why() -> None:
    with pytest.raises(RefusedError) as refused:
        encrypt_to(link(EXPIRED, replace(NEW, accept_from=NOW + DAY)), NOW)
    assert str(refused.value.problem) == (
        "C465 no certificate of acme-retail (channel edi) can be encrypted to: acme-expired.pem: "
        "it expired on 2021-01-01 00:00 UTC; acme-next.pem: it counts from 2026-03-03 09:00 UTC"
    )
    with pytest.raises(RefusedError, match="nothing can be signed"):
        sign_with(link(), NOW)


def test_all_keys_of_ours_decrypt_newest_first() -> None:
    ours = (own("ours"), replace(own("ours-next"), accept_from=NOW - DAY), own("ours-ec"))
    found = decrypt_with(link(ours=ours), NOW)
    assert [each.name for each in found] == ["ours-next.pem", "ours.pem"]


def test_a_key_of_ours_whose_certificate_expired_still_decrypts_but_does_not_sign() -> None:
    ours = (own("acme-expired"),)
    assert [each.name for each in decrypt_with(link(ours=ours), NOW)] == ["acme-expired.pem"]
    with pytest.raises(RefusedError):
        sign_with(link(ours=ours), NOW)
    ended = (replace(own("ours"), accept_until=NOW),)
    assert decrypt_with(link(ours=ended), NOW) == []


@settings(max_examples=20)
@given(switch=INSTANTS, overlap=st.integers(0, 100), at=INSTANTS)
def test_a_rollover_leaves_no_gap(switch: datetime, overlap: int, at: datetime) -> None:
    """Whenever the old one ends no earlier than the new one begins, something counts."""
    both = link(replace(OLD, accept_until=switch + overlap * DAY), replace(NEW, accept_from=switch))
    assert trusted_now(both, "sign", at)
    chosen = encrypt_to(both, at).certificate
    assert chosen == (NEW if at >= switch else OLD).certificate
