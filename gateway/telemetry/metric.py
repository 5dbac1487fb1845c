"""What is measured: one row for each metric. The reference page is made from these rows.

Labels have few values, all of them from the settings or from this code: partner, document, state,
outlet, code. A number of a document, a file name or a lane is never a label; they stand in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]

WORK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0)
"""Buckets of what a machine does: a millisecond to minutes."""
WAY = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 86400.0)
"""Buckets of what a document waits for: a tenth of a second to a day."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A counter, a gauge or a histogram (with its ``buckets`` in seconds)."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


def _count(name: str, text: str, *labels: str) -> Metric:
    return Metric(f"gateway_{name}_total", "counter", text, labels)


def _time(name: str, text: str, *labels: str, buckets: tuple[float, ...] = WORK) -> Metric:
    return Metric(f"gateway_{name}_seconds", "histogram", text, labels, buckets)


def _gauge(name: str, text: str, *labels: str) -> Metric:
    return Metric(f"gateway_{name}", "gauge", text, labels)


# ---- counted and timed where it happens ---------------------------------------------------------

FILES = _count("files_received", "Files taken from an inbox; they are in the archive.", "source")
BYTES = _count("files_received_bytes", "Bytes of the files taken from an inbox.", "source")
MOVES = _count(
    "moves", "Moves of rows into a state.", "partner", "document", "state"
)  # fmt: skip
JUDGED = _count("judged", "Messages and documents judged.", "partner", "document", "verdict")
JUDGING = _time("judging", "Time that judging a file or interchange took.", "document")
DELIVERED = _count("deliveries", "Deliveries that arrived.", "outlet", "purpose")
DELIVERING = _time("delivery", "Time that one delivery took.", "outlet")
DOCUMENT = _time(
    "document",
    "Time from taking a file to the delivery of what was in it.",
    "purpose",
    buckets=WAY,
)
RETRIES = _count("retries", "Attempts that failed and will be made again.", "kind", "partner")
GIVEN_UP = _count("given_up", "Work that was given up after its last attempt.", "kind", "partner")
HELD = _count("held", "Rows that wait for a person.", "partner", "document", "code")
REFUSED = _count("refused", "Rows refused.", "partner", "document", "code")
BUGS = _count("bugs", "Failures that nothing foresaw.", "where")
ISOLATED = _count("isolated", "Work set aside because processes died of it.", "kind")
LANES_TAKEN = _count("lanes_taken", "Lanes taken, also from one who died.", "how")
LANES_LOST = _count("lanes_lost", "Lanes that another took while they were worked on.")
STEP = _time("step", "Time that a step took, its transaction included.", "step")
WAKES = _count("wakes", "Wake-ups that came.", "by")
WAKES_SENT = _count("wakes_sent", "Wake-ups given to the carrier.")
DUTIES = _count("duties", "Periodic duties that ran.", "duty", "result")
DUTY = _time("duty", "Time that a duty took.", "duty")
TRANSACTION = _time("transaction", "Time that a write transaction took.", "name")
TROUBLE = _count("trouble", "Failures of database, carrier, mailboxes or trace collector.", "what")
IN_TROUBLE = _gauge(
    "in_trouble", "1 while the database, the carrier or the trace collector fails.", "what"
)
SPANS_LOST = _count("spans_lost", "Spans that the trace collector did not take.")
ALARMS = _count("alarms", "Alarms raised.", "code", "severity")
ALARMS_OVER = _count("alarms_resolved", "Alarms resolved.", "code")
ARCHIVED = _count("archive_put_bytes", "Bytes put into the archive.")
ARCHIVING = _time("archive_put", "Time until a payload was durable in the archive.")
POLLED = _gauge(
    "inbox_polled_timestamp_seconds", "When an inbox was last looked into with success.", "source"
)
POLLS_FAILED = _count("inbox_failures", "Times that an inbox could not be looked into.", "source")
ORDERS = _count("interventions", "What persons ordered: pauses, replays, resets.", "action")
MAILBOX_LOGINS = _count("mailbox_logins", "Logins at our SFTP server, by how they ended.", "result")
MAILBOX_REFUSALS = _count(
    "mailbox_refusals", "What partners were refused at our SFTP server.", "partner", "action"
)
WEBHOOKS = _count(
    "webhooks", "Calls at the addresses of webhooks, by what became of them.", "shop", "verdict"
)
WEBHOOK = _time("webhook", "Time from the last byte of a webhook until it was durable.")
API_REQUESTS = _count("api_requests", "Requests to the API, by their answer.", "route", "status")
SHOP_ORDERS = _count(
    "shop_orders", "Orders and refunds read from shops, by what became of them.", "shop", "outcome"
)
SHOP_POLLS = _count("shop_polls", "Pages of changed orders read from shops.", "shop")
SHOP_BEHIND = _gauge(
    "shop_behind_seconds", "How long ago the last whole look for orders was begun.", "shop"
)
SHOP_FAILURES = _count("shop_failures", "Calls of shops that did not work.", "shop", "task")
WORKERS = _gauge("workers", "Threads that work on lanes in this process.")
CONFIGURATION = _gauge(
    "configuration", "Number in the history of the settings that this process runs; 0: the files."
)
CONFIGURED = _gauge(
    "configuration_applied_timestamp_seconds",
    "When the settings that this process runs were applied.",
)

# ---- asked of the database when somebody looks --------------------------------------------------

UP = _gauge("database_up", "1 when the database answered the last look.")
OPEN = _gauge(
    "open", "Rows on their way or waiting for a person; counted up to 10,000.", "state"
)  # fmt: skip
AWAITED = _gauge("answers_awaited", "Rows that wait for a partner's answer; up to 10,000.")
OVERDUE = _gauge("answers_overdue", "Answers whose deadline has passed; up to 10,000.")
OLDEST = _gauge("oldest_due_seconds", "Age of the oldest work whose time has come; 0 when none.")
LANES = _gauge("lanes_waiting", "Lanes whose first piece of work is due; up to 2,000.")
DELIVERIES = _gauge("deliveries_waiting", "Deliveries not made yet; counted up to 10,000.")
ALARMS_OPEN = _gauge(
    "alarms_open", "Alarms that are open; counted up to 10,000.", "code", "severity"
)
DUTIES_FAILING = _gauge("duty_failing", "1 when the last run of a duty failed.", "duty")
DATABASE_SIZE = _gauge("database_bytes", "Size of the database.")
DISK_FREE = _gauge("archive_disk_free_bytes", "Free bytes on the disk of the archive.")
DISK_SIZE = _gauge("archive_disk_bytes", "Size of the disk of the archive.")
CERTIFICATE_EXPIRES = _gauge(
    "certificate_expires_seconds",
    "Seconds until a certificate of AS2 ends (by its own date, or by the settings).",
    "partner",
    "certificate",
    "use",
)
INFO = _gauge("info", "1; version and database of this process.", "version", "database")

COUNTED = (
    *(FILES, BYTES, MOVES, JUDGED, JUDGING, DELIVERED, DELIVERING, DOCUMENT, RETRIES, GIVEN_UP),
    *(HELD, REFUSED, BUGS, ISOLATED, LANES_TAKEN, LANES_LOST, STEP, WAKES, WAKES_SENT, DUTIES),
    *(DUTY, TRANSACTION, TROUBLE, IN_TROUBLE, ALARMS, ALARMS_OVER, ARCHIVED, ARCHIVING, POLLED),
    *(POLLS_FAILED, ORDERS, WORKERS, SPANS_LOST, INFO, MAILBOX_LOGINS, MAILBOX_REFUSALS),
    *(CONFIGURATION, CONFIGURED, WEBHOOKS, WEBHOOK, API_REQUESTS),
    *(SHOP_ORDERS, SHOP_POLLS, SHOP_BEHIND, SHOP_FAILURES),
)
ASKED = (
    *(UP, OPEN, AWAITED, OVERDUE, OLDEST, LANES, DELIVERIES, ALARMS_OPEN, DUTIES_FAILING),
    *(DATABASE_SIZE, DISK_FREE, DISK_SIZE),
)
READ = (CERTIFICATE_EXPIRES,)
"""Read from files when somebody looks."""


def metrics_page() -> str:
    """The page ``docs/reference/metrics.md``."""
    lines = [
        "# Metrics",
        "",
        "`GET /metrics` at the web port (`http.listen`), in the text format of Prometheus or as",
        "OpenMetrics, whichever is asked for. What to alert on:",
        "[Watch the house](../howto/watch-the-house.md). Each process counts what it did itself;",
        "the second table is asked of the database and is the same from each process, at most",
        "five seconds old. The usual `process_*` metrics of Prometheus are there as well.",
        "",
    ]
    for title, rows in (
        ("Counted where it happens", COUNTED),
        ("Asked of the database", ASKED),
        ("Read from the files of certificates", READ),
    ):
        lines += [f"## {title}", "", "| Metric | Kind | Labels | Meaning |", "|---|---|---|---|"]
        lines += [
            f"| `{row.name}` | {row.kind} | {', '.join(row.labels) or '–'} | {row.help} |"
            for row in rows
        ]
        lines += [""]
    return "\n".join(lines)
