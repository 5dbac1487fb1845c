"""Changes in folders are noticed at once where the system tells of them, by looking elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.channels.folder import Inbox
from gateway.pipeline.dispatch import watching
from gateway.pipeline.dispatch.watching import Watching
from gateway.telemetry import events

Told = Iterator[set[tuple[int, str]]]


@pytest.fixture
def changed() -> list[set[str]]:
    """The lanes that were called, time by time."""
    return []


@pytest.fixture
def watch(tmp_path: Path, changed: list[set[str]]) -> Watching:
    boxes = {
        "poll/near": Inbox("acme/near", tmp_path / "near"),
        "poll/share": Inbox("acme/share", tmp_path / "share"),
        "poll/set": Inbox("acme/set", tmp_path / "set", polled=True),
    }
    stop = threading.Event()
    return Watching(boxes, changed.append, stop, 0.0, lambda folder: folder.name == "share")


def telling(
    monkeypatch: pytest.MonkeyPatch, *rounds: Callable[[threading.Event], Told]
) -> list[tuple[str, ...]]:
    """What the system tells, watch by watch; the folders that each was asked for."""
    asked: list[tuple[str, ...]] = []
    left = list(rounds)

    def fake(*folders: Path, stop_event: threading.Event, **_more: object) -> Told:
        asked.append(tuple(folder.name for folder in folders))
        return left.pop(0)(stop_event)

    monkeypatch.setattr(watching, "watch", fake)
    return asked


def test_only_our_own_folders_are_watched(
    watch: Watching, changed: list[set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(stop: threading.Event) -> Told:
        yield {(1, str(tmp_path / "near/a.csv")), (1, str(tmp_path / "else/b.csv"))}
        yield set()
        stop.set()

    asked = telling(monkeypatch, one)
    watch.run()
    assert asked == [("near",)]
    assert changed == [{"poll/near"}]


def test_a_watch_that_dies_is_told_once_and_begun_anew(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    monkeypatch.setattr(events, "watch_failed", lambda **facts: said.append(facts["failure"]))

    def dies(_stop: threading.Event) -> Told:
        raise OSError(28, "inotify watch limit reached")
        yield

    def ends(stop: threading.Event) -> Told:
        stop.set()
        yield set()

    asked = telling(monkeypatch, dies, dies, ends)
    watch.run()
    assert (len(asked), len(said)) == (3, 1)


def test_a_folder_that_was_replaced_is_watched_anew(
    watch: Watching, changed: list[set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share was mounted over it, or it was made again: the old watch hears nothing."""

    def replaced(_stop: threading.Event) -> Told:
        (tmp_path / "near").rename(tmp_path / "old")
        (tmp_path / "near").mkdir()
        while True:
            yield set()

    def ends(stop: threading.Event) -> Told:
        stop.set()
        yield set()

    asked = telling(monkeypatch, replaced, ends)
    watch.run()
    assert len(asked) == 2
    assert changed == [{"poll/near"}], "and it is looked into"


def test_a_folder_that_cannot_be_used_keeps_no_other_from_being_watched(
    watch: Watching, tmp_path: Path
) -> None:
    (tmp_path / "near").write_bytes(b"a file")
    other = Inbox("acme/other", tmp_path / "other")
    watch.inboxes = {**watch.inboxes, "poll/other": other}
    assert list(watch.watched().values()) == ["poll/other"]
