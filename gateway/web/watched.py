"""All that watches a process that stays, put together: ``serve`` and ``work`` use it.

log.configure_as(settings.telemetry)
with watched(settings, store, owner=owner, live=crew.trouble, ready=carrier_trouble) as where:
...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from gateway.config.models import Settings
from gateway.store import Store
from gateway.store.archive import FolderArchive
from gateway.telemetry.status import Status
from gateway.telemetry.traces import exporting
from gateway.web.port import OFF, Address
from gateway.web.reception import Reception

if TYPE_CHECKING:
    from gateway.pipeline.as2.links import Links


@contextmanager
def watched(
    settings: Settings,
    store: Store,
    *,
    owner: str,
    live: Callable[[], list[str]],
    ready: Callable[[], Iterable[str]] = tuple,
    reception: Reception | None = None,
    links: Callable[[], Links] | None = None,
    runs: Callable[[], Mapping[str, Any]] = dict,
) -> Iterator[Address | None]:
    """Events are counted, traces sent and the web port is open meanwhile; yields its address.

    ``owner``: name of this process. ``live``: why it has to be started anew. ``ready``: why it
    cannot work now, beside database and archive. ``reception``: what serves partners who call;
    on a port of its own, where one is set. ``links``: whose certificates are watched now. Raises
    :class:`~gateway.web.port.PortError` and
    :class:`~gateway.telemetry.otel.TracesUnavailableError`.
    """
    ours = our_version()
    with ExitStack() as stack:
        stack.enter_context(exporting(settings.telemetry.otlp, version=ours, instance=owner))
        where, partners = None, None
        if reception is not None:
            partners = reception.application()
            stack.callback(partners.close)
            apart = stack.enter_context(reception.port(partners))
            partners = partners if apart is None else None
        if settings.http.listen != OFF:
            status = stack.enter_context(_counted(store, ours, live, ready, links, runs))
            from gateway.web.server import serving  # noqa: PLC0415 (slow to load)

            where = stack.enter_context(serving(status, settings.http.listen, partners))
        yield where


@contextmanager
def _counted(
    store: Store,
    ours: str,
    live: Callable[[], list[str]],
    ready: Callable[[], Iterable[str]],
    links: Callable[[], Links] | None,
    runs: Callable[[], Mapping[str, Any]],
) -> Iterator[Status]:
    from gateway.telemetry.meters import Meters  # noqa: PLC0415 (slow to load)
    from gateway.web.expiry import CertificateGauges  # noqa: PLC0415 (slow to load)
    from gateway.web.gauges import HouseGauges  # noqa: PLC0415 (slow to load)
    from gateway.web.ready import Readiness  # noqa: PLC0415 (slow to load)

    archive = store.archive
    folder = archive.root if isinstance(archive, FolderArchive) else None
    meters = Meters(version=ours, database=store.engine.dialect.name)
    meters.register(HouseGauges(store, folder))
    if links is not None:
        meters.register(CertificateGauges(links, store.clock))
    with meters.counting():
        yield Status(live, Readiness(store, ready), meters.text, runs)


def our_version() -> str:
    """The version of this program, empty when it is not installed."""
    try:
        return version("edi-gateway")
    except PackageNotFoundError:
        return ""
