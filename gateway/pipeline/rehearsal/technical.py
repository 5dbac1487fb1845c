"""Scenarios without any business: files that are repeated, misdirected, broken, wrongly marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from gateway.config import Workspace
from gateway.config.models import Agreement
from gateway.documents import Order, build
from gateway.pipeline.rehearsal.examples import answers, order
from gateway.pipeline.rehearsal.examples.deal import Data
from gateway.pipeline.rehearsal.examples.reports import REPORTS
from gateway.pipeline.rehearsal.play import Play
from gateway.pipeline.rehearsal.stage import Outcome, Stage
from gateway.pipeline.states import State
from gateway.problems import errors

_NOBODY = "4099999000007"
_ANSWERS: Mapping[str, Callable[..., Data]] = {
    "orderresponse": answers.respond,
    "despatch": answers.ship,
    "invoice": answers.bill,
    "receipt": answers.receive,
}


def duplicate(play: Play) -> None:
    """The same bytes come again: nothing new for the ERP, the same answer for the partner."""
    agreement, data = _first(play)
    with play.step(f"{agreement.document} from the partner"):
        made = play.interchange(agreement, [play.message(agreement, data)])
        before = play.receive(agreement, made)
        row = before.of("message")
        if row is None or row.state not in (State.DELIVERED, State.ACKNOWLEDGED):
            play.fail("taken over", "none" if row is None else row.state, *errors(before.found))
    with play.step("the same file again"):
        again = play.receive(agreement, made, "the-same-again")
        if again.of("message") is not None:
            play.fail("processed once", "processed twice")
        codes = {each.code for each in again.found}
        wanted = {"answer": "P110"}.get(play.stage.partner.references.repeat)
        if wanted is not None and wanted not in codes:
            play.fail(wanted, ", ".join(sorted(codes)) or "nothing said")


def wrong_receiver(play: Play) -> None:
    """An interchange for somebody else is refused."""
    agreement, data = _first(play)
    with play.step(f"{agreement.document} for somebody else"):
        body = play.message(agreement, data)
        stage = play.stage
        own = stage.workspace.own
        syntax = agreement.standard.syntax
        identity = own.identities.of(syntax)
        assert identity is not None
        other = identity.model_copy(update={"id": _NOBODY, "test_id": None})
        changed = own.identities.model_copy(update={syntax: other})
        seen = replace(stage.workspace, own=own.model_copy(update={"identities": changed}))
        with _seen_as(stage, seen):
            made = play.interchange(agreement, [body])
        _refused(play, play.receive(agreement, made), "P102")


def broken(play: Play) -> None:
    """A file that was cut off on its way is refused."""
    agreement, data = _first(play)
    with play.step(f"{agreement.document} that is cut off"):
        made = play.interchange(agreement, [play.message(agreement, data)])
        _refused(play, play.receive(agreement, made[: len(made) * 2 // 3]))


def wrong_indicator(play: Play) -> None:
    """A test under a live agreement is refused; a live message under a test agreement waits."""
    agreement, data = _first(play)
    live = agreement.mode == "live"
    both = {
        each.mode == "test"
        for each in play.stage.partner.agreements
        if (each.document, each.direction) == (agreement.document, "inbound")
    }
    if len(both) > 1:  # each finds its own agreement
        return
    with play.step(f"{'test' if live else 'live'} {agreement.document} from the partner"):
        body = play.message(agreement, data)
        made = play.interchange(agreement, [body], test=live)
        outcome = play.receive(agreement, made)
        code = "P107" if live else "P109"
        if code not in {each.code for each in outcome.found}:
            row = outcome.of("message")
            play.fail(code, "nothing" if row is None else row.state, *errors(outcome.found))


def _refused(play: Play, outcome: Outcome, code: str = "") -> None:
    """Nothing reached the ERP, and the reason was told."""
    taken = [
        row
        for row in outcome.rows
        if row.kind == "message" and row.state in (State.DELIVERED, State.ACKNOWLEDGED)
    ]
    codes = {each.code for each in errors(outcome.found)}
    if taken or not codes or (code and code not in codes):
        play.fail(code or "refused", ", ".join(sorted(codes)) or "taken over")


def _first(play: Play) -> tuple[Agreement, Data]:
    """What the partner sends, and an example of it."""
    agreement = play.inbound()
    assert agreement is not None
    return agreement, example(play, agreement.document)


def example(play: Play, document: str) -> Data:
    """An example of a document by itself, as if the order had come before it."""
    deal = play.deal
    if document in REPORTS:
        return REPORTS[document](deal)
    data = order.order(deal)
    if document == "order":
        return data
    built, _ = build("order", data)
    assert isinstance(built, Order)
    all_ = answers.everything(built)
    if document == "orderchange":
        return order.change(deal, built)
    return _ANSWERS[document](deal, built, all_)


@contextmanager
def _seen_as(stage: Stage, other: Workspace) -> Iterator[None]:
    """For a moment messages are written as if we were somebody else."""
    before, stage.workspace = stage.workspace, other
    try:
        yield
    finally:
        stage.workspace = before
