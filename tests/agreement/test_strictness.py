"""How strict an agreement is: each check fails, is noted, or is of no interest, as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.config.models import Agreement
from gateway.config.translation import Translation
from gateway.grammar import STRICT
from gateway.pipeline.implied import shifted
from gateway.pipeline.strictness import terms_of
from gateway.problems import Severity, problem
from tests.agreement.kit import acme, load, northwind, tried
from tests.pipeline.world import orders, purchase_orders

BAD: dict[str, tuple[str, str, str]] = {
    "types": ("QTY+21:5'", "QTY+21:five'", "G208"),
    "lengths": ("NAD+BY+4012345000009::9'", f"NAD+BY+{'4' * 40}::9'", "G206"),
    "unknown_segments": ("LIN+1++", "XYZ+1'LIN+1++", "G102"),
    "unknown_code": ("QTY+21:5'", "QTY+YY:5'", "G212"),
    "leading_zeros": ("QTY+21:5'", "QTY+21:05'", "P179"),
    "control_totals": ("UNS+S'", "UNS+S'CNT+2:9'", "G131"),
    "date_formats": ("DTM+137:20260302:102'", "DTM+137:20260302:102'DTM+2:2026:102'", "G218"),
    "blanks": ("NAD+BY+4012345000009::9'", "NAD+BY+4012345000009::9++Acme '", "P179"),
}
"""By check: what stands there, what is wrong, and what is said."""


def _spoiled(check: str) -> bytes:
    good, bad, _ = BAD[check]
    text = orders().decode("latin-1")
    assert good in text
    spoiled = text.replace(good, bad)
    more = spoiled.count("'") - text.count("'")
    return spoiled.replace("UNT+10+", f"UNT+{10 + more}+").encode("latin-1")


@pytest.mark.parametrize("check", BAD)
@pytest.mark.parametrize("wanted", ["fail", "warn", "ignore"])
def test_a_check_does_what_the_agreement_says(check: str, wanted: str, tmp_path: Path) -> None:
    workspace, problems = load(tmp_path, acme(f"checks: {{{check}: {wanted}}}"))
    assert not problems
    made = tried(workspace, _spoiled(check))
    code = BAD[check][2]
    if wanted == "ignore":
        assert code not in made.found
    else:
        severity = Severity.ERROR if wanted == "fail" else Severity.WARNING
        assert made.found[code].severity is severity
    # a quantity that is no number is still refused, by the map that needs it
    assert made.states == ["refused" if wanted == "fail" or check == "types" else "mapped"]


@pytest.mark.parametrize(
    ("wanted", "state", "codes"),
    [
        ("standard", "mapped", []),
        ("allow", "mapped", []),
        ("forbid", "refused", ["G217"]),
        ("require", "refused", ["P173"]),
    ],
)
def test_trailing_separators_of_syntax_3(
    wanted: str, state: str, codes: list[str], tmp_path: Path
) -> None:
    workspace, _ = load(tmp_path, acme(f"checks: {{trailing_separators: {wanted}}}"))
    data = orders().replace(b"BGM+220+PO1+9'", b"BGM+220+PO1+9+'")
    made = tried(workspace, data)
    assert made.states == [state]
    assert sorted(set(made.codes[0])) == codes


def test_with_all_separators_required_complete_segments_pass(tmp_path: Path) -> None:
    workspace, _ = load(tmp_path, "", northwind("checks: {trailing_separators: require}"))
    made = tried(workspace, purchase_orders(), "northwind")
    short = [one for one in made.trial.messages[0].problems if one.code == "P173"]
    assert {one.facts["tag"] for one in short} == {"BEG", "PO1", "CTT"}
    assert "AK3*BEG*2**8~AK4*" not in made.answer


def test_relations_between_elements_may_be_of_no_interest(tmp_path: Path) -> None:
    data = purchase_orders().replace(b"PO1*1*5*EA*2.5**EN*4012345610017~", b"PO1*1*5**2.5**EN~")
    for wanted in ("fail", "ignore"):
        workspace, _ = load(tmp_path / wanted, "", northwind(f"checks: {{relations: {wanted}}}"))
        assert ("G215" in tried(workspace, data, "northwind").found) is (wanted == "fail")


def test_characters_outside_of_the_level(tmp_path: Path) -> None:
    data = orders().replace(b"UNOC:3", b"UNOA:3").replace(b"PO1+9'", b"po1+9'")
    expected = {
        "fail": ("refused", ["S112"]),
        "warn": ("mapped", ["S112"]),
        "ignore": ("mapped", []),
    }
    for wanted, (state, codes) in expected.items():
        workspace, _ = load(tmp_path / wanted, acme(f"checks: {{charset: {wanted}}}"))
        made = tried(workspace, data)
        assert (made.states, made.codes) == ([state], [codes])


def test_a_place_is_named_to_the_byte(tmp_path: Path) -> None:
    workspace, _ = load(tmp_path, acme("checks: {leading_zeros: fail}"))
    data = _spoiled("leading_zeros")
    place = tried(workspace, data).found["P179"].place
    assert place.offset is not None
    assert data[place.offset : place.offset + (place.width or 0)] == b"05"
    assert (place.segment, place.tag, place.element, place.component) == (7, "QTY", 1, 2)


@pytest.mark.parametrize(
    ("written", "side"),
    [
        ("05", "leading"),
        ("0", ""),
        ("0.5", ""),
        ("5.0", "trailing"),
        ("-05", "leading"),
        ("50", ""),
    ],
)
def test_which_zeros_say_nothing(written: str, side: str, tmp_path: Path) -> None:
    data = orders(quantity={"PO1": written}).replace(b"AAA:2.50", b"AAA:2.5")
    for one in ("leading", "trailing"):
        workspace, _ = load(tmp_path / one, acme(f"checks: {{{one}_zeros: warn}}"))
        assert ("P179" in tried(workspace, data).found) is (one == side)


def test_numbers_with_implied_decimals_may_be_written_with_a_point() -> None:
    read = [
        shifted(each, 2) for each in ("12.50", "12", "12.5", "-0.05", "0", ".5", "", "1.255", "x")
    ]
    assert read == ["1250", "1200", "1250", "-5", "0", "50", "", "1.255", "x"]
    assert [shifted(each, 0) for each in ("12", "12.0")] == ["12", "12"]


def test_a_guide_may_be_noted_only(tmp_path: Path) -> None:
    found = (problem("G303", guide="g", what="FTX"), problem("G101"))
    for wanted, expected in (
        ("fail", [("G303", Severity.ERROR), ("G101", Severity.ERROR)]),
        ("warn", [("G303", Severity.WARNING), ("G101", Severity.ERROR)]),
        ("ignore", [("G101", Severity.ERROR)]),
    ):
        agreement = agreed(checks={"guide": wanted})
        softened = terms_of(agreement).softened(found)
        assert [(one.code, one.severity) for one in softened] == expected


def test_usual_terms_are_the_engine_s_own() -> None:
    terms = terms_of(agreed())
    assert (terms.leniency, terms.spelling) == (STRICT, False)


def agreed(**more: Any) -> Agreement:
    values = {"document": "order", "direction": "inbound", "standard": "EDIFACT D.96A"}
    return Agreement.model_validate(values | more)


@pytest.mark.parametrize("wanted", ["fail", "warn", "ignore"])
def test_data_that_the_map_does_not_read(wanted: str, tmp_path: Path) -> None:
    workspace, _ = load(tmp_path, acme(f"checks: {{unread_data: {wanted}}}"))
    data = orders(extra="ALI+DE'")
    made = tried(workspace, data, translation=Translation(workspace))
    assert made.states == ["refused" if wanted == "fail" else "mapped"], made.codes
    assert ("V511" in made.found) is (wanted != "ignore"), made.codes
