"""What every test of a channel works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.step import Step
from gateway.config import Workspace
from gateway.config.channel import Channel
from gateway.pipeline.remote.address import address_of
from gateway.problems import Problem

CONTENT = (
    b"This file is a test of the connection by an EDI gateway. It is no document.\r\n"
    b"It is removed at once; if you find it, you may delete it.\r\n"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """A channel to be tested, and how far the test may go."""

    workspace: Workspace
    partner: str
    name: str
    channel: Channel
    token: str
    clock: Callable[[], datetime]
    write: bool

    @property
    def test_file(self) -> str:
        """The name of the file that is written."""
        return f"gateway-test-{self.token}.txt"

    def described(self, user: str = "") -> Step:
        """The first step: the settings can be used."""
        address = address_of(self.channel)
        whose = f" as {user}" if user else ""
        return Step("settings", f"{self.channel.kind}: {address}{whose}")


def failed(step: str, found: Problem) -> Step:
    """A step that failed, as its problem tells it."""
    return Step(step, found.sentence, found, found.remedy)


_BY_TROUBLE = {"settings": "settings", "dns": "dns", "reach": "tcp", "login": "login"}


def step_of(failure: RemoteError, told: list[str], identity: str) -> str:
    """The step of connecting that failed; ``told``: those that worked, ``identity``: its name."""
    if failure.trouble == "identity":
        return identity
    if failure.trouble in _BY_TROUBLE:
        return _BY_TROUBLE[failure.trouble]
    order = ["dns", "tcp", identity, "login"]
    return next((each for each in order if each not in told), "sftp")
