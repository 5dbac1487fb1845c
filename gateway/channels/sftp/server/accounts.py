"""Who has a mailbox, and with what he logs in. Files and secrets are read at each login.

So a key or a password that changes counts from the next login on, without a restart. A file that
cannot be used is a problem (T402, T403); the others of the same partner still count.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import asyncssh
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from gateway.channels.sftp.server import passwords
from gateway.config import Workspace
from gateway.config.mailbox import Mailbox, MailboxKey
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.problems import Problem, problem

LOG = logging.getLogger(__name__)
LARGEST_KEY_FILE = 64 * 1024
LEAST_RSA = 2048
"""Bits of an RSA key."""


@dataclass(frozen=True, slots=True)
class Mailer:
    """A partner's channel that is a mailbox."""

    partner: str
    channel: str
    settings: Mailbox


@dataclass(frozen=True, slots=True)
class Account:
    """What counts for one login."""

    mailer: Mailer
    keys: Mapping[bytes, str]
    """Public keys that count now (as on the wire), with their fingerprints."""
    hashes: tuple[str, ...]
    both: bool
    problems: tuple[Problem, ...] = ()


class Accounts:
    """All mailboxes of a workspace, by user name."""

    def __init__(self, workspace: Workspace) -> None:
        self._said: frozenset[Problem] = frozenset()
        self.furnish(workspace)

    def furnish(self, workspace: Workspace) -> None:
        """Other settings count from the next login on."""
        self._workspace = workspace
        self._mailers = {
            channel.mailbox.user: Mailer(partner.partner, name, channel.mailbox)
            for partner in workspace.partners.values()
            for name, channel in partner.channels.items()
            if channel.mailbox is not None
        }

    def look_through(self, now: datetime) -> list[Problem]:
        """What cannot be used of any mailbox; each is told to the log, once."""
        return [each for one in self._mailers.values() for each in self._told(one, now).problems]

    def check(self, now: datetime, user: str | None = None) -> Iterator[tuple[Mailer, Problem]]:
        """What cannot be used, of any mailbox or a user's; nobody is told but the caller."""
        for name, one in self._mailers.items():
            if user in (None, name):
                for each in self._read(one, now).problems:
                    yield one, each

    def find(self, user: str, address: str, now: datetime) -> Account | None:
        """Who may come from this address under this name; reads files, never raises."""
        mailer = self._mailers.get(user)
        if mailer is None or not _comes_from(mailer.settings.addresses, address):
            return None
        return self._told(mailer, now)

    def stranger(self, user: str, address: str) -> tuple[Mailer | None, str]:
        """Whose name somebody used who was not let in, and what is wrong with him; for us only."""
        mailer = self._mailers.get(user)
        if mailer is None:
            return None, "there is no mailbox with this user name"
        if not _comes_from(mailer.settings.addresses, address):
            return mailer, "he may not come from this address"
        return mailer, ""

    def _told(self, mailer: Mailer, now: datetime) -> Account:
        """What counts now; what cannot be used is told to the log, once."""
        account = self._read(mailer, now)
        for fresh in set(account.problems) - self._said:
            LOG.warning("%s", fresh.sentence)
        self._said |= set(account.problems)
        return account

    def _read(self, mailer: Mailer, now: datetime) -> Account:
        found: list[Problem] = []
        keys: dict[bytes, str] = {}
        for each in mailer.settings.keys:
            if not _counts(each, now):
                continue
            key = self._key(mailer, each)
            if isinstance(key, Problem):
                found.append(key)
            else:
                keys[key.public_data] = key.get_fingerprint()
        hashes: list[str] = []
        for secret in mailer.settings.passwords:
            hash_ = self._hash(mailer, secret)
            if isinstance(hash_, Problem):
                found.append(hash_)
            else:
                hashes.append(hash_)
        return Account(mailer, keys, tuple(hashes), mailer.settings.both, tuple(found))

    def _key(self, mailer: Mailer, each: MailboxKey) -> asyncssh.SSHKey | Problem:
        try:
            return public_key(self._workspace.partner_folder(mailer.partner) / each.file)
        except ValueError as error:
            return problem(
                "T402",
                partner=mailer.partner,
                channel=mailer.channel,
                file=each.file,
                reason=str(error),
            )

    def _hash(self, mailer: Mailer, secret: Secret) -> str | Problem:
        try:
            found = resolve(secret, self._workspace.base)
            reason = passwords.unfit(found)
        except SecretError as error:
            reason = str(error).removeprefix(f"{secret}: ")
        if reason is None:
            return found
        return problem(
            "T403",
            partner=mailer.partner,
            channel=mailer.channel,
            secret=str(secret),
            reason=reason,
        )


def public_key(file: Path) -> asyncssh.SSHKey:
    """A public key: a line as OpenSSH writes it, or SSH2. Raises ``ValueError`` with the reason."""
    try:
        with file.open("rb") as stream:
            text = stream.read(LARGEST_KEY_FILE + 1)
    except OSError as error:
        raise ValueError((error.strerror or "it cannot be read").lower()) from None
    if b"PRIVATE KEY" in text:
        raise ValueError("it is a private key, which only the partner should have")
    if len(text) > LARGEST_KEY_FILE:
        raise ValueError(f"it is larger than {LARGEST_KEY_FILE // 1024} kB")
    try:
        key = asyncssh.import_public_key(text)
    except (asyncssh.KeyImportError, ValueError):
        raise ValueError("it is no OpenSSH or SSH2 public key") from None
    if key.get_algorithm() == "ssh-dss":
        raise ValueError("it is a DSA key, which nobody should use any more")
    if too_short(key):
        raise ValueError(f"it is an RSA key of less than {LEAST_RSA} bits")
    return key


def too_short(key: asyncssh.SSHKey) -> bool:
    """Whether an RSA key, public or private, is shorter than :data:`LEAST_RSA`."""
    inner = key.pyca_key
    return isinstance(inner, RSAPublicKey | RSAPrivateKey) and inner.key_size < LEAST_RSA


def _counts(key: MailboxKey, now: datetime) -> bool:
    started = key.accept_from is None or key.accept_from <= now
    return started and (key.accept_until is None or now < key.accept_until)


def _comes_from(networks: tuple[str, ...], address: str) -> bool:
    if not networks:
        return True
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    candidates = (found,) if mapped is None else (found, mapped)
    return any(
        each in network
        for network in map(ip_network, networks)
        for each in candidates
        if each.version == network.version
    )
