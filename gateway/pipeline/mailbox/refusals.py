"""What partners read in their clients when something is not done: a sentence and its code."""

from __future__ import annotations

from typing import Any

from gateway.channels.sftp.server.hosting import Refusal, Why
from gateway.problems import problem


def refusal(why: Why, code: str, **facts: Any) -> Refusal:
    """A refusal with the sentence of a problem."""
    return Refusal(why, f"{problem(code, **facts).sentence} ({code})")


def missing(name: str) -> Refusal:
    """There is no such file."""
    return Refusal("missing", f"there is no file {name}")


def elsewhere(what: str) -> Refusal:
    """Not in this folder."""
    return refusal("denied", "T424", what=what)


def later(reason: str) -> Refusal:
    """Not now."""
    return refusal("failed", "T423", reason=reason)
