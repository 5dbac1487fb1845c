"""Pausing, draining, resuming: what is asked for by name, and what goes on afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.pipeline.resting import UnknownScopeError, rest, resting, resume, still_open
from gateway.store import audit
from tests.pipeline.world import World, invoices, orders


def test_messages_under_a_paused_agreement_are_held_and_go_on_with_it(world: World) -> None:
    rest(world.gateway.house, "acme-retail/inbound/order", "pause", "new article numbers", "ann")
    world.acme("a.edi", orders("4711", ["PO1", "PO2"]))
    world.erp("f.csv", invoices(["I1"]))
    summary = world.run()
    assert (summary.held, summary.documents) == (2, 1)
    held = world.rows(state="held", kind="message")
    assert [world.codes(row.id) for row in held] == [["P108"], ["P108"]]
    assert resume(world.gateway.house, "acme-retail/inbound/order", "ann") == 2
    world.run()
    assert len(world.orders()) == 2
    assert resume(world.gateway.house, "acme-retail/inbound/order", "ann") is None
    world.run()
    assert len(world.orders()) == 2


def test_what_a_drain_still_has_to_finish_is_counted(world: World) -> None:
    rest(world.gateway.house, "acme-retail/outbound/invoice", "pause", "their ERP moves", "ann")
    world.erp("f.csv", invoices(["I1"]))
    world.run()
    left = still_open(world.gateway.house, "acme-retail")
    assert (left.files, left.deliveries) == (0, 1)
    resume(world.gateway.house, "acme-retail/outbound/invoice", "ann")
    assert world.run().sent == 1
    assert still_open(world.gateway.house, "acme-retail").deliveries == 0


def test_who_paused_what_and_why_is_kept(world: World) -> None:
    rest(world.gateway.house, "erp", "drain", "update", "ann@host")
    (found,) = resting(world.gateway.house)
    assert (found.scope, found.mode, found.reason, found.who) == (
        "erp",
        "drain",
        "update",
        "ann@host",
    )
    resume(world.gateway.house, "erp", "bob@host", "done")
    with world.gateway.house.store.read() as connection:
        deeds = audit.of(connection, "erp")
    assert [(deed.who, deed.action, deed.reason) for deed in deeds] == [
        ("bob@host", "resume", "done"),
        ("ann@host", "drain", "update"),
    ]


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("acme", "acme is no partner; there are acme-retail, northwind, erp and all"),
        (
            "acme-retail/mian",
            "acme-retail/mian is no channel or agreement of acme-retail; "
            "there are inbound/order, main, outbound/invoice",
        ),
        ("erp/letter", "erp is no partner; there are acme-retail, northwind, erp and all"),
    ],
)
def test_a_scope_that_does_not_exist_is_refused(world: World, scope: str, said: str) -> None:
    with pytest.raises(UnknownScopeError) as refused:
        rest(world.gateway.house, scope, "pause", "x", "ann")
    assert str(refused.value) == said
    assert resting(world.gateway.house) == []


@pytest.mark.parametrize("scope", ["all", "erp", "erp/invoice", "acme-retail", "acme-retail/main"])
def test_everything_that_can_be_paused_can_be(world: World, scope: Any) -> None:
    rest(world.gateway.house, scope, "pause", "x", "ann")
    assert [each.scope for each in resting(world.gateway.house)] == [scope]
