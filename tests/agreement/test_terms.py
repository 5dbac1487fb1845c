"""What was agreed around the data, from the file that comes to the answer that goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.pipeline import Gateway, shelf
from gateway.pipeline.replay import replay_one
from gateway.pipeline.watch import watch
from gateway.store import alarms
from gateway.store.alarms import AlarmFilter
from gateway.telemetry.secrets import clean
from tests.agreement.kit import acme, load, northwind, tried
from tests.pipeline.world import GATEWAY, World, orders, purchase_orders

THREE = ("PO1", "PO2", "PO3")
BAD = {"PO2": "many"}


class Terms:
    """Makes worlds whose partner agreed to something."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.made: list[World] = []

    def __call__(self, partner: str, gateway: str = GATEWAY, other: str = "") -> World:
        files = {"partners/acme-retail/partner.yaml": partner, "gateway.yaml": gateway}
        if other:
            files["partners/northwind/partner.yaml"] = other
        world = World(self.root / f"w{len(self.made)}", files)
        self.made.append(world)
        return world


@pytest.fixture
def agree(tmp_path: Path) -> Iterator[Terms]:
    terms = Terms(tmp_path)
    yield terms
    for each in terms.made:
        each.gateway.close()


def states(world: World) -> list[str]:
    return [str(row.state) for row in world.rows(kind="message")]


# ---- errors


@pytest.mark.parametrize(
    ("errors", "expected", "interchange", "answer"),
    [
        ("{}", ["delivered", "refused", "delivered"], "acknowledged", "+7'UCM+2+"),
        ("{action: hold}", ["delivered", "held", "delivered"], "acknowledged", "+7'UNT"),
        ("{scope: interchange}", ["refused"] * 3, "refused", "+7'UCM+1+"),
        ("{scope: interchange, action: hold}", ["held"] * 3, "held", "+7'UNT"),
    ],
)
def test_an_error_does_what_was_agreed(
    errors: str, expected: list[str], interchange: str, answer: str, agree: Terms
) -> None:
    world = agree(acme(f"errors: {errors}"))
    world.acme("in.edi", orders(numbers=THREE, quantity=BAD))
    world.run()
    found = [state.replace("acknowledged", "delivered") for state in states(world)]
    assert found == expected
    assert world.row(kind="interchange", direction="in").state == interchange
    (sent,) = world.sent().values()
    assert answer in sent
    assert sent.count("UCM+") == expected.count("refused")
    assert len(world.orders()) == expected.count("delivered")


def test_all_sets_of_an_interchange_are_refused_in_a_997(agree: Terms) -> None:
    world = agree(acme(), other=northwind("errors: {scope: interchange}"))
    head, line, tail = purchase_orders(numbers=("A", "B")).rpartition(b"PO1*1*5*")
    assert line
    world.northwind("in.x12", head + b"PO1*1*x*" + tail)
    world.run()
    assert states(world) == ["refused", "refused"]
    (sent,) = world.sent("northwind").values()
    assert sent.count("AK5*R") == 2
    assert "AK9*R*2*2*0" in sent


@pytest.mark.parametrize(
    ("errors", "state", "refused"),
    [("{scope: interchange}", "refused", 3), ("{scope: interchange, action: hold}", "held", 0)],
)
def test_a_trial_says_so_beforehand(errors: str, state: str, refused: int, tmp_path: Path) -> None:
    workspace, _ = load(tmp_path, acme(f"errors: {errors}"))
    made = tried(workspace, orders(numbers=THREE, quantity=BAD))
    assert made.states == [state] * 3
    assert [each.code for each in made.trial.problems] == ["P175"]
    assert made.answer.count("UCM+") == refused


def test_what_was_refused_as_a_whole_may_come_again_mended(agree: Terms) -> None:
    world = agree(acme("errors: {scope: interchange}"))
    world.acme("1.edi", orders(numbers=THREE, quantity=BAD))
    world.run()
    world.acme("2.edi", orders(numbers=THREE))
    world.run()
    assert len(world.orders()) == 3


def test_what_is_held_with_its_errors_tells_how_it_goes_on(agree: Terms) -> None:
    world = agree(acme("errors: {action: hold}"))
    world.acme("in.edi", orders(quantity={"PO1": "many"}))
    world.run()
    (row,) = world.rows(kind="message")
    assert world.codes(row.id)[-1] == "P174"
    world.reload({"partners/acme-retail/partner.yaml": acme("checks: {types: warn}")})
    replay_one(world.gateway.house, row.id, "taken as it is")
    world.run()
    assert states(world)[-1] == "refused"  # the map needs a number: nothing is guessed


# ---- duplicates


@pytest.mark.parametrize(
    ("policy", "state", "severity"),
    [
        ("accept", "acknowledged", ""),
        ("warn", "acknowledged", "warning"),
        ("hold", "held", "error"),
        ("reject", "refused", "error"),
    ],
)
def test_a_document_number_that_came_before(
    policy: str, state: str, severity: str, agree: Terms
) -> None:
    world = agree(acme(f"duplicates: {{number: {policy}}}"))
    world.acme("1.edi", orders("1", numbers=("PO1",)))
    world.run()
    world.acme("2.edi", orders("2", numbers=("PO9", "PO1")))
    world.run()
    first, other, again = world.rows(kind="message")
    assert (first.state, other.state, again.state) == ("acknowledged", "acknowledged", state)
    history = world.gateway.message(again.id)
    assert history is not None
    said = [(one.code, one.severity.value) for one in history.problems if one.code == "P176"]
    assert said == ([("P176", severity)] if severity else [])
    sent = world.sent()["CONTRL_000000002.edi"]
    assert ("UCM+2+ORDERS:D:96A:UN:EAN008+4+26" in sent) is (policy == "reject")
    assert len(world.orders()) == 3 - (state != "acknowledged")


def test_a_duplicate_within_one_interchange_and_one_that_is_too_old(agree: Terms) -> None:
    world = agree(acme("duplicates: {number: reject, within: 2d}"))
    world.acme("1.edi", orders("1", numbers=("PO1", "PO1")))
    world.run()
    assert states(world) == ["acknowledged", "refused"]
    world.clock.forward(days=3)
    world.acme("2.edi", orders("2", numbers=("PO1",)))
    world.run()
    assert states(world)[-1] == "acknowledged"


def test_what_was_refused_is_no_duplicate_and_a_replay_neither(agree: Terms) -> None:
    world = agree(acme("duplicates: {number: hold}"))
    world.acme("1.edi", orders("1", quantity={"PO1": "many"}))
    world.acme("2.edi", orders("2"))
    world.acme("3.edi", orders("3"))
    world.run()
    assert states(world) == ["refused", "acknowledged", "held"]
    replay_one(world.gateway.house, world.rows(kind="message")[-1].id, "it is meant")
    world.run()
    assert states(world)[-1] == "delivered"


def test_a_message_reference_that_came_before(agree: Terms) -> None:
    world = agree(acme("duplicates: {message: reject}"))
    world.acme("1.edi", orders("1", numbers=("PO1",)))
    world.run()
    world.acme("2.edi", orders("2", numbers=("PO2", "PO3")))
    world.run()
    assert states(world) == ["acknowledged", "refused", "acknowledged"]
    (again,) = [row for row in world.rows(kind="message") if row.state == "refused"]
    assert world.codes(again.id) == ["P177"]


def test_how_long_a_reference_counts_is_a_partner_s_own_matter(agree: Terms) -> None:
    world = agree(acme(more="references: {window: 2d}\n"))
    world.acme("1.edi", orders())
    world.run()
    world.clock.forward(days=3)
    world.acme("2.edi", orders(numbers=("PO2",)))
    world.run()
    assert states(world) == ["acknowledged", "acknowledged"]


# ---- what must be the same


def contract(*numbers: str) -> bytes:
    """An interchange whose orders name these contracts."""
    text = orders(numbers=[f"PO{at}" for at in range(len(numbers))], extra="RFF+CT:@'").decode()
    for number in numbers:
        text = text.replace("RFF+CT:@'", f"RFF+CT:{number}'" if number else "FTX+AAI'", 1)
    return text.encode()


def test_a_value_must_be_the_same_in_all_messages(agree: Terms) -> None:
    world = agree(acme('checks: {constant: ["RFF+CT"]}'))
    world.acme("in.edi", contract("0000004", "0000004", "0000006", ""))
    world.run()
    assert states(world) == ["acknowledged", "acknowledged", "refused", "refused"]
    third = world.gateway.message(world.rows(kind="message")[2].id)
    assert third is not None
    assert [one.sentence for one in third.problems] == [
        "RFF+CT is 0000006 here, and 0000004 in message 1 of the same interchange"
    ]


class Stopped(BaseException):
    """The process ends."""


def _stop_before_the_end(name: str) -> None:
    if name.startswith("split"):
        raise Stopped


def test_it_is_remembered_over_a_crash(agree: Terms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "BATCH", 3)
    world = agree(acme('checks: {constant: ["RFF+CT"]}'))
    data = contract("4", "4", "4", "4", "6")
    world.acme("in.edi", data)
    world.gateway.close()
    world.gateway = world.open(_stop_before_the_end)
    with pytest.raises(Stopped):
        world.run()
    world.gateway.close()
    assert len(world.rows(kind="message")) == 3
    world.gateway = world.open()
    world.clock.forward(minutes=10)
    world.run()
    assert states(world).count("refused") == 1


# ---- passwords


WORD = "kq7-Zr0-99x"


@pytest.mark.parametrize(
    ("sent", "state", "codes"),
    [(WORD, "acknowledged", []), ("other-9911", "refused", ["P170"]), ("", "refused", ["P170"])],
)
def test_a_partner_sends_his_password(
    sent: str, state: str, codes: list[str], agree: Terms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_WORD", WORD)
    identities = "edifact: {id: 4012345000009, qualifier: 14, password: '${env:ACME_WORD}'}"
    world = agree(acme(identities=identities))
    world.acme("in.edi", orders().replace(b"+4711'UNH", f"+4711+{sent}'UNH".encode()))
    world.run()
    row = world.row(kind="interchange", direction="in")
    assert (row.state, world.codes(row.id)) == (state, codes)
    (answer,) = world.sent().values()
    assert ("+4+18'" in answer) is bool(codes)
    assert WORD not in clean(WORD)


def test_x12_has_it_in_isa04(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORTH_WORD", WORD[:10])
    identities = "x12: {id: NORTHWIND, qualifier: ZZ, password: '${env:NORTH_WORD}'}"
    workspace, problems = load(tmp_path, "", northwind(identities=identities))
    assert not problems
    good = purchase_orders().replace(
        b"*00*          *ZZ*NORTH", f"*01*{WORD[:10]}*ZZ*NORTH".encode()
    )
    assert tried(workspace, good, "northwind").states == ["mapped"]
    wrong = tried(workspace, purchase_orders(), "northwind")
    assert [each.code for each in wrong.trial.problems] == ["P170"]


def test_a_password_that_cannot_be_looked_up_holds(agree: Terms) -> None:
    identities = "edifact: {id: 4012345000009, qualifier: 14, password: '${env:NOT_SET_HERE}'}"
    world = agree(acme(identities=identities))
    world.acme("in.edi", orders())
    world.run()
    row = world.row(kind="interchange")
    assert (row.state, world.codes(row.id)) == ("held", ["P171"])
    assert world.sent() == {}


# ---- deadlines


RESPONDS = "  - {document: orderresponse, direction: outbound, standard: EDIFACT D.96A EAN008}\n"
RESPONSE = (
    b"H;OR-1;2026-03-03;accepted;PO1;2026-03-02;;EUR;2026-03-09;;4012345000009;;Acme;4098765000003"
    b";;Our Company\nL;1;1;accepted;4012345610017;;X-1;Thing;5;5;piece;;2.50\n"
)
TIMED = "acknowledge: {answered_within: 24h}"


def raised(world: World) -> list[str]:
    watch(world.gateway.house)
    with world.gateway.house.store.read() as connection:
        return [one.found.code for one in alarms.find(connection, AlarmFilter())]


def test_an_order_that_is_not_answered_is_an_alarm(agree: Terms) -> None:
    world = agree(acme(TIMED, more=RESPONDS))
    world.acme("in.edi", orders(numbers=("PO1",)))
    world.run()
    world.clock.forward(hours=23)
    assert raised(world) == []
    world.clock.forward(hours=2)
    assert raised(world) == ["A160"]
    world.gateway.close()
    world.gateway = Gateway.open(world.workspace, clock=world.clock)
    world.erp("response.csv", RESPONSE, "orderresponse")
    world.run()
    (sent,) = world.rows(kind="document")
    assert sent.state == "delivered", world.codes(sent.id)
    assert raised(world) == []


def test_many_orders_that_are_not_answered_are_one_alarm(agree: Terms) -> None:
    world = agree(acme(TIMED, more=RESPONDS))
    world.acme("in.edi", orders(numbers=[f"PO{at}" for at in range(8)]))
    world.run()
    world.clock.forward(hours=25)
    assert raised(world) == ["A161"]


def test_tests_and_refused_orders_have_no_deadline(agree: Terms) -> None:
    world = agree(acme(f"{TIMED}, mode: test", more=RESPONDS))
    world.acme("1.edi", orders("1", test=True))
    world.acme("2.edi", orders("2", quantity={"PO1": "many"}, test=True))
    world.run()
    world.clock.forward(days=3)
    assert raised(world) == []
