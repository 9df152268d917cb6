"""What every test runs under."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# A shared machine is slow now and then: no example has a deadline, and a slow draw is no finding.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

# A shell that starts the tests in the background makes them, and every program they start, deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
