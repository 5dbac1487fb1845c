"""What a receipt means for a message of ours: four outcomes, and only two of them settle it.

| kind | when | then |
|---|---|---|
| ``positive`` | he has these bytes | done |
| ``negative`` | he says that he could not take it | the message failed |
| ``mismatch`` | he says he took it: other bytes, or not which | held; never sent again by itself |
| ``ignored`` | it proves nothing about this message | no state changes |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from gateway.channels.as2.link import Digest, Lenient
from gateway.channels.as2.mdn.answers import REMEDIES
from gateway.channels.as2.mdn.read import ReadMdn
from gateway.channels.as2.mdn.report import ReceivedMic, Report, shown
from gateway.problems import Problem, errors, problem


@dataclass(frozen=True, slots=True)
class SentFacts:
    """What is known of the message that was sent."""

    message_id: str
    as2_from: str
    """Ours."""
    as2_to: str
    mics: Mapping[str, str] = field(default_factory=dict)
    """Digest → base64, all that were computed when it was built."""
    signed: bool = True
    """A signed receipt was asked for."""
    lenient: frozenset[Lenient] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the message, and why; a positive one may carry a warning."""

    kind: Literal["positive", "negative", "mismatch", "ignored"]
    problem: Problem | None = None


def looked_up(read: ReadMdn) -> tuple[str, ...]:
    """The Message-IDs that may be meant: as it stands there, and with the brackets it lacks.

    Whether the second counts is decided by :func:`settle_verdict`.
    """
    name = read.original_message_id
    return (name, f"<{name}>") if name and name[0] != "<" else (name,) if name else ()


def settle_verdict(read: ReadMdn, sent: SentFacts) -> Verdict:
    """Judge a receipt. It settles nothing unless all of it fits the message."""
    broken = errors(read.findings)
    report = read.report
    if broken or report is None:
        return Verdict("ignored", broken[0] if broken else problem("T245", found="empty"))
    unfit = _unsigned(read, sent) or _other_parties(read, sent) or _other_message(report, sent)
    if unfit is not None:
        return Verdict("ignored", unfit)
    if not report.disposition.positive:
        return Verdict("negative", _negative(report, read.text))
    return _compared(report, sent, _leniency(read, sent))


def _unsigned(read: ReadMdn, sent: SentFacts) -> Problem | None:
    if sent.signed and read.signer is None and "unsigned" not in sent.lenient:
        return problem("T249")
    return None


def _other_parties(read: ReadMdn, sent: SentFacts) -> Problem | None:
    """AS2-From and AS2-To turned round. What is signed may leave them out: its signer is known."""
    unnamed = not read.as2_from and not read.as2_to and read.signer is not None
    if unnamed or (read.as2_from, read.as2_to) == (sent.as2_to, sent.as2_from):
        return None
    return problem(
        "T251",
        found_from=shown(read.as2_from, 80) or "nobody",
        found_to=shown(read.as2_to, 80) or "nobody",
        expected_from=sent.as2_to,
        expected_to=sent.as2_from,
    )


def _other_message(report: Report, sent: SentFacts) -> Problem | None:
    found = report.original_message_id
    if found == sent.message_id or (_bare(found, sent) and "bare-message-id" in sent.lenient):
        return None
    return problem("T250", found=shown(found) or "none", expected=sent.message_id)


def _bare(found: str, sent: SentFacts) -> bool:
    return bool(found) and f"<{found}>" == sent.message_id


def _leniency(read: ReadMdn, sent: SentFacts) -> Problem | None:
    """The warning that a lenient setting made the difference; the gravest one."""
    if sent.signed and read.signer is None:
        return problem("T257", what="it is not signed", word="unsigned")
    if _bare(read.original_message_id, sent):
        return problem(
            "T257", what="its Original-Message-ID lacks the brackets", word="bare-message-id"
        )
    return None


def _negative(report: Report, text: str) -> Problem:
    said = report.disposition
    means, remedy = REMEDIES.get(said.text.lower(), REMEDIES[""])
    return problem(
        "T252",
        disposition=shown(said.outcome),
        text=f" (“{shown(text)}”)" if text else "",
        means=means,
        remedy=remedy,
    )


def _compared(report: Report, sent: SentFacts, warning: Problem | None) -> Verdict:
    """Of which bytes a positive receipt is."""
    mic = report.mic
    if mic is None:
        if "missing-mic" not in sent.lenient:
            return Verdict("mismatch", problem("T253"))
        lenient = problem("T257", what="it names no digest", word="missing-mic")
        return Verdict("positive", warning or lenient)
    expected = sent.mics.get(mic.digest) if mic.digest else None
    if mic.octets is None or expected is None:
        known = ", ".join(get_args(Digest))
        return Verdict("mismatch", problem("T255", found=shown(str(mic)), known=known))
    if mic.octets != ReceivedMic(expected, "").octets:
        return Verdict("mismatch", _differs(mic, expected, sent))
    if warning is None and report.disposition.level == "warning":
        warning = problem("T256", text=shown(report.disposition.text) or "(without a word)")
    return Verdict("positive", warning)


def _differs(mic: ReceivedMic, expected: str, sent: SentFacts) -> Problem:
    """The digests, and whether it is only the name of the algorithm that is wrong."""
    named = next(
        (name for name, value in sent.mics.items() if ReceivedMic(value, "").octets == mic.octets),
        None,
    )
    hint = f"; it equals ours by {named}, so only the name of the digest is wrong" if named else ""
    return problem(
        "T254",
        digest=shown(mic.algorithm, 20),
        found=shown(mic.value, 100),
        expected=expected,
        hint=hint,
    )
