"""Order, response, despatch advice and invoice of one order find each other in a thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.documents import build
from gateway.documents.threads import Entry, Rules, compare
from gateway.grammar import read
from gateway.mapping import Maps
from gateway.problems import errors
from tests.maps.golden import ROOT, _messages

FOLDER = ROOT / "samples" / "northwind" / "conversation"
START = datetime(2026, 6, 1, 8, tzinfo=UTC)


def _entries(maps: Maps) -> list[Entry]:
    entries = []
    for at, file in enumerate(sorted(FOLDER.iterdir()), start=1):
        part, compiled = next(_messages(maps, file.read_bytes()))
        assert compiled.grammar is not None
        reading = read(part, compiled.grammar)
        assert reading.problems == (), [str(one) for one in reading.problems]
        assert reading.tree is not None
        fields, problems = compiled.read(reading.tree)
        assert not errors(problems)
        document, problems = build(compiled.document, fields)
        assert document is not None, problems
        entries.append(Entry(message=at, document=document, at=START + timedelta(days=at)))
    return entries


def test_the_documents_of_an_order_join_in_one_thread(maps: Maps) -> None:
    thread = compare("NW-880200", _entries(maps), Rules(at=START + timedelta(days=60)))
    assert [one.why_not for one in thread.documents] == [""] * 4
    assert thread.state == "complete"
    assert thread.findings == ()
    told = [
        [quantity[0].value for quantity in (one.ordered, one.confirmed, one.shipped, one.invoiced)]
        for one in thread.lines
    ]
    assert told == [[36, 36, 36, 36], [48, 40, 40, 40]]
