"""The ``cms`` command of OpenSSL as an independent reader and writer of one CMS layer.

What it cannot do here is compression (Debian builds it without zlib), so :func:`inflated` and
:func:`compressed` do that with the ``asn1crypto`` of the tests.
"""

from __future__ import annotations

import subprocess
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from asn1crypto import algos, cms

from tests.as2.credentials import KEYS

CIPHERS = {
    "3des": "-des3",
    "aes-128-cbc": "-aes-128-cbc",
    "aes-192-cbc": "-aes-192-cbc",
    "aes-256-cbc": "-aes-256-cbc",
    "aes-128-gcm": "-aes-128-gcm",
    "aes-192-gcm": "-aes-192-gcm",
    "aes-256-gcm": "-aes-256-gcm",
}


class RefusedByPeerError(Exception):
    """The peer says no; its words."""


def run(*arguments: str | Path, stdin: bytes = b"") -> bytes:
    """What ``openssl`` writes, or :class:`RefusedByPeerError`."""
    done = subprocess.run(
        ["openssl", *(str(each) for each in arguments)],
        check=False,
        input=stdin,
        capture_output=True,
    )
    if done.returncode:
        raise RefusedByPeerError(done.stderr.decode("utf-8", "replace").strip()[-300:])
    return done.stdout


def _pem(key: str) -> Path:
    return KEYS / f"{key}.pem"


def _private(key: str) -> Path:
    return KEYS / f"{key}.key"


def sign(content: bytes, key: str, digest: str, scheme: str, *, attributes: bool = True) -> bytes:
    """A detached signature, DER."""
    more = ["-keyopt", "rsa_padding_mode:pss"] if scheme == "pss" else []
    more += [] if attributes else ["-noattr"]
    return run(
        *("cms", "-sign", "-binary", "-outform", "DER", "-md", digest.replace("-", "")),
        *("-signer", _pem(key), "-inkey", _private(key), *more),
        stdin=content,
    )


def verify(content: bytes, signature: bytes, key: str) -> None:
    """Whether exactly this certificate signed exactly these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "content"
        place.write_bytes(content)
        run(
            *("cms", "-verify", "-binary", "-inform", "DER", "-content", place, "-noverify"),
            *("-nointern", "-certfile", _pem(key), "-out", "/dev/null"),
            stdin=signature,
        )


def encrypt(
    content: bytes, keys: Sequence[str], cipher: str, transport: str, *, stream: bool = False
) -> bytes:
    """EnvelopedData or AuthEnvelopedData; ``stream`` writes BER of indefinite length."""
    more: list[str | Path] = ["-stream"] if stream else []
    for key in keys:
        more += ["-recip", _pem(key)]
        if transport != "pkcs1":
            md = transport.removeprefix("oaep-").replace("-", "")
            more += ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", f"rsa_oaep_md:{md}"]
            more += ["-keyopt", f"rsa_mgf1_md:{md}"]
    command = ["cms", "-encrypt", "-binary", "-outform", "DER", CIPHERS[cipher]]
    return run(*command, *more, stdin=content)


def decrypt(envelope: bytes, key: str) -> bytes:
    """What is inside."""
    command = ["cms", "-decrypt", "-binary", "-inform", "DER"]
    return run(*command, "-recip", _pem(key), "-inkey", _private(key), stdin=envelope)


def inflated(data: bytes) -> bytes:
    """The content of CompressedData, read by asn1crypto."""
    info = cms.ContentInfo.load(data, strict=True)
    if info["content_type"].native != "compressed_data":
        raise RefusedByPeerError(f"{info['content_type'].native} instead of compressed_data")
    return zlib.decompress(info["content"]["encap_content_info"]["content"].native)


def compressed(content: bytes, level: int = 6) -> bytes:
    """CompressedData, written by asn1crypto."""
    packed = zlib.compress(content, level)
    data = {
        "version": "v0",
        "compression_algorithm": cms.CompressionAlgorithm({"algorithm": "zlib"}),
        "encap_content_info": {"content_type": "data", "content": packed},
    }
    info = {"content_type": "compressed_data", "content": cms.CompressedData(data)}
    return cms.ContentInfo(info).dump()


def algorithms(envelope: bytes) -> tuple[str, str]:
    """What a CMS envelope says that it used: cipher, key transport; for a second opinion."""
    info = cms.ContentInfo.load(envelope)
    content = info["content"]
    name = (
        "auth_encrypted_content_info"
        if info["content_type"].native == "authenticated_enveloped_data"
        else "encrypted_content_info"
    )
    inner: algos.EncryptionAlgorithm = content[name]["content_encryption_algorithm"]
    key = content["recipient_infos"][0].chosen["key_encryption_algorithm"]["algorithm"]
    return inner["algorithm"].native, key.native
