"""`gateway check --world` of a shop: it is called once, harmlessly, and told what is not so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.remote.step import Step
from gateway.channels.shops.connector import Hook
from gateway.channels.shops.session import ShopLoginError
from gateway.pipeline.world import shops, world
from tests.config.shops.kit import TODAY, change, found, right, shop_file

ADDRESS = "https://edi.example.com/shops/store/webhook"
TOPICS = ("orders/create", "orders/updated")


class Store:
    """A shop that answers, or does not."""

    def __init__(self, hooks: list[Hook], failure: Exception | None = None) -> None:
        self.hooks = hooks
        self.failure = failure
        self.closed = False

    def try_out(self) -> str:
        if self.failure is not None:
            raise self.failure
        return "Store, version 2026-10"

    def webhooks(self) -> list[Hook]:
        return self.hooks

    def topics(self) -> tuple[str, ...]:
        return TOPICS

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STORE_SECRET", "POSTED_KEY"):
        monkeypatch.setenv(name, "wN8-qx2-2kL")


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., list[Step]]:
    workspace, _ = found(right(tmp_path / "edi"))

    def look(store: Store, name: str = "store") -> list[Step]:
        connect: Any = lambda *_: store  # noqa: E731
        return list(shops.look_at(workspace, name, lambda: TODAY, connect))

    return look


def hook(topic: str, *, address: str = ADDRESS, active: bool = True, detail: str = "") -> Hook:
    return Hook("1", topic, address, active, detail)


def test_a_shop_that_is_as_its_settings_say(look: Callable[..., list[Step]]) -> None:
    store = Store([hook(each) for each in TOPICS])
    steps = look(store)
    assert [each.found for each in steps] == [None] * 4
    assert [each.text for each in steps] == [
        "1 is where the settings say",
        "Store, version 2026-10",
        "orders/create leads here",
        "orders/updated leads here",
    ]
    assert store.closed


def test_a_shop_that_does_not_know_us(look: Callable[..., list[Step]]) -> None:
    steps = look(Store([], ShopLoginError("401 Unauthorized")))
    assert steps[-1].found is not None
    assert steps[-1].found.code == "C596"
    assert steps[-1].text == "store cannot be logged in to: 401 Unauthorized"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (hook("orders/updated", active=False, detail="8 failures"), "switched off (8 failures)"),
        (hook("orders/updated", address="https://old.example.com/shops/store/webhook"), "leads to"),
        (hook("products/update"), "missing"),
    ],
)
def test_a_webhook_that_is_not_at_work(
    look: Callable[..., list[Step]], other: Hook, reason: str
) -> None:
    steps = look(Store([hook("orders/create"), other]))
    wrong = [each for each in steps if each.found is not None]
    assert [each.found.code for each in wrong if each.found] == ["C597"]
    assert reason in wrong[0].text
    assert ADDRESS in wrong[0].remedy


def test_without_its_secret_nothing_is_called(
    look: Callable[..., list[Step]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STORE_SECRET")
    steps = look(Store([], AssertionError("it was called")))
    assert [each.found.code for each in steps if each.found] == ["C497"]


def test_a_shop_that_posts_has_nothing_to_be_called(look: Callable[..., list[Step]]) -> None:
    steps = look(Store([], AssertionError("it was called")), "posted")
    assert [each.name for each in steps] == ["secret"]


def test_one_that_is_paused_is_tried_only_when_it_is_named(tmp_path: Path) -> None:
    root = right(tmp_path / "edi")
    change(shop_file(root, "posted"), "kind: api", "kind: api\nmode: paused")
    workspace, _ = found(root)
    named = world(workspace, ["posted"], clock=lambda: TODAY)
    assert [each.subject for each in named] == ["posted connection"]
