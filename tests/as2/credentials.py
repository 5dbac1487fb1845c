"""The keys and certificates of the tests, as the layers take them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gateway.channels.as2.credentials import Credential, OwnCredential

KEYS = Path(__file__).parent / "keys"


@cache
def certificate(name: str) -> Credential:
    """``acme``, ``acme-next``, ``acme-expired``, ``acme-ec``, ``northwind-4096``, ``stranger`` …"""
    loaded = x509.load_pem_x509_certificate((KEYS / f"{name}.pem").read_bytes())
    return Credential(loaded, f"{name}.pem")


@cache
def own(name: str) -> OwnCredential:
    """The same with its private key: ``ours``, ``ours-next``, ``ours-ec``; any of them."""
    key = load_pem_private_key((KEYS / f"{name}.key").read_bytes(), None)
    return OwnCredential(certificate(name).certificate, f"{name}.pem", key=key)
