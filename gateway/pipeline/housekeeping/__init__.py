"""Housekeeping: retention, compaction, and the doctor; duties of a running house."""

from gateway.pipeline.housekeeping.compaction import compact
from gateway.pipeline.housekeeping.doctor import examine
from gateway.pipeline.housekeeping.retention import expire

__all__ = ["compact", "examine", "expire"]
