"""One trace from file to answer, and a collector that can never hurt the work."""

from __future__ import annotations

import gzip
import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from gateway.telemetry import traces
from gateway.telemetry.otlp import Told, traces_url
from gateway.telemetry.traces import current_trace, exporting, ids_of, new_trace, span


def tokens() -> Callable[[], str]:
    numbers = iter(range(1_000))
    return lambda: f"{next(numbers):012x}"


@dataclass
class Collector:
    """A little collector that takes OTLP over HTTP."""

    url: str
    paths: list[str] = field(default_factory=list)
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)

    @property
    def spans(self) -> dict[str, Any]:
        """By name."""
        return {
            one.name: one
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for one in scope.spans
        }

    @property
    def about(self) -> dict[str, str]:
        """What the spans say about the process."""
        attributes = self.requests[0].resource_spans[0].resource.attributes
        return {each.key: each.value.string_value for each in attributes}


def attributes_of(one: Any) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value")) for each in one.attributes
    }


@pytest.fixture
def collector() -> Iterator[Collector]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            made.paths.append(self.path)
            made.requests.append(ExportTraceServiceRequest.FromString(body))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_new_trace_is_a_traceparent() -> None:
    trace = new_trace(tokens())
    assert len(trace) == 55
    assert ids_of(trace) is not None
    assert new_trace(tokens()) == trace
    again = tokens()
    assert len({new_trace(again) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "text", ["", "00-abc", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{'1' * 32}-{'0' * 16}-01"]
)
def test_what_is_no_traceparent(text: str) -> None:
    assert ids_of(text) is None


def test_the_trace_is_known_without_a_collector() -> None:
    trace = new_trace(tokens())
    with span("judge", trace, message=7) as work:
        work.add(document="order")
        assert current_trace() == trace
        with span("transaction"):
            assert current_trace() == trace
    assert current_trace() == ""


def test_one_trace_from_file_to_delivery(collector: Collector) -> None:
    trace = new_trace(tokens())
    with exporting(collector.url, version="1.2", instance="edi-1"):
        with span("receive", trace, first=True, source="acme-retail/main", message=7):
            pass
        # later, elsewhere
        with span("judge", trace, message=7, partner="acme-retail", document="") as work:
            with span("transaction"):
                pass
            with span("map", trace):
                pass
            work.add(document="order")
        with span("poll"):
            pass
    spans = collector.spans
    assert set(collector.paths) == {"/v1/traces"}
    assert collector.about["service.name"] == "edi-gateway"
    assert collector.about["service.instance.id"] == "edi-1"
    ids = ids_of(trace)
    assert ids is not None
    for name in ("receive", "judge", "transaction", "map"):
        assert int.from_bytes(spans[name].trace_id, "big") == ids[0], name
    assert int.from_bytes(spans["receive"].span_id, "big") == ids[1]
    assert spans["receive"].parent_span_id == b""
    assert spans["judge"].parent_span_id == spans["receive"].span_id
    assert spans["transaction"].parent_span_id == spans["judge"].span_id
    assert spans["map"].parent_span_id == spans["judge"].span_id
    assert spans["poll"].parent_span_id == b""
    assert spans["poll"].trace_id != spans["judge"].trace_id
    assert attributes_of(spans["judge"]) == {
        "gateway.message": 7, "gateway.partner": "acme-retail", "gateway.document": "order",
    }  # fmt: skip


def test_work_on_another_file_within_work_is_of_its_own_trace(collector: Collector) -> None:
    again = tokens()
    one, two = new_trace(again), new_trace(again)
    with exporting(collector.url, version="1", instance="a"):
        with span("outer", one), span("inner", two):
            pass
        with span("after", one):
            pass
    spans = collector.spans
    assert spans["inner"].trace_id.hex() == two[3:35]
    assert spans["inner"].parent_span_id.hex() == two[36:52]
    assert spans["after"].parent_span_id.hex() == one[36:52]


def test_a_failure_shows_its_kind_and_not_its_text(collector: Collector) -> None:
    with (
        exporting(collector.url, version="1", instance="a"),
        pytest.raises(ValueError, match="confidential"),
        span("map", new_trace(tokens())),
    ):
        raise ValueError("confidential")
    one = collector.spans["map"]
    assert one.status.code == 2
    assert attributes_of(one)["error.type"] == "ValueError"
    assert b"confidential" not in collector.requests[0].SerializeToString()


def test_a_broken_trace_of_a_row_breaks_nothing(collector: Collector) -> None:
    with (
        exporting(collector.url, version="1", instance="a"),
        span("judge", "not a trace", first=True),
    ):
        pass
    assert collector.spans["judge"].parent_span_id == b""


def test_threads_have_traces_of_their_own(collector: Collector) -> None:
    again = tokens()
    every = [new_trace(again) for _ in range(8)]
    barrier = threading.Barrier(8)

    def work(trace: str) -> None:
        with span(f"judge {trace}", trace):
            barrier.wait(10)
            assert current_trace() == trace

    with exporting(collector.url, version="1", instance="a"):
        threads = [threading.Thread(target=work, args=(trace,)) for trace in every]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for trace in every:
        assert collector.spans[f"judge {trace}"].trace_id.hex() == trace[3:35]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["nobody listens", "accepts and is silent"])
def dead(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "nobody listens":
        yield f"http://127.0.0.1:{free_port()}"
        return
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_dead_collector_neither_slows_nor_stops_the_work(dead: str) -> None:
    trace = new_trace(tokens())
    slowest = 0.0
    with exporting(dead, version="1", instance="a"):
        for number in range(5_000):  # more than the queue holds
            began = time.perf_counter()
            with span("judge", trace, message=number):
                pass
            slowest = max(slowest, time.perf_counter() - began)
        ended = time.perf_counter()
    assert slowest < 5.0  # a collector that is waited for takes ten seconds
    assert time.perf_counter() - ended < 9.0


class Moody(SpanExporter):
    """Takes spans, or does not."""

    def __init__(self, moods: list[bool]) -> None:
        self.moods = moods

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return SpanExportResult.SUCCESS if self.moods.pop(0) else SpanExportResult.FAILURE


def test_a_dead_collector_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", "gateway.events"):
        one = Told(Moody([False, False, True, True, False]), "http://c:4318/v1/traces")
        for _ in range(5):
            one.export([])
    one.shutdown()
    # an exporter that another test left behind may still speak, from a thread of its own
    ours = [record for record in caplog.records if record.thread == threading.get_ident()]
    assert [record.getMessage() for record in ours] == [
        "spans lost", "trace collector trouble", "spans lost", "trace collector back",
        "spans lost", "trace collector trouble",
    ]  # fmt: skip


def test_without_a_collector_nothing_is_loaded() -> None:
    code = (
        "import sys\n"
        "from gateway.telemetry.traces import exporting, span\n"
        "with exporting(None, version='1', instance='a'), span('a'): pass\n"
        "print(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.strip() == "False"


def test_without_the_packages_the_sentence_says_which() -> None:
    code = (
        "import sys\n"
        "sys.modules['opentelemetry.sdk'] = None\n"
        "from gateway.telemetry.otel import TracesUnavailableError\n"
        "from gateway.telemetry.traces import exporting\n"
        "try:\n"
        "    exporting('http://127.0.0.1:1', version='1', instance='a').__enter__()\n"
        "except TracesUnavailableError as failure:\n"
        "    print(failure)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert "pip install 'edi-gateway[otel]'" in done.stdout


def test_an_sdk_that_is_there_already_is_used() -> None:
    """As with ``opentelemetry-instrument gateway serve``."""
    code = (
        "from opentelemetry import trace\n"
        "from opentelemetry.sdk.trace import TracerProvider\n"
        "from opentelemetry.sdk.trace.export import SimpleSpanProcessor\n"
        "from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter\n"
        "memory, provider = InMemorySpanExporter(), TracerProvider()\n"
        "provider.add_span_processor(SimpleSpanProcessor(memory))\n"
        "trace.set_tracer_provider(provider)\n"
        "from gateway.telemetry.traces import exporting, new_trace, span\n"
        "mine = new_trace(lambda: 'a')\n"
        "with exporting(None, version='1', instance='a'):\n"
        "    with span('judge', mine): pass\n"
        "[one] = memory.get_finished_spans()\n"
        "print(f'{one.context.trace_id:032x}' == mine[3:35], one.name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.strip() == "True judge"


@pytest.mark.parametrize("address", ["http://c:4318", "http://c:4318/", "http://c:4318/v1/traces"])
def test_the_address_of_a_collector(address: str) -> None:
    assert traces_url(address) == "http://c:4318/v1/traces"


def test_tracing_ends_with_its_block(collector: Collector) -> None:
    with exporting(collector.url, version="1", instance="a"):
        assert traces._Active.tracing is not None
    assert traces._Active.tracing is None
    with span("after"):
        pass
    assert "after" not in collector.spans
