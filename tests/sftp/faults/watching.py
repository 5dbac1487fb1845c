"""A channel's real connections, watched: something happens as an operation on the server begins."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from gateway.channels.remote.directory import RemoteDir
from gateway.pipeline.remote import kinds
from tests.remote.proxy import Proxy

PATIENCE = 3.0
OPERATIONS = ("scan", "stat", "read", "read_open", "write", "rename", "remove")
CALLED = {"read_open": "read"}
Hook = Callable[[str, str], None]
"""Hears of an operation and its path, before it is asked for; of connecting, too."""


Class = tuple[str, str, int]
"""An operation, the way that is cut, and so many bytes after its beginning."""


def chosen(classes: Mapping[str, Class], *, all_of_them: bool) -> list[tuple[str, Class]]:
    """All classes of places at which a line is cut, or every second one."""
    return list(classes.items())[:: 1 if all_of_them else 2]


EVERY = [False, pytest.param(True, marks=pytest.mark.soak)]
"""For ``all_of_them``."""


class Watched:
    """A ``RemoteDir`` that tells what is asked of it."""

    def __init__(self, real: RemoteDir, hook: Hook) -> None:
        self._real = real
        self._hook = hook

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in OPERATIONS:
            return found

        def told(path: str, *more: Any, **options: Any) -> Any:
            self._hook(CALLED.get(name, name), path)
            return found(path, *more, **options)

        return told


@contextmanager
def watched(hook: Hook) -> Iterator[None]:
    """Every connection by SFTP meanwhile tells the hook."""
    with pytest.MonkeyPatch.context() as patch:
        real = kinds.OPENERS["sftp"]

        async def opener(*arguments: Any) -> Any:
            hook("connect", "")
            return Watched(await real(*arguments), hook)

        patch.setitem(kinds.OPENERS, "sftp", opener)
        yield


class Cut:
    """Cuts the line once, so many bytes after an operation on it began.

    ``way``: the bytes that go ``up`` to the server, or come ``down``. ``operation``: ``connect``
    counts from the first byte of a line.
    """

    def __init__(self, between: Proxy, operation: str, way: str, after: int) -> None:
        self.between = between
        self.operation = operation
        self.way = way
        self.after = after
        self._before = 0
        """Bytes of earlier lines."""
        self._armed = False
        self._wait()
        between.cut_up = between.cut_down = None
        between.cuts = 1

    def _wait(self) -> None:
        """Until earlier lines are over: their last bytes would count as those of the next one."""
        until = time.monotonic() + PATIENCE
        while self.between._open and not self.between.stalls and time.monotonic() < until:
            time.sleep(0.001)

    def __call__(self, operation: str, path: str) -> None:
        gone = getattr(self.between, self.way)
        if operation == "connect":
            self._before = gone
        if operation == self.operation and not self._armed:
            self._armed = True
            setattr(self.between, f"cut_{self.way}", gone - self._before + self.after)

    @property
    def done(self) -> bool:
        """Whether it was cut."""
        return self.between.cuts == 0
