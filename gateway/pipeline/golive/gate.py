"""The gate before a partner goes live: a table of demands, each done or with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.config import Workspace
from gateway.config.marks import marks_of
from gateway.config.models import Agreement, Partner
from gateway.config.translation import Translation
from gateway.pipeline import samples
from gateway.pipeline.as2.inventory import US, inventory
from gateway.pipeline.as2.links import Links
from gateway.pipeline.golive.evidence import Evidence
from gateway.pipeline.golive.flip import shown
from gateway.pipeline.rehearsal.rehearse import Rehearsed
from gateway.pipeline.wire import EXTENSION
from gateway.problems import Problem, Severity, problem

_SOON = 30
"""Days: a certificate that ends within them is not one to go live with."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand. Done where it has no problem."""

    title: str
    problem: Problem | None = None
    detail: str = ""
    """What was found, in words."""

    @property
    def state(self) -> str:
        """``done``, ``missing``; ``advised``: it does not keep the gate closed."""
        if self.problem is None:
            return "done"
        return "missing" if self.problem.severity is Severity.ERROR else "advised"

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        found = None if self.problem is None else self.problem.as_json()
        return {"demand": self.title, "state": self.state, "detail": self.detail, "problem": found}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the demands are judged by."""

    workspace: Workspace
    translation: Translation
    partner: Partner
    problems: Sequence[Problem]
    """Of the check of the workspace."""
    rehearsed: Sequence[Rehearsed]
    evidence: Evidence
    tried: Sequence[str]
    """Channels that were tried just now, with success."""
    at: datetime

    @property
    def agreements(self) -> list[Agreement]:
        """Those that are to go live: neither paused nor live already."""
        return [each for each in self.partner.agreements if each.mode == "test"]


def gate(facts: Facts) -> list[Demand]:
    """All demands."""
    return [each for title, ask in _DEMANDS.items() for each in _asked(title, ask, facts)]


def is_open(demands: Sequence[Demand]) -> bool:
    """Whether nothing is missing."""
    return all(each.state != "missing" for each in demands)


def _asked(title: str, ask: Asking, facts: Facts) -> Iterator[Demand]:
    found = list(ask(facts))
    if not found:
        yield Demand(title)
    for each in found:
        yield each if isinstance(each, Demand) else Demand(title, each, each.sentence)


def _settings(facts: Facts) -> Iterator[Problem]:
    name = facts.partner.partner
    folder = facts.workspace.partner_folder(name)
    front = f"{facts.workspace.settings.partners}/{name}/"
    found = [
        each
        for each in facts.problems
        if (each.place.file or "").startswith(front)
        and (each.severity is Severity.ERROR or each.code == "C501")
    ]
    marks = marks_of(facts.workspace.root, folder, facts.partner)
    usage = facts.partner.syntax.x12.usage
    if usage == "T":
        found.append(problem("C524", partner=name, count=len(facts.agreements)))
    count = len({id(each) for each in found if each.code != "C501"}) + len(marks)
    if count:
        first = found[0].sentence if found else f"to be decided: {marks[0].what}"
        yield problem("C530", partner=name, count=count, first=first)


def _samples(facts: Facts) -> Iterator[Problem]:
    name = facts.partner.partner
    folder = facts.workspace.partner_folder(name) / "samples"
    results = [
        samples.run(facts.translation, case, facts.partner) for case in samples.cases([folder])
    ]
    for one in results:
        if not one.passed:
            why = one.reason or f"{', '.join(one.actual)} differ"
            what = f"sample {one.case.name}: {why}"
            yield problem(
                "C531", what=what, how=f"gateway partner test {name} shows the difference"
            )
    good = {one.message for one in results if one.passed and one.accepted}
    for agreement in facts.agreements:
        if agreement.direction == "inbound" and agreement.message not in good:
            what = f"no good sample of {agreement.message} ({agreement.document})"
            suffix = EXTENSION[agreement.standard.syntax]
            path = f"partners/{name}/samples/{agreement.document}/CASE/in.{suffix}"
            how = f"put a message of his into {path}, then: gateway partner test {name} --update"
            yield problem("C531", what=what, how=how)


def _rehearsal(facts: Facts) -> Iterator[Problem | Demand]:
    played = [each for each in facts.rehearsed if each.result != "not agreed"]
    failed = [each.name for each in played if each.result == "failed"]
    if failed:
        yield problem(
            "C532",
            partner=facts.partner.partner,
            failed=len(failed),
            count=len(played),
            names=", ".join(failed),
        )
    elif played:
        yield Demand("scenarios", None, f"{len(played)} played")


def _exchange(facts: Facts) -> Iterator[Problem]:
    name = facts.partner.partner
    for agreement in facts.agreements:
        document = agreement.document
        if (document, agreement.direction) in facts.evidence.exchanged:
            continue
        if agreement.direction == "inbound":
            how = f"have {name} send one that is marked as a test"
            yield problem("C533", document=document, way="received from him", how=how)
        else:
            folder = facts.workspace.erp_in(document, test=True)
            how = f"put a file of the ERP into {shown(facts.workspace, folder)}, or let `gateway "
            how += f"sample {name} {document} --send` do it"
            yield problem("C533", document=document, way="sent to him", how=how)


def _acknowledgements(facts: Facts) -> Iterator[Problem]:
    inbound = [each for each in facts.agreements if each.direction == "inbound"]
    if any(each.answer != "none" for each in inbound) and not facts.evidence.answered:
        what = f"{facts.partner.partner} got no acknowledgement of a test message of his"
        how = "have him send a test message; the answer leaves with the next run"
        yield problem("C534", what=what, how=how)
    for each in facts.agreements:
        awaited = each.direction == "outbound" and each.acknowledge.syntax not in (None, "none")
        if awaited and each.document not in facts.evidence.acknowledged:
            what = f"no {each.acknowledge.syntax} came for a test {each.document}"
            how = "send a test message and ask the partner for his acknowledgement"
            yield problem("C534", what=what, how=how)


def _connections(facts: Facts) -> Iterator[Problem]:
    partner = facts.partner
    wanted: dict[str, None] = {}
    for agreement in facts.agreements:
        for mode in ("test", "live"):
            as_mode = agreement.model_copy(update={"mode": mode})
            wanted[partner.channel_name(as_mode) or ""] = None
    for name in wanted:
        if name and name not in facts.evidence.channels and name not in facts.tried:
            how = f"gateway partner gate {partner.partner} --connect, or: gateway channel test "
            how += f"{partner.partner} {name}"
            yield problem("C535", channel=name, partner=partner.partner, how=how)


def _certificates(facts: Facts) -> Iterator[Problem]:
    partner = facts.partner
    kinds = {each.kind for each in partner.channels.values()}
    if not kinds & {"as2", "https", "ftps"}:
        return
    alone = replace(facts.workspace, partners={partner.partner: partner})
    certificates = inventory(Links(alone), facts.at)
    shown_by = {held.channel for held in certificates if held.owner == partner.partner}
    for name, channel in partner.channels.items():
        if channel.kind == "as2" and name not in shown_by:
            what = f"channel {name} has no certificate of {partner.partner}"
            yield problem("C536", what=what, partner=partner.partner)
    for held in certificates:
        if held.days(facts.at) < _SOON and not held.succeeded and held.state != "planned":
            whose = "ours" if held.owner == US else f"of {held.owner}"
            what = f"the certificate {whose} for {held.use} ends on {held.ends:%Y-%m-%d}"
            yield problem("C536", what=what, partner=partner.partner)


def _contacts(facts: Facts) -> Iterator[Problem]:
    contacts = facts.partner.contacts.values()
    if not any(each.email or each.phone for each in contacts):
        yield problem("C537", partner=facts.partner.partner)


def _expectations(facts: Facts) -> Iterator[Problem]:
    partner = facts.partner
    expected = any(each.expect for each in partner.agreements)
    awaited = any(each.acknowledge.within for each in partner.agreements)
    silent = any(each.silent for each in partner.channels.values())
    if not (expected or awaited or silent):
        yield problem("C538", partner=partner.partner)


def _number(facts: Facts) -> Iterator[Problem | Demand]:
    identities = facts.partner.identities
    if identities.erp.customer is not None:
        return
    if identities.gln is None:
        what = "number in the ERP, and no GLN"
        yield problem("C539", partner=facts.partner.partner, what=what)
    else:
        yield Demand("number in the ERP", None, f"known by the GLN {identities.gln}")


Asking = Callable[[Facts], Iterator[Problem | Demand]]
_DEMANDS: dict[str, Asking] = {
    "settings": _settings,
    "samples": _samples,
    "scenarios": _rehearsal,
    "test messages": _exchange,
    "acknowledgements": _acknowledgements,
    "connection": _connections,
    "certificates": _certificates,
    "contacts": _contacts,
    "expectations": _expectations,
    "number in the ERP": _number,
}
"""In the order a person works them off."""


def names_of(demands: Sequence[Demand]) -> str:
    """What is missing: ``samples, connection``."""
    return ", ".join(dict.fromkeys(each.title for each in demands if each.state == "missing"))


def refused(partner: str, demands: Sequence[Demand]) -> Problem:
    """P254: the gate is closed."""
    missing = [each for each in demands if each.state == "missing"]
    return problem("P254", partner=partner, count=len(missing), names=names_of(demands))
