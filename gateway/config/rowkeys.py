"""Which agreements of a partner have the same map and guide as before, whatever else changed.

Loading a map is most of what a check takes. Of a partner with one overlay that was changed, the
maps of his other agreements are what they were.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

_SHARED = ("codes", "functions", "like")
"""Settings of a partner that every map of his may depend on."""
_OWN = ("mapping", "guide")
_DIGITS = 32


def row_keys(shared: bytes, data: Any, files: Mapping[str, bytes], *, whole: bool) -> list[str]:
    """A key of all that decides what is said of each agreement's maps, in their order.

    ``shared``: of what all partners have. ``files``: the partner's other files, by their names in
    his folder. A file belongs to an agreement unless it is named as the map or guide of others
    only, and nothing else mentions it. ``whole``: all files belong to each (programs may read
    them).
    """
    rows = data.get("agreements") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return []
    general = json.dumps([data.get(name) for name in _SHARED])
    texts = {name: content.lower() for name, content in files.items()}
    named = {
        PurePosixPath(written).as_posix()
        for row in rows
        for name in _OWN
        if isinstance(written := row.get(name), str)
    }
    private = {} if whole else {name: _stem(name) for name in named & files.keys()}
    for name, stem in tuple(private.items()):
        others = (text for other, text in texts.items() if other != name)
        if stem in general.lower().encode() or any(stem in text for text in others):
            del private[name]
    return [_key(shared, general, row, files, private) for row in rows]


def _stem(name: str) -> bytes:
    return PurePosixPath(name).stem.lower().encode("utf-8", "surrogateescape")


def _key(
    shared: bytes,
    general: str,
    row: Any,
    files: Mapping[str, bytes],
    private: Mapping[str, bytes],
) -> str:
    written = json.dumps(row, ensure_ascii=False)
    plain = written.lower().encode("utf-8", "surrogateescape")
    key = sha256(shared + f"{general}\0{written}".encode("utf-8", "surrogateescape"))
    for name, content in files.items():
        if name not in private or private[name] in plain:
            key.update(f"\0{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            key.update(content)
    return key.hexdigest()[:_DIGITS]
