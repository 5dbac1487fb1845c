"""All scenarios of a partner, played one after the other."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from gateway.config import Workspace
from gateway.config.models import Partner
from gateway.pipeline.rehearsal.opening import play_of, staged
from gateway.pipeline.rehearsal.play import Play
from gateway.pipeline.rehearsal.scenarios import SCENARIOS, Scenario
from gateway.pipeline.rehearsal.step import FailedStepError, Step
from gateway.problems import Problem, problem

LOG = logging.getLogger(__name__)
Result = Literal["passed", "failed", "not agreed"]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One scenario and how it went."""

    name: str
    title: str
    result: Result
    steps: tuple[Step, ...] = ()
    reason: str = ""
    """What is not agreed."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why it failed."""
        return tuple(each for step in self.steps for each in step.problems)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "scenario": self.name,
            "title": self.title,
            "result": self.result,
            "reason": self.reason or None,
            "steps": [each.as_json() for each in self.steps],
        }


def rehearse(
    workspace: Workspace,
    partner: Partner,
    at: datetime,
    *,
    only: Collection[str] = (),
    seed: int = 0,
    keep: Path | None = None,
) -> list[Rehearsed]:
    """Play the scenarios that the partner's agreements allow.

    ``only``: of these names. ``keep``: the folder that keeps the files of each scenario.
    """
    done = []
    with staged(workspace, partner, at, keep) as (stage, folder):
        for part, (name, scenario) in enumerate(SCENARIOS.items()):
            if only and name not in only:
                continue
            missing = _missing(partner, scenario)
            if missing:
                reason = f"needs {missing}"
                done.append(Rehearsed(name, scenario.title, "not agreed", reason=reason))
                continue
            play = play_of(stage, name, folder, at, seed, part)
            done.append(_played(play, scenario))
    return done


def _missing(partner: Partner, scenario: Scenario) -> str:
    agreed = {each.document for each in partner.agreements}
    lacking = [each for each in scenario.needs if each not in agreed]
    if scenario.inbound and all(each.direction != "inbound" for each in partner.agreements):
        lacking.append("something that the partner sends")
    return ", ".join(lacking)


def _played(play: Play, scenario: Scenario) -> Rehearsed:
    result: Result = "passed"
    try:
        scenario.script(play)
    except FailedStepError:
        result = "failed"
    except Exception as failure:
        LOG.exception("a bug met scenario %s", play.name)
        text = f"{type(failure).__name__}: {failure}"
        found = problem("P190", failure=text, id="–")
        play.steps.append(Step("a bug of the gateway", "failed", (found,)))
        result = "failed"
    return Rehearsed(play.name, scenario.title, result, tuple(play.steps))
