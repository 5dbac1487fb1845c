"""A channel by which no file comes is an alarm, after the time its settings allow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.pipeline.world import ACME
from tests.watch.kit import TOLD, Watched

FOLDER = "receive: {folder: acme/in"
SILENT = ACME.replace(FOLDER, f"{FOLDER}, silent: 4h")
assert SILENT != ACME
KINDS = {
    "as2": """as2
    as2: {id: ACME, url: "https://as2.acme.example/", receive: {silent: 4h}}""",
    "sftp": """sftp
    sftp:
      host: sftp.acme.example
      host_keys: ["SHA256:uNiVztksCsDhcc0u9e8BrFJ5MLlm2nZ5tQfCz9mHl9c"]
      login: {user: edi, password: "${env:PW}"}
      receive: {folder: out, silent: 4h}
      send: {folder: in}""",
    "ftps": """ftps
    ftps:
      {host: f.example, user: edi, password: "${env:PW}", receive: {silent: 4h}, send: {}}""",
    "mailbox": """mailbox
    mailbox: {user: acme, passwords: ["${env:PW}"], receive: {silent: 4h}}""",
    "https": """https
    https:
      receive: {tokens: ["${env:PW}"], silent: 4h}
      send: {url: "https://acme.example/in"}""",
    "mail": """mail
    mail:
      receive:
        imap: {server: imap.example.com, user: edi, password: "${env:PW}"}
        senders: [edi@acme.example]
        silent: 4h
      send: {smtp: {server: smtp.example.com}, sender: edi@our.example, to: [edi@acme.example]}""",
}


def of_kind(kind: str) -> str:
    """The partner with another kind of channel."""
    start = ACME.index("    kind: folder")
    end = ACME.index("agreements:")
    return f"{ACME[:start]}    kind: {KINDS[kind]}\n{ACME[end:]}"


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Watched]:
    opened = Watched(tmp_path, told="", partner=SILENT)
    yield opened
    opened.store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    url = request.getfixturevalue("postgres_ready") if request.param == "postgresql" else None
    opened = Watched(tmp_path, url, told="", partner=SILENT)
    yield opened
    opened.store.close()


def came(house: Watched, source: str = "acme-retail/main", **more: Any) -> int:
    return house.add(**({"kind": "file", "state": "received", "source": source} | more))


def test_the_time_counts_from_the_last_file(anywhere: Watched) -> None:
    anywhere.round()
    anywhere.clock.forward(hours=1)
    came(anywhere)
    anywhere.round(hours=3, minutes=59)
    assert anywhere.keys() == []
    anywhere.round(minutes=1)
    (one,) = anywhere.alarms()
    assert (one.key, one.partner) == ("silent/acme-retail/main", "acme-retail")
    assert str(one.found) == (
        "A155 no file has come from acme-retail by channel main since 2026-03-02 10:14 UTC, "
        "although silent is 4h"
    )


def test_a_file_ends_the_alarm_whatever_is_wrong_with_it(anywhere: Watched) -> None:
    anywhere.round()
    anywhere.round(hours=5)
    assert anywhere.keys() == ["silent/acme-retail/main"]
    came(anywhere, state="refused")
    anywhere.round(minutes=1)
    assert anywhere.keys() == []
    anywhere.round(hours=4)
    assert anywhere.keys() == ["silent/acme-retail/main"], "and it begins anew"


def test_without_any_file_it_counts_from_when_the_setting_was_made(silent: Watched) -> None:
    silent.round()
    silent.round(hours=3, minutes=59)
    assert silent.keys() == []
    silent.round(minutes=1)
    (one,) = silent.alarms()
    assert str(one.found) == (
        "A156 no file has come from acme-retail by channel main since it was set up on "
        "2026-03-02 09:14 UTC, although silent is 4h"
    )


def test_a_new_setting_does_not_count_what_was_before(tmp_path: Path) -> None:
    before = Watched(tmp_path, told="")
    came(before)
    before.store.close()
    house = Watched(tmp_path, told="", partner=SILENT)
    house.clock.forward(days=10)
    house.round()
    assert house.keys() == []
    house.round(hours=4)
    assert [one.found.code for one in house.alarms()] == ["A155"]
    house.store.close()


def test_it_goes_on_counting_over_a_restart(tmp_path: Path, silent: Watched) -> None:
    silent.round()
    again = Watched(tmp_path, told="", partner=SILENT)
    again.clock.forward(hours=4)
    again.round()
    assert again.keys() == ["silent/acme-retail/main"]
    again.store.close()


def test_a_setting_that_is_gone_ends_the_alarm_and_is_forgotten(
    tmp_path: Path, silent: Watched
) -> None:
    silent.round()
    silent.round(hours=5)
    without = Watched(tmp_path, told="")
    without.round(hours=5)
    assert without.keys() == []
    without.store.close()
    again = Watched(tmp_path, told="", partner=SILENT)
    again.round(hours=9)
    assert again.keys() == [], "it begins anew"
    again.store.close()


@pytest.mark.parametrize(
    "other",
    [
        {"source": "acme-retail/other"},
        {"source": "northwind/main"},
        {"kind": "message"},
        {"replay_of": 1},
    ],
)
def test_something_else_is_no_file_of_the_channel(silent: Watched, other: dict[str, Any]) -> None:
    silent.round()
    came(silent)
    silent.clock.forward(hours=3)
    came(silent, **other)
    silent.round(hours=1)
    assert silent.keys() == ["silent/acme-retail/main"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_channel_has_it(tmp_path: Path, kind: str) -> None:
    house = Watched(tmp_path, told="", partner=of_kind(kind))
    house.round()
    house.round(hours=4)
    assert house.keys() == ["silent/acme-retail/main"]
    house.store.close()


def test_a_quiet_house_writes_nothing(silent: Watched) -> None:
    silent.round()
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    event.listen(silent.store.engine, "before_cursor_execute", note)
    silent.round(minutes=1)
    assert written == []


def test_many_files_cost_nothing(silent: Watched) -> None:
    """The last file of a channel is found by an index, however many there are."""
    silent.round()
    with silent.store.write() as connection:
        connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
                "INSERT INTO message (kind, direction, partner, source, state, created, updated) "
                "SELECT 'file', 'in', 'acme-retail', 'acme-retail/main', 'acknowledged', "
                "'2026-02-01T00:00:00.000000Z', '2026-02-01T00:00:00.000000Z' FROM n"
            )
        )
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    def counted(connection: Any, *_: object) -> None:
        connection.set_progress_handler(count, 10)

    event.listen(silent.store.engine, "checkout", counted)
    silent.round(hours=4)
    assert len(silent.keys()) == 1
    assert 0 < steps < 1000, "tens of instructions of the database"


def test_notices_tell_of_it_and_of_its_end(tmp_path: Path) -> None:
    house = Watched(tmp_path, told=TOLD, partner=SILENT)
    house.round()
    house.round(hours=4)
    came(house)
    house.round(minutes=1)
    assert [call["data"]["code"] for call in house.calls()] == ["A156", "A156"]
    house.store.close()
