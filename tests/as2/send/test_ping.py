"""`gateway partner ping`: what is tried, and what is said when something does not work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.message import Payload
from gateway.cli.main import main
from gateway.pipeline.as2.ping import MARK, is_ping
from tests.as2.send.peer import (
    Peer,
    Way,
    broken,
    garbage,
    negative,
    other_bytes,
    signed_by,
    status,
)
from tests.as2.send.shop import settings
from tests.pipeline.world import make

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, peer: Peer) -> Run:
    def run_(*words: str, more: str = "", url: str = "") -> tuple[int, str]:
        make(tmp_path, settings(peer, more, url))
        arguments = ["--workspace", str(tmp_path), "partner", "ping", *(words or ("acme-retail",))]
        done = CliRunner().invoke(main, arguments)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout if done.exit_code < 2 else done.output

    return run_


def test_each_step_is_told(run: Run, peer: Peer) -> None:
    code, text = run()
    assert code == 0
    lines = [line.partition(" ")[0] for line in text.splitlines()]
    assert lines == ["Message", "Address", "Answer", "Receipt", "Signed", "Digest", "the"]
    assert "signed (sha-256) with" in text
    assert "processed" in text
    (content,) = peer.documents.values()
    assert content.startswith(MARK)
    assert peer.names == ["as2-ping.txt"]


def test_it_is_recognised_by_what_is_signed(run: Run, peer: Peer) -> None:
    run()
    (content,) = peer.documents.values()
    assert is_ping([Payload(Extent.of(content), "text/plain")])
    assert not is_ping([Payload(Extent.of(content), "application/edifact")])
    assert not is_ping([Payload(Extent.of(b"UNB+"), "text/plain", "as2-ping.txt")])
    assert not is_ping([])


def test_nothing_is_stored(run: Run, tmp_path: Path) -> None:
    run()
    assert not (tmp_path / "var").exists()


def test_a_partner_with_receipts_that_come_later_is_asked_for_one_at_once(
    run: Run, peer: Peer
) -> None:
    code, _ = run(more="receipt: {mode: async}")
    assert code == 0
    assert peer.requests[0].get("Receipt-Delivery-Option") == ""


@pytest.mark.parametrize(
    ("way", "step", "found"),
    [
        (status(401), "http", "T284"),
        (status(404), "http", "T285"),
        (status(503), "http", "T289"),
        (garbage, "http", "T290"),
        (broken, "http", "T283"),
        (signed_by("stranger"), "receipt", "T206"),
        (negative(), "receipt", "T252"),
        (other_bytes, "digest", "T254"),
    ],
)
def test_the_first_failure_is_told_with_its_remedy(
    run: Run, peer: Peer, way: Way, step: str, found: str
) -> None:
    peer.ways = [way]
    code, text = run("acme-retail", "--json")
    told = json.loads(text)
    last = told["steps"][-1]
    assert (code, told["works"]) == (1, False)
    assert (last["step"], last["problem"]) == (step, found)
    assert last["remedy"]
    assert "sent again" not in last["remedy"]


def test_nobody_there(run: Run) -> None:
    code, text = run(url="http://127.0.0.1:9/as2")
    assert code == 1
    assert "Address    failed" in text
    assert "T280" in text


def test_a_partner_that_is_not_there(run: Run) -> None:
    code, text = run("nobody")
    assert code == 2
    assert "there are acme-retail, northwind" in text
    code, text = run("northwind")
    assert code == 2
    assert "no channel by AS2" in text
    code, text = run("acme-retail", "--channel", "other")
    assert code == 2
