"""CPS and HL trees: flat with parent numbers on the wire, nested in the document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.mapping.kit import compiled, tree, wire

SHIPMENT = {
    "number": "SH1",
    "issued": date(2024, 5, 1),
    "delivery": {"on": date(2024, 5, 3)},
    "ship_to": {"name": "Store 12", "gln": "0078742035260"},
    "packages": [
        {
            "kind": "carton",
            "sscc": "00000010012345614785",
            "items": [
                {"gtin": "008815509183", "quantity": Decimal(4), "order": {"number": "PO1"}},
                {"gtin": "008815547321", "quantity": Decimal(9), "order": {"number": "PO1"}},
            ],
        },
        {
            "kind": "pallet",
            "packages": [
                {
                    "kind": "carton",
                    "items": [
                        {
                            "gtin": "008815509183",
                            "quantity": Decimal(1),
                            "order": {"number": "PO2"},
                        }
                    ],
                }
            ],
        },
    ],
}


def test_hl_levels_are_written_depth_first_with_an_order_above_its_packages() -> None:
    written, problems = compiled("856.map").write(SHIPMENT)
    assert problems == []
    assert wire(written) == "\n".join(
        [
            "BSN*00*SH1*20240501*1200",
            "HL*1**S*1",
            "DTM*017*20240503",
            "N1*ST*Store 12*UL*0078742035260",
            "HL*2*1*O*1",
            "PRF*PO1",
            "HL*3*2*P*1",
            "MAN*GM*00000010012345614785",
            "HL*4*3*I*0",
            "LIN**UP*008815509183",
            "SN1**4",
            "HL*5*3*I*0",
            "LIN**UP*008815547321",
            "SN1**9",
            "HL*6*1*O*1",
            "PRF*PO2",
            "HL*7*6*T*1",
            "HL*8*7*P*1",
            "HL*9*8*I*0",
            "LIN**UP*008815509183",
            "SN1**1",
            "CTT*9",
        ]
    )


def test_hl_levels_read_back_as_written() -> None:
    found = compiled("856.map")
    written, _ = found.write(SHIPMENT)
    back = tree(found, written, clean=False)
    assert found.read(back) == (SHIPMENT, [])
    assert [str(one) for one in found.unread(back)] == []
