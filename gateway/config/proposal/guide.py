"""A guide from samples: what they show, as a file that a person can read and change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.config.marks import SIGN
from gateway.config.proposal.positions import Elements
from gateway.config.proposal.shape import ENOUGH, Member
from gateway.config.proposal.writing import block, flow, scalar
from gateway.grammar.model import MessageGrammar

EANCOM: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("D93A", "EAN00"): ("eancom1994",),
    ("D96A", "EAN00"): ("eancom1997",),
    ("D01B", "EAN01"): ("eancom2002s3", "eancom2002s4"),
}
"""(directory, how the association code begins) → guides; the second one for syntax 4."""


def eancom_of(directory: str, association: str, version: str) -> str:
    """The guide that an association code names: ``EAN008`` with D.96A is ``eancom1997``."""
    for (base, start), guides in EANCOM.items():
        if directory == base and association.startswith(start):
            return guides[-1] if version == "4" else guides[0]
    return ""


def guide_text(
    partner: str,
    title: str,
    grammar: MessageGrammar,
    members: Sequence[Member],
    *,
    count: int,
    extends: str = "",
    private: Mapping[str, Sequence[str]] | None = None,
    tolerate: Sequence[Mapping[str, str]] = (),
) -> str:
    """The file. ``count`` is how many messages it was made from."""
    directory = grammar.directory
    spelled = f"D.{directory[1:]}" if grammar.standard == "edifact" else directory
    base = f"{grammar.standard.upper()} {spelled} {grammar.name}"
    lines = [
        f"# Proposed from {count} sample{'' if count == 1 else 's'}: it says what they show, and "
        "refuses qualifiers that they",
        "# do not have. What is marked a person has to decide.",
        f"guide: {partner}/{grammar.name.lower()}",
        f"base: {base}",
        *([f"extends: {extends}"] if extends else []),
        f"title: {scalar(title)}",
        f"{SIGN} is it right to warn of segments that no sample has (keep, warn, reject)?",
        "unlisted: warn",
    ]
    if count < ENOUGH:
        lines.append(f"{SIGN} what is required (usage: R)? Fewer than {ENOUGH} samples do not tell")
    lines += _private(private or {}, spelled)
    lines += ["", "segments:"]
    for member in members:
        lines += block({member.name: _member(member)}, 1)
    if tolerate:
        lines += ["", "tolerate:"]
        for one in tolerate:
            lines += [f"  {SIGN} take this as it is, or ask him to mend it?", f"  - {flow(one)}"]
    return "\n".join(lines) + "\n"


def _private(private: Mapping[str, Sequence[str]], directory: str) -> list[str]:
    """Codes beyond the lists of the directory."""
    if not private:
        return []
    what = f"{SIGN} codes that {directory} does not have; take them, or ask him to change?"
    codes = {"private": {key: list(codes) for key, codes in private.items()}}
    return ["", what, *block(codes)]


def _member(member: Member) -> Any:
    made: dict[str, Any] = {}
    if member.required:
        made["usage"] = "R"
    if member.slots:
        made["slots"] = {}
        for slot in member.slots:
            made["slots"][slot.name] = {
                "discriminator": {slot.discriminator: slot.value},
                **({"usage": "R"} if slot.required else {}),
                **({"max": "1"} if slot.once else {}),
                **_body(slot.elements, slot.members),
            }
    else:
        made.update(_body(member.elements, member.members))
    if not made:
        return "O" if member.optional else {"note": "as the directory has it"}
    return made


def _body(elements: Elements, members: Sequence[Member]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if elements:
        made["elements"] = {name: _element(rule) for name, rule in elements.items()}
    if members:
        made["segments"] = {one.name: _member(one) for one in members}
    return made


def _element(rule: Mapping[str, Any]) -> Any:
    if set(rule) == {"codes"}:
        return rule["codes"]
    if set(rule) == {"usage"}:
        return rule["usage"]
    return dict(rule)
