"""What is applied runs: at once, everywhere, whatever happens to the files."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.config import asthen, lastrun, remembered, restored, snapshot
from gateway.config.snapshot import version
from gateway.pipeline import Gateway
from gateway.pipeline.configuration import current, running, standing
from gateway.pipeline.configuration.running import NotRunnableError
from gateway.pipeline.configuration.wanted import wanted
from gateway.problems import problem
from gateway.store import applied, snapshots
from tests.configuration import site as site_module
from tests.configuration.site import ACME, ROOT, WITHOUT_NOTE, Site, until


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def _broken(site: Site) -> None:
    (site.root / "gateway.yaml").write_text("schema: 1\nwrokers: 9\n")
    (site.root / ACME).write_text("partner: [\n")


def test_before_anything_is_applied_the_files_run(site: Site) -> None:
    site.write(WITHOUT_NOTE)
    with site.opened() as gateway:
        assert gateway.running.applied is None
        assert gateway.house.workspace.hash == site.files().hash


def test_what_was_applied_runs_whatever_happens_to_the_files(site: Site) -> None:
    outcome = site.apply()
    assert outcome.applied is not None, outcome.problems
    site.write(WITHOUT_NOTE)
    site.order(1)
    with site.opened() as gateway:
        assert gateway.run_once().messages == 1
        (row,) = (each for each in site.rows(gateway) if each.content)
        assert row.config == outcome.applied.hash
    assert "gate 4: ring the bell" in next(iter(site.orders().values()))


def test_broken_files_stop_no_process_and_no_start(site: Site) -> None:
    site.apply()
    with site.serving() as gateway:
        _broken(site)
        site.order(1)
        until(lambda: bool(site.orders()))
        assert not gateway.trouble()
    found = lastrun.last(site.root)
    assert found is not None
    with site.opened(files=found[0]) as gateway:
        assert gateway.running.seq == 1
        assert sorted(gateway.house.workspace.partners) == ["acme-retail", "northwind"]


def test_another_database_in_the_files_is_not_opened(site: Site) -> None:
    site.apply()
    site.change("gateway.yaml", "sqlite:///var/gateway.db", "sqlite:///var/other.db")
    assert site.running().seq == 1
    assert not (site.root / "var/other.db").exists()
    outcome = site.apply()
    assert [each.code for each in outcome.problems] == ["P232"]


def test_a_lost_database_is_said_and_not_replaced_by_an_empty_one(site: Site) -> None:
    site.apply()
    for each in (site.root / "var").glob("gateway.db*"):
        each.unlink()
    with pytest.raises(NotRunnableError) as refused:
        site.running()
    assert refused.value.problem.code == "P238"
    lastrun.forget(site.root)
    assert site.running().applied is None


def test_a_running_process_changes_while_files_flow(site: Site) -> None:
    """Messages keep coming, each is processed by one of both, none is lost."""
    site.apply()
    with site.serving() as gateway:
        before = gateway.house.workspace
        stop = threading.Event()
        sent = 0

        def pour() -> None:
            nonlocal sent
            while sent < 40 and not stop.wait(0.05):
                sent += 1
                site.order(sent)

        thread = threading.Thread(target=pour)
        thread.start()
        until(lambda: len(site.orders()) >= 2)
        site.write(WITHOUT_NOTE)
        outcome = site.apply()
        assert outcome.applied is not None, outcome.problems
        assert len(outcome.processes) == 1
        assert outcome.seconds < 1
        stop.set()
        thread.join()
        sent += 1
        site.order(sent)
        until(lambda: len(site.orders()) == sent)
        after = gateway.house.workspace
        assert gateway.running.seq == 2
        assert after.partners["northwind"] is before.partners["northwind"], "not read again"
        hashes = Counter(each.config for each in site.rows(gateway) if each.content)
    assert set(hashes) == {before.hash, after.hash}
    with_note = sum("ring the bell" in text for text in site.orders().values())
    assert with_note == hashes[before.hash]
    assert sent == sum(hashes.values())


def test_new_folders_are_looked_into_and_old_ones_are_not(site: Site) -> None:
    site.apply()
    with site.serving() as gateway:
        site.change(ACME, "var/partners/acme-retail/in", "var/elsewhere/in")
        assert site.apply().applied is not None
        site.order(1)
        (site.root / "var/partners/acme-retail/in/1.edi").rename(
            (_made(site.root / "var/elsewhere/in")) / "1.edi"
        )
        site.order(2)
        until(lambda: bool(site.orders()))
        assert (site.root / "var/partners/acme-retail/in/2.edi").exists()
        assert "acme-retail/main" in gateway.house.inboxes


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_process_that_cannot_run_it_keeps_everybody_from_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.apply()
    with site.serving() as gateway:
        monkeypatch.setattr(current, "AGAIN", 0.05)
        monkeypatch.setattr(current, "loaded", _refusing)
        site.write(WITHOUT_NOTE)
        refused = site.apply()
        assert refused.applied is None
        assert [each.code for each in refused.problems] == ["P234"]
        assert gateway.name in refused.problems[0].sentence
        assert site.running().seq == 1
        assert not gateway.trouble()

        outcome = site.apply(anyway=True)
        assert outcome.applied is not None
        until(lambda: bool(gateway.trouble()))
        site.order(1)
        until(lambda: bool(gateway.alarms()))
        assert [each.found.code for each in gateway.alarms()] == ["A165"]
        assert not site.orders(), "it takes no lane"
        monkeypatch.undo()
        until(lambda: bool(site.orders()))
        assert not gateway.trouble()


def _refusing(*_any: object) -> object:
    raise NotRunnableError(problem("P236", hash="abc", reason="a key is missing here"))


def test_two_commands_do_not_undo_each_other(site: Site) -> None:
    with site.opened(draft=True) as gateway:
        store = gateway.house.store
        wish = applied.Wish("apply", "0" * 64, version(), 0, "ben", "", "")
        with store.write() as connection:
            assert applied.prepare(connection, store.clock(), wish) is not None
            assert applied.prepare(connection, store.clock(), wish) is None
        outcome = site.apply()
        assert [each.code for each in outcome.problems] == ["P235"]
        with store.write() as connection:  # ten seconds later: that command is dead
            applied.withdraw_dead(connection, store.clock() + 2 * applied.ALIVE)
    assert site.apply().applied is not None


def test_settings_with_errors_are_not_applied(site: Site) -> None:
    site.apply()
    site.change(ACME, "schema: 1", "schema: 1\nsurprise: 1")
    assert [each.code for each in site.apply().problems] == ["P231"]
    site.change("partners/northwind/partner.yaml", "name: Northwind", "name: North Wind")
    outcome = site.apply(without_broken=True)
    assert outcome.applied is not None, outcome.problems
    workspace = site.running().workspace
    assert sorted(workspace.partners) == ["acme-retail", "northwind"]
    assert workspace.partners["northwind"].name.startswith("North Wind")


def test_a_secret_in_plain_text_is_not_applied(site: Site) -> None:
    site.change(
        "gateway.yaml", "schema: 1\n", "schema: 1\nalarms: {webhook: {url: https://a.test/x?k=1}}\n"
    )
    (found,) = site.apply().problems
    lines = (site.root / "gateway.yaml").read_text(encoding="utf-8").splitlines()
    assert (found.code, "webhook" in lines[(found.place.line or 0) - 1]) == ("P233", True)
    assert "k=1" not in found.sentence


def test_an_error_of_the_house_is_not_applied(site: Site) -> None:
    (site.root / "mappings/edifact").mkdir(parents=True)
    (site.root / "mappings/edifact/orders.map").write_text("nonsense\n")
    assert "P230" in [each.code for each in site.apply().problems]


def test_going_back(site: Site) -> None:
    assert [each.code for each in site.rollback().problems] == ["P239"]
    first = site.apply()
    assert [each.code for each in site.rollback().problems] == ["P239"]
    site.write(WITHOUT_NOTE)
    site.apply()
    with site.serving() as gateway:
        outcome = site.rollback()
        assert outcome.applied is not None, outcome.problems
        assert first.applied is not None
        assert (outcome.applied.seq, outcome.applied.hash) == (3, first.applied.hash)
        assert gateway.house.workspace.hash == first.applied.hash
    assert "P239" in [each.code for each in site.rollback().problems], "not to and fro"
    again = site.rollback(2)
    assert again.applied is not None
    assert again.applied.seq == 4
    assert site.running().hash == again.applied.hash


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The package as it was before it was updated."""
    for module in (snapshot, restored, asthen, remembered, running, standing, site_module):
        monkeypatch.setattr(module, "version", lambda: "0.0.1")
    yield monkeypatch


def test_after_an_update_of_the_package_its_own_maps_are_those_that_are_installed(
    site: Site, older: pytest.MonkeyPatch
) -> None:
    outcome = site.apply()
    assert outcome.applied is not None
    older.undo()
    found = site.running()
    assert found.renewed
    assert found.seq == 1
    assert found.hash != outcome.applied.hash
    assert found.workspace.shares
    assert site.running().hash == found.hash, "the same for everybody"
    site.order(1)
    with site.opened() as gateway:
        assert gateway.run_once().messages == 1


def test_the_page_for_whoever_sends_work_says_what_runs(site: Site) -> None:
    with site.opened() as gateway:
        assert gateway.runs() == {}
    site.apply()
    with site.opened() as gateway:
        assert json.loads(json.dumps(gateway.runs()))["configuration"]["seq"] == 1


def test_processes_on_postgres_change_together(tmp_path: Path, postgres_ready: str) -> None:
    """Two machines take turns in the same lanes; no step mixes the settings of both."""
    site = Site(tmp_path, postgres_ready)
    site.apply()
    with site.serving() as one, site.serving() as two:
        for number in range(1, 6):
            site.order(number)
        site.write(WITHOUT_NOTE)
        outcome = site.apply()
        assert outcome.applied is not None, outcome.problems
        assert len(outcome.processes) == 2
        assert {each.running for each in outcome.processes} == {2}
        for number in range(6, 11):
            site.order(number)
        until(lambda: len(site.orders()) == 10)
        assert one.house.workspace.hash == two.house.workspace.hash == outcome.applied.hash
        hashes = Counter(each.config for each in site.rows(one) if each.content)
    with_note = sum("ring the bell" in text for text in site.orders().values())
    assert with_note == hashes.total() - hashes[outcome.applied.hash]
    assert hashes[outcome.applied.hash] >= 5


def test_a_step_of_another_machine_begins_with_what_was_applied(
    tmp_path: Path, postgres_ready: str
) -> None:
    """Even one that has not heard of it: it asks when it takes a lane."""
    site = Site(tmp_path, postgres_ready)
    site.apply()
    with site.opened() as late:
        site.write(WITHOUT_NOTE)
        assert site.apply().applied is not None
        assert late.running.seq == 1
        site.order(1)
        late.run_once()
        assert late.running.seq == 2
    assert "ring the bell" not in next(iter(site.orders().values()))


def test_what_a_gateway_opens_for_a_draft_are_the_files(site: Site) -> None:
    site.apply()
    site.write(WITHOUT_NOTE)
    files = site.files()
    with Gateway.open(files, draft=True) as gateway:
        assert gateway.house.workspace.hash == files.hash


def test_files_that_change_meanwhile_are_not_applied(site: Site) -> None:
    files = site.files()
    site.write(WITHOUT_NOTE)
    with site.opened(draft=True) as gateway:
        found = wanted(gateway.house.store, gateway.running, files, [])
    assert isinstance(found, list)
    assert [each.code for each in found] == ["P237"]


def test_what_cannot_be_loaded_is_said_at_the_start_and_can_be_undone(site: Site) -> None:
    site.apply()
    site.write(WITHOUT_NOTE)
    site.apply()
    with site.opened(draft=True) as gateway, gateway.house.store.write() as connection:
        row = applied.current(connection)
        assert row is not None
        kept = snapshots.read(connection, row.hash)
        assert isinstance(kept, snapshot.Snapshot)
        torn = replace(kept, files={**kept.files, "gateway.yaml": b"schema: [\n"})
        snapshots.keep(connection, gateway.house.clock(), torn)
    with pytest.raises(NotRunnableError) as refused:
        site.running()
    assert refused.value.problem.code == "P236"


def test_a_partner_whose_folder_is_a_link_is_applied(tmp_path: Path) -> None:
    site = Site(tmp_path / "shop")
    (site.root / "partners/acme-retail").rename(tmp_path / "acme")
    (site.root / "partners/acme-retail").symlink_to(tmp_path / "acme")
    assert site.apply().applied is not None
    assert "acme-retail" in site.running().workspace.partners


@pytest.mark.parametrize("name", ["samples/orders.yaml", ".orders.yaml"])
def test_what_is_never_kept_cannot_be_a_setting(tmp_path: Path, name: str) -> None:
    site = Site(tmp_path)
    folder = site.root / "partners/acme-retail"
    (folder / "samples").mkdir(exist_ok=True)
    (folder / "guides/orders.yaml").rename(folder / name)
    site.change(ACME, "guides/orders.yaml", name)
    assert [one.code for one in site.apply().problems] == ["P231"]


def test_a_map_that_cannot_be_kept_is_not_silently_that_of_the_package(tmp_path: Path) -> None:
    site = Site(tmp_path)
    ours = (ROOT / "mappings/edifact/orders.map").read_text(encoding="utf-8")
    site.write({"mappings/edifact/orders.map": f"{ours}# \x07\n"})
    (found,) = site.apply().problems
    assert (found.code, found.place.file) == ("P233", "mappings/edifact/orders.map")
