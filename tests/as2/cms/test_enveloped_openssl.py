"""OpenSSL reads what we encrypt and compress, and we read what OpenSSL does."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from collections.abc import Sequence
from functools import cache
from io import BytesIO

import pytest
from asn1crypto import cms

from gateway.channels.as2.cms.compressed import compress, inflate
from gateway.channels.as2.cms.enveloped import Decrypted, decrypt, encrypt, read_envelope
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Cipher, Transport
from gateway.channels.as2.refusal import RefusedError
from tests.as2.cms.shapes import key_of, openssl, pem, whole
from tests.as2.credentials import certificate, own

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
CONTENT = b"UNB+UNOC:3+4012345000009+4098765000004'\r\n" * 700
TO_US = ("-encrypt", "-outform", "DER")
OAEP = ("-keyopt", "rsa_padding_mode:oaep")


def theirs(*arguments: str, content: bytes = CONTENT) -> bytes:
    return openssl(*TO_US, *arguments, str(pem("ours")), data=content)


def opened(envelope: bytes) -> Decrypted:
    return decrypt(Extent.of(envelope), [own("ours")], BytesIO, triple_des=True)


@pytest.mark.parametrize(
    ("arguments", "cipher", "transport"),
    [
        (["-aes-128-cbc"], "aes-128-cbc", "pkcs1"),
        (["-aes-192-cbc"], "aes-192-cbc", "pkcs1"),
        (["-aes-256-cbc", "-stream"], "aes-256-cbc", "pkcs1"),
        (["-aes-256-cbc", "-keyid"], "aes-256-cbc", "pkcs1"),
        (["-des3"], "3des", "pkcs1"),
        (["-aes-128-gcm"], "aes-128-gcm", "pkcs1"),
        (["-aes-256-gcm", "-stream"], "aes-256-gcm", "pkcs1"),
        (["-aes-256-cbc", "-recip", str(pem("ours")), *OAEP], "aes-256-cbc", "oaep-sha-1"),
        (
            ["-aes-256-gcm", "-recip", str(pem("ours")), *OAEP, "-keyopt", "rsa_oaep_md:sha256"],
            "aes-256-gcm",
            "oaep-sha-256",
        ),
        (
            [
                *("-aes-256-cbc", "-recip", str(pem("ours")), *OAEP),
                *("-keyopt", "rsa_oaep_md:sha512", "-keyopt", "rsa_mgf1_md:sha1"),
            ],
            "aes-256-cbc",
            "oaep-sha-512",
        ),
    ],
    ids=lambda value: (
        " ".join(one for one in value if "/" not in one) if isinstance(value, list) else ""
    ),
)
def test_we_open_theirs(arguments: list[str], cipher: Cipher, transport: Transport) -> None:
    if "-recip" in arguments:  # no further recipient: key options belong to the one before
        envelope = openssl(*TO_US, *arguments, data=CONTENT)
    else:
        envelope = theirs(*arguments)
    found = opened(envelope)
    assert whole(found.content) == CONTENT
    assert (found.cipher, found.transport) == (cipher, transport)


@pytest.mark.parametrize("cipher", ["aes-128-cbc", "aes-256-cbc", "3des", "aes-256-gcm"])
@pytest.mark.parametrize("transport", ["pkcs1", "oaep-sha-1", "oaep-sha-256"])
def test_they_open_ours(cipher: Cipher, transport: Transport) -> None:
    recipients = [certificate("acme"), certificate("northwind-4096")]
    envelope = encrypt(Extent.of(CONTENT), recipients, cipher, transport, BytesIO)
    for name in ("acme", "northwind-4096"):
        read = openssl("-decrypt", "-inform", "DER", *key_of(name), data=whole(envelope))
        assert read == CONTENT


def test_several_recipients_with_elliptic_ones_between() -> None:
    """ECDH recipients are stepped over; ours opens it."""
    envelope = theirs("-aes-256-cbc", str(pem("acme-ec")), str(pem("ours-ec")))
    kinds = [one.kind for one in read_envelope(Extent.of(envelope)).recipients]
    assert sorted(kinds) == ["agreement", "agreement", "transport"]
    assert whole(opened(envelope).content) == CONTENT
    with pytest.raises(RefusedError) as refused:
        decrypt(Extent.of(envelope), [own("ours-ec")], BytesIO)
    assert refused.value.problem.code == "T213"
    assert "ECDH" in refused.value.problem.sentence
    assert whole(decrypt(Extent.of(envelope), [own("ours-ec"), own("ours")], BytesIO).content)


def test_by_key_id_with_an_elliptic_recipient() -> None:
    envelope = openssl(*TO_US, "-aes-256-cbc", "-keyid", str(pem("ours-ec")), data=CONTENT)
    with pytest.raises(RefusedError) as refused:
        decrypt(Extent.of(envelope), [own("ours-ec")], BytesIO)
    assert refused.value.problem.code == "T213"


def test_passwords_and_shared_keys_are_not_for_us() -> None:
    shared = ("-secretkey", "00" * 16, "-secretkeyid", "01")
    with pytest.raises(RefusedError) as refused:
        opened(openssl(*TO_US, "-aes-128-cbc", *shared, data=CONTENT))
    assert refused.value.problem.code == "T210"
    assert whole(opened(theirs("-aes-128-cbc", *shared)).content) == CONTENT


def test_a_weak_cipher_of_theirs_is_refused_by_name() -> None:
    legacy: Sequence[str] = ("-provider", "legacy", "-provider", "default")
    with pytest.raises(RefusedError) as refused:
        opened(theirs("-rc2-128", *legacy))
    assert refused.value.problem.code == "T212" and "rc2" in refused.value.problem.sentence


def test_an_empty_message() -> None:
    assert whole(opened(theirs("-aes-256-cbc", content=b"")).content) == b""


# compression


@cache
def has_zlib() -> bool:
    made = subprocess.run(
        ["openssl", "cms", "-compress", "-outform", "DER"],
        input=b"x",
        capture_output=True,
        check=False,
    )
    return made.returncode == 0


def test_the_structure_of_compressed_content_is_what_asn1crypto_reads() -> None:
    made = whole(compress(Extent.of(CONTENT), 1, BytesIO))
    info = cms.ContentInfo.load(made, strict=True)
    data = info["content"]
    assert info["content_type"].native == "compressed_data"
    assert data["version"].native == "v0"
    assert data["compression_algorithm"]["algorithm"].native == "zlib"
    inside = data["encap_content_info"]
    assert inside["content_type"].native == "data"
    assert zlib.decompress(inside["content"].native) == CONTENT
    assert info.dump(force=True) == made


@pytest.mark.parametrize("streamed", [[], ["-stream"]])
def test_both_ways_with_openssl(streamed: list[str]) -> None:
    if not has_zlib():
        pytest.skip("this openssl is built without zlib")
    made = openssl("-compress", "-outform", "DER", *streamed, data=CONTENT)
    assert whole(inflate(Extent.of(made), BytesIO)) == CONTENT
    ours = whole(compress(Extent.of(CONTENT), 6, BytesIO))
    assert openssl("-uncompress", "-inform", "DER", data=ours) == CONTENT
