"""The decision of the gateway itself, and the first reason for it in the clearest words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.explain.explanation import Cause, Explanation
from gateway.channels.as2.explain.parties import Parties
from gateway.channels.as2.explain.raw import Raw
from gateway.channels.as2.explain.signatures import WHOSE
from gateway.channels.as2.explain.walk import Walk
from gateway.channels.as2.extent import Scratch
from gateway.channels.as2.mdn.answers import disposition_for
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.message import Opened, open_message
from gateway.problems import errors, has_errors

_CUT = frozenset({"T201", "T225"})
_MAYBE_CUT = _CUT | {"T200", "T214", "T216", "T224", "T227"}
"""What a message that is cut off looks like, too."""
_ALGORITHMS = frozenset({"T242", "T243"})


def judge_message(
    told: Explanation, raw: Raw, found: Parties, walk: Walk, scratch: Scratch, at: datetime
) -> None:
    """Judge it by its link; without one by what can be seen."""
    if found.link is None:
        told.accepted = not found.known and not walk.causes
        told.decision = "refused: processed/error: unknown-trading-partner" if found.known else ""
        told.cause = (
            found.cause
            or _first(walk)
            or Cause("Nothing is wrong with its structure; without settings nothing can be judged.")
        )
        return
    if found.ours:
        told.accepted = not walk.causes or walk.layers[-1].kind == "encrypted"
        told.cause = _of_ours(found, walk)
        return
    opened = open_message(raw.headers, raw.body, found.link, scratch, at)
    request = ReceiptRequest.of(raw.headers)
    unmet = request.problem if request is not None else None
    told.problems = [*opened.findings, *([unmet] if unmet else [])]
    told.accepted = not has_errors(told.problems)
    told.decision = _decision(told, opened)
    if opened.refused and opened.tells_nothing:
        told.notes.append(
            "the partner is told authentication-failed only, as for every failure behind our key"
        )
    told.cause = _why(told, walk, opened.signer)


def _of_ours(found: Parties, walk: Walk) -> Cause:
    partner = found.link.partner if found.link else "?"
    if walk.layers and walk.layers[-1].kind == "encrypted":
        return Cause(
            f"A message of ours to {partner}: only he can open it.",
            "For its MIC look at the stored message: gateway as2 explain --message ID.",
        )
    return _first(walk) or Cause(f"A message of ours to {partner}; nothing is wrong with it.")


def _decision(told: Explanation, opened: Opened) -> str:
    outcome = disposition_for(opened, told.problems).outcome
    mic = f", MIC {opened.mic.value}, {opened.mic.digest}" if opened.mic else ""
    return f"accepted: {outcome}{mic}" if told.accepted else f"refused: {outcome}"


def _why(told: Explanation, walk: Walk, signer: Credential | None) -> Cause:
    """The walk found the same as the gateway, in clearer words, or nothing."""
    found = errors(told.problems)
    if not found:
        who = f"signed by {signer.name}" if signer else "not signed"
        return Cause(f"Nothing is wrong: the gateway accepts it ({who}).")
    first = found[0].code
    codes = {each.code for each in found}
    codes |= WHOSE if codes & WHOSE else set()
    cause = next((each for each in walk.causes if each.code in codes), Cause.of(found[0]))
    missing = next((note for note in told.notes if note.endswith("are missing")), "")
    if first in _CUT or (missing and first in _MAYBE_CUT):
        return Cause(
            f"The message is cut off: {missing or found[0].sentence}.",
            "Let the partner send it again; if it is cut at the same byte again, look for a limit "
            "of size in a proxy between him and us.",
            first,
        )
    if first in _ALGORITHMS and told.link is not None:
        return replace(
            cause, sentence=f"{cause.sentence[:-1]}, which {told.link.partner} may not use."
        )
    return cause


def _first(walk: Walk) -> Cause | None:
    return walk.causes[0] if walk.causes else None
