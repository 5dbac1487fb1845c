"""The definition of a table that stands in a database: ``tables/NAME.yaml``.

connection: ${env:ERP_DATABASE}      # postgresql+psycopg://…, sqlite:///erp.db
select: SELECT gtin, number FROM articles WHERE company = 100
columns: [gtin, number]              # texts; the first is the key where a map names none
load: keys                           # or: whole
refresh: 10m
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from gateway.config.closed import Closed
from gateway.config.secrets import SecretText
from gateway.config.validate import validate
from gateway.config.values import Duration
from gateway.problems import Problem
from gateway.syntax.yamltext import read_yaml

_QUERY = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_COLUMN = r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"


class TableDefinition(Closed):
    """One table of a database."""

    connection: SecretText = Field(description="a reference to the address of the database")
    select: str = Field(description="one SELECT; its columns are texts, named as under columns")
    columns: tuple[Annotated[str, Field(pattern=_COLUMN)], ...] = Field(
        min_length=2, description="the names of its columns, in their order"
    )
    load: Literal["keys", "whole"] = Field(
        "keys", description="ask for the texts of each document, or keep the whole table"
    )
    refresh: Duration = Field(
        timedelta(minutes=10), description="how long an answer is kept before it is asked anew"
    )

    @field_validator("select")
    @classmethod
    def _one_query(cls, value: str) -> str:
        value = value.strip().removesuffix(";").rstrip()
        if not _QUERY.match(value) or ";" in value:
            raise ValueError("one SELECT, without a semicolon in it")
        return value

    @field_validator("columns")
    @classmethod
    def _distinct(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("columns with different names")
        return value


def read_definition(path: Path, shown: str) -> tuple[TableDefinition | None, list[Problem]]:
    """The definition in a file, or every problem of it with its place."""
    text, problems = read_yaml(path.read_bytes(), shown)
    if text is None:
        return None, problems
    definition, found = validate(TableDefinition, text)
    return definition, [*problems, *found]
