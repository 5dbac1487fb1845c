"""The table of rules by which files are taken: each row, and the sentence it answers with."""

from __future__ import annotations

import pytest

from gateway.channels.remote.directory import Entry
from gateway.channels.remote.ready import Decision, Facts, Rules, Seen, Taken, decide, still, whole
from gateway.channels.remote.sift import Sieve
from gateway.channels.remote.whole import ENDS, missing
from gateway.config.remote import RemoteReceive
from gateway.problems import problem

NOW = 1000.0
FILE = Entry("orders.edi", "file", 500, 1_000_000)
STOOD = Seen(500, 1_000_000, NOW - 60)


def rules(**settings: object) -> Rules:
    return Rules.of(RemoteReceive.model_validate(settings), 1_000_000)


MARKED = rules(ready={"marker": "{name}.ok"})
FAILED = Seen(500, 1_000_000, 0.0, failure=problem("T104", reason="no"), retry=NOW + 40)
LACKING = Seen(500, 1_000_000, 0.0, missing="the last segment is not UNZ", retry=NOW + 40)


@pytest.mark.parametrize(
    ("rules_", "entry", "facts", "verdict", "rule", "why"),
    [
        (rules(), Entry("a", "link"), {}, "ignore", "kind", "it is a link; links are not followed"),
        (rules(), Entry("a", "folder"), {}, "ignore", "kind", "it is a folder"),
        (rules(), Entry("a", "other"), {}, "ignore", "kind", "it is neither a file nor a folder"),
        (
            rules(),
            Entry("..", "file", 1),
            {},
            "ignore",
            "name",
            "it has no name that a file can have",
        ),
        (
            rules(),
            Entry("../a", "file", 1),
            {},
            "ignore",
            "name",
            "it has no name that a file can have",
        ),
        (
            rules(),
            Entry("a.edi.filepart", "file", 1),
            {},
            "ignore",
            "temporary name",
            "its name says that it is not finished",
        ),
        (
            rules(),
            Entry(".a.edi", "file", 1),
            {},
            "ignore",
            "temporary name",
            "its name says that it is not finished",
        ),
        (rules(match="*.csv"), FILE, {}, "ignore", "match", "its name does not fit match: *.csv"),
        (
            rules(exclude=["*.bak", "ord*"]),
            FILE,
            {},
            "ignore",
            "exclude",
            "its name fits exclude: ord*",
        ),
        (
            rules(),
            FILE,
            {"taken": Taken(12)},
            "taken",
            "taken",
            "it was taken before as message 12",
        ),
        (
            rules(),
            Entry("a", "file", None),
            {},
            "ignore",
            "size",
            "the server does not say how large it is",
        ),
        (
            rules(),
            Entry("a", "file", 1_000_001),
            {},
            "ignore",
            "size",
            "it holds 1000001 bytes; limits.file allows 1000000",
        ),
        (MARKED, FILE, {}, "wait", "marker", "its marker orders.edi.ok is not there"),
        (MARKED, FILE, {"marked": True}, "take", "finished", "its marker is there"),
        (
            MARKED,
            Entry("orders.edi.ok", "file", 0),
            {},
            "ignore",
            "marker",
            "it is the marker of orders.edi",
        ),
        (
            rules(),
            FILE,
            {"before": FAILED},
            "wait",
            "failed",
            "the file cannot be read: no; it is tried again in 40 s",
        ),
        (
            rules(),
            FILE,
            {"before": LACKING},
            "wait",
            "complete",
            "the last segment is not UNZ; it is looked at again in 40 s",
        ),
        (
            rules(),
            FILE,
            {},
            "wait",
            "stable",
            "it was seen for the first time; it has to stay the same for 10 s",
        ),
        (
            rules(),
            FILE,
            {"before": Seen(400, 1_000_000, 0.0)},
            "wait",
            "stable",
            "it changed since the last look (400 bytes, now 500); it has to stay the same for 10 s",
        ),
        (
            rules(),
            FILE,
            {"before": Seen(500, 999_999, 0.0)},
            "wait",
            "stable",
            "it changed since the last look; it has to stay the same for 10 s",
        ),
        (
            rules(),
            FILE,
            {"before": Seen(500, 1_000_000, NOW - 4)},
            "wait",
            "stable",
            "it has been the same for 4 s; 10 s are needed",
        ),
        (rules(), FILE, {"before": STOOD}, "take", "finished", "it has been the same for 60 s"),
        (
            rules(ready={"stable_for": "0s"}),
            FILE,
            {},
            "take",
            "finished",
            "its name says that it is finished",
        ),
    ],
)
def test_the_table(
    rules_: Rules, entry: Entry, facts: dict[str, object], verdict: str, rule: str, why: str
) -> None:
    found = decide(rules_, Facts(entry, NOW, **facts))  # type: ignore[arg-type]
    assert (found.verdict, found.rule, found.why) == (verdict, rule, why)


@pytest.mark.parametrize(
    ("settings", "lacks", "since", "verdict", "why"),
    [
        ({}, "", NOW, "take", "its end is there"),
        (
            {},
            "UNZ is missing",
            NOW - 60,
            "wait",
            "UNZ is missing; it is waited for, at most 59 min more",
        ),
        (
            {},
            "UNZ is missing",
            NOW - 3600,
            "take",
            "UNZ is missing, but it has not changed for 60 min: it is taken as it is",
        ),
        ({"ready": {"complete": "false"}}, "UNZ is missing", NOW, "take", "its end is there"),
        ({"ready": {"marker": "{name}.ok"}}, "UNZ is missing", NOW, "take", "its end is there"),
    ],
)
def test_a_file_without_its_end(
    settings: dict[str, object], lacks: str, since: float, verdict: str, why: str
) -> None:
    found: Decision = whole(rules(**settings), Seen(500, 1, since), lacks, NOW)
    assert (found.verdict, found.why) == (verdict, why)


def test_patterns_fit_in_any_case_of_letters() -> None:
    entry = Entry("ORDERS.EDI", "file", 5, 1)
    assert decide(rules(match="*.edi"), Facts(entry, NOW)).rule == "stable"
    assert decide(rules(exclude=["orders*"]), Facts(entry, NOW)).rule == "exclude"


def test_what_stays_the_same_is_as_old_as_it_was() -> None:
    assert still(STOOD, FILE, NOW) is STOOD
    assert still(None, FILE, NOW) == Seen(500, 1_000_000, NOW)
    assert still(STOOD, Entry("a", "file", 501, 1_000_000), NOW).since == NOW


ISA = (
    "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
    "*260302*0914*U*00401*000000088*0*P*>"
)


@pytest.mark.parametrize(
    "text",
    [
        "UNB+UNOC:3+a+b'UNH+1'UNT+2+1'UNZ+1+1'",
        "\N{BYTE ORDER MARK}UNB+UNOC:3+a+b'\r\nUNZ+1+1'\r\n\x1a",
        "UNA:+.? ~UNB+UNOC:3+a+b~UNZ+1+1~\n",
        "UNA:+.? 'UNB+UNOC:3+a+b'UNZ+1+1??'",
        f"{ISA}~GE*1*88~IEA*1*000000088~\n",
        f"{ISA}\nIEA*1*000000088\n",
        f"{ISA}\r\nIEA*1*000000088\r\n",
        "<?xml version='1.0'?><a><b/></a>\n",
        "<a><b></b></a><!-- by hand -->",
        "<a/>",
        '{"a": 1}\n',
        "[1, 2]",
        "\n",
        "H;4711\nL;1",
        "\x89PNG",
    ],
)
def test_whole_files(text: str) -> None:
    data = text.encode()
    assert missing(data[:ENDS], data[-ENDS:]) == ""


def test_every_cut_of_an_interchange_is_found() -> None:
    for whole_text in (
        "UNB+UNOC:3+a+b+260302:0914+1'UNH+1+ORDERS'FTX+++it?'s'UNT+3+1'UNZ+1+1'",
        f"{ISA}~ST*850*1~SE*2*1~GE*1*88~IEA*1*000000088~",
        "<?xml version='1.0'?><orders><order>1</order></orders>",
        '{"orders": [{"number": "1"}]}',
    ):
        data = whole_text.encode()
        for end in (0, *range(2, len(data))):
            assert missing(data[:end][:ENDS], data[:end][-ENDS:]), data[:end]


def test_of_a_huge_folder_only_the_oldest_files_are_kept() -> None:
    entries = [Entry(f"{n}.edi", "file", 5, 100_000 - n) for n in range(30_000)]
    seen: dict[str, Seen] = {}
    for look in range(2):
        sieve = Sieve(rules(), 100, seen, 60.0 * look)
        for start in range(0, len(entries), 500):
            sieve.add(entries[start : start + 500])
        found = sieve.result()
        seen = found.seen
    assert [each.name for each in found.take] == [f"{n}.edi" for n in range(29_999, 29_899, -1)]
    assert (found.entries, found.more, len(seen)) == (30_000, 9_900, 10_100)
    assert found.waiting == 20_000


def test_a_name_that_a_server_tells_twice_is_one_file() -> None:
    sieve = Sieve(rules(ready={"stable_for": "0s"}), 10, {}, NOW)
    sieve.add([FILE, FILE])
    assert sieve.result().take == [FILE]
