"""The way of spans to a collector: OpenTelemetry's SDK and its OTLP exporter over HTTP.

The exporter runs in a daemon thread behind a queue of 2,048 spans. Should the queue be full, spans
are dropped; nobody waits.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator

from gateway.telemetry import events

EXPORT_SECONDS = 5.0
"""Time a collector has for one batch, retries included."""
STOP_SECONDS = 2.0
"""How long stopping waits for the collector."""
DELAY_MILLISECONDS = 1_000
"""How long a span waits for others to be sent with."""

Fixed = Callable[[], tuple[int, int] | None]


class _Numbers(IdGenerator):
    """Random numbers, unless those of the next span are fixed."""

    def __init__(self, fixed: Fixed) -> None:
        self._fixed = fixed

    def generate_trace_id(self) -> int:
        fixed = self._fixed()
        return fixed[0] if fixed else random.getrandbits(128) or 1

    def generate_span_id(self) -> int:
        fixed = self._fixed()
        return fixed[1] if fixed else random.getrandbits(64) or 1


class Told(SpanExporter):
    """An exporter whose failures are events; a collector that stays away is told of once."""

    def __init__(self, exporter: SpanExporter, collector: str) -> None:
        self._exporter = exporter
        self._collector = collector
        self._failing = self._ended = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch, and tell when that begins or ceases to fail."""
        if self._ended:
            return SpanExportResult.FAILURE
        result = self._exporter.export(spans)
        failing = result is not SpanExportResult.SUCCESS
        if failing:
            events.spans_lost(spans=len(spans))
        if failing != self._failing:
            tell = events.collector_trouble if failing else events.collector_back
            tell(collector=self._collector)
        self._failing = failing
        return result

    def shutdown(self) -> None:
        """Send nothing more, also not the batch that is being tried again."""
        if not self._ended:
            self._ended = True
            self._exporter.shutdown()


class Export:
    """Makes spans and sends them. ``fixed``: trace and span number of the next span."""

    def __init__(self, otlp: str, *, version: str, instance: str, fixed: Fixed) -> None:
        about = {"service.name": "edi-gateway", "service.version": version}
        self.provider = TracerProvider(
            resource=Resource.create({**about, "service.instance.id": instance}),
            id_generator=_Numbers(fixed),
            shutdown_on_exit=False,
        )
        url = traces_url(otlp)
        self._exporter = Told(OTLPSpanExporter(endpoint=url, timeout=EXPORT_SECONDS), url)
        self.provider.add_span_processor(
            BatchSpanProcessor(self._exporter, schedule_delay_millis=DELAY_MILLISECONDS)
        )

    def stop(self) -> None:
        """Send what is waiting, for a little while; a collector that hangs is left alone."""
        end = threading.Thread(target=self.provider.shutdown, daemon=True)
        end.start()
        end.join(STOP_SECONDS)
        self._exporter.shutdown()


def traces_url(otlp: str) -> str:
    """The full address for traces; settings name the collector as everybody writes it."""
    base = otlp.rstrip("/")
    return base if base.endswith("/v1/traces") else f"{base}/v1/traces"
