"""Many trials at the same time, none of them for longer than it may take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Ended(Generic[T]):
    """What one trial told."""

    number: int
    """Its place among all."""
    told: list[T] = field(default_factory=list)
    late: bool = False
    """It took too long: it was left alone, and what it told until then is here."""
    failure: Exception | None = None
    """A bug, or something that no step foresees."""
    seconds: float = 0.0


def bounded(
    trials: Sequence[Callable[[], Iterable[T]]], *, at_once: int, patience: float
) -> Iterator[Ended[T]]:
    """Each trial as it ends. ``patience``: seconds that one may take.

    A thread cannot be stopped: what hangs is a daemon that nobody waits for, and that ends with
    the process.
    """
    ended: SimpleQueue[int] = SimpleQueue()
    running: dict[int, tuple[float, Ended[T]]] = {}
    waiting = iter(range(len(trials)))
    while True:
        while len(running) < at_once and (number := next(waiting, None)) is not None:
            result: Ended[T] = Ended(number)
            running[number] = (time.monotonic(), result)
            work = _Work(trials[number], result, ended)
            threading.Thread(target=work, name=f"trial-{number}", daemon=True).start()
        if not running:
            return
        first = min(began for began, _ in running.values())
        try:
            done = [ended.get(timeout=max(0.0, first + patience - time.monotonic()))]
        except Empty:
            at = time.monotonic()
            done = [each for each, (began, _) in running.items() if at - began >= patience]
            for number in done:
                running[number][1].late = True
        for number in done:
            if number in running:  # else it ended after it had been given up
                began, result = running.pop(number)
                result.seconds = time.monotonic() - began
                yield result


class _Work(Generic[T]):
    """One trial in its thread."""

    def __init__(
        self, trial: Callable[[], Iterable[T]], result: Ended[T], ended: SimpleQueue[int]
    ) -> None:
        self.trial = trial
        self.result = result
        self.ended = ended

    def __call__(self) -> None:
        """Tell each step as soon as it is known."""
        try:
            for step in self.trial():
                self.result.told.append(step)
        except Exception as failure:
            self.result.failure = failure
        finally:
            self.ended.put(self.result.number)
