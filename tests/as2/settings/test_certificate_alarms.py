"""Before a certificate ends somebody is told, again and again; when it is replaced, no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from gateway.pipeline.as2.inventory import inventory
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.house import House
from gateway.pipeline.watch import watch
from gateway.store import Store, alarms
from gateway.store.alarms import Alarm, AlarmFilter
from gateway.web.expiry import CertificateGauges
from tests.as2.settings.kit import ACME, OWN, opened
from tests.pipeline.world import Clock
from tests.tables import make_tables

END = datetime(2026, 12, 1, tzinfo=UTC)
ENDING = ACME.replace("acme.pem}", "acme.pem, accept_until: 2026-12-01T00:00Z}")
NEXT = "        - {file: certificates/acme-next.pem, accept_from: 2026-11-01}\n"


class Watched:
    """A house that is looked at on some days before the end."""

    def __init__(self, root: Path, acme: str = ENDING, own: str = OWN) -> None:
        self.clock = Clock(END)
        workspace = opened(root / "w", own, acme)
        self.store = Store.open(make_tables(f"sqlite:///{root}/g.db"), root / "a", clock=self.clock)
        self.house = House(workspace, None, self.clock, store=self.store)  # type: ignore[arg-type]

    def look(self, days_before: float) -> list[Alarm]:
        self.clock.now = END - timedelta(days=days_before)
        watch(self.house)
        return self.alarms()

    def alarms(self, **wanted: object) -> list[Alarm]:
        with self.store.read() as connection:
            return alarms.find(connection, AlarmFilter(**wanted))  # type: ignore[arg-type]


@pytest.fixture
def house(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_an_alarm_at_each_threshold_grows(house: Watched) -> None:
    assert house.look(61) == []
    told = {}
    for days in (59.5, 45, 29.5, 13.5, 6.5, 0.5, -1):
        (one,) = house.look(days)
        told[days] = (one.found.code, one.found.facts.get("days"), one.found.severity)
    assert told == {
        59.5: ("A121", "60", "warning"),
        45: ("A121", "60", "warning"),
        29.5: ("A121", "30", "warning"),
        13.5: ("A121", "14", "error"),
        6.5: ("A121", "7", "error"),
        0.5: ("A121", "1", "error"),
        -1: ("A122", None, "error"),
    }
    assert len(house.alarms(open=None)) == 6


def test_it_says_whose_and_when(house: Watched) -> None:
    (one,) = house.look(29)
    assert one.partner == "acme-retail"
    assert one.found.sentence == (
        "the certificate certificates/acme.pem (encrypt, sign) of acme-retail ends on 2026-12-01: "
        "less than 30 days are left, and none takes its place"
    )


def test_the_end_of_one_alarm_is_no_news_when_the_next_takes_its_place(house: Watched) -> None:
    (first,) = house.look(29)
    (second,) = house.look(13)
    assert first.key.rpartition("/")[0] == second.key


def test_a_warning_is_told_once_and_what_is_urgent_every_day(house: Watched) -> None:
    for days in (29, 27, 25, 20):
        (warned,) = house.look(days)
    assert warned.tellings == 1
    for days in (13, 11.5, 10):
        (urgent,) = house.look(days)
    assert urgent.tellings == 3


def test_nobody_is_told_of_what_is_replaced_in_time(tmp_path: Path) -> None:
    house = Watched(tmp_path, acme=ENDING + NEXT)
    assert house.look(59) == []
    assert house.look(-5) == []


def test_a_successor_for_one_use_only_is_none(tmp_path: Path) -> None:
    signs = NEXT.replace("{file", "{use: [sign], file")
    (one,) = Watched(tmp_path, acme=ENDING + signs).look(20)
    assert one.found.code == "A121"


def test_a_successor_that_starts_too_late_is_none(tmp_path: Path) -> None:
    house = Watched(tmp_path, acme=ENDING + NEXT.replace("2026-11", "2027-01"))
    assert [house.look(days)[0].found.code for days in (20, -20)] == ["A121", "A122"]
    assert house.look(-35) == []


def test_our_own_certificate_has_an_alarm_of_its_own(tmp_path: Path) -> None:
    own = OWN.replace('ours.key}"}', 'ours.key}", accept_until: "2026-12-01T00:00Z"}')
    (one,) = Watched(tmp_path, acme=ACME, own=own).look(20)
    assert (one.found.code, one.partner) == ("A120", "")
    assert "our certificate keys/ours.pem (encrypt, sign) ends on" in one.found.sentence


def test_an_authority_that_ends_is_told_as_the_partners(tmp_path: Path) -> None:
    trust = "      trust: {authorities: [certificates/acme-expired.pem], subjects: [x]}\n"
    (one,) = Watched(tmp_path, acme=ACME + trust).look(0)
    assert one.found.sentence == (
        "the certificate certificates/acme-expired.pem (authority) of acme-retail ended on "
        "2021-01-01, and none takes its place"
    )


def test_our_certificate_for_tls_is_ours(tmp_path: Path) -> None:
    key = "certificate: keys/acme-expired.pem, key: '${file:keys/acme-expired.key}'"
    house = Watched(tmp_path, acme=f"{ACME}      http: {{client: {{{key}}}}}\n")
    (one,) = house.look(0)
    assert (one.partner, one.found.facts["owner"]) == ("", "ours")
    assert one.found.facts["use"] == "tls"


def test_a_file_that_cannot_be_read_is_an_alarm_until_it_can(house: Watched) -> None:
    file = house.house.workspace.partner_folder("acme-retail") / "certificates/acme.pem"
    good = file.read_bytes()
    file.write_bytes(b"rubbish")
    (one,) = house.look(100)
    assert str(one.found) == ("A123 acme-retail: certificates/acme.pem: it is neither PEM nor DER")
    file.write_bytes(good)
    assert house.look(100) == []


def test_a_quiet_house_writes_nothing(house: Watched) -> None:
    (before,) = house.look(29)
    (after,) = house.look(28.9)
    assert before == after


# ---- the metric ---------------------------------------------------------------------------------


def test_seconds_until_the_end_are_measured(house: Watched) -> None:
    house.clock.now = END - timedelta(days=2)
    registry = CollectorRegistry()
    registry.register(CertificateGauges(lambda: links_for(house.house.workspace), house.clock))
    labels = {
        "partner": "acme-retail",
        "certificate": "certificates/acme.pem",
        "use": "encrypt, sign",
    }
    name = "gateway_certificate_expires_seconds"
    assert registry.get_sample_value(name, labels) == 2 * 86400
    ours = labels | {"partner": "us", "certificate": "keys/ours.pem"}
    assert (registry.get_sample_value(name, ours) or 0) > 86400 * 365


def test_states_of_all_certificates(tmp_path: Path) -> None:
    certificates = "".join(
        f"        - {{file: certificates/{name}}}\n"
        for name in ("acme-expired.pem", "acme-next.pem", "acme-ec.pem, accept_from: 2026-12-24")
    )
    workspace = opened(tmp_path, acme=ENDING + certificates)
    states = [(one.credential.name, one.state) for one in inventory(links_for(workspace), END)]
    assert states == [
        ("keys/ours.pem", "in force"),
        ("certificates/acme.pem", "over"),
        ("certificates/acme-expired.pem", "expired"),
        ("certificates/acme-next.pem", "in force"),
        ("certificates/acme-ec.pem", "planned"),
    ]
