"""The registry of problem codes: one table per layer, merged here.

A code is never reused once released. Each row holds every text a person may see and the code's
equivalents in the acknowledgements, so that all of them say the same.
"""

from __future__ import annotations

from gateway.problems.codes import (
    agreement_settings,
    alarms,
    as2_alarms,
    as2_cms,
    as2_exchange,
    as2_mdn,
    as2_message,
    as2_sending,
    as2_settings,
    channel_settings,
    channels,
    config,
    configuration,
    contradictions,
    documents,
    elements,
    envelope,
    envelope_settings,
    erp,
    folder_alarms,
    ftps,
    guides,
    house,
    idoc,
    importing,
    inheritance,
    invoices,
    mail,
    mailbox_alarms,
    mailbox_server,
    mailboxes,
    maps,
    pickup,
    pipeline,
    plan,
    proposals,
    pushing,
    rehearsal,
    remote_alarms,
    replay,
    rules,
    secrets,
    sftp,
    shop_documents,
    shop_intake,
    shop_reading,
    shop_reception,
    shop_reconcile,
    shop_sending,
    shop_settings,
    silence,
    structure,
    syntax,
    threads,
    uploads,
    xml,
)
from gateway.problems.codes.row import Code, Layer, Severity

__all__ = ["REGISTRY", "Code", "Layer", "Severity"]

_TABLES = (
    syntax,
    envelope,
    envelope_settings,
    structure,
    elements,
    guides,
    importing,
    documents,
    rules,
    invoices,
    maps,
    erp,
    xml,
    idoc,
    config,
    contradictions,
    secrets,
    configuration,
    inheritance,
    as2_settings,
    agreement_settings,
    channel_settings,
    channels,
    as2_cms,
    as2_exchange,
    as2_mdn,
    as2_message,
    as2_sending,
    sftp,
    ftps,
    uploads,
    mailbox_server,
    mailboxes,
    mail,
    pickup,
    pushing,
    pipeline,
    rehearsal,
    replay,
    plan,
    alarms,
    as2_alarms,
    folder_alarms,
    remote_alarms,
    mailbox_alarms,
    silence,
    threads,
    proposals,
    shop_documents,
    shop_intake,
    shop_reading,
    shop_reception,
    shop_reconcile,
    shop_sending,
    shop_settings,
    house,
)


def _merge() -> dict[str, Code]:
    merged: dict[str, Code] = {}
    for table in _TABLES:
        for row in table.CODES:
            if row.code in merged:
                raise ValueError(f"problem code {row.code} is registered twice")
            merged[row.code] = row
    return merged


REGISTRY: dict[str, Code] = _merge()
