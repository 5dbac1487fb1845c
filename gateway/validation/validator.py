"""Runs the rules of a folder over an invoice, in a process that may not take too long or too much.

    with Validator(Path("artefacts")) as validator:
        problems = validator.check(data, "invoice.xml")

The process is started with the first file and kept; when it dies or is stopped, the next file
starts another.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gateway.einvoice import NotEInvoice, NotFindings, findings, recognise
from gateway.problems import Place, Problem, problem
from gateway.validation.artefacts import WANTED, artefacts_in
from gateway.validation.frames import FrameError, receive, send


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take."""

    seconds: float = 30
    """For all files of rules together, the compiling of them not counted."""
    compiling: float = 60
    """For the first use of a file of rules by a process."""
    megabytes: int = 1500


class _StoppedError(Exception):
    """The process was stopped or died; the problem says why."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.sentence)
        self.problem = found


class Validator:
    """Rules of one folder. One file at a time; threads wait for each other."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._seen: set[str] = set()

    def check(self, data: bytes, file: str = "") -> list[Problem]:
        """All findings about one invoice: V600-V602, or why there are none (V610-V615)."""
        name = file or "the file"
        try:
            known = recognise(data)
        except NotEInvoice as not_one:
            return [problem("V615", Place(file=file or None), file=name, reason=not_one)]
        found = artefacts_in(self.folder, known.kind)
        if not found.rules:
            wanted = WANTED[known.kind]
            return [problem("V611", kind=known.kind, folder=self.folder, wanted=wanted)]
        text = known.text().encode("utf-8")
        with self._lock:
            try:
                problems = self._schema(found.schema, text, name) if found.schema else []
                for rules in found.rules:
                    problems += self._rules(rules, text, name)
            except _StoppedError as stopped:
                problems = [stopped.problem]
        return [one.at(file=file) if file else one for one in problems]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _rules(self, rules: Path, text: bytes, name: str) -> list[Problem]:
        head, body = self._ask({"do": "rules", "file": str(rules)}, text, name)
        if "failed" in head:
            return [problem("V614", file=rules.name, reason=head["failed"])]
        try:
            return findings(body)
        except NotFindings as wrong:
            return [problem("V614", file=rules.name, reason=f"its report is no SVRL: {wrong}")]

    def _schema(self, schema: Path, text: bytes, name: str) -> list[Problem]:
        head, _ = self._ask({"do": "schema", "file": str(schema)}, text, name)
        if "failed" in head:
            return [problem("V614", file=schema.name, reason=head["failed"])]
        return [
            problem("V602", Place(path=one["path"]), text=one["text"], file=schema.name)
            for one in head["found"]
        ]

    # ------------------------------------------------------------------ the process

    def _ask(
        self, request: dict[str, Any], text: bytes, name: str
    ) -> tuple[dict[str, Any], bytes]:  # fmt: skip
        process = self._started()
        seconds = self.limits.seconds
        if request["file"] not in self._seen:
            seconds += self.limits.compiling
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            assert process.stdin is not None and process.stdout is not None
            send(process.stdin, request, text)
            answer = receive(process.stdout)
        except (OSError, FrameError):
            reason = self._end()
            if late.is_set():
                raise _StoppedError(problem("V612", file=name, seconds=f"{seconds:g}")) from None
            raise _StoppedError(problem("V613", file=name, reason=reason)) from None
        finally:
            timer.cancel()
        self._seen.add(request["file"])
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        command = [sys.executable, "-m", "gateway.validation.worker", str(self.limits.megabytes)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        try:
            head, _ = receive(self._process.stdout)
        except FrameError:
            head = {"missing": f"the process of the validator ended: {self._end()}"}
        if "missing" in head:
            self._end()
            raise _StoppedError(problem("V610", reason=head["missing"]))
        return self._process

    def _end(self) -> str:
        """End the process, if there is one. How it ended."""
        process, self._process = self._process, None
        self._seen.clear()
        if process is None:
            return ""
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            code = process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"
