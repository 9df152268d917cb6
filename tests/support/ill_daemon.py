"""The real daemon, but ill in a way a test chooses: `python -m support.ill_daemon run ...`.

    STATION_SECONDS=4      a station may show no progress for so long (and its printer's patience)
    HANG_AT=mark           the driver hangs for ever there
    JOURNAL_SOCKET=path    systemd's journal listens there

Only this wrapper knows of it; the product has no hook for it.
"""

from __future__ import annotations

import functools
import os
import sys
import threading

from bridge import log, pulse
from bridge.cli import main
from drivers.escpos.driver import EscposDriver


def hang_for_ever(*_: object, **__: object) -> None:
    """Wait for what never comes, and ask nobody whether to stop."""
    threading.Event().wait()


if __name__ == "__main__":
    pulse.STATION_SECONDS = float(os.environ.get("STATION_SECONDS", pulse.STATION_SECONDS))
    if os.environ.get("HANG_AT"):
        setattr(EscposDriver, os.environ["HANG_AT"], hang_for_ever)
    if os.environ.get("JOURNAL_SOCKET"):
        log.start_logging = functools.partial(log.start_logging, journal_socket=os.environ["JOURNAL_SOCKET"])
    sys.exit(main())
