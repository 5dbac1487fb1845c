"""The outlet ``remote``: files that are put on partners' servers.

A batch goes side by side, in durable steps: the temporary names are known; whole files lie under
them; the database knows that; they are renamed; the database knows that. What a crash between any
two means, and what is looked at before anything is sent again, is in
:mod:`gateway.channels.remote.put`; :mod:`.progress` is how it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import groupby

from sqlalchemy import Connection

from gateway.channels.folder import with_suffix
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.parcel import FOR_A_PERSON, Outcome, Parcel, Target
from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.pipeline.arrival import COUNTED, arrived, tell
from gateway.pipeline.destination import channel_of
from gateway.pipeline.house import House
from gateway.pipeline.remote.address import address_of, place_mark
from gateway.pipeline.remote.payloads import Payloads
from gateway.pipeline.remote.progress import Progress
from gateway.pipeline.remote.putting import Failure, Item, Putting
from gateway.pipeline.retry import Failed, put_off
from gateway.problems import Problem, problem
from gateway.store import Delivery, deliveries, messages
from gateway.store.lanes import FencedError

_ROUNDS = 12
"""Other names that are tried; the last ones are made from the key of the delivery."""
_NUMBERED = 8
_DIRECTLY = 16
"""Files that are begun under their names at the same time: a crash leaves so many to a person."""
_NO_NAME = "it says of every name that a file has it"
_SEEN = "its temporary name is gone, and so is the file, or it has another size now"


def push(house: House, batch: Sequence[Delivery]) -> None:
    """Put the files of a batch on their servers."""
    for folder, part in groupby(batch, lambda one: one.folder):
        partner, name = channel_of(folder)
        channel, rows = _channel(house.workspace, partner, name), list(part)
        target = target_of(channel)
        if channel is None or target is None:
            _gone(house, rows, partner, name)
            continue
        step = _DIRECTLY if target.temporary is None else len(rows)
        for at in range(0, len(rows), step):
            _Push(house, partner, name, channel, target).carry_out(rows[at : at + step])


def _channel(workspace: Workspace, partner: str, name: str) -> Channel | None:
    found = workspace.partners.get(partner)
    return None if found is None else found.channels.get(name)


def target_of(channel: Channel | None) -> Target | None:
    """Where a channel puts files; ``None`` when it puts none on a server."""
    group = None if channel is None else channel.sftp or channel.ftps
    if group is None or group.send is None:
        return None
    send = group.send
    temporary = None if send.temporary == "none" else send.temporary
    return Target(send.folder, temporary, send.done, send.replace, send.resume_above)


def _gone(house: House, batch: Sequence[Delivery], partner: str, channel: str) -> None:
    with house.store.write("push postponed") as connection:
        for one in batch:
            found = problem(
                "T357", name=one.name, partner=partner, channel=channel, id=one.message or ""
            )
            put_off(house, connection, Failed(one, found.sentence, found=found))


class _Push:
    """Files for one channel."""

    def __init__(
        self, house: House, partner: str, name: str, channel: Channel, target: Target
    ) -> None:
        self.house = house
        self.partner = partner
        self.name = name
        self.target = target
        self.place = place_mark(channel)
        self.where = f"{target.folder} of {address_of(channel)}"
        self.putting = Putting(house, partner, name, target)
        self.missed: list[tuple[Item, Failure]] = []

    def carry_out(self, batch: Sequence[Delivery]) -> None:
        """All of it, and what failed is put off."""
        items = self._items(batch)
        for _ in range(_ROUNDS):
            if not items:
                break
            items = self._round(items)
        for each in items:
            found = problem("T351", name=each.one.name, temporary=each.hidden, reason=_NO_NAME)
            self.missed.append((each, RemoteError("exists", found)))
        self._postpone()

    # ---- what is to be done

    def _items(self, batch: Sequence[Delivery]) -> list[Item]:
        payloads = Payloads(self.house.store, {one.sha for one in batch})
        items = []
        for one in batch:
            item = self._item(one, Parcel(one.name, 0, partial(payloads.chunks, one.sha)))
            before = Progress.of(one.temporary)
            try:
                item.parcel = replace(item.parcel, size=payloads.size(one.sha))
            except OSError as failure:
                found = problem("T358", name=one.name, reason=failure)
                self.missed.append((item, RemoteError("settings", found, unknown=item.unsure)))
                continue
            if before is not None and before.unsure and before.place != self.place:
                found = problem("T354", name=one.name, temporary=before.hidden or one.name)
                self.missed.append((item, RemoteError("settings", found, unknown=True)))
                continue
            items.append(item)
        return items

    def _item(self, one: Delivery, parcel: Parcel) -> Item:
        """A file, as far as it came the last time."""
        before = Progress.of(one.temporary)
        if before is None or (before.place != self.place and not before.unsure):
            return Item(one, parcel, self._hidden(one))
        if before.unsure or not before.hidden:
            return Item(one, parcel, before.hidden, before.unsure, begun=not before.hidden)
        return Item(one, parcel, self._hidden(one), left=before.hidden)

    def _hidden(self, one: Delivery) -> str:
        if self.target.temporary is None:
            return ""
        return self.target.hidden(one.name, one.key, self.house.mark)

    # ---- one round

    def _round(self, items: Sequence[Item]) -> list[Item]:
        """As far as it goes; those that need another name or have to be written anew are left."""
        settling = [each for each in items if each.hidden and (each.unsure or each.prepared)]
        fresh = [each for each in items if not (each.hidden and (each.unsure or each.prepared))]
        ready, taken = self._sorted(fresh, self.putting.clear(fresh))
        directly = self.target.temporary is None
        self._note(ready, "push begun", state="pending", unsure=directly)
        written, taken_too = self._sorted(ready, self.putting.write(ready))
        if directly:
            self._arrived([(each, False) for each in written])
        else:
            self._note(written, "push prepared", state="prepared", unsure=True)
            for each in written:
                each.prepared = True
            settling += written
        return [*self._renamed([*taken, *taken_too]), *self._finished(settling)]

    def _sorted(
        self, items: Sequence[Item], results: Sequence[Outcome | Failure]
    ) -> tuple[list[Item], list[Item]]:
        """Those that went well, and those whose name is another file's."""
        done: list[Item] = []
        taken: list[Item] = []
        for item, result in zip(items, results, strict=True):
            if not isinstance(result, Outcome):
                self.missed.append((item, result))
            else:
                (taken if result is Outcome.COLLISION else done).append(item)
        return done, taken

    def _finished(self, items: Sequence[Item]) -> list[Item]:
        """Give them their names; those that are left for the next round."""
        done: list[tuple[Item, bool]] = []
        left: dict[Outcome, list[Item]] = {Outcome.COLLISION: [], Outcome.BROKEN: []}
        for item, result in zip(items, self.putting.finish(items), strict=True):
            if not isinstance(result, Outcome):
                self.missed.append((item, result))
            elif result in left:
                left[result].append(item)
            else:
                done.append((item, result is Outcome.INFERRED))
        self._arrived(done)
        return [*self._renamed(left[Outcome.COLLISION]), *self._anew(left[Outcome.BROKEN])]

    # ---- what the database knows

    def _note(self, items: Sequence[Item], what: str, *, state: str, unsure: bool) -> None:
        """Keep how far they are; who lost the lane takes back what he wrote."""
        if not items:
            return
        for each in items:
            text = str(Progress(self.place, each.hidden, unsure))
            each.one = replace(each.one, state=state, temporary=text)
        try:
            with self.house.store.write(what) as connection:
                deliveries.noted(connection, [each.one for each in items], self.house.clock())
        except FencedError:
            if state == "prepared":  # nobody knows of these; what is on record is another's now
                self.putting.discard(items)
            raise

    def _arrived(self, done: Sequence[tuple[Item, bool]]) -> None:
        if not done:
            return
        at = self.house.clock()
        with self.house.store.write("push done") as connection:
            told = [(each.one, f"{each.one.name} put into {self.where}") for each, _ in done]
            arrived(self.house, connection, told, at)
            found = {
                each.one.message: [problem("T353", name=each.one.name, seen=_SEEN)]
                for each, inferred in done
                if inferred and each.one.message is not None
            }
            messages.add_problems(connection, found)
        for each, _ in done:
            self.house.tally.counts[COUNTED.get(each.one.purpose, "reports")] += 1
            tell(each.one, at)

    def _renamed(self, items: Sequence[Item]) -> list[Item]:
        """Another file has the name: take the next one, and say so."""
        if not items:
            return []
        at = self.house.clock()
        with self.house.store.write("push renamed") as connection:
            for each in items:
                before, name = each.one.name, _free(connection, each)
                # what was begun under the name is another file's now
                temporary = each.one.temporary if each.hidden else ""
                each.one = replace(each.one, name=name, temporary=temporary)
                each.parcel, each.begun = replace(each.parcel, name=name), False
                deliveries.noted(connection, [each.one], at)
                if each.one.message is not None:
                    found = problem("T106", name=before, instead=name)
                    messages.add_problems(connection, {each.one.message: [found]})
        return list(items)

    def _anew(self, items: Sequence[Item]) -> list[Item]:
        """They are not whole any more. That is known before what is left of them is removed."""
        self._note(items, "push broken", state="pending", unsure=False)
        for each in items:
            each.left, each.hidden = each.hidden, self._hidden(each.one)
            each.unsure = each.prepared = False
        return list(items)

    def _postpone(self) -> None:
        if not self.missed:
            return
        at = self.house.clock()
        with self.house.store.write("push postponed") as connection:
            for item, failure in self.missed:
                one = _kept(item, failure)
                found = self._told(one, failure)
                for_good = found is not None and found.code in FOR_A_PERSON
                put_off(self.house, connection, Failed(one, failure, for_good, found=found))
                deliveries.change(connection, [one.id], at, temporary=one.temporary)

    def _told(self, one: Delivery, failure: Failure) -> Problem | None:
        """What it met, with all that its remedy names."""
        if not isinstance(failure, RemoteError):
            return None
        found = failure.problem
        known = {"partner": self.partner, "channel": self.name, "id": str(one.message or "")}
        return replace(found, facts={**known, **found.facts})


def _kept(item: Item, failure: Failure) -> Delivery:
    """How far it has come is kept: whether it may have arrived above all."""
    one, before = item.one, Progress.of(item.one.temporary)
    if before is None:
        return replace(one, state="pending")
    if isinstance(failure, RemoteError) and failure.problem.code in FOR_A_PERSON:
        return replace(one, state="pending", temporary="")
    reached = not item.hidden or item.prepared or item.unsure
    unknown = failure.unknown if isinstance(failure, RemoteError) else True
    unsure = reached and unknown
    state = "prepared" if unsure and item.hidden else "pending"
    return replace(one, state=state, temporary=str(replace(before, unsure=unsure)))


def _free(connection: Connection, item: Item) -> str:
    """A name that no other delivery has there; the server has the last word."""
    base, number = item.base, item.tries + 2
    if item.tries >= _NUMBERED:
        number = int(sha256(f"{item.one.key}/{item.tries}".encode()).hexdigest()[:8], 16)
    while deliveries.taken(connection, item.one.folder, name := with_suffix(base, number)):
        number += 1
    item.tries += 1
    return name
