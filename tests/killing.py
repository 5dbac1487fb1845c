"""A process that is killed (SIGKILL) as it passes a checkpoint."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Iterable

Checkpoint = Callable[[str], None]


def telling(names: Iterable[str]) -> list[tuple[int, str]]:
    """The checkpoints at which a kill leaves something else than at the one before, from 1.

    Of a transaction that has only begun nothing is left; `make soak` kills there, too.
    """
    return [(n, name) for n, name in enumerate(names, 1) if not name.endswith(": begin")]


def killed_at(point: int, run: Callable[[Checkpoint], object]) -> None:
    """Run something in a process of its own, which ends at its n-th checkpoint."""
    passed = 0

    def checkpoint(_name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads (3.12)
        child = os.fork()
    if child == 0:
        try:
            run(checkpoint)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it was killed too late"
