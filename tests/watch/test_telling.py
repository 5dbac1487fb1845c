"""Who is told of what: once, together, again after a day, and when it is over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.pipeline.watch import letter, tell
from gateway.pipeline.watch.letter import News, Told
from gateway.problems import problem
from gateway.store import alarms
from gateway.store.tables import delivery
from tests.watch.kit import TOLD, Watched

HERE = Path(__file__).parent
BUG = problem("P190", failure="KeyError: 'x'", id=1)


def test_many_alarms_are_one_mail_and_a_call_each(both: Watched) -> None:
    for name in ("a", "b", "c"):
        both.raised(f"duty:{name}", name=name)
    both.round(minutes=1)
    both.round(minutes=1)
    assert both.subjects() == ["EDI gateway, Our Company: 3 new alarms"]
    assert [call["type"] for call in both.calls()] == ["alarm.raised"] * 3
    assert [call["data"]["facts"]["duty"] for call in both.calls()] == ["a", "b", "c"]


def test_keys_are_those_of_the_events(house: Watched) -> None:
    id_ = house.raised("k")
    house.round()
    house.round(days=1)
    house.round(days=1)
    house.resolved("k")
    house.round(minutes=1)
    told = ["raised", "again:1", "again:2", "resolved"]
    assert [key for key, _ in house.planned("email")] == [
        f"alarm:{id_}:{each}:email" for each in told
    ]
    assert [key for key, _ in house.planned("webhook")] == [
        f"alarm:{id_}:{each}:webhook" for each in told
    ]


def test_a_notice_is_a_delivery_that_is_due(house: Watched) -> None:
    house.raised("k")
    house.round()
    with house.store.read() as connection:
        mail, call = connection.execute(select(delivery).order_by(delivery.c.outlet)).all()
    assert (mail.lane, mail.outlet, mail.purpose) == ("alarm/email", "email", "alarm")
    assert (call.lane, call.outlet, call.purpose) == ("alarm/webhook", "webhook", "alarm")
    assert mail.message is None
    assert mail.due == house.clock()
    assert mail.name == "20260302T091400.000000-alarm-1-raised.eml"


def test_who_is_not_to_be_told_is_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = Watched(tmp_path, told="")
    with caplog.at_level("INFO"):
        house.raised("k")
        house.round()
        house.resolved("k")
        house.round()
    assert house.planned("email") == []
    assert house.planned("webhook") == []
    assert [one.message for one in caplog.records] == ["alarm raised", "alarm resolved"]
    house.store.close()


def test_reminders_come_together(house: Watched) -> None:
    for hour in range(5):
        house.raised(f"k{hour}")
        house.round(hours=1)
    assert len(house.mails()) == 5
    for _ in range(47):
        house.round(hours=1)
    assert house.subjects()[5:] == ["EDI gateway, Our Company: 5 alarms still open"] * 2


def test_what_came_and_went_between_two_looks_is_only_in_the_log(
    house: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    house.raised("k")
    house.resolved("k")
    with caplog.at_level("INFO"):
        house.round()
        house.round()
    assert house.mails() == []
    assert [one.message for one in caplog.records] == ["alarm raised", "alarm resolved"]
    assert len(house.alarms(open=None)) == 1


def test_an_alarm_that_comes_back_is_told_again(both: Watched) -> None:
    for _ in range(2):
        both.raised("k")
        both.round(minutes=1)
        both.resolved("k")
        both.round(minutes=1)
    assert [call["type"] for call in both.calls()] == ["alarm.raised", "alarm.resolved"] * 2


def test_raising_again_does_not_tell_again(house: Watched) -> None:
    house.raised("k")
    house.round()
    house.raised("k", name="other")
    house.round()
    assert len(house.mails()) == 1


def test_nothing_is_told_when_the_transaction_fails(
    house: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.raised("k")

    def full(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(tell.deliveries, "add", full)
        with pytest.raises(OSError, match="disk full"):
            house.round()
    assert house.alarms()[0].told is None
    house.round()
    assert len(house.mails()) == 1


def test_more_than_a_look_can_tell_is_told_at_the_next(
    house: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell, "MOST", 3)
    for name in range(7):
        house.raised(f"k{name}")
    for _ in range(4):
        house.round(minutes=1)
    assert [subject.partition(": ")[2][:2] for subject in house.subjects()] == ["3 ", "3 ", "th"]
    assert len(house.calls()) == 7


# ---- texts --------------------------------------------------------------------------------------


def shown(body: bytes) -> str:
    return body.decode("ascii").replace("\r\n", "\n")


def golden(name: str, found: str) -> None:
    path = HERE / "golden" / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_the_mail_about_one_alarm(expecting: Watched) -> None:
    expecting.round(hours=2)
    ((_, body),) = expecting.planned("email")
    golden("one.eml", shown(body))


def test_the_mail_about_many(expecting: Watched) -> None:
    first = expecting.raised("k")
    expecting.round(hours=1, minutes=46)  # 12:00 in Paris
    expecting.add(BUG, state="held", document="order", number="PO1", partner="northwind")
    expecting.add(state="dead", kind="interchange", direction="out", reference="17")
    expecting.clock.forward(days=1)
    expecting.add(state="received", document="order")
    expecting.round()
    *_, (key, body) = expecting.planned("email")
    golden("many.eml", shown(body))
    assert key.startswith("alarm:")
    assert first


def test_the_call_of_a_webhook(house: Watched) -> None:
    house.add(BUG, state="held", document="order", number="PO1")
    house.round()
    ((_, body),) = house.planned("webhook")
    golden("call.json", body.decode() + "\n")


def test_a_mail_has_an_end(house: Watched) -> None:
    for name in range(60):
        house.raised(f"k{name}")
    house.round()
    (mail,) = house.mails()
    text = mail.get_content()
    assert text.count("A108") == letter.SHOWN
    assert "… and 10 more" in text


def test_names_of_partners_make_no_headers_and_no_lines(house: Watched) -> None:
    name = "a.edi\r\nBcc: all@example.com\x1b[31m\nnext"
    house.raised("k", name=name)
    house.round()
    (mail,) = house.mails()
    assert mail["Bcc"] is None
    assert "\\r\\nBcc: all@example.com\\x1b[31m\\nnext" in mail["Subject"]
    lines = mail.get_content().splitlines()
    assert [line for line in lines if line.strip().startswith(("Bcc", "next"))] == []


def test_a_subject_is_short_whatever_is_in_it(house: Watched) -> None:
    house.raised("k", name="ä" * 500)
    house.round()
    (mail,) = house.mails()
    assert len(mail["Subject"]) == 160


def test_the_same_news_are_the_same_bytes(house: Watched) -> None:
    house.raised("k")
    (one,) = house.alarms()
    news = [News(one, Told.RAISED)]
    assert letter.mail("Us", news, house.clock()) == letter.mail("Us", news, house.clock())


def test_told_is_what_stands_in_the_row(both: Watched) -> None:
    both.raised("k")
    both.round()
    (one,) = both.alarms()
    assert (one.told, one.tellings) == (both.clock(), 1)
    both.resolved("k")
    both.round(minutes=1)
    (one,) = both.alarms(open=None)
    assert (one.told, one.tellings) == (both.clock(), 1)
    with both.store.read() as connection:
        assert alarms.untold_ends(connection, both.clock(), 9) == []


def test_an_end_by_a_clock_that_is_ahead_is_told_once(both: Watched) -> None:
    both.raised("k")
    both.round()
    both.clock.forward(minutes=10)
    both.resolved("k")
    both.clock.forward(minutes=-9)
    both.round()
    both.round(minutes=1)
    assert len(both.mails()) == 2


def test_the_addresses_are_not_in_what_is_stored() -> None:
    assert "ops@example.com" in TOLD
    assert "ops@example.com" not in (HERE / "golden" / "one.eml").read_text()
