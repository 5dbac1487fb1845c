"""What would happen with a file: the same judgement as in a run, nothing stored, sent or moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.config.models import Partner
from gateway.documents import Document
from gateway.grammar.envelope import (
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    Stray,
    walk,
)
from gateway.pipeline import answer, wire
from gateway.pipeline.export import read_export
from gateway.pipeline.house import DOCUMENTS, Rules
from gateway.pipeline.inbound import codec_of, unreadable
from gateway.pipeline.interchange import identify
from gateway.pipeline.judge import Judge
from gateway.pipeline.states import State
from gateway.problems import Place, Problem, has_errors, problem
from gateway.syntax import detect, read_bytes

_NUMBERS = wire.Numbers("000000001", "1")


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
    """Judge a file as if it had come in: from a partner, or (csv, json) from the ERP."""
    data = path.read_bytes()
    kind = str(detect(data[:4096]))
    if kind in ("csv", "json"):
        return _export(rules, path, data, kind, document or _guess(path))
    owner = rules.workspace.partners.get(partner or "")
    refusal = unreadable(path.name, kind, len(data), rules.workspace.limits.file)
    if refusal is not None:
        return Trial(path.name, kind, partner or "", (), (refusal,), ())
    return _Attempt(rules, path.name, kind, owner).run(data)


def _guess(path: Path) -> str | None:
    """The document of an ERP file by its folder or its name."""
    names = (path.parent.name, path.stem.lower())
    return next((each for name in names for each in _longest() if name.startswith(each)), None)


def _longest() -> list[str]:
    return sorted(DOCUMENTS, key=len, reverse=True)


def _export(rules: Rules, path: Path, data: bytes, kind: str, document: str | None) -> Trial:
    if document is None:
        known = ", ".join(DOCUMENTS)
        found = problem("P128", Place(file=path.name), name=path.name, known=known)
        return Trial(path.name, kind, "", (), (found,), ())
    at = rules.clock()
    reading = read_export(rules.workspace, rules.translation, data, path.name, document)
    tried = []
    for each in reading.documents:
        output, form = b"", document
        if each.partner is not None and each.agreement is not None and each.segments:
            built = wire.compose(
                rules.workspace, each.partner, each.agreement, [each.segments], _NUMBERS, at
            )
            output = built.data
            form = f"{each.agreement.standard.syntax}/{each.agreement.message}"
        tried.append(
            TriedMessage(each.number, form, each.state, each.problems, each.document, output)
        )
    names = {each.partner.partner for each in reading.documents if each.partner}
    return Trial(path.name, kind, ", ".join(sorted(names)), tuple(tried), reading.problems, ())


class _Attempt:
    """A partner's file on trial."""

    def __init__(self, rules: Rules, name: str, kind: str, owner: Partner | None) -> None:
        self.rules = rules
        self.name = name
        self.kind = kind
        self.owner = owner
        self.at: datetime = rules.clock()
        self.tried: list[TriedMessage] = []
        self.problems: list[Problem] = []
        self.answers: list[bytes] = []
        self.partner: Partner | None = None
        self.judge: Judge | None = None
        self.verdict: answer.Collected | None = None

    def run(self, data: bytes) -> Trial:
        """All of it."""
        codec = codec_of(self.owner, self.kind)
        parts = read_bytes(data, limits=self.rules.limits, codec=codec)
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
        )

    def _service(self, syntax_version: str, /) -> Any:
        return self.rules.translation.library.service(syntax_version)

    def _start(self, start: InterchangeStart) -> None:
        workspace = self.rules.workspace
        self.partner, who = identify(workspace, start.interchange, self.owner)
        self.verdict = answer.Collected(start.interchange)
        self.problems += [who] if who is not None else []
        usable = self.partner is not None and who is None
        self.judge = (
            Judge(workspace, self.rules.translation, self.partner, start.interchange)
            if usable and self.partner is not None
            else None
        )

    def _message(self, found: MessageFound) -> None:
        if self.judge is None or self.verdict is None:
            return
        judged = self.judge.judge(found)
        self.verdict.add(judged.header, judged.told)
        header = judged.header
        self.tried.append(
            TriedMessage(
                header.reference,
                f"{header.standard}/{header.directory}/{header.type}",
                judged.state,
                tuple(each.at(file=self.name) for each in judged.problems),
                judged.document,
                judged.erp,
                judged.form,
            )
        )

    def _end(self, end: InterchangeEnd) -> None:
        self.problems += end.problems
        self.problems += [each for group in end.groups for each in group.problems]
        if self.judge is None or self.verdict is None or self.partner is None:
            return
        self.verdict.close(end)
        built = answer.build(self.rules, self.partner, self.verdict, _NUMBERS, self.at)
        self.answers += [] if built is None else [built.data]
