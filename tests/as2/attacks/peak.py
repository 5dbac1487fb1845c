"""How much memory and time a piece of work took, at its worst moment (Linux)."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


class Peak:
    """Of one process: this one, or another one of ours."""

    def __init__(self, process: int | None = None) -> None:
        self._folder = Path("/proc") / str(process or os.getpid())
        self._own = process is None
        self._start = 0
        self._cpu = 0.0

    def begin(self) -> None:
        """From now on."""
        with suppress(OSError):  # not allowed here: then the highest mark ever is looked at
            (self._folder / "clear_refs").write_text("5")
        self._start, self._cpu = self._read("VmRSS"), self._time()

    @property
    def growth(self) -> int:
        """Bytes of memory more than at the beginning, at the highest point."""
        return max(0, self._read("VmHWM") - self._start)

    @property
    def seconds(self) -> float:
        """Of computing."""
        return self._time() - self._cpu

    def _read(self, name: str) -> int:
        for line in (self._folder / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
        return 0

    def _time(self) -> float:
        if self._own:
            return time.process_time()
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK
