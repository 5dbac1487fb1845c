"""The test of a channel that is a folder of this machine, or a share of the network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gateway.channels.folder import temporary
from gateway.channels.remote.step import Step
from gateway.pipeline.remote.trial.terms import CONTENT, Terms, failed
from gateway.problems import problem
from gateway.store.durable import rename_new, write_synced


def try_folder(terms: Terms) -> Iterator[Step]:
    """Reading where files come, writing where they go."""
    channel, path = terms.channel, terms.workspace.path
    yield terms.described()
    if channel.receive is not None:
        yield _read(path(channel.receive.folder))
    if channel.send is not None:
        folder = path(channel.send.folder)
        step = _read(folder)
        yield step
        if step.found is None and not terms.write:
            yield Step("write", "not tried, as asked")
        elif step.found is None:
            yield from _write(folder, terms.test_file, terms.token)


def _read(folder: Path) -> Step:
    try:
        with os.scandir(folder) as entries:
            count = sum(1 for _ in entries)
    except FileNotFoundError:
        parent = next((each for each in folder.parents if each.exists()), folder)
        if os.access(parent, os.W_OK | os.X_OK):
            return Step("list", f"{folder} is not there yet; it is made when it is needed")
        return failed("list", problem("T361", folder=folder, reason="it is not there"))
    except OSError as failure:
        return failed("list", problem("T361", folder=folder, reason=failure.strerror or failure))
    if not os.access(folder, os.W_OK | os.X_OK):
        return failed("list", problem("T361", folder=folder, reason="files cannot be moved there"))
    return Step("list", f"{folder}: {count} {'entry' if count == 1 else 'entries'}")


def _write(folder: Path, name: str, token: str) -> Iterator[Step]:
    hidden, final = folder / temporary(token), folder / name
    step = "write"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_synced(hidden, CONTENT)
        yield Step(step, f"{len(CONTENT)} bytes as {hidden.name}")
        step = "size"
        size = hidden.stat().st_size
        if size != len(CONTENT):
            found = problem("T350", name=hidden.name, size=len(CONTENT), found=size)
            yield failed(step, found)
            return
        yield Step(step, f"{size} bytes there")
        step = "rename"
        rename_new(hidden, final)
        yield Step(step, f"to {name}")
        step = "read"
        if (data := final.read_bytes()) != CONTENT:
            yield failed(step, problem("T360", name=name, size=len(CONTENT), found=len(data)))
            return
        yield Step(step, "the same bytes")
        step = "delete"
        final.unlink()
        yield Step(step, f"{name} is gone again")
    except FileNotFoundError:
        yield Step(step, f"{name} was taken by somebody meanwhile")
    except OSError as failure:
        yield failed(step, problem("T361", folder=folder, reason=failure.strerror or failure))
    finally:
        for path in (hidden, final):
            with suppress(OSError):
                path.unlink(missing_ok=True)
