"""Whose message it is, by the AS2 names; and if nobody's, whose names come near."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.channels.as2.explain.explanation import Cause
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.report import shown
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.mime.identity import read_name


@dataclass(frozen=True, slots=True)
class Parties:
    """The two names, and what is agreed between them."""

    as2_from: str
    as2_to: str
    link: Link | None = None
    ours: bool = False
    """It goes from us to him."""
    known: bool = True
    """There are settings at all."""
    cause: Cause | None = None
    """Why nobody is found."""


def parties(headers: Headers, links: Sequence[Link], partner: str | None) -> Parties:
    """By the names; ``partner`` overrides them: then his channel that fits best is taken."""
    from_ = read_name(headers.get("AS2-From") or "")
    to = read_name(headers.get("AS2-To") or "")
    asked = [each for each in links if partner in (None, each.partner)]
    for link in asked:
        if (from_, to) == (link.their_id, link.our_id):
            return Parties(from_, to, link)
        if (from_, to) == (link.our_id, link.their_id):
            return Parties(from_, to, link, ours=True)
    if partner is not None and asked:
        best = max(asked, key=lambda each: (each.their_id == from_) + (each.our_id == to))
        return Parties(from_, to, best)
    return Parties(from_, to, known=bool(links), cause=_nobody(from_, to, links))


def _nobody(from_: str, to: str, links: Sequence[Link]) -> Cause | None:
    if not links:
        return None
    if not from_ or not to:
        return Cause(
            "The headers do not say between whom it is: AS2-From or AS2-To is missing.",
            "Name the partner (--partner), or give the headers in a second file (--headers).",
        )
    near = next(iter(_near(from_, to, links)), "")
    return Cause(
        f"No channel is between AS2-From “{shown(from_, 80)}” and AS2-To “{shown(to, 80)}”{near}.",
        "Compare the two names with the settings, letter by letter: capital and small letters "
        "and blanks count.",
        "T262",
    )


def _near(from_: str, to: str, links: Sequence[Link]) -> Iterator[str]:
    """Channels that have one of the names, or both spelled a little differently."""
    for link in links:
        if from_ != link.their_id and (to == link.our_id or _alike(from_, link.their_id)):
            yield f"; {link.partner} has “{link.their_id}” as AS2-From"
        if to != link.our_id and (from_ == link.their_id or _alike(to, link.our_id)):
            yield f"; {link.partner} is to send to “{link.our_id}”"


def _alike(one: str, other: str) -> bool:
    """The same but for case and blanks."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()
