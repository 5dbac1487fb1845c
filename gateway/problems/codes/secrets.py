"""Vaults that secrets are kept in (C550-C559)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Layer, Severity, row

_warning = partial(row, Layer.CONFIG, severity=Severity.WARNING)

CODES = (
    _warning(
        "C550",
        "The plug-in of a vault is not installed here",
        "vaults.{vault}: no package that is installed here offers the plug-in {value}",
        why="Each secret in this vault is asked for when it is used, by the plug-in. Where the "
        "gateway runs it may be installed.",
        remedy="install the package that offers it (entry point of the group gateway.secrets); "
        "installed are: {known}{hint}",
    ),
    _warning(
        "C551",
        "No secret is kept in a vault",
        "vaults.{vault} is never asked: no setting says ${{{vault}:…}}",
        why="Whoever defines a vault expects secrets to come from it.",
        remedy="write ${{{vault}:…}} where a secret is wanted, or take the vault out",
    ),
)
