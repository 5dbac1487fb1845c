"""Documents that wait in a batch, and are replayed, replaced or repeated meanwhile: each once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from gateway.pipeline import State
from gateway.pipeline.dispatch import duties
from gateway.pipeline.replay import replay
from gateway.pipeline.watch import watch
from gateway.store import Filter
from tests.pipeline.test_batches import numbers_in, opened, settings, waiting
from tests.pipeline.world import World, invoices


def ordered(world: World) -> list[str]:
    """All invoices that the partner found, in the order in which they left."""
    return [one for each in numbers_in(world) for one in each]


def quantities(world: World) -> list[str]:
    """Of the lines that the partner found."""
    texts = [text for _, text in sorted(world.sent().items())]
    return [one.split("'")[0] for text in texts for one in text.split("QTY+47:")[1:]]


def replayed(world: World, which: list[int] | Filter, **how: bool) -> list[str]:
    done = replay(world.gateway.house, which, "a test", **how)
    return [found.code for _, found in done.refused]


def told(world: World) -> list[str]:
    """The alarms about what waits."""
    watch(world.gateway.house)
    return [one.found.sentence for one in world.gateway.alarms() if one.found.code == "A162"]


def end_of(world: World) -> None:
    """What waits leaves: it waited long enough."""
    world.clock.forward(minutes=20)
    world.run()
    assert waiting(world) == []


@pytest.mark.parametrize("how", [{}, {"as_then": True}])
def test_a_document_that_is_replayed_while_it_waits_leaves_once(
    tmp_path: Path, how: dict[str, bool]
) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    first = world.rows(kind="document")[0]
    assert replayed(world, [first.id], **how) == []
    world.run()
    end_of(world)
    assert sorted(ordered(world)) == ["I1", "I2"]
    old = world.rows(kind="document")[0]
    assert (old.state, world.codes(old.id)) == (State.REFUSED, ["P114"])
    world.gateway.close()


def test_a_replay_takes_out_what_waits_before_it_can_leave(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.clock.forward(minutes=20)
    # due, and replayed before anybody looked: the lane of the batch is worked on first
    assert replayed(world, [world.row(kind="document").id]) == []
    world.run()
    assert ordered(world) == []
    end_of(world)
    assert ordered(world) == ["I1"]
    world.gateway.close()


def test_what_is_replayed_as_a_whole_file_leaves_once(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    assert replayed(world, [world.row(kind="file").id]) == []
    world.run()
    end_of(world)
    assert sorted(ordered(world)) == ["I1", "I2"]
    world.gateway.close()


def test_a_replay_that_is_asked_for_twice_is_one_document(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    _, two = world.rows(kind="document")
    assert replayed(world, [two.id]) == []
    assert replayed(world, [two.id]) == []
    world.run()
    end_of(world)
    assert sorted(ordered(world)) == ["I1", "I2"]
    world.gateway.close()


def test_a_file_of_which_something_is_on_its_way_is_not_replayed(tmp_path: Path) -> None:
    world = opened(tmp_path, '{window: "mon-fri 18:00-20:00 Europe/Berlin"}')
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    assert replayed(world, [world.row(kind="file").id], force=True) == ["P204"]
    world.clock.forward(hours=9)
    world.run()
    assert ordered(world) == ["I1"]
    world.gateway.close()


def test_a_resend_of_what_never_left_says_so(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    assert replayed(world, [world.row(kind="document").id], resend=True) == ["P206"]
    end_of(world)
    assert ordered(world) == ["I1"]
    world.gateway.close()


def test_a_new_version_replaces_the_one_that_waits(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    world.erp("b.csv", invoices(["I1"], quantity={"I1": "7"}))
    world.run()
    end_of(world)
    assert ordered(world) == ["I2", "I1"]
    assert quantities(world) == ["5", "7"]
    old = world.rows(kind="document")[0]
    assert (old.state, world.codes(old.id)) == (State.REFUSED, ["P114"])
    world.gateway.close()


def test_the_same_again_while_it_waits_is_a_repeat(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.erp("b.csv", invoices(["I1", "I3"]))
    world.run()
    end_of(world)
    assert ordered(world) == ["I1", "I3"]
    world.gateway.close()


def test_a_new_version_that_is_to_be_held_leaves_the_one_that_waits(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}", ", changed: hold")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.erp("b.csv", invoices(["I1"], quantity={"I1": "7"}))
    assert world.run().held == 1
    held = world.rows(kind="document")[-1]
    assert replayed(world, [held.id]) == []  # a person decides for it, before the first one left
    world.run()
    end_of(world)
    assert quantities(world) == ["7"]
    world.gateway.close()


def test_a_new_version_that_is_wrong_replaces_nothing(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.erp("b.csv", invoices(["I1"], quantity={"I1": "x"}))
    world.run()
    end_of(world)
    assert quantities(world) == ["5"]
    world.gateway.close()


def test_a_new_version_does_not_go_before_the_one_that_waits(tmp_path: Path) -> None:
    """The agreement no longer collects; the first version is still there."""
    world = opened(tmp_path, "{batch: 50}")
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    world.reload(settings())
    world.erp("b.csv", invoices(["I1"], quantity={"I1": "7"}))
    world.run()
    world.run()
    found = sorted(zip(ordered(world), quantities(world), strict=True))
    assert found in ([("I1", "5"), ("I1", "7"), ("I2", "5")], [("I1", "7"), ("I2", "5")])
    first = [each for each in found if each == ("I1", "5")]
    if first:  # it left before the new one came
        assert quantities(world).index("7") == len(found) - 1
    world.gateway.close()


def test_a_replay_after_it_left_is_asked_about(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    end_of(world)
    row = world.row(kind="document")
    assert replayed(world, [row.id]) == ["P203"]
    assert replayed(world, [row.id], force=True) == []
    assert replayed(world, [row.id], resend=True) == []
    world.run()
    end_of(world)
    assert ordered(world) == ["I1", "I1", "I1"]  # sent, sent again, and anew
    world.gateway.close()


def test_what_waits_is_not_over_however_old(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.clock.forward(days=5000)
    house = world.gateway.house
    duties.DUTIES["expire"].work(house)
    world.erp("b.csv", invoices([f"J{n}" for n in range(49)]))
    world.run()
    assert ordered(world)[0] == "I1"
    world.clock.forward(days=5000)
    duties.DUTIES["expire"].work(house)
    world.clock.forward(days=2)
    duties.DUTIES["expire"].work(house)
    assert world.rows(kind="document") == []
    assert world.rows(kind="interchange") == []
    world.gateway.close()


def test_a_clock_that_went_back_does_not_keep_a_batch(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.clock.forward(days=3)
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.clock.forward(days=-3)
    world.reload()
    world.run()
    world.clock.forward(minutes=16)
    world.run()
    assert ordered(world) == ["I1"]
    world.gateway.close()


SCARCE = ", syntax: {edifact: {control_numbers: {last: 1, at_end: stop}}}"


def test_what_cannot_be_numbered_waits_alone(tmp_path: Path) -> None:
    """The other partner of the same file gets his documents."""
    world = opened(tmp_path, "{per: file}", SCARCE)
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    both = invoices(["I2", "I3"]) + invoices(["N1"], gln="0012345000003")
    world.erp("b.csv", both)
    summary = world.run()
    assert (summary.sent, summary.retrying, summary.dead) == (1, 1, 0)
    assert len(world.sent("northwind")) == 1
    assert [count for _, count in waiting(world)] == [2]
    assert world.rows(kind="file")[-1].state == State.SPLIT
    (first, _) = world.rows(kind="document", partner="acme-retail")[1:]
    assert world.codes(first.id) == ["P191"]
    assert told(world) == [
        "2 documents (invoice) for acme-retail wait and cannot leave: control numbers edifact "
        "4098765000003:14 > 4012345000009:14 live interchange: 1 was the last one (at_end: stop);"
        " widen the range, or set the counter with gateway numbers set"
    ]
    world.reload(settings("{per: file}"))
    world.clock.forward(hours=1)
    world.run()
    assert numbers_in(world) == [["I1"], ["I2", "I3"]]
    assert (waiting(world), told(world)) == ([], [])
    world.gateway.close()


def test_each_alone_that_waited_leaves_alone(tmp_path: Path) -> None:
    world = opened(tmp_path, "{per: document}", SCARCE)
    world.erp("a.csv", invoices(["I1", "I2", "I3"]))
    world.run()
    assert numbers_in(world) == [["I1"]]
    world.reload(settings("{per: document}"))
    world.clock.forward(hours=1)
    world.run()
    assert numbers_in(world) == [["I1"], ["I2"], ["I3"]]
    world.gateway.close()


def test_in_order_nothing_goes_before_what_waits(tmp_path: Path) -> None:
    world = opened(tmp_path, "{per: file}", f"{SCARCE}, in_order: true")
    for number in range(1, 4):
        world.erp(f"{number}.csv", invoices([f"I{number}"]))
        world.run()
    assert numbers_in(world) == [["I1"]]
    world.reload(settings("{per: file}", more=", in_order: true"))
    world.erp("4.csv", invoices(["I4"]))  # at the moment at which the numbers are there again
    world.run()
    world.clock.forward(hours=1)
    world.run()
    assert ordered(world) == ["I1", "I2", "I3", "I4"]
    world.gateway.close()


def test_what_nobody_may_send_any_more_is_told_and_run_again(tmp_path: Path) -> None:
    """The partner is written to in another directory now."""
    world = opened(tmp_path, "{batch: 50}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    ((name, text),) = settings("{batch: 1}").items()
    world.reload({name: text.replace("EAN008, mode: live, send", "EAN007, mode: live, send")})
    world.run()
    (said,) = told(world)
    assert said.endswith("wait and cannot leave: there is no such agreement any more")
    assert replayed(world, [world.row(kind="document").id]) == []
    world.clock.forward(minutes=2)
    world.run()
    assert (ordered(world), waiting(world), told(world)) == (["I1"], [], [])
    world.gateway.close()


def test_hours_that_summer_time_leaves_out_do_not_come_at_once(tmp_path: Path) -> None:
    """On the last Sunday of March there is no 02:15 in Berlin."""
    world = opened(tmp_path, '{window: "sun 02:00-02:30 Europe/Berlin"}')
    world.clock.forward(days=21)
    world.erp("a.csv", invoices(["I1"]))
    for moment, sent in (("03-23T09:14", 0), ("03-29T01:10", 0), ("04-05T00:05", 1)):
        world.clock.now = datetime.fromisoformat(f"2026-{moment}:00+00:00")
        assert world.run().sent == sent, moment
    world.gateway.close()
