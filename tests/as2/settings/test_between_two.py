"""Two gateways by their settings alone: what one builds, the other opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from gateway.channels.as2.certificates.windows import encrypt_to, sign_with
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.message import Opened, Outgoing, Payload, build_message, open_message
from gateway.channels.as2.mime.headers import Headers
from gateway.config.as2presets import PRESETS
from gateway.pipeline.as2.links import Links
from tests.as2.settings.kit import ACME, OWN, opened

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER = b"UNB+UNOC:3+X+Y+260302:0914+1'\r\nUNZ+0+1'\n"
THEIR_OWN = OWN.replace("ours.", "acme.").replace("OURCOMPANY", "ACME")
ABOUT_US = ACME.replace("id: ACME", "id: OURCOMPANY").replace("acme.pem", "ours.pem")


def both(root: Path, ours: str = ACME, own: str = OWN, theirs: str = ABOUT_US) -> tuple[Link, Link]:
    """Our link to the partner, and his to us."""
    here = Links(opened(root / "here", own, ours))
    there = Links(opened(root / "there", THEIR_OWN, theirs))
    return here.of("acme-retail", "edi"), there.of("acme-retail", "edi")


def exchange(sender: Link, receiver: Link, at: datetime = NOW) -> Opened:
    payload = Payload(Extent.of(ORDER), "application/edifact", "order.edi")
    signer = sign_with(sender, at) if sender.layers.sign else None
    recipients = (encrypt_to(sender, at),) if sender.layers.encrypt else ()
    outgoing = Outgoing(
        sender, "<1@edi.example.com>", at, (payload,), signer=signer, recipients=recipients
    )
    built = build_message(outgoing, BytesIO, lambda size: bytes(range(size)))
    return open_message(Headers(built.headers), built.body, receiver, BytesIO, at)


def told(found: Opened) -> list[str]:
    return [str(each) for each in found.findings]


@pytest.mark.parametrize("preset", [None, *PRESETS])
def test_what_a_preset_builds_is_opened_with_the_defaults(
    tmp_path: Path, preset: str | None
) -> None:
    line = f"      preset: {preset}\n" if preset else ""
    found = exchange(*both(tmp_path, ours=ACME + line))
    assert told(found) == []
    (payload,) = found.payloads
    assert b"".join(payload.content.chunks()) == ORDER
    assert found.authenticated and found.recipient is not None


KEYS = """\
    - {certificate: keys/ours.pem, key: "${file:keys/ours.key}", accept_until: 2026-03-20}
    - {certificate: keys/ours-next.pem, key: "${file:keys/ours-next.key}",
       accept_from: 2026-03-01, send_from: 2026-03-10}
"""
CHANGED = OWN[: OWN.index("    - {cert")] + KEYS


def days() -> Iterator[datetime]:
    return (NOW + day * DAY for day in range(30))


def test_a_partner_who_knows_both_notices_nothing_of_a_rollover(tmp_path: Path) -> None:
    knows = "        - {file: certificates/ours-next.pem, accept_from: 2026-03-05}\n"
    here, there = both(tmp_path, own=CHANGED, theirs=ABOUT_US + knows)
    for at in days():
        assert told(exchange(here, there, at)) == [], at
        assert told(exchange(there, here, at)) == [], at


def test_a_partner_who_forgot_the_new_one_is_told_apart_from_a_forger(tmp_path: Path) -> None:
    here, there = both(tmp_path, own=CHANGED)
    refused = [at for at in days() if exchange(here, there, at).findings]
    assert refused == [at for at in days() if at >= datetime(2026, 3, 10, tzinfo=UTC)]
    expired = ABOUT_US.replace("ours.pem}", "ours.pem, accept_until: 2026-03-01}")
    _, late = both(tmp_path / "late", theirs=expired)
    first = exchange(here, late).findings[0]
    assert "ours.pem" in first.sentence and first.code == "T205"
