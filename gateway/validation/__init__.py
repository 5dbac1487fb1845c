"""Floor 6: rules of e-invoices that others publish, run in a process of their own."""

from gateway.validation.artefacts import Artefacts, artefacts_in
from gateway.validation.validator import Limits, Validator

__all__ = ["Artefacts", "Limits", "Validator", "artefacts_in"]
