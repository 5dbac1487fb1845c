"""A limit of time for code of others that reads secrets: a keyring, a plug-in of a vault.

Python cannot end a thread from outside. A call that does not come back is left alone; it keeps
nothing from stopping, and only a few of them may hang before no more are started.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MOST = 4
"""Calls of one kind that may run, or hang, at the same time."""
_running: dict[str, int] = {}
_lock = threading.Lock()


class TooLateError(Exception):
    """There was no answer in time."""


def within(seconds: float, kind: str, call: Callable[[], T]) -> T:
    """What ``call`` returns or raises. Raises :class:`TooLateError` with a sentence why."""
    with _lock:
        if _running.get(kind, 0) >= MOST:
            raise TooLateError(f"{MOST} earlier calls have not been answered yet")
        _running[kind] = _running.get(kind, 0) + 1
    answers: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(call())
        except BaseException as failure:
            failures.append(failure)
        finally:
            with _lock:
                _running[kind] -= 1

    thread = threading.Thread(target=run, name=f"secret {kind}", daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not answers:
        raise TooLateError(f"there was no answer within {seconds:g} s")
    return answers[0]
