"""Magento over the wire: where it is called, and how a call proves who makes it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.channels.shops.magento.client import connect
from tests.shops.magento.kit import NOW, shop
from tests.shops.transport.server import shop as served

SECRET = "kQ7-integration-x3"
SIGNED = {
    "consumer_key": "ck1",
    "consumer_secret": "${env:MAGENTO_CONSUMER}",
    "access_secret": "${env:MAGENTO_SIGN}",
}


@pytest.mark.parametrize(
    ("more", "proof"),
    [({}, f"Bearer {SECRET}"), (SIGNED, "OAuth oauth_consumer_key")],
    ids=["bearer", "signed"],
)
def test_calls_go_to_the_store_view_with_their_proof(more: dict[str, Any], proof: str) -> None:
    with served() as server:
        server.will((200, {}, b'[{"code": "default"}]'))
        settings = shop(magento={"url": f"{server.url}/sub", "store": "fr", **more})
        there = connect(settings, lambda secret: SECRET, lambda: NOW)
        try:
            assert there.try_out() == "Magento: default"
        finally:
            there.close()
    (asked,) = server.asked
    assert asked.target == "/sub/rest/fr/V1/store/storeConfigs"
    assert asked.headers["authorization"].startswith(proof)
