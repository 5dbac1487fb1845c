"""All mailboxes of a house, as the SFTP server asks for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.sftp.server.hosting import Action, Caller, Refusal
from gateway.config.mailbox import Mailboxes as Settings
from gateway.pipeline.house import House
from gateway.pipeline.mailbox.box import MailboxBox
from gateway.pipeline.mailbox.mailbox import Mailbox, incoming
from gateway.pipeline.mailbox.upkeep import sweep
from gateway.store.mailbox import actions, uploads
from gateway.store.mailbox.actions import Done
from gateway.telemetry import events


class Mailboxes:
    """A :class:`~gateway.channels.sftp.server.hosting.Hosting`.

    ``owner``: name of this process, ``host:…``. ``wake`` hears of each lane that has work now.
    """

    def __init__(
        self,
        house: House,
        settings: Settings,
        *,
        owner: str,
        wake: Callable[[str], None] = lambda _lane: None,
    ) -> None:
        self.house = house
        self.settings = settings
        self._owner = owner
        self._wake = wake
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Mailbox] = {}

    def start(self) -> None:
        """Remove what a process that was killed had half, when this one has its port.

        Not before: who starts a second one by mistake disturbs nobody. Uploads it was writing
        cannot be continued: in which order their bytes came is not known any more.
        """
        # one process has an embedded database to itself, whatever its machine was called before
        host = "" if self.house.store.embedded else f"{self._owner.partition(':')[0]}:"
        with self.house.store.write("mailbox start") as connection:
            begun = uploads.begun_by(connection, host, self._owner)
            uploads.remove(connection, [row.id for row in begun])
            at, lost = self.house.clock(), "the gateway was ended while it was being written"
            lines = [
                Done(
                    at=at,
                    action="cut off",
                    partner=row.partner,
                    channel=row.channel,
                    path=f"/in/{row.name}",
                    outcome=lost,
                )
                for row in begun
            ]
            actions.enter(connection, lines)
        sweep(self.house, incoming(self.house, self.settings))

    def furnish(self, house: House) -> None:
        """Other settings run now, for sessions that are open, too."""
        with self._lock:
            self.house = house
            for (name, channel), known in list(self._known.items()):
                partner = house.workspace.partners.get(name)
                found = None if partner is None else partner.channels.get(channel)
                settings = None if found is None else found.mailbox
                known.furnish(house, settings)
                if settings is None:
                    del self._known[name, channel]

    def box(self, caller: Caller) -> MailboxBox:
        """The mailbox of someone who has logged in."""
        return MailboxBox(self._mailbox(caller), caller)

    def note(self, done: Sequence[Action]) -> None:
        """Keep these in the record."""
        for each in done:
            _tell(each)
        lines = [
            Done(
                at=each.at,
                action=each.action,
                partner=each.partner,
                channel=each.channel,
                session=each.session,
                user=each.user,
                address=each.address,
                path=each.path,
                target=each.target,
                size=each.size,
                outcome=each.outcome,
            )
            for each in done
        ]
        try:
            with self.house.store.note() as connection:
                actions.enter(connection, lines)
        except SQLAlchemyError as trouble:
            events.mailbox_trouble(where="record", failure=trouble)

    def _mailbox(self, caller: Caller) -> Mailbox:
        key = (caller.partner, caller.channel)
        partner = self.house.workspace.partners.get(caller.partner)
        channel = None if partner is None else partner.channels.get(caller.channel)
        if channel is None or channel.mailbox is None:
            raise Refusal("denied", "there is no such mailbox")
        with self._lock:
            if key not in self._known:
                self._known[key] = Mailbox(
                    self.house, *key, channel.mailbox, self.settings, self._owner, self._wake
                )
            return self._known[key]


def _tell(each: Action) -> None:
    """The events of what happens at the door, and of what is refused."""
    facts = {"user": each.user, "address": each.address, "partner": each.partner}
    if each.action in ("login", "locked"):
        result = "locked" if each.action == "locked" else "refused" if each.outcome else "done"
        events.mailbox_login(result=result, outcome=each.outcome, **facts)
    elif each.outcome:
        events.mailbox_refused(
            partner=each.partner,
            action=each.action,
            session=each.session,
            path=each.path,
            outcome=each.outcome,
        )
