"""The numbers: their text, the file, the address, and the documents and the dashboard that name them."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import httpx
import pytest
from support.situations import api_beat, held, printer_beat, seen

from bridge.baselinker.budget import Budget, Priority
from bridge.baselinker.errors import BadToken, Blocked, RefusedCall, Transport
from bridge.baselinker.tally import OUTCOMES, Tally
from bridge.journal import Event, State
from bridge.journal.overview import Moved
from bridge.metrics.exposition import Metric, Sample, render
from bridge.metrics.families import METRICS, Numbers, families
from bridge.metrics.server import MetricsServer
from bridge.metrics.textfile import write_textfile
from bridge.observer import Progress

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = re.compile(r'^(\w+?)(_bucket|_sum|_count)?(\{(?:\w+="(?:[^"\\\n]|\\.)*",?)*\})? (-?[0-9.e+]+)$')


class Caller:
    """Answers every call, or fails with the error given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def call(self, method: str, parameters: object = None, **_: object) -> dict[str, object]:
        if self.error is not None:
            raise self.error
        return {}


def numbers(tally: Tally | None = None) -> Numbers:
    """Return numbers in which every metric has a value."""
    tally = tally or counted()
    progress = Progress()
    progress.count(
        [
            Moved(1, "till", Event.LISTED, State.WAITING, 100, 100, None, None),
            Moved(2, "till", Event.INTEND, State.INTENT, 102, 100, Event.LISTED, 100),
            Moved(3, "till", Event.PROVE, State.PRINTED, 105, 100, Event.INTEND, 102),
            Moved(4, "till", Event.CONFIRM, State.CONFIRMED, 5000, 100, Event.PROVE, 105),
        ]
    )
    now = seen(
        printer_beat("till", warnings=["paper_near_end"]),
        printer_beat("bar", ready=False, code="cover_open"),
        api_beat("blocked", "why"),
        printers=("till", "bar"),
        counts={("till", State.HELD): 2, ("old", State.WAITING): 1},
        held=(held(), held(124, code="nip_invalid")),
    )
    return Numbers("1.2.3", now, progress, tally, {"receipt_held": 2}, {("mail", "failed"): 3})


def counted() -> Tally:
    tally, budget = Tally(), Budget(40)
    tally.counting(Caller(), budget).call("getNewReceipts")
    budget.take(Priority.POLL)
    return tally


def text(tally: Tally | None = None) -> str:
    return render(families(numbers(tally)))


def test_every_line_is_in_the_format_and_every_metric_is_there() -> None:
    lines = text().splitlines()
    values = [line for line in lines if not line.startswith("#")]

    assert all(SAMPLE.match(line) for line in values)
    assert {metric.name for metric in METRICS} == {
        name
        for line in values
        if (found := SAMPLE.match(line))
        for name in [line.split("{")[0].split(" ")[0] if found[2] is None else found[1]]
    }
    assert [f"# TYPE {metric.name} {metric.kind}" for metric in METRICS] == [
        line for line in lines if line.startswith("# TYPE")
    ]


@pytest.mark.parametrize(
    "line",
    [
        'receipt_bridge_build_info{version="1.2.3"} 1',
        'receipt_bridge_open_receipts{printer="till",state="held"} 2',
        'receipt_bridge_open_receipts{printer="till",state="waiting"} 0',
        'receipt_bridge_open_receipts{printer="old",state="waiting"} 1',
        'receipt_bridge_held_receipts{printer="till",reason="nip_invalid"} 1',
        'receipt_bridge_receipts_total{printer="till",state="confirmed"} 1',
        'receipt_bridge_seen_to_printed_seconds_bucket{printer="till",le="3"} 0',
        'receipt_bridge_seen_to_printed_seconds_bucket{printer="till",le="5"} 1',
        'receipt_bridge_seen_to_printed_seconds_sum{printer="till"} 5',
        'receipt_bridge_confirm_seconds_bucket{printer="till",le="3600"} 0',
        'receipt_bridge_confirm_seconds_bucket{printer="till",le="+Inf"} 1',
        'receipt_bridge_confirm_seconds_count{printer="till"} 1',
        'receipt_bridge_printer_ready{printer="bar"} 0',
        'receipt_bridge_printer_trouble{printer="bar",code="cover_open"} 1',
        'receipt_bridge_printer_warning{printer="till",code="paper_near_end"} 1',
        'receipt_bridge_api_state{state="blocked"} 1',
        'receipt_bridge_api_state{state="ok"} 0',
        'receipt_bridge_requests_total{method="getNewReceipts",outcome="ok"} 1',
        "receipt_bridge_requests_last_minute 1",
        "receipt_bridge_requests_per_minute_limit 40",
        'receipt_bridge_alerts{code="receipt_held"} 2',
        'receipt_bridge_alert_messages_total{way="mail",outcome="failed"} 3',
    ],
)
def test_a_value(line: str) -> None:
    assert line in text().splitlines()


def test_labels_and_help_are_escaped() -> None:
    metric = Metric("a_b", "gauge", "one\\two\nthree")

    assert '# HELP a_b one\\\\two\\nthree\n# TYPE a_b gauge\na_b{x="\\"\\\\\\n"} 0.5\n' == render(
        [(metric, [Sample((("x", '"\\\n'),), 0.5)])]
    )


def test_a_metric_without_a_value_is_left_out() -> None:
    assert "requests_last_minute" not in text(Tally())


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Transport("m", "w"), "no_answer"),
        (Blocked("m", "w", until=1.0, until_text="soon"), "blocked"),
        (BadToken("m", "w"), "bad_token"),
    ],
)
def test_a_call_that_fails_is_counted_by_its_class_and_raised(error: Exception, outcome: str) -> None:
    tally = Tally()
    with pytest.raises(type(error)):
        tally.counting(Caller(error), Budget(40)).call("m")

    assert {("m", outcome): 1} == tally.calls()
    assert RefusedCall in OUTCOMES


def test_a_reader_never_meets_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "receipt_bridge.prom"
    texts = {"a" * 100_000, "b" * 200_000}
    write_textfile(path, min(texts))
    done = threading.Event()
    found: set[str] = set()

    def read() -> None:
        while not done.is_set():
            found.add(path.read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(50):
        for content in texts:
            write_textfile(path, content)
    done.set()
    reader.join()

    assert found <= texts
    assert [path] == list(tmp_path.iterdir())
    assert 0o644 == path.stat().st_mode & 0o777


def test_the_address_answers_with_the_newest_text_and_nothing_else() -> None:
    texts = ["old\n"]
    server = MetricsServer("127.0.0.1:0", lambda: texts[-1])
    try:
        texts.append("new\n")
        url = f"http://127.0.0.1:{server.port}"
        answer = httpx.get(f"{url}/metrics", timeout=20)
        assert "new\n" == answer.text
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert 404 == httpx.get(f"{url}/etc/passwd", timeout=20).status_code
    finally:
        server.close()


def test_the_document_names_every_metric_with_kind_labels_and_help() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    labels = {
        metric.name: ", ".join(
            dict.fromkeys(name for sample in samples for name, _ in sample.labels if name != "le")
        )
        for metric, samples in families(numbers())
    }

    assert [(metric.name, metric.kind, labels[metric.name] or "-", metric.help) for metric in METRICS] == rows


def test_every_metric_of_the_dashboard_exists() -> None:
    path = ROOT / "packaging" / "grafana" / "receipt-bridge.json"
    board = json.loads(path.read_text(encoding="utf-8"))
    asked = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    known = {metric.name for metric in METRICS} | {
        f"{metric.name}{suffix}"
        for metric in METRICS
        if metric.kind == "histogram"
        for suffix in ("_bucket", "_sum", "_count")
    }
    named = set(re.findall(r"receipt_bridge_\w+", asked))

    assert named
    assert set() == named - known
    assert len(board["panels"]) == len({panel["id"] for panel in board["panels"]})
