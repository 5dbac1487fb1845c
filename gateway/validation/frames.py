"""Messages between the gateway and its validator: a line of JSON, then the bytes it announces."""

from __future__ import annotations

import json
from typing import IO, Any

_MOST_BYTES = 256_000_000
_LONGEST_HEAD = 1_000_000


class FrameError(Exception):
    """The other side ended, or sent something else."""


def send(stream: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    """One message. Raises ``OSError`` where the other side is gone."""
    line = json.dumps({**head, "bytes": len(body)}, ensure_ascii=True).encode("ascii")
    stream.write(line + b"\n" + body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """The next message. Raises :class:`FrameError`."""
    line = stream.readline(_LONGEST_HEAD)
    try:
        head = json.loads(line)
        count = int(head["bytes"])
    except (ValueError, KeyError, TypeError):
        raise FrameError("it ended") from None
    if not 0 <= count <= _MOST_BYTES:
        raise FrameError(f"it announced {count} bytes")
    body = stream.read(count)
    if len(body) != count:
        raise FrameError("it ended in the middle of an answer")
    return head, body
