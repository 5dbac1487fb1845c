"""The files of what was applied: whole, read-only, shared, and there as long as they are used."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from gateway.config import lastrun
from gateway.config.laid import FOLDER, PARTS, clean_up, hold, lay
from gateway.config.translation import Translation
from gateway.pipeline.configuration.restarts import restarts
from tests.configuration.site import ACME, WITHOUT_NOTE, Site

FILES = {"gateway.yaml": b"schema: 1\n", "partners/acme-retail/partner.yaml": b"a\n"}


def _lay(base: Path, name: str, files: dict[str, bytes]) -> tuple[Path, int]:
    folder, held = lay(base, name, files, {})
    assert held is not None
    return folder, held


def test_a_partner_who_did_not_change_keeps_his_folder(tmp_path: Path) -> None:
    one, _ = _lay(tmp_path, "one", FILES)
    two, _ = _lay(tmp_path, "two", {**FILES, "gateway.yaml": b"schema: 1\nworkers: 2\n"})
    assert one != two
    acme = [(each / "partners/acme-retail").resolve() for each in (one, two)]
    assert acme[0] == acme[1]
    assert stat.S_IMODE((acme[0] / "partner.yaml").stat().st_mode) == 0o444


def test_files_that_are_torn_or_changed_are_written_anew(tmp_path: Path) -> None:
    folder, held = _lay(tmp_path, "one", FILES)
    os.close(held)
    partner = folder / "partners/acme-retail/partner.yaml"
    partner.chmod(0o644)
    partner.write_bytes(b"")
    again, _ = _lay(tmp_path, "one", FILES)
    assert (again / "partners/acme-retail/partner.yaml").read_bytes() == b"a\n"


def test_only_folders_that_nobody_holds_are_removed(tmp_path: Path) -> None:
    held = {}
    for number in range(6):
        files = {**FILES, "partners/acme-retail/partner.yaml": str(number).encode()}
        folder, handle = _lay(tmp_path, f"n{number}", files)
        os.utime(folder, (number, number))
        held[folder.name] = handle
        for part in (tmp_path / FOLDER / PARTS).iterdir():
            os.utime(part, (number, number))
    for name in ("n1", "n2", "n3", "n4", "n5"):
        os.close(held[name])
    clean_up(tmp_path)
    left = sorted(each.name for each in (tmp_path / FOLDER).iterdir())
    assert left == ["n0", "n4", "n5", PARTS]
    assert len(list((tmp_path / FOLDER / PARTS).iterdir())) == 3
    other = hold(tmp_path / FOLDER / "n0")
    assert other is not None, "several may hold one"


def test_what_ran_last_is_known_without_the_database(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert lastrun.last(tmp_path) is None
    site.apply()
    found = lastrun.last(tmp_path)
    assert found is not None
    workspace, seq = found
    assert (seq, workspace.hash) == (1, site.files().hash)
    (tmp_path / FOLDER / lastrun.NAME).write_text("{")
    assert lastrun.last(tmp_path) is None


def test_maps_whose_files_did_not_change_are_not_compiled_again(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write(WITHOUT_NOTE)
    site.apply()
    one = site.running().workspace
    before = Translation(one)
    site.change("partners/northwind/partner.yaml", "name: Northwind", "name: North Wind")
    site.apply()
    two = site.running().workspace
    after = before.renewed(two)
    acme = one.partners["acme-retail"]
    compiled, _ = before.partner_map(acme, acme.agreements[0])
    assert compiled is not None
    after = before.renewed(two)
    acme = two.partners["acme-retail"]
    assert after.partner_map(acme, acme.agreements[0])[0] is compiled
    site.write({"partners/acme-retail/own.map": "overlay mappings/edifact/orders.map\ndrop kind\n"})
    site.apply()
    three = site.running().workspace
    acme = three.partners["acme-retail"]
    assert after.renewed(three).partner_map(acme, acme.agreements[0])[0] is not compiled


def test_keys_lie_where_they_always_did(tmp_path: Path) -> None:
    """They are in no snapshot: a change of one needs no apply."""
    site = Site(tmp_path)
    key = tmp_path / "partners/acme-retail/ours.key"
    key.write_text("secret")
    site.apply()
    found = site.running().workspace
    assert (found.partner_folder("acme-retail") / "ours.key").read_text() == "secret"
    assert found.path("secrets/x") == tmp_path / "secrets/x"
    assert found.base == tmp_path


def test_what_needs_a_restart_is_said(tmp_path: Path) -> None:
    site = Site(tmp_path)
    old = site.files()
    text = (tmp_path / "gateway.yaml").read_text(encoding="utf-8")
    (tmp_path / "gateway.yaml").write_text(f"{text}\nworkers: 9\n", encoding="utf-8")
    site.change(ACME, "name: Acme", "name: Acne")
    assert [each.setting for each in restarts(old, site.files())] == ["workers"]


@pytest.mark.parametrize(
    "name",
    [
        "mappings/edifact/orders.map",
        "partners/northwind/partner.yaml",
        "partners/acme-retail/guides/orders.yaml",
        "codes.csv",
    ],
)
def test_a_file_that_was_added_is_not_used(tmp_path: Path, name: str) -> None:
    folder, held = _lay(tmp_path, "one", FILES)
    os.close(held)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("mine")
    again, _ = _lay(tmp_path, "one", FILES)
    assert not (again / name).exists()


def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    folder, held = _lay(tmp_path, "one", FILES)
    os.close(held)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/partner.yaml").write_bytes(b"a\n")  # the same, for now
    part = (folder / "partners/acme-retail").resolve()
    (folder / "partners/acme-retail").unlink()
    (folder / "partners/acme-retail").symlink_to(tmp_path / "mine")
    again, held = _lay(tmp_path, "one", FILES)
    assert (again / "partners/acme-retail").resolve() == part
    os.close(held)
    (part / "partner.yaml").unlink()
    (part / "partner.yaml").symlink_to(tmp_path / "mine/partner.yaml")
    again, _ = _lay(tmp_path, "one", FILES)
    assert not (again / "partners/acme-retail/partner.yaml").is_symlink()


def test_a_name_that_leads_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leads out"):
        lay(tmp_path, "one", {**FILES, "partners/acme-retail/../../../x": b""}, {})
    with pytest.raises(ValueError, match="leads out"):
        lay(tmp_path, "two", FILES, {"partners/acme-retail/../../x": tmp_path})
    assert [each.name for each in (tmp_path / FOLDER).iterdir()] == [PARTS]
