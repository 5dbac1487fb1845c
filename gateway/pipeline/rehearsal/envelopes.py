"""Interchanges and acknowledgements as the partner writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from gateway.config import Workspace
from gateway.config.envelope import syntax_of
from gateway.config.models import Agreement, Identities, Partner
from gateway.config.policies import ANSWERS
from gateway.grammar import Library
from gateway.grammar.acknowledge import AckRules, MessageVerdict, Numbers, acknowledge, conclude
from gateway.grammar.envelope import Identity, InterchangeEnd, MessageFound, Outgoing, walk, wrap
from gateway.pipeline import wire
from gateway.pipeline.heading import dialect_of
from gateway.problems import problem
from gateway.syntax import read_bytes

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_CAPITALS = "UNOA"
"""The charset that has no small letters."""


def as_partner(
    workspace: Workspace,
    partner: Partner,
    agreement: Agreement,
    bodies: Sequence[Sequence[str]],
    numbers: wire.Numbers,
    at: datetime,
    *,
    test: bool | None = None,
) -> wire.Built:
    """The interchange of some bodies (without UNH or ST) as it comes from the partner.

    With all that the agreement wants to find around a message (``match``), but for a password.
    """
    standard, match = agreement.standard, agreement.match
    test = agreement.mode == "test" if test is None else test
    sender = _side(partner.identities, standard.syntax, match.sender, test=test)
    receiver = _side(workspace.own.identities, standard.syntax, match.receiver, test=test)
    references = tuple(
        f"{n:0{4 if standard.syntax == 'x12' else 1}}" for n, _ in enumerate(bodies, 1)
    )
    if sender is None or receiver is None:
        what, reason = str(agreement), f"an identity for {standard.syntax} is missing"
        found = problem("P253", partner=partner.partner, what=what, finding=reason)
        return wire.Built(b"", (found,), "", "", references)
    syntax = syntax_of(partner, agreement)
    outgoing = replace(
        _heading(workspace, partner, agreement),
        sender=sender,
        receiver=receiver,
        reference=numbers.interchange,
        group_reference=numbers.group,
        references=references,
        at=at,
        test=test,
    )
    capital = outgoing.dialect.level == _CAPITALS
    texts = [[one.upper() if capital else one for one in body] for body in bodies]
    data, wrong = wire.written(wrap(texts, outgoing), outgoing, syntax)
    return wire.Built(data, tuple(wrong), str(sender), str(receiver), references)


def _heading(workspace: Workspace, partner: Partner, agreement: Agreement) -> Outgoing:
    """What an agreement says of an envelope; sides, numbers and the instant are to be filled in."""
    standard, match = agreement.standard, agreement.match
    x12 = standard.syntax == "x12"
    own, theirs = workspace.own.identities, partner.identities
    return Outgoing(
        dialect=dialect_of(syntax_of(partner, agreement), standard.directory),
        sender=Identity(""),
        receiver=Identity(""),
        reference="",
        at=_NEVER,
        type=agreement.message,
        directory=standard.directory,
        association=match.association or standard.association,
        agency="UN" if x12 else match.agency or "UN",
        application_reference=match.application_reference or "",
        agreement=match.agreement or "",
        group=any((match.group_sender, match.group_receiver, match.group_version)),
        group_agency=match.agency or "" if x12 else "",
        group_version=match.group_version or "" if x12 else "",
        group_sender=match.group_sender or _group(theirs, standard.syntax),
        group_receiver=match.group_receiver or _group(own, standard.syntax),
    )


def _side(
    identities: Identities, syntax: str, wanted: str | None, *, test: bool
) -> Identity | None:
    """A party as the envelope names it; ``wanted``: by which of its ids."""
    found = identities.of(syntax)
    if found is None:
        return None
    id_ = found.test_id if test and found.test_id else found.id
    return Identity(wanted or id_, found.qualifier, found.routing)


def _group(identities: Identities, syntax: str) -> str:
    found = identities.of(syntax)
    return "" if found is None else found.group or ""


def acknowledged(
    library: Library,
    partner: Partner,
    agreement: Agreement,
    data: bytes,
    control: str,
    at: datetime,
) -> bytes | None:
    """The partner's positive acknowledgement of what we sent him; ``None`` where none is due."""
    headers: list[MessageVerdict] = []
    for item in walk(read_bytes(data), library.service):
        if isinstance(item, MessageFound):
            headers.append(MessageVerdict(item.header))
        elif isinstance(item, InterchangeEnd):
            standard = agreement.standard.syntax
            kind = agreement.acknowledge.syntax or ANSWERS[standard][0]
            rules = AckRules(syntax=kind, ta1="always" if kind == "ta1" else "on_request")
            made = acknowledge(conclude(item, headers), rules, Numbers(interchange=control), at)
            if made is None:
                return None
            syntax = syntax_of(partner, agreement)
            return wire.written(made.segments, made.outgoing, syntax)[0]
    return None
