"""The log: lines for people at a terminal, JSON for programs, on standard error.

Everything that uses Python's ``logging`` comes out in the same form, libraries included. Events
(:mod:`gateway.telemetry.events`) add their facts. What may not be read is masked, see
:mod:`gateway.telemetry.secrets`. structlog is imported by :func:`configure`, so that a command
without a log does not pay for it.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from gateway.config.operation import Telemetry
from gateway.telemetry.secrets import clean, clean_value
from gateway.telemetry.traces import current_trace

LOG = logging.getLogger("gateway")
LIBRARIES = {
    "alembic": logging.WARNING,
    "asyncssh": logging.WARNING,  # it tells each connection, and what is asked on it
    "botocore": logging.WARNING,
    "fsspec": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "opentelemetry": logging.ERROR,
    "opentelemetry.exporter": logging.CRITICAL,  # told as an event, once
    "opentelemetry.sdk": logging.WARNING,  # that the queue is full
    "procrastinate": logging.WARNING,
    "psycopg": logging.WARNING,
    "s3fs": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "urllib3": logging.WARNING,
    "uvicorn": logging.WARNING,
    "watchfiles": logging.WARNING,
}
"""Lowest level of what libraries say: below, they tell each request, with its address."""
_FRAMES = 40
"""Frames of a traceback that are kept."""

Facts = MutableMapping[str, Any]
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(*, json: bool, level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    """Log to standard error (or ``stream``) from now on; called once by a command that stays.

    ``json``: one JSON value a line. ``level``: lowest level, ``logging.INFO`` or ``"info"``.
    """
    where = stream or sys.stderr
    output = logging.StreamHandler(where)
    output.setFormatter(formatter(json=json, colors=not json and where.isatty()))
    root = logging.getLogger()
    for old in root.handlers[:]:
        if getattr(old, "_gateway", False):
            root.removeHandler(old)
    output._gateway = True  # type: ignore[attr-defined]
    root.addHandler(output)
    root.setLevel(level.upper() if isinstance(level, str) else level)
    for name, lowest in LIBRARIES.items():
        logging.getLogger(name).setLevel(max(lowest, root.level))
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def configure_as(settings: Telemetry) -> None:
    """The same as the settings say: JSON unless somebody looks at a terminal."""
    json = settings.log == "json" or (settings.log == "auto" and not sys.stderr.isatty())
    configure(json=json, level=settings.level)


def formatter(*, json: bool, colors: bool = False) -> logging.Formatter:
    """What makes a line of a record."""
    from structlog.dev import ConsoleRenderer  # noqa: PLC0415 (slow to load)
    from structlog.processors import JSONRenderer  # noqa: PLC0415 (slow to load)
    from structlog.stdlib import ProcessorFormatter  # noqa: PLC0415 (slow to load)

    renderer: Callable[[Any, str, Facts], Any] = JSONRenderer(ensure_ascii=False)
    if not json:
        renderer = ConsoleRenderer(colors=colors, sort_keys=False)
    processors = [_facts, _render_failure(indent="" if json else "    "), renderer]
    return ProcessorFormatter(processors=processors)


def _facts(_logger: Any, _method: str, line: Facts) -> Facts:
    """The line in its order: when, how bad, what, then the facts."""
    record: logging.LogRecord = line["_record"]
    made: dict[str, Any] = {
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": clean(str(line["event"])),
    }
    if record.name != "gateway.events":
        made["logger"] = record.name
    trace = current_trace()
    if trace:
        made["trace"] = trace.split("-")[1]
    facts: dict[str, Any] = getattr(record, "facts", {})
    # a fact never takes the place of what the line is made of
    made |= {
        (f"{key}_" if key in made else key): clean_value(key, value)
        for key, value in facts.items()
        if value is not None
    }
    if line.get("exc_info"):
        made["exc_info"] = line["exc_info"]
    return made


def _render_failure(indent: str) -> Callable[[Any, str, Facts], Facts]:
    """The traceback as text; indented, so that no line of it looks like a line of the log."""

    def render(_logger: Any, _method: str, line: Facts) -> Facts:
        info: ExceptionInfo | None = line.pop("exc_info", None)
        if info and info[1] is not None:
            text = "".join(traceback.format_exception(*info, limit=-_FRAMES))
            line["exception"] = "\n".join(indent + clean(each) for each in text.splitlines())
        return line

    return render


def _uncaught(
    kind: type[BaseException], failure: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, failure, trace)
        return
    LOG.critical("the process ends by a failure", exc_info=(kind, failure, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or args.exc_type is SystemExit:
        return
    name = args.thread.name if args.thread else "?"
    info = (args.exc_type, args.exc_value, args.exc_traceback)
    LOG.critical("a thread ended by a failure", exc_info=info, extra={"facts": {"thread": name}})
