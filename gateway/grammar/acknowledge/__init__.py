"""Acknowledgements as pure functions of verdicts, business answers, and reading them.

:func:`acknowledge` chooses and builds CONTRL, 997, 999 and TA1 as an agreement asks for;
:func:`aperak` and :func:`application_advice` answer the contents; :func:`reconcile` reads all of
them.
"""

from gateway.grammar.acknowledge.answer import (
    Acknowledgement,
    AckRules,
    Numbers,
    acknowledge,
)
from gateway.grammar.acknowledge.aperak import aperak
from gateway.grammar.acknowledge.application_advice import application_advice
from gateway.grammar.acknowledge.business import BusinessAnswer, Subject
from gateway.grammar.acknowledge.contrl import contrl
from gateway.grammar.acknowledge.functional import functional_997, functional_999
from gateway.grammar.acknowledge.reconcile import (
    Match,
    Sent,
    contradicts,
    is_business_answer,
    match,
    reconcile,
)
from gateway.grammar.acknowledge.ta1 import needs_ta1, ta1
from gateway.grammar.acknowledge.told import Reconciliation
from gateway.grammar.acknowledge.verdict import (
    GroupVerdict,
    InterchangeVerdict,
    MessageVerdict,
    conclude,
    judge,
    needs_answer,
)

__all__ = [
    "AckRules",
    "Acknowledgement",
    "BusinessAnswer",
    "GroupVerdict",
    "InterchangeVerdict",
    "Match",
    "MessageVerdict",
    "Numbers",
    "Reconciliation",
    "Sent",
    "Subject",
    "acknowledge",
    "aperak",
    "application_advice",
    "conclude",
    "contradicts",
    "contrl",
    "functional_997",
    "functional_999",
    "is_business_answer",
    "judge",
    "match",
    "needs_answer",
    "needs_ta1",
    "reconcile",
    "ta1",
]
