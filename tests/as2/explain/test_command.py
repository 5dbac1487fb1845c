"""``gateway as2 explain``: files, stored messages, exit codes, the part that is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_bytes

import pytest
from click.testing import CliRunner, Result

from gateway.channels.as2.certificates import load
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.write import write_mdn
from gateway.channels.as2.message import open_message
from gateway.channels.as2.message.opened import Mic
from gateway.channels.as2.mime.headers import Headers
from gateway.cli.main import main
from tests.as2.credentials import KEYS, certificate, own
from tests.as2.explain.messages import SIGNED, sent_by_acme
from tests.as2.receive.world import As2World, message
from tests.as2.send.peer import AT, Answer, Peer, Request, peer_link, served
from tests.as2.send.shop import Shop
from tests.as2.settings.kit import write

Run = Callable[..., Result]


def listing(root: Path) -> list[str]:
    return ["-w", str(root), "as2", "received"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*arguments: str | Path) -> Result:
        words = ["-w", str(tmp_path), "as2", "explain", *map(str, arguments)]
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return invoke


def to_us(data: bytes) -> bytes:
    """The workspace of these tests has another AS2 name."""
    return data.replace(b"AS2-To: NORTHWIND", b"AS2-To: OURCOMPANY")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A workspace, and a good message in a file."""
    write(tmp_path)
    path = tmp_path / "message.raw"
    path.write_bytes(to_us(sent_by_acme(to=certificate("ours"))))
    return path


def test_a_good_message_ends_with_0(run: Run, raw: Path) -> None:
    done = run(raw)
    assert done.exit_code == 0, done.output
    assert "Nothing is wrong: the gateway accepts it" in done.stdout
    assert "1  encrypted  (the file, byte" in done.stdout


def test_a_refused_message_ends_with_1(run: Run, raw: Path) -> None:
    raw.write_bytes(to_us(sent_by_acme(to=certificate("stranger"))))
    done = run(raw)
    assert done.exit_code == 1
    assert "which is no certificate of ours" in done.stdout


def test_certificates_are_judged_as_of_an_instant(run: Run, raw: Path) -> None:
    done = run(raw, "--at", "2019-01-01")
    assert done.exit_code == 1
    assert "it counts from 2020-01-01" in done.stdout


def test_a_certificate_that_cannot_be_used_is_told(run: Run, raw: Path, tmp_path: Path) -> None:
    (tmp_path / "partners/acme-retail/certificates/acme.pem").write_text("no certificate")
    done = run(raw)
    assert done.exit_code == 1
    assert "settings: C460" in done.stderr
    assert "is not configured for acme-retail" in done.stdout


def test_json(run: Run, raw: Path) -> None:
    (found,) = json.loads(run(raw, "--json").stdout)
    assert found["accepted"]
    assert found["partner"] == "acme-retail"
    assert [each["kind"] for each in found["layers"]][:2] == ["encrypted", "signed"]


def test_a_body_with_its_headers_in_a_second_file(run: Run, raw: Path, tmp_path: Path) -> None:
    head, _, body = raw.read_bytes().partition(b"\r\n\r\n")
    (tmp_path / "head").write_bytes(head)
    raw.write_bytes(body)
    assert run(raw, "--headers", tmp_path / "head").exit_code == 0
    assert run(raw, "--partner", "acme-retail").exit_code == 0


def test_the_signed_part_is_written(run: Run, raw: Path, tmp_path: Path) -> None:
    data = to_us(sent_by_acme(SIGNED))
    raw.write_bytes(data)
    part = tmp_path / "part.bin"
    assert run(raw, "--dump-part", part).exit_code == 1
    assert part.read_bytes() in data
    assert part.read_bytes().startswith(b"Content-Type: application/EDIFACT")
    again = run(raw, "--dump-part", part)
    assert again.exit_code == 2
    assert "cannot be written" in again.stderr


def test_what_a_layer_holds_is_written(run: Run, raw: Path, tmp_path: Path) -> None:
    part = tmp_path / "document.edi"
    assert run(raw, "--dump-part", part, "--layer", "4").exit_code == 0
    assert part.read_bytes().startswith(b"UNB+UNOC:3")
    assert run(raw, "--dump-part", tmp_path / "x", "--layer", "9").exit_code == 2


def test_nothing_is_changed(run: Run, raw: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    run(raw)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "name either a FILE or a stored message"),
        (("message.raw", "--message", "1"), "name either a FILE or a stored message"),
        (("message.raw", "--partner", "nobody"), "nobody has no channel by AS2"),
        (("--message", "99"), "neither came nor went by AS2"),
    ],
)
def test_what_cannot_be_done_ends_with_2(
    run: Run, raw: Path, arguments: tuple[str, ...], why: str
) -> None:
    done = run(*(str(raw) if each == "message.raw" else each for each in arguments))
    assert done.exit_code == 2
    assert why in done.stderr


def test_without_a_workspace_the_structure_is_told(tmp_path: Path) -> None:
    path = tmp_path / "message.raw"
    path.write_bytes(sent_by_acme(SIGNED))
    words = ["-w", str(tmp_path / "nowhere"), "as2", "explain", str(path)]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 1
    assert "no workspace here" in done.stderr
    assert "1  signed" in done.stdout
    assert CliRunner().invoke(main, [*words, "--partner", "x"]).exit_code == 2


# ------------------------------------------------------------------ stored messages


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[As2World]:
    keys = {"ours": own("ours").key}
    monkeypatch.setattr(load, "private_key", lambda *_arguments: keys["ours"])
    made = As2World(tmp_path)
    yield made
    made.gateway.close()


def test_a_message_that_came(run: Run, world: As2World) -> None:
    good = message()
    world.post(good)
    world.gateway.close()
    (row,) = world.received()
    for name in (row.message, f"as2:{row.id}", good.message_id, good.message_id.strip("<>")):
        assert run("--message", name).exit_code == 0


def test_a_message_that_was_refused(run: Run, world: As2World) -> None:
    bad = message(signer="stranger")
    world.post(bad)
    world.gateway.close()
    done = run("--message", bad.message_id)
    assert done.exit_code == 1
    assert "Signed by CN=stranger test" in done.stdout
    assert "refused: processed/error: authentication-failed" in done.stdout


def test_what_would_be_decided_otherwise_today(run: Run, world: As2World) -> None:
    good = message()
    world.post(good)
    world.gateway.close()
    note = "note: it was accepted when it came; the settings or certificates have changed since"
    assert note not in run("--message", good.message_id).stdout
    (world.root / "partners/acme-retail/acme.pem").write_bytes(
        (KEYS / "acme-next.pem").read_bytes()
    )
    done = run("--message", good.message_id)
    assert done.exit_code == 1
    assert note in done.stdout
    assert note not in run("--message", good.message_id, "--at", "2026-03-02").stdout


def test_what_the_bytes_alone_do_not_show(run: Run, world: As2World) -> None:
    posted = message(url="https://elsewhere.example/")
    world.post(posted)
    world.gateway.close()
    done = run("--message", posted.message_id)
    assert done.exit_code == 1
    assert "refused when it came" in done.stdout
    assert "none of the agreed addresses" in done.stdout


def test_the_list_of_what_came(tmp_path: Path, world: As2World) -> None:
    world.post(message())
    world.post(message(signer="stranger"))
    world.gateway.close()

    def listed(*words: str) -> list[dict[str, object]]:
        found = CliRunner().invoke(main, [*listing(tmp_path), *words, "--json"])
        rows: list[dict[str, object]] = json.loads(found.stdout)
        assert found.exit_code == any(row["state"] == "refused" for row in rows)
        return rows

    assert [row["id"] for row in listed()] == ["as2:2", "as2:1"]
    assert [row["state"] for row in listed("--refused")] == ["refused"]
    assert listed("--partner", "northwind") == []
    shown = CliRunner().invoke(main, listing(tmp_path)).stdout
    assert "as2:2" in shown
    assert "T206 signed by" in shown


def over_the_document(peer: Peer, request: Request) -> Answer:
    """A receipt whose MIC is over the document, without the headers of its part."""
    headers = Headers.of(request.headers)
    opened = open_message(headers, Extent.of(request.body), peer.link, BytesIO, AT)
    peer.take(request)
    content = opened.payloads[0].content
    digest = sha256(content.read(content.size)).digest()
    mdn = write_mdn(
        ReceiptRequest("x", signed=True),
        headers=headers,
        opened=replace(opened, mic=Mic.of("sha-256", digest)),
        link=peer.link,
        at=AT,
        message_id="<other@acme.example>",
        entropy=token_bytes,
    )
    return Answer(200, mdn.headers, mdn.body)


def test_a_message_of_ours_whose_receipt_has_another_mic(run: Run, tmp_path: Path) -> None:
    with served(Peer(peer_link())) as peer:
        shop = Shop.open(tmp_path, peer)
        peer.ways = [over_the_document]
        shop.invoice()
        number = shop.row.id
        shop.world.gateway.close()
    done = run("--message", number)
    assert done.exit_code == 1, done.output
    assert "receipt: acme-retail, channel main" in done.stdout
    assert (
        "The MIC is sha-256 over the innermost part, without its headers; right is sha-256 over "
        "the signed part, headers included" in done.stdout
    )


def test_a_message_of_ours_that_was_acknowledged(run: Run, tmp_path: Path) -> None:
    with served(Peer(peer_link())) as peer:
        shop = Shop.open(tmp_path, peer)
        shop.invoice()
        number = shop.row.id
        shop.world.gateway.close()
    done = run("--message", number)
    assert done.exit_code == 0, done.output
    assert "the partner has exactly the bytes that were sent" in done.stdout
