"""What is encrypted for us is opened by us, in every algorithm and every shape it may come in."""

from __future__ import annotations

import hashlib
import tracemalloc
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, get_args

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.ber.writer import (
    context,
    element,
    implicit,
    integer,
    octets,
    oid,
    sequence,
    set_of,
)
from gateway.channels.as2.cms.ciphers import CIPHERS
from gateway.channels.as2.cms.enveloped import UNOPENED, Decrypted, decrypt, encrypt, read_envelope
from gateway.channels.as2.cms.keytransport import wrap
from gateway.channels.as2.cms.recipients import write_recipient
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Cipher, Transport
from gateway.channels.as2.refusal import RefusedError
from tests.as2.ber.loosened import EOC, elements
from tests.as2.cms.shapes import Pattern, reshaped, whole
from tests.as2.credentials import certificate, own

NAMES: tuple[Cipher, ...] = get_args(Cipher)
TRANSPORTS: tuple[Transport, ...] = get_args(Transport)
SIZES = [0, 1, 15, 16, 17, 4096, 300_000]
MB = 1 << 20


def sealed(
    content: bytes, cipher: Cipher = "aes-256-cbc", transport: Transport = "pkcs1"
) -> Extent:
    return encrypt(Extent.of(content), [certificate("ours")], cipher, transport, BytesIO)


def opened(envelope: Extent | bytes) -> Decrypted:
    given = Extent.of(envelope) if isinstance(envelope, bytes) else envelope
    return decrypt(given, [own("ours")], BytesIO, triple_des=True)


def refusal(envelope: Extent | bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        opened(envelope)
    return refused.value.problem.code


@pytest.mark.parametrize("cipher", NAMES)
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_cipher_with_every_transport(cipher: Cipher, transport: Transport) -> None:
    found = opened(sealed(b"UNB+UNOC:3'", cipher, transport))
    assert whole(found.content) == b"UNB+UNOC:3'"
    assert (found.cipher, found.transport) == (cipher, transport)
    assert found.recipient.name == "ours.pem"
    assert found.authenticated == cipher.endswith("gcm")


@pytest.mark.parametrize("cipher", ["aes-128-cbc", "aes-256-gcm", "3des"])
@pytest.mark.parametrize("size", SIZES)
def test_every_size(cipher: Cipher, size: int) -> None:
    content = whole(Extent(Pattern(size), 0, size))
    envelope = sealed(content, cipher)
    assert whole(opened(envelope).content) == content
    assert Extent.rest(envelope.stream).size == envelope.size


def test_it_is_der_and_says_its_version() -> None:
    ((tag, info),) = elements(whole(sealed(b"x")))
    (_, kind), (_, explicit) = elements(info)
    ((_, data),) = elements(explicit)
    assert tag == 0x30 and kind.hex() == "2a864886f70d010703"
    assert [tag for tag, _ in elements(data)] == [0x02, 0x31, 0x30]


@given(
    content=st.binary(max_size=500),
    cipher=st.sampled_from(NAMES),
    transport=st.sampled_from(TRANSPORTS),
    piece=st.integers(0, 300),
    definite=st.booleans(),
    nested=st.booleans(),
)
@settings(max_examples=30, deadline=None)
def test_bytes_come_back_whatever_the_shape(
    content: bytes, cipher: Cipher, transport: Transport, piece: int, definite: bool, nested: bool
) -> None:
    written = whole(sealed(content, cipher, transport))
    shaped = reshaped(written, piece, definite=definite, nested=nested)
    assert whole(opened(shaped).content) == content


@pytest.mark.parametrize("piece", [1000, 70_000])
def test_megabytes_in_pieces(piece: int) -> None:
    content = whole(Extent(Pattern(3 * MB), 0, 3 * MB))
    for cipher in ("aes-256-cbc", "aes-256-gcm"):
        assert whole(opened(reshaped(whole(sealed(content, cipher)), piece)).content) == content


def test_zeros_after_the_end_are_tolerated() -> None:
    assert whole(opened(whole(sealed(b"x")) + b"\x00\x00\r\n").content) == b"x"


# recipients


def test_ours_is_found_among_others_and_told() -> None:
    envelope = encrypt(
        Extent.of(b"x"),
        [certificate(name) for name in ("acme", "northwind-4096", "ours-next", "ours")],
        "aes-256-gcm",
        "oaep-sha-256",
        BytesIO,
    )
    for mine in (own("ours"), own("ours-next")):
        assert decrypt(envelope, [own("stranger"), mine], BytesIO).recipient == mine
    assert len(read_envelope(envelope).recipients) == 4


def test_for_nobody_of_us() -> None:
    with pytest.raises(RefusedError) as refused:
        decrypt(sealed(b"x"), [own("acme")], BytesIO)
    sentence = refused.value.problem.sentence
    serial = f"{certificate('ours').certificate.serial_number:X}"
    assert refused.value.problem.code == "T210"
    assert serial in sentence and "acme.pem" in sentence


def test_without_any_key_of_ours() -> None:
    with pytest.raises(RefusedError) as refused:
        decrypt(sealed(b"x"), [], BytesIO)
    assert "no certificate" in refused.value.problem.sentence


def test_an_issuer_in_another_string_type_is_found() -> None:
    written = whole(sealed(b"x"))
    assert written.count(b"\x0c\x09ours test") == 1
    respelled = written.replace(b"\x0c\x09ours test", b"\x13\x09ours test")
    assert whole(opened(respelled).content) == b"x"


def test_an_issuer_in_another_order_is_found_by_serial() -> None:
    written = whole(sealed(b"x"))
    assert written.count(b"ours test") == 1
    assert whole(opened(written.replace(b"ours test", b"test ours")).content) == b"x"


def test_a_long_name_with_odd_signs_is_shown_short() -> None:
    written = whole(sealed(b"x"))
    odd = written.replace(b"ours test", b"\r\n\x1b[2J\xff**")
    with pytest.raises(RefusedError) as refused:
        decrypt(Extent.of(odd), [own("acme")], BytesIO)
    assert refused.value.problem.code == "T210"
    assert refused.value.problem.sentence.isprintable()


def test_an_elliptic_key_cannot_be_encrypted_for() -> None:
    with pytest.raises(RefusedError) as refused:
        encrypt(Extent.of(b"x"), [certificate("acme-ec")], "aes-256-cbc", "pkcs1", BytesIO)
    assert refused.value.problem.code == "T219"
    assert "acme-ec.pem" in refused.value.problem.sentence


def test_a_short_rsa_key_has_no_room_for_oaep() -> None:
    short = [certificate("acme-short")]
    with pytest.raises(RefusedError) as refused:
        encrypt(Extent.of(b"x"), short, "aes-256-cbc", "oaep-sha-512", BytesIO)
    assert refused.value.problem.code == "T219"
    assert "1024 bits" in refused.value.problem.sentence


def test_more_recipients_than_allowed() -> None:
    many = [certificate("ours")] * 9
    assert refusal(encrypt(Extent.of(b"x"), many, "aes-256-cbc", "pkcs1", BytesIO)) == "T202"


def test_no_recipient() -> None:
    assert refusal(encrypt(Extent.of(b"x"), [], "aes-256-cbc", "pkcs1", BytesIO)) == "T200"


def test_a_key_that_cannot_decrypt() -> None:
    """Settings name an EC key under the certificate that the partner encrypts for."""
    ours = own("ours")
    wrong = type(ours)(ours.certificate, "ours.pem", key=own("ours-ec").key)
    with pytest.raises(RefusedError) as refused:
        decrypt(sealed(b"x"), [wrong], BytesIO)
    assert refused.value.problem.code == "T213"


# authenticated attributes


def with_attributes(said: bytes, covered: bytes, *, tag: int = 16) -> bytes:
    """AuthEnvelopedData with attributes in it, and others perhaps under the tag."""
    key, nonce = b"k" * 32, b"n" * 12
    sealed = AESGCM(key).encrypt(nonce, b"x", covered)
    public = certificate("ours").certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    wrapped = wrap(public, key, "pkcs1")
    recipient = write_recipient(certificate("ours").certificate, wrapped, "pkcs1")
    size = b"" if tag == 12 else integer(tag)
    algorithm = sequence(oid("aes-256-gcm"), sequence(octets(nonce), size))
    encrypted = sequence(oid("data"), algorithm, implicit(0, sealed[:-16]))
    attributes = b"\xa1" + said[1:]
    mac = octets(sealed[-16:][:tag])
    data = sequence(integer(0), set_of([recipient]), encrypted, attributes, mac)
    return sequence(oid("auth-enveloped"), context(0, data))


def test_authenticated_attributes_are_under_the_tag() -> None:
    kind = sequence(oid("content-type"), set_of([oid("data")]))
    attributes = set_of([kind, sequence(oid("signing-time"), set_of([oid("data")]))])
    made = with_attributes(attributes, attributes)
    assert whole(opened(made).content) == b"x"
    assert whole(opened(reshaped(made, 0)).content) == b"x"
    assert refusal(with_attributes(attributes, b"")) == UNOPENED
    assert refusal(with_attributes(attributes, set_of([kind]))) == UNOPENED
    loose = b"\x31\x80" + attributes[2:] + EOC
    assert whole(opened(with_attributes(loose, attributes)).content) == b"x"


def test_a_tag_of_twelve_bytes_is_what_no_announcement_means() -> None:
    """RFC 5084 §3.2: the default of aes-ICVlen is 12."""
    attributes = set_of([sequence(oid("content-type"), set_of([oid("data")]))])
    made = with_attributes(attributes, attributes, tag=12)
    assert whole(opened(made).content) == b"x"
    assert refusal(made[:-1] + bytes([made[-1] ^ 1])) == UNOPENED


# algorithms

CHANGED = {
    "another cipher": (b"\x03\x04\x01\x2a", b"\x03\x04\x01\x2f", "T212"),
    "GCM without a tag": (b"\x03\x04\x01\x2a", b"\x03\x04\x01\x2e", "T212"),
    "another key transport": (b"\xf7\x0d\x01\x01\x01\x05", b"\xf7\x0d\x01\x01\x09\x05", "T213"),
    "another content": (b"\xf7\x0d\x01\x07\x01\x30", b"\xf7\x0d\x01\x07\x02\x30", "T211"),
    "no envelope": (b"\xf7\x0d\x01\x07\x03\xa0", b"\xf7\x0d\x01\x07\x02\xa0", "T200"),
    "short vector": (b"\x2a\x04\x10", b"\x2a\x05\x10", "T200"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_not_accepted(name: str) -> None:
    before, after, code = CHANGED[name]
    written = whole(sealed(b"x"))
    assert written.count(before) == 1
    assert refusal(written.replace(before, after)) == code


@pytest.mark.parametrize(
    ("name", "oid"),
    [("rc2", "2a864886f70d0302"), ("rc4", "2a864886f70d0304"), ("des", "2b0e030207")],
)
def test_old_ciphers_are_refused_by_name(name: str, oid: str) -> None:
    found = element(0x06, bytes.fromhex(oid))
    written = whole(sealed(b"x"))
    aes = element(0x06, bytes.fromhex("60864801650304012a"))
    ((_, info),) = elements(written)
    (_, kind), (_, explicit) = elements(info)
    ((_, data),) = elements(explicit)
    inner = [element(tag, content) for tag, content in elements(data)]
    (_, kind_inside), (_, algorithm), (_, encrypted) = elements(next(iter(elements(inner[2])))[1])
    changed = element(0x30, algorithm.replace(aes, found))
    inner[2] = element(0x30, element(0x06, kind_inside), changed, element(0x80, encrypted))
    again = element(0x30, element(0x06, kind), element(0xA0, element(0x30, *inner)))
    with pytest.raises(RefusedError) as refused:
        opened(again)
    assert refused.value.problem.code == "T212" and name in refused.value.problem.sentence


def test_3des_only_where_it_was_agreed() -> None:
    envelope = sealed(b"x", "3des")
    with pytest.raises(RefusedError) as refused:
        decrypt(envelope, [own("ours")], BytesIO)
    assert refused.value.problem.code == "T215"


def test_sizes_are_what_the_standards_say() -> None:
    assert {name: one.key for name, one in CIPHERS.items()} == {
        "aes-128-cbc": 16, "aes-192-cbc": 24, "aes-256-cbc": 32, "3des": 24,
        "aes-128-gcm": 16, "aes-192-gcm": 24, "aes-256-gcm": 32,
    }  # fmt: skip


# memory


def _through(folder: Path, size: int, cipher: Cipher) -> int:
    """Encrypts and decrypts in files; the most memory Python held."""
    files: list[BinaryIO] = []

    def scratch() -> BinaryIO:
        files.append((folder / str(len(files))).open("w+b"))
        return files[-1]

    def digest(extent: Extent) -> bytes:
        made = hashlib.blake2b()
        for piece in extent.chunks():
            made.update(piece)
        return made.digest()

    content = Extent(Pattern(size), 0, size)
    tracemalloc.start()
    try:
        envelope = encrypt(content, [certificate("ours")], cipher, "pkcs1", scratch)
        found = decrypt(envelope, [own("ours")], scratch)
        same = found.content.size == size and digest(found.content) == digest(content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        for file in files:
            file.close()
    assert same
    return most


@pytest.mark.parametrize("cipher", ["aes-256-cbc", "aes-256-gcm"])
def test_memory_does_not_grow_with_the_message(tmp_path: Path, cipher: Cipher) -> None:
    assert _through(tmp_path, 48 * MB, cipher) < 3 * MB


@pytest.mark.soak
@pytest.mark.parametrize("cipher", ["aes-256-cbc", "aes-256-gcm"])
def test_two_gigabytes(tmp_path: Path, cipher: Cipher) -> None:
    assert _through(tmp_path, 2048 * MB + 5, cipher) < 3 * MB
