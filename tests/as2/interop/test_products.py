"""Products of the field, each with its preset: what it sends is taken, what it answers counts.

The messages and receipts are files (``cases``), put together by :mod:`tests.as2.interop.record`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.message import Opened, open_message
from gateway.channels.as2.mime.headers import Headers, head_of
from gateway.config.as2presets import PRESETS
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.as2.receive.receiver import Receiver
from gateway.store.as2.received import Received
from gateway.store.as2.tables import received
from gateway.web.port import Address
from tests.as2.interop.gate import listening
from tests.as2.interop.shop import ear_of, partner_link, sending
from tests.as2.interop.wire import Heard, Reply, answer, call, chunked, connect, head, reply
from tests.as2.mdn.receipts import Raw, signed
from tests.as2.send.peer import AT
from tests.as2.send.shop import Shop

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text())
MORE = {
    "node": "send: {key_transport: oaep-sha-256}",
    "strict": "preset: strict\nhttp: {tls_min: '1.2'}",
}
"""Settings beside the preset, or without one."""


@dataclass
class Product:
    """A partner's product, and the gateway it exchanges with."""

    name: str
    shop: Shop
    where: Address

    def sends(self, *, message_id: str = "") -> Reply:
        """Its recorded message comes."""
        top, _, body = (CASES / f"{self.name}.msg").read_bytes().partition(b"\r\n\r\n")
        items = Headers.parse(top).items
        if message_id:
            items = tuple((k, message_id if k.lower() == "message-id" else v) for k, v in items)
        if EXPECTED[self.name]["chunked"]:
            told = head(items, "Transfer-Encoding: chunked", length=None)
            return call(self.where, told, chunked(body, 400))
        with connect(self.where) as sock:
            sock.sendall(head(items, length=len(body)) + body)
            return reply(sock, final=True)

    def rows(self) -> list[Received]:
        with self.shop.house.store.read() as connection:
            rows = connection.execute(select(received).order_by(received.c.id))
            return [Received(**row._mapping) for row in rows]

    def documents(self) -> list[bytes]:
        archive = self.shop.house.store.archive
        shas = [each["sha"] for row in self.rows() for each in json.loads(row.found)["payloads"]]
        return [b"".join(archive.chunks(sha)) for sha in shas]

    def gets(self) -> tuple[Heard, Opened]:
        """An invoice goes to it; what it heard, and what was in that."""
        self.shop.invoice()
        heard = ear_of(self.shop).last
        return heard, opened(heard)


def opened(heard: Heard) -> Opened:
    return open_message(heard.headers, Extent.of(heard.content), partner_link(), BytesIO, AT)


def answering(name: str) -> Callable[[Heard], bytes]:
    """Answers with the product's receipt for what it hears, signed."""

    def receipt(heard: Heard) -> bytes:
        mic = opened(heard).mic
        assert mic is not None
        text = (CASES / f"{name}.mdn").read_text("latin-1")
        text = text.replace("{message_id}", heard.get("message-id")).replace("{mic}", mic.value)
        line_end = "\n" if name == "sterling" else "\r\n"
        top, _, body = text.partition("\n\n")
        inner = Raw(
            Headers.parse(f"{top}\n".encode("latin-1")).items,
            body.replace("\n", line_end).encode("latin-1"),
        )
        whole = signed(inner)
        assert head_of(whole.headers)
        return answer("200 OK", whole.headers, whole.body)

    return receipt


@pytest.fixture
def product(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    name = request.param
    more = MORE.get(name, f"preset: {name}")
    with (
        sending(tmp_path, more, answering(name)) as shop,
        listening(Receiver(shop.house, links_for(shop.world.workspace))) as where,
    ):
        yield Product(name, shop, where)


def both_ways(product: Product) -> tuple[Heard, Opened]:
    """Ours is answered by a receipt that counts; then its message is taken."""
    heard, inside = product.gets()
    assert [found.code for found in inside.findings] == []
    assert (product.shop.row.state, product.shop.sent.state) == ("delivered", "acknowledged")
    got = product.sends()
    assert (got.status, got.disposition) == (200, "processed"), got
    expected = EXPECTED[product.name]
    assert product.documents() == [expected["document"].encode("latin-1")]
    assert f"Received-content-MIC: {expected['mic']}, sha" in got.body.decode("latin-1")
    return heard, inside


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("product", [name], indirect=True)


@only("openas2")
def test_openas2(product: Product) -> None:
    heard, _ = both_ways(product)
    assert heard.headers.get("transfer-encoding") is None
    (row,) = product.rows()
    assert row.message_id == "<OPENAS2-02032026091405+0000-4711@ACME_OURS_Gr\xf6\xdfe.edi>"
    # it repeats under another id: the receipt is positive, and nothing is made of it
    again = product.sends(message_id="<OPENAS2-02032026091605+0000-4712@ACME_OURS>")
    assert again.disposition == "processed"
    assert files(product) == ["received", "refused"]


@only("openas2")
def test_openas2_refuses_without_a_blank_and_a_digest(product: Product) -> None:
    def refusing(heard: Heard) -> bytes:
        text = (CASES / "openas2.mdn").read_text("latin-1")
        text = text.replace("{message_id}", heard.get("message-id"))
        text = text.replace(";processed", ";processed/Error:signed-message-required")
        kept = [line for line in text.splitlines() if not line.startswith("Received-Content-MIC")]
        top, _, body = "\r\n".join(kept).partition("\r\n\r\n")
        whole = signed(Raw(Headers.parse(f"{top}\r\n".encode()).items, body.encode() + b"\r\n"))
        return answer("200 OK", whole.headers, whole.body)

    ear_of(product.shop).answering = refusing
    product.shop.invoice()
    assert (product.shop.row.state, product.shop.sent.state) == ("dead", "rejected")
    assert product.shop.sent.disposition == "processed/error: signed-message-required"


@only("mendelson")
def test_mendelson(product: Product) -> None:
    both_ways(product)


@only("sterling")
def test_sterling(product: Product) -> None:
    _, inside = both_ways(product)
    assert [layer.kind for layer in inside.layers] == ["enveloped", "signed"]
    assert base64_inside(inside)


@only("azure")
def test_azure(product: Product) -> None:
    heard, _ = both_ways(product)
    options = heard.get("disposition-notification-options")
    assert options.endswith("signed-receipt-micalg=optional, sha256, sha1")


@only("amazon")
def test_amazon(product: Product) -> None:
    _, inside = both_ways(product)
    assert [layer.kind for layer in inside.layers] == ["enveloped", "signed"]


@only("axway-rssbus")
def test_axway_and_rssbus(product: Product) -> None:
    heard, inside = both_ways(product)
    assert heard.get("content-transfer-encoding") == "base64"
    assert base64_inside(inside)


@only("pyas2")
def test_django_pyas2(product: Product) -> None:
    _, inside = both_ways(product)
    assert base64_inside(inside)
    again = product.sends(message_id="<177244284600.12.4712@acme-host>")
    assert again.disposition == "processed"
    assert files(product) == ["received", "refused"]


@only("node")
def test_node(product: Product) -> None:
    _, inside = both_ways(product)
    assert inside.layers[0].algorithms == ("aes-256-cbc", "oaep-sha-256")


@only("strict")
def test_what_is_strictest(product: Product) -> None:
    heard, inside = both_ways(product)
    assert inside.layers[0].algorithms == ("aes-256-gcm", "oaep-sha-256")
    assert inside.layers[1].algorithms == ("sha-256", "pss")
    assert "sha1" not in heard.get("disposition-notification-options")


def test_every_preset_has_its_test_and_its_recordings() -> None:
    assert {*PRESETS, "node"} == set(EXPECTED)
    assert {path.stem for path in CASES.glob("*.msg")} == set(EXPECTED)
    assert {path.stem for path in CASES.glob("*.mdn")} == set(EXPECTED)


def base64_inside(inside: Opened) -> bool:
    (payload,) = inside.payloads
    return payload.headers.get("content-transfer-encoding") == "base64"


def files(product: Product) -> list[str]:
    """The states of the files that came in, in their order."""
    return [
        row.state
        for row in product.shop.world.rows(kind="file")
        if row.direction == "in" and row.source == "acme-retail/main"
    ]
