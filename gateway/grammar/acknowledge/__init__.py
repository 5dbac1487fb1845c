"""Acknowledgements as pure functions of verdicts: CONTRL, 997, 999, TA1; and reading them."""

from gateway.grammar.acknowledge.contrl import contrl
from gateway.grammar.acknowledge.functional import functional_997, functional_999
from gateway.grammar.acknowledge.reconcile import Reconciliation, reconcile
from gateway.grammar.acknowledge.ta1 import needs_ta1, ta1
from gateway.grammar.acknowledge.verdict import (
    GroupVerdict,
    InterchangeVerdict,
    MessageVerdict,
    conclude,
    judge,
    needs_answer,
)

__all__ = [
    "GroupVerdict",
    "InterchangeVerdict",
    "MessageVerdict",
    "Reconciliation",
    "conclude",
    "contrl",
    "functional_997",
    "functional_999",
    "judge",
    "needs_answer",
    "needs_ta1",
    "reconcile",
    "ta1",
]
