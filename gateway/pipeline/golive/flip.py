"""Another mode for a partner or one of his documents: the text of his file, and what changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.config import Workspace
from gateway.config.agreement import MODES, Agreement, Mode
from gateway.config.models import Partner
from gateway.config.modetext import rows_of, value_at, with_value
from gateway.problems import Place, Problem, problem

_NAMED = {"edifact": "UNB", "x12": "ISA"}
_INDICATOR = {"edifact": "UNB 0035 (test indicator)", "x12": "ISA15 (usage indicator)"}


@dataclass(frozen=True, slots=True)
class Flipped:
    """The file with the other mode; ``problem``: why it cannot be written."""

    file: str
    before: str
    after: str = ""
    problem: Problem | None = None
    partner: Partner | None = None
    """As the file makes him then."""

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return self.problem is None and self.after != self.before


def flip(
    workspace: Workspace, partner: Partner, text: str, mode: Mode, document: str | None = None
) -> Flipped:
    """The partner's own file with another mode; what ``_like`` gave is overridden there.

    ``document``: only his agreements about it; what he is as a whole is raised where that needs
    it, and all others are held where they are. What is paused by itself stays paused.
    """
    edited = _Edited(f"{workspace.settings.partners}/{partner.partner}/partner.yaml", text, mode)
    most = mode if document is None else max(partner.mode, mode, key=MODES.index)
    if most != partner.mode:
        edited.put(("mode",), most)
    rows = rows_of(text, "agreements")
    agreements = []
    for agreement in partner.agreements:
        at = _row(rows, agreement)
        said = _said(partner, agreement, None if at is None else rows[at].get("mode"))
        will = _wanted(agreement, said, mode, document)
        agreements.append(agreement.model_copy(update={"mode": will}))
        if min(said, most, key=MODES.index) == will:
            continue
        if at is None:
            edited.stop(f"the agreement about {agreement.document} is not written in it")
        else:
            edited.put(("agreements", at, "mode"), will)
    after = edited.text if edited.problem is None else text
    then = partner.model_copy(update={"agreements": tuple(agreements), "mode": most})
    return Flipped(edited.file, text, after, edited.problem, then)


def _said(partner: Partner, agreement: Agreement, written: str | None) -> Mode:
    """What an agreement is by itself, before the partner's mode caps it."""
    known = next((each for each in MODES if each == written), None)
    if known is not None:
        return known
    capped = MODES.index(agreement.mode) >= MODES.index(partner.mode)
    return MODES[-1] if capped else agreement.mode


def _wanted(agreement: Agreement, said: Mode, mode: Mode, document: str | None) -> Mode:
    """The mode of an agreement afterwards."""
    if document is not None:
        return mode if agreement.document == document else agreement.mode
    return "paused" if said == "paused" else mode


def _row(rows: Sequence[dict[str, object]], agreement: Agreement) -> int | None:
    """Where an agreement stands in the partner's own file."""
    named = (agreement.document, agreement.direction)
    fitting = [
        at
        for at, row in enumerate(rows)
        if (row.get("document"), row.get("direction")) == named
        and row.get("standard") in (None, str(agreement.standard))
    ]
    if len(fitting) > 1:
        fitting = [at for at in fitting if rows[at].get("mode", "live") == agreement.mode]
    return fitting[0] if len(fitting) == 1 else None


class _Edited:
    """A text on its way; after a first obstacle nothing more is done."""

    def __init__(self, file: str, text: str, mode: Mode) -> None:
        self.file, self.text, self.mode = file, text, mode
        self.problem: Problem | None = None

    def put(self, path: tuple[str | int, ...], value: str) -> None:
        """Another value at a path."""
        if self.problem is not None or value_at(self.text, path) == value:
            return
        changed = with_value(self.text, path, value)
        if changed is None:
            self.stop("the value cannot be changed in the text as it stands")
        else:
            self.text = changed

    def stop(self, reason: str) -> None:
        """It cannot be done."""
        place = Place(file=self.file)
        found = problem("C525", place, file=self.file, reason=reason, mode=self.mode)
        self.problem = self.problem or found


# ---- what it means


def consequences(workspace: Workspace, before: Partner, after: Partner) -> Iterator[str]:
    """What is different from then on, in sentences."""
    pairs = [
        (old, new)
        for old, new in zip(before.agreements, after.agreements, strict=True)
        if old.mode != new.mode
    ]
    for old, new in pairs:
        yield f"{new.document} {new.direction} ({new.standard}): {old.mode} becomes {new.mode}"
    for syntax in dict.fromkeys(new.standard.syntax for _, new in pairs):
        yield from _envelopes(workspace, before, syntax, pairs)
    yield from dict.fromkeys(_channels(before, after, pairs))
    yield from _folders(workspace, pairs)
    if any("live" in (old.mode, new.mode) for old, new in pairs):
        yield "control numbers: test and live have a range each; the next one goes on where it was"
        yield from _alarms(pairs)


Pairs = Sequence[tuple[Agreement, Agreement]]


def _envelopes(workspace: Workspace, partner: Partner, syntax: str, pairs: Pairs) -> Iterator[str]:
    live = any(new.mode == "live" for _, new in pairs if new.standard.syntax == syntax)
    for whose, identities in (
        ("the partner", partner.identities),
        ("us", workspace.own.identities),
    ):
        identity = identities.of(syntax)
        if identity is not None and identity.test_id not in (None, identity.id):
            ids = (identity.id, identity.test_id) if live else (identity.test_id, identity.id)
            yield f"{_NAMED[syntax]} names {whose} {ids[0]}, no longer {ids[1]}"
    marks = (
        "marks no test any more; what the partner marks as one is refused"
        if live
        else "marks a test; what the partner does not mark as one is held"
    )
    yield f"{_INDICATOR[syntax]} {marks}"


def _channels(before: Partner, after: Partner, pairs: Pairs) -> Iterator[str]:
    for old, new in pairs:
        was, will = before.channel_name(old), after.channel_name(new)
        if was != will:
            yield f"channel {will} is used instead of {was}"


def _folders(workspace: Workspace, pairs: Pairs) -> Iterator[str]:
    for old, new in pairs:
        if new.mode == "paused" or (old.mode == "paused" and new.mode == "test"):
            continue
        test = new.mode == "test"
        if new.direction == "inbound":
            folder = workspace.erp_out(new.document, test=test)
            yield f"{new.document}: the ERP finds it in {shown(workspace, folder)}"
        else:
            folder = workspace.erp_in(new.document, test=test)
            yield f"{new.document}: the ERP puts it into {shown(workspace, folder)}"


def shown(workspace: Workspace, folder: Path) -> str:
    """A folder as the settings would write it."""
    near = folder.is_relative_to(workspace.base)
    return str(folder.relative_to(workspace.base) if near else folder)


def _alarms(pairs: Pairs) -> Iterator[str]:
    if any(new.mode == "live" for _, new in pairs):
        yield "documents count for their orders: what is missing or differs is an alarm"
    for _, new in pairs:
        if new.mode == "live" and new.expect is not None:
            yield f"{new.document}: none by {new.expect.by} is an alarm"
        if new.mode == "live" and new.acknowledge.within is not None:
            yield f"{new.document}: no answer within the agreed time is an alarm"
