"""The page on AS2 partners: each of its settings loads, and says nothing it should not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.pipeline.as2.links import Links
from tests.as2.credentials import KEYS
from tests.as2.settings.kit import ACME, OWN

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "as2-partner.md"
BLOCKS = re.findall(r"^```yaml (\S+)\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
OURS = [text for name, text in BLOCKS if name.endswith("_own.yaml")]
THEIRS = [text for name, text in BLOCKS if name.endswith("partner.yaml")]
FILES = {
    "secrets/as2-2026": "ours",
    "secrets/as2-2029": "ours-next",
    "partners/acme-retail/certificates/acme-2026": "acme",
    "partners/acme-retail/certificates/acme-2029": "acme-next",
    "partners/acme-retail/certificates/authority": "authority",
}


@pytest.mark.parametrize("ours", OURS, ids=["ours", "ours, two"])
@pytest.mark.parametrize("theirs", THEIRS, ids=["least", "more", "two", "authority"])
def test_the_settings_of_the_page_are_right(tmp_path: Path, ours: str, theirs: str) -> None:
    for name, known in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        for ending in ("pem", "key"):
            shutil.copy(KEYS / f"{known}.{ending}", tmp_path / f"{name}.{ending}")
    (tmp_path / "partners/acme-retail/certificates/authority.crl").write_bytes(b"")
    (tmp_path / "gateway.yaml").write_text("schema: 1\n", "utf-8")
    own = OWN[: OWN.index("as2:")] + ours
    (tmp_path / "partners/_own.yaml").write_text(own, "utf-8")
    acme = ACME[: ACME.index("channels:")] + theirs
    (tmp_path / "partners/acme-retail/partner.yaml").write_text(acme, "utf-8")
    workspace, problems = load_workspace(tmp_path)
    assert workspace is not None and problems == []
    links = Links(workspace)
    link = links.of("acme-retail", "edi")
    assert (len(link.ours), len(link.theirs)) == (ours.count("key:"), theirs.count("file:") or 1)
    assert links.own_problems() == ()
    assert {found.code for found in links.problems_of(link)} <= {"C473"}


def test_the_page_shows_all_that_it_promises() -> None:
    assert (len(OURS), len(THEIRS)) == (2, 4)
