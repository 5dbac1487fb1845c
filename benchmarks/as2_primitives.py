"""What the primitives of one AS2 message cost by themselves: the floor that nobody gets below.

Receiving 10 kB, signed, encrypted and compressed, with a signed receipt: one RSA decryption of the
content key, AES-256-CBC over the message, SHA-256 over the signed part, one RSA verification, one
inflation, one RSA signature of the receipt. Called through ``cryptography`` and ``zlib``, in the
same run as what they are compared with.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256

from tests.as2.credentials import certificate, own


def cpu_ms(work: Callable[[], object], seconds: float = 0.5, least: int = 5) -> float:
    """CPU milliseconds of one call: the least of three runs."""
    work()
    times = []
    for _ in range(3):
        began, done = time.process_time(), 0
        while done < least or time.process_time() - began < seconds / 3:
            work()
            done += 1
        times.append((time.process_time() - began) / done * 1000)
    return min(times)


def receive_primitives(payload: bytes, level: int = 1) -> dict[str, float]:
    """CPU milliseconds of each of them, for receiving this payload."""
    ours, theirs = own("ours").key, own("acme").key
    assert isinstance(ours, RSAPrivateKey) and isinstance(theirs, RSAPrivateKey)
    public = certificate("acme").certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    packed = zlib.compress(payload, level)
    key, vector = os.urandom(32), os.urandom(16)
    sealed = ours.public_key().encrypt(key, PKCS1v15())
    padded = packed + b"\x10" * (16 - len(packed) % 16)
    encryptor = Cipher(AES256(key), CBC(vector)).encryptor()
    ciphertext = encryptor.update(padded) + encryptor.finalize()
    digest = sha256(packed).digest()
    signature = theirs.sign(digest, PKCS1v15(), Prehashed(SHA256()))

    def decrypt() -> bytes:
        decryptor = Cipher(AES256(key), CBC(vector)).decryptor()
        return decryptor.update(ciphertext) + decryptor.finalize()

    return {
        "RSA decryption of the key": cpu_ms(lambda: ours.decrypt(sealed, PKCS1v15())),
        "AES-256-CBC": cpu_ms(decrypt),
        "SHA-256": cpu_ms(lambda: sha256(packed).digest()),
        "RSA verification": cpu_ms(
            lambda: public.verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
        ),
        "inflation": cpu_ms(lambda: zlib.decompress(packed)),
        "RSA signature of the receipt": cpu_ms(
            lambda: ours.sign(digest, PKCS1v15(), Prehashed(SHA256()))
        ),
    }


def build_primitives(payload: bytes, level: int = 1) -> dict[str, float]:
    """The same for building it: deflation, SHA-256, signature, AES, encryption of the key."""
    ours = own("ours").key
    public = certificate("acme").certificate.public_key()
    assert isinstance(ours, RSAPrivateKey) and isinstance(public, RSAPublicKey)
    packed = zlib.compress(payload, level)
    key, vector, digest = os.urandom(32), os.urandom(16), sha256(packed).digest()

    def encrypt() -> bytes:
        encryptor = Cipher(AES256(key), CBC(vector)).encryptor()
        return encryptor.update(packed[: len(packed) // 16 * 16]) + encryptor.finalize()

    return {
        "deflation": cpu_ms(lambda: zlib.compress(payload, level)),
        "SHA-256": cpu_ms(lambda: sha256(packed).digest()),
        "RSA signature": cpu_ms(lambda: ours.sign(digest, PKCS1v15(), Prehashed(SHA256()))),
        "AES-256-CBC": cpu_ms(encrypt),
        "RSA encryption of the key": cpu_ms(lambda: public.encrypt(key, PKCS1v15())),
    }
