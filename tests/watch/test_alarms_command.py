"""`gateway alarms`: what is open, and an exit code that a script can ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.cli.main import main
from gateway.config import load_workspace
from gateway.problems import problem
from gateway.store import Store, alarms
from tests.channels.notice_peers import Hook, Mailbox, http_server, smtp_server
from tests.watch.test_alarm_way import TOLD

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_workspace(tmp_path / "shop", PARTNERS)
    return tmp_path / "shop"


@pytest.fixture
def store(shop: Path) -> Iterator[Store]:
    workspace, _ = load_workspace(shop)
    assert workspace is not None
    opened = Store.open(workspace.database, workspace.archive)
    with opened.write() as connection:
        for key, partner in (("a", "acme-retail"), ("b", "northwind"), ("c", "")):
            found = problem("A108", duty=f"duty-{key}\x1b[2J", failure="ValueError: wrong")
            alarms.raise_alarm(connection, AT, key, found, partner)
        alarms.resolve(connection, AT, ["b"])
    yield opened
    opened.close()


def run(shop: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-w", str(shop), "alarms", *arguments])


def test_no_alarms(shop: Path) -> None:
    result = run(shop)
    assert (result.exit_code, result.stdout) == (0, "no alarms\n")
    assert json.loads(run(shop, "--json").stdout) == []


def test_the_open_ones_newest_first(shop: Path, store: Store) -> None:
    result = run(shop)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["ID", "Since", "Times", "Partner", "Message", "What"]
    assert [line.split()[0] for line in lines[1:3]] == ["3", "1"]
    assert "A108 the duty duty-a" in lines[2]
    assert "1: the log has the details; the duty is tried again at its next time" in lines
    assert "\x1b" not in result.stdout


def test_those_that_are_over_too(shop: Path, store: Store) -> None:
    result = run(shop, "--all")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].split()[2] == "Over"
    assert [line.split()[0] for line in lines[1:4]] == ["3", "2", "1"]
    assert "2: " not in result.stdout


def test_those_of_one_partner(shop: Path, store: Store) -> None:
    assert run(shop, "--partner", "northwind").exit_code == 0
    assert run(shop, "--partner", "acme-retail").exit_code == 1
    result = run(shop, "--all", "--partner", "northwind", "--json")
    assert result.exit_code == 0, "it is over"
    (one,) = json.loads(result.stdout)
    assert (one["key"], one["resolved"]) == ("b", "2026-03-02T09:14:00+00:00")


def test_a_long_list_can_be_cut(shop: Path, store: Store) -> None:
    assert len(json.loads(run(shop, "--all", "--limit", "2", "--json").stdout)) == 2
    assert run(shop, "--limit", "0").exit_code == 2


def test_a_test_reaches_all_who_are_told(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    result = run(shop, "--test")
    assert result.exit_code == 1
    assert result.stdout.startswith("nobody is told")
    settings = shop / "gateway.yaml"
    before = settings.read_text()
    with smtp_server(Mailbox()) as box, http_server(Hook(status=403)) as hook:
        told = TOLD.format(port=box.port, url=f"{hook.url}/T0KEN")
        settings.write_text(f"{before}\n{told}")
        result = run(shop, "--test")
        assert (result.exit_code, result.stdout) == (
            1,
            "email: taken\nwebhook: 127.0.0.1 answers 403\n",
        )
        hook.status = 204
        result = run(shop, "--test", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == [
        {"outlet": "email", "failure": None},
        {"outlet": "webhook", "failure": None},
    ]
    _, mail = box.taken[0]
    assert "nothing is wrong" in mail["Subject"]
    assert json.loads(hook.calls[-1][2])["data"]["code"] == "A110"
