"""Which element of a segment says what the segment means, and how such meanings are called.

Facts of the directories. A segment that is not in the table is told apart by nothing: it stands in
a proposed guide without slots.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

QUALIFIERS: Mapping[str, Mapping[str, str]] = {
    "edifact": {
        "ALC": "5463", "CNT": "6069", "COM": "3155", "CTA": "3139", "CUX": "6347#1",
        "DGS": "8273", "DTM": "2005", "EQD": "8053", "FTX": "4451", "GIN": "7405",
        "GIR": "7297", "IMD": "7077", "INV": "4501", "LOC": "3227", "MEA": "6311",
        "MOA": "5025", "NAD": "3035", "PAT": "4279", "PCD": "5245", "PCI": "4233",
        "PIA": "4347", "PRI": "5125", "PYT": "4279", "QTY": "6063", "QVR": "6063",
        "RFF": "1153", "RNG": "6167", "STS": "9015", "TAX": "5283", "TDT": "8051",
        "TOD": "4055",
    },
    "x12": {
        "AMT": "AMT01", "CUR": "CUR01", "DTM": "DTM01", "FOB": "FOB01", "HL": "HL03",
        "LDT": "LDT01", "MAN": "MAN01", "MEA": "MEA01", "N1": "N101", "N9": "N901",
        "PER": "PER01", "PID": "PID01", "PKG": "PKG01", "QTY": "QTY01", "REF": "REF01",
        "SAC": "SAC01", "TXI": "TXI01",
    },
}  # fmt: skip
"""Tag → data element, as guides name it."""

ONCE: Mapping[str, frozenset[str]] = {
    "edifact": frozenset({"CNT", "CUX", "DTM", "NAD", "PRI", "QTY"}),
    "x12": frozenset({"AMT", "CUR", "DTM", "N1", "REF"}),
}
"""Segments with a qualifier that usually stand once of each: more is told by samples."""

LISTS: Mapping[str, Mapping[str, str]] = {
    "edifact": {
        "ALC": "allowance_kind", "CTA": "contact_kind", "DTM": "date_kind", "FTX": "text_kind",
        "NAD": "party_role", "QTY": "quantity_kind", "RFF": "reference_kind",
    },
    "x12": {
        "DTM": "date_kind", "N1": "party_role", "PER": "contact_kind", "REF": "reference_kind",
        "SAC": "allowance_kind",
    },
}  # fmt: skip
"""Tag → code list of the mappings whose canonical words name the slots."""

_OWN = {
    ("edifact", "DTM"): {
        "137": "issued", "2": "requested", "63": "latest", "64": "earliest", "10": "ship_requested",
        "11": "despatched", "35": "delivered", "171": "reference_date", "13": "due",
        "17": "delivery_estimated",
    },
    ("edifact", "QTY"): {
        "21": "ordered", "12": "despatched", "47": "invoiced", "46": "delivered", "59": "per_pack",
        "192": "free", "113": "confirmed", "83": "backordered",
    },
    ("edifact", "PRI"): {"AAA": "net", "AAB": "gross", "AAE": "information"},
    ("edifact", "IMD"): {"F": "free_text", "C": "code", "A": "long_text", "B": "code_and_text"},
    ("edifact", "PIA"): {"1": "additional", "5": "product", "2": "substitute"},
    ("edifact", "TAX"): {"7": "tax"},
    ("edifact", "CUX"): {"2": "reference", "3": "target"},
    ("edifact", "CNT"): {"2": "lines", "1": "quantity"},
    ("x12", "DTM"): {
        "002": "requested", "001": "cancel_after", "010": "ship_requested", "011": "shipped",
        "037": "ship_not_before", "038": "ship_no_later", "063": "latest", "064": "earliest",
        "017": "delivery_estimated", "067": "delivery_current",
    },
    ("x12", "HL"): {
        "S": "shipment", "O": "order", "I": "item", "P": "pack", "T": "tare", "Q": "subpack",
    },
}  # fmt: skip

Names = Callable[[str, str, str], str]
"""(code list, standard, code) → canonical word; empty where the list has none."""
_SLOT = re.compile(r"[a-z][a-z0-9_]{0,39}")


def slot_name(standard: str, tag: str, value: str, names: Names) -> str:
    """A name for the slot of a qualifier: ``buyer``; else one made of it, ``rff_abo``."""
    known = _OWN.get((standard, tag), {}).get(value, "")
    if not known and tag in LISTS.get(standard, {}):
        known = names(LISTS[standard][tag], standard, value)
    made = known.lower().replace("-", "_").replace(" ", "_")
    if not _SLOT.fullmatch(made):
        made = re.sub(r"[^a-z0-9]+", "_", f"{tag}_{value}".lower())
    return made[:40]
