"""Whether wake-ups travel: what is wrong with each half of a carrier, and since when."""

from __future__ import annotations

import threading
import time

from gateway.telemetry import events


class Health:
    """What is wrong, by part (``send``, ``receive``). Says so once when it begins and ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: dict[str, str] = {}
        self._since: float | None = None
        """When it was said."""

    def report(self, part: str, sentence: str, *, quiet: bool = False) -> None:
        """Set what is wrong with a part; empty: nothing any more. ``quiet``: is no news."""
        with self._lock:
            if sentence:
                self._wrong[part] = sentence
            else:
                self._wrong.pop(part, None)
            since, now = self._since, time.monotonic()
            began = bool(sentence) and not quiet and since is None
            ended = not self._wrong and since is not None
            if began or ended:
                self._since = now if began else None
        if began:
            events.carrier_trouble(failure=sentence)
        if ended and since is not None:
            events.carrier_back(seconds=now - since)

    def text(self) -> str:
        """All that is wrong, in one line; empty while nothing is."""
        with self._lock:
            return "; ".join(self._wrong[part] for part in sorted(self._wrong))


def reason(failure: BaseException) -> str:
    """The first line of what the database said, without the library's wrapping."""
    cause = failure.__cause__ or failure
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__
