"""What stands in the journal, seen as a whole every few seconds: for alerts and for numbers.

    observer    reads the journal, and only when something in it has changed
    situation   rows and beats -> Situation, a pure function
    progress    lines of the history -> counters and durations, each line once

The observer never talks to a printer and changes no receipt.
"""

from bridge.observer.observer import Observer
from bridge.observer.progress import Histogram, Progress
from bridge.observer.situation import ApiState, Moment, PrinterView, Reading, Situation, situation

__all__ = [
    "ApiState",
    "Histogram",
    "Moment",
    "Observer",
    "PrinterView",
    "Progress",
    "Reading",
    "Situation",
    "situation",
]
