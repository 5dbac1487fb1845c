"""Log lines: one line each, readable by programs, whatever a partner writes."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry import events, secrets
from gateway.telemetry.log import formatter
from gateway.telemetry.traces import new_trace, span

ANY_NAME = st.text(st.characters(codec=None), max_size=60)


def line(facts: dict[str, Any], *, as_json: bool = True, **record: Any) -> str:
    values = {"msg": "received", "name": "gateway.events", "levelname": "INFO", "facts": facts}
    made = logging.makeLogRecord(values | record)
    return formatter(json=as_json).format(made)


@given(ANY_NAME)
def test_json_lines_stay_one_line_whatever_a_file_is_called(name: str) -> None:
    text = line({"message": 7, "name": name})
    assert text.isprintable()
    text.encode("utf-8")
    told = json.loads(text)
    assert told["event"] == "received"
    assert told["message"] == 7
    assert told["level"] == "info"
    if name.isprintable() and not set(name) & set(":="):
        assert told["name"] == name


@given(ANY_NAME)
def test_lines_for_people_stay_one_line_too(name: str) -> None:
    text = line({"message": 7, "name": name}, as_json=False)
    assert text.isprintable()
    assert "received" in text


def test_a_line_in_full() -> None:
    facts = {"message": 7, "name": "a.edi", "password": "abc", "none": None, "event": "forged"}
    told = json.loads(line(facts, created=0.25))
    assert told == {
        "timestamp": "1970-01-01T00:00:00.250+00:00", "level": "info", "event": "received",
        "message": 7, "name": "a.edi", "password": "***", "event_": "forged",
    }  # fmt: skip
    assert list(told)[:3] == ["timestamp", "level", "event"]


def test_a_failure_is_told_with_its_traceback_and_without_secrets() -> None:
    secrets.mask("s3same-open")
    try:
        raise OSError("cannot open\n2026 [info] forged s3same-open password=abc")
    except OSError:
        info = sys.exc_info()
    told = json.loads(line({}, exc_info=info))
    assert told["exception"].startswith("Traceback (most recent call last):\n")
    assert told["exception"].splitlines()[-1] == "2026 [info] forged *** password=***"
    text = line({}, as_json=False, exc_info=info)
    assert "s3same-open" not in text
    # whoever reads line by line takes none of these for a line of the log
    assert all(each.startswith("    ") for each in text.splitlines()[1:])


def test_the_trace_is_in_the_line() -> None:
    trace = new_trace(lambda: "abc")
    with span("judge", trace):
        told = json.loads(line({}))
    assert told["trace"] == trace[3:35]
    assert "trace" not in json.loads(line({}))


def test_libraries_say_who_they_are() -> None:
    told = json.loads(line({}, msg="closing %s", args=("it",), name="sqlalchemy.pool"))
    assert (told["logger"], told["event"]) == ("sqlalchemy.pool", "closing it")


PROGRAM = """
import logging, threading, warnings
from gateway.config.operation import Telemetry
from gateway.telemetry import events, log
log.configure(json=True, level="debug")
log.configure_as(Telemetry(log="{form}"))
events.received(message=1, source="acme-retail/main", name="a\\nb", size=3)
events.transaction(name="filtered", seconds=0.1)
logging.getLogger("httpx").info("GET https://hooks.example/secret-path")
logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
logging.getLogger("sqlalchemy.pool").error("lost %s", "postgresql://edi:abc@db/edi")
warnings.warn("old ways")
thread = threading.Thread(target=lambda: 1 / 0, name="lane-1")
thread.start(); thread.join()
raise KeyError("the end")
"""


@pytest.fixture(scope="module", params=["json", "auto", "text"])
def told(request: pytest.FixtureRequest) -> Iterator[tuple[bool, str]]:
    code = PROGRAM.format(form=request.param)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    yield request.param != "text", done.stderr


def test_everything_of_a_process_has_the_same_form(told: tuple[bool, str]) -> None:
    as_json, text = told
    expected = [
        ("info", "received"),
        ("warning", "Invalid HTTP request received."),
        ("error", "lost postgresql://edi:***@db/edi"),
        ("warning", "old ways"),
        ("critical", "a thread ended by a failure"),
        ("critical", "the process ends by a failure"),
    ]
    if as_json:
        lines = [json.loads(each) for each in text.splitlines()]
        assert len(lines) == len(expected)
        for one, (level, event) in zip(lines, expected, strict=True):
            assert one["level"] == level
            assert event in one["event"]
            assert datetime.fromisoformat(one["timestamp"]).tzinfo is not None
        assert lines[4]["thread"] == "lane-1"
        assert "ZeroDivisionError" in lines[4]["exception"]
        assert "KeyError" in lines[5]["exception"]
        return
    heads = [each for each in text.splitlines() if not each.startswith("    ")]
    assert len(heads) == len(expected)
    for one, (level, event) in zip(heads, expected, strict=True):
        assert f"[{level}" in one
        assert event in one


def test_a_command_without_a_log_is_silent() -> None:
    code = "from gateway.telemetry import events; events.database_trouble(failure='gone')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stderr == ""


def test_a_log_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    output = logging.StreamHandler(Full())
    output.setFormatter(formatter(json=True))
    logger = logging.getLogger("gateway.events")
    logger.addHandler(output)
    try:
        events.database_trouble(failure="gone")
    finally:
        logger.removeHandler(output)
