"""The part of a receipt that machines read: ``message/disposition-notification`` (RFC 3798 §3.1).

Reader and writer side by side. Reading takes the fields in any order, case and folding; a field
that decides something must be there once.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass

from gateway.channels.as2.link import Digest
from gateway.channels.as2.mdn import micalg
from gateway.channels.as2.mdn.disposition import Disposition
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.mime.identity import write_name
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

LIMIT = 64_000
"""Bytes of a report; a real one has some hundred."""
_BREAKS = re.compile(r"[\r\n\x00]+[ \t]*")
_ADDRESS = re.compile(r"^\s*[A-Za-z0-9-]{1,40}\s*;\s*")
"""``rfc822;`` before a recipient."""


@dataclass(frozen=True, slots=True)
class ReceivedMic:
    """``Received-content-MIC``: the digest of what the partner received."""

    value: str
    """Base64, without blanks."""
    algorithm: str
    """As it is spelled; empty where none is named."""

    @property
    def digest(self) -> Digest | None:
        """The algorithm, where it is known."""
        return micalg.read(self.algorithm)

    @property
    def octets(self) -> bytes | None:
        """The digest itself; ``None`` where the value is not base64."""
        try:
            return b64decode(self.value, validate=True)
        except (NotBase64, ValueError):
            return None

    @classmethod
    def parse(cls, text: str) -> ReceivedMic:
        """``7v7F++fQaNB1sVLFtMRp+dF+eG4=, sha-256``, with blanks and folds anywhere."""
        value, _, algorithm = text.partition(",")
        return cls("".join(value.split()), " ".join(algorithm.split()))

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.value}, {self.algorithm}" if self.algorithm else self.value


@dataclass(frozen=True, slots=True)
class Report:
    """What a receipt says about one message."""

    disposition: Disposition
    original_message_id: str
    """Verbatim, with its brackets."""
    mic: ReceivedMic | None = None
    final_recipient: str = ""
    """The identifier, without ``rfc822;``, as it is spelled there."""
    original_recipient: str = ""
    reporting_ua: str = ""

    @classmethod
    def parse(cls, data: bytes) -> Report:
        """Read the part's content. Raises :class:`RefusedError` (T246, T247)."""
        fields = Headers.parse(data.strip(b"\r\n") + b"\r\n")
        mic = _once(fields, "Received-content-MIC", least=0)
        return cls(
            Disposition.parse(_once(fields, "Disposition") or ""),
            (_once(fields, "Original-Message-ID") or "").strip(),
            None if mic is None or not mic.strip() else ReceivedMic.parse(mic),
            _ADDRESS.sub("", fields.get("Final-Recipient") or "").strip(),
            _ADDRESS.sub("", fields.get("Original-Recipient") or "").strip(),
            (fields.get("Reporting-UA") or "").strip(),
        )

    def written(self) -> bytes:
        """The part's content, fields in the order of RFC 3798 §3.1, a line each."""
        fields = (
            ("Reporting-UA", self.reporting_ua),
            ("Original-Recipient", _recipient(self.original_recipient)),
            ("Final-Recipient", _recipient(self.final_recipient)),
            ("Original-Message-ID", self.original_message_id),
            ("Disposition", str(self.disposition)),
            ("Received-content-MIC", str(self.mic) if self.mic else ""),
        )
        lines = [f"{name}: {one_line(value)}\r\n" for name, value in fields if value]
        return "".join(lines).encode("latin-1", "replace")


def one_line(value: str) -> str:
    """A partner's text as a value of ours: it cannot start a field of its own."""
    return _BREAKS.sub(" ", value).strip()


def shown(text: str, most: int = 200) -> str:
    """A partner's text in a sentence of ours: cut, and nothing in it that a terminal obeys."""
    cut = text if len(text) <= most else f"{text[:most]}…"
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in cut)


def _recipient(name: str) -> str:
    return f"rfc822; {write_name(name)}" if name else ""


def _once(fields: Headers, name: str, *, least: int = 1) -> str | None:
    found = fields.all(name)
    if not least <= len(found) <= 1:
        raise RefusedError(problem("T247", count=len(found), what=name))
    return found[0] if found else None
