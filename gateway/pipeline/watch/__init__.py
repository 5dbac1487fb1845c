"""What a person has to know: alarms, missed documents, business threads."""

from gateway.pipeline.watch.findings import Finding
from gateway.pipeline.watch.rounds import clear, raise_for, settle, watch

__all__ = ["Finding", "clear", "raise_for", "settle", "watch"]
