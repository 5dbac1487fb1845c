"""What a partner is told, as data. Left out are secrets, paths of ours, and numbers of the ERP."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from gateway.config import Workspace
from gateway.config.identity import Identities
from gateway.config.models import Agreement, Partner
from gateway.pipeline.partnerguide import words
from gateway.pipeline.partnerguide.ways import way

Facts = dict[str, Any]


def facts(workspace: Workspace, partner: Partner) -> Facts:
    """All but the samples and the guides."""
    return {
        "partner": partner.partner,
        "us": {"name": workspace.own.name} | dict(_named(workspace.own.identities, partner)),
        "you": {"name": partner.name}
        | dict(_named(partner.identities, partner))
        | {"contacts": [dict(_contact(name, each)) for name, each in partner.contacts.items()]},
        "channels": [
            way(workspace, partner, name)
            for name, channel in partner.channels.items()
            if channel.receives or channel.sends
        ],
        "agreements": [_agreement(workspace, each) for each in partner.agreements],
        "expects": [*_expected(partner), *words.references(partner)],
        "codes": list(_codes(workspace, partner)),
    }


def _named(identities: Identities, partner: Partner) -> Iterator[tuple[str, Any]]:
    """Ids in the standards that are used with the partner."""
    if identities.gln is not None:
        yield "gln", identities.gln
    for syntax in ("edifact", "x12"):
        one = identities.of(syntax)
        if one is None or partner.identities.of(syntax) is None:
            continue
        yield syntax, words.identity(one.id, one.qualifier, one.routing, one.group)
        if one.test_id is not None:
            yield f"{syntax}_test", words.identity(one.test_id, one.qualifier, one.routing)
        if one.also:
            further = [
                words.identity(each.id, each.qualifier or one.qualifier) for each in one.also
            ]
            yield f"{syntax}_further", further


def _contact(name: str, contact: Any) -> Iterator[tuple[str, str]]:
    yield "about", name
    for key in ("name", "email", "phone"):
        if getattr(contact, key) is not None:
            yield key, str(getattr(contact, key))


def _agreement(workspace: Workspace, agreement: Agreement) -> Facts:
    retry = agreement.retry or workspace.settings.retry
    inbound = agreement.direction == "inbound"
    return {
        "document": agreement.document,
        "direction": agreement.direction,
        "message": agreement.message,
        "standard": str(agreement.standard),
        "mode": agreement.mode,
        "rules": list(words.answers(agreement) if inbound else words.awaited(agreement, retry)),
    }


def _expected(partner: Partner) -> Iterator[str]:
    for each in partner.agreements:
        if each.direction == "inbound" and each.expect is not None:
            yield words.expected(each, each.expect)


def _codes(workspace: Workspace, partner: Partner) -> Iterator[Facts]:
    """His own code lists: his code and what it means."""
    columns = [syntax for syntax in ("edifact", "x12") if partner.identities.of(syntax)]
    for name, written in sorted(partner.codes.items()):
        path = workspace.partner_file(partner, written)
        if path is None:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = [
                {"code": row[column], "meaning": row.get("label") or row.get("canonical") or ""}
                for row in csv.DictReader(file)
                for column in columns
                if row.get(column)
            ]
        yield {"list": name, "rows": rows}
