"""What a request at ``/in/PARTNER/CHANNEL[/NAME]`` says: its target, its key, its file's name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from gateway.channels.as2.mime.contenttype import filename_of
from gateway.channels.as2.refusal import RefusedError
from gateway.channels.folder.names import shown

PREFIX = "/in/"
LONGEST_PATH = 1000
"""Characters."""
LONGEST_KEY = 255
LONGEST_NAME = 255
_LONGEST_ENDING = 16
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_KEY = re.compile(r"[!-~]+")
_QUOTED = re.compile(r'"([^"\\]*)"')
_BEARER = re.compile(r"bearer +([!-~]+)", re.IGNORECASE)
_ENDINGS = {
    "application/edifact": "edi",
    "application/edi-x12": "x12",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "text/csv": "csv",
    "text/plain": "txt",
}


class Target(NamedTuple):
    """Where a request goes."""

    partner: str
    channel: str
    name: str
    """The last step: the name of a file, or what is asked about; empty where there is none."""


def target(path: str) -> Target | None:
    """A path as it came, percent-encoded; ``None`` for one that leads nowhere."""
    if not path.startswith(PREFIX) or len(path) > LONGEST_PATH:
        return None
    partner, slash, rest = path.removeprefix(PREFIX).partition("/")
    channel, _, name = rest.partition("/")
    if not slash or "/" in name or not (_PLAIN.fullmatch(partner) and _PLAIN.fullmatch(channel)):
        return None
    return Target(partner, channel, unquote(name))


def bearer(authorization: str | None) -> str:
    """The token of ``Authorization`` (RFC 6750 §2.1); empty where there is none."""
    found = _BEARER.fullmatch((authorization or "").strip())
    return "" if found is None else found[1]


def key(text: str) -> str | None:
    """The key of ``Idempotency-Key``, with or without its quotes; ``None`` for none that counts."""
    text = text.strip()
    if quoted := _QUOTED.fullmatch(text):
        text = quoted[1]
    return text if len(text) <= LONGEST_KEY and _KEY.fullmatch(text) else None


def file_name(told: str, disposition: str | None, content_type: str | None, made: str) -> str:
    """The name of a file: that of the path, that of Content-Disposition, or ``made`` and an ending.

    It is data, never a path; steps before the last one are left out.
    """
    name = _bare(told) or _bare(_disposed(disposition))
    if any(sign.isalnum() for sign in name):
        ending = PurePosixPath(name).suffix[:_LONGEST_ENDING]
        return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(ending)] + ending
    kind = (content_type or "").partition(";")[0].strip().lower()
    return f"{made}.{_ENDINGS.get(kind, 'edi')}"


def _disposed(disposition: str | None) -> str:
    try:
        return filename_of(disposition, None)
    except RefusedError:
        return ""


def _bare(name: str) -> str:
    return shown(name.replace("\\", "/").rpartition("/")[2]).strip()
