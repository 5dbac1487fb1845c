"""Spans of OpenTelemetry and their way to a collector; loaded only when one is named.

A failure leaves its type in a span and not its text, which may hold what a partner wrote. The
numbers of a first span are given: rows named them as parent before the span was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from opentelemetry import context, trace
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, StatusCode, TraceFlags

from gateway.telemetry.secrets import clean
from gateway.telemetry.traces import ids_of

if TYPE_CHECKING:
    from gateway.telemetry.otlp import Export

_SCOPE = "edi-gateway"
FIXED: ContextVar[tuple[int, int] | None] = ContextVar("gateway_first_span", default=None)
"""Numbers of trace and span that the next span gets."""

Attributes = Mapping[str, str | int | None]


class TracesUnavailableError(Exception):
    """A collector is named in the settings, but the packages for it are not installed."""


class Tracing:
    """Makes spans. ``otlp``: address of the collector; ``None``: the SDK that is there is used."""

    def __init__(self, otlp: str | None, *, version: str, instance: str) -> None:
        self._export = None if otlp is None else _export(otlp, version, instance)
        source = trace.get_tracer_provider() if self._export is None else self._export.provider
        self._tracer = source.get_tracer(_SCOPE, version)

    def begin(
        self, name: str, parent: str, first: bool, attributes: Attributes
    ) -> tuple[Span, Token[Any]]:
        """A span, current from now on. ``parent``: a ``traceparent``, or empty."""
        ids = ids_of(parent) if parent else None
        fixed = FIXED.set((ids[0], ids[1]) if first and ids else None)
        try:
            made = self._tracer.start_span(
                name, context=_around(ids, first), attributes=_kept(attributes)
            )
        finally:
            FIXED.reset(fixed)
        return made, context.attach(trace.set_span_in_context(made))

    def add(self, held: tuple[Span, Token[Any]], attributes: Attributes) -> None:
        """More about a span."""
        held[0].set_attributes(_kept(attributes))

    def end(self, held: tuple[Span, Token[Any]], failure: BaseException | None) -> None:
        """The work of a span is over."""
        made, token = held
        if failure is not None:
            made.set_status(StatusCode.ERROR, type(failure).__name__)
            made.set_attribute("error.type", type(failure).__name__)
        made.end()
        context.detach(token)

    def stop(self) -> None:
        """Send what is waiting, for a little while."""
        if self._export is not None:
            self._export.stop()


def _kept(attributes: Attributes) -> dict[str, str | int]:
    return {
        f"gateway.{name}": clean(value) if isinstance(value, str) else value
        for name, value in attributes.items()
        if value is not None and value != ""
    }


def _around(ids: tuple[int, int, int] | None, first: bool) -> context.Context:
    """The context that makes the right parent."""
    here = context.get_current()
    if ids is None:
        return here
    if first:
        return trace.set_span_in_context(trace.INVALID_SPAN, here)
    if trace.get_current_span(here).get_span_context().trace_id == ids[0]:
        return here
    remote = SpanContext(ids[0], ids[1], is_remote=True, trace_flags=TraceFlags(ids[2]))
    return trace.set_span_in_context(NonRecordingSpan(remote), here)


def _export(otlp: str, version: str, instance: str) -> Export:
    try:
        from gateway.telemetry.otlp import Export  # noqa: PLC0415 (an extra, may be missing)
    except ImportError as failure:
        raise TracesUnavailableError(
            "telemetry.otlp needs more packages: pip install 'edi-gateway[otel]'"
        ) from failure
    return Export(otlp, version=version, instance=instance, fixed=FIXED.get)
