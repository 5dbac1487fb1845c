"""What commands share that work with the pipeline: opening it, and saying what a run did."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from gateway.cli.output import cannot
from gateway.config import Workspace
from gateway.pipeline import Gateway, GatewayBusyError, Summary
from gateway.pipeline.configuration.running import NotRunnableError
from gateway.pipeline.configuration.standing import standing
from gateway.store import StoreTooNewError

_SAID = (
    ("files", "file taken", "files taken"),
    ("messages", "message accepted", "messages accepted"),
    ("documents", "document accepted", "documents accepted"),
    ("refused", "refused", "refused"),
    ("held", "held for a person", "held for a person"),
    ("repeats", "repeat recognised", "repeats recognised"),
    ("answers", "answer from a partner", "answers from partners"),
    ("refused_by_partner", "refused by a partner", "refused by partners"),
    ("delivered", "file for the ERP", "files for the ERP"),
    ("sent", "file for partners", "files for partners"),
    ("retrying", "to be tried again", "to be tried again"),
    ("dead", "given up", "given up"),
)
"""The numbers of a summary, for one and for many, in the order they are told."""


@contextmanager
def open_gateway(workspace: Workspace, *, draft: bool = False) -> Iterator[Gateway]:
    """The gateway of a workspace; what keeps it from working ends the command with a sentence.

    With ``draft`` the settings are those of the workspace, whatever was applied.
    """
    try:
        with Gateway.open(workspace, draft=draft) as gateway:
            yield gateway
    except (GatewayBusyError, StoreTooNewError) as reason:
        cannot(str(reason))
    except NotRunnableError as reason:
        cannot(f"{reason.problem.code} {reason}; {reason.problem.remedy}")
    except SQLAlchemyError as error:
        text = str(getattr(error, "orig", None) or error)
        cannot(f"the database {workspace.settings.database} cannot be used: {text}")
    except OSError as error:
        cannot(f"{error.filename or workspace.base}: {error.strerror or error}")


def say_what_runs(gateway: Gateway) -> None:
    """On standard error: which settings run, and whether the files differ from them."""
    row, base = gateway.running.applied, gateway.house.workspace.base
    if row is not None:
        click.echo(standing(row, base), err=True)


def person() -> str:
    """Who gives the command, for the audit: ``name@machine``."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        name = "unknown"
    return f"{name}@{socket.gethostname()}"


def as_data(summary: Summary) -> dict[str, Any]:
    """A summary for ``--json``."""
    data = {field.name: getattr(summary, field.name) for field in fields(summary)}
    return data | {"problems": [found.as_json() for found in summary.problems]}


def sentence(summary: Summary) -> str:
    """``2 files taken, 2 messages accepted, 1 refused``."""
    said = [
        f"{count} {one if count == 1 else many}"
        for name, one, many in _SAID
        if (count := getattr(summary, name))
    ]
    if summary.waiting:
        said.append(f"{len(summary.waiting)} left alone, seem to be still written")
    return ", ".join(said) or "nothing to do"


def did_something(summary: Summary) -> bool:
    """Whether a run is worth a line."""
    return any(getattr(summary, name) for name, _, _ in _SAID) or bool(summary.problems)
