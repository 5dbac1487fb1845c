"""Every event has its line and its figures."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from gateway.telemetry import events
from gateway.telemetry.meters import Meters
from gateway.telemetry.metric import COUNTED, INFO

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
LOST = OSError("the folder is gone")
WHO = {"message": 7, "partner": "acme-retail", "document": "order"}
LANE = {"lane": "to/erp/order", "owner": "a", "fence": 3}

CASES: list[tuple[Callable[..., None], dict[str, Any], str, dict[str, float]]] = [
    (
        events.received,
        {"message": 7, "source": "acme-retail/main", "name": "a.edi", "size": 900},
        "received",
        {
            'gateway_files_received_total{source="acme-retail/main"}': 1,
            'gateway_files_received_bytes_total{source="acme-retail/main"}': 900,
        },
    ),
    (
        events.as2_refused,
        {"received": 3, "partner": "acme-retail", "channel": "main", "code": "T206"},
        "as2 refused",
        {'gateway_refused_total{code="T206",document="as2",partner="acme-retail"}': 1},
    ),
    (
        events.as2_sent_back,
        {"code": "T260", "address": "192.0.2.7", "status": 400},
        "as2 sent back",
        {},
    ),
    (
        events.upload_sent_back,
        {"code": "T260", "address": "192.0.2.7", "status": 400},
        "upload sent back",
        {},
    ),
    (
        events.webhook,
        {"shop": "acme-shop", "verdict": "hint", "seconds": 0.004},
        "webhook",
        {
            'gateway_webhooks_total{shop="acme-shop",verdict="hint"}': 1,
            "gateway_webhook_seconds_sum": 0.004,
        },
    ),
    (
        events.webhook_sent_back,
        {"shop": "acme-shop", "verdict": "forged", "address": "192.0.2.7", "status": 401},
        "webhook sent back",
        {'gateway_webhooks_total{shop="acme-shop",verdict="forged"}': 1},
    ),
    (
        events.api_request,
        {"route": "post_orders", "status": 201, "owner": "shop:direct", "address": "192.0.2.7"},
        "api request",
        {'gateway_api_requests_total{route="post_orders",status="201"}': 1},
    ),
    (
        events.shop_accepted,
        {"shop": "acme-shop", "origin": "poll", "taken": 2, "same": 5, "waiting": 1},
        "shop accepted",
        {
            'gateway_shop_orders_total{outcome="taken",shop="acme-shop"}': 2,
            'gateway_shop_orders_total{outcome="same",shop="acme-shop"}': 5,
            'gateway_shop_orders_total{outcome="waiting",shop="acme-shop"}': 1,
        },
    ),
    (
        events.shop_polled,
        {"shop": "acme-shop", "records": 8, "whole": True, "behind": 12.5},
        "shop polled",
        {
            'gateway_shop_polls_total{shop="acme-shop"}': 1,
            'gateway_shop_behind_seconds{shop="acme-shop"}': 12.5,
        },
    ),
    (
        events.shop_failed,
        {"shop": "acme-shop", "task": "poll", "trouble": "network", "failure": "no route"},
        "shop failed",
        {'gateway_shop_failures_total{shop="acme-shop",task="poll"}': 1},
    ),
    (
        events.shop_webhook_made,
        {"shop": "acme-shop", "topic": "order.updated", "state": "missing"},
        "shop webhook made",
        {},
    ),
    (
        events.mailbox_login,
        {
            "result": "refused",
            "user": "acme",
            "partner": "acme-retail",
            "address": "192.0.2.7",
            "outcome": "wrong password",
        },
        "mailbox login",
        {'gateway_mailbox_logins_total{result="refused"}': 1},
    ),
    (
        events.mailbox_refused,
        {
            "partner": "acme-retail",
            "action": "put",
            "session": "a1",
            "path": "/in/x",
            "outcome": "no room",
        },
        "mailbox refused",
        {'gateway_mailbox_refusals_total{action="put",partner="acme-retail"}': 1},
    ),
    (
        events.mailbox_trouble,
        {"where": "take", "failure": OSError("disk")},
        "mailbox trouble",
        {'gateway_trouble_total{what="mailbox"}': 1},
    ),
    (
        events.moved,
        {**WHO, "before": "checked", "state": "mapped", "times": 4},
        "moved",
        {'gateway_moves_total{document="order",partner="acme-retail",state="mapped"}': 4},
    ),
    (
        events.judged,
        {**WHO, "accepted": 3, "refused": 1, "seconds": 0.03},
        "judged",
        {
            'gateway_judged_total{document="order",partner="acme-retail",verdict="accepted"}': 3,
            'gateway_judged_total{document="order",partner="acme-retail",verdict="refused"}': 1,
            'gateway_judging_seconds_sum{document="order"}': 0.03,
        },
    ),
    (
        events.refused,
        {**WHO, "code": "G201"},
        "refused",
        {'gateway_refused_total{code="G201",document="order",partner="acme-retail"}': 1},
    ),
    (
        events.held,
        {**WHO, "code": "P105"},
        "held",
        {'gateway_held_total{code="P105",document="order",partner="acme-retail"}': 1},
    ),
    (
        events.delivered,
        {"message": 7, "outlet": "folder", "purpose": "erp", "lane": "to/erp/order",
         "name": "a.json", "seconds": 0.2, "age": 3.0},
        "delivered",
        {
            'gateway_deliveries_total{outlet="folder",purpose="erp"}': 1,
            'gateway_delivery_seconds_sum{outlet="folder"}': 0.2,
            'gateway_document_seconds_sum{purpose="erp"}': 3.0,
        },
    ),
    (
        events.retried,
        {"kind": "delivery", "id": 5, "partner": "acme-retail", "lane": "to/erp/order",
         "attempt": 2, "due": AT, "failure": LOST},
        "retried",
        {'gateway_retries_total{kind="delivery",partner="acme-retail"}': 1},
    ),
    (
        events.gave_up,
        {"kind": "file", "id": 5, "partner": "acme-retail", "lane": "in/acme-retail/main",
         "attempts": 8, "failure": LOST},
        "gave up",
        {'gateway_given_up_total{kind="file",partner="acme-retail"}': 1},
    ),
    (
        events.isolated,
        {"kind": "file", "id": 5, "lane": "in/acme-retail/main", "crashes": 3},
        "isolated",
        {'gateway_isolated_total{kind="file"}': 1},
    ),
    (
        events.bug,
        {"where": "inbound", "message": 7, "failure": LOST},
        "bug",
        {'gateway_bugs_total{where="inbound"}': 1},
    ),
    (events.lane_taken, LANE, "lane taken", {'gateway_lanes_taken_total{how="free"}': 1}),
    (
        events.lane_taken_over,
        LANE,
        "lane taken over",
        {'gateway_lanes_taken_total{how="abandoned"}': 1},
    ),
    (events.lane_lost, LANE, "lane lost", {"gateway_lanes_lost_total": 1}),
    (
        events.stepped,
        {"step": "judge", "lane": "in/acme-retail/main", "seconds": 0.5},
        "stepped",
        {'gateway_step_seconds_sum{step="judge"}': 0.5},
    ),
    (
        events.configuration_applied,
        {"seq": 7, "hash": "ab12", "who": "anna", "at": 1.5, "seconds": 0.1},
        "configuration applied",
        {"gateway_configuration": 7, "gateway_configuration_applied_timestamp_seconds": 1.5},
    ),
    (
        events.configuration_refused,
        {"seq": 7, "hash": "ab12", "reason": "a key is missing"},
        "configuration cannot run here",
        {},
    ),
    (events.worker_started, {"owner": "a", "threads": 4}, "worker started", {"gateway_workers": 4}),
    (
        events.worker_stopped,
        {"owner": "a", "seconds": 0.1},
        "worker stopped",
        {"gateway_workers": 0},
    ),
    (
        events.woken,
        {"lanes": 3, "by": "carrier"},
        "woken",
        {'gateway_wakes_total{by="carrier"}': 3},
    ),
    (events.wakes_carried, {"lanes": 3}, "wake-ups carried", {"gateway_wakes_sent_total": 3}),
    (
        events.duty_ran,
        {"duty": "watch", "seconds": 0.5},
        "duty ran",
        {
            'gateway_duties_total{duty="watch",result="done"}': 1,
            'gateway_duty_seconds_sum{duty="watch"}': 0.5,
        },
    ),
    (
        events.duty_failed,
        {"duty": "watch", "seconds": 0.5, "failure": LOST},
        "duty failed",
        {
            'gateway_duties_total{duty="watch",result="failed"}': 1,
            'gateway_duty_seconds_sum{duty="watch"}': 0.5,
        },
    ),
    (
        events.transaction,
        {"name": "judged", "seconds": 0.004},
        "transaction",
        {'gateway_transaction_seconds_bucket{le="0.005",name="judged"}': 1},
    ),
    (
        events.database_trouble,
        {"failure": LOST},
        "database trouble",
        {
            'gateway_trouble_total{what="database"}': 1,
            'gateway_in_trouble{what="database"}': 1,
        },
    ),
    (
        events.database_back,
        {"seconds": 4.0},
        "database back",
        {'gateway_in_trouble{what="database"}': 0},
    ),
    (
        events.carrier_trouble,
        {"failure": "connection refused"},
        "carrier trouble",
        {'gateway_trouble_total{what="carrier"}': 1, 'gateway_in_trouble{what="carrier"}': 1},
    ),
    (
        events.carrier_back,
        {"seconds": 4.0},
        "carrier back",
        {'gateway_in_trouble{what="carrier"}': 0},
    ),
    (
        events.collector_trouble,
        {"collector": "http://c:4318"},
        "trace collector trouble",
        {'gateway_in_trouble{what="collector"}': 1},
    ),
    (
        events.collector_back,
        {"collector": "http://c:4318"},
        "trace collector back",
        {'gateway_in_trouble{what="collector"}': 0},
    ),
    (events.spans_lost, {"spans": 4}, "spans lost", {"gateway_spans_lost_total": 4}),
    (
        events.archived,
        {"sha": "ab" * 32, "size": 900, "seconds": 0.01},
        "archived",
        {"gateway_archive_put_bytes_total": 900, "gateway_archive_put_seconds_sum": 0.01},
    ),
    (
        events.polled,
        {"source": "erp/order", "files": 0, "at": AT},
        "polled",
        {'gateway_inbox_polled_timestamp_seconds{source="erp/order"}': AT.timestamp()},
    ),
    (
        events.poll_failed,
        {"source": "erp/order", "failure": LOST},
        "poll failed",
        {'gateway_inbox_failures_total{source="erp/order"}': 1},
    ),
    (events.watch_failed, {"failure": LOST}, "watch failed", {}),
    (
        events.alarm_raised,
        {"alarm": 1, "code": "A101", "severity": "error", "partner": "acme-retail",
         "message": 7, "text": "no answer"},
        "alarm raised",
        {'gateway_alarms_total{code="A101",severity="error"}': 1},
    ),
    (
        events.alarm_resolved,
        {"alarm": 1, "code": "A101", "partner": "acme-retail"},
        "alarm resolved",
        {'gateway_alarms_resolved_total{code="A101"}': 1},
    ),
    (
        events.intervened,
        {"who": "anna", "action": "pause", "subject": "acme-retail", "reason": "holiday"},
        "intervened",
        {'gateway_interventions_total{action="pause"}': 1},
    ),
]  # fmt: skip


@pytest.fixture
def meters() -> Iterator[Meters]:
    with Meters(version="1", database="sqlite").counting() as made:
        yield made


def figures(meters: Meters) -> dict[str, float]:
    """Each series with its value, as Prometheus would read it."""
    found = {}
    for family in parse(meters.text()[0].decode()):
        for name, labels, value, *_ in family.samples:
            inner = ",".join(f'{key}="{labels[key]}"' for key in sorted(labels))
            found[f"{name}{{{inner}}}" if inner else name] = value
    return found


@pytest.mark.parametrize(("event", "facts", "line", "expected"), CASES)
def test_an_event_is_logged_and_counted(
    meters: Meters,
    caplog: pytest.LogCaptureFixture,
    event: Callable[..., None],
    facts: dict[str, Any],
    line: str,
    expected: dict[str, float],
) -> None:
    with caplog.at_level(logging.DEBUG, "gateway.events"):
        event(**facts)
    record = caplog.records[-1]
    assert record.getMessage() == line
    told = record.__dict__["facts"]
    assert {key: told[key] for key in facts} == facts
    assert record.funcName == "test_an_event_is_logged_and_counted"
    found = figures(meters)
    assert {name: found[name] for name in expected} == expected


def test_every_function_is_tested() -> None:
    functions = {
        each for name, each in vars(events).items()
        if inspect.isfunction(each) and name[0] != "_" and each.__module__ == events.__name__
    }  # fmt: skip
    assert functions - {events.counted_by} == {case[0] for case in CASES}


def test_the_tables_fit_each_other(meters: Meters) -> None:
    measured = {each.metric for event in events.EVENTS for each in event.measures}
    assert measured == set(COUNTED) - {INFO}
    assert len({event.name for event in events.EVENTS}) == len(events.EVENTS)
    assert len(events.EVENTS) == len(CASES)


def test_what_is_filtered_is_counted_all_the_same(
    meters: Meters, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "gateway.events"):
        events.received(message=1, source="erp/order", name="a", size=10)
    assert not caplog.records
    assert figures(meters)['gateway_files_received_total{source="erp/order"}'] == 1


def test_nobody_has_to_count(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gateway.events"):
        events.received(message=1, source="erp/order", name="a", size=10)
    assert len(caplog.records) == 1


def test_an_age_that_is_not_known_is_not_measured(meters: Meters) -> None:
    events.delivered(
        message=None, outlet="email", purpose="alarm", lane="alarm/email", name="a", seconds=1.0
    )
    assert 'gateway_document_seconds_count{purpose="alarm"}' not in figures(meters)


def test_a_bug_leaves_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("here")
    except ValueError as failure:
        events.bug(where="inbound", message=1, failure=failure)
    info = caplog.records[-1].exc_info
    assert info is not None
    assert isinstance(info[1], ValueError)
    assert info[2] is not None
