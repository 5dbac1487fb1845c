"""What was recorded is played back, and nothing that proves who called is on the tape."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.shops import web
from gateway.channels.shops.auth import Bearer
from gateway.channels.shops.recording import PlayedOutError, Player, Recorder, ScriptedSession
from gateway.channels.shops.session import ShopBusyError, ShopRefusedError
from tests.shops.transport.server import shop


def test_a_tape_answers_as_the_shop_did(tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    with shop() as there:
        there.will((200, {}, b'{"n": 1.10}'), (200, {}, b'{"n": 2}'), (200, {}, b"\xff\x00"))
        session = Recorder(web.session(there.url, Bearer(lambda: "K-77-tape")), tape)
        heard = [session.call("GET", "orders", query=[("page", "1")]).body for _ in range(2)]
        heard.append(session.call("POST", "labels", json={"id": 5}).body)
        session.close()
    assert "K-77-tape" not in tape.read_text("utf-8")
    player = Player.of(tape)
    again = [player.call("GET", "orders", query=[("page", "1")]).body for _ in range(2)]
    again.append(player.call("POST", "labels", json={"id": 6}).body)
    assert again == heard
    assert player.calls[2].json() == {"id": 6}
    with pytest.raises(PlayedOutError):
        player.call("GET", "orders", query=[("page", "2")])


def test_a_script_is_played_in_order() -> None:
    session = ScriptedSession((200, {"a": 1}), ShopBusyError("later", 5), (404, b"none"))
    assert session.call("GET", "x").json() == {"a": 1}
    with pytest.raises(ShopBusyError):
        session.call("GET", "y")
    with pytest.raises(ShopRefusedError):
        session.call("GET", "z")
    with pytest.raises(PlayedOutError):
        session.call("GET", "z")
