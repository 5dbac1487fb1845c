"""Our own keys and certificates for logging in, read from their text.

The passphrase of a key costs a second of computing (bcrypt): call :func:`read` in a thread.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncssh
from asyncssh import SSHCertificate, SSHKey

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.endpoint import Key, Login
from gateway.problems import problem

Pair = SSHKey | tuple[SSHKey, SSHCertificate]
"""What is shown to the server: a key alone, or with its certificate."""
_FOREVER = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A key as it is tried, and how a person knows it."""

    pair: Pair
    name: str


def read(login: Login) -> list[Shown]:
    """All keys in the order they are tried. Raises ``RemoteError`` for one that cannot be used."""
    found: list[Shown] = []
    for each in login.keys:
        key = _private(each)
        if each.certificate is not None:
            pair = (key, _certificate(each, key))
            found.append(Shown(pair, each.certificate_name or each.name))
        found.append(Shown(key, each.name))
    return found


def _private(key: Key) -> SSHKey:
    try:
        return asyncssh.import_private_key(key.text, key.passphrase)
    except asyncssh.KeyEncryptionError:
        reason = (
            "its passphrase is not the right one"
            if key.passphrase
            else "it is protected by a passphrase, and none is set"
        )
    except asyncssh.KeyImportError as failure:
        reason = _why(failure, key)
    except ValueError:
        reason = "it is no private key as OpenSSH or PEM writes it"
    raise RemoteError("settings", problem("T300", name=key.name, reason=reason))


def _why(failure: asyncssh.KeyImportError, key: Key) -> str:
    """Why a text is no key of ours; the text itself is never repeated."""
    if "assphrase" in str(failure):
        return "it is protected by a passphrase, and none is set"
    if key.text.startswith(("ssh-", "ecdsa-")):
        return "it is a public key; the private one belongs here"
    if key.text.startswith("PuTTY-User-Key-File"):
        return "it is in PuTTY's format; puttygen exports it as an OpenSSH key"
    return "it is no private key as OpenSSH or PEM writes it"


def _certificate(key: Key, private: SSHKey) -> SSHCertificate:
    try:
        found = asyncssh.import_certificate(key.certificate or "")
    except (asyncssh.KeyImportError, ValueError):
        raise _unusable(key, "it is no OpenSSH certificate") from None
    if found.key.public_data != private.public_data:
        raise _unusable(key, f"it belongs to another key than {key.name}")
    if ended := _outside(found):
        raise _unusable(key, ended)
    return found


def _outside(certificate: SSHCertificate) -> str:
    """Why a certificate does not count today; nothing when it does."""
    # The library keeps the dates to itself; without them the server would say so, less clearly.
    since, until = (getattr(certificate, name, None) for name in ("_valid_after", "_valid_before"))
    now = time.time()
    if isinstance(since, int) and now < since:
        return f"it counts from {_day(since)} on"
    if isinstance(until, int) and until != _FOREVER and now >= until:
        return f"it ended on {_day(until)}"
    return ""


def _day(seconds: int) -> str:
    return f"{datetime.fromtimestamp(min(seconds, 253402300799), UTC):%Y-%m-%d %H:%M} UTC"


def _unusable(key: Key, reason: str) -> RemoteError:
    name = key.certificate_name or "the certificate"
    return RemoteError("settings", problem("T301", name=name, reason=reason))
