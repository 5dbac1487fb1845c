"""What the web port asks the process it stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Status:
    """Functions that answer at once or within seconds; they are called from other threads.

    ``live`` and ``ready`` return sentences about what is wrong, none when all is well.
    """

    live: Callable[[], list[str]]
    """Do the loops of this process turn? If not, it has to be started anew."""
    ready: Callable[[], list[str]]
    """Can work be done: database, tables, archive, carrier?"""
    metrics: Callable[[str], tuple[bytes, str]]
    """Metrics as text, and their content type, for an ``Accept`` header."""
    runs: Callable[[], Mapping[str, Any]] = dict
    """Which settings run here, for whoever asks whether work can be done."""
