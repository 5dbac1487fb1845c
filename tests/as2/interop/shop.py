"""A workspace that sends an invoice to a partner who listens to every byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gateway.channels.as2.link import Link
from tests.as2.credentials import KEYS, certificate
from tests.as2.interop.wire import Answering, Ear, Heard, answer, listening
from tests.as2.send.peer import peer_link
from tests.as2.send.shop import Shop
from tests.pipeline.world import OWN

OURS = f"""\
{OWN}as2:
  id: OURS
  url: http://127.0.0.1:9/as2
  keys:
    - {{certificate: {KEYS}/ours.pem, key: "${{file:{KEYS}/ours.key}}"}}
"""


def partner_link() -> Link:
    """What was agreed, as the partner sees it."""
    return peer_link(theirs=(certificate("ours"),))


@contextmanager
def sending(root: Path, more: str = "", answering: Answering | None = None) -> Iterator[Shop]:
    """The workspace at work; ``shop.peer`` is the partner's ear. ``more``: settings of ``as2``."""
    with listening(answering or (lambda _heard: answer())) as ear:
        partner: Any = ear  # of the partner, a shop only needs the address
        shop = Shop.open(root, partner, more, files={"partners/_own.yaml": OURS})
        try:
            yield shop
        finally:
            shop.world.gateway.close()


def ear_of(shop: Shop) -> Ear:
    """The partner's side."""
    ear: Any = shop.peer
    return ear  # type: ignore[no-any-return]


def heard(root: Path, more: str = "", **changed: str) -> Heard:
    """The message in which an invoice goes out. ``changed``: text in the partner's settings."""
    with sending(root, more) as shop:
        if changed:
            rewrite(shop, changed)
        shop.invoice()
        return ear_of(shop).last


def rewrite(shop: Shop, changed: dict[str, str]) -> None:
    """Other ids, say; the settings are read anew."""
    path = shop.world.root / "partners/acme-retail/partner.yaml"
    text = path.read_text()
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    shop.world.reload({**shop.world.files, "partners/acme-retail/partner.yaml": text})
