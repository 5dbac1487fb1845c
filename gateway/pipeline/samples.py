"""Sample folders: files of partners or of the ERP with what they should become.

    <case>/in.edi           as a partner sent it (or in.csv, in.xml … as the ERP wrote it)
           canonical.json   the document
           erp.csv          the file for the ERP
           back.edi         the document written again
           sent.edi         of a file of the ERP: the message that the partner gets
           problems.txt     everything found on the way

A sample of a partner also tells what its file for the ERP says; elsewhere only one with ``erp.*``.
Only the first message or document of the input counts. A file of the ERP lies in a folder that is
called like its document, and that one may lie in one called like its format: ``csv/order/<case>``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gateway.config.envelope import syntax_of
from gateway.config.models import Agreement, Partner
from gateway.config.translation import Translation
from gateway.documents import DOCUMENTS
from gateway.grammar.envelope import MessageFound, walk
from gateway.grammar.guide import Guide
from gateway.mapping import CompiledMap
from gateway.mapping.sample import Outcome, message_outcome, record_outcome
from gateway.pipeline import wire
from gateway.pipeline.heading import dialect_of
from gateway.problems import Problem, errors, has_errors
from gateway.syntax import Part, detect, read_bytes, write_segments

INPUT = "in.*"
CANONICAL, PROBLEMS, BACK, ERP = "canonical.json", "problems.txt", "back", "erp"
SENT = "sent"
_NUMBERS = wire.Numbers("1", "1", real=False)
_NOMINAL = datetime(2000, 1, 1, tzinfo=UTC)
EDI = ("edifact", "x12")


@dataclass(frozen=True, slots=True)
class Case:
    """One sample folder."""

    folder: Path
    input: Path

    @property
    def name(self) -> str:
        """``ORDERS/acme``."""
        return f"{self.folder.parent.name}/{self.folder.name}"


@dataclass(slots=True)
class Result:
    """What a sample became beside what it should have become."""

    case: Case
    outcome: Outcome | None = None
    message: str = ""
    """Of a partner's sample: ``ORDERS``, ``850``."""
    reason: str = ""
    """Why it could not be run at all."""
    expected: dict[str, bytes] = field(default_factory=dict)
    actual: dict[str, bytes] = field(default_factory=dict)
    """File → contents, only where they differ."""

    @property
    def accepted(self) -> bool:
        """Whether it becomes a document, and nothing refuses it."""
        found = None if self.outcome is None else self.outcome
        return (
            found is not None
            and bool(found.canonical)
            and not any(has_errors([one]) for _, one in found.problems)
        )

    @property
    def passed(self) -> bool:
        """Whether everything is as it should be."""
        return self.outcome is not None and not self.actual and not self.expected


def cases(folders: Sequence[Path]) -> Iterator[Case]:
    """The sample folders below some folders, in order."""
    for folder in folders:
        found = sorted({path.parent for path in folder.rglob(INPUT) if path.is_file()})
        for each in found:
            yield Case(each, min(each.glob(INPUT)))


def run(translation: Translation, case: Case, partner: Partner | None = None) -> Result:
    """Run a sample with the maps of a partner, or with those of the workspace."""
    result = Result(case)
    data = case.input.read_bytes()
    if str(detect(data[:4096])) in EDI:
        _message(translation, data, partner, result)
    else:
        _record(translation, data, partner, result)
    if result.outcome is not None:
        made = files_of(case, result.outcome)
        for name, after in made.items():
            path = case.folder / name
            before = path.read_bytes() if path.is_file() else None
            if before is None and (name.startswith(ERP) or not after):
                continue  # a sample need not say what its file for the ERP is
            if before != after:
                result.actual[name] = after
                result.expected[name] = before or b""
    return result


def files_of(case: Case, outcome: Outcome) -> Mapping[str, bytes]:
    """The files of a sample with what they should hold by this outcome."""
    found = {
        CANONICAL: outcome.canonical.encode(),
        f"{BACK}{case.input.suffix}": outcome.back,
        PROBLEMS: outcome.listed().encode(),
    }
    if outcome.sent:
        found |= {f"{SENT}.{_ending(outcome.sent)}": outcome.sent}
    erp = next((path.name for path in sorted(case.folder.glob(f"{ERP}.*"))), "")
    return {**found, erp: outcome.erp} if erp else found


def _ending(sent: bytes) -> str:
    """By the separator after the first tag of the body."""
    return "x12" if b"*" in sent[:6] else "edi"


def update(result: Result) -> list[str]:
    """Write the files of a sample anew; the names of those that changed."""
    for name, data in result.actual.items():
        (result.case.folder / name).write_bytes(data)
    return sorted(result.actual)


def _message(
    translation: Translation, data: bytes, partner: Partner | None, result: Result
) -> None:
    for event in walk(read_bytes(data), translation.library.service):
        if isinstance(event, MessageFound):
            header, part = event.header, event.part
            result.message = header.type
            standard = part.dialect.standard if part.dialect else "edifact"
            agreement = agreement_for(partner, standard, header.type)
            compiled, problems = message_map(
                translation, standard, header.directory, header.type, partner, agreement
            )
            if compiled is None:
                result.reason = _why(problems, f"{standard}/{header.directory}/{header.type}")
                return
            erp = partner is not None or any(result.case.folder.glob(f"{ERP}.*"))
            result.outcome = _outcome(translation, compiled, part, partner, agreement, erp=erp)
            return
    result.reason = "there is no message in it"


def _outcome(
    translation: Translation,
    compiled: CompiledMap,
    part: Part,
    partner: Partner | None,
    agreement: Agreement | None,
    *,
    erp: bool,
) -> Outcome:
    guide: Guide | None = None
    form = translation.workspace.erp.formats.of(compiled.document)
    if partner is not None and agreement is not None:
        guide, _ = translation.guide(partner, agreement)
        form = translation.workspace.erp_format(agreement)
    out = translation.erp_map(compiled.document, form)[0] if erp else None
    return message_outcome(compiled, part, guide=guide, erp=out)


def agreement_for(partner: Partner | None, standard: str, message: str) -> Agreement | None:
    """The agreement of a partner about a message, in whatever direction."""
    return next(
        (
            each
            for each in (partner.agreements if partner is not None else ())
            if each.standard.syntax == standard and each.message == message
        ),
        None,
    )


def message_map(
    translation: Translation,
    standard: str,
    directory: str,
    message: str,
    partner: Partner | None = None,
    agreement: Agreement | None = None,
) -> tuple[CompiledMap | None, list[Problem]]:
    """The map of a message: the partner's, else the one of its directory, else the general one."""
    if partner is not None and agreement is not None:
        return translation.partner_map(partner, agreement)
    name = f"{message.lower()}.map"
    workspace = translation.workspace
    path = workspace.find("mappings", f"{standard}/{directory}/{name}")
    path = path or workspace.find("mappings", f"{standard}/{name}")
    if path is None:
        return None, []
    return translation.maps.load(path, standard=f"{standard}/{directory}/{message}")


def _record(translation: Translation, data: bytes, partner: Partner | None, result: Result) -> None:
    around = [folder.name for folder in result.case.folder.parents]
    document = next((name for name in around if name in DOCUMENTS), None)
    if document is None:
        known = ", ".join(DOCUMENTS)
        result.reason = f"no folder around it is called like a document ({known})"
        return
    form = around[around.index(document) + 1]
    if translation.workspace.erp_map_file(document, form) is None:
        form = translation.erp_form(document, result.case.input.name, data)
    compiled, problems = translation.erp_map(document, form)
    if compiled is None or compiled.layout is None:
        result.reason = _why(problems, f"{form}/{document}")
        return
    reading = compiled.layout.read(data)
    first = next(iter(reading.found), None)
    outcome = Outcome()
    if first is not None and first.record is not None:
        outcome = record_outcome(compiled, first.record)
    if partner is not None and outcome.canonical:
        _sent(translation, partner, document, outcome)
    told = [*reading.file_problems, *(first.problems if first else ())]
    outcome.problems[:0] = [("file", one) for one in told]
    result.outcome = outcome


def _sent(translation: Translation, partner: Partner, document: str, outcome: Outcome) -> None:
    """What the partner gets: the body of the message, looked at by grammar and guide."""
    workspace = translation.workspace
    agreement = workspace.agreement(partner, document, "outbound", test=True)
    if agreement is None:
        return
    compiled, problems = translation.partner_map(partner, agreement)
    outcome.tell("map", errors(problems))
    if compiled is None:
        return
    body, problems = compiled.write(DOCUMENTS[document].from_json(outcome.canonical))
    outcome.tell("to partner", problems)
    if has_errors(problems) or not isinstance(body, list):
        return
    guide, _ = translation.guide(partner, agreement)
    built = wire.compose(workspace, partner, agreement, [body], _NUMBERS, _NOMINAL)
    agreed = (partner, agreement)
    outcome.tell("to partner", wire.recheck(translation.library, built.data, guide, agreed=agreed))
    dialect = dialect_of(syntax_of(partner, agreement), agreement.standard.directory)
    outcome.sent, problems = write_segments(body, dialect, line_breaks=True)
    outcome.tell("to partner", problems)


def _why(problems: Sequence[Problem], what: str) -> str:
    found = errors(problems)
    return f"the map of {what} has errors: {found[0]}" if found else f"there is no map of {what}"
