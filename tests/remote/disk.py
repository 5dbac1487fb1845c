"""A folder of this machine as a server: what is in it survives a process that is killed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from gateway.channels.remote.directory import Abilities, Entry
from tests.remote.memory import error


class DiskDir:
    """A ``RemoteDir``. Its paths lie under ``root``."""

    abilities = Abilities()

    def __init__(self, root: Path) -> None:
        self.root = root
        self.closed = False

    def _path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    async def scan(self, folder: str) -> AsyncIterator[Sequence[Entry]]:
        if not self._path(folder).is_dir():
            raise error("missing", folder)
        yield [_entry(each) for each in self._path(folder).iterdir()]

    async def stat(self, path: str) -> Entry | None:
        found = self._path(path)
        return _entry(found) if found.exists() else None

    async def read(self, path: str, start: int, size: int) -> AsyncIterator[bytes]:
        with self._path(path).open("rb") as file:
            file.seek(start)
            data = file.read(size)
        yield data
        if len(data) < size:
            raise error("short", path)

    async def write(
        self,
        path: str,
        chunks: AsyncIterator[bytes],
        start: int = 0,
        told: Callable[[int], None] = lambda _count: None,
    ) -> int:
        with self._path(path).open("r+b" if start else "wb") as file:
            file.seek(start)
            async for chunk in chunks:
                file.write(chunk)
                told(len(chunk))
            return file.tell()

    async def rename(self, source: str, target: str, *, replace: bool = False) -> None:
        old, new = self._path(source), self._path(target)
        if not old.exists() or not new.parent.is_dir():
            raise error("missing", source)
        if new.exists() and not replace:
            raise error("exists", target)
        old.rename(new)

    async def remove(self, path: str) -> None:
        if not self._path(path).exists():
            raise error("missing", path)
        self._path(path).unlink()

    async def make_folder(self, path: str) -> None:
        self._path(path).mkdir(exist_ok=True)

    async def close(self) -> None:
        self.closed = True


def _entry(path: Path) -> Entry:
    found = path.stat()
    kind = "folder" if path.is_dir() else "file"
    return Entry(path.name, kind, found.st_size, int(found.st_mtime))  # type: ignore[arg-type]
