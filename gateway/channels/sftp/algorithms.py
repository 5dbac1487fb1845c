"""Which algorithms we offer a server: modern ones, and outdated ones that its settings name.

The lists are our own and explicit: what a library takes for good may change with its version. They
are in the order of our preference; GCM costs a third less processor time than ChaCha20.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs
from asyncssh.public_key import get_public_key_algs

from gateway.config.sshlegacy import LEGACY, Purpose

KEX = (
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
)
CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes256-ctr",
    "aes192-ctr",
)
MACS = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
)
HOST_KEYS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-ed448",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
SIGNATURES = (
    *HOST_KEYS,
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
"""With which our own keys may sign: those in devices, too."""
_CERTIFICATE = "-cert-v01@openssh.com"


@dataclass(frozen=True, slots=True)
class Offer:
    """What we offer in one connection."""

    kex: Sequence[str]
    ciphers: Sequence[str]
    macs: Sequence[str]
    host_keys: Sequence[str]
    signatures: Sequence[str]


COSTLY = ("diffie-hellman-group18-sha512", "diffie-hellman-group-exchange-sha256")
"""A stranger who asks our server for these costs it 20 ms of computing before he says who he is."""


def offer_of_ours(legacy: Iterable[str] = ()) -> Offer:
    """What our own server offers to everybody who comes."""
    allowed = tuple(legacy)
    found = offer(allowed)
    return replace(found, kex=[each for each in found.kex if each not in COSTLY])


def offer(
    legacy: Iterable[str] = (),
    first: Sequence[str] = (),
    certified: bool = False,
    without: Iterable[str] = (),
) -> Offer:
    """What to offer to a server.

    ``legacy``: names of outdated algorithms that are allowed, after the others. ``first``: kinds
    of host keys that are known of it, so that it shows one of these. ``certified``: it may show a
    certificate. ``without``: kinds of host keys that it need not show again.
    """
    allowed = tuple(legacy)
    left = frozenset(without)
    wanted = [each for each in _with(HOST_KEYS, "host key", allowed) if each not in left]
    host_keys = _usable(wanted, get_public_key_algs)
    host_keys.sort(key=lambda name: name not in first)  # a stable sort: the order stays otherwise
    authorized = [name + _CERTIFICATE for name in host_keys] if certified else []
    return Offer(
        kex=_usable(_with(KEX, "kex", allowed), get_kex_algs),
        ciphers=_usable(_with(CIPHERS, "cipher", allowed), get_encryption_algs),
        macs=_usable(_with(MACS, "mac", allowed), get_mac_algs),
        host_keys=[*authorized, *host_keys],
        signatures=_usable(_with(SIGNATURES, "host key", allowed), get_public_key_algs),
    )


def _with(modern: Sequence[str], purpose: Purpose, legacy: Sequence[str]) -> list[str]:
    return [*modern, *(name for name, use in LEGACY.items() if use == purpose and name in legacy)]


def _usable(names: Iterable[str], known: Callable[[], Iterable[bytes]]) -> list[str]:
    """Without those that the library was built without (ML-KEM needs a recent OpenSSL)."""
    there = {each.decode("ascii") for each in known()}
    return [name for name in names if name in there]
