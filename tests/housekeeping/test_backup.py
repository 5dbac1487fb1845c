"""Backups are made during traffic, verified, and restored to where nothing is used twice."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from gateway.pipeline.housekeeping.doctor import check
from gateway.store import Store, audit, pauses
from gateway.store.archive import open_archive
from gateway.store.backup import AHEAD, BackupError, Restored, back_up, databases, restore, verify
from gateway.store.tables import control_number, message
from tests.pipeline.world import GATEWAY, World, invoices, orders


def busy(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2"]))
    world.erp("i.csv", invoices(["I1"]))
    world.run()


def restored(world: World, folder: Path, root: Path, url: str = "", **how: Any) -> World:
    """Another machine, where nothing is."""
    files = {"gateway.yaml": f"{GATEWAY}database: {url}\n"} if url else {}
    bring_back(folder, root, files, world, **how)
    return World(root, files, clock=world.clock)


def bring_back(
    folder: Path, root: Path, files: dict[str, str], world: World, **how: Any
) -> Restored:
    from tests.pipeline.world import make  # noqa: PLC0415

    workspace = make(root, files)
    archive = open_archive(workspace.archive)
    return restore(folder, workspace.database, archive, world.clock(), who="anna", **how)


def other_url(request: pytest.FixtureRequest, world: World) -> str:
    """A second empty database of the same kind."""
    if world.gateway.house.store.embedded:
        return ""
    server = request.getfixturevalue("postgres")
    name = server.create()
    request.addfinalizer(lambda: server.drop(name))
    return str(server.url(name))


def serious(world: World) -> list[str]:
    """What the doctor says, except about the disk of the machine that runs the tests."""
    found = check(world.gateway.house, deep=True)
    return [str(each) for each in found if each.code not in ("H121", "H122")]


def test_restored_it_is_the_same_and_goes_on(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    busy(world)
    before = [(row.id, row.state, row.reference) for row in world.rows(limit=100)]
    sent = set(world.sent())
    manifest = back_up(world.gateway.house.store, tmp_path / "backup")
    assert manifest.count == 2
    assert list(verify(tmp_path / "backup")) == []
    world.erp("later.csv", invoices(["I2"]))
    world.run()
    since = set(world.sent()) - sent
    url = other_url(request, world)
    other = restored(world, tmp_path / "backup", tmp_path / "other", url, pause=False)
    assert [(row.id, row.state, row.reference) for row in other.rows(limit=100)] == before
    assert serious(other) == []
    other.erp("next.csv", invoices(["I3"]))
    other.run()
    new = other.sent()
    assert new
    assert not set(new) & (sent | since)
    known = {row.id for row in world.rows(limit=1000)}
    assert not {row.id for row in other.rows(limit=100)} & (known - {id_ for id_, *_ in before})
    with other.gateway.house.store.read() as connection:
        numbers = connection.execute(select(control_number.c.value)).scalars().all()
        assert max(numbers) > AHEAD
        (entry,) = audit.of(connection, "gateway")
        assert (entry.who, entry.action) == ("anna", "restore")
    other.gateway.close()


def test_a_backup_during_traffic_is_whole(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    busy(world)
    stop, failures = threading.Event(), list[BaseException]()

    def traffic() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                world.acme(f"t{number}.edi", orders(str(9000 + number), [f"T{number}"]))
                world.erp(f"t{number}.csv", invoices([f"T{number}"]))
                world.run()
        except BaseException as failure:
            failures.append(failure)
            raise

    thread = threading.Thread(target=traffic)
    thread.start()
    try:
        for number in range(3):
            back_up(world.gateway.house.store, tmp_path / f"b{number}")
    finally:
        stop.set()
        thread.join()
    assert failures == []
    for number in range(3):
        assert list(verify(tmp_path / f"b{number}")) == []
    url = other_url(request, world)
    other = restored(world, tmp_path / "b2", tmp_path / "other", url, pause=False)
    assert serious(other) == []
    taken = set(world.sent()) | set(world.orders())
    for name in ("erp/out", "acme/out"):
        shutil.copytree(world.root / name, other.root / name, dirs_exist_ok=True)
    before = set(other.sent()) | set(other.orders())
    other.erp("x.csv", invoices(["X1"]))
    other.acme("x.edi", orders("1", ["X1"]))
    other.run()
    fresh = (set(other.sent()) | set(other.orders())) - before
    assert fresh
    assert not fresh & taken
    other.gateway.close()


def test_restored_everything_rests_until_somebody_looked(small: World, tmp_path: Path) -> None:
    busy(small)
    small.acme("late.edi", orders("4712", ["PO3"]))
    back_up(small.gateway.house.store, tmp_path / "backup")
    told = bring_back(tmp_path / "backup", tmp_path / "other", {}, small)
    assert told.paused
    other = World(tmp_path / "other", clock=small.clock)
    other.acme("new.edi", orders("4713", ["PO4"]))
    other.run()
    assert other.orders() == {}
    with other.gateway.house.store.write() as connection:
        (rest,) = pauses.find(connection)
        assert rest.scope == "all"
        assert "what was sent since?" in rest.reason
        pauses.end(connection, "all")
    other.run()
    assert other.orders() != {}
    other.gateway.close()


def test_payloads_in_packs_come_along(
    small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os  # noqa: PLC0415

    from gateway.pipeline.housekeeping import compact  # noqa: PLC0415

    monkeypatch.setattr("gateway.store.archive.compact.FEWEST", 1)
    busy(small)
    for path in (small.root / "var/archive").rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert compact(small.gateway.house).files == 2
    small.acme("b.edi", orders("4712", ["PO9"]))
    small.run()
    back_up(small.gateway.house.store, tmp_path / "backup")
    other = restored(small, tmp_path / "backup", tmp_path / "other", pause=False)
    assert serious(other) == []
    other.gateway.close()


@pytest.mark.parametrize("way", ["to", "from"])
def test_between_a_folder_and_a_bucket(tmp_path: Path, bucket: str, way: str) -> None:
    in_bucket = {"gateway.yaml": f"{GATEWAY}archive: {bucket}\n"}
    world = World(tmp_path / "one", in_bucket if way == "from" else {})
    busy(world)
    back_up(world.gateway.house.store, tmp_path / "backup")
    files = in_bucket if way == "to" else {}
    assert bring_back(tmp_path / "backup", tmp_path / "other", files, world).payloads == 2
    other = World(tmp_path / "other", files, clock=world.clock)
    assert serious(other) == []
    other.gateway.close()
    world.gateway.close()


def test_without_payloads_the_archive_must_have_them(small: World, tmp_path: Path) -> None:
    busy(small)
    manifest = back_up(small.gateway.house.store, tmp_path / "backup", payloads=False)
    assert not manifest.included
    assert not (tmp_path / "backup/archive").exists()
    with pytest.raises(BackupError, match="not in the archive"):
        bring_back(tmp_path / "backup", tmp_path / "other", {}, small)
    shutil.copytree(small.root / "var/archive", tmp_path / "other/var/archive")
    other = restored(small, tmp_path / "backup", tmp_path / "other", pause=False)
    assert serious(other) == []
    other.gateway.close()


def refusal(folder: Path, root: Path, world: World) -> str:
    with pytest.raises(BackupError) as caught:
        bring_back(folder, root, {}, world)
    assert not (root / "var/gateway.db").exists() or root == world.root
    return caught.value.found.code


def test_what_is_no_backup_is_not_restored(small: World, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path / "empty", tmp_path / "other", small) == "H141"
    busy(small)
    back_up(small.gateway.house.store, tmp_path / "backup")
    path = tmp_path / "backup/manifest.json"
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"format": 2}))
    assert refusal(tmp_path / "backup", tmp_path / "other", small) == "H141"


@pytest.mark.parametrize("part", ["gateway.db", "payloads.txt", "payload", "no payload"])
def test_a_damaged_backup_is_not_restored(small: World, tmp_path: Path, part: str) -> None:
    busy(small)
    back_up(small.gateway.house.store, tmp_path / "backup")
    if "payload" not in part or part == "payloads.txt":
        path = tmp_path / "backup" / part
    else:
        path = next(each for each in (tmp_path / "backup/archive").rglob("*") if each.is_file())
    data = path.read_bytes()
    path.unlink()
    if part != "no payload":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert [each.code for each in verify(tmp_path / "backup")] == ["H142"]
    assert refusal(tmp_path / "backup", tmp_path / "other", small) == "H142"


def test_nothing_is_overwritten(small: World, tmp_path: Path) -> None:
    busy(small)
    back_up(small.gateway.house.store, tmp_path / "backup")
    with pytest.raises(BackupError, match="is not empty"):
        back_up(small.gateway.house.store, tmp_path / "backup")
    assert refusal(tmp_path / "backup", small.root, small) == "H143"
    (tmp_path / "other/var/archive/aa").mkdir(parents=True)
    (tmp_path / "other/var/archive/aa" / ("a" * 64)).write_bytes(b"x")
    assert refusal(tmp_path / "backup", tmp_path / "other", small) == "H143"


def test_a_payload_that_is_missing_is_told_and_the_rest_restored(
    small: World, tmp_path: Path
) -> None:
    busy(small)
    next(each for each in (small.root / "var/archive").rglob("*") if each.is_file()).unlink()
    assert len(back_up(small.gateway.house.store, tmp_path / "backup").missing) == 1
    told = bring_back(tmp_path / "backup", tmp_path / "other", {}, small)
    assert [each.code for each in told.warnings] == ["H146"]
    assert told.payloads == 1


def test_another_kind_of_database(small: World, tmp_path: Path, postgres_url: str) -> None:
    busy(small)
    back_up(small.gateway.house.store, tmp_path / "backup")
    files = {"gateway.yaml": f"{GATEWAY}database: {postgres_url}\n"}
    with pytest.raises(BackupError) as caught:
        bring_back(tmp_path / "backup", tmp_path / "other", files, small)
    assert caught.value.found.code == "H145"


def test_without_the_tools_of_postgresql(
    tmp_path: Path, postgres_ready: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, {"gateway.yaml": f"{GATEWAY}database: {postgres_ready}\n"})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="pg_dump did not do it: it is not on the PATH") as caught:
        back_up(world.gateway.house.store, tmp_path / "backup")
    assert caught.value.found.code == "H144"
    world.gateway.close()


def test_the_password_of_the_database_is_no_argument(
    tmp_path: Path, postgres_ready: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path / "w", {"gateway.yaml": f"{GATEWAY}database: {postgres_ready}\n"})
    seen: list[str] = []
    real = databases.subprocess.run

    def run(arguments: list[str], **how: Any) -> Any:
        seen.extend(arguments)
        return real(arguments, **how)

    monkeypatch.setattr(databases.subprocess, "run", run)
    back_up(world.gateway.house.store, tmp_path / "backup")
    password = postgres_ready.split(":")[2].split("@", maxsplit=1)[0]
    assert seen
    assert not any(password in each for each in seen)
    world.gateway.close()


def test_writers_do_not_make_a_copy_begin_again(small: World, tmp_path: Path) -> None:
    """One reading transaction: each page is copied once, whoever commits meanwhile."""
    busy(small)
    store, told = small.gateway.house.store, list[str]()

    def tell(text_: str) -> None:
        told.append(text_)
        with store.write() as connection:
            connection.execute(text("UPDATE duty SET failure = failure || 'x'"))

    back_up(store, tmp_path / "backup", tell=tell)
    assert told
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(message))


def test_a_database_that_is_half_restored_is_used_by_nobody(
    tmp_path: Path, postgres_ready: str, request: pytest.FixtureRequest
) -> None:
    """Killed after its rows came back, before the numbers went ahead."""
    world = World(tmp_path / "w", {"gateway.yaml": f"{GATEWAY}database: {postgres_ready}\n"})
    busy(world)
    back_up(world.gateway.house.store, tmp_path / "backup")
    url = other_url(request, world)
    steps = databases.put_back(url, tmp_path / "backup/database.dump", lambda _text: None)
    next(steps).dispose()
    with pytest.raises(ProgrammingError, match="already exists"):
        Store.open(url, tmp_path / "archive")
    world.gateway.close()
