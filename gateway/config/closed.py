"""What all settings share: closed, frozen groups, and the plainest kinds of values."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
ListName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""The name of a code list, as the files in ``mappings/codes`` have it: ``order_kind``."""


class Closed(BaseModel):
    """A closed, frozen group of settings."""

    # what checks a group is made when it is first needed: of a hundred groups few are the outermost
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)
