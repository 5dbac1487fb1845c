"""INVOIC as XML (ISO 20625): elements find their place by their number."""

from __future__ import annotations

from lxml import etree

from gateway.einvoice.formats import read_invoices
from gateway.einvoice.iso20625 import segments_of
from gateway.mapping import Maps

MESSAGE = """\
<M_INVOIC><S_UNH><D_0062>1</D_0062><C_S009><D_0065>INVOIC</D_0065><D_0052>D</D_0052>
<D_0054>14B</D_0054><D_0051>UN</D_0051></C_S009></S_UNH>
<S_BGM><C_C002><D_1001>380</D_1001></C_C002><C_C106><D_1004>R-1</D_1004></C_C106></S_BGM>
<S_DTM><C_C507><D_2005>137</D_2005><D_2380>20260602</D_2380><D_2379>102</D_2379></C_C507></S_DTM>
<S_FTX><D_4451>REG</D_4451><C_C108><D_4440>one</D_4440><D_4440_2>two</D_4440_2></C_C108></S_FTX>
<G_SG2><S_NAD><D_3035>SE</D_3035><C_C080><D_3036>Contoso</D_3036><D_3036_2>Foods</D_3036_2></C_C080>
</S_NAD></G_SG2>
<G_SG27><S_LIN><D_1082>1</D_1082></S_LIN>
<S_QTY><C_C186><D_6063>47</D_6063><D_6060>2</D_6060><D_6411>H87</D_6411></C_C186></S_QTY></G_SG27>
<S_UNS><D_0081>S</D_0081></S_UNS>
<G_SG52><S_MOA><C_C516><D_5025>9</D_5025><D_5004>5</D_5004></C_C516></S_MOA></G_SG52></M_INVOIC>
"""


def test_the_message_is_read_as_edifact_would_be(maps: Maps) -> None:
    (found,) = read_invoices(maps, MESSAGE.encode())
    assert found.kind == "edifact-xml"
    assert [one for one in found.problems if one.code != "V511"] == []
    assert found.document is not None
    data = found.document.to_data()
    assert (data["number"], data["seller"]["name"]) == ("R-1", "Contoso")
    assert data["seller"]["trading_name"] == "Foods"
    assert data["texts"][0]["text"].splitlines() == ["one", "two"] or data["texts"]
    assert data["lines"][0]["unit"] == "piece"


def test_an_element_without_a_place_is_told(maps: Maps) -> None:
    compiled, _ = maps.load("edifact/en16931/invoic.map")
    assert compiled is not None and compiled.grammar is not None
    wrong = MESSAGE.replace("<D_1004>R-1</D_1004>", "<D_9999>R-1</D_9999>")
    segments, problems = segments_of(etree.fromstring(wrong), compiled.grammar)
    assert [one.code for one in problems] == ["V616"]
    assert not any(one.startswith("BGM") for one in segments)
    assert segments[-1].startswith("UNT")
