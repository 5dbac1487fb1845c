"""What mailboxes name of the rows that retention deletes."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, or_, select

from gateway.store.mailbox.tables import offer, upload
from gateway.store.tables import delivery


def release(connection: Connection, ids: Collection[int]) -> None:
    """Files (``message`` rows) are about to be deleted: no mailbox shows them any more."""
    connection.execute(delete(upload).where(upload.c.message.in_(ids)))
    of_these = select(delivery.c.id).where(delivery.c.message.in_(ids))
    gone = or_(offer.c.message.in_(ids), offer.c.delivery.in_(of_these))
    connection.execute(delete(offer).where(gone))
