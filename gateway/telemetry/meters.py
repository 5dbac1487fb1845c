"""The metrics of this process, and their text.

Made when the web port opens: a command that nobody watches imports and counts nothing. The rows
of :mod:`gateway.telemetry.metric` become metrics of an own registry, so that two houses in one
process do not mix. The number of series of a metric is bounded: what comes after is ``other``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    exposition,
)
from prometheus_client.registry import Collector

from gateway.telemetry.events import Event, Measure, counted_by
from gateway.telemetry.metric import COUNTED, INFO, Metric

MOST_SERIES = 2_000
"""Of one metric."""
OTHER = "other"
disable_created_metrics()  # type: ignore[no-untyped-call]  # series that nobody asks for
_KINDS = {"counter": "inc", "gauge": "set", "histogram": "observe"}


class Meters:
    """Counts events, and tells what was counted."""

    def __init__(self, *, version: str, database: str) -> None:
        self.registry = CollectorRegistry()
        self._metrics = {row.name: self._made(row) for row in COUNTED}
        self._write: dict[tuple[str, ...], Any] = {}
        self._series: dict[str, int] = {}
        self._lock = threading.Lock()
        ProcessCollector(registry=self.registry)
        self._metrics[INFO.name].labels(version, database).set(1)

    def __call__(self, event: Event, facts: Mapping[str, Any]) -> None:
        """Count one event; a fact that is ``None`` is not measured."""
        for measure in event.measures:
            value = facts[measure.fact] if measure.fact else measure.value
            if value is not None:
                self._writer(measure, facts)(_number(value))

    def register(self, collector: Collector) -> None:
        """Also tell what this one finds when somebody looks."""
        self.registry.register(collector)

    def text(self, accept: str = "") -> tuple[bytes, str]:
        """All metrics, and the content type that was chosen by the ``Accept`` header."""
        encode, content_type = exposition.choose_encoder(accept)
        return encode(self.registry), content_type

    @contextmanager
    def counting(self) -> Iterator[Meters]:
        """Events are counted here meanwhile."""
        before = counted_by(self)
        try:
            yield self
        finally:
            counted_by(before)

    def _writer(self, measure: Measure, facts: Mapping[str, Any]) -> Any:
        metric, given = measure.metric, measure.given or {}
        values = (
            str(given[label]) if label in given else str(facts[label]) for label in metric.labels
        )
        key = (metric.name, *values)
        return self._write.get(key) or self._new_series(metric, key)

    def _new_series(self, metric: Metric, key: tuple[str, ...]) -> Any:
        with self._lock:
            if key in self._write:
                return self._write[key]
            count = self._series.get(metric.name, 0)
            if count >= MOST_SERIES:
                labels = tuple(OTHER for _ in metric.labels)
                return getattr(self._metrics[metric.name].labels(*labels), _KINDS[metric.kind])
            self._series[metric.name] = count + 1
            made = self._metrics[metric.name]
            child = made.labels(*key[1:]) if metric.labels else made
            write = getattr(child, _KINDS[metric.kind])
            self._write[key] = write
            return write

    def _made(self, row: Metric) -> Any:
        if row.kind == "counter":
            return Counter(row.name, row.help, row.labels, registry=self.registry)
        if row.kind == "gauge":
            return Gauge(row.name, row.help, row.labels, registry=self.registry)
        return Histogram(
            row.name, row.help, row.labels, registry=self.registry, buckets=row.buckets
        )


def _number(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)
