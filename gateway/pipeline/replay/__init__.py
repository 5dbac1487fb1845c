"""Run something again, as now or as then, or send the same bytes once more; say why, leave a trace.

What was held, or was given up, goes on in its own row. Anything else is run again from the
archived file in a new row linked to the old one, so that history stays. What we sent is sent again
with the same bytes and the same control number. What the receiver has already is not repeated,
unless a person insists.
"""

from gateway.pipeline.replay.again import NothingToReplayError, Wish
from gateway.pipeline.replay.batch import Replayed, replay, replay_one
from gateway.pipeline.replay.compare import Comparison
from gateway.pipeline.replay.preview import Preview, preview
from gateway.pipeline.replay.then import house_for, rules_of

__all__ = [
    "Comparison",
    "NothingToReplayError",
    "Preview",
    "Replayed",
    "Wish",
    "house_for",
    "preview",
    "replay",
    "replay_one",
    "rules_of",
]
