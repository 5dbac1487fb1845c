"""What is agreed with each partner for AS2, ready for use: settings, preset, certificates, keys.

A link is made when it is first asked for, and again when one of its files changed. Dates need
nothing: which certificate counts is asked with the instant (``certificates.windows``).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from gateway.config import Workspace
from gateway.config.as2 import As2
from gateway.config.as2own import OwnKey
from gateway.config.as2presets import resolved
from gateway.config.secrets import Secret
from gateway.pipeline.as2 import credentials, terms
from gateway.problems import Problem

Key = tuple[str, str]
"""Partner and channel."""
Mark = tuple[tuple[int, int, int] | None, ...]
"""What a change of files shows in: time, size and inode of each; ``None`` where there is none."""


RETRY = 30.0
"""Seconds after which what could not be read is tried again, without any change of a file."""


@dataclass(frozen=True, slots=True)
class _Ours:
    """Our keys as they were read at a time."""

    keys: tuple[tuple[OwnKey, OwnCredential], ...]
    problems: tuple[Problem, ...]
    mark: Mark
    read: float


@dataclass(frozen=True, slots=True)
class _Made:
    """A link as it was made at a time, from those keys."""

    link: Link
    tls: credentials.Tls
    problems: tuple[Problem, ...]
    ours: _Ours
    mark: Mark
    read: float


class Links:
    """The links of a workspace. May be used by several threads."""

    def __init__(
        self, workspace: Workspace, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._workspace = workspace
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._settings: dict[Key, As2] = {}
        self._by_ids: dict[tuple[str, str], Key] = {}
        self._made: dict[Key, _Made] = {}
        self._ours: _Ours | None = None
        self._own_files: tuple[Path, ...] = ()
        self._files: dict[Key, tuple[Path, ...]] = {}
        own = workspace.own.as2
        if own is None:
            return
        self._own_files = tuple(
            path for each in own.keys for path in credentials.files(workspace, each)
        )
        contested: set[tuple[str, str]] = set()
        for name, partner in workspace.partners.items():
            for channel, each in partner.channels.items():
                if each.as2 is not None:
                    self._settings[name, channel] = resolved(each.as2)
                    pair = (each.as2.id, each.as2.our_id or own.id)
                    if self._by_ids.setdefault(pair, (name, channel)) != (name, channel):
                        contested.add(pair)
        for pair in contested:  # C450: refused rather than guessed
            del self._by_ids[pair]
        for key in self._settings:
            self._files[key] = tuple(self._files_of(key))

    @property
    def workspace(self) -> Workspace:
        """Whose links these are."""
        return self._workspace

    def by_ids(self, as2_from: str, as2_to: str) -> Link | None:
        """Of a message that came: whose ids these are (exactly as written, RFC 4130 §6.2)."""
        key = self._by_ids.get((as2_from, as2_to))
        return None if key is None else self.of(*key)

    def of(self, partner: str, channel: str) -> Link:
        """Of a channel. Raises ``KeyError`` where it is none by AS2, or we have no AS2 id."""
        return self._of((partner, channel)).link

    def all(self) -> Iterator[Link]:
        """Of all channels by AS2."""
        return (self._of(key).link for key in self._settings)

    def settings(self, link: Link) -> As2:
        """What a link does not hold (limits of the connection, repeats), the preset filled in."""
        return self._settings[link.partner, link.channel]

    def ours(self) -> tuple[OwnCredential, ...]:
        """All keys of ours that can be used."""
        return tuple(each for _, each in self._own().keys)

    def own_problems(self) -> tuple[Problem, ...]:
        """What is wrong with keys of ours: those are left out of all links."""
        return self._own().problems

    def problems_of(self, link: Link) -> tuple[Problem, ...]:
        """What is wrong with files of a partner: those are left out of his link."""
        return self._of((link.partner, link.channel)).problems

    def client(self, link: Link) -> OwnCredential | None:
        """What we show the partner's server. Raises ``RefusedError`` (C460-C462, C469)."""
        found = self._of((link.partner, link.channel)).tls.client
        if isinstance(found, Problem):
            raise RefusedError(found)
        return found

    def server_authorities(self, link: Link) -> str | None:
        """PEM of whom we trust to name the partner's server; ``None``: those of the system.

        Raises ``RefusedError`` (C460, C469).
        """
        found = self._of((link.partner, link.channel)).tls.authorities
        if isinstance(found, Problem):
            raise RefusedError(found)
        return found

    @property
    def host(self) -> str:
        """The host in our Message-IDs: as set, of our address, or made from our AS2 id."""
        own = self._workspace.own.as2
        if own is None:
            return "localhost"
        named = own.host or (urlsplit(own.url).hostname if own.url else None)
        return named or re.sub(r"[^A-Za-z0-9.-]+", "-", own.id).strip("-.").lower() or "localhost"

    # ---- making them

    def _of(self, key: Key) -> _Made:
        with self._lock:
            ours = self._own_locked()
            known = self._made.get(key)
            mark = _mark(self._files[key])
            if known is None or known.ours is not ours or self._stale(known, mark):
                known = self._made[key] = self._make(key, ours, mark)
            return known

    def _own(self) -> _Ours:
        with self._lock:
            return self._own_locked()

    def _own_locked(self) -> _Ours:
        mark = _mark(self._own_files)
        if self._ours is None or self._stale(self._ours, mark):
            keys, problems = credentials.ours(self._workspace)
            self._ours = _Ours(tuple(keys), tuple(problems), mark, self._monotonic())
        return self._ours

    def _stale(self, known: _Ours | _Made, mark: Mark) -> bool:
        """A file changed; or something failed that may work now: a device, a secret."""
        return known.mark != mark or (
            bool(known.problems) and self._monotonic() - known.read >= RETRY
        )

    def _files_of(self, key: Key) -> Iterator[Path]:
        settings, folder = self._settings[key], self._workspace.partner_folder(key[0])
        trust = settings.trust
        names = [each.file for each in settings.certificates]
        names += [*trust.authorities, *trust.revocations] if trust is not None else []
        names += [settings.http.ca] if settings.http.ca is not None else []
        yield from (folder / name for name in names)
        if settings.http.client is not None:
            yield from credentials.files(self._workspace, settings.http.client)
        if isinstance(settings.url, Secret) and settings.url.kept == "file":
            yield self._workspace.base / settings.url.where

    def _make(self, key: Key, ours: _Ours, mark: Mark) -> _Made:
        partner, channel = key
        settings, workspace = self._settings[key], self._workspace
        own = workspace.own.as2
        assert own is not None
        theirs, problems = credentials.theirs(workspace, partner, settings.certificates)
        authorities, revocations, more = credentials.authorities(workspace, partner, settings.trust)
        url, unknown = credentials.url(workspace, settings.url)
        tls = credentials.tls(workspace, partner, settings.http)
        made = replace(
            terms.link(partner, channel, settings, own),
            url=url,
            ours=tuple(each for written, each in ours.keys if _is_for(written, partner)),
            theirs=theirs,
            authorities=authorities,
            revocations=revocations,
        )
        found = (*problems, *more, *unknown, *tls.problems)
        return _Made(made, tls, found, ours, mark, self._monotonic())


def links_for(workspace: Workspace) -> Links:
    """The links of a workspace, made once for it."""
    with _LOCK:
        # kept with the workspace itself, so that they live as long and no longer
        known: Links = vars(workspace).get("_as2_links") or Links(workspace)
        vars(workspace)["_as2_links"] = known
        return known


_LOCK = threading.Lock()


def _is_for(written: OwnKey, partner: str) -> bool:
    return not written.partners or partner in written.partners


def _mark(files: Iterable[Path]) -> Mark:
    return tuple(map(_stamp, files))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
