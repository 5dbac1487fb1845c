"""Requests that are on the way while others are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
ON_THE_WAY = 2 * 1024 * 1024
"""Bytes of one file that are asked for ahead, or sent without an answer yet."""
TOGETHER = 16 * 1024 * 1024
"""The same of all files of one connection: so much memory it needs at most."""


def most_ahead(block: int, files: int) -> int:
    """Blocks of one file that may be on the way beside so many other files."""
    return max(2, min(ON_THE_WAY, TOGETHER // max(1, files)) // block)


def on_the_way(request: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Send a request now, and look at its answer later, or never."""
    task = asyncio.get_running_loop().create_task(request)
    task.add_done_callback(_heard)
    return task


def _heard(task: asyncio.Task[Any]) -> None:
    """When a connection breaks all requests fail, and only the first one is told of."""
    if not task.cancelled():
        task.exception()
