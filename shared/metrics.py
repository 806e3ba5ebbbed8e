"""What a service counts, in the text format of Prometheus (version 0.0.4).

Counters and latencies of a process are added to as things happen; the rest is asked for when somebody looks, by queries
whose cost does not grow with what is kept. Labels come from the code or the setup file, never from a message or an
address: nothing about a patient, and no more of them than were written down.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

__all__ = ["CONTENT_TYPE", "Metric", "Metrics", "Source", "Values", "counter", "gauge"]

Values = Mapping[tuple[str, ...], float]
Source = Callable[[str], Awaitable[Sequence[Metric]]]
"""Asked at each look, with the trust (ODS code) of whoever looks: what is of a trust is told to that trust."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER: Final = "other"
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# When each counter began is told by its process, not by two lines more for each of them.
prometheus_client.disable_created_metrics()


def gauge(name: str, says: str, labels: Sequence[str], values: Values) -> Metric:
    """Something that is now, by `labels`."""
    family = GaugeMetricFamily(name, says, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def counter(name: str, says: str, labels: Sequence[str], values: Values) -> Metric:
    """Something that only grows, by `labels`; its name gets `_total`."""
    family = CounterMetricFamily(name, says, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


class _Asked(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


class Metrics:
    """What one service counts. `add` what is to be asked for at each look."""

    def __init__(self, service: str, version: str) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._registry)
        running = Gauge(
            "homeward_running", "The version that runs; always 1", ["service", "version"], registry=self._registry
        )
        running.labels(service, version).set(1)
        self._answers = Counter(
            "homeward_http_answers",
            "Requests answered, by method, route template and status",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "homeward_http_answer_seconds",
            "Seconds from a request's head to the beginning of its answer",
            ["method", "route"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._latencies: dict[tuple[str, str], Histogram] = {}
        self._counts: dict[tuple[str, str, int], Counter] = {}
        self._sources: list[Source] = []

    def add(self, source: Source) -> None:
        """Have `source` asked at each look."""
        self._sources.append(source)

    def answered(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count a request. `route` is the template it met; None: none, whatever the address was."""
        method, route = method if method in METHODS else OTHER, route or OTHER
        latency = self._latencies.get((method, route))
        if latency is None:
            latency = self._latencies[method, route] = self._seconds.labels(method, route)
        latency.observe(seconds)
        count = self._counts.get((method, route, status))
        if count is None:
            count = self._counts[method, route, status] = self._answers.labels(method, route, str(status))
        count.inc()

    async def text(self, trust: str) -> bytes:
        """Everything, for somebody of `trust`. Raises what a source raises."""
        asked = [family for source in self._sources for family in await source(trust)]
        return generate_latest(self._registry) + generate_latest(_Asked(asked))
