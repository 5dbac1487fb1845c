"""One thing that was tried when a channel is tested, in words."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.problems import Problem


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a test; after one that failed, only what still makes sense is tried."""

    name: str
    """``settings``, ``dns``, ``tcp``, ``tls``, ``host key``, ``login``, ``list``, ``write``,
    ``size``, ``rename``, ``read``, ``delete``."""
    text: str
    found: Problem | None = None
    """Why it failed."""
    remedy: str = ""
