"""The page of the business terms of EN 16931, from the model of the invoice and from its maps."""

from __future__ import annotations

from pathlib import Path

from gateway.documents import Invoice
from gateway.documents.invoiceterms import FLAT_GROUPS, terms
from gateway.grammar import Library
from gateway.mapping import Maps

_ROOT = Path(__file__).resolve().parents[1]
_MAPS = {
    "UBL 2.1": "ubl/invoice.map",
    "CII D16B": "cii/invoice.map",
    "EDIFACT (EN 16931)": "edifact/en16931/invoic.map",
    "EDIFACT (EANCOM)": "edifact/invoic.map",
}
_PARTS = (".value", ".text")
"""Fields of objects that are one term."""
_ELSEWHERE = {
    "BT-7": "CII: `ApplicableTradeTax/TaxPointDate`, once",
    "BT-8": "CII: `ApplicableTradeTax/DueDateTypeCode`, once",
    "BT-21": "UBL: `$tag` is what stands before the text: `#AAI#text`",
    "BT-10": "EDIFACT (EN 16931): `RFF+CR` of the buyer",
    "BT-19": "EDIFACT (EN 16931): `RFF+AOU` of the buyer",
    "BT-29": "with the scheme 0088 `gln`, without a scheme `buyer_number`; BT-46, 60, 71 likewise",
    "BT-84": "EDIFACT (EN 16931): `FII+RB` of the payee or seller, with BT-85 and BT-86",
    "BT-89": "EDIFACT (EN 16931): `RFF+AVS` of the buyer",
    "BT-91": "EDIFACT (EN 16931): `FII+BI` of the buyer",
    "BT-90": "EDIFACT (EN 16931): `RFF+AII` of the buyer; UBL: an identifier of the seller "
    "with the scheme SEPA",
    "BT-110": "CII: `TaxTotalAmount` in the currency of the invoice",
    "BT-111": "CII: `TaxTotalAmount` in the currency of the tax office",
    "BT-120": "EDIFACT (EN 16931): `FTX+AGM`, once",
    "BT-121": "EDIFACT (EN 16931): `FTX+AGM`, once",
    "BT-147": "EDIFACT (EN 16931): `ALC+A` with `MOA+509` in the line",
}
"""Terms that a syntax has where no row of its map names the field."""


def invoice_terms_page() -> str:
    """``docs/reference/invoice-terms.md``."""
    maps = Maps(Library(_ROOT / "grammars"), None, [_ROOT / "mappings"])
    places = {title: _places(maps, name) for title, name in _MAPS.items()}
    lines = [
        "# Terms of electronic invoices",
        "",
        "Each business term of EN 16931-1 (BT) with the field of the canonical invoice and its",
        "place in each syntax, from the maps in `mappings/`. A field with two terms is that of an",
        "allowance and that of a charge. `(none)`: no row of the map names it.",
        "",
        f"| term | field | {' | '.join(_MAPS)} |",
        f"|---|---|{'---|' * len(_MAPS)}",
    ]
    rows = sorted(
        ((term, field) for term, field in terms(Invoice) if term.startswith("BT-")),
        key=lambda row: int(row[0][3:]),
    )
    for term, field in rows:
        cells = [_cell(places[title], field) for title in _MAPS]
        lines.append(f"| {term} | `{field}` | {' | '.join(cells)} |")
    lines += ["", "Beside the rows:", ""]
    lines += [f"- {term}: {text}" for term, text in _ELSEWHERE.items()]
    lines += ["", "Groups that are no object of their own:", ""]
    lines += [f"- {group}: {reason}" for group, reason in FLAT_GROUPS.items()]
    return "\n".join(lines) + "\n"


def _places(maps: Maps, name: str) -> dict[str, list[str]]:
    compiled, _ = maps.load(name)
    found: dict[str, list[str]] = {}
    for row in compiled.rows() if compiled is not None else ():
        wire = row.wire.removeprefix("group ")
        places = found.setdefault(row.field, [])
        if wire not in places:
            places.append(wire)
    return found


def _cell(places: dict[str, list[str]], field: str) -> str:
    for name in (field, *(f"{field}{part}" for part in _PARTS)):
        if name in places:
            return "<br>".join(f"`{one}`".replace("|", "\\|") for one in places[name])
    return "(none)"
