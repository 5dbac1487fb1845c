"""A file's contents for people: EDI a segment per line, anything else a line per line."""

from __future__ import annotations

from gateway.cli.annotate import lines_of
from gateway.syntax import detect, read_bytes


def excerpt(data: bytes) -> list[str]:
    """The lines of a file; control characters become dots."""
    if detect(data[:4096]) in ("edifact", "x12"):
        return [line.text for line in lines_of(read_bytes(data))]
    text = data.decode("utf-8", "replace")
    return [
        "".join(sign if sign.isprintable() else "·" for sign in line) for line in text.splitlines()
    ]
