"""Names of digests as partners spell them: ``micalg``, ``Received-content-MIC``, receipt options.

RFC 5751 §3.4.3.2 renamed ``sha1`` to ``sha-1`` and so on; products write either, in any case, and
some say ``SHA`` or name the signature with it (``rsa-sha1``).
"""

from __future__ import annotations

import re
from typing import get_args

from gateway.channels.as2.link import Digest

_MARKS = re.compile(r"[\s\"'_-]+")
_NAMES: dict[str, Digest] = {
    spelling: digest
    for digest in get_args(Digest)
    for spelling in (digest.replace("-", ""), f"rsa{digest.replace('-', '')}")
} | {"sha": "sha-1", "rsasha": "sha-1"}
_LONGEST = 24


def read(text: str) -> Digest | None:
    """The digest somebody means; ``None`` for MD5 and for what is not known."""
    if len(text) > _LONGEST:
        return None
    return _NAMES.get(_MARKS.sub("", text).lower())


def spelled(digest: str, dashes: bool = True) -> str:
    """How we write it: always ``sha1``, which everybody reads; the others as agreed."""
    return "sha1" if digest == "sha-1" else digest if dashes else digest.replace("-", "")
