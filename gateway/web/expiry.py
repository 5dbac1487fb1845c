"""How long certificates of AS2 still count, read from their files when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import Metric as Family
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from gateway.pipeline.as2.inventory import inventory
from gateway.pipeline.as2.links import Links
from gateway.telemetry import metric as m

OURS = "us"


class CertificateGauges(Collector):
    """For :meth:`gateway.telemetry.meters.Meters.register`.

    One that is only replaced, not yet over, is among them: it is the alarm that knows better.
    """

    def __init__(self, links: Callable[[], Links], clock: Callable[[], datetime]) -> None:
        self._links = links
        self._clock = clock

    def describe(self) -> Iterable[Family]:
        """The name, without reading a file."""
        return [_family()]

    def collect(self) -> Iterable[Family]:
        """Seconds that are left; negative for what has ended."""
        at = self._clock()
        left: dict[tuple[str, str, str], float] = {}
        for held in inventory(self._links(), at):
            key = (held.owner or OURS, held.credential.name, held.use)
            seconds = (held.ends - at).total_seconds()
            left[key] = min(seconds, left.get(key, seconds))
        family = _family()
        for labels, seconds in left.items():
            family.add_metric(labels, seconds)
        return [family] if left else []


def _family() -> GaugeMetricFamily:
    row = m.CERTIFICATE_EXPIRES
    return GaugeMetricFamily(row.name, row.help, labels=row.labels)
