"""Floor 8: states and moves, the steps, the embedded runner, replay. Start at :class:`Gateway`."""

from gateway.pipeline.gateway import Gateway, Summary
from gateway.pipeline.lock import GatewayBusyError
from gateway.pipeline.replay import NothingToReplayError
from gateway.pipeline.states import MOVES, State, mermaid
from gateway.pipeline.trial import Trial, TriedMessage

__all__ = [
    "MOVES",
    "Gateway",
    "GatewayBusyError",
    "NothingToReplayError",
    "State",
    "Summary",
    "Trial",
    "TriedMessage",
    "mermaid",
]
