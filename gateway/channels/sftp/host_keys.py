"""What a server has to show: its pinned keys, and the verdict on the one it shows.

There is no trust on first use: a key counts only when it, or its fingerprint, is written in the
settings or in the file ``known_hosts`` of the partner's folder (OpenSSH's format: hashed names,
``[host]:port``, ``@revoked``, ``@cert-authority``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import asyncssh
from asyncssh import SSHKey

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.endpoint import Pins, Server
from gateway.problems import problem

Verdict = Literal["pinned", "revoked", "strange"]
STANDARD_PORT = 22
RSA = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")
"""An RSA key is one kind of key with several signatures."""


@dataclass(slots=True)
class Known:
    """The keys that one server may show."""

    fingerprints: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()
    """Algorithms of those whose key is known, not only the fingerprint."""
    authorities: list[SSHKey] = field(default_factory=list)
    """Whose certificates of hosts count."""
    revoked: list[SSHKey] = field(default_factory=list)
    open: bool = False
    """Some are known by their fingerprint alone: of what kind they are shows when they come."""

    def judge(self, key: SSHKey) -> Verdict:
        """Whether a server that shows this key is the right one."""
        if key in self.revoked:
            return "revoked"
        return "pinned" if fingerprint(key) in self.fingerprints else "strange"

    @property
    def listed(self) -> str:
        """All fingerprints, as they stand in a problem."""
        authorities = [f"an authority {fingerprint(each)}" for each in self.authorities]
        return " or ".join([*sorted(self.fingerprints), *authorities])


def fingerprint(key: SSHKey) -> str:
    """As ``ssh-keygen -l`` writes it: ``SHA256:`` and 43 signs."""
    return key.get_fingerprint()


def kinds_of(key: SSHKey) -> tuple[str, ...]:
    """The algorithms by which a server shows this key."""
    name = key.get_algorithm()
    return RSA if name == "ssh-rsa" else (name,)


def known(server: Server) -> Known:
    """The pinned keys of a server. Raises ``RemoteError`` when there is none or one is no key."""
    pins = server.pins
    keys = [_public(each) for each in pins.keys if not each.startswith("SHA256:")]
    written = {each for each in pins.keys if each.startswith("SHA256:")}
    found = Known(open=bool(written))
    if pins.known_hosts:
        _look_up(found, keys, pins, server)
    found.fingerprints = frozenset({*written, *map(fingerprint, keys)})
    found.kinds = tuple(dict.fromkeys(kind for key in keys for kind in kinds_of(key)))
    if not found.fingerprints and not found.authorities:
        reason = f"it holds no key for {server.name}"
        raise RemoteError("settings", problem("T302", name=pins.file, reason=reason))
    return found


def _look_up(found: Known, keys: list[SSHKey], pins: Pins, server: Server) -> None:
    """Add what ``known_hosts`` says of this server."""
    port = None if server.port == STANDARD_PORT else server.port
    try:
        hosts = asyncssh.import_known_hosts(pins.known_hosts)
        there, authorities, *_ = hosts.match(server.host, "", port)
        # Revoked is revoked, also where the line names the host without its port.
        revoked = {key for each in {port, None} for key in hosts.match(server.host, "", each)[2]}
    except ValueError as failure:
        raise RemoteError(
            "settings", problem("T302", name=pins.file, reason=str(failure))
        ) from None
    keys += there
    found.authorities += authorities
    found.revoked += revoked


def _public(text: str) -> SSHKey:
    try:
        return asyncssh.import_public_key(text)
    except (asyncssh.KeyImportError, ValueError):
        reason = f"“{text[:40]}…” is no public key"
        raise RemoteError("settings", problem("T302", name="host_keys", reason=reason)) from None
