"""Commands whose help ends with an example, kept as it is written.

A docstring's paragraph ``Example:`` is not re-wrapped (click marks that with a backspace sign,
which has no place in a docstring).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from gateway.cli.collecting import without_collecting


def _as_written(text: str | None) -> str | None:
    return text and inspect.cleandoc(text).replace("\nExample:\n", "\n\b\nExample:\n")


class Command(click.Command):
    """``@click.command(cls=Command)``."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        settings["help"] = _as_written(settings.get("help"))
        super().__init__(name, **settings)


class Commands(dict[str, click.Command]):
    """Commands by name, imported when they are used: `explain` needs no database."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        super().__init__()
        self.modules = modules
        """Name → ``module:attribute``, in the order a new user meets them."""

    def __missing__(self, name: str) -> click.Command:
        module, _, attribute = self.modules[name].partition(":")
        with without_collecting():
            command: click.Command = getattr(import_module(module), attribute)
        self[name] = command
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self.modules)

    def get(self, name: str, default: Any = None) -> Any:
        """The command, imported; ``default`` where there is none."""
        return self[name] if name in self.modules else default


class Group(click.Group):
    """A group whose commands are imported when they are used."""

    def __init__(self, name: str | None = None, *, modules: Mapping[str, str], **rest: Any) -> None:
        rest["help"] = _as_written(rest.get("help"))
        super().__init__(name, **rest)
        self.commands = Commands(modules)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order they are listed in."""
        return list(self.commands)
