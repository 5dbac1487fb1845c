"""Certificates of TLS in channels by FTPS, HTTPS and e-mail are listed, and watched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from gateway.pipeline.as2.check import certificate_problems
from gateway.pipeline.as2.inventory import inventory
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.house import House
from gateway.pipeline.watch import watch
from gateway.store import Store, alarms
from gateway.store.alarms import AlarmFilter
from tests.as2.settings.kit import opened
from tests.pipeline.world import Clock
from tests.tables import make_tables

OWN = "name: Our Company\nidentities:\n  edifact: {id: 4098765000003, qualifier: 14}\n"
PARTNER = """\
partner: acme-retail
name: Acme Retail (example)
identities:
  edifact: {id: 4012345000009, qualifier: 14}
channels:
  ftps:
    kind: ftps
    ftps:
      host: ftps.acme.example
      user: edi
      password: "${env:PW}"
      ca: certificates/acme.pem
      client: {certificate: keys/ours.pem, key: "${file:keys/ours.key}"}
      send: {}
  https:
    kind: https
    https:
      send:
        url: https://acme.example/in
        http: {client: {certificate: keys/ours.pem, key: "${file:keys/ours.key}"}}
  mail:
    kind: mail
    mail:
      send:
        smtp: {server: smtp.acme.example, ca: certificates/acme.pem}
        sender: edi@our.example
        to: [edi@acme.example]
"""


def test_they_are_listed(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "w", OWN, PARTNER)
    found = inventory(links_for(workspace), datetime(2026, 3, 2, tzinfo=UTC))
    assert [(one.owner, one.channel, one.credential.name, one.use) for one in found] == [
        ("", "acme-retail/ftps", "keys/ours.pem", "tls"),
        ("acme-retail", "ftps", "certificates/acme.pem", "authority"),
        ("", "acme-retail/https", "keys/ours.pem", "tls"),
        ("acme-retail", "mail", "certificates/acme.pem", "authority"),
    ]
    told = CliRunner().invoke(main, ["-w", str(tmp_path / "w"), "partner", "certs", "list"])
    assert told.output.count("certificates/acme.pem") == 2


def test_check_says_where_one_is_named_that_cannot_be_read(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "w", OWN, PARTNER)
    path = tmp_path / "w/partners/acme-retail/certificates/acme.pem"
    path.write_text("no certificate", encoding="utf-8")
    found = certificate_problems(workspace, datetime(2026, 3, 2, tzinfo=UTC))
    assert [(one.code, one.place.path) for one in found] == [
        ("C460", "channels.ftps.ftps.ca"),
        ("C460", "channels.mail.mail.send.smtp.ca"),
    ]


@pytest.mark.parametrize(("broken", "codes"), [(False, ["A120", "A121"]), (True, ["A120", "A123"])])
def test_their_end_is_an_alarm_without_any_as2(
    tmp_path: Path, broken: bool, codes: list[str]
) -> None:
    workspace = opened(tmp_path / "w", OWN, PARTNER)
    if broken:
        path = tmp_path / "w/partners/acme-retail/certificates/acme.pem"
        path.write_text("no certificate", encoding="utf-8")
    ends = min(one.ends for one in inventory(links_for(workspace), datetime.now(UTC)))
    clock = Clock(ends - timedelta(days=5))
    store = Store.open(make_tables(f"sqlite:///{tmp_path}/g.db"), tmp_path / "a", clock=clock)
    watch(House(workspace, None, clock, store=store))  # type: ignore[arg-type]
    with store.read() as connection:
        found = alarms.find(connection, AlarmFilter())
    assert sorted({one.found.code for one in found}) == codes
    store.close()
