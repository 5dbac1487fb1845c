"""What comes while one batch is in work makes the next one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateway.web.shops.batch import Batches


def run(work: Callable[[Sequence[int]], Sequence[int]], go: Any, most: int = 4) -> Any:
    with ThreadPoolExecutor(1) as threads:

        async def main() -> Any:
            return await go(Batches(work, most, threads))

        return asyncio.run(main())


def test_who_comes_meanwhile_shares_the_next_one() -> None:
    batches: list[list[int]] = []
    go_on = threading.Event()

    def work(things: Sequence[int]) -> list[int]:
        batches.append(list(things))
        if len(batches) == 1:
            go_on.wait(10)
        return [thing * 10 for thing in things]

    async def go(made: Batches[int, int]) -> list[int]:
        first = asyncio.create_task(made.put(0))
        while not batches:
            await asyncio.sleep(0)
        others = [asyncio.create_task(made.put(number)) for number in range(1, 7)]
        await asyncio.sleep(0)
        go_on.set()
        return [await each for each in (first, *others)]

    assert run(work, go) == [0, 10, 20, 30, 40, 50, 60]
    assert batches == [[0], [1, 2, 3, 4], [5, 6]]


def test_a_failure_is_told_to_everybody_in_it_and_to_nobody_else() -> None:
    def work(things: Sequence[int]) -> Sequence[int]:
        if 1 in things:
            raise ValueError("no")
        return things

    async def go(made: Batches[int, int]) -> list[Any]:
        both = await asyncio.gather(made.put(1), made.put(2), return_exceptions=True)
        return [*both, await made.put(3)]

    first, second, third = run(work, go)
    assert isinstance(first, ValueError) and isinstance(second, ValueError)
    assert third == 3


def test_who_hangs_up_leaves_the_others_alone() -> None:
    async def go(made: Batches[int, int]) -> int:
        gone = asyncio.create_task(made.put(1))
        stays = asyncio.create_task(made.put(2))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert run(lambda things: things, go) == 2
