"""Messages that are meant to deceive or to exhaust: each is refused, or changes nothing."""

from __future__ import annotations

import time
import tracemalloc
import zlib
from io import BytesIO
from typing import Any

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.channels.as2.ber.writer import context, integer, octets, oid, sequence
from gateway.channels.as2.cms.compressed import compress
from gateway.channels.as2.cms.enveloped import encrypt
from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers, Limits, Link, Policy
from gateway.channels.as2.message import Opened, Payload
from tests.as2.credentials import certificate, own
from tests.as2.message.exchange import AT, EDIFACT, built, codes, content, link_of_acme, opened
from tests.as2.peers import openssl

DOCUMENT = b"UNB+UNOC:3+4012345000009:14'\n"
EVIL = b"UNB+UNOC:3+attacker'\n"
Part = tuple[str, bytes]
SMIME = "application/pkcs7-mime"


def part(kind: str, body: bytes) -> bytes:
    return f"Content-Type: {kind}\r\n\r\n".encode() + body


def parts(*each: bytes, end: bytes = b"", boundary: str = "b") -> bytes:
    line = f"--{boundary}".encode()
    return b"".join(line + b"\r\n" + one + b"\r\n" for one in each) + line + b"--\r\n" + end


def signature(over: bytes, key: str = "acme", **how: Any) -> bytes:
    der = sign(Extent.of(over), own(key), "sha-256", "pkcs1", at=AT, **how)
    return part("application/pkcs7-signature", der)


def signed(inner: bytes, key: str = "acme") -> bytes:
    return parts(inner, signature(inner, key))


def inside(kind: str, body: bytes, link: Link | None = None, more: str = "") -> Opened:
    headers = [("Content-Type", kind), ("Disposition-Notification-To", "x")]
    if more:
        headers.append(("Content-Transfer-Encoding", more))
    return opened((headers, body), link)


def multipart_signed(body: bytes, link: Link | None = None) -> Opened:
    return inside("multipart/signed; boundary=b", body, link)


def enveloped(inner: bytes, to: str = "ours") -> bytes:
    got = encrypt(Extent.of(inner), [certificate(to)], "aes-256-cbc", "pkcs1", BytesIO)
    return got.read(got.size)


def compressed(inner: bytes) -> bytes:
    got = compress(Extent.of(inner), 1, BytesIO)
    return got.read(got.size)


def assert_refused(message: Opened, code: str) -> None:
    assert code in codes(message), message.findings
    assert message.refused
    assert message.payloads == ()


class TestSignatureWrapping:
    """What is handed on is exactly what a signature of the partner covers."""

    inner = part(EDIFACT, DOCUMENT)

    def test_it_is_accepted_as_it_is(self) -> None:
        message = multipart_signed(signed(self.inner))
        assert not message.findings
        assert [content(one) for one in message.payloads] == [DOCUMENT]

    @pytest.mark.parametrize("count", [1, 3])
    def test_other_than_two_parts(self, count: int) -> None:
        evil = [self.inner, signature(self.inner), part(EDIFACT, EVIL)]
        assert_refused(multipart_signed(parts(*evil[:count])), "T234")

    def test_parts_in_another_order(self) -> None:
        assert_refused(multipart_signed(parts(signature(self.inner), self.inner)), "T235")

    def test_a_document_before_the_first_boundary(self) -> None:
        message = multipart_signed(part(EDIFACT, EVIL) + b"\r\n" + signed(self.inner))
        assert [content(one) for one in message.payloads] == [DOCUMENT]

    def test_a_document_after_the_last_boundary(self) -> None:
        message = multipart_signed(signed(self.inner) + part(EDIFACT, EVIL))
        assert [content(one) for one in message.payloads] == [DOCUMENT]

    def test_a_document_after_the_signature_within_its_part(self) -> None:
        body = parts(self.inner, signature(self.inner) + b"\r\n" + part(EDIFACT, EVIL))
        assert_refused(multipart_signed(body), "T200")

    def test_another_document_beside_the_signature(self) -> None:
        body = parts(part(EDIFACT, EVIL), signature(self.inner))
        assert_refused(multipart_signed(body), "T207")

    def test_an_other_content_in_the_signature_is_not_what_counts(self) -> None:
        opaque = openssl.run(
            *("cms", "-sign", "-binary", "-nodetach", "-outform", "DER"),
            *("-signer", openssl._pem("acme"), "-inkey", openssl._private("acme")),
            stdin=self.inner,
        )
        evil = part(EDIFACT, EVIL)
        wrapped = parts(evil, part("application/pkcs7-signature", opaque))
        assert_refused(multipart_signed(wrapped), "T207")

    def test_a_signature_of_somebody_else(self) -> None:
        assert_refused(multipart_signed(signed(self.inner, "stranger")), "T206")

    def test_a_signature_of_nobody(self) -> None:
        none = openssl.run(
            *("crl2pkcs7", "-nocrl", "-outform", "DER", "-certfile", openssl._pem("acme"))
        )
        body = parts(self.inner, part("application/pkcs7-signature", none))
        message = multipart_signed(body)
        assert message.refused
        assert not message.authenticated

    def test_a_signed_message_in_a_signed_message(self) -> None:
        wrapped = part("multipart/signed; boundary=b", signed(self.inner))
        outer = parts(wrapped, signature(wrapped), boundary="c")
        assert_refused(inside("multipart/signed; boundary=c", outer), "T233")

    def test_a_signed_message_in_the_message_of_somebody_else(self) -> None:
        wrapped = part("multipart/signed; boundary=b", signed(self.inner))
        outer = parts(wrapped, signature(wrapped, "stranger"), boundary="c")
        assert_refused(inside("multipart/signed; boundary=c", outer), "T206")

    def test_a_signed_part_beside_another_document_is_not_signed(self) -> None:
        wrapped = part("multipart/signed; boundary=b", signed(self.inner))
        body = parts(part(EDIFACT, EVIL), wrapped, boundary="c")
        message = inside("multipart/mixed; boundary=c", body)
        assert not message.authenticated
        assert_refused(message, "T244")

    def test_the_boundary_in_the_document(self) -> None:
        inner = part(EDIFACT, DOCUMENT + b"\r\n--b\r\n\r\n" + EVIL)
        assert_refused(multipart_signed(signed(inner)), "T234")

    def test_two_boundaries_in_content_type(self) -> None:
        message = inside("multipart/signed; boundary=b; boundary=c", signed(self.inner))
        assert [content(one) for one in message.payloads] == [DOCUMENT]

    def test_a_signature_of_another_kind(self) -> None:
        body = parts(self.inner, part("application/pgp-signature", b"x"))
        assert_refused(multipart_signed(body), "T235")

    def test_the_attributes_of_a_signature_are_no_content(self) -> None:
        """What a signature is really over, passed off as content of one without attributes."""
        der = sign(Extent.of(self.inner), own("acme"), "sha-256", "pkcs1", at=AT)
        info = cms.ContentInfo.load(der)
        signer = info["content"]["signer_infos"][0]
        attributes = signer["signed_attrs"].untag().dump()
        signer["signed_attrs"] = None
        forged = part("application/pkcs7-signature", info.dump(force=True))
        message = multipart_signed(parts(attributes, forged))
        assert message.authenticated
        assert_refused(message, "T222")

    def test_bytes_that_begin_as_signed_attributes_are_never_header_fields(self) -> None:
        """``1``, a length, ``0``, a length: with lengths that spell ``1A0: …`` they could be."""
        assert_refused(inside(SMIME, compressed(b"1A0:\x06\x09*\x86H\x86")), "T222")

    def test_a_signature_around_what_somebody_else_encrypted(self) -> None:
        """A partner signs another one's ciphertext and asks, change by change, what becomes of it.

        Without a refusal before our key is used, taken or refused tells whether the padding is
        right: some thousand messages later he has read it.
        """
        captured = enveloped(self.inner)
        for mask in range(4):
            changed = captured[:-17] + bytes((captured[-17] ^ mask,)) + captured[-16:]
            message = multipart_signed(signed(part(SMIME, changed)))
            assert_refused(message, "T237")
            assert message.authenticated
            assert not message.key_used
        squeezed = part(SMIME, compressed(part(SMIME, captured)))
        assert_refused(multipart_signed(signed(squeezed)), "T237")
        wrapped = part("multipart/signed; boundary=b", signed(part(SMIME, captured)))
        assert_refused(inside(SMIME, enveloped(wrapped)), "T237")

    @pytest.mark.parametrize(
        "kind", ["multipart/mixed; boundary=c", "multipart/signed; boundary=c", SMIME, f"X{SMIME}"]
    )
    def test_an_attachment_that_was_not_opened_is_no_document(self, kind: str) -> None:
        body = parts(part(EDIFACT, DOCUMENT), part(kind, parts(b"\r\nx", boundary="c")))
        message = inside("multipart/mixed; boundary=b", body)
        if kind.startswith("X"):
            assert len(message.payloads) == 2
        else:
            assert_refused(message, "T244")

    def test_a_signature_alone_is_no_document(self) -> None:
        der = sign(Extent.of(self.inner), own("acme"), "sha-256", "pkcs1", at=AT)
        assert_refused(inside("application/pkcs7-signature", der), "T231")
        assert_refused(inside(f"{SMIME}; smime-type=signed-data", der), "T231")


class TestDowngrade:
    """What counts is what was there, not what a header says."""

    strict = link_of_acme(Policy())
    inner = part(EDIFACT, DOCUMENT)

    def test_signed_and_encrypted_passes(self) -> None:
        assert not opened(built(DOCUMENT), self.strict).findings

    @pytest.mark.parametrize(
        ("layers", "code"),
        [
            (Layers(sign=None), "T238"),
            (Layers(encrypt=None), "T239"),
            (Layers(sign=None, encrypt=None), "T238"),
            (Layers(sign="sha-1"), "T242"),
            (Layers(encrypt="3des"), "T215"),
        ],
    )
    def test_a_layer_that_is_missing_or_weak(self, layers: Layers, code: str) -> None:
        assert_refused(opened(built(DOCUMENT, layers), self.strict), code)

    def test_compressed_but_said_to_be_encrypted(self) -> None:
        wrapped = part("multipart/signed; boundary=b", signed(self.inner))
        body = compressed(wrapped)
        message = inside(f"{SMIME}; smime-type=enveloped-data", body, self.strict)
        assert_refused(message, "T239")

    @pytest.mark.parametrize("body", [b"", b"0", b"0\x80", DOCUMENT, b"MIIB", b"\x30\x82\x01"])
    @pytest.mark.parametrize("kind", ["enveloped-data", "signed-data", "compressed-data"])
    def test_declared_to_be_a_layer_but_none(self, kind: str, body: bytes) -> None:
        for encoding in ("", "binary", "base64"):
            message = inside(f"{SMIME}; smime-type={kind}", body, more=encoding)
            assert message.refused
            assert message.payloads == ()
            assert not message.key_used

    def test_data_in_the_structure_of_a_layer(self) -> None:
        body = sequence(oid("data"), context(0, octets(DOCUMENT)))
        assert_refused(inside(SMIME, body), "T231")

    def test_a_receipt_is_no_document(self) -> None:
        report = part("multipart/report; boundary=b", parts(b"\r\nprocessed"))
        assert_refused(inside(SMIME, enveloped(report)), "T236")


class TestDecryption:
    """Before a signature was verified, nothing that depends on the key gets out."""

    def test_a_changed_cipher_text(self) -> None:
        message = built(DOCUMENT)
        whole = message.body.read(message.body.size)
        outcomes = set()
        for at in range(len(whole) - 600, len(whole), 37):
            changed = whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :]
            got = opened((message.headers, changed))
            assert got.refused
            assert got.payloads == ()
            outcomes.add((got.key_used, got.authenticated))
        assert outcomes == {(True, False)}

    def test_no_digest_of_what_an_unknown_sender_had_us_decrypt(self) -> None:
        body = enveloped(part(EDIFACT, DOCUMENT))
        assert inside(SMIME, body).mic is not None
        got = inside(SMIME, body, link_of_acme(Policy()))
        assert_refused(got, "T238")
        assert got.key_used
        assert got.mic is None

    def test_a_changed_cipher_text_under_gcm(self) -> None:
        message = built(DOCUMENT, Layers(encrypt="aes-256-gcm"))
        whole = message.body.read(message.body.size)
        got = opened((message.headers, whole[:-30] + bytes((whole[-30] ^ 1,)) + whole[-29:]))
        assert codes(got) == ["T214"]
        assert got.key_used

    @pytest.mark.parametrize("cipher", ["aes-256-cbc", "aes-256-gcm"])
    @pytest.mark.parametrize(
        ("head", "before", "between", "after", "text"),
        [
            (b"", b"", b"", b"", True),
            (b"X: y\r\n", b"S/MIME\r\n", b"X: y\r\n", b"sent by a gateway\t\r\n", True),
            (b"X: \x80\r\n", b"", b"", b"", False),
            (b"", b"\0\r\n", b"", b"", False),
            (b"", b"", b"X: \xff\r\n", b"", False),
            (b"", b"", b"", b"\r\n\x05\x05\x05\x05\x05", False),
        ],
    )
    def test_around_a_signature_there_is_only_text(
        self, cipher: Any, head: bytes, before: bytes, between: bytes, after: bytes, text: bool
    ) -> None:
        """Under CBC: a block that somebody moved there would show by whether it passes."""
        inner = part(EDIFACT, DOCUMENT)
        body = before + parts(inner, between + signature(inner)) + after
        whole = head + part("multipart/signed; boundary=b", body)
        made = encrypt(Extent.of(whole), [certificate("ours")], cipher, "pkcs1", BytesIO)
        message = inside(SMIME, made.read(made.size))
        if text or cipher == "aes-256-gcm":
            assert not message.findings
        else:
            assert_refused(message, "T279")
            assert not message.authenticated
        assert not multipart_signed(body).findings

    def test_the_certificate_in_a_signature_is_the_known_one_to_its_last_byte(self) -> None:
        """A block moved to its end would show by whether the next element is still there."""
        inner = part(EDIFACT, DOCUMENT)
        known = certificate("acme").certificate.public_bytes(Encoding.DER)
        changed = known[:-20] + bytes(20)
        kind, body = "multipart/signed; boundary=b", signed(inner)
        forged = body.replace(known, changed)
        assert forged != body
        assert not inside(SMIME, enveloped(part(kind, body))).findings
        assert not inside(kind, forged).findings
        message = inside(SMIME, enveloped(part(kind, forged)))
        assert_refused(message, "T279")
        assert not message.authenticated

    def test_for_somebody_else(self) -> None:
        got = inside(SMIME, enveloped(part(EDIFACT, DOCUMENT), "stranger"))
        assert_refused(got, "T210")
        assert not got.key_used

    def test_nonsense_inside(self) -> None:
        got = inside(SMIME, enveloped(b"\x00\x01nonsense" * 9))
        assert_refused(got, "T222")
        assert got.key_used
        assert got.layers[0].kind == "enveloped"
        assert got.findings[0].place.path == "enveloped"


class TestExhaustion:
    """Limits hold before anything is spent."""

    def test_a_header_bomb(self) -> None:
        long = b"Content-Type: x/y\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n"
        many = b"X: 1\r\n" * 9_000 + b"\r\n"
        assert_refused(multipart_signed(signed(long)), "T220")
        assert_refused(multipart_signed(signed(many)), "T221")

    def test_ten_thousand_parts(self) -> None:
        body = parts(*[part(EDIFACT, b"x")] * 10_000)
        assert_refused(inside("multipart/mixed; boundary=b", body), "T226")
        assert_refused(multipart_signed(body), "T226")

    def test_parts_in_parts_in_parts(self) -> None:
        body = part(EDIFACT, EVIL)
        for number in range(1000):
            body = part(f"multipart/mixed; boundary=b{number}", parts(body, boundary=f"b{number}"))
        assert_refused(inside("multipart/mixed; boundary=c", parts(body, boundary="c")), "T244")

    @pytest.mark.parametrize("limit", [1, 4])
    def test_layer_in_layer(self, limit: int) -> None:
        body = part(EDIFACT, DOCUMENT)
        for _ in range(limit + 1):
            kind, body = SMIME, enveloped(body)
            inner, body = body, part(kind, body)
        link = link_of_acme(limits=Limits(depth=limit))
        assert_refused(inside(SMIME, inner, link), "T230")

    def test_compressed_in_compressed(self) -> None:
        body = compressed(part(SMIME, compressed(part(EDIFACT, DOCUMENT))))
        assert_refused(inside(SMIME, body), "T232")

    def test_compressed_in_signed_in_compressed(self) -> None:
        inner = part(SMIME, compressed(part(EDIFACT, DOCUMENT)))
        wrapped = part("multipart/signed; boundary=b", signed(inner))
        assert_refused(inside(SMIME, compressed(wrapped)), "T232")

    def test_a_document_is_not_decoded_for_who_did_not_sign(self) -> None:
        """A gigabyte of soft line ends out of five megabytes would take half a minute."""
        body = compressed(part(EDIFACT, b"=\r\n" * 4_000_000).replace(
            b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", 1
        ))  # fmt: skip
        link = link_of_acme(Policy(encrypted="allowed"), Limits(ratio=2000))
        started = time.process_time()
        assert_refused(inside(SMIME, body, link), "T238")
        assert time.process_time() - started < 0.2

    def test_structures_come_in_base64_or_in_no_encoding(self) -> None:
        """Quoted-printable is slow to read, and nobody writes a structure in it (RFC 2045 §6.4)."""
        body = b"=\r\n" * 3_000_000 + b"=2D-b\r\n\r\n=2D-b--"
        started = time.process_time()
        mixed = inside("multipart/mixed; boundary=b", body, more="quoted-printable")
        assert_refused(mixed, "T224")
        assert_refused(inside(SMIME, body, more="quoted-printable"), "T231")
        assert time.process_time() - started < 0.2

    def test_a_zip_bomb(self) -> None:
        packed = zlib.compress(part(EDIFACT, bytes(30_000_000)), 9)
        data = sequence(oid("data"), context(0, octets(packed)))
        data = sequence(integer(0), sequence(oid("zlib")), data)
        bomb = sequence(oid("compressed"), context(0, data))
        tracemalloc.start()
        started = time.process_time()
        assert_refused(inside(SMIME, bomb), "T217")
        assert time.process_time() - started < 2
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 10_000_000


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../../etc/passwd", None),
        ("/etc/passwd", None),
        ("C:\\windows\\x", None),
        ("..", None),
        ("CON", None),
        ("~root", None),
        ("Käse €.edi", None),
        ("a\0b", "a_b"),
        ("a\r\nX-Evil: 1", "a__X-Evil: 1"),
        ("a\x1b[2J\x85b", "a_[2J_b"),
        ("fdp.\u202eexe", "fdp._exe"),
    ],
)
def test_a_file_name_is_data_and_comes_through_as_such(name: str, told: str | None) -> None:
    """Not as a path, and in one line: with no control characters in it."""
    message = built([Payload(Extent.of(DOCUMENT), EDIFACT, name)])
    assert [one.filename for one in opened(message).payloads] == [told or name]


def test_a_subject_cannot_become_another_field() -> None:
    message = built(DOCUMENT, subject="orders\r\nAS2-From: attacker\r\n\r\nbody")
    assert dict(message.headers)["Subject"] == "orders  AS2-From: attacker    body"
