"""Many trials at once, none for longer than it may take."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from gateway.pipeline.world.bounded import Ended, bounded

Trial = Callable[[], Iterator[str]]


def run(trials: list[Trial], at_once: int = 4, patience: float = 5.0) -> dict[int, Ended[str]]:
    return {each.number: each for each in bounded(trials, at_once=at_once, patience=patience)}


def test_every_trial_ends_once() -> None:
    def steps(number: int) -> Trial:
        return lambda: iter([f"{number}", "done"])

    found = run([steps(number) for number in range(20)], at_once=3)
    assert {number: each.told for number, each in found.items()} == {
        number: [f"{number}", "done"] for number in range(20)
    }


def test_what_hangs_is_left_alone_with_what_it_told() -> None:
    never = threading.Event()

    def hangs() -> Iterator[str]:
        yield "dns"
        never.wait(30)

    found = run([hangs, lambda: iter(["works"]), hangs], at_once=1, patience=0.05)
    never.set()
    assert [(found[number].late, found[number].told) for number in range(3)] == [
        (True, ["dns"]),
        (False, ["works"]),
        (True, ["dns"]),
    ]


def test_a_bug_of_one_is_its_own() -> None:
    def breaks() -> Iterator[str]:
        yield "settings"
        raise RuntimeError("a bug")

    found = run([breaks, lambda: iter(["works"])])
    assert isinstance(found[0].failure, RuntimeError)
    assert found[0].told == ["settings"]
    assert found[1].failure is None


def test_no_more_at_once_than_allowed() -> None:
    lock, seen = threading.Lock(), [0, 0]

    def counted() -> Iterator[str]:
        with lock:
            seen[0] += 1
            seen[1] = max(seen)
        yield "in"
        with lock:
            seen[0] -= 1

    run([counted] * 30, at_once=3)
    assert seen[1] <= 3


def test_nothing_to_try() -> None:
    assert run([]) == {}
