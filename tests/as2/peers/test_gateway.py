"""The whole gateway, as users run it, and OpenAS2: an order comes in, an invoice goes out."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.pipeline_traffic import acme_order, erp_invoice
from tests.as2.credentials import KEYS
from tests.as2.peers.openas2.server import OpenAS2, free_port, wait_for
from tests.as2.peers.openas2.settings import Partnership
from tests.as2.peers.places import WHY_NOT, left_out, openas2_jars
from tests.pipeline.world import GATEWAY, OWN

PATIENCE = 30.0
SETTINGS = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  gln: 4012345000009
  edifact: {{id: 4012345000009, qualifier: 14}}
channels:
  main:
    kind: as2
    as2:
      id: acme
      preset: openas2
      url: {url}
      certificates: [{{file: acme.pem}}]
      receipt: {{mode: {mode}}}
      receipt_urls: [{mdn_url}]
agreements:
  - document: order
    direction: inbound
    standard: EDIFACT D.96A EAN008
    acknowledge: {{syntax: none}}
  - {{document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}}
"""
SIGNED = (
    "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha-256"
)

pytestmark = pytest.mark.skipif(left_out(openas2_jars()), reason=WHY_NOT)


@contextmanager
def gateway(root: Path, port: int, peer: OpenAS2, mode: str) -> Iterator[None]:
    """``gateway serve`` on a workspace that has the peer for its partner."""
    folder = root / "partners/acme-retail"
    folder.mkdir(parents=True)
    (root / "erp/in/invoice").mkdir(parents=True)
    own = f"{OWN}as2:\n  id: ours\n  url: http://127.0.0.1:{port}/as2\n  keys:\n"
    own += f'    - {{certificate: {KEYS}/ours.pem, key: "${{file:{KEYS}/ours.key}}"}}\n'
    text = GATEWAY.replace("{folder: erp/in}", "{folder: erp/in, stable_for: 0s}")
    (root / "gateway.yaml").write_text(f"{text}http: {{listen: '127.0.0.1:{port}'}}\n")
    (root / "partners/_own.yaml").write_text(own)
    settings = SETTINGS.format(url=peer.url, mode=mode, mdn_url=peer.mdn_url)
    (folder / "partner.yaml").write_text(settings)
    shutil.copy(KEYS / "acme.pem", folder)
    command = [str(Path(sys.executable).with_name("gateway")), "-w", str(root), "serve"]
    with (root / "gateway.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def states(root: Path) -> list[tuple[str, str]]:
    """Kind and state of every message; empty while there is no database."""
    database = root / "var/gateway.db"
    if not database.exists():
        return []
    connection = sqlite3.connect(database)
    try:
        return connection.execute("SELECT kind, state FROM message ORDER BY id").fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_an_order_comes_in_and_an_invoice_goes_out(tmp_path: Path, mode: str) -> None:
    port, mdn_port = free_port(), free_port()
    attributes = {
        "as2_url": f"http://127.0.0.1:{port}/as2",
        "sign": "SHA256",
        "encrypt": "AES256",
        "compression_type": "ZLIB",
        "content_transfer_encoding": "binary",
        "prevent_canonicalization_for_mic": "true",
        "as2_mdn_to": "as2@localhost",
        "as2_mdn_options": SIGNED,
        "resend_max_retries": "10",
    }
    if mode == "async":
        attributes["as2_receipt_option"] = f"http://127.0.0.1:{mdn_port}/"
    partnerships = [
        Partnership("acme", "ours", "acme", "ours", attributes),
        Partnership("ours", "acme", "ours", "acme"),
    ]
    site = tmp_path / "site"
    with (
        OpenAS2(tmp_path / "peer", partnerships, mdn_port=mdn_port) as peer,
        gateway(site, port, peer, mode),
    ):
        assert wait_for(lambda: "watching" in (site / "gateway.log").read_text(), PATIENCE)
        peer.send("edifact", "acme", "ours", "order.edi", acme_order(1).data)
        assert wait_for(lambda: "order.edi" in peer.sent(), PATIENCE), peer.log.read_text()[-3000:]
        assert wait_for(lambda: ("message", "delivered") in states(site), PATIENCE), states(site)
        assert len(list((site / "erp/out").rglob("*.csv"))) == 1
        (site / "erp/in/invoice/one.csv").write_bytes(erp_invoice(1, "real").data)
        assert wait_for(lambda: len(peer.inbox_names()) == 1, PATIENCE), states(site)
        delivered = ("interchange", "delivered")
        assert wait_for(lambda: states(site).count(delivered) >= 1, PATIENCE), states(site)
        (name,) = peer.inbox_names()
        assert peer.document(name).startswith((b"UNA", b"UNB"))
