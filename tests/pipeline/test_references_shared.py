"""References and answers on both databases, and several workers at one sequence."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.grammar.envelope import Identity, Interchange
from gateway.pipeline.references import arrive
from gateway.store import sequences
from gateway.syntax import Dialect
from gateway.syntax.delimiters import EDIFACT_3
from tests.pipeline.test_acknowledging import without_quantity
from tests.pipeline.world import ACME, GATEWAY, World, contrl, invoices, orders

WORKERS = 4
NUMBERS = 40


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Gaps hold what follows, and errors of the content are told by APERAK."""
    agreed = ACME.replace("mode: live}", "mode: live, acknowledge: {business: aperak}}")
    files = {"partners/acme-retail/partner.yaml": f"{agreed}references: {{gap: hold}}\n"}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_ready")
        files["gateway.yaml"] = f"{GATEWAY}database: {url}\n"
    made = World(tmp_path, files)
    yield made
    made.gateway.close()


def interchange(number: int) -> Interchange:
    """As far as a sequence needs it."""
    values: dict[str, Any] = {
        "standard": "edifact",
        "dialect": Dialect("edifact", "3", EDIFACT_3, "iso8859-1", "UNOC"),
        "sender": Identity("4012345000009", "14"),
        "receiver": Identity("4098765000003", "14"),
        "reference": str(number),
        "header": "",
        "offset": 0,
    }
    return Interchange(**values)


def test_workers_at_one_sequence_lose_no_number(world: World) -> None:
    house = world.gateway.house
    partner = world.workspace.partners["acme-retail"]
    numbers = list(range(2, NUMBERS))
    random.Random(7).shuffle(numbers)
    failures: list[BaseException] = []

    def enter(number: int) -> None:
        with house.store.write("test") as connection:
            arrive(connection, partner, interchange(number), number, house.clock())

    def work(mine: list[int]) -> None:
        try:
            for number in mine:
                enter(number)
        except BaseException as failure:
            failures.append(failure)

    enter(1)
    threads = [
        threading.Thread(target=work, args=(numbers[each::WORKERS],)) for each in range(WORKERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with house.store.read() as connection:
        (sequence,) = sequences.find(connection)
    assert (sequence.last, sequence.gaps) == (NUMBERS - 1, ())


def test_what_waited_goes_on(world: World) -> None:
    for number in ("1", "3", "4", "2"):
        world.acme(f"{number}.edi", orders(number, [f"PO{number}"]))
        world.run()
    assert sorted(text.split(";")[1] for text in world.orders().values()) == [
        "PO1",
        "PO2",
        "PO3",
        "PO4",
    ]
    with world.gateway.house.store.read() as connection:
        assert sequences.find(connection)[0].gaps == ()


def test_answers_both_ways(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.acme("1.edi", without_quantity(orders("1", ["PO1"])))
    world.run()
    assert any("APERAK:D:96A" in each for each in world.sent().values())
    ours = world.row(kind="interchange", direction="out").reference
    world.acme("2.edi", contrl("2", ours, refused=["2"]))
    world.acme("3.edi", contrl("3", ours, action="4"))
    world.run()
    assert [row.state for row in world.rows(kind="document")] == ["acknowledged", "refused"]
    held = world.row(kind="message", direction="in", state="held")
    assert world.codes(held.id) == ["P151"]
    assert "A112" in [alarm.found.code for alarm in world.gateway.alarms()]
