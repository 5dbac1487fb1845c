"""Looks into folders that are not on this machine, as the gateway starts and ends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.house import House

if TYPE_CHECKING:
    from gateway.pipeline.remote.rounds import Rounds


class Looks(Protocol):
    """Looks at servers, beside the threads of the crew."""

    def start(self) -> None:
        """Begin to look, again and again."""

    def once(self) -> None:
        """Look everywhere until nothing more is to be taken now."""

    def furnish(self, house: House) -> None:
        """Other settings run now."""


class NoLooks:
    """Nothing is fetched by this process."""

    def start(self) -> None:
        """Nothing begins."""

    def once(self) -> None:
        """Nothing is there."""

    def furnish(self, house: House) -> None:
        """Nothing changes."""


class Looking:
    """Looks as long as some channel fetches something; a context manager.

    Nothing of it is loaded before the first channel that does.
    """

    def __init__(self, core: Core, wake: Callable[[str], None] = lambda _lane: None) -> None:
        self._core = core
        self._wake = wake
        self._rounds: Rounds | None = None
        self._started = False

    def __enter__(self) -> Looking:
        self._begin(self._core.house)
        return self

    def __exit__(self, *_failure: object) -> None:
        if self._rounds is not None:
            self._rounds.stop()

    def start(self) -> None:
        """Begin to look, again and again."""
        self._started = True
        if self._rounds is not None:
            self._rounds.start()

    def once(self) -> None:
        """Look everywhere until nothing more is to be taken now."""
        if self._rounds is not None:
            self._rounds.once()

    def furnish(self, house: House) -> None:
        """Other settings run now: channels that did not change are looked into as before."""
        if self._rounds is not None:
            self._rounds.furnish(house)
            return
        self._begin(house)
        if self._started:
            self.start()

    def _begin(self, house: House) -> None:
        partners = house.workspace.partners.values()
        away = (each.away for one in partners for each in one.channels.values())
        if any(each is not None for each in away):
            from gateway.pipeline.remote.rounds import Rounds  # noqa: PLC0415 (slow to load)

            self._rounds = Rounds(self._core, self._wake)
