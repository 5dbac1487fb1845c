"""What StAEDI's tests of its element validators assert: a value, its element, its errors.

:func:`extract` takes them out of the Java source; :func:`rows` compares them with ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.model import Row, records
from benchmarks.peers.staedi import CORPUS, OURS, VALUES
from gateway.grammar.explain import faults
from gateway.grammar.model import Element, ElementSlot, Segment
from gateway.syntax.normal import ELEMENT

FIELDS = ("case", "standard", "kind", "min", "max", "codes", "value", "errors")
_KINDS = {"Date": "DT", "Time": "TM", "Numeric": "N", "Decimal": "R", "AlphaNumeric": "AN"}
_METHOD = re.compile(
    r"(?P<marks>(?:@\w+(?:\((?:[^()]|\([^()]*\))*\))?\s*)+)void (?P<name>\w+)\([^)]*\)\s*\{"
    r"(?P<body>.*?)\n    \}",
    re.S,
)
_CALL = re.compile(r'v\.validate\(dialect\w*, element, (?P<value>"[^"]*"|param), errors\)')
_ALONE = re.compile(
    r"assertEquals\((?P<size>-?\d+), (?:new \w+\(\)|v)\.validate\(dialect(?P<dialect>\w*), "
    r'"(?P<value>[^"]*)"\)\)'
)
_ERROR = re.compile(r"assertEquals\(EDIStreamValidationError\.(\w+), errors\.get")
_CODES = re.compile(r"(?:getValues|getValueSet)\(\)\)\.thenReturn\((?:mapOf|setOf)\(([^)]*)\)")


def extract(folder: Path) -> Iterator[dict[str, str]]:
    """Rows of ``values.tsv`` from the folder of the validators' tests."""
    for name, kind in _KINDS.items():
        path = folder / f"{name}ValidatorTest.java"
        for method in _METHOD.finditer(path.read_text(encoding="utf-8")):
            base = {"case": f"{path.stem}.{method['name']}", "kind": kind, "codes": ""}
            for one in _alone(method["body"]):
                yield {**base, **one}
            for one in _validated(method["marks"], method["body"]):
                yield {**base, "standard": "x12", **one}


def _alone(body: str) -> Iterator[dict[str, str]]:
    """A count of digits, negative where the value is no number."""
    for match in _ALONE.finditer(body):
        errors = "INVALID_CHARACTER_DATA" if match["size"][0] == "-" else ""
        standard = "x12" if match["dialect"] == "X12" else "edifact"
        # an element of exactly that many digits tells whether they are counted in the same way
        size = match["size"]
        least, most = ("1", "99") if errors else (size, size)
        lengths = {"min": least, "max": most}
        yield {"standard": standard, **lengths, "value": match["value"], "errors": errors}


def _validated(marks: str, body: str) -> Iterator[dict[str, str]]:
    lengths = {
        name.lower(): size
        for name, size in re.findall(r"get(Min|Max)Length\(\)\)\.thenReturn\((\d+)L\)", body)
    }
    errors: list[str] | None = _ERROR.findall(body)
    values = [match["value"] for match in _CALL.finditer(body)]
    if values == ["param"]:
        values = re.findall(r'"[^"]*"', marks)
    elif len(values) > 1 and errors:
        errors = errors[:1] if len(errors) == len(values) and len(set(errors)) == 1 else None
    codes = _CODES.findall(body)
    listed = re.findall(r'"([^"]*)"', codes[-1]) if codes else []
    if listed and "mapOf" in body:
        listed = listed[::2]
    if not lengths or errors is None:
        return
    for value in values:
        plain = value.strip('"').encode("ascii").decode("unicode_escape")
        if plain.isprintable():
            listing = " ".join(one for one in listed if one.isalnum())
            yield {**lengths, "codes": listing, "value": plain, "errors": " ".join(errors)}


def rows() -> Iterator[Row]:
    """One row per value."""
    for case in records(VALUES):
        codes = frozenset(case["codes"].split()) or None
        kind = "n" if case["standard"] == "edifact" and case["kind"] == "R" else case["kind"]
        element = Element("1", kind, int(case["min"]), int(case["max"]), codes=codes)
        segment = Segment("S01", (ElementSlot(element, True),))
        found = faults(f"S01{ELEMENT}{case['value']}", segment, case["standard"])
        theirs = case["errors"].split()
        ours = [one.code for one in found]
        same = len(theirs) == len(ours) and all(
            code in OURS[error]
            for error, code in zip(sorted(theirs, key=_order), ours, strict=True)
        )
        form = f"{case['kind']} {case['min']}/{case['max']}"
        name = f"{case['case']} {form} {case['value']} in {case['standard']}"
        yield Row(CORPUS, name, " ".join(theirs) or "no error", " ".join(ours) or "no error", same)


def _order(error: str) -> str:
    return min(OURS[error])
