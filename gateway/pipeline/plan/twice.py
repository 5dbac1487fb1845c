"""One stored file judged by two rules, and what differs between both results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.config.difference import Agreed
from gateway.documents import Document
from gateway.pipeline.house import Rules, is_sandbox
from gateway.pipeline.plan.model import Verdict
from gateway.pipeline.replay import Comparison
from gateway.pipeline.replay.compare import output_lines, stopped_as, whole_problems
from gateway.pipeline.replay.difference import changes, line_changes, only_in
from gateway.pipeline.states import State
from gateway.pipeline.trial import Trial, TriedMessage, try_chunks, try_export
from gateway.problems import Problem
from gateway.store import Store
from gateway.syntax import detect

_STOPPED = (State.REFUSED, State.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A stored message, and which part of which file it is."""

    agreed: Agreed
    id: int
    file: int
    ordinal: int | None
    interchange: int | None
    """Its position in the file; ``None`` for a document of the ERP."""
    payload: str | None
    size: int | None
    source: str
    name: str
    document: str
    number: str
    reference: str

    @property
    def where(self) -> str:
        """``2/5``, ``3``: as :attr:`TriedMessage.where` says it."""
        return (
            str(self.ordinal) if self.interchange is None else f"{self.interchange}/{self.ordinal}"
        )

    @property
    def called(self) -> str:
        """``order PO-26-10417``."""
        return f"{self.agreed.document} {self.number or self.reference}".rstrip()


Result = tuple[Wanted, Verdict, Comparison | None]


def twice(store: Store, sides: tuple[Rules, Rules], parts: Sequence[Wanted]) -> Iterator[Result]:
    """Each part of one file with its verdict; without a comparison where its bytes are gone."""
    first = parts[0]
    try:
        before, after = (_tried(store, rules, first, parts) for rules in sides)
    except (KeyError, FileNotFoundError):
        yield from ((part, "same", None) for part in parts)
        return
    for part in parts:
        compared = _compared(sides, part, before, after)
        yield part, _verdict(compared), compared


def _tried(store: Store, rules: Rules, file: Wanted, parts: Sequence[Wanted]) -> Trial:
    """The file as a run would judge it. Raises ``KeyError`` where its bytes are gone."""
    if file.payload is None or not store.archive.holds(file.payload):
        raise KeyError(file.payload)
    wanted = {part.where for part in parts}
    if file.interchange is not None:
        owner, _ = rules.partner_of(file.source)
        chunks, size = store.archive.chunks(file.payload), file.size or 0
        return try_chunks(rules, file.name, chunks, size, owner, wanted)
    data = store.payload(file.payload)
    kind, test = str(detect(data[:4096])), is_sandbox(file.source)
    return try_export(rules, file.name, data, kind, file.document or None, wanted, test=test)


def _compared(sides: tuple[Rules, Rules], part: Wanted, before: Trial, after: Trial) -> Comparison:
    old, new = _found(before, part.where), _found(after, part.where)
    problems = tuple(_problems(*each, part.where) for each in ((before, old), (after, new)))
    states = tuple(_state(*each, part.where) for each in ((before, old), (after, new)))
    stopped = [each in _STOPPED for each in states]
    # what is refused has no output: that all of it is gone, or new, goes without saying
    both = (old, new) if stopped[0] == stopped[1] else (None, None)
    documents = [None if each is None else each.document for each in both]
    return Comparison(
        part.id,
        part.called,
        str(states[0]),
        str(states[1]),
        () if documents[0] == documents[1] else changes(*map(_json, documents)),
        only_in(problems[0], problems[1]),
        only_in(problems[1], problems[0]),
        _lines(sides, both),
        taken_over=not stopped[0],
    )


def _lines(
    sides: tuple[Rules, Rules], both: tuple[TriedMessage | None, TriedMessage | None]
) -> tuple[str, ...]:
    outputs = [b"" if each is None else each.output for each in both]
    if outputs[0] == outputs[1]:
        return ()
    libraries = [rules.translation.library for rules in sides]
    return line_changes(*map(output_lines, libraries, both))


def _found(trial: Trial, where: str) -> TriedMessage | None:
    return next((each for each in trial.messages if each.where == where), None)


def _problems(trial: Trial, tried: TriedMessage | None, where: str) -> tuple[Problem, ...]:
    return whole_problems(trial, where) if tried is None else tried.problems


def _state(trial: Trial, tried: TriedMessage | None, where: str) -> str:
    return stopped_as(trial, where) if tried is None else tried.state


def _json(document: Document | None) -> bytes:
    return b"" if document is None else document.to_json().encode()


def _verdict(compared: Comparison) -> Verdict:
    """The weightiest that can be said of it."""
    if compared.verdict == "same":
        return "same"
    if compared.verdict in ("refused", "held", "accepted"):
        return compared.verdict  # type: ignore[return-value]
    if compared.fields or compared.lines:
        return "output"
    return "new" if compared.new else "gone"
