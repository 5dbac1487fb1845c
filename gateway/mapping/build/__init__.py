"""Statements → plan. :class:`Builder` is the way in, :class:`Context` what it works with."""

from gateway.mapping.build.builder import Builder
from gateway.mapping.build.context import Context, find_field, member

__all__ = ["Builder", "Context", "find_field", "member"]
