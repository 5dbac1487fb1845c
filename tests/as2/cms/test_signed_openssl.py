"""OpenSSL signs and we verify; we sign and OpenSSL verifies."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from gateway.channels.as2.cms.identifier import identifier_of, key_identifier
from gateway.channels.as2.cms.signed import read_signature, sign
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Digest, Scheme
from tests.as2.cms.forged import AT, CONTENT, refusal, verified
from tests.as2.credentials import KEYS, certificate, own
from tests.as2.peers import openssl

DIGESTS: tuple[Digest, ...] = ("sha-1", "sha-256", "sha-384", "sha-512")
WAYS: list[tuple[str, Scheme]] = [("acme", "pkcs1"), ("acme", "pss"), ("acme-ec", "ecdsa")]
SIGN = ("cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256")


def keys(name: str) -> tuple[str | Path, ...]:
    return "-signer", KEYS / f"{name}.pem", "-inkey", KEYS / f"{name}.key"


@pytest.mark.parametrize("attributes", [True, False])
@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize(("who", "scheme"), WAYS)
def test_both_ways(who: str, scheme: Scheme, digest: Digest, attributes: bool) -> None:
    theirs = openssl.sign(CONTENT, who, digest, scheme, attributes=attributes)
    found = verified(theirs, who)
    assert (found.digest, found.scheme) == (digest, scheme)
    assert (found.signed_at is not None) == attributes
    ours = sign(
        Extent.of(CONTENT),
        own(who),
        digest,
        scheme,
        at=AT,
        attributes=attributes,
        capabilities=attributes,
    )
    openssl.verify(CONTENT, ours, who)


def test_ours_without_certificate_is_verified_by_theirs() -> None:
    ours = sign(Extent.of(CONTENT), own("acme"), "sha-256", "pkcs1", at=AT, certificate=False)
    openssl.verify(CONTENT, ours, "acme")
    assert read_signature(Extent.of(ours)).certificates == []


def test_certificates_inside_are_found_but_not_needed() -> None:
    def embedded(*more: str) -> list[x509.Certificate]:
        theirs = openssl.run(*SIGN, *keys("acme"), *more, stdin=CONTENT)
        assert verified(theirs).signer == certificate("acme")
        return read_signature(Extent.of(theirs)).certificates

    assert embedded("-nocerts") == []
    assert embedded() == [certificate("acme").certificate]
    both = {certificate("acme").certificate, certificate("authority").certificate}
    assert set(embedded("-certfile", str(KEYS / "authority.pem"))) == both


def test_a_signer_by_key_identifier() -> None:
    theirs = openssl.run(*SIGN, *keys("acme"), "-keyid", "-nocerts", stdin=CONTENT)
    found = read_signature(Extent.of(theirs)).signers[0].identifier
    assert found.ski == key_identifier(certificate("acme").certificate)
    assert verified(theirs, "stranger", "acme").signer == certificate("acme")
    problem = refusal(lambda: verified(theirs, "stranger"))
    assert f"signed by key identifier {found.ski.hex().upper()}" in problem.sentence


@pytest.mark.parametrize("size", [10, 100_000])
def test_content_inside_streamed_with_indefinite_lengths(size: int) -> None:
    content = (CONTENT * size)[:size]
    theirs = openssl.run(*SIGN, *keys("acme"), "-nodetach", "-stream", stdin=content)
    assert theirs[1] == 0x80
    inside = read_signature(Extent.of(theirs)).content
    assert inside is not None
    assert b"".join(inside.chunks()) == content
    assert verified(theirs, content=content).signer == certificate("acme")


def test_detached_with_indefinite_lengths() -> None:
    theirs = openssl.run(*SIGN, *keys("acme"), "-stream", stdin=CONTENT)
    assert verified(theirs).signer == certificate("acme")


def test_of_several_signers_one_has_to_be_configured() -> None:
    theirs = openssl.run(*SIGN, *keys("stranger"), *keys("acme-ec"), *keys("acme"), stdin=CONTENT)
    assert len(read_signature(Extent.of(theirs)).signers) == 3
    for name in ("acme", "acme-ec"):
        assert verified(theirs, name).signer == certificate(name)
    problem = refusal(lambda: verified(theirs, "ours"))
    assert problem.code == "T206"
    for name in ("acme", "acme-ec", "stranger"):
        assert str(identifier_of(certificate(name).certificate)) in problem.sentence


@pytest.mark.parametrize("salt", ["0", "20", "64", "max"])
def test_pss_with_any_length_of_salt(salt: str) -> None:
    pss = ("-keyopt", "rsa_padding_mode:pss", "-keyopt", f"rsa_pss_saltlen:{salt}")
    theirs = openssl.run(*SIGN, *keys("acme"), *pss, stdin=CONTENT)
    assert verified(theirs).scheme == "pss"


def test_pss_with_another_digest_in_the_mask() -> None:
    pss = ("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_mgf1_md:sha512")
    theirs = openssl.run(*SIGN, *keys("acme"), *pss, stdin=CONTENT)
    assert verified(theirs).scheme == "pss"


def test_capabilities_and_receipts_asked_for_are_only_read_over() -> None:
    asked = ("-receipt_request_all", "-receipt_request_to", "edi@acme.example")
    theirs = openssl.run(*SIGN, *keys("acme"), *asked, stdin=CONTENT)
    assert verified(theirs).signer == certificate("acme")


def test_sha_224() -> None:
    theirs = openssl.sign(CONTENT, "acme", "sha-224", "pkcs1")
    assert verified(theirs).digest == "sha-224"
