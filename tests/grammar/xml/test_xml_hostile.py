"""Files that want to fill memory or read other files are refused where they do so."""

from __future__ import annotations

import pytest

from gateway.grammar.layoutmodel import FileLimits
from gateway.grammar.xml.format import XmlFormat
from gateway.syntax.xmlevents import XmlLimits
from tests.grammar.xml.test_xml_reading import DAY, LINE, file

LAUGHS = (
    '<!DOCTYPE Order [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Order>&c;</Order>'
)
OUTSIDE = '<!DOCTYPE Order [<!ENTITY x SYSTEM "file:///etc/passwd">]><Order>&x;</Order>'
EXTERNAL = '<!DOCTYPE Order SYSTEM "http://127.0.0.1/x.dtd"><Order/>'


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, EXTERNAL, "<!DOCTYPE Order><Order/>"])
def test_a_document_type_is_refused(order: XmlFormat, text: str) -> None:
    reading = order.read(text.encode())
    assert [one.code for one in reading.problems] == ["F202"]
    assert reading.documents == []


def test_an_entity_that_nothing_declares(order: XmlFormat) -> None:
    reading = order.read(file(f"<Number>&x;</Number>{LINE}"))
    assert [one.code for one in reading.problems if one.code == "F201"] == ["F201"]


@pytest.mark.parametrize(
    ("limits", "inside", "what"),
    [
        (XmlLimits(depth=3), f"{DAY}<p:Party><p:Tax><p:Scheme/></p:Tax></p:Party>", "levels"),
        (XmlLimits(elements=3), DAY + LINE, "elements"),
        (XmlLimits(attributes=1), '<Number scheme="a" shape="b">7</Number>', "attributes"),
        (XmlLimits(attribute=3), '<Number scheme="abcd">7</Number>', "attribute"),
        (XmlLimits(text=3), "<Number>12345</Number>", "characters"),
    ],
)
def test_what_is_too_much(order: XmlFormat, limits: XmlLimits, inside: str, what: str) -> None:
    small = XmlFormat(order.vocabulary, limits)
    reading = small.read(file(inside))
    (found,) = [one for one in reading.problems if one.code == "F203"]
    assert what in str(found)
    assert reading.documents == []


def test_a_file_that_is_too_large(order: XmlFormat) -> None:
    (found,) = order.read(file(DAY), FileLimits(bytes=10)).problems
    assert found.code == "F203"


def test_a_file_of_another_kind_has_no_end_of_problems(order: XmlFormat) -> None:
    reading = order.read(file("<X/>" * 50), FileLimits(problems=5))
    assert len(reading.problems) == 6
    assert reading.problems[-1].code == "F203"


def test_the_depth_that_is_refused_costs_nothing(order: XmlFormat) -> None:
    deep = "<X>" * 200_000
    assert [one.code for one in order.read(deep.encode()).problems][-1] == "F203"
