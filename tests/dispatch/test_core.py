"""Work on lanes, on both databases: in order, once, whoever dies, sleeps or meets another one."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from gateway.pipeline import deliver
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.poison import DEATHS
from gateway.store import pauses
from gateway.store.lanes import FencedError
from gateway.store.tables import lane
from tests.pipeline.world import ACME, GATEWAY, World, invoices, orders, visible

TO_ERP = "to/erp/order"
IN_ACME = "in/acme-retail/main"


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    files = {}
    if request.param == "postgresql":
        files["gateway.yaml"] = f"{GATEWAY}database: {request.getfixturevalue('postgres_ready')}\n"
    made = World(tmp_path, files)
    yield made
    made.gateway.close()


def core(world: World, owner: str = "a", **changes: Any) -> Core:
    made = Core(world.gateway._house, owner)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def run_out(world: World, key: str) -> None:
    """The lease of a lane is over: its owner died or sleeps."""
    past = world.clock() - timedelta(days=9000)
    with world.gateway._house.store.write() as connection:
        connection.execute(update(lane).where(lane.c.key == key).values(lease=past))


def stopped_at(world: World, name: str) -> Callable[[str], None]:
    """A checkpoint at which another process takes the lane over and finishes it."""
    done = []

    def checkpoint(here: str) -> None:
        if here == name and not done:
            done.append(here)
            run_out(world, TO_ERP)
            with world.open() as other:
                Core(other._house, "b").drain(TO_ERP)

    return checkpoint


def received(world: World, *names: str) -> None:
    """Orders judged; their files for the ERP are due."""
    for number, name in enumerate(names):
        world.acme(f"{number}.edi", orders(str(4711 + number), [name]))
    with world.gateway._alone():
        from gateway.pipeline.dispatch.polling import poll  # noqa: PLC0415

        for inbox in world.gateway.inboxes:
            poll(core(world), inbox, at_once=True)
        core(world).drain(IN_ACME)


@pytest.mark.parametrize(
    "sleeps_at",
    ["deliver: half", "deliver: written", "deliver prepared: begin", "deliver: renamed"],
)
def test_one_who_sleeps_while_another_delivers_doubles_nothing(
    world: World, sleeps_at: str
) -> None:
    received(world, "PO1", "PO2")
    folder = world.root / "erp/out/order"
    sleeper = core(world)
    sleeper.house.checkpoint = stopped_at(world, sleeps_at)
    sleeper.house.store.checkpoint = sleeper.house.checkpoint
    sleeper.drain(TO_ERP)
    assert len(visible(folder)) == 2
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    assert {row.state for row in world.rows(kind="message")} == {"delivered"}
    for name in visible(folder):  # fetched: nothing may come again
        (folder / name).unlink()
    world.run()
    assert visible(folder) == []


def test_one_who_sleeps_in_a_step_is_stopped_by_its_fence(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    with world.gateway._alone():
        from gateway.pipeline.dispatch.polling import poll  # noqa: PLC0415

        for inbox in world.gateway.inboxes:
            poll(core(world), inbox, at_once=True)
    sleeper = core(world)
    lease = sleeper.hold(IN_ACME)
    assert lease is not None
    run_out(world, IN_ACME)
    assert core(world, "b").drain(IN_ACME) == 1
    before = world.rows()
    with pytest.raises(FencedError), sleeper.room(lease).store.write():
        pass
    assert world.rows() == before


def test_a_lane_that_somebody_has_is_left_alone(world: World) -> None:
    received(world, "PO1")
    held = core(world, "b").hold(TO_ERP)
    assert held is not None
    assert TO_ERP not in core(world).waiting()
    assert core(world).drain(TO_ERP) == 0
    assert world.orders() == {}


def test_two_steps_that_meet_are_repeated_and_both_succeed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(world, "PO1")
    whole, met = deliver._finish, []

    def meet(*args: Any) -> Any:
        if not met:
            met.append(True)
            from gateway.store import StateChangedError  # noqa: PLC0415

            raise StateChangedError("another one was quicker")
        return whole(*args)

    monkeypatch.setattr(deliver, "_finish", meet)
    assert core(world).drain(TO_ERP) == 1
    assert len(world.orders()) == 1


def test_what_kills_the_process_again_and_again_is_set_aside(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    world.acme("b.edi", orders("4712", ["PO2"]))
    world.run()
    world.gateway.replay(world.rows(kind="file")[0].id, "again")
    row = world.rows(kind="file")[-1]
    for _ in range(DEATHS):
        assert core(world).hold(IN_ACME) is not None  # taken, and never given back
        run_out(world, IN_ACME)
        killed = core(world, "b")
        lease = killed.hold(IN_ACME)
        assert lease is not None
        assert lease.abandoned
        killed._look_back(lease, _kinds()["in"], killed.room(lease))
        run_out(world, IN_ACME)
    world.run()
    assert world.row(state="held").id == row.id
    assert world.codes(row.id) == ["P194"]
    world.acme("c.edi", orders("4713", ["PO3"]))
    assert world.run().messages == 1


def test_a_delivery_that_kills_the_process_is_given_up_alone(world: World) -> None:
    received(world, "PO1", "PO2")
    for _ in range(DEATHS):
        lease = core(world, "b").hold(TO_ERP)
        assert lease is not None
        run_out(world, TO_ERP)
        again = core(world)
        taken = again.hold(TO_ERP)
        assert taken is not None
        again._look_back(taken, _kinds()["to"], again.room(taken))
        run_out(world, TO_ERP)
    world.run()
    assert list(world.orders().values()) == [
        "H;PO2;2026-03-02;4012345000009\nL;1;4012345678901;5;2.5\n"
    ] or (len(world.orders()) == 1)
    dead = world.row(state="dead")
    assert dead.number == "PO1"
    assert "P194" in world.codes(dead.id)


def _kinds() -> Any:
    from gateway.pipeline.dispatch.core import KINDS  # noqa: PLC0415

    return KINDS


def test_a_paused_partner_is_received_and_waits_while_others_go_on(world: World) -> None:
    with world.gateway._house.store.write() as connection:
        pauses.add(connection, "acme-retail", "pause", "audit", "ann", world.clock())
    world.acme("a.edi", orders("4711", ["PO1"]))
    world.erp("f.csv", invoices(["I1"]))
    summary = world.run()
    assert (summary.files, summary.messages, summary.sent) == (2, 0, 0)
    with world.gateway._house.store.write() as connection:
        pauses.end(connection, "acme-retail")
    summary = world.run()
    assert (summary.messages, summary.sent) == (1, 2)


def test_a_drained_partner_is_finished_and_takes_nothing_more(world: World) -> None:
    received(world, "PO1")
    with world.gateway._house.store.write() as connection:
        pauses.add(connection, "acme-retail", "drain", "move", "ann", world.clock())
    world.acme("late.edi", orders("4712", ["PO2"]))
    world.gateway._house.tally.taken()
    summary = world.run()
    assert (summary.files, summary.delivered, summary.sent) == (0, 1, 1)
    assert visible(world.root / "acme/in") == ["late.edi"]


def test_in_order_what_waits_holds_up_what_follows(tmp_path: Path) -> None:
    text = ACME.replace(
        "- {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}",
        "- {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008, in_order: yes}",
    )
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": text})
    for number in (1, 2):
        world.erp(f"{number}.csv", invoices([f"I{number}"]))
    out = world.root / "acme/out"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(b"not a folder")
    world.run()
    out.unlink()
    assert world.run().sent == 0  # the first is not due yet, the second waits for it
    world.clock.forward(minutes=5)
    world.run()
    assert sorted(world.sent()) == ["INVOIC_000000001.edi", "INVOIC_000000002.edi"]
    world.gateway.close()


def test_an_answer_that_is_quicker_than_our_own_entry_counts(world: World) -> None:
    """A partner may fetch, process and answer before we have written down that we delivered."""
    from tests.pipeline.world import contrl  # noqa: PLC0415

    world.erp("f.csv", invoices(["I1"]))
    answered = []

    def quick(name: str) -> None:
        if name == "deliver: renamed" and not answered and world.sent():
            answered.append(name)
            world.acme("c.edi", contrl("77", "000000001"))
            with world.open() as other:
                made = Core(other._house, "b")
                from gateway.pipeline.dispatch.polling import poll  # noqa: PLC0415

                for inbox in other.inboxes:
                    poll(made, inbox, at_once=True)
                made.drain(IN_ACME)

    world.gateway._house.checkpoint = quick
    world.run()
    assert world.row(kind="document").state == "acknowledged"


def test_a_killed_machine_is_replaced_and_nothing_is_doubled(
    tmp_path: Path, postgres_ready: str
) -> None:
    world = World(tmp_path, {"gateway.yaml": f"{GATEWAY}database: {postgres_ready}\n"})
    for number in range(10):
        world.acme(f"{number}.edi", orders(str(4711 + number), [f"PO{number}"]))
    world.gateway.close()

    def bomb(name: str) -> None:
        if name == "deliver: renamed":
            os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads (3.12)
        child = os.fork()
    if child == 0:
        try:
            with world.open(bomb) as doomed:
                doomed.run_once()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    world.gateway = world.open()
    world.run()
    assert (len(world.orders()), len(world.sent())) == (10, 1)  # the dead one still has that lane
    first = dict(world.sent())
    run_out(world, "to/acme-retail/main/acknowledgement")
    world.run()
    assert len(world.sent()) == 10
    assert first.items() <= world.sent().items()
    world.gateway.close()


def test_serving_looks_when_a_folder_changes_and_not_only_in_intervals(tmp_path: Path) -> None:
    files = {
        "gateway.yaml": GATEWAY.replace("poll: 1s", "poll: 1h"),
        "partners/acme-retail/partner.yaml": ACME.replace(
            'match: "*"', 'match: "*", stable_for: 10ms'
        ),
    }
    world = World(tmp_path, files)
    stop, looked = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=world.gateway.serve, args=(stop,), kwargs={"told": lambda _: looked.set()}
    )
    thread.start()
    try:
        assert looked.wait(30)
        deadline, number = time.monotonic() + 60, 0
        while not world.orders() and time.monotonic() < deadline:
            # again and again, because the watch of the folder may begin later than we look
            number += 1
            world.acme(f"{number}.edi", orders(str(4711 + number), [f"PO{number}"]))
            until = time.monotonic() + 5
            while not world.orders() and time.monotonic() < until:
                time.sleep(0.01)
        assert world.orders()
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    world.gateway.close()
