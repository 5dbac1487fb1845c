"""One mail: whether it is for us, which files are in it, and what they are called.

Judged twice: by some headers before it is read, and by all of it afterwards.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from gateway.channels.folder.names import is_temporary
from gateway.channels.mail.attachments import Attachment, attachments, shown
from gateway.channels.mail.imap import Head
from gateway.channels.mail.mime import BrokenMailError, decoded, parts, read_head
from gateway.channels.mail.sender import doubt, is_one_of, sender_of
from gateway.channels.remote.directory import Entry
from gateway.problems import Problem, problem
from gateway.telemetry.secrets import clean

_SAFE = re.compile(r"[^A-Za-z0-9._@+=-]+")
_DIGITS = 32
"""Of a digest in a name."""
_SUBJECT = 60
_LOOKED_AT = 2000
"""Characters of a header that are read to show some of them."""
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which mails are ours."""

    senders: Sequence[str]
    vouching: str | None = None
    """The mail server of ours that has to vouch for senders."""
    methods: Sequence[str] = ("dmarc", "dkim")
    wanted: Callable[[str], bool] = lambda _name: True
    """Which attachments are taken, by their names."""
    max_size: int = 50_000_000
    files: int = 200
    """Mails that one look reads at most."""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment."""

    name: str
    shown: str
    size: int
    changed: int | None

    @property
    def entry(self) -> Entry:
        """As a server would list it."""
        return Entry(self.name, "file", self.size, self.changed, self.shown)


@dataclass(slots=True)
class Mail:
    """A mail in the folder."""

    uid: int
    called: str
    """What a person knows it by."""
    files: dict[str, File] = field(default_factory=dict)
    """By name."""
    left: Problem | None = None
    waiting: set[str] = field(default_factory=set)
    """Names of its files that nothing was decided about yet."""
    _contents: dict[str, bytes] = field(default_factory=dict)

    def contents(self) -> Iterator[tuple[File, bytes]]:
        """Its files with their bytes, once: they are not kept here."""
        given, self._contents = self._contents, {}
        for name, content in given.items():
            yield self.files[name], content

    def done(self) -> Mail:
        """The same mail when its files are dealt with."""
        return Mail(self.uid, self.called, left=self.left)


def verdict(head: Head, rules: Rules) -> Mail | None:
    """A mail that need not be read, by its first headers; ``None``: read it.

    Mails of other senders are nobody's business: they are left without a word.
    """
    try:
        headers, _ = read_head(head.fields)
    except BrokenMailError as error:
        called = f"mail {head.uid}"
        return Mail(head.uid, called, left=problem("T463", mail=called, reason=str(error)))
    called = _called(head.uid, headers)
    sender = sender_of(headers)
    if sender is None:
        ours = any(is_one_of(each, rules.senders) for each in _named(headers))
        found = problem("T465", mail=called, found=_few(headers)) if ours else None
        return Mail(head.uid, called, left=found)
    if not is_one_of(sender, rules.senders):
        return Mail(head.uid, called)
    if rules.vouching is not None:
        reason = doubt(headers, sender, rules.vouching, rules.methods)
        if reason is not None:
            found = problem("T464", mail=called, sender=sender, reason=reason)
            return Mail(head.uid, called, left=found)
    if head.size > rules.max_size:
        return Mail(head.uid, called, left=_too_large(called, head.size, rules))
    return None


def read_mail(uid: int, data: bytes, rules: Rules) -> Mail:
    """A whole mail with its files."""
    called = f"mail {uid}"
    if len(data) > rules.max_size:
        return Mail(uid, called, left=_too_large(called, len(data), rules))
    try:
        headers, start = read_head(data)
        called = _called(uid, headers)
        found, left = attachments(parts(data), called)
        wanted = [each for each in found if _fits(each.name, rules)]
        contents = [(each, each.part.content()) for each in wanted]
    except BrokenMailError as error:
        return Mail(uid, called, left=problem("T463", mail=called, reason=str(error)))
    mail = Mail(uid, called)
    id_ = _identity(headers, data[:start])
    changed = _date(headers)
    for each, content in contents:
        file = File(_name(id_, each, content), each.name, len(content), changed)
        mail.files[file.name] = file
        mail._contents[file.name] = content
    mail.waiting = set(mail.files)
    left = [each for each in left if not mail.files or _fits(str(each.facts.get("name")), rules)]
    if not mail.files:
        left = left or [problem("T459", mail=called)]
    mail.left = shown(left) if left else None
    return mail


def _fits(name: str, rules: Rules) -> bool:
    return rules.wanted(name) and not is_temporary(name)


def _identity(headers: Message, block: bytes) -> str:
    """What tells a mail from all others: its Message-ID, or all of its headers."""
    id_ = " ".join(str(headers.get("Message-ID", "")).split())
    return id_ or f"no-id-{hashlib.sha256(block).hexdigest()[:_DIGITS]}"


def _name(id_: str, attachment: Attachment, content: bytes) -> str:
    sha = hashlib.sha256(content).hexdigest()
    whole = "\0".join((id_, attachment.number, sha)).encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(whole).hexdigest()[:_DIGITS]
    front = _SAFE.sub("_", id_.strip("<> "))[:60]
    return f"{front}.{attachment.number}.{digest}.{_SAFE.sub('_', attachment.name)[-60:]}"


def _date(headers: Message) -> int | None:
    """When it was written, in seconds since 1970; ``None`` where that is no sensible date."""
    try:
        at = parsedate_to_datetime(str(headers.get("Date", ""))[:_LOOKED_AT])
        # -0000 says that nobody knows the zone (RFC 5322 §3.3)
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return int(at.timestamp()) if _FIRST < at < _LAST else None


def _called(uid: int, headers: Message) -> str:
    subject = clean(" ".join(decoded(str(headers.get("Subject", ""))[:_LOOKED_AT]).split()))[
        :_SUBJECT
    ]
    return f"mail {uid} from {_few(headers)}, {subject!r}"


def _few(headers: Message) -> str:
    text = clean(
        ", ".join(str(each) for each in headers.get_all("From", []))[:_LOOKED_AT] or "nobody"
    )
    return ascii(decoded(" ".join(text.split()))[:80])[1:-1]


def _named(headers: Message) -> list[str]:
    text = " ".join(str(each) for each in headers.get_all("From", []))[:_LOOKED_AT]
    return [each.lower() for each in re.findall(r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+", text)]


def _too_large(called: str, size: int, rules: Rules) -> Problem:
    return problem("T462", mail=called, size=str(size), limit=str(rules.max_size))
