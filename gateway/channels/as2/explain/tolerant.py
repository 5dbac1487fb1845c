"""Parts and encodings, read on where the live path refuses: each help is noted, each reason kept.

Base64 without what is none, a multipart that is cut off as far as it goes.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field

from gateway.channels.as2.cms.contentinfo import is_binary
from gateway.channels.as2.explain.explanation import Cause
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime import transfer
from gateway.channels.as2.mime.contenttype import ContentType
from gateway.channels.as2.mime.entity import Entity, read_entity
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.mime.joined import join
from gateway.channels.as2.mime.multipart import boundary_of, split_parts
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem

LIMITS = Limits(headers=500, header_bytes=256_000, parts=1_000)
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OTHERS = bytes(set(range(256)) - set(_ALPHABET))
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_REPAIRED = 64_000_000
"""Bytes of broken base64 that are put right in memory."""


@dataclass(slots=True)
class Tolerant:
    """A reader that collects."""

    scratch: Scratch
    causes: list[Cause] = field(default_factory=list)
    """In the order they were found: the first is what the gateway stops at."""
    notes: list[str] = field(default_factory=list)

    def kind(self, entity: Entity) -> ContentType:
        """What an entity says it is; empty where that cannot be read."""
        try:
            return entity.content_type or ContentType("")
        except RefusedError as refused:
            self.causes.append(Cause.of(refused.problem))
            return ContentType("")

    def entity(self, part: Extent) -> Entity:
        """Head and body; all of it is body where the head cannot be read."""
        try:
            return read_entity(part, LIMITS)
        except RefusedError as refused:
            self.causes.append(Cause.of(refused.problem))
            return Entity(Headers(), part, part)

    def parts(self, body: Extent, kind: ContentType) -> tuple[list[Extent], tuple[Problem, ...]]:
        """The parts of a multipart as far as it goes, and what is wrong with it."""
        try:
            boundary = boundary_of(kind)
        except RefusedError as refused:
            return [], (refused.problem,)
        try:
            return split_parts(body, boundary, LIMITS), ()
        except RefusedError as refused:
            if refused.problem.code != "T225":
                return [], (refused.problem,)
            return self._closed(body, boundary), (refused.problem,)

    def _closed(self, body: Extent, boundary: bytes) -> list[Extent]:
        """The parts of a multipart that is cut off, the last one as far as it goes."""
        closed = join([body, b"\r\n--" + boundary + b"--\r\n"])
        self.notes.append("the multipart is cut off; what there is of it was read")
        try:
            return split_parts(closed, boundary, LIMITS)
        except RefusedError:
            return []

    def decoded(self, entity: Entity) -> Extent:
        """A multipart has no encoding of its own (RFC 2045 §6.4); some are base64 all the same."""
        if entity.body.read(2) == b"--" or not entity.encoding:
            return entity.body
        try:
            return self._transfer(entity.body, entity.encoding)
        except RefusedError as refused:
            self.causes.append(Cause.of(refused.problem))
            return entity.body

    def cms(self, entity: Entity) -> Extent:
        """The structure, whatever the encoding is said to be."""
        if is_binary(entity.body):
            return entity.body
        return self._transfer(entity.body, "base64")

    def _transfer(self, body: Extent, encoding: str) -> Extent:
        try:
            return transfer.decoded(body, encoding, self.scratch)
        except RefusedError as refused:
            if refused.problem.code != "T227" or body.size > _REPAIRED:
                raise
            return Extent.of(self._repaired(body, refused.problem))

    def _repaired(self, body: Extent, found: Problem) -> bytes:
        """Base64 without what does not belong there, as far as it goes."""
        data = body.read(body.size)
        bad = _NO_BASE64.search(data)
        cause = Cause.of(found)
        if bad is not None:
            where = f"byte {bad.start()} of the body is “{legible(bad[0])}”"
            sentence = f"The body is said to be base64, but is not: {where}."
            cause = Cause(sentence, cause.remedy, cause.code)
        self.causes.append(cause)
        kept = data.translate(None, _OTHERS)
        junk = len(_NO_BASE64.findall(data))
        what = f"without {junk} characters that are none" if junk else "as far as it goes"
        self.notes.append(f"base64 was read {what}")
        if len(kept) % 4 == 1:
            kept = kept[:-1]
        return b64decode(kept + b"=" * (-len(kept) % 4))


def legible(data: bytes, most: int = 60) -> str:
    """As text of one line; what cannot be shown is a dot."""
    text = "".join(sign if sign.isprintable() else "·" for sign in data.decode("latin-1"))
    return text if len(text) <= most else f"{text[:most]}…"
