"""Documents that are collected: they leave by number, size or time, and none is lost or doubled."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gateway.pipeline import Gateway, State, hours
from gateway.pipeline.renumber import renumber
from gateway.store import batches
from tests.pipeline.crash import Trial
from tests.pipeline.stub import StubTranslation
from tests.pipeline.world import ACME, Clock, World, drop, invoices, make

INVOICE = "  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}\n"


def settings(send: str = "", mode: str = "live", more: str = "") -> dict[str, str]:
    row = INVOICE.replace("}", f", mode: {mode}{', send: ' + send if send else ''}{more}}}")
    return {"partners/acme-retail/partner.yaml": ACME.replace(INVOICE, row)}


def opened(tmp_path: Path, send: str, more: str = "") -> World:
    return World(tmp_path, settings(send, more=more))


def numbers_in(world: World) -> list[list[str]]:
    """The invoices of each interchange that the partner found."""
    return [
        [one.split("'")[0].split("+")[0] for one in text.split("BGM+380+")[1:]]
        for _, text in sorted(world.sent().items())
    ]


def waiting(world: World) -> list[tuple[str, int]]:
    with world.gateway.house.store.read() as connection:
        found = batches.find(connection)
        return [(one.lane, batches.content(connection, one.lane).count) for one in found]


TEST_SYSTEM = (
    ACME.replace("  main:\n", "  main:\n    test: recette\n", 1)
    .replace(
        "agreements:\n",
        """\
  recette:
    kind: folder
    receive: {folder: acme/test/in}
    send: {folder: acme/test/out}
mode: live
agreements:
""",
    )
    .replace("EAN008}", "EAN008, channel: main, send: {batch: 50 or 15m}}")
    .replace("mode: live}", "channel: main}")
)

EVERYWHERE = bool(os.environ.get("GATEWAY_KILL_EVERYWHERE"))
LANE = "batch/acme-retail/invoice/edifact-D96AEAN008-live"


def test_documents_wait_until_there_are_enough(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 3}")
    world.erp("a.csv", invoices(["I1", "I2"]))
    assert world.run().sent == 0
    assert waiting(world) == [(LANE, 2)]
    row = world.rows(kind="document")[0]
    history = world.gateway.message(row.id)
    assert history is not None
    assert history.events[-1].text == "collected with 0 others, to leave with 3"
    assert (row.state, row.carrier) == (State.MAPPED, None)
    world.erp("b.csv", invoices(["I3", "I4"]))
    assert world.run().sent == 1
    assert numbers_in(world) == [["I1", "I2", "I3"]]
    assert waiting(world) == [(LANE, 1)]
    sent = world.row(kind="interchange")
    assert (sent.parent, sent.source, sent.reference) == (None, "erp/invoice", "000000001")
    assert [each.reference for each in world.rows(kind="document")] == ["1", "2", "3", ""]
    world.gateway.close()


def test_many_at_once_make_several_interchanges(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 2}")
    world.erp("a.csv", invoices([f"I{n}" for n in range(5)]))
    world.run()
    assert [len(each) for each in numbers_in(world)] == [2, 2]
    assert waiting(world) == [(LANE, 1)]
    world.gateway.close()


def test_the_oldest_does_not_wait_longer_than_agreed(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.clock.forward(minutes=10)
    world.erp("b.csv", invoices(["I2"]))
    assert world.run().sent == 0
    world.clock.forward(minutes=4)
    assert world.run().sent == 0
    world.clock.forward(minutes=1)
    assert world.run().sent == 1
    assert numbers_in(world) == [["I1", "I2"]]
    assert waiting(world) == []
    world.gateway.close()


def test_a_size_is_enough(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 400B}")
    world.erp("a.csv", invoices(["I1"]))
    assert world.run().sent == 0
    world.erp("b.csv", invoices(["I2", "I3", "I4", "I5"]))
    world.run()
    assert numbers_in(world)[0][:2] == ["I1", "I2"]
    assert sum(map(len, numbers_in(world))) + sum(count for _, count in waiting(world)) == 5
    world.gateway.close()


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 2 or 15m}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.reload()
    assert world.run().sent == 0
    world.erp("b.csv", invoices(["I2"]))
    world.run()
    assert numbers_in(world) == [["I1", "I2"]]
    world.gateway.close()


def dated(numbers: Sequence[str], day: str) -> bytes:
    return invoices(numbers).replace(b"2026-03-02", day.encode())


def test_what_has_to_be_the_same_parts_the_documents_of_a_file(tmp_path: Path) -> None:
    world = opened(tmp_path, "{same: [DTM+137]}")
    one, other = dated(["I1", "I3"], "2026-03-01"), dated(["I2"], "2026-03-02")
    world.erp("a.csv", one + other)
    world.run()
    assert numbers_in(world) == [["I1", "I3"], ["I2"]]
    world.gateway.close()


def test_what_has_to_be_the_same_parts_batches(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 2, same: [DTM+137]}")
    world.erp("a.csv", dated(["I1"], "2026-03-01") + dated(["I2"], "2026-03-02"))
    assert world.run().sent == 0
    assert sorted(count for _, count in waiting(world)) == [1, 1]
    world.erp("b.csv", dated(["I3"], "2026-03-01"))
    world.run()
    assert numbers_in(world) == [["I1", "I3"]]
    world.reload(settings())
    world.clock.forward(minutes=1)
    world.run()
    assert numbers_in(world) == [["I1", "I3"], ["I2"]]
    world.gateway.close()


@pytest.mark.parametrize("now", ["", "{batch: 1}", "{per: document}"])
def test_what_was_collected_leaves_when_the_setting_is_gone(tmp_path: Path, now: str) -> None:
    world = opened(tmp_path, "{batch: 50}")
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    world.reload(settings(now))
    world.run()
    assert sorted(one for each in numbers_in(world) for one in each) == ["I1", "I2"]
    assert waiting(world) == []
    world.gateway.close()


def test_while_the_agreement_is_gone_or_paused_it_waits(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 50 or 15m}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    gone = {"partners/acme-retail/partner.yaml": ACME.replace(INVOICE, "")}
    paused = settings("{batch: 50 or 15m}", mode="paused")
    for files, told in ((gone, ["P169"]), (paused, [])):  # it is told once
        world.reload(files)
        world.clock.forward(minutes=20)
        summary = world.run()
        assert summary.sent == 0
        assert [each.code for each in summary.problems] == told
        assert waiting(world) == [(LANE, 1)]
    world.reload(settings("{batch: 50 or 15m}"))
    world.clock.forward(minutes=1)
    world.run()
    assert numbers_in(world) == [["I1"]]
    world.gateway.close()


def test_what_was_collected_as_live_waits_while_the_agreement_is_in_test(tmp_path: Path) -> None:
    world = opened(tmp_path, "{batch: 2}")
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.reload(settings("{batch: 1}", mode="test"))
    world.clock.forward(minutes=1)
    assert world.run().sent == 0
    world.reload(settings("{batch: 1}"))
    world.clock.forward(minutes=1)
    world.run()
    (text,) = world.sent().values()
    assert "+260302:0916+000000001'" in text
    world.gateway.close()


def test_what_was_collected_as_a_test_goes_to_the_test_system(tmp_path: Path) -> None:
    in_test = TEST_SYSTEM.replace("mode: live", "mode: test")
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": in_test})
    drop(tmp_path / "var/erp/test/in/invoice", "a.csv", invoices(["I1"]))
    world.run()
    world.reload({"partners/acme-retail/partner.yaml": TEST_SYSTEM.replace("15m", "10m")})
    world.clock.forward(minutes=11)
    assert world.run().sent == 1
    assert world.sent() == {}
    (text,) = world.sent("acme/test").values()
    assert "+260302:0925+000000001++++++1'" in text
    world.gateway.close()


def test_what_can_leave_is_not_held_up_by_what_cannot(tmp_path: Path) -> None:
    more = ", syntax: {edifact: {control_numbers: {last: 2, at_end: stop}}}"
    world = opened(tmp_path, "{batch: 1}", more)
    world.erp("a.csv", invoices(["I1", "I2", "I3"]))
    summary = world.run()
    assert (summary.sent, summary.retrying) == (2, 1)
    assert waiting(world) == [(LANE, 1)]
    world.gateway.close()


def test_numbers_that_are_used_up_hold_it_up_until_a_person_acts(tmp_path: Path) -> None:
    more = ", syntax: {edifact: {control_numbers: {last: 1, at_end: stop}}}"
    world = opened(tmp_path, "{batch: 1}", more)
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.erp("b.csv", invoices(["I2"]))
    summary = world.run()
    assert (summary.sent, summary.retrying) == (0, 1)
    assert "1 was the last one (at_end: stop)" in summary.problems[-1].sentence
    assert waiting(world) == [(LANE, 1)]
    scope = "edifact 4098765000003:14 > 4012345000009:14 live interchange"
    assert renumber(world.gateway.house, scope, 0, "agreed", force=True).after is not None
    world.clock.forward(hours=1)
    world.run()
    assert sorted(numbers_in(world)) == [["I1"], ["I2"]]
    world.gateway.close()


def test_each_document_alone(tmp_path: Path) -> None:
    world = opened(tmp_path, "{per: document}")
    world.erp("a.csv", invoices(["I1", "I2"]))
    assert world.run().sent == 2
    assert numbers_in(world) == [["I1"], ["I2"]]
    world.gateway.close()


# ---- hours


HOURS = '{window: "mon-fri 10:00-12:00 Europe/Berlin"}'
"""The world's clock stands at 09:14 UTC of a Monday: 10:14 in Berlin."""


def test_outside_the_hours_nothing_leaves(tmp_path: Path) -> None:
    world = opened(tmp_path, HOURS)
    world.clock.forward(hours=2)
    world.erp("a.csv", invoices(["I1"]))
    assert world.run().sent == 0
    assert world.row(kind="interchange").state == State.MAPPED
    world.reload()
    world.clock.forward(hours=21)
    assert world.run().sent == 0, "Tuesday 09:14 in Berlin"
    world.clock.forward(minutes=46)
    assert world.run().sent == 1
    world.gateway.close()


def test_within_the_hours_it_leaves_at_once(tmp_path: Path) -> None:
    world = opened(tmp_path, HOURS)
    world.erp("a.csv", invoices(["I1"]))
    assert world.run().sent == 1
    world.gateway.close()


def test_what_waits_for_the_hours_leaves_when_they_are_gone(tmp_path: Path) -> None:
    world = opened(tmp_path, HOURS)
    world.clock.forward(hours=2)
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.reload(settings())
    assert world.run().sent == 1
    world.gateway.close()


def test_hours_that_change_while_it_runs_are_seen_within_a_minute(tmp_path: Path) -> None:
    world = opened(tmp_path, HOURS)
    world.clock.forward(hours=2)
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    house = world.gateway.house
    house.workspace = make(tmp_path, settings())
    world.clock.forward(minutes=1)
    hours.review(house)
    assert world.run().sent == 1
    world.gateway.close()


def test_a_weekend_is_waited_out(tmp_path: Path) -> None:
    world = opened(tmp_path, HOURS)
    world.clock.forward(days=4, hours=5)
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.clock.forward(days=2, hours=12)
    assert world.run().sent == 0
    world.clock.forward(hours=8)
    assert world.run().sent == 1
    world.gateway.close()


# ---- killed


def opener(root: Path, checkpoint: Callable[[str], None]) -> Gateway:
    workspace = make(root, settings("{batch: 3}"))
    translation: object = StubTranslation(workspace)
    return Gateway.open(
        workspace,
        clock=Clock(),
        checkpoint=checkpoint,
        translation=translation,  # type: ignore[arg-type]
    )


class Collecting(Trial):
    """Files whose documents are collected by three."""

    def _prepare(self) -> None:
        make(self.root, settings("{batch: 3}"))
        drop(self.root / "erp/in/invoice", "a.csv", invoices(["I1", "I2"]))
        drop(self.root / "erp/in/invoice", "b.csv", invoices(["I3", "I4"]))
        shutil.copytree(self.root, self.start)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_while_collecting_and_leaving() -> None:
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=base) as folder:
        trial = Collecting(Path(folder), opener)
        named = list(enumerate(trial.names, 1))
        last = {name: point for point, name in named if name.startswith("batch")}
        assert last
        for point in [point for point, _ in named] if EVERYWHERE else last.values():
            assert trial.kill(point).clean, (point, trial.names[point - 1])
