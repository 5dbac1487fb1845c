"""What the X12 maps of the repository write: findings of the laws, each by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gateway.documents import DOCUMENTS
from gateway.mapping import Maps

DAY = date(2026, 11, 2)
LINE = {"number": "1", "quantity": Decimal(1), "gtin": "4012345000054"}
ORDER = {"number": "1", "issued": DAY, "lines": [LINE]}


def written(maps: Maps, name: str, fields: dict[str, Any]) -> list[str]:
    """Segments that a map writes, as text."""
    compiled, _ = maps.load(f"x12/{name}.map")
    assert compiled is not None
    document = DOCUMENTS[compiled.document].model_validate(fields)
    body, problems = compiled.write(document)
    assert problems == []
    assert isinstance(body, list)
    return [one.replace("\x1d", "*") for one in body]


def test_the_count_of_lines_is_written_without_a_total(maps: Maps) -> None:
    assert written(maps, "850", ORDER)[-1] == "CTT*1"


def test_the_quantity_of_an_allowance_has_a_unit(maps: Maps) -> None:
    allowance = {"kind": "allowance", "reason_code": "discount", "quantity": Decimal(2)}
    found = written(maps, "850", {**ORDER, "allowances": [allowance]})
    assert "SAC*A*C310*******EA*2" in found


@pytest.mark.parametrize("name", ["850", "810"])
def test_a_place_of_delivery_says_who_pays_the_freight_as_agreed(name: str, maps: Maps) -> None:
    line = {**LINE, "price": Decimal(2), "amount": Decimal(2)}
    fields = {**ORDER, "lines": [line], "totals": {"payable": Decimal(2)} if name == "810" else {}}
    found = written(maps, name, {**fields, "delivery_terms": {"place": "Hamburg"}})
    assert [one for one in found if one.startswith("FOB*DF*") and one.endswith("*Hamburg")]


def test_what_is_not_told_to_be_open_is_the_whole_quantity(maps: Maps) -> None:
    change = {"issued": DAY, "order": {"number": "1", "date": DAY}, "lines": [LINE]}
    assert "POC*1*CA*1*1*EA***EN*4012345000054" in written(maps, "860", change)


def test_a_receiving_advice_without_a_day_of_receipt_takes_its_own(maps: Maps) -> None:
    found = written(maps, "861", {"number": "1", "issued": DAY, "lines": []})
    assert "DTM*050*20261102" in found


def test_amounts_of_credit_notes_and_what_is_taken_off_are_negative(maps: Maps) -> None:
    documents = [
        {"kind": "credit_note", "number": "C1", "paid": Decimal(5), "amount": Decimal(5)},
        {"number": "I1", "paid": Decimal(90), "adjustments": [{"amount": Decimal(10)}]},
    ]
    fields = {"number": "1", "issued": DAY, "amount": Decimal(85), "documents": documents}
    found = written(maps, "820", {**fields, "currency": "USD"})
    assert found[-4:] == ["ENT*1", "RMR*CL*C1**-5*-5", "RMR*IV*I1**90", "ADX*-10*ZZ"]


def test_sales_of_an_article_are_told_with_all_its_places(maps: Maps) -> None:
    lines = [
        {"gtin": gtin, "place": place, "quantity": Decimal(count), "unit": "piece"}
        for place in ("0101", "0102")
        for gtin, count in (("4012345000054", 3), ("4012345000061", 4))
    ]
    found = written(maps, "852", {"issued": DAY, "lines": lines})
    assert found == [
        "XQ*H*20261102",
        "LIN**EN*4012345000054", "ZA*QS", "SDQ*EA*92*0101*3*0102*3",
        "LIN**EN*4012345000061", "ZA*QS", "SDQ*EA*92*0101*4*0102*4",
        "CTT*2",
    ]  # fmt: skip


def test_places_stand_below_the_company_they_belong_to(maps: Maps) -> None:
    parties = [
        {"role": "buyer", "name": "Acme Retail Inc", "gln": "0614141000012"},
        {"role": "store", "name": "Store 1", "parent": "0614141000012"},
        {"role": "store", "name": "Store 2", "parent": "4098765000003"},
    ]
    compiled, _ = maps.load("x12/816.map")
    assert compiled is not None
    document = DOCUMENTS["parties"].model_validate(
        {"number": "1", "issued": DAY, "parties": parties}
    )
    body, _ = compiled.write(document)
    assert [one.replace("\x1d", "*") for one in body if one.startswith("HL")] == [
        "HL*1**36", "HL*2*1*36", "HL*3**36",
    ]  # fmt: skip
    lost = [one.facts["value"] for one in compiled.unwritten(document)]
    assert lost == ["4098765000003"]


@pytest.mark.parametrize("release", ["004010", "005010"])
def test_notes_stand_in_msg_until_004010_and_in_mtx_from_004020(release: str, maps: Maps) -> None:
    compiled, _ = maps.load("x12/850.map", standard=f"x12/{release}/850")
    assert compiled is not None
    document = DOCUMENTS["order"].model_validate({**ORDER, "note": "Handle with care"})
    body, _ = compiled.write(document)
    tag = "MSG" if release == "004010" else "MTX"
    assert [one for one in body if "Handle" in one] == [
        f"{tag}\x1d{'' if tag == 'MSG' else chr(0x1D)}Handle with care"
    ]
