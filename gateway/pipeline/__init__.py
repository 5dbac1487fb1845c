"""Floor 8: states and moves, the steps, the embedded runner, replay. Start at :class:`Gateway`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.pipeline.gateway import Gateway, Summary
    from gateway.pipeline.house import Rules
    from gateway.pipeline.lock import GatewayBusyError
    from gateway.pipeline.replay import NothingToReplayError
    from gateway.pipeline.states import MOVES, State, mermaid
    from gateway.pipeline.trial import Trial, TriedMessage, try_file

__all__ = [
    "MOVES",
    "Gateway",
    "GatewayBusyError",
    "NothingToReplayError",
    "Rules",
    "State",
    "Summary",
    "Trial",
    "TriedMessage",
    "mermaid",
    "try_file",
]
_MODULES = {
    "Gateway": "gateway",
    "GatewayBusyError": "lock",
    "MOVES": "states",
    "NothingToReplayError": "replay",
    "Rules": "house",
    "State": "states",
    "Summary": "gateway",
    "Trial": "trial",
    "TriedMessage": "trial",
    "mermaid": "states",
    "try_file": "trial",
}


def __getattr__(name: str) -> Any:
    """Each name when it is asked for: a command that only looks needs no database."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
