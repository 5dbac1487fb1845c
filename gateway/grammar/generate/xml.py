"""Make ``grammars/xml/ubl-2.1`` and ``grammars/xml/cii-d16b`` from the published schemas.

    python -m gateway.grammar.generate.xml UBL CII

``UBL``: the folder ``xsd`` of the UBL 2.1 package of OASIS (with ``maindoc`` and ``common``);
``CII``: the folder of the uncoupled D16B schemas of UN/CEFACT.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from gateway.grammar.importing import Imported
from gateway.grammar.importing.xsd import ImportedVocabulary, read_xsd
from gateway.grammar.xml.model import XmlType

TARGET = Path(__file__).resolve().parents[3] / "grammars" / "xml"
UBL = (
    "Invoice", "CreditNote", "Order", "OrderResponse", "OrderResponseSimple", "OrderChange",
    "OrderCancellation", "DespatchAdvice", "ReceiptAdvice", "Catalogue",
    "CataloguePricingUpdate", "CatalogueDeletion", "RemittanceAdvice", "InventoryReport",
    "ApplicationResponse", "Statement",
)  # fmt: skip
IMPLIED = {"currencyID": "DocumentCurrencyCode"}
"""Amounts are in the currency of the document unless they say another."""
DEFAULTS = {
    "Shipment/ID": "1",
    "Consignment/ID": "1",
    "OrderLineReference/LineID": "NA",
    "LineReference/LineID": "NA",
}
"""As Peppol BIS fills what UBL asks for and nobody uses."""


def ubl(folder: Path) -> Imported:
    """The documents of UBL 2.1 that the maps and their partners use."""
    files = [folder / "maindoc" / f"UBL-{name}-2.1.xsd" for name in UBL]
    made = read_xsd(files, within=folder, name="ubl-2.1", implied=IMPLIED, defaults=DEFAULTS)
    if isinstance(made.made, ImportedVocabulary):
        _tag_notes(made.made.types)
    return made


def _tag_notes(types: dict[str, XmlType]) -> None:
    """Notes of invoices say what they are about in the text itself (BT-21, CEN/TS 16931-3-2)."""
    types["TaggedText"] = replace(types["Text"], name="TaggedText", tagged=True)
    for name in ("Invoice", "CreditNote"):
        children = tuple(
            replace(child, type="TaggedText") if child.name == "Note" else child
            for child in types[name].children
        )
        types[name] = replace(types[name], children=children)


def cii(folder: Path) -> Imported:
    """The Cross Industry Invoice D16B."""
    (file,) = folder.rglob("CrossIndustryInvoice_100pD16B.xsd")
    return read_xsd(file, within=folder, name="cii-d16b")


def main(arguments: list[str]) -> int:
    """Write both folders; says what was left out."""
    for imported in (ubl(Path(arguments[0])), cii(Path(arguments[1]))):
        for found in imported.problems:
            print(found)
        if imported.made is None:
            return 1
        imported.made.write(TARGET / imported.made.name)
        print(imported.made.name, *imported.told)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
