"""Folders that are read and written: when a file is taken for finished, and how changes are seen.

Shared by the folders of partners (``channels.<name>.receive``) and those of the ERP.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from gateway.config.closed import Closed, Text
from gateway.config.values import Duration

_BESIDE = re.compile(r"[^{}/\\\0]*\{(name|stem)\}[^{}/\\\0]*")
_ITSELF = ("{name}", "{stem}")


def _marker(value: str) -> str:
    if not _BESIDE.fullmatch(value) or value in _ITSELF:
        raise ValueError(
            "the name of a file made from {name} or {stem} (the name without its last ending), "
            "like {name}.done"
        )
    return value


MarkerName = Annotated[str, AfterValidator(_marker)]
"""The name of an empty file beside another one: ``{name}.done``, ``{stem}.ok``."""
Watch = Literal["auto", "poll"]


class FolderReady(Closed):
    """When a file in a folder is taken for finished."""

    by: Literal["stable", "marker", "renamed"] = Field(
        default="stable",
        description="stable: it does not change any more and its text is complete; marker: an "
        "empty file beside it says so; renamed: its writer gives it its name when it is whole",
    )
    marker: MarkerName = Field(
        default="{name}.done", description="with by: marker, the name of the empty file"
    )
    marker_after: Literal["remove", "leave"] = Field(
        default="remove", description="what becomes of the marker once the file is ours"
    )
    patience: Duration = Field(
        default=timedelta(minutes=1),
        description="with by: stable, a file whose text stays incomplete for so long is taken all "
        "the same, and refused with an explanation",
    )


class FolderReceive(Closed):
    """What all folders that are read have in common."""

    match: Text = Field(default="*", description="pattern of the file names that are taken")
    stable_for: Duration = Field(
        default=timedelta(seconds=2),
        description="how long size and time of a file must not have changed",
    )
    ready: FolderReady = FolderReady()
    watch: Watch = Field(
        default="auto",
        description="auto: changes are noticed at once where the system tells of them; poll: the "
        "folder is only looked into every `poll`, as folders of other machines always are",
    )
