"""What happens in the house: one function for each event, which logs it and counts it.

An event is a row (:class:`Event`): its level in the log and what is counted or timed of it. The
arguments of the function are the facts of the log line. Nothing here raises and nothing waits;
with the level filtered and no metrics asked for, an event costs about a microsecond.

Callers pass names and numbers that they have at hand. Bytes of documents are no facts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from logging import DEBUG, ERROR, INFO, WARNING
from typing import Any, Literal

from gateway.telemetry import metric as m
from gateway.telemetry.metric import Metric

LOG = logging.getLogger("gateway.events")
LOG.addHandler(logging.NullHandler())  # a command without a log is silent, it prints its answer


@dataclass(frozen=True, slots=True)
class Measure:
    """What an event does to a metric."""

    metric: Metric
    fact: str = ""
    """The fact that is added, observed or set; one is counted without."""
    given: Mapping[str, str] | None = None
    """Labels that are the same for each event of the kind; the others are facts."""
    value: float = 1.0
    """Added or set where no fact is named."""


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of event. ``name``: the text of the log line; ``traceback``: of its failure."""

    name: str
    level: int
    measures: tuple[Measure, ...] = ()
    traceback: bool = False


Record = Callable[[Event, Mapping[str, Any]], None]


class _Meter:
    """Who counts; nobody, until metrics are asked for."""

    record: Record | None = None


def counted_by(record: Record | None) -> Record | None:
    """Let events be counted by this one (``None``: by nobody); who did so before."""
    before, _Meter.record = _Meter.record, record
    return before


def _emit(event: Event, facts: dict[str, Any]) -> None:
    record = _Meter.record
    if record is not None:
        record(event, facts)
    if LOG.isEnabledFor(event.level):
        failure = facts.get("failure") if event.traceback else None
        LOG.log(event.level, event.name, extra={"facts": facts}, exc_info=failure, stacklevel=3)


def _event(name: str, level: int, *measures: Measure, traceback: bool = False) -> Event:
    return Event(name, level, measures, traceback)


# ---- files and documents ------------------------------------------------------------------------

_RECEIVED = _event("received", INFO, Measure(m.FILES), Measure(m.BYTES, "size"))
_MOVED = _event("moved", DEBUG, Measure(m.MOVES, "times"))
_JUDGED = _event(
    "judged",
    INFO,
    Measure(m.JUDGED, "accepted", {"verdict": "accepted"}),
    Measure(m.JUDGED, "refused", {"verdict": "refused"}),
    Measure(m.JUDGING, "seconds"),
)
_REFUSED = _event("refused", WARNING, Measure(m.REFUSED))
_HELD = _event("held", WARNING, Measure(m.HELD))
_DELIVERED = _event(
    "delivered",
    INFO,
    Measure(m.DELIVERED),
    Measure(m.DELIVERING, "seconds"),
    Measure(m.DOCUMENT, "age"),
)
_RETRIED = _event("retried", WARNING, Measure(m.RETRIES))
_GAVE_UP = _event("gave up", ERROR, Measure(m.GIVEN_UP))
_ISOLATED = _event("isolated", ERROR, Measure(m.ISOLATED))
_BUG = _event("bug", ERROR, Measure(m.BUGS), traceback=True)

_AS2_REFUSED = _event("as2 refused", WARNING, Measure(m.REFUSED, given={"document": "as2"}))
_AS2_SENT_BACK = _event("as2 sent back", INFO)
_UPLOAD_SENT_BACK = _event("upload sent back", INFO)
_WEBHOOK = _event("webhook", DEBUG, Measure(m.WEBHOOKS), Measure(m.WEBHOOK, "seconds"))
_WEBHOOK_SENT_BACK = _event("webhook sent back", INFO, Measure(m.WEBHOOKS))
_API_REQUEST = _event("api request", DEBUG, Measure(m.API_REQUESTS))


def received(*, message: int, source: str, name: str, size: int) -> None:
    """A file (``size`` bytes) was taken from the inbox ``source``; it is durable."""
    _emit(_RECEIVED, locals())


def moved(
    *, message: int, partner: str, document: str, before: str, state: str, times: int = 1
) -> None:
    """A row moved into a state; ``times``: so many rows, of which ``message`` is the parent."""
    _emit(_MOVED, locals())


def judged(
    *, message: int, partner: str, document: str, accepted: int, refused: int, seconds: float
) -> None:
    """A file or interchange was read to its end: so many accepted and refused in it."""
    _emit(_JUDGED, locals())


def refused(*, message: int, partner: str, document: str, code: str) -> None:
    """A row was refused; ``code``: of the first problem."""
    _emit(_REFUSED, locals())


def as2_refused(*, received: int, partner: str, channel: str, code: str) -> None:
    """A message of a partner was refused; ``code``: of the first problem of its row."""
    _emit(_AS2_REFUSED, locals())


def as2_sent_back(*, code: str, address: str, status: int) -> None:
    """A call was answered without anything being kept of it."""
    _emit(_AS2_SENT_BACK, locals())


def upload_sent_back(*, code: str, address: str, status: int) -> None:
    """A call at an address for uploads was answered without anything being kept of it."""
    _emit(_UPLOAD_SENT_BACK, locals())


def webhook(*, shop: str, verdict: str, seconds: float | None) -> None:
    """A shop has called; ``seconds``: until what it said was durable, where there was something."""
    _emit(_WEBHOOK, locals())


def webhook_sent_back(*, shop: str, verdict: str, address: str, status: int) -> None:
    """A call at a webhook address was refused; ``shop``: empty where there is none."""
    _emit(_WEBHOOK_SENT_BACK, locals())


def api_request(*, route: str, status: int, owner: str, address: str) -> None:
    """A request to the API was answered; ``owner``: of the key, empty where there was none."""
    _emit(_API_REQUEST, locals())


def held(*, message: int, partner: str, document: str, code: str) -> None:
    """A row waits for a person; ``code``: of the problem that says why."""
    _emit(_HELD, locals())


def delivered(
    *,
    message: int | None,
    outlet: str,
    purpose: str,
    lane: str,
    name: str,
    seconds: float,
    age: float | None = None,
) -> None:
    """A delivery arrived. ``age``: seconds since the file came in that it comes from."""
    _emit(_DELIVERED, locals())


def retried(
    *,
    kind: Literal["file", "delivery"],
    id: int,
    partner: str,
    lane: str,
    attempt: int,
    due: datetime,
    failure: BaseException | str,
) -> None:
    """An attempt failed; the next one is due."""
    _emit(_RETRIED, locals())


def gave_up(
    *,
    kind: Literal["file", "delivery"],
    id: int,
    partner: str,
    lane: str,
    attempts: int,
    failure: BaseException | str,
) -> None:
    """The last attempt failed."""
    _emit(_GAVE_UP, locals())


def isolated(*, kind: Literal["file", "delivery"], id: int, lane: str, crashes: int) -> None:
    """Work was set aside: processes died while they were at it."""
    _emit(_ISOLATED, locals())


def bug(*, where: str, message: int | None, failure: BaseException) -> None:
    """Something failed that nothing foresaw. ``where``: a name in this code, not a fact."""
    _emit(_BUG, locals())


# ---- lanes, workers, wake-ups, duties -----------------------------------------------------------

_LANE_TAKEN = _event("lane taken", DEBUG, Measure(m.LANES_TAKEN, given={"how": "free"}))
_LANE_TAKEN_OVER = _event(
    "lane taken over", WARNING, Measure(m.LANES_TAKEN, given={"how": "abandoned"})
)
_LANE_LOST = _event("lane lost", WARNING, Measure(m.LANES_LOST))
_STEPPED = _event("stepped", DEBUG, Measure(m.STEP, "seconds"))
_CONFIGURED = _event(
    "configuration applied", INFO, Measure(m.CONFIGURATION, "seq"), Measure(m.CONFIGURED, "at")
)
_REFUSED_CONFIGURATION = _event("configuration cannot run here", ERROR)
_STARTED = _event("worker started", INFO, Measure(m.WORKERS, "threads"))
_STOPPED = _event("worker stopped", INFO, Measure(m.WORKERS, value=0.0))
_WOKEN = _event("woken", DEBUG, Measure(m.WAKES, "lanes"))
_WAKES_CARRIED = _event("wake-ups carried", DEBUG, Measure(m.WAKES_SENT, "lanes"))
_DUTY_RAN = _event(
    "duty ran", DEBUG, Measure(m.DUTIES, given={"result": "done"}), Measure(m.DUTY, "seconds")
)
_DUTY_FAILED = _event(
    "duty failed",
    ERROR,
    Measure(m.DUTIES, given={"result": "failed"}),
    Measure(m.DUTY, "seconds"),
    traceback=True,
)


def lane_taken(*, lane: str, owner: str, fence: int) -> None:
    """A free lane was taken."""
    _emit(_LANE_TAKEN, locals())


def lane_taken_over(*, lane: str, owner: str, fence: int) -> None:
    """A lane was taken whose owner never gave it back: he died, or sleeps."""
    _emit(_LANE_TAKEN_OVER, locals())


def lane_lost(*, lane: str, owner: str, fence: int) -> None:
    """Somebody else has the lane; the transaction of the old owner was stopped by its fence."""
    _emit(_LANE_LOST, locals())


def stepped(*, step: str, lane: str, seconds: float) -> None:
    """A piece of work of a lane was done. ``step``: a name in this code."""
    _emit(_STEPPED, locals())


def worker_started(*, owner: str, threads: int) -> None:
    """A process works on lanes from now on; it takes part with so many threads."""
    _emit(_STARTED, locals())


def worker_stopped(*, owner: str, seconds: float) -> None:
    """A process works on lanes no more; ``seconds``: how long finishing took."""
    _emit(_STOPPED, locals())


def configuration_applied(*, seq: int, hash: str, who: str, at: float, seconds: float) -> None:
    """What was applied runs here; ``at``: since when (Unix time), ``seconds``: of the change."""
    _emit(_CONFIGURED, locals())


def configuration_refused(*, seq: int, hash: str, reason: str) -> None:
    """What was applied cannot run in this process, which does no work until it can."""
    _emit(_REFUSED_CONFIGURATION, locals())


def woken(*, lanes: int, by: Literal["carrier", "folder", "here", "sweep"]) -> None:
    """So many lanes are to be looked into; ``by``: who said so."""
    _emit(_WOKEN, locals())


def wakes_carried(*, lanes: int) -> None:
    """The carrier was given wake-ups for other processes."""
    _emit(_WAKES_CARRIED, locals())


def duty_ran(*, duty: str, seconds: float) -> None:
    """A periodic duty was done."""
    _emit(_DUTY_RAN, locals())


def duty_failed(*, duty: str, seconds: float, failure: BaseException) -> None:
    """A periodic duty failed; it runs again when it is due."""
    _emit(_DUTY_FAILED, locals())


# ---- database, carrier, archive, inboxes --------------------------------------------------------

_TRANSACTION = _event("transaction", DEBUG, Measure(m.TRANSACTION, "seconds"))
_DATABASE_TROUBLE = _event(
    "database trouble",
    ERROR,
    Measure(m.TROUBLE, given={"what": "database"}),
    Measure(m.IN_TROUBLE, given={"what": "database"}),
)
_DATABASE_BACK = _event(
    "database back", INFO, Measure(m.IN_TROUBLE, given={"what": "database"}, value=0.0)
)
_CARRIER_TROUBLE = _event(
    "carrier trouble",
    WARNING,
    Measure(m.TROUBLE, given={"what": "carrier"}),
    Measure(m.IN_TROUBLE, given={"what": "carrier"}),
)
_CARRIER_BACK = _event(
    "carrier back", INFO, Measure(m.IN_TROUBLE, given={"what": "carrier"}, value=0.0)
)
_COLLECTOR_TROUBLE = _event(
    "trace collector trouble",
    WARNING,
    Measure(m.TROUBLE, given={"what": "collector"}),
    Measure(m.IN_TROUBLE, given={"what": "collector"}),
)
_COLLECTOR_BACK = _event(
    "trace collector back", INFO, Measure(m.IN_TROUBLE, given={"what": "collector"}, value=0.0)
)
_SPANS_LOST = _event("spans lost", DEBUG, Measure(m.SPANS_LOST, "spans"))
_ARCHIVED = _event("archived", DEBUG, Measure(m.ARCHIVED, "size"), Measure(m.ARCHIVING, "seconds"))
_POLLED = _event("polled", DEBUG, Measure(m.POLLED, "at"))
_POLL_FAILED = _event("poll failed", WARNING, Measure(m.POLLS_FAILED))


def transaction(*, name: str, seconds: float) -> None:
    """A write transaction was committed. ``name``: a name in this code."""
    _emit(_TRANSACTION, locals())


def database_trouble(*, failure: BaseException | str) -> None:
    """The database did not answer; whoever met it tries again."""
    _emit(_DATABASE_TROUBLE, locals())


def database_back(*, seconds: float) -> None:
    """The database answers again, after so many seconds."""
    _emit(_DATABASE_BACK, locals())


def carrier_trouble(*, failure: BaseException | str) -> None:
    """Wake-ups do not arrive; the sweep finds the work, a little later."""
    _emit(_CARRIER_TROUBLE, locals())


def carrier_back(*, seconds: float) -> None:
    """Wake-ups arrive again, after so many seconds."""
    _emit(_CARRIER_BACK, locals())


def collector_trouble(*, collector: str) -> None:
    """The collector takes no spans; they are dropped, the work goes on."""
    _emit(_COLLECTOR_TROUBLE, locals())


def collector_back(*, collector: str) -> None:
    """The collector takes spans again."""
    _emit(_COLLECTOR_BACK, locals())


def spans_lost(*, spans: int) -> None:
    """So many spans were dropped."""
    _emit(_SPANS_LOST, locals())


def archived(*, sha: str, size: int, seconds: float) -> None:
    """A payload of ``size`` bytes is durable in the archive."""
    _emit(_ARCHIVED, locals())


def polled(*, source: str, files: int, at: datetime) -> None:
    """An inbox was looked into; ``files``: found ready in it."""
    _emit(_POLLED, locals())


def poll_failed(*, source: str, failure: BaseException | str) -> None:
    """An inbox could not be looked into."""
    _emit(_POLL_FAILED, locals())


_SHOP_ACCEPTED = _event(
    "shop accepted",
    INFO,
    *(Measure(m.SHOP_ORDERS, each, {"outcome": each}) for each in ("taken", "same", "waiting")),
)
_SHOP_POLLED = _event("shop polled", DEBUG, Measure(m.SHOP_POLLS), Measure(m.SHOP_BEHIND, "behind"))
_SHOP_FAILED = _event("shop failed", WARNING, Measure(m.SHOP_FAILURES))


def shop_accepted(*, shop: str, origin: str, taken: int, same: int, waiting: int) -> None:
    """Orders and refunds of a shop were read; ``same``: nothing of them is newer than known."""
    _emit(_SHOP_ACCEPTED, locals())


def shop_polled(*, shop: str, records: int, whole: bool, behind: float | None) -> None:
    """A page of changed orders was read; ``whole``: the look ended with it.

    ``behind``: seconds since the last whole look was begun.
    """
    _emit(_SHOP_POLLED, locals())


def shop_failed(*, shop: str, task: str, trouble: str, failure: BaseException | str) -> None:
    """A shop could not be asked; it is tried again."""
    _emit(_SHOP_FAILED, locals())


_SHOP_WEBHOOK_MADE = _event("shop webhook made", INFO)


def shop_webhook_made(*, shop: str, topic: str, state: str) -> None:
    """A webhook was made in a shop, or switched on; ``state``: what it was before."""
    _emit(_SHOP_WEBHOOK_MADE, locals())


_WATCH_FAILED = _event("watch failed", WARNING)


def watch_failed(*, failure: BaseException | str) -> None:
    """The system does not tell of changes in folders: they are seen by the looks in intervals."""
    _emit(_WATCH_FAILED, locals())


# ---- people -------------------------------------------------------------------------------------

_ALARM_RAISED = _event("alarm raised", WARNING, Measure(m.ALARMS))
_ALARM_RESOLVED = _event("alarm resolved", INFO, Measure(m.ALARMS_OVER))
_INTERVENED = _event("intervened", INFO, Measure(m.ORDERS))


def alarm_raised(
    *, alarm: int, code: str, severity: str, partner: str, message: int | None, text: str
) -> None:
    """A person has to know this; ``text``: the sentence of the problem."""
    _emit(_ALARM_RAISED, locals())


def alarm_resolved(*, alarm: int, code: str, partner: str) -> None:
    """What an alarm was about is over."""
    _emit(_ALARM_RESOLVED, locals())


def intervened(*, who: str, action: str, subject: str, reason: str) -> None:
    """A person paused, replayed, reset or released something; it stands in the audit as well."""
    _emit(_INTERVENED, locals())


# ---- mailboxes on our SFTP server ---------------------------------------------------------------

_MAILBOX_LOGIN = _event("mailbox login", INFO, Measure(m.MAILBOX_LOGINS))
_MAILBOX_REFUSED = _event("mailbox refused", INFO, Measure(m.MAILBOX_REFUSALS))
_MAILBOX_TROUBLE = _event(
    "mailbox trouble", ERROR, Measure(m.TROUBLE, given={"what": "mailbox"}), traceback=True
)


def mailbox_login(*, result: str, user: str, partner: str, address: str, outcome: str) -> None:
    """Somebody logged in (``done``), did not (``refused``), or has to wait now (``locked``)."""
    _emit(_MAILBOX_LOGIN, locals())


def mailbox_refused(*, partner: str, action: str, session: str, path: str, outcome: str) -> None:
    """A partner asked for something that was not done; it stands in the record as well."""
    _emit(_MAILBOX_REFUSED, locals())


def mailbox_trouble(*, where: str, failure: BaseException) -> None:
    """Something of a mailbox could not be stored; the partner heard that it was not done."""
    _emit(_MAILBOX_TROUBLE, locals())


EVENTS: tuple[Event, ...] = tuple(row for row in globals().values() if isinstance(row, Event))
"""Every kind of event."""
