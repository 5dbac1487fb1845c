"""What a name of a file may say of what is in it: the business keys of a document.

Filled into ``name:`` of a channel or of the ERP (:data:`gateway.config.values.NAME_FIELDS`).
"""

from __future__ import annotations

from datetime import datetime

from gateway.config import Workspace
from gateway.documents import Document, Party
from gateway.documents.threads import orders_of

_ROLES = {"buyer": ("buyer",), "supplier": ("supplier", "seller"), "ship_to": ("ship_to",)}


def business_keys(workspace: Workspace, partner: str, document: Document | None) -> dict[str, str]:
    """Of a document: ``order``, ``issued``, ``buyer``, ``supplier``, ``ship_to``; and ``gln``.

    What is absent is empty. Of several orders it is the first. A party is its GLN, else a number
    that somebody gave it, else its name. ``gln`` is the partner's, of his settings.
    """
    known = workspace.partners.get(partner)
    keys = {"gln": "" if known is None else known.identities.gln or ""}
    if document is None:
        return keys
    keys["order"] = next(iter(orders_of(document)), "")
    issued = getattr(document, "issued", None)
    keys["issued"] = "" if issued is None else str(issued)[:10].replace("-", "")
    for key, roles in _ROLES.items():
        parties = (getattr(document, role, None) for role in roles)
        keys[key] = next((_called(each) for each in parties if isinstance(each, Party)), "")
    return keys


def moments(at: datetime) -> dict[str, str]:
    """``date`` and ``time``, when it is written."""
    return {"date": f"{at:%Y%m%d}", "time": f"{at:%H%M%S}"}


def _called(party: Party) -> str:
    return party.gln or party.supplier_number or party.buyer_number or party.name or ""
