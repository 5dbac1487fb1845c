"""Whether an interchange is a test: its indicator says so, or an identity that is only for tests.

Partners with a test mailbox often leave the indicator out. What is addressed to our test identity
must not reach the live ERP for that.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.config import Workspace
from gateway.config.models import Identity
from gateway.grammar.envelope import Identity as Party
from gateway.grammar.envelope import Interchange


def marked(workspace: Workspace, interchange: Interchange) -> Interchange:
    """The interchange, marked as a test where it is one by its identities."""
    if interchange.test:
        return interchange
    standard, sender = interchange.standard, interchange.sender
    partner = workspace.partner_by_identity(standard, sender.qualifier, sender.id, sender.routing)
    theirs = None if partner is None else partner.identities.of(standard)
    ours = workspace.own.identities.of(standard)
    if _for_tests(theirs, sender) or _for_tests(ours, interchange.receiver):
        return replace(interchange, test=True)
    return interchange


def _for_tests(identity: Identity | None, party: Party) -> bool:
    if identity is None:
        return False
    spelling = identity.spelling(party.qualifier.strip(), party.id.strip(), party.routing)
    return spelling is not None and spelling.test
