"""Who is told about a partner, whom one can call there, and how long things are kept."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import get_args

import pytest

from gateway.channels.notice.email import addressed
from gateway.config.alert import About
from gateway.config.operation import Email
from gateway.pipeline.watch import alerts
from gateway.pipeline.watch.letter import News, Told
from gateway.pipeline.watch.rounds import RULES
from gateway.problems import problem
from gateway.store.alarms import raise_alarm
from tests.agreement.kit import acme
from tests.pipeline.world import World, invoices, orders
from tests.watch.kit import Watched

HELD = problem("P190", failure="KeyError: 'x'", id=1)
EDI = "contacts:\n  edi: {name: EDI desk, email: edi@acme-retail.example, phone: +49 40 000000}\n"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Watched]:
    more = (
        EDI + "alerts:\n  - {on: [held, silent], to: edi}\n"
        "  - {on: [certificate_expires], before: 14d, to: 'email:it@acme-retail.example'}\n"
    )
    house = Watched(tmp_path, partner=acme(more=more))
    yield house
    house.store.close()


def receivers(house: Watched) -> list[str]:
    return sorted(str(mail["To"] or "the house") for mail in house.mails())


def test_whom_an_alert_names_is_told_once_beside_the_house(told: Watched) -> None:
    told.add(HELD, state="held", document="order", number="4711")
    told.round()
    assert receivers(told) == ["edi@acme-retail.example", "the house"]
    told.round(minutes=1)
    assert len(told.mails()) == 2
    first, own = told.mails()
    assert first.get_content() == own.get_content()
    assert "contact edi: EDI desk, edi@acme-retail.example, +49 40 000000" in own.get_content()


def test_who_did_not_ask_is_not_told(told: Watched) -> None:
    told.add(HELD, state="held", document="order", partner="northwind")
    told.add(state="dead", document="order")
    told.round()
    assert receivers(told) == ["the house"]


def test_the_end_is_told_to_the_same(told: Watched) -> None:
    id_ = told.add(HELD, state="held", document="order")
    told.round()
    told.move(id_, state="received")
    told.round(minutes=1)
    assert receivers(told) == ["edi@acme-retail.example"] * 2 + ["the house"] * 2


@pytest.mark.parametrize(("days", "wanted"), [(30, False), (14, True), (7, True), (None, True)])
def test_a_certificate_is_told_from_the_day_on_that_was_asked_for(
    days: int | None, wanted: bool, told: Watched
) -> None:
    facts = {"name": "theirs.pem", "use": "encrypt", "day": "2026-04-01", "partner": "acme-retail"}
    found = problem("A121", days=days, **facts) if days else problem("A122", owner="x", **facts)
    with told.store.write() as connection:
        key = "certificate/acme-retail/1/7"
        raise_alarm(connection, told.clock(), key, found, "acme-retail")
    news = [News(one, Told.RAISED) for one in told.alarms()]
    mails = dict(alerts.mails(told.workspace, news, told.clock()))
    assert bool(mails) is wanted


def test_every_word_stands_for_alarms_that_there_are() -> None:
    words = set(get_args(About)) - {"all"}
    assert set(alerts.ABOUT.values()) == words
    assert set(alerts.ABOUT) - set(RULES) == {"thread:"}


def test_a_mail_with_a_receiver_keeps_it_when_it_leaves() -> None:
    settings = Email.model_validate(
        {"server": "mail.example.com", "sender": "edi@example.com", "to": ["ops@example.com"]}
    )
    own, house = EmailMessage(), EmailMessage()
    own["To"] = "edi@acme-retail.example"
    assert addressed(settings, own.as_bytes(), "k")["To"] == "edi@acme-retail.example"
    assert addressed(settings, house.as_bytes(), "k")["To"] == "ops@example.com"


# ---- contacts in reports


def test_the_report_of_a_refused_file_says_whom_to_call(tmp_path: Path) -> None:
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": acme(more=EDI)})
    world.acme("in.edi", orders(quantity={"PO1": "many"}))
    world.erp("bad.csv", b"no header\n")
    world.run()
    line = "edi: EDI desk, edi@acme-retail.example, +49 40 000000"
    errors = world.errors()
    assert f"  Contact {line}\n" in errors["in.edi.error.txt"]
    assert line in errors["in.edi.error.json"]
    assert "Contact" not in world.errors("erp/in/invoice")["bad.csv.error.txt"]
    world.gateway.close()


# ---- retention


FILES = {"a.edi", "b.edi", "both.csv"}


def test_a_partner_s_documents_are_kept_as_he_agreed(tmp_path: Path) -> None:
    own = acme(more="retention: {order: 40d, invoice: 4000d, other: 5d}\n")
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": own})
    world.acme("a.edi", orders("1"))
    world.acme("b.edi", b"no interchange")
    world.erp("both.csv", invoices(["INV1"]) + invoices(["INV2"], gln="0012345000003"))
    world.run()
    for days, left in (
        (0, FILES),
        (20, FILES - {"b.edi"}),
        (30, {"both.csv"}),
        (3700, {"both.csv"}),
    ):
        world.clock.forward(days=days)
        world.run()
        assert {row.name for row in world.rows(kind="file")} == left
    world.clock.forward(days=300)  # of two partners the one who keeps longer decides
    world.run()
    assert world.rows(kind="file") == []
    world.gateway.close()
