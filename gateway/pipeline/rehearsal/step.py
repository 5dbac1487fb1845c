"""One step of a scenario, and how it ends when it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.problems import Problem


class FailedStepError(Exception):
    """A step did not come out as it should; the scenario ends there."""

    def __init__(self, *found: Problem) -> None:
        super().__init__(found[0].sentence if found else "")
        self.found = found


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was played."""

    what: str
    """``order from the partner``."""
    state: str
    """``done``, ``failed``, ``not agreed``."""
    problems: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()
    """That belong to it, below the folder of the scenario."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        found = [each.as_json() for each in self.problems]
        return {"what": self.what, "state": self.state, "problems": found, "files": self.files}
