"""Floor 8: states and moves, the steps, the embedded runner, replay. Start at :class:`Gateway`."""

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
