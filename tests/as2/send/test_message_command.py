"""`gateway message`: how a message went or came by AS2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from gateway.cli.main import main
from tests.as2.receive.world import As2World, message
from tests.as2.send.peer import lost, signed_by
from tests.as2.send.shop import Shop


def shown(root: Path, id_: int) -> tuple[str, Any]:
    """What is printed, and its JSON."""
    plain = ["-w", str(root), "message", str(id_)]
    text, told = (
        CliRunner().invoke(main, [*plain, *more], catch_exceptions=False).stdout
        for more in ((), ("--json",))
    )
    return text, json.loads(told)


def test_what_went(shop: Shop) -> None:
    shop.peer.ways = [lost, signed_by("stranger")]
    shop.invoice()
    shop.wait(minutes=1)
    shop.wait(minutes=5)
    text, told = shown(shop.world.root, shop.row.id)
    (only,) = told["as2"]["out"]
    assert (only["message_id"], only["state"]) == (shop.sent.message_id, "acknowledged")
    assert (only["attempts"], only["status"], only["disposition"]) == (3, 200, "processed")
    assert [each["verdict"] for each in only["receipts"]] == ["ignored", "settled"]
    assert f"{only['message_id']}  acknowledged  3 attempts" in text
    assert "ignored: " in text


def test_what_came(tmp_path: Path) -> None:
    world, posted = As2World(tmp_path), message()
    world.post(posted)
    world.post(posted)
    (row,) = world.rows(kind="file")
    world.gateway.close()
    text, told = shown(world.root, row.id)
    came = told["as2"]["in"]
    assert (came["state"], came["repeats"], came["disposition"]) == ("accepted", 1, "processed")
    assert came["signer"] == "acme.pem"
    assert f"{came['message_id']}  accepted  " in text
    assert "by acme.pem, receipt processed, 1 repeats" in text


def test_what_never_saw_as2_says_nothing_of_it(shop: Shop) -> None:
    shop.invoice()
    (file,) = shop.world.rows(kind="file")
    assert "as2" not in shown(shop.world.root, file.id)[1]
