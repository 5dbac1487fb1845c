"""SAP tells what it posted, and is told what became of its own IDocs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gateway.grammar.idoc.control import Stamp
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.status import (
    IdocStatus,
    read_status_file,
    read_statuses,
    write_status_file,
    write_statuses,
)
from gateway.grammar.idoc.tree import Idoc, Segment

Make = Callable[..., IdocFormat]


def aleaud(*states: Segment) -> Idoc:
    head = Segment("E1ADHDR", {"MESTYP": "ALEAUD", "MESTYP_LNG": "ORDERS"}, list(states))
    control = {
        "TABNAM": "EDI_DC40",
        "IDOCTYP": "ALEAUD01",
        "MESTYP": "ALEAUD",
        "DOCNUM": "9".zfill(16),
    }
    return Idoc(control, [head])


POSTED = Segment(
    "E1STATE",
    {
        "DOCNUM": "4711".zfill(16), "STATUS": "53", "STATXT": "Sales order &1 has been saved",
        "STAPA1_LNG": "0000012345", "STAMID": "V1", "STAMNO": "311",
    },
    [Segment("E1PRTOB", {"DOCNUM": "880".zfill(16), "OBJTYPE": "BUS2032", "OBJKEY": "0000012345"})],
)  # fmt: skip
REFUSED = Segment(
    "E1STATE",
    {
        "DOCNUM": "4712".zfill(16), "STATUS": "51", "STATYP": "E",
        "STATXT": "Material & is not defined", "STAPA1": "ART-9",
    },
)  # fmt: skip


def test_aleaud_says_what_was_posted(idoc: Make) -> None:
    found = idoc("ALEAUD01")
    data, problems = found.encoded([aleaud(POSTED, REFUSED)])
    assert problems == []
    assert found.read(data).problems == []
    statuses, problems = read_statuses(found.idocs(data)[0])
    assert problems == []
    assert statuses == [
        IdocStatus("4711", "53", "Sales order 0000012345 has been saved", "V1 311",
                   theirs="880", made="0000012345"),
        IdocStatus("4712", "51", "Material ART-9 is not defined"),
    ]  # fmt: skip
    assert [one.posted for one in statuses] == [True, False]
    assert IdocStatus("1", "64").posted is None


def test_we_tell_sap_what_became_of_its_idocs(idoc: Make) -> None:
    found = idoc("SYSTAT01", control={"MANDT": "100", "SNDPOR": "EDIGW"})
    at = datetime(2026, 11, 26, 8, 30)  # noqa: DTZ001 (SAP's local time)
    told = [
        IdocStatus("2001", "16", "accepted by acme-retail", at=at, key="DESADV-1"),
        IdocStatus("2002", "17", "NAD+DP: unknown GLN", "V512", at, "000012", "ILNNR"),
    ]
    data, problems = write_statuses(told, found, Stamp(7, at))
    assert problems == []
    assert found.read(data).problems == []
    (tree,), _ = found.idocs(data)
    assert tree.control["MESTYP"] == "STATUS"
    assert read_statuses([tree]) == (told, [])


def test_a_file_of_status_records(idoc: Make) -> None:
    layout = idoc("ORDERS05").type.records["status"]
    at = datetime(2026, 11, 26, 8, 30)  # noqa: DTZ001 (SAP's local time)
    told = [IdocStatus("2001", "16", "accepted", at=at, key="K1")]
    text = write_status_file(told, layout, "100")
    assert len(text) == 563
    assert text.startswith("EDI_DS40  1000000000000002001")
    assert read_status_file(text, layout) == told


def test_a_status_that_names_no_idoc_is_told() -> None:
    _, problems = read_statuses([aleaud(Segment("E1STATE", {"STATUS": "53"}))])
    assert [one.sentence for one in problems] == ["the file: status 53 names no IDoc"]
    _, problems = read_statuses([Idoc({"IDOCTYP": "ORDERS05"}, line=3)])
    assert [one.sentence for one in problems] == ["line 3: ORDERS05 holds no status"]
