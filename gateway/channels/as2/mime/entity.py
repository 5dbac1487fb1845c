"""A message or a part of one: its head, its body, and both together as they were received."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime.contenttype import ContentType, filename_of
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.mime.transfer import encoding_of
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

_FIRST = 8192
"""Bytes in which the head of an ordinary part ends."""


@dataclass(frozen=True, slots=True)
class Entity:
    """``whole`` is head and body in one range; missing where the head came by other ways (HTTP)."""

    headers: Headers
    body: Extent
    whole: Extent | None = None

    @property
    def content_type(self) -> ContentType | None:
        """What it says it is. Raises :class:`RefusedError` (T223)."""
        value = self.headers.get("Content-Type")
        return ContentType.parse(value) if value else None

    @property
    def encoding(self) -> str | None:
        """Its Content-Transfer-Encoding; nothing means binary."""
        return self.headers.get("Content-Transfer-Encoding")

    @property
    def is_base64(self) -> bool:
        """Whether it is said to be: the only encoding that structures come in, if in any."""
        return encoding_of(self.encoding) == "base64"

    @property
    def filename(self) -> str:
        """The name of its file, as data; empty where it has none."""
        return filename_of(self.headers.get("Content-Disposition"), self.content_type)


def read_entity(part: Extent, limits: Limits) -> Entity:
    """Cut a part at its first blank line. Raises :class:`RefusedError` (T220 to T222)."""
    headers, body = split_head(part, limits)
    return Entity(headers, body, part)


def split_head(part: Extent, limits: Limits) -> tuple[Headers, Extent]:
    """Head and body of a part. A part may begin with the blank line, or be head alone."""
    data = part.read(_FIRST)
    end, begin = _blank_line(data)
    if end < 0 and len(data) < part.size:
        data = part.read(limits.header_bytes + 4)
        end, begin = _blank_line(data)
    if end < 0:
        if part.size > limits.header_bytes:
            raise RefusedError(problem("T220", limit=limits.header_bytes))
        return Headers.parse(data, limits), part.part(part.size, 0)
    return Headers.parse(data[:end], limits), part.part(begin)


def _blank_line(data: bytes) -> tuple[int, int]:
    """Where the head ends and where the body begins; -1 if there is no blank line."""
    if data.startswith(b"\n"):
        return 0, 1
    if data.startswith(b"\r\n"):
        return 0, 2
    windows = data.find(b"\n\r\n")
    unix = data.find(b"\n\n", 0, windows + 1 if windows >= 0 else len(data))
    if unix >= 0:
        return unix + 1, unix + 2
    return (windows + 1, windows + 3) if windows >= 0 else (-1, -1)
