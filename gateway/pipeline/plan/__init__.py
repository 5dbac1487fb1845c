"""What a change of the files would do, before it does it: ``gateway plan``.

    found = plan(house, wanted)
    for line in lines(found): print(line)

What runs is compared with the files; stored messages of the agreements that are touched are judged
by both. Nothing is stored, sent or moved.
"""

from gateway.pipeline.plan.baseline import Baseline, baseline
from gateway.pipeline.plan.making import DAYS, LIMIT, plan
from gateway.pipeline.plan.model import VERDICTS, Archive, Outcome, Plan
from gateway.pipeline.plan.text import lines

__all__ = [
    "DAYS",
    "LIMIT",
    "VERDICTS",
    "Archive",
    "Baseline",
    "Outcome",
    "Plan",
    "baseline",
    "lines",
    "plan",
]
