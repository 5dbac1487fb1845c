"""Signatures made to deceive or to exhaust: each ends as a problem that says what it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.channels.as2.ber.writer import (
    NULL,
    context,
    element,
    implicit,
    integer,
    octets,
    oid,
    sequence,
    set_of,
)
from gateway.channels.as2.cms.algorithms import (
    SignatureScheme,
    write_algorithm,
    write_signature_algorithm,
)
from gateway.channels.as2.cms.contentinfo import content_info
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.signed import read_signature, sign, verify
from gateway.channels.as2.cms.signed.reading import CERTIFICATES, SIGNERS
from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.refusal import RefusedError
from tests.as2.ber.loosened import EOC
from tests.as2.cms.forged import (
    AT,
    CONTENT,
    DIGEST,
    RSA,
    SHA256,
    attribute,
    refusal,
    signed_data,
    signer,
    usual,
    verified,
)
from tests.as2.credentials import certificate, own


def test_the_forger_makes_valid_ones() -> None:
    assert verified(signed_data(signer())).signer == certificate("acme")
    assert verified(signed_data(signer(()))).signer == certificate("acme")


# the structure


def test_cut_off_at_every_byte() -> None:
    for attributes in (True, False):
        whole = sign(
            Extent.of(CONTENT), own("acme"), "sha-256", "pkcs1", at=AT, attributes=attributes
        )
        for end in range(len(whole)):
            assert refusal(lambda cut=whole[:end]: verified(cut)).code in {"T200", "T201"}


def test_cut_off_at_every_byte_without_lengths() -> None:
    inner = sequence(integer(1), set_of([SHA256]), sequence(oid("data")), element(0x31, signer()))
    loose = b"\x30\x80" + oid("signed") + b"\xa0\x80\x30\x80" + inner[4:] + EOC * 3
    assert verified(loose).signer == certificate("acme")
    for end in range(len(loose)):
        assert refusal(lambda end=end: verified(loose[:end])).code in {"T200", "T201"}


@pytest.mark.parametrize("size", range(1, 9))
def test_a_huge_length_anywhere(size: int) -> None:
    whole = signed_data(signer())
    huge = bytes((0x80 | size,)) + b"\x7f" * size
    for at in range(1, 80):
        try:
            verified(whole[:at] + huge + whole[at + 1 :])
        except RefusedError as refused:
            assert refused.problem.code in {"T200", "T201", "T202", "T204", "T206"}


@pytest.mark.parametrize("opened", [b"\x30\x80", b"\xa0\x80", b"\x24\x80", b"\x31\x80"])
def test_elements_inside_of_elements_without_end(opened: bytes) -> None:
    head = b"\x30\x80" + oid("signed") + b"\xa0\x80\x30\x80" + integer(1)
    for data in (opened * 100_000, head + opened * 100_000, head + set_of([]) + opened * 100_000):
        assert refusal(lambda data=data: verified(data)).code in {"T200", "T202"}


def test_more_signers_than_anybody_needs() -> None:
    assert verified(signed_data(*[signer()] * SIGNERS)).signer == certificate("acme")
    problem = refusal(lambda: verified(signed_data(*[signer()] * (SIGNERS + 1))))
    assert problem.code == "T202"
    assert problem.sentence == "more than 8 signers"


def test_certificates_without_end_cost_no_time() -> None:
    one = certificate("acme").certificate.public_bytes(Encoding.DER)
    many = signed_data(signer(who="stranger"), certificates=NULL * 200_000)
    before = time.process_time()
    assert refusal(lambda: verified(many)).code == "T206"
    assert read_signature(Extent.of(many)).certificates == []
    assert time.process_time() - before < 0.5
    assert refusal(lambda: verified(signed_data(signer(), certificates=NULL * 600_000)))
    known = read_signature(Extent.of(signed_data(signer(), certificates=one * 40))).certificates
    assert len(known) == CERTIFICATES


def test_many_attributes_cost_no_time() -> None:
    junk = attribute("1.2.3", NULL)
    before = time.process_time()
    assert verified(signed_data(signer([*usual(), *[junk] * 1500]))).signer == certificate("acme")
    assert refusal(lambda: verified(signed_data(signer([*usual(), *[junk] * 2000]))))
    assert time.process_time() - before < 0.3


def test_other_content_than_data() -> None:
    inner = sequence(oid("enveloped"), context(0, octets(b"x")))
    data = content_info(
        "signed", sequence(integer(1), set_of([SHA256]), inner, element(0x31, signer()))
    )
    problem = refusal(lambda: verified(data))
    assert problem.sentence == "expected type data, found signed content of type enveloped"


def test_another_kind_of_structure() -> None:
    problem = refusal(lambda: verified(content_info("enveloped", NULL)))
    assert problem.sentence == "expected content type signed, found content type enveloped"


def test_something_after_the_end() -> None:
    assert verified(signed_data(signer()) + b"\x00\x00\r\n").signer == certificate("acme")
    assert refusal(lambda: verified(signed_data(signer()) * 2)).code == "T200"


# who signed


def test_nobody_signed() -> None:
    problem = refusal(lambda: verified(signed_data()))
    assert problem.code == "T206"
    assert problem.sentence.startswith("signed by nobody; configured are acme.pem (serial number ")


def test_nobody_is_configured() -> None:
    signatures = read_signature(Extent.of(signed_data(signer())))
    digests = digests_of(Extent.of(CONTENT), signatures.digests)
    problem = refusal(lambda: verify(signatures, digests, [], AT))
    assert problem.sentence.endswith("; configured are none")


def test_a_stranger_with_his_certificate_inside() -> None:
    theirs = sign(Extent.of(CONTENT), own("stranger"), "sha-256", "pkcs1", at=AT)
    problem = refusal(lambda: verified(theirs, "acme", "acme-next"))
    assert problem.code == "T206"
    assert "of CN=stranger test; configured are acme.pem (serial number" in problem.sentence
    assert "acme-next.pem (serial number" in problem.sentence


def test_a_stranger_who_says_he_is_acme() -> None:
    """His certificate inside has issuer and serial number of the configured one? It is not used."""
    forged = signer(who="stranger", identifier=_identifier("acme"))
    inside = certificate("stranger").certificate.public_bytes(Encoding.DER)
    problem = refusal(lambda: verified(signed_data(forged, certificates=inside)))
    assert problem.code == "T208"
    assert problem.sentence.endswith("was not made with the key of acme.pem over this")


def test_an_authority_does_not_sign_for_those_it_issued() -> None:
    data = signed_data(signer(who="issued"))
    assert refusal(lambda: verified(data, "authority")).code == "T206"
    assert verified(data, "authority", "issued").signer == certificate("issued")


def test_names_in_sentences_are_short_and_printable() -> None:
    hostile = "Acme\r\nlevel=info \x1b[2J\u202e" + "x" * 5000
    issuer = sequence(set_of([sequence(oid("2.5.4.3"), element(0x0C, hostile.encode()))]))
    forged = signer(identifier=sequence(issuer, integer(1)))
    sentence = refusal(lambda: verified(signed_data(*[forged] * SIGNERS))).sentence
    assert sentence.isprintable()
    assert len(sentence) < SIGNERS * 250


def test_a_digest_or_key_identifier_longer_than_any_is_refused() -> None:
    long = signer([usual()[0], attribute("message-digest", octets(bytes(65)))])
    assert refusal(lambda: verified(signed_data(long))).code == "T202"
    by_key = signer(identifier=implicit(0, bytes(65)))
    assert refusal(lambda: verified(signed_data(by_key))).code == "T202"


def test_a_stranger_beside_acme_whose_signature_is_wrong() -> None:
    forged = signer(who="stranger", identifier=_identifier("acme"))
    data = signed_data(signer(who="stranger"), forged)
    assert refusal(lambda: verified(data)).code == "T208"
    assert verified(signed_data(forged, signer())).signer == certificate("acme")


def _identifier(who: str) -> bytes:
    known = certificate(who).certificate
    return sequence(known.issuer.public_bytes(), integer(known.serial_number))


# attributes


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        (usual()[:1], "message-digest is missing; expected one"),
        (usual()[1:], "content-type is missing; expected one"),
        ([attribute("1.2.3", NULL)], "content-type is missing; expected one"),
        ([*usual(), usual()[1]], "message-digest is there 2 times; expected one"),
        ([*usual(), usual()[0]], "content-type is there 2 times; expected one"),
        ([attribute("content-type"), usual()[1]], "content-type has 0 values; expected one"),
        (
            [usual()[0], attribute("message-digest", octets(DIGEST), octets(bytes(32)))],
            "message-digest has 2 values; expected one",
        ),
        (
            [attribute("content-type", oid("enveloped")), usual()[1]],
            "content-type is enveloped; expected data",
        ),
        (
            [*usual(), attribute("algorithm-protection", sequence(SHA256, implicit(1, RSA)))],
            "algorithm-protection names others; expected those of the signature",
        ),
    ],
)  # fmt: skip
def test_attributes_that_do_not_cover_the_content(
    attributes: Sequence[bytes], sentence: str
) -> None:
    problem = refusal(lambda: verified(signed_data(signer(attributes))))
    assert problem.code == "T209"
    assert problem.sentence.startswith("in the signature of serial number ")
    assert problem.sentence.endswith(sentence)


@pytest.mark.parametrize(
    ("digest", "algorithm", "good"),
    [("sha-256", "rsa", True), ("sha-1", "rsa", False), ("sha-256", "rsa-pss", False)],
)
def test_algorithms_that_are_protected(digest: str, algorithm: str, good: bool) -> None:
    """RFC 6211: NULL or absent is no difference."""
    named = write_algorithm(algorithm)[2:]
    protection = sequence(write_algorithm(digest, NULL), element(0xA1, named))
    data = signed_data(signer([*usual(), attribute("algorithm-protection", protection)]))
    if good:
        assert verified(data).digest == "sha-256"
    else:
        assert refusal(lambda: verified(data)).code == "T209"


@pytest.mark.parametrize("value", [NULL, octets(b""), sequence(), integer(1)])
@pytest.mark.parametrize("name", ["content-type", "message-digest", "algorithm-protection"])
def test_attributes_with_values_of_another_kind(name: str, value: bytes) -> None:
    parts = [each for each in usual() if oid(name) not in each]
    problem = refusal(lambda: verified(signed_data(signer([*parts, attribute(name, value)]))))
    assert problem.code in {"T200", "T207"}


@pytest.mark.parametrize("value", [NULL, octets(b"x"), element(0x17, b"yesterday")])
def test_a_signing_time_that_is_none_is_left_out(value: bytes) -> None:
    data = signed_data(signer([*usual(), attribute("signing-time", value)]))
    assert verified(data).signed_at is None


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (element(0x17, b"261129120000Z"), AT),
        (element(0x17, b"2611291200Z"), AT),
        (element(0x17, b"261129130000+0100"), AT),
        (element(0x17, b"500101000000Z"), datetime(1950, 1, 1, tzinfo=UTC)),
        (element(0x18, b"20500101000000Z"), datetime(2050, 1, 1, tzinfo=UTC)),
        (element(0x18, b"20261129120000.25Z"), AT),
        (element(0x18, b"20261129120000"), None),
        (element(0x18, b"20261329120000Z"), None),
        (element(0x18, b"00010101000000+0130"), None),
        (element(0x17, "２61129120000Z".encode()), None),
    ],
)
def test_times(value: bytes, at: datetime | None) -> None:
    data = signed_data(signer([*usual(), attribute("signing-time", value)]))
    assert verified(data).signed_at == at


def test_attributes_signed_as_they_were_sent_or_as_der() -> None:
    """Sent unsorted: signed as sent (old products), or sorted (Bouncy Castle)."""
    backwards = sorted(usual(), reverse=True)
    for signed in (set_of, lambda parts: element(0x31, *parts)):
        data = signed_data(signer(backwards, signed=signed))
        assert verified(data).signer == certificate("acme")
    wrong = signed_data(signer(backwards, signed=lambda parts: element(0x31, *parts, NULL)))
    assert refusal(lambda: verified(wrong)).code == "T208"


# algorithms and keys


@pytest.mark.parametrize(
    ("digest", "algorithm", "sentence"),
    [
        ("md5", "rsa", "the digest md5 is not accepted; sha-256, sha-384 or sha-512"),
        ("md2", "md2-rsa", "the digest md2 is not accepted; sha-256, sha-384 or sha-512"),
        ("1.2.3", "rsa", "the digest 1.2.3 is not accepted; sha-256, sha-384 or sha-512"),
        ("sha-256", "md5-rsa", "the signature algorithm md5-rsa is not accepted; "),
        ("sha-256", "dsa", "the signature algorithm dsa is not accepted; "),
        ("sha-256", "ed25519", "the signature algorithm ed25519 is not accepted; "),
        ("sha-256", "sha-1-rsa", "the digest sha-1 in a signature over sha-256 is not accepted; "),
        ("sha-256", "sha-256-ecdsa", "with acme.pem the signature algorithm ECDSA is not accept"),
        ("sha-256", "rsa-pss", "the digest sha-1 in a signature over sha-256 is not accepted; "),
    ],
)
def test_algorithms_that_are_refused(digest: str, algorithm: str, sentence: str) -> None:
    forged = signer(digest=write_algorithm(digest), algorithm=write_algorithm(algorithm))
    problem = refusal(lambda: verified(signed_data(forged)))
    assert problem.code == "T204"
    assert problem.sentence.startswith(sentence)


def test_the_algorithm_has_to_be_that_of_the_key() -> None:
    forged = signer(identifier=_identifier("acme-ec"))
    problem = refusal(lambda: verified(signed_data(forged), "acme-ec"))
    assert problem.sentence.startswith("with acme-ec.pem the signature algorithm RSA PKCS #1 is")


@pytest.mark.parametrize("parameters", [b"", NULL])
@pytest.mark.parametrize("algorithm", ["rsa", "sha-256-rsa"])
def test_parameters_absent_or_null(algorithm: str, parameters: bytes) -> None:
    forged = signer(
        digest=write_algorithm("sha-256", parameters),
        algorithm=write_algorithm(algorithm, parameters),
    )
    assert verified(signed_data(forged)).digest == "sha-256"


def test_a_short_key_is_a_warning() -> None:
    found = verified(signed_data(signer(who="acme-short")), "acme-short")
    assert [each.code for each in found.findings] == ["T203"]
    assert found.findings[0].sentence.startswith("the key of acme-short.pem has 1024 bits")


# content and value


@pytest.mark.parametrize("attributes", [None, ()])
def test_other_content_tells_both_digests(attributes: Sequence[bytes] | None) -> None:
    problem = refusal(lambda: verified(signed_data(signer(attributes)), content=CONTENT + b"\n"))
    assert problem.code == "T207"
    assert problem.sentence.startswith("its sha-256 is ")
    assert problem.sentence.endswith(f", signed was {DIGEST.hex()}")


def test_a_digest_that_was_put_in_for_the_changed_content() -> None:
    """The attribute fits the changed content, but that is not what was signed."""
    changed = b"another"
    digest = digests_of(Extent.of(changed), ["sha-256"])["sha-256"]
    forged = signer(usual(digest), signed=lambda parts: set_of(usual()))
    problem = refusal(lambda: verified(signed_data(forged), content=changed))
    assert problem.code == "T208"
    assert "(RSA PKCS #1, sha-256)" in problem.sentence


@pytest.mark.parametrize("attributes", [None, ()])
@pytest.mark.parametrize("value", [b"", b"\x00" * 256, b"\xff" * 256, b"\x01" * 255, b"\x01" * 999])
def test_values_that_are_none(value: bytes, attributes: Sequence[bytes] | None) -> None:
    assert refusal(lambda: verified(signed_data(signer(attributes, value=value)))).code == "T208"


@pytest.mark.parametrize("salt", [0, 222, 223, 512])
@pytest.mark.parametrize("value", [b"", b"\x01" * 256])
def test_pss_values_that_are_none(value: bytes, salt: int) -> None:
    """222 bytes of salt are the most that a key of 2048 bits has room for."""
    algorithm = write_signature_algorithm(SignatureScheme("pss", "sha-256", "sha-512", salt))
    assert refusal(lambda: verified(signed_data(signer(algorithm=algorithm)))).code == "T208"
    forged = signer(algorithm=algorithm, value=value)
    assert refusal(lambda: verified(signed_data(forged))).code == "T208"


@pytest.mark.parametrize("value", [b"", b"\x30\x00", b"\x30\x06\x02\x01\x00\x02\x01\x00"])
def test_ecdsa_values_that_are_none(value: bytes) -> None:
    forged = signer(
        value=value, identifier=_identifier("acme-ec"), algorithm=write_algorithm("sha-256-ecdsa")
    )
    assert refusal(lambda: verified(signed_data(forged), "acme-ec")).code == "T208"


# windows


CASES: list[tuple[Callable[[Credential], Credential], str]] = [
    (
        lambda known: replace(known, accept_from=AT + timedelta(days=1)),
        "acme.pem does not count: it counts from 2026-11-30 12:00 UTC; it is 2026-11-29 12:00 UTC",
    ),
    (
        lambda known: replace(known, accept_until=AT),
        "acme.pem does not count: it is accepted until 2026-11-29 12:00 UTC only; it is "
        "2026-11-29 12:00 UTC",
    ),
    (
        lambda known: replace(known, use=frozenset({"encrypt"})),
        "acme.pem does not count: it is only for encrypt; it is 2026-11-29 12:00 UTC",
    ),
]


@pytest.mark.parametrize(("changed", "sentence"), CASES)
def test_certificates_that_do_not_count(
    changed: Callable[[Credential], Credential], sentence: str
) -> None:
    signatures = read_signature(Extent.of(signed_data(signer())))
    digests = digests_of(Extent.of(CONTENT), signatures.digests)
    trusted = [changed(certificate("acme"))]
    problem = refusal(lambda: verify(signatures, digests, trusted, AT))
    assert (problem.code, problem.sentence) == ("T205", sentence)


def test_an_expired_certificate_is_told_and_may_be_accepted_longer() -> None:
    data = signed_data(signer(who="acme-expired"))
    problem = refusal(lambda: verified(data, "acme-expired"))
    assert problem.code == "T205"
    assert "acme-expired.pem does not count: it expired on 2021-01-01" in problem.sentence
    signatures = read_signature(Extent.of(data))
    digests = digests_of(Extent.of(CONTENT), signatures.digests)
    longer = replace(certificate("acme-expired"), expired_until=AT + timedelta(days=1))
    found = verify(signatures, digests, [longer], AT)
    assert [str(each.severity) for each in found.findings] == ["warning"]
    assert found.findings[0].sentence.startswith("acme-expired.pem expired on 2021-01-01 00:00 UTC")


def test_of_two_certificates_with_one_key_the_one_that_counts_is_taken() -> None:
    """A renewed certificate keeps the key identifier."""
    over = replace(certificate("acme"), name="old", accept_until=AT - timedelta(days=1))
    signatures = read_signature(Extent.of(signed_data(signer())))
    digests = digests_of(Extent.of(CONTENT), signatures.digests)
    assert verify(signatures, digests, [over, certificate("acme")], AT).signer.name == "acme.pem"
