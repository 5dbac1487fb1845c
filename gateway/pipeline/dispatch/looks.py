"""Looks into folders that are not on this machine, as the gateway starts and ends them."""

from __future__ import annotations

from typing import Protocol


class Looks(Protocol):
    """Looks at servers, beside the threads of the crew."""

    def start(self) -> None:
        """Begin to look, again and again."""

    def once(self) -> None:
        """Look everywhere until nothing more is to be taken now."""


class NoLooks:
    """No channel fetches anything."""

    def start(self) -> None:
        """Nothing begins."""

    def once(self) -> None:
        """Nothing is there."""
