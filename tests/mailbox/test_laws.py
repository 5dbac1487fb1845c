"""Whatever a client does in whatever order: what was acknowledged is taken, once, and nothing else.

``GATEWAY_LAW_EXAMPLES`` asks for more examples.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.channels.sftp.server.hosting import Refusal
from tests.mailbox.world import FRESH, ON, MailboxWorld, at

EXAMPLES = int(os.environ.get("GATEWAY_LAW_EXAMPLES", "12"))
FINAL = st.sampled_from(["a", "b"])
ANY = st.sampled_from(["a", "b", "a.part", "b.part"])
DATA = st.binary(min_size=1, max_size=6)
Step = tuple[str, ...]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), ANY, DATA),
        st.tuples(st.just("tear"), ANY, DATA),
        st.tuples(st.just("continue"), ANY, DATA, st.booleans()),
        st.tuples(st.just("rename"), ANY, ANY, st.booleans()),
        st.tuples(st.just("remove"), ANY),
        st.tuples(st.just("restart")),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its tables."""
    folder = tmp_path_factory.mktemp("laws") / "start"
    MailboxWorld(folder).gateway.close()
    return folder


class Model:
    """What a client knows: what it left unfinished, and what was acknowledged as whole."""

    def __init__(self, world: MailboxWorld) -> None:
        self.world = world
        self.session = world.session()
        self.unfinished: dict[str, tuple[bytes, bool]] = {}
        """Bytes, and whether the client closed them itself."""
        self.taken: list[bytes] = []

    def put(self, name: str, data: bytes) -> None:
        self.session.put(name, data)
        self._closed(name, data)

    def tear(self, name: str, data: bytes) -> None:
        self.session.tear(name, data)
        self.unfinished[name] = (data, False)

    def carry_on(self, name: str, data: bytes, whole: bool) -> None:
        before, _ = self.unfinished.get(name, (b"", False))
        (self.session.put if whole else self.session.tear)(name, data, ON)
        if whole:
            self._closed(name, before + data)
        else:
            self.unfinished[name] = (before + data, False)

    def rename(self, name: str, target: str, replace: bool) -> None:
        self.session.rename(name, target, replace=replace)
        if name == target:
            return
        self.unfinished.pop(target, None)
        if name not in self.unfinished:  # only what is shown of a file that was taken
            return
        data, whole = self.unfinished.pop(name)
        if whole and not target.endswith(".part"):
            self.taken.append(data)
        else:
            self.unfinished[target] = (data, whole)

    def remove(self, name: str) -> None:
        self.session.box.remove(at(name))
        self.unfinished.pop(name, None)

    def restart(self) -> None:
        self.session.box.upload(at("open"), FRESH).write(0, b"never closed")
        self.world.restart()
        self.session = self.world.session()

    def _closed(self, name: str, data: bytes) -> None:
        self.unfinished.pop(name, None)
        if name.endswith(".part"):
            self.unfinished[name] = (data, True)
        else:
            self.taken.append(data)


@example(steps=[("tear", "a", b"12"), ("put", "b", b"3"), ("rename", "b", "a", False)])
@example(steps=[("tear", "a", b"12"), ("put", "b", b"3"), ("rename", "b", "a", True)])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_what_is_acknowledged_is_taken_once(start: Path, steps: Sequence[Step]) -> None:
    folder = start.parent / "world"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(start, folder)
    world = MailboxWorld(folder, laid=True)
    try:
        model = Model(world)
        for name, *rest in steps:
            try:
                getattr(model, {"continue": "carry_on"}.get(name, name))(*rest)
            except Refusal:
                continue
        assert world.files_received() == model.taken
        world.restart()
        assert len(world.left()) == len(model.unfinished)
        sizes = world.session().sizes()
        for each, (data, _) in model.unfinished.items():
            assert sizes[each] == len(data)
    finally:
        world.gateway.close()
