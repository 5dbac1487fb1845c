"""What ``gateway check`` says of certificates and keys: all are read, nothing is called."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from cryptography.hazmat.backends.openssl.backend import backend

from gateway.channels.as2.certificates.examine import examine, link_problems
from gateway.channels.as2.cms.keytransport import rejects_implicitly
from gateway.channels.as2.link import Link
from gateway.config import Workspace
from gateway.config.as2check import MAKE_KEYS
from gateway.config.partnerfiles import OWN
from gateway.config.settingsfile import read_settings
from gateway.pipeline.as2.links import Links, links_for
from gateway.pipeline.remote import certificates as connections
from gateway.pipeline.remote.validity import of_connection, without_successor
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_NOT_THERE = os.strerror(errno.ENOENT)


def certificate_problems(workspace: Workspace, at: datetime) -> list[Problem]:
    """Of all partners and of ours, each with the place of the setting. ``at``: now."""
    links = links_for(workspace)
    found = list(_ours(workspace, links, at))
    for link in links.all():
        found += _of(workspace, link, links.problems_of(link), at)
    for each in connections.named(workspace):
        read = connections.read(workspace, each)
        told = [read] if isinstance(read, Problem) else of_connection(read, _owner(each), at)
        found += [_at_channel(workspace, each, one) for one in told]
    if links.ours() and not rejects_implicitly():
        found.append(problem("C475", version=backend.openssl_version_text()))
    return found


def _ours(workspace: Workspace, links: Links, at: datetime) -> Iterator[Problem]:
    """Of our own keys and certificates, with the line that names the file."""
    found = [*links.own_problems()]
    for credential in links.ours():
        found += examine(credential, "us", at)
    found += without_successor(links.ours(), "us", at)
    if not found:
        return
    name = Path(workspace.settings.partners) / OWN
    text = read_settings(workspace.root, name, []) or YamlText(name.as_posix())
    front: Path_ = ("as2", "keys")
    for each in found:
        file = each.facts.get("name", "")
        inner = next(_named(_at_path(text.data, front), file, front), front)
        yield replace(_not_made_yet(workspace, each), place=text.place(inner))


def _not_made_yet(workspace: Workspace, found: Problem) -> Problem:
    """C474 for a file of ours that is not there, where all who need it are paused."""
    own = workspace.own.as2
    if own is None or _NOT_THERE not in str(found.facts.get("reason")):
        return found
    file = found.facts["name"]
    keys = [each for each in own.keys if file in (each.shown, PurePosixPath(each.shown).name)]
    users = [
        (partner.partner, partner.rests(channel))
        for partner in workspace.partners.values()
        for channel, settings in partner.channels.items()
        if settings.as2 is not None
        and any(not key.partners or partner.partner in key.partners for key in keys)
    ]
    if not users or not all(rests for _, rests in users):
        return found
    return problem(
        "C474",
        partner=" and ".join(sorted({name for name, _ in users})),
        what="our key for AS2",
        missing=f"{file}: {found.facts['reason']}",
        command=f"before he is in test: {MAKE_KEYS}",
    )


def _of(
    workspace: Workspace, link: Link, known: tuple[Problem, ...], at: datetime
) -> Iterator[Problem]:
    for each in known:
        if each.facts.get("reason") != _NOT_THERE:  # C451 has said so already
            yield _placed(workspace, link, each)
    for credential in link.theirs:
        for each in examine(credential, link.partner, at):
            yield _placed(workspace, link, each)
    for each in without_successor(link.theirs, link.partner, at):
        yield _placed(workspace, link, each)
    for each in link_problems(link, at):
        # without any key of ours, C452 has said so already; of his, what is wrong with the files
        ours, theirs = each.code in ("C466", "C467"), each.code in ("C464", "C465")
        if (link.ours or not ours) and (link.theirs or not known or not theirs):
            yield _placed(workspace, link, each)


def _at_channel(workspace: Workspace, each: connections.Named, found: Problem) -> Problem:
    """With the line of the setting that names the file, or of the channel."""
    text = workspace.texts.get(each.partner)
    if text is None:
        return found
    kind = workspace.partners[each.partner].channels[each.channel].kind
    name = each.authority if each.client is None else each.client.shown
    path: Path_ = ("channels", each.channel, kind)
    inner = next(_named(_at_path(text.data, path), name or "", path), None)
    place = text.place(path, key=True) if inner is None else text.place(inner)
    return Problem(found.code, place, found.facts, found.severity)


def _owner(each: connections.Named) -> str:
    return each.partner if each.client is None else "us"


def _at_path(data: Any, path: Path_) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _named(data: Any, name: str, path: Path_) -> Iterator[Path_]:
    """Where a value is the name of a file."""
    if isinstance(data, str) and name in (data, PurePosixPath(data).name):
        yield path
    elif isinstance(data, dict):
        for step, inner in data.items():
            yield from _named(inner, name, (*path, step))
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            yield from _named(inner, name, (*path, index))


def _placed(workspace: Workspace, link: Link, found: Problem) -> Problem:
    """With the line of the file that it is about, or of the group."""
    text = workspace.texts.get(link.partner)
    channel = workspace.partners[link.partner].channels[link.channel]
    if text is None or channel.as2 is None:
        return found
    path: Path_ = ("channels", link.channel, "as2", "certificates")
    name = found.facts.get("name")
    for index, each in enumerate(channel.as2.certificates):
        if each.file == name:
            path = (*path, index, "file")
    place: Place = text.place(path)
    return Problem(found.code, place, found.facts, found.severity)
