"""What would happen with a file: the same judgement as in a run, nothing stored, sent or moved."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from gateway.config.models import Partner
from gateway.documents import DOCUMENTS, Document
from gateway.grammar.envelope import (
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    Stray,
    walk,
)
from gateway.pipeline import answer, wire
from gateway.pipeline.export import read_export
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.house import Rules
from gateway.pipeline.identify import identify
from gateway.pipeline.inbound import codec_of, unreadable
from gateway.pipeline.judge import Judge, Judged
from gateway.pipeline.marked import marked
from gateway.pipeline.scope import Stopped, stops
from gateway.pipeline.shops.back.entering import finder_of, shown
from gateway.pipeline.shops.back.order import Look
from gateway.pipeline.states import State
from gateway.problems import Place, Problem, errors, has_errors, problem
from gateway.syntax import detect, read

LOG = logging.getLogger(__name__)
_NUMBERS = wire.Numbers("000000001", "1", real=False)
_EDI = ("edifact", "x12")
TEST_AGREEMENT = "P109"
"""A live message under an agreement in test: held for no other reason, it is all right."""


@dataclass(frozen=True, slots=True)
class TriedMessage:
    """One message or document."""

    reference: str
    format: str
    state: str
    """mapped (would be delivered), refused, held."""
    problems: tuple[Problem, ...]
    document: Document | None
    output: bytes
    """File for the ERP, or interchange for the partner."""
    name: str = ""
    """Kind of the output: ``csv``, ``json``, ``edi``, ``x12``."""
    where: str = ""
    """Which part of the file it is, as :attr:`Message.only` says it: ``2/5``, ``3``."""
    grouping: str = ""
    """Reference of the group it is in."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "reference": self.reference,
            "format": self.format,
            "state": self.state,
            "problems": [each.as_json() for each in self.problems],
            "document": None if self.document is None else self.document.to_json(),
            "output": self.output.decode("utf-8", "replace"),
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """The whole file."""

    file: str
    kind: str
    """edifact, x12, csv, json, or what else was found."""
    partner: str
    messages: tuple[TriedMessage, ...]
    problems: tuple[Problem, ...]
    """Of the file and its interchanges."""
    answers: tuple[bytes, ...]
    """Acknowledgements that would be sent."""
    by_interchange: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    """Problems of the interchanges themselves, by their position from 0."""

    @property
    def clean(self) -> bool:
        """Whether nothing would be refused or held."""
        good = all(each.state in (State.MAPPED, State.RECEIVED) for each in self.messages)
        return good and not has_errors(self.problems)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "file": self.file,
            "kind": self.kind,
            "partner": self.partner,
            "messages": [each.as_json() for each in self.messages],
            "problems": [each.as_json() for each in self.problems],
            "answers": [each.decode("utf-8", "replace") for each in self.answers],
        }


def try_file(rules: Rules, path: Path, partner: str | None, document: str | None) -> Trial:
    """Judge a file as if it had come in: interchanges from a partner, the rest from the ERP."""
    data = path.read_bytes()
    kind = str(detect(data[:4096]))
    named = document or (None if kind in _EDI else guessed(path))
    if kind not in _EDI and (named or kind in ("csv", "json", "xml")):
        return try_export(rules, path.name, data, kind, named, test=in_sandbox(rules, path))
    return try_interchanges(rules, path.name, data, rules.workspace.partners.get(partner or ""))


def try_interchanges(
    rules: Rules,
    name: str,
    data: bytes,
    owner: Partner | None,
    wanted: Collection[str] | None = None,
) -> Trial:
    """Judge a partner's file by its bytes; ``owner``: whose folder it lay in.

    ``wanted``: only these parts of it, ``2`` (an interchange), ``2/5`` (a message); ``""`` is all.
    """
    return try_chunks(rules, name, [data], len(data), owner, wanted)


def try_chunks(
    rules: Rules,
    name: str,
    chunks: Iterable[bytes],
    size: int,
    owner: Partner | None,
    wanted: Collection[str] | None = None,
) -> Trial:
    """The same for a file of ``size`` bytes that comes in pieces: memory holds what is wanted."""
    pieces = iter(chunks)
    head = next(pieces, b"")
    kind = str(detect(head[:4096]))
    refusal = unreadable(name, kind, size, rules.workspace.limits.file)
    if refusal is not None:
        return Trial(name, kind, "" if owner is None else owner.partner, (), (refusal,), ())
    return _Attempt(rules, name, kind, owner, wanted).run(chain([head], pieces))


def in_sandbox(rules: Rules, path: Path) -> bool:
    """Whether a file lies in the folders of the ERP's test system."""
    sandbox = rules.workspace.path(rules.workspace.erp.sandbox.receive)
    return path.resolve().is_relative_to(sandbox.resolve())


def guessed(path: Path) -> str | None:
    """The document of an ERP file by its folder or its name."""
    names = (path.parent.name, path.stem.lower())
    return next((each for name in names for each in _longest() if name.startswith(each)), None)


def _longest() -> list[str]:
    return sorted(DOCUMENTS, key=len, reverse=True)


def try_export(
    rules: Rules,
    name: str,
    data: bytes,
    kind: str,
    document: str | None,
    wanted: Collection[str] | None = None,
    *,
    test: bool = False,
) -> Trial:
    """Judge a file of the ERP; ``wanted``: only these documents of it, by their place from 0.

    ``test``: as if it lay in the folders of the ERP's test system.
    """
    if document is None:
        found = problem("P128", Place(file=name), name=name, known=", ".join(DOCUMENTS))
        return Trial(name, kind, "", (), (found,), ())
    at = rules.clock()
    known = None if wanted is None else frozenset(wanted)
    reading = read_export(
        rules.workspace, rules.translation, data, name, document, test=test, wanted=known,
        look=Look(at, finder_of(rules)),
    )  # fmt: skip
    tried = []
    for each in reading.documents:
        output, form = b"", document
        if each.partner is not None and each.agreement is not None and each.segments:
            numbers = replace(_NUMBERS, documents=(each.number,))
            built = wire.compose(
                rules.workspace, each.partner, each.agreement, [each.segments], numbers, at
            )
            output = built.data
            form = f"{each.agreement.standard.syntax}/{each.agreement.message}"
        elif each.shops:
            output, form = shown(each.calls), f"shop/{document}"
        tried.append(
            TriedMessage(
                each.number,
                form,
                each.state,
                each.problems,
                each.document,
                output,
                where=str(each.ordinal),
            )
        )
    names = {each.partner.partner for each in reading.documents if each.partner}
    names |= {name for each in reading.documents for name in each.shops}
    return Trial(name, kind, ", ".join(sorted(names)), tuple(tried), reading.problems, ())


def _is_wanted(wanted: Collection[str] | None, *names: str) -> bool:
    return wanted is None or "" in wanted or any(name in wanted for name in names)


class _Attempt:
    """A partner's file on trial."""

    def __init__(
        self,
        rules: Rules,
        name: str,
        kind: str,
        owner: Partner | None,
        wanted: Collection[str] | None = None,
    ) -> None:
        self.rules = rules
        self.name = name
        self.kind = kind
        self.owner = owner
        self.wanted = wanted
        self.interchange = self.ordinal = self.first = -1
        self.by_interchange: dict[int, list[Problem]] = {}
        self.at: datetime = rules.clock()
        self.tried: list[TriedMessage] = []
        self.problems: list[Problem] = []
        self.answers: list[bytes] = []
        self.partner: Partner | None = None
        self.judge: Judge | None = None
        self.verdict: answer.Collected | None = None
        self.stopped: Stopped | None = None

    def run(self, chunks: Iterable[bytes]) -> Trial:
        """All of it."""
        codec = codec_of(self.owner, self.kind)
        parts = read(chunks, limits=self.rules.limits, codec=codec)
        for item in walk(parts, self._service):
            if isinstance(item, InterchangeStart):
                self._start(item)
            elif isinstance(item, MessageFound):
                self._message(item)
            elif isinstance(item, InterchangeEnd):
                self._end(item)
            elif isinstance(item, Stray):
                self.problems += item.part.problems
        partner = self.partner or self.owner
        return Trial(
            self.name,
            self.kind,
            "" if partner is None else partner.partner,
            tuple(self.tried),
            tuple(each.at(file=self.name) for each in self.problems),
            tuple(self.answers),
            {ordinal: tuple(found) for ordinal, found in self.by_interchange.items()},
        )

    def _service(self, syntax_version: str, /) -> Any:
        return self.rules.translation.library.service(syntax_version)

    def _start(self, start: InterchangeStart) -> None:
        workspace = self.rules.workspace
        self.interchange, self.ordinal, self.first = self.interchange + 1, -1, len(self.tried)
        self.stopped = None
        interchange = marked(workspace, start.interchange)
        self.partner, who = identify(workspace, interchange, self.owner)
        self.verdict = answer.Collected(interchange, workspace, self.partner)
        self._whole([who] if who is not None else [])
        usable = self.partner is not None and who is None
        self.judge = (
            Judge(workspace, self.rules.translation, self.partner, interchange)
            if usable and self.partner is not None
            else None
        )

    def _message(self, found: MessageFound) -> None:
        self.ordinal += 1
        if self.judge is None or self.verdict is None:
            return
        where = f"{self.interchange}/{self.ordinal}"
        if not _is_wanted(self.wanted, where, str(self.interchange)):
            return
        judged = self._waiting(self.judge, found)
        self.verdict.add(judged.header, judged.told)
        header = judged.header
        self.stopped = self.stopped or stops(
            judged.agreement, header.reference, judged.state, judged.problems
        )
        self.tried.append(
            TriedMessage(
                header.reference,
                f"{header.standard}/{header.directory}/{header.type}",
                judged.state,
                tuple(each.at(file=self.name) for each in judged.problems),
                judged.document,
                judged.erp,
                judged.suffix,
                where,
                header.group.reference if header.group else "",
            )
        )

    def _judged(self, judge: Judge, found: MessageFound) -> Judged:
        """The verdict; a bug that one message meets holds that message alone, as in a run."""
        try:
            return judge.judge(found)
        except OSError:
            raise  # a table that a map asks is away
        except Exception as failure:
            LOG.exception("a bug met message %s of %s", found.header.reference, self.name)
            text = f"{type(failure).__name__}: {failure}"
            return Judged(found.header, State.HELD, (problem("P190", failure=text, id=NUMBER),))

    def _waiting(self, judge: Judge, found: MessageFound) -> Judged:
        """The verdict; of what only waits for its agreement to go live, all that it would be."""
        judged = self._judged(judge, found)
        if [each.code for each in errors(judged.problems)] != [TEST_AGREEMENT]:
            return judged
        interchange = replace(judge.interchange, test=True)
        as_test = Judge(judge.workspace, judge.translation, judge.partner, interchange)
        then = self._judged(as_test, found)
        problems = (*judged.problems, *then.problems)
        return replace(then, state=judged.state, problems=tuple(dict.fromkeys(problems)))

    def _end(self, end: InterchangeEnd) -> None:
        self._whole([*end.problems, *(one for group in end.groups for one in group.problems)])
        self._refuse(end)
        self._stop()
        if self.judge is None or self.verdict is None or self.partner is None:
            return
        self.verdict.close(end)
        built = answer.build(self.rules, self.partner, self.verdict, lambda: _NUMBERS, self.at)
        self.answers += [] if built is None else [built.data]

    def _stop(self) -> None:
        """An error of one message that concerns all of them."""
        if self.stopped is None or self.verdict is None:
            return
        self._whole([self.stopped.found])
        if self.stopped.state is State.REFUSED:
            self.verdict.refuse(self.stopped.found)
        self.tried[self.first :] = [
            replace(each, state=self.stopped.state) if each.state == State.MAPPED else each
            for each in self.tried[self.first :]
        ]

    def _whole(self, found: list[Problem]) -> None:
        """What is wrong with the interchange itself."""
        self.problems += found
        self.by_interchange.setdefault(self.interchange, []).extend(found)

    def _refuse(self, end: InterchangeEnd) -> None:
        """An interchange or group with errors of its own refuses the messages in it."""
        groups = {each.header.reference for each in end.groups if has_errors(each.problems)}
        everything = has_errors(end.problems)
        self.tried[self.first :] = [
            replace(each, state=State.REFUSED)
            if each.state == State.MAPPED and (everything or each.grouping in groups)
            else each
            for each in self.tried[self.first :]
        ]
