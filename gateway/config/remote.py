"""Folders on somebody else's server: when they are looked into, what is taken, what is put there.

Shared by the kinds of channels that reach out (SFTP, FTPS, e-mail): ``receive`` and ``send`` mean
the same everywhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, Field, model_validator

from gateway.config.closed import Closed, Text
from gateway.config.operation import Weekday
from gateway.config.values import ClockTime, Duration, NameTemplate, Size, Zone

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]+(%\w+)?\]?")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_FILE = re.compile(r"\{(?!name\})|[/\\\0]")


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise ValueError(
            "the name or address of a host, like sftp.example.com; its port has a setting of its "
            "own"
        )
    return value


def _remote_path(value: str) -> str:
    parts = value.split("/")
    if not value.strip() or "\0" in value or "\\" in value or ".." in parts:
        raise ValueError("a path on the server, like /outgoing/orders, without ..")
    return value


def _with_name(value: str) -> str:
    if "{name}" not in value or _FILE.search(value):
        raise ValueError("the name of a file made from {name}, like {name}.done")
    return value


def _temporary(value: str) -> str:
    if value == DIRECTLY:
        return value
    try:
        return _with_name(value)
    except ValueError:
        raise ValueError("the name of a file made from {name}, like {name}.part, or none") from None


def _cron(value: str) -> str:
    try:
        CronSim(value, _EPOCH)
    except CronSimError:
        raise ValueError(
            "five fields: minute hour day month weekday, like */10 6-20 * * 1-5"
        ) from None
    return value


Host = Annotated[str, AfterValidator(_host)]
RemotePath = Annotated[str, AfterValidator(_remote_path)]
WithName = Annotated[str, AfterValidator(_with_name)]
"""The name of a file beside another one: ``{name}`` is the other one's."""
DIRECTLY = "none"
"""In place of a temporary name: the server does not rename."""
Temporary = Annotated[str, AfterValidator(_temporary)]
Cron = Annotated[str, AfterValidator(_cron)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Window(Closed):
    """Hours in which a server may be called."""

    days: tuple[Weekday, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), description="days of the week"
    )
    start: ClockTime = Field(default="00:00", description="from then on", alias="from")
    end: ClockTime = Field(
        default="00:00", description="until then; 00:00 is the end of the day", alias="to"
    )


class Schedule(Closed):
    """When a server is looked into: in intervals, or at set times."""

    every: Duration = Field(
        default=timedelta(minutes=1),
        description="how long after one look the next one comes",
        ge=timedelta(seconds=1),
        le=timedelta(days=31),
    )
    cron: Cron | None = Field(
        default=None, description="at set times instead: minute hour day month weekday"
    )
    windows: tuple[Window, ...] = Field(
        default=(), description="only in these hours; without one, always"
    )
    zone: Zone = Field(default="UTC", description="time zone of cron and windows")


class Ready(Closed):
    """When a file is taken for finished."""

    stable_for: Duration = Field(
        default=timedelta(seconds=10),
        description="size and time stay the same for so long between two looks; 0s: at once",
    )
    marker: WithName | None = Field(
        default=None, description="only with this file beside it, like {name}.ok, which says so"
    )
    complete: bool = Field(
        default=True, description="wait for the end of an interchange (UNZ, IEA), of XML, of JSON"
    )
    patience: Duration = Field(
        default=timedelta(hours=1),
        description="a file that is not complete for so long is taken as it is, and refused with "
        "an explanation",
    )


class RemoteReceive(Closed):
    """A folder on the partner's server that we take files from."""

    folder: RemotePath = Field(default=".", description="the folder on the server")
    match: Text = Field(default="*", description="pattern of the file names that are taken")
    exclude: tuple[Text, ...] = Field(default=(), description="patterns that are left alone")
    schedule: Schedule = Schedule()
    ready: Ready = Ready()
    after: Literal["delete", "move", "leave"] = Field(
        default="delete", description="what becomes of a file once it is ours, durably"
    )
    move_to: RemotePath | None = Field(
        default=None, description="with after: move, the folder on the server it is moved to"
    )
    claim: RemotePath | None = Field(
        default=None,
        description="a folder on the server that a file is moved to before it is fetched, so that "
        "nobody changes it meanwhile",
    )
    files: int = Field(
        default=1000, ge=1, le=100_000, description="files that one look takes at most"
    )
    silent: Duration | None = Field(
        default=None, description="an alarm when no file has come for so long"
    )

    @model_validator(mode="after")
    def _moved_somewhere(self) -> Self:
        if (self.after == "move") != (self.move_to is not None):
            raise ValueError("move_to is given with after: move, and only then")
        if self.claim is not None and self.after == "leave":
            raise ValueError("claim moves files away: with it, after is delete or move")
        return self


class RemoteSend(Closed):
    """A folder on the partner's server that we put files into."""

    folder: RemotePath = Field(default=".", description="the folder on the server")
    name: NameTemplate = Field(
        default="{message}_{control}.{ext}", description="the template of file names"
    )
    temporary: Temporary = Field(
        default=".{name}.tmp",
        description="the name of a file until it is whole; none where the server does not rename",
    )
    done: WithName | None = Field(
        default=None, description="an empty file put beside it afterwards, like {name}.done"
    )
    replace: bool = Field(
        default=False, description="a file of the same name on the server is replaced"
    )
    resume_above: Size = Field(
        default=50_000_000, description="bytes from which on a broken transfer is continued"
    )
