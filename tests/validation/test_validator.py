"""Rules of others run in a process of their own: findings, limits, and how it dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.validation import Limits, Validator, artefacts_in

INVOICE = b"""<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>R-1</cbc:ID></Invoice>"""
RULES = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns:svrl="http://purl.oclc.org/dsdl/svrl"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<xsl:template match="/"><svrl:schematron-output>{body}</svrl:schematron-output></xsl:template>
</xsl:stylesheet>"""
ASSERT = """<xsl:if test="//cbc:ID = 'R-1'"><svrl:failed-assert id="MY-1" flag="fatal"
 test="x" location="/*:Invoice[namespace-uri()='urn:x'][1]"><svrl:text>[MY-1]-The number (BT-1)
 is taken</svrl:text></svrl:failed-assert></xsl:if>"""
ENDLESS = """<xsl:for-each select="1 to 2000000000"><xsl:if test=". = -1">a</xsl:if></xsl:for-each>
<xsl:value-of select="sum(for $a in 1 to 2000000000 return $a mod 7)"/>"""

pytest.importorskip("saxonche")


def rules(folder: Path, body: str, name: str = "my-UBL.xslt") -> None:
    (folder / name).write_text(RULES.replace("{body}", body), encoding="utf-8")


@pytest.fixture
def validator(tmp_path: Path) -> Iterator[Validator]:
    with Validator(tmp_path, Limits(seconds=20)) as one:
        yield one


def test_findings_of_the_rules_become_problems(validator: Validator, tmp_path: Path) -> None:
    rules(tmp_path, ASSERT)
    (found,) = validator.check(INVOICE, "r.xml")
    assert (found.code, found.place.file, found.place.path) == ("V600", "r.xml", "/Invoice")
    assert found.sentence == "MY-1: The number (BT-1) is taken"
    other = INVOICE.replace(b"R-1", b"R-2")
    assert validator.check(other, "r.xml") == []  # the same process, its rules compiled


def test_a_process_that_died_is_started_anew(validator: Validator, tmp_path: Path) -> None:
    rules(tmp_path, ASSERT)
    assert len(validator.check(INVOICE)) == 1
    process = validator._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(validator.check(INVOICE)) == 1


def test_rules_that_take_too_long_are_stopped(tmp_path: Path) -> None:
    rules(tmp_path, ENDLESS)
    with Validator(tmp_path, Limits(seconds=0.5, compiling=1)) as validator:
        assert [one.code for one in validator.check(INVOICE)] == ["V612"]


def test_broken_rules_are_told(validator: Validator, tmp_path: Path) -> None:
    (tmp_path / "broken-UBL.xslt").write_text("<a>", encoding="utf-8")
    assert [one.code for one in validator.check(INVOICE)] == ["V614"]


def test_without_rules_or_an_invoice_nothing_is_started(tmp_path: Path) -> None:
    with Validator(tmp_path) as validator:
        assert [one.code for one in validator.check(INVOICE)] == ["V611"]
        assert [one.code for one in validator.check(b"<a/>")] == ["V615"]
        assert validator._process is None


def test_a_schema_beside_the_rules_is_used(validator: Validator, tmp_path: Path) -> None:
    rules(tmp_path, "")
    schema = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
     targetNamespace="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">
     <xs:element name="Invoice"><xs:complexType/></xs:element></xs:schema>"""
    (tmp_path / "UBL-Invoice-2.1.xsd").write_text(schema, encoding="utf-8")
    assert {one.code for one in validator.check(INVOICE)} == {"V602"}


def test_rules_are_found_by_their_names(tmp_path: Path) -> None:
    names = ("EN16931-UBL-validation.xslt", "deep/EN16931-UBL-validation.xslt", "x-CII.xsl",
             "XRechnung-UBL-validation-CreditNote.xsl", "notes.txt")  # fmt: skip
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("", encoding="utf-8")
    found = {kind: artefacts_in(tmp_path, kind).rules for kind in ("ubl", "ubl-creditnote", "cii")}
    assert found["ubl"] == (tmp_path / names[0],)
    assert found["ubl-creditnote"] == (tmp_path / names[0], tmp_path / names[3])
    assert found["cii"] == (tmp_path / names[2],)
