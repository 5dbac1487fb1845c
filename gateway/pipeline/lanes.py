"""The names of lanes: what goes one after the other, and what side by side.

``in/SOURCE``: the files of one inbox. ``to/erp/DOCUMENT``: files for the ERP, ``to/erp/test/…``
for its test system.
``to/PARTNER/CHANNEL/DOCUMENT``: files for a partner. ``batch/PARTNER/DOCUMENT/…``: documents that
are collected for one. ``to/error/SOURCE``: reports about files.
``unpack/PARTNER/CHANNEL``: messages that came by AS2 and are opened after their sender went.
``alarm/OUTLET``: notices. ``poll/SOURCE``: looking into an inbox. ``duty/NAME``: periodic work.
``in/SHOP/orders``: records of a web shop. ``shop/SHOP/TASK``: what is asked of it and told to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from gateway.config import Workspace
from gateway.config.models import Agreement, Partner

ACKNOWLEDGEMENT = "acknowledgement"
_LONGEST = 160


def files(source: str) -> str:
    """Of the files of an inbox: ``acme-retail/main``, ``erp/invoice``."""
    return f"in/{source}"[:_LONGEST]


def poll(source: str) -> str:
    """Of the looks into an inbox."""
    return f"poll/{source}"[:_LONGEST]


def unpack(name: str, channel: str) -> str:
    """Of the messages of a partner that are durable and still to be opened."""
    return f"unpack/{name}/{channel}"[:_LONGEST]


def erp(document: str, *, test: bool = False) -> str:
    """Of the files for the ERP, or for its test system."""
    return f"to/erp/{'test/' if test else ''}{document}"[:_LONGEST]


def partner(name: str, channel: str, document: str) -> str:
    """Of the files for a partner; ``document`` may be ``acknowledgement``."""
    return f"to/{name}/{channel}/{document}"[:_LONGEST]


def batch(found: Partner, agreement: Agreement, same: Sequence[str] = ()) -> str:
    """Of the documents that are collected under an agreement, and say the same (``send.same``)."""
    standard, mode = agreement.standard, "test" if agreement.mode == "test" else "live"
    which = f"{standard.syntax}-{standard.directory}{standard.association}-{mode}"
    if same:
        which += f"-{sha256(repr(tuple(same)).encode()).hexdigest()[:16]}"
    return f"batch/{found.partner}/{agreement.document}/{which}"[:_LONGEST]


def report(source: str) -> str:
    """Of the reports about the files of an inbox."""
    return f"to/error/{source}"[:_LONGEST]


def owner(key: str) -> str:
    """Whose lane it is, for limits: a partner, ``erp``, ``error``."""
    return key.split("/")[1] if "/" in key else key


def calls_a_shop(key: str) -> bool:
    """Whether who works on a lane waits for the answers of a shop."""
    parts = key.split("/")
    return parts[0] == "shop" or (parts[0] == "to" and parts[2:3] == ["shop"])


def in_order(workspace: Workspace, key: str) -> bool:
    """Whether what waits to be tried again holds up what follows, as an agreement may ask."""
    kind, *parts = key.split("/")
    found = workspace.partners.get(parts[0]) if parts else None
    if found is None:
        return False
    if kind in ("in", "unpack"):
        return any(
            each.in_order and each.direction == "inbound" and _channel(found, each, parts[1])
            for each in found.agreements
        )
    return kind == "to" and any(
        each.in_order and each.direction == "outbound" and each.document == parts[-1]
        for each in found.agreements
    )


def _channel(found: Partner, agreement: Agreement, name: str) -> bool:
    """Whether an agreement uses a channel (or could, where it names none)."""
    return found.channel_name(agreement) in (None, name)
