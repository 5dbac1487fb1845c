"""What ``gateway check`` says of secrets, keys and passwords of channels: read, nothing is called.

Of channels by SFTP, FTPS, HTTPS, e-mail, of mailboxes and of shops; those of AS2 are in
:mod:`gateway.pipeline.as2.check`. Files that are not there are told by C480 already. A key with a
passphrase is not opened: that costs a second each.
"""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from gateway.channels.remote.failure import RemoteError
from gateway.config import Workspace
from gateway.config.mailbox import Mailbox
from gateway.config.models import Channel
from gateway.config.secrets import Secret, SecretError, parse, resolve
from gateway.config.sftp import Sftp
from gateway.config.vaultcheck import house_text, vault_problems
from gateway.problems import Place, Problem, Severity, problem
from gateway.syntax.yamltext import Path_

_GROUP = ("channels", "NAME", "KIND")
"""Where the group of a channel stands: its line is that of its key, not of its first setting."""
_OF_FILES = ("T301", "T302", "T402")
"""Problems of files in the partner's folder."""
_NOT_THERE = os.strerror(errno.ENOENT).lower()


def connection_problems(workspace: Workspace, at: datetime) -> list[Problem]:
    """Of all partners and of our SFTP server, each with the place of the setting. ``at``: now."""
    found = [*_house(workspace), *_host_keys(workspace)]
    if workspace.settings.mailboxes is not None:
        found += _mailboxes(workspace, at, None)
    for name, partner in workspace.partners.items():
        for key, channel in partner.channels.items():
            found += _of_channel(workspace, name, key, channel)
    for name in workspace.shops:
        found += _of_shop(workspace, name)
    return found


def channel_problems(
    workspace: Workspace, partner: str, name: str, channel: Channel, at: datetime
) -> list[Problem]:
    """Of one channel."""
    if channel.mailbox is None:
        return list(_of_channel(workspace, partner, name, channel))
    return [*_host_keys(workspace), *_mailboxes(workspace, at, channel.mailbox.user)]


def _of_shop(workspace: Workspace, name: str) -> Iterator[Problem]:
    """Of a web shop; one that is paused is not called, so it needs no key yet."""
    if workspace.shops[name].mode == "paused":
        return
    text = workspace.shop_texts[name]
    for inner, found in _unresolved(workspace, workspace.shops[name], ()):
        yield replace(found, place=text.place(inner))


def _of_channel(
    workspace: Workspace, partner: str, name: str, channel: Channel
) -> Iterator[Problem]:
    """Of a channel by which one side logs in with a secret; AS2 and mailboxes have others."""
    path: Path_ = ("channels", name, channel.kind)
    if channel.group is None or channel.as2 is not None or channel.mailbox is not None:
        return
    missing = list(_missing(workspace, partner, channel.group, path))
    yield from missing
    asked = (each for _, each in _secrets(channel.group, path))
    if channel.sftp is not None and not missing and all(each.local for each in asked):
        yield from _keys(workspace, partner, channel.sftp, path)


def _missing(
    workspace: Workspace, partner: str, group: BaseModel, path: Path_
) -> Iterator[Problem]:
    """Secrets that are not where their references say; a key that nobody needs yet is C474."""
    idle = workspace.partners[partner].rests(str(path[1]))
    for inner, found in _unresolved(workspace, group, path):
        early = _not_made_yet(workspace, partner, found) if idle and inner[-1] == "key" else None
        yield _placed(workspace, partner, early or found, inner)


def _not_made_yet(workspace: Workspace, partner: str, found: Problem) -> Problem | None:
    """C474 for the file of a key of ours that is not there."""
    secret = parse(found.facts["reference"])
    if secret.kept != "file" or (workspace.base / secret.where).exists():
        return None
    folder = shlex.quote(str(Path(secret.where).parent))
    make = shlex.join(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", secret.where])
    return problem(
        "C474",
        partner=partner,
        what="our key for SFTP",
        missing=secret.where,
        command=f"before he is in test: mkdir -p {folder} && {make} beside gateway.yaml; he gets "
        "the .pub",
    )


def _house(workspace: Workspace) -> Iterator[Problem]:
    """The same of ``gateway.yaml``; host keys are looked at more closely."""
    text = house_text(workspace)
    for inner, found in _unresolved(workspace, workspace.settings, ()):
        if inner[:1] != ("mailboxes",):
            yield replace(found, place=text.place(inner))
    yield from vault_problems(workspace, text)


def _unresolved(
    workspace: Workspace, group: BaseModel, path: Path_
) -> Iterator[tuple[Path_, Problem]]:
    """C497 for secrets that can be looked up here; a keyring or a vault is not asked."""
    for inner, secret in _secrets(group, path):
        if not secret.local:
            continue
        try:
            resolve(secret, workspace.base)
        except SecretError as failure:
            reason = str(failure).removeprefix(f"{secret}: ")
            setting = next(str(each) for each in reversed(inner) if isinstance(each, str))
            facts = {"setting": setting, "reference": str(secret), "reason": reason}
            yield inner, Problem("C497", Place(), facts, Severity.WARNING)


def _secrets(value: object, path: Path_) -> Iterator[tuple[Path_, Secret]]:
    """All references in settings, with where they stand."""
    if isinstance(value, Secret):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _secrets(each, (*path, name))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _secrets(each, (*path, index))


def _keys(workspace: Workspace, partner: str, settings: Sftp, path: Path_) -> Iterator[Problem]:
    """Keys of ours, their certificates and pinned host keys that are none."""
    from gateway.channels.sftp import host_keys, our_keys  # noqa: PLC0415 (slow to load)
    from gateway.pipeline.remote.kinds.sftp import server  # noqa: PLC0415

    try:
        found = server(workspace, partner, settings)
        for each in (found, found.jump):
            if each is not None:
                free = tuple(key for key in each.login.keys if key.passphrase is None)
                our_keys.read(replace(each.login, keys=free))
                host_keys.known(each)
    except RemoteError as failure:
        yield from _of(workspace, partner, failure.problem, path)


def _host_keys(workspace: Workspace) -> Iterator[Problem]:
    """Our host keys."""
    settings = workspace.settings.mailboxes
    if settings is None:
        return
    from gateway.channels.sftp.server import host_keys  # noqa: PLC0415 (slow to load)

    text = house_text(workspace)
    written = [str(each) for each in settings.host_keys]
    for each in host_keys.read(workspace, settings):
        if isinstance(each, Problem):
            path: Path_ = ("mailboxes", "host_keys")
            name = each.facts.get("secret", "")
            place = text.place((*path, written.index(name)) if name in written else path)
            yield replace(each, place=place)


def _mailboxes(workspace: Workspace, at: datetime, user: str | None) -> Iterator[Problem]:
    """Keys and passwords of partners who come to us."""
    from gateway.channels.sftp.server.accounts import Accounts  # noqa: PLC0415 (slow to load)

    for mailer, found in Accounts(workspace).check(at, user):
        path: Path_ = ("channels", mailer.channel, "mailbox", *_setting(mailer.settings, found))
        yield from _of(workspace, mailer.partner, found, path)


def _setting(mailbox: Mailbox, found: Problem) -> Path_:
    """The key (T402) or the password (T403) of a mailbox that a problem is about."""
    if found.code == "T402":
        files = [each.file for each in mailbox.keys]
        return ("keys", files.index(found.facts["file"]), "file")
    return ("passwords", list(map(str, mailbox.passwords)).index(found.facts["secret"]))


def _of(workspace: Workspace, partner: str, found: Problem, path: Path_) -> Iterator[Problem]:
    """The problem at its place, unless C480 tells it."""
    if found.code not in _OF_FILES or found.facts["reason"].lower() != _NOT_THERE:
        yield _placed(workspace, partner, found, path)


def _placed(workspace: Workspace, partner: str, found: Problem, path: Path_) -> Problem:
    text = workspace.texts.get(partner)
    place = None if text is None else text.place(path, key=len(path) == len(_GROUP))
    return found if place is None else replace(found, place=place)
