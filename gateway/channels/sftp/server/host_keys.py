"""Our host keys: the first of a kind is shown, the others are made known to those who logged in.

So a new key is announced (``hostkeys-00@openssh.com``) beside the old one until every partner has
it, and then put in front.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import asyncssh
from asyncssh import SSHKey, SSHKeyPair

from gateway.channels.sftp.server.accounts import LEAST_RSA, too_short
from gateway.config.mailbox import Mailboxes
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.config.workspace import Workspace
from gateway.problems import Problem, problem


def read(workspace: Workspace, settings: Mailboxes) -> list[SSHKey | Problem]:
    """Each host key of the settings, or why it cannot be used (T400)."""
    return [_read(workspace, each) for each in settings.host_keys]


def _read(workspace: Workspace, secret: Secret) -> SSHKey | Problem:
    try:
        text = resolve(secret, workspace.base)
        key = asyncssh.import_private_key(text)
    except SecretError as error:
        return problem("T400", secret=str(secret), reason=str(error).removeprefix(f"{secret}: "))
    except (asyncssh.KeyImportError, ValueError) as error:
        reason = "it is no private key as OpenSSH or PEM writes it"
        if "assphrase" in str(error):
            reason = "it is protected by a passphrase; a host key is protected by its file's mode"
        return problem("T400", secret=str(secret), reason=reason)
    if too_short(key):
        return problem("T400", secret=str(secret), reason=f"RSA of less than {LEAST_RSA} bits")
    return key


def open_to_others(workspace: Workspace, settings: Mailboxes) -> list[Secret]:
    """Those in files that every user of this machine may read."""
    files = [each for each in settings.host_keys if each.kept == "file"]
    return [each for each in files if _for_all(workspace.base / each.where)]


def _for_all(file: Path) -> bool:
    try:
        return os.name == "posix" and bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def pairs(keys: list[SSHKey], allowed: frozenset[str]) -> list[SSHKeyPair]:
    """The keys for one connection; each one signs only by algorithms that are allowed.

    New ones for each connection, because the library notes in them what the client chose.
    """
    found = list(asyncssh.load_keypairs(keys))
    for pair in found:
        pair.host_key_algorithms = [
            name for name in pair.host_key_algorithms if name.decode("ascii") in allowed
        ]
    return found
