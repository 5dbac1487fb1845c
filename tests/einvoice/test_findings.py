"""What a validator says becomes problems that name rule, terms and fields."""

from __future__ import annotations

import pytest

from gateway.einvoice import NotFindings, findings
from gateway.einvoice.findings import readable

REPORT = b"""<svrl:schematron-output xmlns:svrl="http://purl.oclc.org/dsdl/svrl">
<svrl:fired-rule context="/"/>
<svrl:failed-assert id="BR-02" flag="fatal" test="a != ''"
  location="/*:Invoice[namespace-uri()='urn:x'][1]/*:InvoiceLine[namespace-uri()='urn:x'][2]">
<svrl:text>[BR-02]-An Invoice shall have an
 Invoice number (BT-1).</svrl:text></svrl:failed-assert>
<svrl:failed-assert id="UBL-CR-1" flag="warning" test="b" location="/">
<svrl:text>[UBL-CR-1]-Should not be there</svrl:text></svrl:failed-assert>
</svrl:schematron-output>"""


def test_findings_name_rule_terms_and_fields() -> None:
    fatal, advice = findings(REPORT)
    assert (fatal.code, advice.code) == ("V600", "V601")
    assert fatal.sentence == "BR-02: An Invoice shall have an Invoice number (BT-1)."
    assert fatal.facts["terms"] == "BT-1"
    assert fatal.facts["field"] == "number"
    assert fatal.place.path == "/Invoice/InvoiceLine[2]"
    assert advice.facts["field"] == "/"


def test_a_location_is_readable() -> None:
    location = "/*:Invoice[namespace-uri()='urn:x'][1]/*:ID[namespace-uri()='urn:x'][1]"
    assert readable(location) == "/Invoice/ID"


@pytest.mark.parametrize("report", [b"", b"<a>", b"<a/>"])
def test_what_is_no_report_is_refused(report: bytes) -> None:
    with pytest.raises(NotFindings):
        findings(report)
