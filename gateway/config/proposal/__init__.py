"""Proposals: from a partner's own sample files to his folder of settings.

    made = propose([SampleFile("order.edi", data)], Wanted("acme-retail"), house)
    made.files["partner.yaml"]

Pure: bytes in, a mapping of path to bytes out. :mod:`gateway.pipeline.proposing` tries a proposal
and writes it.
"""

from gateway.config.proposal.channels import KINDS
from gateway.config.proposal.proposal import House, Proposal, propose
from gateway.config.proposal.samples import SampleFile
from gateway.config.proposal.summary import summary
from gateway.config.proposal.wanted import Wanted

__all__ = ["KINDS", "House", "Proposal", "SampleFile", "Wanted", "propose", "summary"]
