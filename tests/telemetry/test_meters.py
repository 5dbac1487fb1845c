"""The figures: their text, their bounds, their cost to others."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse

from gateway.telemetry import events, meters
from gateway.telemetry.meters import OTHER, Meters
from gateway.telemetry.metric import ASKED, COUNTED, metrics_page


def made() -> Meters:
    return Meters(version="1.2", database="sqlite")


def test_the_text_is_what_was_asked_for() -> None:
    plain, kind = made().text("text/plain")
    assert kind.startswith("text/plain; version=0.0.4")
    assert {family.name for family in parse(plain.decode())} >= {"gateway_info", "gateway_moves"}
    openmetrics, kind = made().text("application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text; version=1.0.0")
    assert any(family.name == "gateway_info" for family in parse_openmetrics(openmetrics.decode()))
    assert openmetrics.endswith(b"# EOF\n")


def test_series_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "MOST_SERIES", 3)
    one = made()
    with one.counting():
        for number in range(10):
            events.poll_failed(source=f"p{number}/main", failure="gone")
        events.poll_failed(source="p0/main", failure="gone")
    text = one.text()[0].decode()
    assert 'gateway_inbox_failures_total{source="p0/main"} 2.0' in text
    assert f'gateway_inbox_failures_total{{source="{OTHER}"}} 7.0' in text
    assert "p3/main" not in text


def test_labels_of_any_content_stay_one_line() -> None:
    one = made()
    with one.counting():
        events.poll_failed(source='a"b\nc\\d', failure="gone")
    [family] = [f for f in parse(one.text()[0].decode()) if f.name == "gateway_inbox_failures"]
    assert family.samples[0].labels == {"source": 'a"b\nc\\d'}


def test_threads_lose_nothing() -> None:
    one = made()

    def work() -> None:
        for number in range(2_000):
            events.stepped(step=f"s{number % 5}", lane="in/a", seconds=0.5)

    with one.counting():
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    [family] = [f for f in parse(one.text()[0].decode()) if f.name == "gateway_step_seconds"]
    counts = [s.value for s in family.samples if s.name.endswith("_count")]
    assert counts == [1_600.0] * 5


def test_two_houses_do_not_mix() -> None:
    one, two = made(), made()
    with one.counting():
        with two.counting():
            events.wakes_carried(lanes=5)
        events.wakes_carried(lanes=1)
    assert "gateway_wakes_sent_total 1.0" in one.text()[0].decode()
    assert "gateway_wakes_sent_total 5.0" in two.text()[0].decode()


def test_the_page_names_every_metric() -> None:
    page = metrics_page()
    rows = [*COUNTED, *ASKED]
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert f"| `{row.name}` | {row.kind} |" in page
    assert page.endswith("|\n")


def test_events_load_nothing_heavy() -> None:
    code = (
        "import sys, gateway.telemetry.events, gateway.telemetry.traces, gateway.telemetry.log\n"
        "print([m for m in ('structlog', 'prometheus_client', 'opentelemetry', 'starlette')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
