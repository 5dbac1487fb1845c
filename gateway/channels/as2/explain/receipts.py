"""A receipt: what it says, who signed it, and what it means for the message it is for."""

from __future__ import annotations

from datetime import datetime

from gateway.channels.as2.explain.explanation import Cause, Explanation
from gateway.channels.as2.explain.parties import Parties
from gateway.channels.as2.explain.raw import Raw
from gateway.channels.as2.explain.walk import Walk
from gateway.channels.as2.extent import Scratch
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.read import ReadMdn, read_mdn
from gateway.channels.as2.mdn.report import shown
from gateway.channels.as2.mdn.verdict import SentFacts, settle_verdict
from gateway.problems import Problem, errors

_MEANS = {
    "positive": "it settles the message: the partner has it",
    "negative": "it settles the message: the partner refused it",
    "mismatch": "the message is held: the partner has something else, or does not say what",
    "ignored": "it changes nothing",
}


def explain_receipt(
    told: Explanation,
    raw: Raw,
    found: Parties,
    walk: Walk,
    scratch: Scratch,
    at: datetime,
    sent: SentFacts | None,
) -> None:
    """Read as the gateway does; judged where the message it is for is known."""
    nobody = Link("", "", found.as2_to, found.as2_from, theirs=tuple(walk.known.theirs))
    read = read_mdn(raw.headers, raw.body, walk.link or nobody, scratch, at)
    told.receipt = tuple(_facts(read).items())
    told.problems = list(read.findings)
    broken = errors(read.findings)
    if broken:
        told.decision = f"ignored: {_MEANS['ignored']}"
        told.cause = next((one for one in walk.causes if one.code == broken[0].code), None) or (
            Cause.of(broken[0])
        )
    elif sent is not None:
        verdict = settle_verdict(read, sent)
        told.decision = f"{verdict.kind}: {_MEANS[verdict.kind]}"
        told.accepted = verdict.kind == "positive"
        told.problems += [verdict.problem] if verdict.problem else []
        told.cause = _judged(verdict.problem, read)
    else:
        told.cause = found.cause or _alone(read)
        told.accepted = found.cause is None and bool(read.disposition and read.disposition.positive)


def _facts(read: ReadMdn) -> dict[str, str]:
    report = read.report
    facts = {
        "Disposition": str(report.disposition) if report else "",
        "Original-Message-ID": report.original_message_id if report else "",
        "Received-content-MIC": str(report.mic) if report and report.mic else "",
        "Final-Recipient": report.final_recipient if report else "",
        "Original-Recipient": report.original_recipient if report else "",
        "Reporting-UA": report.reporting_ua if report else "",
        "text": read.text,
        "signed by": read.signer.name if read.signer else "",
    }
    return {name: shown(value, 300) for name, value in facts.items() if value}


def _judged(found: Problem | None, read: ReadMdn) -> Cause:
    if found is None:
        return Cause("Nothing is wrong: the partner has exactly the bytes that were sent.")
    return Cause.of(found) if found.severity == "error" else _alone(read)


def _alone(read: ReadMdn) -> Cause:
    """Without the message it is for, only what it says."""
    said = read.disposition
    outcome = shown(said.outcome) if said else "nothing"
    if said is None or not said.positive:
        return Cause(
            f"The partner refused the message: {outcome}.", "Ask him what his log says.", "T252"
        )
    who = f"signed by {read.signer.name}" if read.signer else "not signed"
    return Cause(
        f"The receipt says {outcome} ({who}); whether the MIC is right tells the message it is for."
    )
