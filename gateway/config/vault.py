"""Secrets in a vault: ``${NAME:WHERE}``, where ``gateway.yaml`` says what NAME is.

    vaults:
      vault:
        plugin: directory                # what an installed package offers
        options: {folder: /run/secrets, token: "${env:VAULT_TOKEN}"}
        timeout: 5s

A package offers a plug-in as an entry point of the group ``gateway.secrets``: a function that is
called as ``read(where, options)`` and returns the secret, or raises :class:`VaultError` with a
sentence that may be shown. ``where`` is what stands behind the colon; what it means is up to the
plug-in (``database/erp#password``). Nothing is run that ``gateway.yaml`` does not name, nothing
is kept: each use asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from gateway.config.closed import Closed, Name, Text
from gateway.config.secrets import (
    BUILT_IN,
    MOST_BYTES,
    PlainSecretError,
    Secret,
    SecretError,
    parse,
    resolve,
)
from gateway.config.timelimit import TooLateError, within
from gateway.config.values import Duration

GROUP = "gateway.secrets"
LONGEST = 200
"""Characters of what a plug-in may say about a failure."""
Reader = Callable[[str, Mapping[str, str]], str]
_TELLING = ("password", "passphrase", "secret", "token", "key", "credential", "pin")
"""An option with such a word in its name is a secret itself."""


class VaultError(Exception):
    """What a plug-in raises: its sentence is shown, so it must not hold a secret."""


def _limit(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= timedelta(minutes=1):
        raise ValueError("a time limit between 100ms and 60s")
    return value


def _option(value: Any) -> str | Secret:
    text = str(value)
    return parse(text) if isinstance(value, Secret) or text.startswith("${") else text


def _no_secrets(options: dict[str, str | Secret]) -> dict[str, str | Secret]:
    for name, value in options.items():
        words = name.lower().replace("-", "_").split("_")
        if not isinstance(value, Secret) and any(word in _TELLING for word in words):
            raise PlainSecretError(f"{name} is a secret: write ${{env:NAME}} or ${{file:PATH}}")
    return options


Option = Annotated[str | Secret, BeforeValidator(_option), PlainSerializer(str)]


class Vault(Closed):
    """A place for secrets that a plug-in can ask."""

    plugin: Text = Field(description="the name of an installed plug-in (group gateway.secrets)")
    options: Annotated[dict[Name, Option], AfterValidator(_no_secrets)] = Field(
        default={}, description="what the plug-in is told; secrets in it as ${env:} or ${file:}"
    )
    timeout: Annotated[Duration, AfterValidator(_limit)] = Field(
        default=timedelta(seconds=5), description="how long an answer is waited for, at most 60s"
    )

    def read(self, where: str, root: Path) -> str:
        """The secret. Raises :class:`SecretError` with what was tried."""
        entry = installed(self.plugin)
        if entry is None:
            known = ", ".join(plugins()) or "none"
            raise SecretError(f"no installed package offers the plug-in {self.plugin} ({known} is)")
        options = {
            name: resolve(value, root) if isinstance(value, Secret) else value
            for name, value in self.options.items()
        }
        hidden = [options[name] for name, each in self.options.items() if isinstance(each, Secret)]
        tried = f"the plug-in {self.plugin}"
        try:
            found = within(
                self.timeout.total_seconds(), self.plugin, lambda: entry.load()(where, options)
            )
        except TooLateError as late:
            raise SecretError(f"{tried}: {late}") from None
        except VaultError as failure:
            raise SecretError(f"{tried}: {_harmless(str(failure), hidden)}") from None
        except Exception as failure:  # its message is not shown: it may hold anything
            raise SecretError(f"{tried} failed ({type(failure).__name__})") from None
        if not isinstance(found, str) or len(found.encode("utf-8", "replace")) > MOST_BYTES:
            raise SecretError(f"{tried} gave no text, or more than {MOST_BYTES // 1024} kB of it")
        return found


def plugins() -> list[str]:
    """Names of the plug-ins that installed packages offer."""
    return sorted({each.name for each in entry_points(group=GROUP)})


def installed(plugin: str) -> EntryPoint | None:
    """A plug-in by its name; nothing of it is loaded."""
    return next(iter(entry_points(group=GROUP, name=plugin)), None)


def vaults_in(data: object) -> dict[str, Vault]:
    """The vaults in the text of ``gateway.yaml``, as far as they can be used.

    They are needed to read the rest of that file, whose references name them.
    """
    written = data.get("vaults") if isinstance(data, dict) else None
    found: dict[str, Vault] = {}
    for name, value in written.items() if isinstance(written, dict) else ():
        try:
            found[name] = Vault.model_validate(value)
        except ValueError:  # told where the file as a whole is read
            continue
    return found


def vault_name(name: str) -> str:
    """The name of a vault. Raises ``ValueError`` where it means something else already."""
    if name in BUILT_IN:
        raise ValueError(f"${{{name}:…}} is known without a vault; choose another name")
    return name


VaultName = Annotated[Name, AfterValidator(vault_name)]


def _harmless(text: str, hidden: list[str]) -> str:
    """What a plug-in said, on one line, without the secrets that it was told."""
    for secret in hidden:
        text = text.replace(secret, "***")
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return shown[:LONGEST] or "it said nothing"
