"""The grammars agree with second sources, but for differences that are known and decided.

The sources are not part of the project; what comparing with them found is
(:mod:`tests.grammar.crosscheck`). This says that the grammars are still those that were compared.
"""

from __future__ import annotations

from tests.grammar.crosscheck.results import digest, read

RESULTS = read()
BOUNDED = {"846", "850", "860", "894", "895", "940", "945"}
"""Sets with a loop between LS and LE: one source has the loop inside as mandatory, one as optional.
We have it as optional: who sends LS and LE with nothing between them is not refused."""
KNOWN = {
    ("x12", "004010", "messages"): BOUNDED,
    ("x12", "005010", "messages"): BOUNDED | {"832"},
    ("x12", "005030", "messages"): BOUNDED | {"832"},
    # LS and LE stand around the loop there, and at its edges here: the same segments in both.
    ("sef", "004010", "messages"): {"846", "850"},
    ("sef", "004010", "elements"): {"785"},  # binary data: no limit there, 99,999 here
    # EANCOM has SLSRPT without UNS, which D.01B makes mandatory.
    ("eancom", "D01B", "EANCOM 2002_S3"): {"SLSRPT/UNS is left out"},
    ("eancom", "D01B", "EANCOM 2002_S4"): {"SLSRPT/UNS is left out"},
    # EANCOM 1994 was wider than D.93A; the guide tolerates it.
    ("eancom", "D93A", "EANCOM 1994"): {
        "INVOIC/LIN:/LOC: 9999 > 100",
        "INVOIC/LIN:/LOC:/QTY 100 > 1",
        *(f"{name}/LIN:/IMD 99 > 10" for name in ("ORDCHG", "ORDERS", "ORDRSP", "QUOTES")),
        "REQOTE/LIN:/IMD 99 > 10",
        "REMADV/DOC:/DLI:/DLI.1073 6",
    },
}


def test_only_the_known_differences() -> None:
    different = {row[:3]: set(row.which.split("; ")) for row in RESULTS if row.which}
    assert different == KNOWN
    assert all(len(different.get(row[:3], ())) == row.different for row in RESULTS)


def test_what_was_compared_is_what_we_ship() -> None:
    """If not: compare again, ``python -m tests.grammar.crosscheck``."""
    for row in RESULTS:
        table = "messages" if row.source == "eancom" else row.what
        standard = "edifact" if row.source in ("unece", "eancom") else "x12"
        assert digest(standard, row.directory, table) == row.digest, row[:3]


def test_how_much_was_compared() -> None:
    compared = {
        source: sum(row.compared for row in RESULTS if row.source == source)
        for source in ("unece", "eancom", "x12", "sef")
    }
    assert len({row.directory for row in RESULTS if row.source == "unece"}) == 58
    assert compared["unece"] > 37_000
    assert compared["eancom"] > 43_000
    assert compared["sef"] > 1_000
    assert compared["x12"] == 168
