"""The pages about layouts: every example is read, every command runs as it is shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from gateway.grammar.layout import read_layout
from gateway.grammar.layoutfields import FIELD, RECORD
from gateway.grammar.layoutfile import TOP

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs/reference/layouts.md").read_text(encoding="utf-8")
HOWTO = (ROOT / "docs/howto/describe-your-erp-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```\n\n```text\n(.*?)```", REFERENCE, re.S)


@pytest.mark.parametrize(("layout", "file"), EXAMPLES)
def test_an_example_is_read_and_written(layout: str, file: str) -> None:
    found, problems = read_layout(layout, "", "example")
    assert found is not None, problems
    reading = found.read(file.encode(found.encoding))
    assert reading.problems == []
    again, problems = found.write(reading.documents)
    assert problems == []
    written = [(one.fields, one.kids.keys()) for one in found.read(again).documents]
    assert written == [(one.fields, one.kids.keys()) for one in reading.documents]


def test_every_setting_is_described() -> None:
    assert len(EXAMPLES) == REFERENCE.count("```yaml") == 6
    missing = [one for one in (*TOP, *FIELD, *RECORD) if f"`{one}" not in REFERENCE
               and f"\n{one}:" not in REFERENCE]  # fmt: skip
    assert missing == []


def test_the_guide_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grammars/csv").mkdir(parents=True)
    sample = re.search(r"```csv\n(.*?)```", HOWTO, re.S)
    assert sample is not None
    (tmp_path / "export.csv").write_text(sample[1], encoding="utf-8")
    block = re.search(r"```console\n(.*?)```", HOWTO, re.S)
    assert block is not None
    output = ""
    for line in block[1].splitlines():
        if line.startswith("$ gateway "):
            done = CliRunner().invoke(main, shlex.split(line)[2:])
            assert done.exit_code == 0, done.output
            output = done.output
        else:
            assert line in output
