"""What was done is recorded: kept in memory for a moment, handed on by a thread of its own.

What somebody does who has not logged in is limited: :data:`STRANGERS` lines a minute, and then one
that says how many were left out. What a partner does is never left out: the worker waits instead.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from gateway.channels.sftp.server.hosting import Action, Caller, Hosting, Refusal
from gateway.channels.sftp.server.paths import Spot

LOG = logging.getLogger(__name__)
STRANGERS = 120
"""Lines a minute for those who have not logged in."""
MOST_WAITING = 10_000
AT_ONCE = 500
STOP_SECONDS = 5.0
_SHOWN = 500
"""Signs of a path that is none of ours."""


class Record:
    """The thread that hands actions on, in their order."""

    def __init__(self, hosting: Hosting, most: int = MOST_WAITING) -> None:
        self._hosting = hosting
        self._most = most
        self._waiting: deque[Action] = deque()
        self._change = threading.Condition()
        self._ended = False
        self._minute, self._strangers, self._left_out = 0, 0, 0
        self._thread = threading.Thread(target=self._run, name="sftp record", daemon=True)
        self._thread.start()

    def keep(self, action: Action) -> None:
        """One of a partner; never waits."""
        with self._change:
            self._waiting.append(action)
            self._change.notify_all()

    def room(self) -> None:
        """Wait until there is room for more. Workers ask before they begin."""
        with self._change:
            self._change.wait_for(lambda: len(self._waiting) < self._most or self._ended)

    def stranger(self, action: Action) -> None:
        """One of somebody who has not logged in; never waits."""
        minute = int(action.at.timestamp()) // 60
        with self._change:
            if minute != self._minute:
                if self._left_out:
                    text = f"{self._left_out} more of strangers were not recorded"
                    self._waiting.append(replace(action, user="", action="login", outcome=text))
                self._minute, self._strangers, self._left_out = minute, 0, 0
            self._strangers += 1
            if self._strangers > STRANGERS or len(self._waiting) >= self._most:
                self._left_out += 1
                return
            self._waiting.append(action)
            self._change.notify_all()

    def close(self) -> None:
        """Hand on what is left, within a few seconds."""
        with self._change:
            self._ended = True
            self._change.notify_all()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while some := self._next():
            try:
                self._hosting.note(some)
            except Exception:
                LOG.exception("%d actions of SFTP sessions could not be recorded", len(some))

    def _next(self) -> list[Action]:
        """The next ones; none at the end."""
        with self._change:
            while not self._waiting and not self._ended:
                self._change.wait()
            count = min(len(self._waiting), AT_ONCE)
            some = [self._waiting.popleft() for _ in range(count)]
            self._change.notify_all()
            return some


class Told:
    """Tells the record what a session does."""

    def __init__(self, caller: Caller, keep: Callable[[Action], None]) -> None:
        self._caller = caller
        self._keep = keep

    def __call__(
        self,
        action: str,
        where: Spot | None = None,
        *,
        target: Spot | None = None,
        size: int | None = None,
        outcome: str = "",
    ) -> None:
        """Something was done, or (``outcome``) was not."""
        shown = "" if where is None else str(where)
        self._tell(action, shown, "" if target is None else str(target), size, outcome)

    def path(self, action: str, path: bytes, *, outcome: str) -> None:
        """Something was asked for that is no place of ours."""
        shown = path[:_SHOWN].decode("utf-8", "backslashreplace")
        shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in shown)
        self._tell(action, shown, "", None, outcome)

    @contextmanager
    def refusals(
        self,
        action: str,
        where: Spot,
        *,
        target: Spot | None = None,
        size: int | None = None,
    ) -> Iterator[None]:
        """What is refused in here, or fails, is told."""
        try:
            yield
        except Refusal as refusal:
            self(action, where, target=target, size=size, outcome=refusal.text)
            raise
        except Exception as error:
            text = f"failed: {type(error).__name__}"
            self(action, where, target=target, size=size, outcome=text)
            raise

    def _tell(self, action: str, path: str, target: str, size: int | None, outcome: str) -> None:
        who = self._caller
        whose = (who.session, who.user, who.partner, who.channel, who.address)
        self._keep(Action(datetime.now(UTC), *whose, action, path, target, size, outcome))
