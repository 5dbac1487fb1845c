"""What stands in a file, or is put beside it, is data for whoever looks at what became of it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.channels.folder import Claim
from gateway.channels.folder.report import Report, as_json, as_text
from gateway.config.folder import FolderReady
from gateway.config.remote import Ready
from gateway.problems import problem

SIGNS = "\x1b]0;x\x07\x9b2J\u202efdp\r\n9. Nothing is wrong"


def report() -> Report:
    found = problem("P121", value=SIGNS, field=SIGNS, document=SIGNS, partner=SIGNS)
    return Report(
        file="orders.csv",
        at=datetime(2026, 3, 2, tzinfo=UTC),
        source="erp/invoice",
        message=7,
        outcome="nothing was taken over",
        problems=[found],
        heads=[f"invoice {SIGNS}"],
        text=f"{SIGNS}\n",
    )


def test_a_number_of_a_document_writes_no_lines_into_an_error_file() -> None:
    lines = as_text(report()).decode().split("\n")
    assert all(line.isprintable() for line in lines)
    assert not [line for line in lines if line.startswith("9.")]


def test_the_error_file_for_programs_holds_no_signs_that_a_terminal_obeys() -> None:
    text = as_json(report()).decode()
    assert all(line.isprintable() for line in text.split("\n"))
    assert json.loads(text)["problems"][0]["about"] == f"invoice {SIGNS}", "and nothing is lost"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
def test_a_pipe_in_the_place_of_a_file_does_not_stop_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "orders.edi")
    with pytest.raises(OSError, match="is not a file"):
        Claim("1", tmp_path / "orders.edi").open()


@pytest.mark.parametrize(
    "marker",
    ["../{name}.done", "{name}/x", "sub/{name}.ok", "..\\{name}.ok", "x.done", "{name}", "/{name}"],
)
def test_a_marker_is_a_name_beside_the_file(marker: str) -> None:
    with pytest.raises(ValidationError):
        FolderReady(by="marker", marker=marker)


@pytest.mark.parametrize("marker", ["../{name}.done", "{name}/x", "..\\{name}.ok", "x.done"])
def test_a_marker_on_a_server_is_one_too(marker: str) -> None:
    with pytest.raises(ValidationError):
        Ready(marker=marker)
