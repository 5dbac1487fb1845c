"""What of the directories comes with the package, and why the rest does not.

EDIFACT: the messages that any issue of EANCOM has, for they are what retail exchanges; and DELJIT.
X12: all sets that the facts hold (orders, invoices, shipping, grocery, warehouse, transport).
Other messages of a directory: ``gateway grammar import``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EDIFACT_MESSAGES = (
    *("APERAK", "BANSTA", "CNTCND", "COACSU", "COMDIS", "CONDRA", "CREMUL", "DEBMUL", "DELFOR"),
    *("DELJIT", "DESADV", "DIRDEB", "FINCAN", "FINSTA", "GENRAL", "HANMOV", "IFCSUM", "IFTMAN"),
    *("IFTMBC", "IFTMBF", "IFTMIN", "IFTSTA", "INSDES", "INVOIC", "INVRPT", "MSCONS", "ORDCHG"),
    *("ORDERS", "ORDRSP", "OSTENQ", "OSTRPT", "PARTIN", "PAYDUC", "PAYMUL", "PRICAT", "PRODAT"),
    *("PROINQ", "QALITY", "QUOTES", "RECADV", "REMADV", "REQOTE", "RETANN", "RETINS", "SLSFCT"),
    *("SLSRPT", "TAXCON"),
)

DOUBTFUL: frozenset[tuple[str, str]] = frozenset(
    {("D01A", "INVOIC"), ("D01A", "PRICAT"), ("D01A", "SLSRPT"), ("D94B", "REMADV")}
)
"""Messages that are left out. D.01A was issued twice, with other tables for these three, and a
message does not say which issue it follows; in REMADV D.94B the segment that starts a group may
stand 99 times, against all other sources. Who needs one imports the issue of the partner."""

DELETED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "D94A": {
        "IFCSUM": frozenset({"1690", "1710"}),
        "IFTMAN": frozenset({"0900", "0920"}),
        "IFTMBC": frozenset({"0370", "0390"}),
        "IFTMBF": frozenset({"0720", "0740"}),
        "IFTMIN": frozenset({"0900", "0920"}),
        "PRICAT": frozenset({"1140"}),
        "SLSRPT": frozenset({"0310", "0320", "0330", "0340"}),
    }
}
"""Positions of a segment table that are marked as deleted there; the facts still have them. What is
left of a deleted group belongs to the group around it."""

MENDED: Mapping[str, Mapping[str, str]] = {
    "D00B": {
        "3295": "an..3",
        "3398": "an..70",
        "3401": "an..3",
        "3403": "an..3",
        "3405": "an..3",
        "7405": "an..3",
    }
}
"""Forms of elements that the facts lack; D.00A and D.01A agree on them."""

OPEN_LISTS: Mapping[str, frozenset[str]] = {
    "edifact": frozenset(
        ("1131", "3055", "0007", "0051", "0052", "0054", "0057", "0065", "0110", "0113")
    ),
    "x12": frozenset({"I05", "480", "103"}),
}
"""Elements whose list is not checked, because partners and agencies add to it themselves:
1131 and 3055 (who keeps a list, and which), the identification qualifiers 0007 and I05 (the
agreement decides about identities), and what names a message or release in UNH, AK1 and OTI
(0051 … 0113, 480: the library decides); 103 joins two codes to one value (``CTN25``)."""

X12_REPEATS: Mapping[tuple[str, str], int] = {("CTX", "C998"): 10}
"""Elements that repeat within a segment; the facts do not tell for X12."""

X12_NOTES: Mapping[str, Sequence[str]] = {
    "LOC": ("P0607", "C1110", "C1312", "C1514", "C1716", "C1918", "C2120", "P2223"),
    "RCD": ("P0203", "R020406", "P0405", "P060708", "P091011", "P121314", "P151617", "P181920"),
}
"""Relational notes that the facts have incomplete or mangled (``P03050303``), from 004010 on; so
say nineteen guidelines over 004010 (``python -m tests.grammar.crosscheck sef``)."""

SERVICE_NOTES: Mapping[tuple[str, str], Sequence[str]] = {("service4", "UNG"): ("P010607",)}
"""Relational notes of service segments, which the facts do not have: in UNG of syntax 4 the group
of messages, the agency and the version stand together or not at all."""

X12_EXTENSION: Mapping[str, str] = {
    "I69": "AN 1/1",
    "I70": "AN 1/15",
    "I71": "AN 6/6",
    "I72": "AN 1/6",
}
"""Elements of ISX, which the facts lack; it may follow ISA from 00704 on."""

X12_OPTIONAL = frozenset({("PER", 7), ("PER", 8)})
"""Positions that one source of 003050 has as mandatory behind optional ones, against all others."""
