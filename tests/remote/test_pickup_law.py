"""A law, tried on random lives of a folder: every whole version is taken once, nothing else is.

A partner writes files in pieces, replaces and deletes them; the server fails in every way it can;
the gateway is started anew now and then. What is taken are versions that were whole, each at most
once, and in the end every version that the partner left there has been taken and removed.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gateway.channels.remote.failure import Trouble
from tests.remote.memory import MemoryServer
from tests.remote.site import Site

SETTINGS = (
    "{folder: /out, ready: {stable_for: 10s}}",
    "{folder: /out, after: move, move_to: /done, ready: {stable_for: 10s}}",
    "{folder: /out, after: move, claim: /ours, move_to: /done, ready: {stable_for: 10s}}",
    "{folder: /out, after: leave, ready: {stable_for: 10s}}",
)
OPERATIONS = ("scan", "page", "stat", "read", "block", "remove", "rename", "make_folder")
TROUBLES: tuple[Trouble, ...] = ("lost", "refused", "denied", "protocol")
NAMES = ("daily.edi", "a.edi", "b.edi", "c.edi")


class Life:
    """One folder, one partner, one gateway."""

    def __init__(self, root: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.server = MemoryServer(piece=64, page=2)
        self.server.folder("/out")
        self.site = Site(root, self.server.connect, SETTINGS[seed % len(SETTINGS)])
        self.whole: set[bytes] = set()
        self.writing: dict[str, bytes] = {}
        self.number = 0

    def step(self) -> None:
        """Something happens."""
        self.server.now += self.dice.choice((0, 1, 5))
        act = self.dice.choice((self.write, self.write, self.go_on, self.fail, self.look))
        act()

    def write(self) -> None:
        """A new version of a file, at once or in pieces."""
        self.number += 1
        body = f"UNB+UNOC:3+a+b+260302:0914+{self.number}'".encode()
        body += b"FTX+AAI'" * self.dice.choice((0, 3, 60)) + b" " * self.number
        data = body + f"UNZ+0+{self.number}'".encode()
        name = self.dice.choice(NAMES)
        self.server.now += 1  # a partner who replaces within a second is another test
        self.whole.add(data)
        if self.dice.random() < 0.5:
            self.writing.pop(name, None)
            self.server.put(f"/out/{name}", data)
        else:
            self.writing[name] = data
            self.server.put(f"/out/{name}", data[: self.dice.randrange(len(data))])

    def go_on(self) -> None:
        """A file that is being written grows."""
        if not self.writing:
            return
        name = self.dice.choice(sorted(self.writing))
        data, there = self.writing[name], self.server.data(f"/out/{name}")
        if there is None or not data.startswith(there):
            del self.writing[name]
            return
        end = min(len(data), len(there) + self.dice.choice((1, 7, 64, 1000)))
        self.server.now += 1
        self.server.put(f"/out/{name}", data[:end])
        if end == len(data):
            del self.writing[name]

    def fail(self) -> None:
        """The next operation of a kind fails, or something happens in front of it."""
        operation = self.dice.choice(OPERATIONS)
        what = self.dice.random()
        if operation == "remove" and self.site.receive == SETTINGS[0]:
            what = 1.0  # between the last look at a file and deleting it: only claim helps there
        if what < 0.4:
            self.server.before(operation, "*", self.write)
        elif what < 0.6:
            self.server.before(operation, "*", self.go_on)
        else:
            trouble, done = self.dice.choice(TROUBLES), self.dice.random() < 0.5
            self.server.fail(operation, "*", trouble, done=done)

    def look(self) -> None:
        """A look, by a gateway that may just have been started."""
        if self.dice.random() < 0.1:
            self.site.again()
        for _ in range(self.dice.choice((1, 2))):
            self.site.look(later=self.dice.choice((1.0, 11.0, 61.0)))
            self.site.clock.forward(minutes=self.dice.choice((0, 1, 30)))

    def end(self) -> None:
        """Everybody finishes what he has begun."""
        self.server.heal()
        while self.writing:
            self.go_on()
        for _ in range(4):
            self.site.look(later=7200.0)
            self.site.clock.forward(hours=7)

    def given_up(self) -> set[bytes]:
        """What the partner never finished, and was taken with an explanation at last."""
        house = self.site.gateway.house
        return {
            house.store.payload(row.payload or "")
            for row in self.site.rows()
            if (found := self.site.gateway.message(row.id)) is not None
            and any(each.code == "T336" for each in found.problems)
        }

    def judge(self) -> None:
        """Nothing doubled, cut or mixed; nothing lost that the partner did not take back."""
        taken = [data for _, data in self.site.taken()]
        assert len(set(taken)) == len(taken)
        assert set(taken) - self.given_up() <= self.whole
        left = {name: self.server.data(f"/out/{name}") for name in self.server.names("/out")}
        if self.site.receive == SETTINGS[3]:
            assert set(left.values()) <= set(taken)
        else:
            assert (left, self.server.names("/ours")) == ({}, [])
        moved = {self.server.data(f"/done/{name}") for name in self.server.names("/done")}
        assert moved <= set(taken)


def live(root: Path, seed: int) -> None:
    life = Life(root, seed)
    try:
        for _ in range(60):
            life.step()
        life.end()
        life.judge()
    finally:
        life.site.close()


@pytest.mark.parametrize("seed", range(4))
def test_every_whole_version_is_taken_once_and_nothing_else(tmp_path: Path, seed: int) -> None:
    live(tmp_path, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4, 400))
def test_the_same_for_long(tmp_path: Path, seed: int) -> None:
    live(tmp_path, seed)
