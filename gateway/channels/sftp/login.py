"""What happens between the first byte and being logged in: the server is recognised, then we are.

The library asks this object. It never learns which keys are trusted, so that it cannot decide by
itself; and nothing of ours is handed out before the server's key was found among the pinned ones.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import asyncssh
from asyncssh import SSHClientConnection, SSHKey, SSHKeyPair

from gateway.channels.remote.directory import Told
from gateway.channels.sftp.endpoint import Server
from gateway.channels.sftp.failure import said_by
from gateway.channels.sftp.host_keys import Known, Verdict, fingerprint
from gateway.channels.sftp.our_keys import Shown

MOST_ROUNDS = 8
"""Of questions by keyboard-interactive; a server that asks on and on gets no more answers."""
MOST_PROMPTS = 10
"""Questions in one round."""


class Login(asyncssh.SSHClient):
    """One attempt to log in, and what was seen in it."""

    def __init__(
        self,
        server: Server,
        known: Known,
        keys: Iterable[Shown | SSHKeyPair],
        told: Told,
        through: str = "",
    ) -> None:
        self.server = server
        self.known = known
        self.shown: SSHKey | None = None
        """The key that the server showed."""
        self.verdict: Verdict | None = None
        self.tried: list[str] = []
        """What we offered to log in with, in words."""
        self.accepted: list[str] = []
        """The ways to log in that the server accepts, as far as we know them."""
        self.unanswered = ""
        """A question that has no answer."""
        self.outdated = False
        """The server wants a new password."""
        self.banner = ""
        self.inside = False
        """We are logged in."""
        self.ended: Exception | None = None
        self.connected = False
        self.gone = False
        """The connection is over."""
        self.on_gone: Callable[[], None] = lambda: None
        self._keys = deque(keys)
        self._password = server.login.password
        self.told = told
        self._rounds = 0
        self._through = through

    @property
    def step(self) -> str:
        """What is being done, for a sentence."""
        if self.inside:
            return "opening SFTP"
        return "logging in" if self.verdict == "pinned" else "agreeing on keys"

    def connection_made(self, conn: SSHClientConnection) -> None:
        """The first byte may come."""
        self.connected = True
        if self._through:
            self.told("tcp", f"connected to {self.server.name} by the jump host {self._through}")

    # ---- the server

    def validate_host_public_key(self, host: str, addr: str, port: int, key: SSHKey) -> bool:
        """Whether it is the right server. Also asked when keys are exchanged again later."""
        return self._judged(key, self.known.judge(key))

    def validate_host_ca_key(self, host: str, addr: str, port: int, key: SSHKey) -> bool:
        """Whether the authority that certified the server's key is one of those pinned."""
        return self._judged(key, "pinned" if key in self.known.authorities else "strange")

    def _judged(self, key: SSHKey, verdict: Verdict) -> bool:
        again = self.verdict is not None
        self.shown, self.verdict = key, verdict
        if verdict == "pinned" and not again:
            whose = "the authority" if key in self.known.authorities else "the key"
            text = f"{whose} {fingerprint(key)} ({key.get_algorithm()}) is pinned"
            self.told("host key", text)
        return verdict == "pinned"

    def begin_auth(self, username: str) -> None:
        """Nothing of ours leaves to a server that was not recognised."""
        if self.verdict != "pinned":
            raise asyncssh.HostKeyNotVerifiable("the host key was not verified")

    # ---- ourselves

    def auth_banner_received(self, msg: str, lang: str) -> None:
        """Keep the first words: a server that refuses often says why."""
        if not self.banner:
            self.banner = said_by(msg[:2000])

    def public_key_auth_requested(self) -> list[object] | None:  # type: ignore[override]
        """The next of our keys."""
        self._accepts("keys")
        if not self._keys:
            return None
        key = self._keys.popleft()
        if isinstance(key, Shown):
            self.tried.append(f"the key {key.name}")
            return [key.pair]
        self.tried.append("a key of the agent")
        return [key]

    def password_auth_requested(self) -> str | None:
        """The password, once: a second attempt would only help to lock the account."""
        self._accepts("passwords")
        password, self._password = self._password, None
        if password is not None:
            self.tried.append("the password")
        return password

    def password_change_requested(self, prompt: str, lang: str) -> object:  # type: ignore[override]
        """We choose no passwords."""
        self.outdated = True
        return NotImplemented

    def kbdint_auth_requested(self) -> str | None:
        """Whether we answer questions at all."""
        self._accepts("answers to questions")
        answers = self.server.login.prompts or self._password is not None
        if not answers or self._rounds:
            return None
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Answers to all questions of a round, or none."""
        self._rounds += 1
        if self._rounds > MOST_ROUNDS or len(prompts) > MOST_PROMPTS:
            self.unanswered = self.unanswered or "too many questions"
            return None
        found: list[str] = []
        for text, _echo in prompts:
            answer = self._answer(text)
            if answer is None:
                if not self._was_for_password(text):
                    self.unanswered = said_by(text)
                return None
            found.append(answer)
        if prompts and "answers to its questions" not in self.tried:
            self.tried.append("answers to its questions")
        return found

    def _answer(self, question: str) -> str | None:
        asked = question.casefold()
        for each in self.server.login.prompts:
            if each.ask.casefold() in asked:
                return each.answer
        if not _for_password(asked):
            return None
        password, self._password = self._password, None
        return password

    def _was_for_password(self, question: str) -> bool:
        """The password would have been the answer, but it was refused before."""
        return self.server.login.password is not None and _for_password(question.casefold())

    def _accepts(self, way: str) -> None:
        # The library asks for nothing that the server did not name.
        if way not in self.accepted:
            self.accepted.append(way)

    def auth_completed(self) -> None:
        """We are in."""
        self.inside = True
        way = self.tried[-1] if self.tried else "nothing but the user name"
        self.told("login", f"{self.server.login.user} is let in with {way}")

    # ---- the end

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over, whoever ended it."""
        self.ended, self.gone = exc, True
        self.on_gone()


def _for_password(question: str) -> bool:
    return "password" in question or "passcode" in question
