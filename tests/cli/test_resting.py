"""``gateway pause``, ``drain``, ``resume`` and ``work`` as a person uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def test_a_pause_needs_a_reason_is_listed_and_ends(run: Run, shop: Path) -> None:
    refused = run("-w", shop, "pause", "acme-retail")
    assert refused.exit_code == 2
    assert "why? gateway pause acme-retail --reason" in refused.stderr
    result = run("-w", shop, "pause", "acme-retail", "--reason", "their ERP moves")
    assert result.exit_code == 0
    assert "acme-retail" in result.stdout
    (found,) = json.loads(run("-w", shop, "pause", "--json").stdout)
    assert (found["scope"], found["mode"], found["reason"]) == (
        "acme-retail",
        "pause",
        "their ERP moves",
    )
    assert run("-w", shop, "resume", "acme-retail").stdout == "acme-retail goes on\n"
    again = run("-w", shop, "resume", "acme-retail")
    assert again.exit_code == 1
    assert "does not rest" in again.stderr
    assert run("-w", shop, "pause").stdout == "nothing rests\n"


def test_a_scope_that_is_none_says_what_there_is(run: Run, shop: Path) -> None:
    result = run("-w", shop, "drain", "acme", "--reason", "x")
    assert result.exit_code == 2
    assert "acme is no partner; there are acme-retail" in result.stderr


def test_a_drain_tells_what_is_still_open(run: Run, shop: Path) -> None:
    result = run("-w", shop, "drain", "acme-retail", "--reason", "new server", "--wait", "1")
    assert result.exit_code == 0
    assert "still open: 0 files, 0 deliveries" in result.stderr


def test_work_is_for_several_machines(run: Run, shop: Path) -> None:
    result = run("-w", shop, "work")
    assert result.exit_code == 2
    assert "postgresql+psycopg://" in result.stderr
