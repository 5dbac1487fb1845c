"""Two channels that claim the same folder of a server (C483), or user of our mailboxes (C484).

Channels may share a folder when their patterns exclude each other: a service provider puts the
files of several partners into one, and a mailbox gets the mails of many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from gateway.config.channel import Channel
from gateway.config.models import Partner
from gateway.config.remote import RemoteReceive
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

Read = Mapping[str, tuple[Partner, YamlText]]
_PORTS = {("sftp", ""): 22, ("ftps", "explicit"): 21, ("ftps", "implicit"): 990}
_TEMPLATE = re.compile(r"\{[^{}]*\}")
_LONGEST = 200
"""Of a pattern, what is compared."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A folder of a server, and which files in it."""

    server: str
    """As a person names it."""
    account: tuple[str, str]
    """Server and user."""
    folder: str
    names: tuple[str, ...]
    senders: tuple[str, ...]
    reads: bool
    inner: Path_

    @property
    def spot(self) -> tuple[str, str, str]:
        """Two claims are compared when they have the same one."""
        return (*self.account, same_folder(self.folder))

    def meets(self, other: _Claim) -> bool:
        """Whether a file can be meant by both; two that only write never clash."""
        if not self.reads and not other.reads:
            return False
        return _meet(self.names, other.names) and _meet(self.senders, other.senders)


def rivals(partners: Read) -> Iterator[Problem]:
    """Of all partners: C483, C484."""
    users: dict[str, tuple[str, Place]] = {}
    claimed: dict[tuple[str, str, str], list[tuple[_Claim, str, Place]]] = {}
    for name, (partner, text) in partners.items():
        for channel_name, channel in partner.channels.items():
            about = f"{name}, channel {channel_name}"
            if channel.mailbox is not None:
                place = text.place(("channels", channel_name, "mailbox", "user"))
                yield from _user(users, channel.mailbox.user, about, place)
            for claim in _claims(channel):
                place = text.place(("channels", channel_name, *claim.inner))
                known = claimed.setdefault(claim.spot, [])
                yield from _clash(known, claim, place)
                known.append((claim, f"{about}, {claim.inner[1]}", place))


def same_folder(written: str) -> str:
    """One spelling of a folder on a server."""
    steps = [step for step in written.split("/") if step not in ("", ".")]
    return ("/" if written.startswith("/") else "") + "/".join(steps)


def _user(
    users: dict[str, tuple[str, Place]], user: str, about: str, place: Place
) -> Iterator[Problem]:
    if user in users:
        other, where = users[user]
        yield problem("C484", place, value=user, other=other, **_other(where))
    users.setdefault(user, (about, place))


def _clash(
    known: Iterable[tuple[_Claim, str, Place]], claim: _Claim, place: Place
) -> Iterator[Problem]:
    for other, about, where in known:
        if claim.meets(other):
            facts: dict[str, Any] = {"value": claim.folder, "server": claim.server, "other": about}
            yield problem("C483", place, setting="folder", **facts, **_other(where))
            return


def _claims(channel: Channel) -> Iterator[_Claim]:
    """What a channel reads and writes on servers of others."""
    remote = channel.sftp or channel.ftps
    if remote is not None:
        tls = getattr(remote, "tls", "")
        user = remote.login.user if channel.sftp is not None else channel.ftps.user  # type: ignore[union-attr]
        server = f"{remote.host.lower()}:{remote.port or _PORTS[channel.kind, tls]}"
        for side, setting in (("receive", remote.receive), ("send", remote.send)):
            if setting is None:
                continue
            reads = isinstance(setting, RemoteReceive)
            name = setting.match if isinstance(setting, RemoteReceive) else _glob(setting.name)
            inner: Path_ = (channel.kind, side, "folder")
            account = (f"{channel.kind}://{server}", user)
            yield _Claim(server, account, setting.folder, (name,), ("*",), reads, inner)
    mail = None if channel.mail is None else channel.mail.receive
    if mail is not None:
        server = mail.imap.server.lower()
        account = (f"imap://{server}", mail.imap.user or "")
        senders = tuple(each.lower() for each in mail.senders)
        inner = ("mail", "receive", "folder")
        yield _Claim(server, account, mail.folder, (mail.match,), senders, True, inner)


def _glob(template: str) -> str:
    """The names that a template makes, as a pattern."""
    return _TEMPLATE.sub("*", template)


def _meet(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    others = tuple(theirs)
    return any(overlap(one[:_LONGEST], other[:_LONGEST]) for one in ours for other in others)


def overlap(one: str, other: str) -> bool:
    """Whether a name can fit both patterns (``*``, ``?``; a set ``[…]`` counts as any sign)."""
    left, right = _signs(one), _signs(other)

    @cache
    def meet(at: int, there: int) -> bool:
        if at == len(left) and there == len(right):
            return True
        if at < len(left) and left[at] == "*":
            return meet(at + 1, there) or (there < len(right) and meet(at, there + 1))
        if there < len(right) and right[there] == "*":
            return meet(at, there + 1) or (at < len(left) and meet(at + 1, there))
        if at == len(left) or there == len(right):
            return False
        return _fits(left[at], right[there]) and meet(at + 1, there + 1)

    return meet(0, 0)


def _signs(pattern: str) -> tuple[str, ...]:
    """A pattern sign by sign; ``*`` once however often it is written."""
    found: list[str] = []
    for written in re.findall(r"\[!?\]?[^\]]*\]|.", pattern, re.DOTALL):
        sign = "?" if len(written) > 1 else written
        if sign != "*" or found[-1:] != ["*"]:
            found.append(sign)
    return tuple(found)


def _fits(one: str, other: str) -> bool:
    return one == other or "?" in (one, other)


def _other(place: Place) -> dict[str, Any]:
    return {"other_file": place.file or "", "other_line": str(place.line or 1)}
