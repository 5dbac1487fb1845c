"""Forms with files (RFC 7578), as some shops want files to be handed over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_PLAIN = re.compile(r"[^A-Za-z0-9._ -]")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; with ``file`` it is a file of that name."""

    name: str
    body: bytes
    media_type: str = ""
    file: str = ""


def form(parts: Sequence[Part]) -> tuple[str, bytes]:
    """Content type and body. The same parts make the same bytes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.name.encode() + b"\0" + part.body + b"\0")
    boundary = f"edi-{digest.hexdigest()[:40]}"
    lines: list[bytes] = []
    for part in parts:
        told = f'form-data; name="{safe(part.name)}"'
        told += f'; filename="{safe(part.file)}"' if part.file else ""
        lines += [f"--{boundary}".encode(), f"Content-Disposition: {told}".encode()]
        if part.media_type:
            lines.append(f"Content-Type: {part.media_type}".encode())
        lines += [b"", part.body]
    lines += [f"--{boundary}--".encode(), b""]
    return f"multipart/form-data; boundary={boundary}", b"\r\n".join(lines)


def safe(name: str) -> str:
    """A name without anything that means something in a header."""
    return _PLAIN.sub("_", name)
