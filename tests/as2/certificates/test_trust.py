"""Trust in authorities: whom they vouch for, and all the ways in which they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.ber.writer import NULL, element, header, sequence
from gateway.channels.as2.certificates.load import UNREADABLE
from gateway.channels.as2.certificates.trust import trusted_signers, vouched_for
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.signed import read_signature, sign, verify
from gateway.channels.as2.cms.signed.reading import Signatures
from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from tests.as2.credentials import certificate, own

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ROOT = "authority"
NAMES = {"subject": "acme edi", "key": "issued", "issuer": ROOT, "signer": ROOT}
CA = (x509.BasicConstraints(ca=True, path_length=None), True)
LEAF = (x509.BasicConstraints(ca=False, path_length=None), True)


def key_usage(**given: bool) -> tuple[x509.KeyUsage, bool]:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: given.get(name, False) for name in names.split()}), True


def issue(
    *extensions: tuple[x509.ExtensionType, bool],
    days: tuple[int, int] = (-10, 10),
    digest: hashes.HashAlgorithm | None = None,
    **names: str,
) -> x509.Certificate:
    """``subject`` with the key of ``key``, issued by ``issuer`` with the key of ``signer``."""
    who = NAMES | names
    issuer = certificate(ROOT).certificate.subject if who["issuer"] == ROOT else name(who["issuer"])
    public, signer = own(who["key"]).certificate.public_key(), own(who["signer"]).key
    assert signer is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(who["subject"]))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(4711)
        .not_valid_before(NOW + days[0] * DAY)
        .not_valid_after(NOW + days[1] * DAY)
    )
    for extension, critical in extensions or (LEAF,):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, digest or hashes.SHA256())


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def link(**more: object) -> Link:
    trust = {
        "trust": "ca",
        "authorities": (certificate(ROOT),),
        "subjects": ("acme edi", "edi@acme.example"),
        "theirs": (certificate("acme"),),
    }
    return Link("acme-retail", "edi", "US", "ACME", **(trust | more))  # type: ignore[arg-type]


def why(leaf: x509.Certificate, *others: x509.Certificate, agreed: Link | None = None) -> str:
    found = vouched_for(leaf, others, agreed or link(), NOW)
    return "" if found is None else str(found)


@cache
def middle() -> x509.Certificate:
    return issue(CA, key_usage(key_cert_sign=True), subject="middle", key="acme-next")


def test_what_the_authority_issued_to_a_named_subject_counts() -> None:
    leaf = issue()
    found, refused = trusted_signers(link(), lambda: [leaf, certificate(ROOT).certificate], NOW)
    assert [each.certificate for each in found] == [certificate("acme").certificate, leaf]
    assert refused == []


def test_what_is_embedded_means_nothing_where_certificates_are_pinned() -> None:
    def unread() -> list[x509.Certificate]:
        raise AssertionError("nobody needs to look at them")

    found, refused = trusted_signers(link(trust="pin"), unread, NOW)
    assert [each.name for each in found] == ["acme.pem"]
    assert refused == []


def test_a_path_leads_over_authorities_in_the_message() -> None:
    leaf = issue(issuer="middle", signer="acme-next")
    assert why(leaf, middle()) == ""
    assert "nobody trusted issued CN=acme edi" in why(leaf)


def test_what_leads_to_the_authority_goes_along_with_a_signature() -> None:
    leaf = issue(issuer="middle", signer="acme-next")
    chain = (middle(), certificate(ROOT).certificate)
    signer = OwnCredential(leaf, "ours.pem", key=own(NAMES["key"]).key, chain=chain)
    made = sign(Extent.of(b"signed"), signer, "sha-256", "pkcs1", at=NOW)
    found = read_signature(Extent.of(made))
    assert found.certificates == [leaf, middle()]
    trusted, _ = trusted_signers(link(), lambda: found.certificates, NOW)
    digests = digests_of(Extent.of(b"signed"), found.digests)
    assert verify(found, digests, trusted, NOW).signer.certificate == leaf


def test_an_address_of_the_subject_is_a_name_too() -> None:
    alternative = x509.SubjectAlternativeName([x509.RFC822Name("edi@acme.example")])
    assert why(issue(LEAF, (alternative, False), subject="somebody")) == ""


def test_a_common_name_that_is_spelled_as_a_whole_subject_is_none() -> None:
    agreed = link(subjects=("CN=acme edi",))
    assert why(issue(), agreed=agreed) == ""
    assert "its subject is none of: CN=acme edi" in why(issue(subject="CN=acme edi"), agreed=agreed)


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        ({"subject": "northwind"}, "its subject is none of: acme edi, edi@acme.example"),
        ({"signer": "stranger"}, "nobody trusted issued CN=acme edi"),
        ({"issuer": "nobody", "signer": "stranger"}, "nobody trusted issued CN=acme edi"),
        ({"days": (-20, -10)}, "is valid from 2026-02-10 to 2026-02-20 only"),
        ({"days": (1, 10)}, "is valid from 2026-03-03"),
        ({"digest": hashes.SHA224()}, ""),
    ],
)
def test_a_leaf_that_does_not_count(leaf: dict[str, object], reason: str) -> None:
    told = why(issue(**leaf))  # type: ignore[arg-type]
    assert (reason in told) and bool(reason) == bool(told)


def test_extended_key_usages_of_a_leaf_are_tolerated_but_not_what_is_unknown() -> None:
    server = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), True)
    assert why(issue(LEAF, server)) == ""
    unknown = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
    assert "has a critical extension 1.2.3.4" in why(issue(LEAF, unknown))


def test_a_key_that_may_not_sign_did_not_sign() -> None:
    assert why(issue(LEAF, key_usage(digital_signature=True))) == ""
    told = why(issue(LEAF, key_usage(key_encipherment=True)))
    assert "its key usage does not allow signatures" in told


@pytest.mark.parametrize(
    "extensions",
    [
        (LEAF,),
        (CA, key_usage(digital_signature=True)),
        (key_usage(key_cert_sign=True),),
    ],
    ids=["is no authority", "may not issue", "does not say that it is one"],
)
def test_who_is_no_authority_vouches_for_nobody(extensions: tuple[object, ...]) -> None:
    fake = issue(*extensions, subject="middle", key="acme-next")  # type: ignore[arg-type]
    leaf = issue(issuer="middle", signer="acme-next")
    assert "nobody trusted issued" in why(leaf, fake)


def test_a_path_length_is_kept() -> None:
    none_below = (x509.BasicConstraints(ca=True, path_length=0), True)
    first = issue(none_below, subject="first", key="ours")
    second = issue(CA, subject="second", key="acme-next", issuer="first", signer="ours")
    leaf = issue(issuer="second", signer="acme-next")
    assert "nobody trusted issued CN=second" in why(leaf, second, first)
    direct = issue(issuer="first", signer="ours")
    assert why(direct, first) == ""


def aged(made: x509.Certificate, signer: str) -> x509.Certificate:
    """The same, issued with SHA-1, as authorities did long ago."""
    rsa = bytes.fromhex("06092a864886f70d0101")
    tbs = made.tbs_certificate_bytes.replace(rsa + b"\x0b", rsa + b"\x05")
    key = own(signer).key
    assert isinstance(key, RSAPrivateKey)
    value = key.sign(tbs, PKCS1v15(), hashes.SHA1())
    how = sequence(rsa + b"\x05", NULL)
    return x509.load_der_x509_certificate(sequence(tbs, how, element(0x03, b"\0" + value)))


def test_what_was_issued_with_an_outdated_digest_may_be_the_twin_of_something_else() -> None:
    assert "CN=acme edi was issued with an outdated digest" in why(aged(issue(), ROOT))
    twin = aged(issue(CA, subject="authority test", key="acme-next"), ROOT)
    assert "CN=authority test was issued with" in why(issue(signer="acme-next"), twin)


def test_an_expired_authority_vouches_for_nobody() -> None:
    ended = issue(CA, subject="middle", key="acme-next", days=(-20, -1))
    told = why(issue(issuer="middle", signer="acme-next"), ended)
    assert "CN=middle is valid from" in told


def test_a_circle_ends() -> None:
    one = issue(CA, subject="one", key="ours", issuer="two", signer="acme-next")
    two = issue(CA, subject="two", key="acme-next", issuer="one", signer="ours")
    leaf = issue(issuer="one", signer="ours")
    assert "its path leads in a circle" in why(leaf, one, two)


def test_a_message_full_of_certificates_is_not_worked_through() -> None:
    many = [issue()] * 500
    found, _ = trusted_signers(link(), lambda: many, NOW)
    assert len(found) <= 21


@cache
def rich() -> bytes:
    alternative = x509.SubjectAlternativeName([x509.RFC822Name("edi@acme.example")])
    made = issue(LEAF, key_usage(digital_signature=True), (alternative, False))
    return made.public_bytes(Encoding.DER)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(max_examples=50, deadline=None)
@given(at=st.integers(0, 600), noise=st.binary(min_size=1, max_size=6))
def test_a_broken_certificate_in_a_message_counts_as_not_there(at: int, noise: bytes) -> None:
    data = rich()[:at] + noise + rich()[at + len(noise) :]
    try:
        broken = x509.load_der_x509_certificate(data)
    except UNREADABLE:
        return
    found, _ = trusted_signers(link(), lambda: [broken], NOW)
    assert data == rich() or all(each.certificate != broken for each in found)


def test_a_certificate_of_no_known_version_is_passed_over() -> None:
    unknown = rich()[:12] + b"\x01" + rich()[13:]
    inside = header(0xA0, len(unknown) + len(rich())) + unknown + rich()
    found = Signatures((), inside, None).certificates
    assert [each.public_bytes(Encoding.DER) for each in found] == [rich()]


def test_certificates_that_break_off_are_taken_as_far_as_they_go() -> None:
    broken = rich() + b"\x30\x82\x01"
    found = Signatures((), header(0xA0, len(broken)) + broken, None).certificates
    assert [each.public_bytes(Encoding.DER) for each in found] == [rich()]


# ---- revocation ---------------------------------------------------------------------------------


def revoked(
    *serials: int, signer: str = ROOT, ends: int | None = 5
) -> x509.CertificateRevocationList:
    key = own(signer).key
    assert key is not None
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate(ROOT).certificate.subject)
        .last_update(NOW - 20 * DAY)
        .next_update(NOW + (ends or 0) * DAY)
    )
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial)
        builder = builder.add_revoked_certificate(entry.revocation_date(NOW - DAY).build())
    return builder.sign(key, hashes.SHA256())


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        ((revoked(1),), ""),
        ((revoked(4711),), "C472 the certificate CN=acme edi was revoked on 2026-03-01"),
        ((revoked(4711, ends=-1),), "C472 the certificate CN=acme edi was revoked on 2026-03-01"),
        ((revoked(1, ends=-1),), "the newest list ended on 2026-03-01 09:00 UTC"),
        ((revoked(1, signer="stranger"),), "there is no list of this authority"),
        ((revoked(1, ends=-1), revoked(1)), ""),
    ],
)
def test_a_list_of_revoked_certificates(
    lists: tuple[x509.CertificateRevocationList, ...], told: str
) -> None:
    found = why(issue(), agreed=link(revocations=lists))
    assert told in found and bool(told) == bool(found)


def test_names_of_a_certificate_are_fit_for_a_sentence() -> None:
    told = why(issue(subject="evil\u202e\n" + "x" * 55))
    assert told.isprintable() and told.isascii()
