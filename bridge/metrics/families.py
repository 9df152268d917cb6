"""Every metric of the bridge, and its values at a moment. `docs/metrics.md` is held against METRICS by a test."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.journal.states import OPEN_STATES
from bridge.metrics.exposition import Metric, Sample
from bridge.observer.progress import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bridge.baselinker.tally import Tally
    from bridge.metrics.exposition import Kind
    from bridge.observer import Histogram, Progress, Situation

_PREFIX = "receipt_bridge_"
API_STATES = ("ok", "unreachable", "blocked", "bad_token", "refused", "unknown")
"""What BaseLinker may be, as the courier's beats say."""


def _metric(name: str, kind: Kind, text: str) -> Metric:
    return Metric(_PREFIX + name, kind, text)


METRICS: tuple[Metric, ...] = (
    _metric("build_info", "gauge", "Always 1; the label tells the version of the program."),
    _metric("observed_timestamp_seconds", "gauge", "When the numbers were taken, by the system clock."),
    _metric("running_seconds", "gauge", "Seconds since the daemon began to watch."),
    _metric("requests_total", "counter", "Calls to BaseLinker since the start, by method and outcome."),
    _metric("requests_last_minute", "gauge", "Requests sent to BaseLinker in the last 60 seconds."),
    _metric("requests_per_minute_limit", "gauge", "Requests a minute the bridge allows itself."),
    _metric(
        "last_poll_timestamp_seconds", "gauge", "When BaseLinker last listed receipts, by the system clock."
    ),
    _metric("api_state", "gauge", "1 for the state BaseLinker is in, 0 for the others."),
    _metric("open_receipts", "gauge", "Receipts for which something is still owed, by printer and state."),
    _metric("held_receipts", "gauge", "Receipts that wait for a person, by printer and reason."),
    _metric("receipts_total", "counter", "How often receipts came into a state since the start, by printer."),
    _metric("seen_to_printed_seconds", "histogram", "From the first sight of a receipt to its proof."),
    _metric("print_seconds", "histogram", "From the intent to print a receipt to its proof."),
    _metric("confirm_seconds", "histogram", "From the proof of a receipt to BaseLinker's acceptance."),
    _metric("printer_ready", "gauge", "1 when the printer could print as the daemon last saw it, else 0."),
    _metric("printer_out_seconds", "gauge", "For how long the printer has not been ready; 0 when it is."),
    _metric("printer_trouble", "gauge", "1 for what keeps a printer from printing, by its code."),
    _metric("printer_warning", "gauge", "1 for each warning of a printer, by its code."),
    _metric("alerts", "gauge", "Alerts that stand and are due, by code."),
    _metric(
        "alert_messages_total", "counter", "Messages by way and outcome (told or failed) since the start."
    ),
    _metric("journal_free_bytes", "gauge", "Room on the disk of the journal."),
)
"""Every metric there is, in the order of the text."""

_BY_NAME = {metric.name.removeprefix(_PREFIX): metric for metric in METRICS}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything the metrics are made of; `alerts` counts those that are due by code, `messages` by way and outcome."""

    version: str
    situation: Situation
    progress: Progress
    tally: Tally
    alerts: Mapping[str, int]
    messages: Mapping[tuple[str, str], int]


def families(numbers: Numbers) -> Iterator[tuple[Metric, list[Sample]]]:
    """Yield every metric with its values."""
    values = {**_of_program(numbers), **_of_api(numbers), **_of_receipts(numbers), **_of_printers(numbers)}
    for name, metric in _BY_NAME.items():
        yield metric, values[name]


def _of_program(numbers: Numbers) -> dict[str, list[Sample]]:
    now = numbers.situation
    return {
        "build_info": [Sample((("version", numbers.version),), 1)],
        "observed_timestamp_seconds": [_one(now.moment.wall)],
        "running_seconds": [_one(now.seconds_since(now.began))],
        "alerts": [Sample((("code", code),), count) for code, count in sorted(numbers.alerts.items())],
        "alert_messages_total": [
            Sample((("way", way), ("outcome", outcome)), count)
            for (way, outcome), count in sorted(numbers.messages.items())
        ],
        "journal_free_bytes": [_one(now.free_bytes)],
    }


def _of_api(numbers: Numbers) -> dict[str, list[Sample]]:
    api, budget = numbers.situation.api, numbers.tally.budget()
    state = api.state if api.state in API_STATES else "unknown"
    return {
        "requests_total": [
            Sample((("method", method), ("outcome", outcome)), count)
            for (method, outcome), count in sorted(numbers.tally.calls().items())
        ],
        "requests_last_minute": [] if budget is None else [_one(budget[0])],
        "requests_per_minute_limit": [] if budget is None else [_one(budget[1])],
        "last_poll_timestamp_seconds": [] if api.polled_at is None else [_one(api.polled_at)],
        "api_state": [Sample((("state", one),), one == state) for one in API_STATES],
    }


def _of_receipts(numbers: Numbers) -> dict[str, list[Sample]]:
    now, progress = numbers.situation, numbers.progress
    printers = sorted({view.name for view in now.printers} | {printer for printer, _ in now.counts})
    held = Counter((held.printer, held.reason_code) for held in now.held)
    return {
        "open_receipts": [
            Sample((("printer", printer), ("state", state)), now.counts.get((printer, state), 0))
            for printer in printers
            for state in OPEN_STATES
        ],
        "held_receipts": [
            Sample((("printer", printer), ("reason", reason)), count)
            for (printer, reason), count in sorted(held.items())
        ],
        "receipts_total": [
            Sample((("printer", printer), ("state", state)), count)
            for (printer, state), count in sorted(progress.moves.items())
        ],
        "seen_to_printed_seconds": list(_histograms(progress.seen_to_printed)),
        "print_seconds": list(_histograms(progress.printing)),
        "confirm_seconds": list(_histograms(progress.confirming)),
    }


def _of_printers(numbers: Numbers) -> dict[str, list[Sample]]:
    now = numbers.situation
    return {
        "printer_ready": [Sample(_of(view.name), view.ready) for view in now.printers],
        "printer_out_seconds": [
            Sample(_of(view.name), 0 if view.out_since is None else now.seconds_since(view.out_since))
            for view in now.printers
        ],
        "printer_trouble": [
            Sample((*_of(view.name), ("code", view.code)), 1)
            for view in now.printers
            if view.code and not view.ready
        ],
        "printer_warning": [
            Sample((*_of(view.name), ("code", code)), 1)
            for view in now.printers
            for code in dict.fromkeys(view.warnings)
        ],
    }


def _one(value: float) -> Sample:
    return Sample((), value)


def _of(printer: str) -> tuple[tuple[str, str], ...]:
    return (("printer", printer),)


def _histograms(histograms: Mapping[str, Histogram]) -> Iterator[Sample]:
    for printer, histogram in sorted(histograms.items()):
        sums = histogram.cumulative()
        for limit, count in zip((*map(str, LIMITS), "+Inf"), sums, strict=True):
            yield Sample((*_of(printer), ("le", limit)), count, "_bucket")
        yield Sample(_of(printer), histogram.total, "_sum")
        yield Sample(_of(printer), sums[-1], "_count")
