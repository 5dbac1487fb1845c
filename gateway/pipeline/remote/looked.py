"""What one look into a folder on a server came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.channels.remote.sift import SAID
from gateway.problems import Problem


@dataclass(slots=True)
class Looked:
    """Numbers of a look, and what a person should hear of it."""

    entries: int = 0
    taken: int = 0
    """Files that became ours."""
    known: int = 0
    """That were ours before, and are still there."""
    ignored: int = 0
    waiting: int = 0
    again: float | None = None
    """Seconds after which another look is worth it."""
    problems: list[Problem] = field(default_factory=list)
    """About files that cannot be taken; at most so many are named."""
    left: int = 0
    """How many those are."""

    def look_again(self, seconds: float | None) -> None:
        """Another look is worth it after so many seconds, or sooner."""
        if seconds is not None:
            self.again = seconds if self.again is None else min(self.again, seconds)

    def say(self, found: Problem) -> None:
        """A file that cannot be taken, or the folder itself."""
        self.left += 1
        if len(self.problems) < SAID:
            self.problems.append(found)
