"""Single examples of a partner: a good message of a document, and bad ones that say why.

They go the real way through a temporary house, so a good one is known to be taken.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.config import Workspace
from gateway.config.models import Agreement, Partner
from gateway.grammar.guide import Guide
from gateway.grammar.guide.publish.negatives import Negative, negatives
from gateway.pipeline import wire
from gateway.pipeline.rehearsal.envelopes import as_partner
from gateway.pipeline.rehearsal.opening import play_of, staged
from gateway.pipeline.rehearsal.play import Play
from gateway.pipeline.rehearsal.scenarios import SCENARIOS
from gateway.pipeline.rehearsal.step import FailedStepError
from gateway.pipeline.rehearsal.technical import example
from gateway.pipeline.trial import Trial, try_interchanges
from gateway.problems import Problem, errors

_ENVELOPE = ("UNA", "UNB", "UNG", "UNH", "ISA", "GS", "ST")


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made."""

    name: str
    data: bytes
    by: str
    """Who writes it: ``partner``, ``erp``, ``us``."""
    what: str = ""
    """Of a bad one: what is wrong."""
    code: str = ""
    """Of a bad one: the finding that it is made for."""
    answers: tuple[tuple[str, str], ...] = ()
    """Of a bad one: what the partner is told, by data element."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        told = {"what": self.what, "code": self.code, "answers": dict(self.answers)}
        text = self.data.decode("latin-1" if self.by != "erp" else "utf-8", "replace")
        return {"name": self.name, "by": self.by, "text": text} | (told if self.code else {})


def good(
    workspace: Workspace,
    partner: Partner,
    document: str,
    at: datetime,
    *,
    seed: int = 0,
    scenario: str | None = None,
) -> tuple[list[Made], tuple[Problem, ...]]:
    """The files of one document, and why it does not come through, if it does not."""
    name = scenario or "sample"
    with staged(workspace, partner, at, None) as (stage, folder):
        part = list(SCENARIOS).index(scenario) if scenario else 0
        play = play_of(stage, name, folder, at, seed, part)
        play.base = _number(document, seed, at)
        found: tuple[Problem, ...] = ()
        try:
            if scenario is None:
                play.exchange(document, example(play, document))
            else:
                SCENARIOS[scenario].script(play)
        except FailedStepError as failed:
            found = failed.found
        return [
            _made(play, document, path.name, path.read_bytes())
            for path in play.exchanged.get(document, [])
        ], found


def bad(
    workspace: Workspace,
    partner: Partner,
    agreement: Agreement,
    at: datetime,
    *,
    guide: Guide | None,
    extended: Guide | None = None,
    seed: int = 0,
) -> Iterator[Made]:
    """Messages of the partner that are wrong in one thing each.

    With a guide, one for each of its own rules (``extended``: what it builds on). Without one, and
    beside those, what can be wrong with any interchange.
    """
    with staged(workspace, partner, at, None) as (stage, folder):
        play = play_of(stage, "sample", folder, at, seed, 0)
        play.base = _number(agreement.document, seed, at)

        def judged(data: bytes) -> list[str]:
            trial = try_interchanges(stage.house, "sample", data, stage.partner)
            return _codes(trial)

        for one in negatives(guide, extended).samples if guide is not None else ():
            made = None if _of_envelope(one) else _wrapped(play, agreement, one)
            if made is not None and one.problem.code in judged(made.data):
                yield made
        yield from _technical(play, agreement, judged)


def _technical(
    play: Play, agreement: Agreement, judged: Callable[[bytes], list[str]]
) -> Iterator[Made]:
    """What can be wrong with any interchange."""
    try:
        body = play.message(agreement, example(play, agreement.document))
        made = play.interchange(agreement, [body])
        other = play.interchange(agreement, [body], test=agreement.mode != "test")
    except FailedStepError:
        return
    suffix = wire.EXTENSION[agreement.standard.syntax]
    for name, what, data in (
        ("cut-off", "the file ends in the middle", made[: len(made) * 2 // 3]),
        ("wrong-indicator", "test and live mixed up", other),
    ):
        codes = judged(data)
        if codes:
            yield Made(f"{name}.{suffix}", data, "partner", what, codes[0])


def _wrapped(play: Play, agreement: Agreement, one: Negative) -> Made | None:
    """A message made from the guide, in an envelope of the partner's."""
    stage, number = play.stage, play.next_number()
    numbers = wire.Numbers(f"{number:09}", str(number))
    body = list(one.sample.message[1:-1])
    at = stage.house.clock()
    try:
        built = as_partner(stage.workspace, stage.partner, agreement, [body], numbers, at)
    except ValueError:
        return None
    if errors(built.problems):
        return None
    name = f"{one.name}.{wire.EXTENSION[agreement.standard.syntax]}"
    answers = tuple(one.answers.items()) if one.refused else ()
    return Made(name, built.data, "partner", one.what, one.problem.code, answers)


def _of_envelope(one: Negative) -> bool:
    """Whether what is wrong stands in a header, which is the partner's own here."""
    return one.path.partition("/")[0].partition(":")[0] in _ENVELOPE


def _codes(trial: Trial) -> list[str]:
    found = [*trial.problems, *(each for one in trial.messages for each in one.problems)]
    return [each.code for each in found]


def _made(play: Play, document: str, name: str, data: bytes) -> Made:
    by = "erp" if "-from-erp" in name else "us" if "-for-partner" in name else "partner"
    suffix = name.rpartition(".")[2]
    number = play.deal.number if document == "order" else str(play.deal.serial)
    title = f"{document}-{number}"
    if play.name != "sample":  # a scenario may have several of them
        title += f"-{name.partition('-')[0]}"
    ending = {"erp": "-erp", "us": "-sent", "partner": ""}[by]
    return Made(f"{title}{ending}.{suffix}", data, by)


def _number(document: str, seed: int, at: datetime) -> int:
    """Where the control numbers begin: others for each document, seed and day."""
    return zlib.crc32(f"{document} {seed} {at:%Y-%m-%d}".encode()) % 9_000_000 * 100
