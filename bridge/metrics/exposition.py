"""Metrics as the text that Prometheus reads (text format 0.0.4), written out because it is no more than this file.

The client library of Prometheus is made for counting inside a program, and one more package to ship; here every value
is read from the journal at once, and these lines are all that is left to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["counter", "gauge", "histogram"]
Labels = tuple[tuple[str, str], ...]

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_HELP_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: `name` with its unit, as the conventions of Prometheus have it, and one line of help."""

    name: str
    kind: Kind
    help: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One value; `suffix` is `_bucket`, `_sum` or `_count` of a histogram, else empty."""

    labels: Labels
    value: float
    suffix: str = ""


def render(families: Iterable[tuple[Metric, Iterable[Sample]]]) -> str:
    """Return the text of these metrics. A metric without a value is left out."""
    return "".join(line for metric, samples in families for line in _family(metric, tuple(samples)))


def _family(metric: Metric, samples: tuple[Sample, ...]) -> Iterator[str]:
    if not samples:
        return
    yield f"# HELP {metric.name} {metric.help.translate(_HELP_ESCAPES)}\n"
    yield f"# TYPE {metric.name} {metric.kind}\n"
    for sample in samples:
        labels = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in sample.labels)
        braces = f"{{{labels}}}" if labels else ""
        yield f"{metric.name}{sample.suffix}{braces} {_number(sample.value)}\n"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
