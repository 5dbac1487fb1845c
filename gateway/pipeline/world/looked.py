"""What was tried of one thing, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.channels.remote.step import Step
from gateway.problems import Problem
from gateway.telemetry.secrets import clean


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing of the world: the database, a folder, a channel of a partner."""

    subject: str
    """``database``, ``archive``, ``acme-retail main``."""
    steps: tuple[Step, ...]
    seconds: float = 0.0
    partner: str = ""
    channel: str = ""

    @property
    def works(self) -> bool:
        """Whether all that was tried worked."""
        return all(each.found is None for each in self.steps)

    @property
    def problems(self) -> list[Problem]:
        """Why not."""
        return [each.found for each in self.steps if each.found is not None]

    @property
    def said(self) -> str:
        """In a few words: what failed first, or how far it was tried."""
        bad = next((each for each in self.steps if each.found is not None), None)
        if bad is not None and bad.found is not None:
            return f"{bad.name}: {bad.found.code}"
        names = dict.fromkeys(each.name for each in self.steps)
        return ", ".join(names) or "nothing to try"

    def as_json(self) -> dict[str, Any]:
        """For ``--json``; nothing secret is in it."""
        return {
            "subject": self.subject,
            "partner": self.partner or None,
            "channel": self.channel or None,
            "works": self.works,
            "seconds": round(self.seconds, 3),
            "steps": [
                {
                    "step": each.name,
                    "text": clean(each.text),
                    "problem": None if each.found is None else each.found.code,
                    "remedy": clean(each.remedy) or None,
                }
                for each in self.steps
            ],
        }


def failed(step: str, found: Problem) -> Step:
    """A step that failed, as its problem tells it."""
    return Step(step, found.sentence, found, found.remedy)
