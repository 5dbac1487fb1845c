"""The outlet ``mailbox``: what a partner fetches appears in his ``out/``, and waits there.

To appear is one row in one transaction, so it is seen whole or not at all. The delivery stays
``prepared`` and is not due any more; it is done when the partner has fetched it
(:mod:`.fetching`).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from gateway.pipeline.destination import channel_of
from gateway.pipeline.house import House
from gateway.pipeline.retry import Failed, put_off
from gateway.problems import problem
from gateway.store import Delivery, deliveries, messages
from gateway.store.mailbox import offers
from gateway.store.tables import content


def put(house: House, batch: Sequence[Delivery]) -> None:
    """Offer the files of a batch."""
    found, failed = _found(house, batch)
    if found:
        with house.store.write("mailbox offered") as connection:
            at = house.clock()
            for one, size in found:
                partner, channel = channel_of(one.folder)
                place = {"partner": partner, "channel": channel, "name": one.name}
                what = {"delivery": one.id, "message": one.message, "sha": one.sha, "size": size}
                offers.add(connection, at, **place, **what)
            ids = [one.id for one, _ in found]
            deliveries.change(connection, ids, at, state="prepared", due=None)
            rows = messages.get_many(connection, (one.message for one, _ in found if one.message))
            lines = [
                (row.id, row.state, row.state, f"{one.name} lies in the mailbox, to be fetched")
                for one, _ in found
                if (row := rows.get(one.message or 0)) is not None
            ]
            messages.record(connection, lines, at)
    for each in failed:
        with house.store.write("delivery postponed") as connection:
            put_off(house, connection, each)


def _found(
    house: House, batch: Sequence[Delivery]
) -> tuple[list[tuple[Delivery, int]], list[Failed]]:
    """Deliveries whose mailbox is there, with their sizes; and the others."""
    produced = select(content.c.sha, content.c.size)
    with house.store.read() as connection:
        shas = sorted({one.sha for one in batch})
        rows = connection.execute(produced.where(content.c.sha.in_(shas)))
        sizes = {row.sha: row.size for row in rows}
    found: list[tuple[Delivery, int]] = []
    failed: list[Failed] = []
    for one in batch:
        partner, channel = channel_of(one.folder)
        size = sizes.get(one.sha)
        size = house.store.archive.size(one.sha) if size is None else size
        if not has_mailbox(house, partner, channel):
            gone = problem("T415", None, partner=partner, channel=channel, name=one.name)
            failed.append(Failed(one, gone.sentence, for_good=True, found=gone))
        elif size is None:
            failed.append(Failed(one, f"its bytes {one.sha} are not in the archive"))
        else:
            found.append((one, size))
    return found, failed


def has_mailbox(house: House, partner: str, channel: str) -> bool:
    """Whether a channel is (still) one that its partner fetches from."""
    owner = house.workspace.partners.get(partner)
    found = None if owner is None else owner.channels.get(channel)
    return found is not None and found.mailbox is not None
