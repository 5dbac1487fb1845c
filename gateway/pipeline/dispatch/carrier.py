"""What carries wake-ups between processes.

Our own tables are the only truth: a carrier only makes another process look sooner than its sweep
would. A wake-up that is lost, doubled or late can delay work, never lose or double it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Carrier(Protocol):
    """Carries the names of lanes that have work."""

    def wake(self, lanes: Sequence[str]) -> None:
        """Tell the others, after the commit. Never raises for trouble of its own, never blocks."""

    def start(self, woken: Callable[[str], None]) -> None:
        """Begin to hand wake-ups to this process; ``woken`` returns at once."""

    def trouble(self) -> str:
        """Empty while all is well, else a sentence."""

    def stop(self) -> None:
        """End it, within two seconds."""


class NoCarrier:
    """One process has everything: it needs no one to wake it."""

    def wake(self, lanes: Sequence[str]) -> None:
        """Nothing to tell."""

    def start(self, woken: Callable[[str], None]) -> None:
        """Nothing will come."""

    def trouble(self) -> str:
        """Never any."""
        return ""

    def stop(self) -> None:
        """Nothing to end."""
