"""Deliver: what waits in a lane of the ``delivery`` table leaves the house, once.

A file, in three durable steps for a batch: whole files under temporary names; the database knows
that; the renames; the database knows that. A crash between any two is taken up where it was. A
notice goes to its server one by one, under a key that lets the receiver recognise a repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection

from gateway.channels.folder import (
    Outcome,
    clear,
    discard,
    finish,
    mark,
    prepare,
    temporary,
    with_suffix,
)
from gateway.pipeline import hours
from gateway.pipeline.arrival import COUNTED, arrived, tell
from gateway.pipeline.house import House
from gateway.pipeline.lanes import in_order
from gateway.pipeline.retry import Failed, put_off
from gateway.problems import problem
from gateway.store import Delivery, deliveries, messages
from gateway.store.durable import sync_folder
from gateway.store.lanes import FencedError
from gateway.telemetry.traces import span

BATCH = 64
FAR = {"remote": 256}
"""Larger batches, by outlet, where each file takes several round trips to somebody's server."""


def waiting(house: House, lane: str) -> list[Delivery]:
    """The next batch of a lane; what killed a process is tried alone."""
    at = house.clock()
    if hours.hours_of(house.workspace, lane) is not None and hours.wait(house, lane, at):
        return []
    with house.store.read() as connection:
        if in_order(house.workspace, lane):
            first = deliveries.heads(connection, lane, 1)
            return [one for one in first if one.due is not None and one.due <= at]
        batch = deliveries.due(connection, lane, at, BATCH)
        if len(batch) == BATCH and (most := FAR.get(batch[0].outlet)) is not None:
            batch = deliveries.due(connection, lane, at, most)
    return batch[:1] if batch and batch[0].crashes else batch


def deliver(house: House, batch: Sequence[Delivery]) -> None:
    """Carry out a batch of one lane; what leaves by the same outlet goes together."""
    for outlet, part in groupby(batch, lambda one: one.outlet):
        OUTLETS[outlet](house, list(part))


def _put(house: House, batch: Sequence[Delivery]) -> None:
    """Files into folders."""
    try:
        prepared, failed = _prepare(house, batch)
        failed_too = _finish(house, prepared)
    except FencedError:
        for folder in {one.folder for one in batch}:
            clear(Path(folder), (one.key for one in batch), keep=_prepared_names(house, batch))
        raise
    _postpone(house, [*failed, *failed_too])


def tidy(house: House, batch: Sequence[Delivery]) -> None:
    """Remove what one who died left half written for these deliveries."""
    files = [one for one in batch if one.outlet == "folder"]
    keep = {one.temporary for one in files if one.state == "prepared"}
    for folder in {one.folder for one in files}:
        clear(Path(folder), [one.key for one in files if one.folder == folder], keep)


def _prepare(house: House, batch: Sequence[Delivery]) -> tuple[list[Delivery], list[Failed]]:
    written: list[Delivery] = []
    failed: list[Failed] = []
    for one in batch:
        if one.state == "prepared":
            continue
        try:
            hidden = temporary(one.key, house.mark, Path(one.folder))
            with span("deliver", one.trace, lane=one.lane, outlet=one.outlet):
                data = house.store.payload(one.sha)
                prepare(Path(one.folder), hidden, data, lambda: house.checkpoint("deliver: half"))
        except (OSError, KeyError) as failure:  # KeyError: its bytes are not in the archive
            failed.append(Failed(one, failure))
            continue
        house.checkpoint("deliver: written")
        written.append(replace(one, state="prepared", temporary=hidden))
    written, unsynced = _synced(written)
    failed += [_unwritten(each) for each in unsynced]
    if written:
        with house.store.write("deliver prepared") as connection:
            deliveries.prepared(connection, written, house.clock())
    return [one for one in batch if one.state == "prepared"] + written, failed


def _unwritten(each: Failed) -> Failed:
    """A file whose name may not survive is not prepared: it is written anew the next time."""
    one = each.delivery
    discard(Path(one.folder), one.temporary)
    return replace(each, delivery=replace(one, state="pending", temporary=""))


def _finish(house: House, batch: Sequence[Delivery]) -> list[Failed]:
    done: list[Delivery] = []
    collided: list[Delivery] = []
    failed: list[Failed] = []
    for one in batch:
        try:
            outcome = finish(Path(one.folder), one.name, one.temporary or temporary(one.key))
            if outcome is not Outcome.COLLISION and one.folder in house.markers:
                house.checkpoint("deliver: unmarked")
                mark(Path(one.folder), one.name, house.markers[one.folder])
        except OSError as failure:
            failed.append(Failed(one, failure))
            continue
        house.checkpoint("deliver: renamed")
        (collided if outcome is Outcome.COLLISION else done).append(one)
    done, unsynced = _synced(done)
    failed += unsynced
    if done or collided:
        with house.store.write("deliver done") as connection:
            told = [(one, f"{one.name} put into {one.folder}") for one in done]
            arrived(house, connection, told, house.clock())
            for one in collided:
                _rename(connection, one, house.clock())
    for one in done:
        house.tally.counts[COUNTED.get(one.purpose, "reports")] += 1
        tell(one, house.clock())
    return failed


def _notify(house: House, batch: Sequence[Delivery]) -> None:
    """Notices of alarms, one by one: each is done when its server took it."""
    from gateway.channels import notice  # noqa: PLC0415 (slow to load)

    settings, root = house.workspace.settings.alarms, house.workspace.base
    for one in batch:
        try:
            body = house.store.payload(one.sha)
            notice.OUTLETS[one.outlet](settings, root, body, one.key, house.clock())
        except notice.NoticeRefusedError as failure:
            _postpone(house, [Failed(one, failure, for_good=True)])
            continue
        except OSError as failure:
            _postpone(house, [Failed(one, failure)])
            continue
        house.checkpoint("notice: sent")
        with house.store.write("notice sent") as connection:
            deliveries.change(connection, [one.id], house.clock(), state="done", due=None)
        house.tally.counts["notices"] += 1
        tell(one, house.clock())


def _by_as2(house: House, batch: Sequence[Delivery]) -> None:
    """Messages for partners, by AS2."""
    from gateway.pipeline.as2.send import send  # noqa: PLC0415 (slow to load)

    send(house, batch)


def _receipts(house: House, batch: Sequence[Delivery]) -> None:
    """Receipts that partners asked for at an address of their own."""
    from gateway.pipeline.as2.outbox import post  # noqa: PLC0415 (slow to load)

    post(house, batch)


def _away(house: House, batch: Sequence[Delivery]) -> None:
    """Files into folders of partners' servers (SFTP, FTPS)."""
    from gateway.pipeline.remote.push import push  # noqa: PLC0415 (slow to load)

    push(house, batch)


def _into_mailbox(house: House, batch: Sequence[Delivery]) -> None:
    """Files that partners fetch from our SFTP server."""
    from gateway.pipeline.mailbox.outbox import put  # noqa: PLC0415 (loaded when used)

    put(house, batch)


def _upload(house: House, batch: Sequence[Delivery]) -> None:
    """Files posted to partners' addresses."""
    from gateway.pipeline.upload.send import send  # noqa: PLC0415 (slow to load)

    send(house, batch)


def _mail(house: House, batch: Sequence[Delivery]) -> None:
    """Files as attachments of mails."""
    from gateway.pipeline.mail.send import send  # noqa: PLC0415 (slow to load)

    send(house, batch)


def _to_shop(house: House, batch: Sequence[Delivery]) -> None:
    """What web shops are told: shipments, invoices, prices, decisions."""
    from gateway.pipeline.shops.back.outlet import send  # noqa: PLC0415 (loaded when used)

    send(house, batch)


def _prepared_names(house: House, batch: Sequence[Delivery]) -> set[str]:
    """The hidden files that the one who took over relies on."""
    with house.store.read() as connection:
        return deliveries.temporaries(connection, [one.id for one in batch])


def _synced(batch: Sequence[Delivery]) -> tuple[list[Delivery], list[Failed]]:
    """Those whose folder is durable, each folder synced once; and the others."""
    trouble: dict[str, OSError] = {}
    for folder in {one.folder for one in batch}:
        try:
            sync_folder(Path(folder))
        except OSError as failure:
            trouble[folder] = failure
    good = [one for one in batch if one.folder not in trouble]
    return good, [Failed(one, trouble[one.folder]) for one in batch if one.folder in trouble]


def _rename(connection: Connection, one: Delivery, at: datetime) -> None:
    """Another file has the name: take the next one, and say so."""
    number = 2
    while deliveries.taken(connection, one.folder, name := with_suffix(one.name, number)) or (
        Path(one.folder, name).exists()
    ):
        number += 1
    deliveries.change(connection, [one.id], at, name=name)
    if one.message is not None:
        found = problem("T106", name=one.name, instead=name)
        messages.add_problems(connection, {one.message: [found]})


def _postpone(house: House, failed: Sequence[Failed]) -> None:
    for each in failed:
        with house.store.write("delivery postponed") as connection:
            put_off(house, connection, each)


OUTLETS: Mapping[str, Callable[[House, Sequence[Delivery]], None]] = {
    "folder": _put,
    "as2": _by_as2,
    "mdn": _receipts,
    "remote": _away,
    "mailbox": _into_mailbox,
    "upload": _upload,
    "mail": _mail,
    "shop": _to_shop,
    "email": _notify,
    "webhook": _notify,
}
"""How a delivery leaves, by its outlet."""
