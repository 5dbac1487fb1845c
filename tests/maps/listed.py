"""Every map of the repository, with the document it is for and the directories it is tried in.

A *case* is a map in one directory: ``edifact/orders.map`` (that of its header) or
``edifact/orders.map D01B``.
"""

from __future__ import annotations

from gateway.mapping import CompiledMap, Maps
from gateway.problems import Problem
from tests.maps import einvoice_documents, erpfiles, idoc_documents, x12_documents, xml_documents

EDIFACT = {
    "orders": "order",
    "ordchg": "orderchange",
    "ordrsp": "orderresponse",
    "desadv": "despatch",
    "invoic": "invoice",
    "recadv": "receipt",
    "invrpt": "inventory",
    "slsrpt": "sales",
    "pricat": "catalogue",
    "remadv": "remittance",
    "partin": "parties",
}
"""Maps that serve every directory."""
MESSAGES = {
    **{
        f"edifact/{name}.map{directory}": document
        for name, document in EDIFACT.items()
        for directory in ("", " D01B")
    },
    **einvoice_documents.MESSAGES,
    **x12_documents.MESSAGES,
    "x12/810.map": "invoice",
}
"""Case → document."""
RECORDS = {
    **{
        f"{kind}/{name}.map": name
        for kind in ("csv", "json")
        for name in ("order", "orderresponse", "despatch", "invoice")
    },
    **idoc_documents.MAPS,
    **erpfiles.MAPS,
    **einvoice_documents.MAPS,
    **xml_documents.MAPS,
}
CASES = {**MESSAGES, **RECORDS}


def load(maps: Maps, case: str) -> tuple[CompiledMap | None, list[Problem]]:
    """The map of a case."""
    name, _, directory = case.partition(" ")
    if not directory:
        return maps.load(name)
    standard, _, message = name.removesuffix(".map").partition("/")
    return maps.load(name, standard=f"{standard}/{directory}/{message.upper()}")
