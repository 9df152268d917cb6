"""Every kind of log line of the bridge: its code, its stable id, its level.

`words.toml` beside this file tells of each code when it is said and what to do, in English and Polish; from both come
docs/messages.md and what `journalctl -x` explains (`python -m bridge.messages`). A code and its id are for machines:
they are never changed and never given to another message.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A kind of log line. `id` is the MESSAGE_ID of systemd's journal: 128 random bits as 32 hexadecimal digits."""

    code: str
    id: str
    level: int


# -- the service ---------------------------------------------------------------------------------------

STARTING = Message("starting", "968ff5285f4c4892901ca3b5e91761ee", logging.INFO)
CONFIGURED = Message("configured", "cc25fe34b25d41bba4fac146362ea251", logging.INFO)
TOLD_TO_STOP = Message("told_to_stop", "c3c3e17085e04124a8be5ab801947279", logging.INFO)
STOPPED = Message("stopped", "707c2bc9244a42c5bc3fcddb0339b62c", logging.INFO)
STOPPED_LATE = Message("stopped_late", "b472297e544849c9a22ddb5a1fd233d6", logging.WARNING)
THREAD_HANGS = Message("thread_hangs", "df01f9692eca41b28207c3654a2c7bce", logging.CRITICAL)
THREAD_GOES_ON = Message("thread_goes_on", "ef992d0644c94065ba061c607f7ee31a", logging.WARNING)
PROGRAM_FAILED = Message("program_failed", "c50df9e284274dd1b39737bf5ad81045", logging.CRITICAL)
CONFIGURATION_WRONG = Message("configuration_wrong", "0ae0099c37554003865c8be478bdb525", logging.CRITICAL)
JOURNAL_UNUSABLE = Message("journal_unusable", "aaaff35b9d5040cead654b7612a59050", logging.CRITICAL)
JOURNAL_DAMAGED = Message("journal_damaged", "d86b55d69fc044dab7e5a04acb70d43e", logging.CRITICAL)
JOURNAL_FULL = Message("journal_full", "774a4e20ade14e4dadd38d5b5d3552da", logging.CRITICAL)
JOURNAL_WRITABLE = Message("journal_writable", "54feac45dad64880a08efdde55c727e6", logging.INFO)
DAY_SUMMARY = Message("day_summary", "72a5667af89b44a9972629dabf17a8b4", logging.INFO)
LIBRARY = Message("library", "4be99b5f5c1744df96012b5936c487c0", logging.WARNING)

# -- receipts ------------------------------------------------------------------------------------------

RECEIPT_WAITS = Message("receipt_waits", "e978f8336f45438dac93b30de34b0d28", logging.INFO)
RECEIPT_EDITED = Message("receipt_edited", "4196a21cd70541769480e5304e89df99", logging.INFO)
RECEIPT_DROPPED = Message("receipt_dropped", "c5f9d9a2b0534bf0b3baae9ef2849650", logging.INFO)
RECEIPT_HELD = Message("receipt_held", "02304ec88e2e4222a87eab8e328ba878", logging.WARNING)
RECEIPT_REFUSED = Message("receipt_refused", "d7bfee443c784d5eb643f5a5b0c338e7", logging.WARNING)
RECEIPT_REPORTED = Message("receipt_reported", "9fad85d2a4284f1ea876772a19b745c8", logging.INFO)
RECEIPT_PRINTING = Message("receipt_printing", "0110b32044814d329fe9e6b04b82697a", logging.INFO)
RECEIPT_PRINTED = Message("receipt_printed", "8ee09bf126574711a0abbe06164e61ba", logging.INFO)
RECEIPT_NOT_PRINTED = Message("receipt_not_printed", "b824ecfe715e4bbaa1fff819c1ce54c1", logging.INFO)
RECEIPT_UNPROVEN = Message("receipt_unproven", "d24b5077c933456c8f48e2e64b25e37d", logging.WARNING)
RECEIPT_INTERRUPTED = Message("receipt_interrupted", "e682b4cf1739472f828cb776900c2541", logging.WARNING)
RECEIPT_UNCERTAIN = Message("receipt_uncertain", "af6fec0f46f74175884c00386ab87161", logging.ERROR)
RECEIPT_FAILED = Message("receipt_failed", "242fce23ff72488cad383a9f99f59cb1", logging.ERROR)
RECEIPT_REPRINTED = Message("receipt_reprinted", "ca7a0f630c1b4c3d9e4bda24eb6cb145", logging.WARNING)
RECEIPT_UNWRITTEN = Message("receipt_unwritten", "040d47eab8864ba797e340703ccf2339", logging.CRITICAL)
RECEIPT_CONFIRMED = Message("receipt_confirmed", "8642305ed726459985307934106c5823", logging.INFO)
CONFIRMATION_REFUSED = Message("confirmation_refused", "8a135fa762e34e0991dba15f14761a8e", logging.WARNING)
RECEIPT_UNCONFIRMED = Message("receipt_unconfirmed", "7f02417f405b4e479c44b1fad32fa9a9", logging.WARNING)
RECEIPT_STILL_LISTED = Message("receipt_still_listed", "d1f6c6d5bada4eacb36f86c71fffcc57", logging.WARNING)
EDOCUMENT_UNREADABLE = Message("edocument_unreadable", "b749a3152c5a4bea8a9ec6443e51d67d", logging.WARNING)

# -- printers ------------------------------------------------------------------------------------------

PRINTER_WAITS = Message("printer_waits", "2d90459d144e46358ed27de2da350d06", logging.WARNING)
PRINTER_READY = Message("printer_ready", "c2059e6a3b934b82870eeac3d58224b8", logging.INFO)
PRINTER_SIMULATED = Message("printer_simulated", "cb1911e93b164c579c173d7d8ca5f38e", logging.WARNING)
SIMULATOR_FAILED = Message("simulator_failed", "5863b95c662b4a2d9e36dbb098608672", logging.WARNING)
QUEUE_STANDS = Message("queue_stands", "4703d7d1b9284e3995e4b7fb4fa6237d", logging.ERROR)
QUEUE_GOES_ON = Message("queue_goes_on", "601eba716eef4219bbf654bb2ea345d1", logging.INFO)
ERRAND_ENDED = Message("errand_ended", "82921a83952949d6b65029e8ecf23b70", logging.INFO)
CALENDAR_DONE = Message("calendar_done", "8fc1767b50ec4195821883a6ba1d8b1d", logging.INFO)
CALENDAR_PUT_OFF = Message("calendar_put_off", "6911b2eb87af4734b2f905bbfc2c0621", logging.WARNING)

# -- BaseLinker ----------------------------------------------------------------------------------------

FIRST_POLL = Message("first_poll", "e722a3a06e9141609736a65b9e0debfa", logging.INFO)
BASELINKER_UNUSABLE = Message("baselinker_unusable", "5cff592ca1ef49c7bd0bcb1f6919d8cf", logging.WARNING)
BASELINKER_BLOCKED = Message("baselinker_blocked", "3e2beb8c28ac4051a1de1f39bc1cc96b", logging.WARNING)
BASELINKER_AGAIN = Message("baselinker_again", "98411e9233634abc868db72d1cbd486f", logging.INFO)
CLOCK_BEHIND = Message("clock_behind", "8640e3b3441d429d9d813924cc8444fd", logging.WARNING)
TOKEN_REFUSED = Message("token_refused", "2ddd72f0d3d74b95982ba6e549c29479", logging.ERROR)
LIST_REFUSED = Message("list_refused", "1680fc35d25843d1b9da7e884c8cc1e4", logging.ERROR)
LIST_AGAIN = Message("list_again", "fd4df9c0fd9d49a28238f0ac3803f96c", logging.INFO)
ENTRY_UNREADABLE = Message("entry_unreadable", "eaab74684e914f07a8a2aca631ac9c1c", logging.ERROR)
SERIES_UNSERVED = Message("series_unserved", "bdbc0e5432d842cf9e251a01f6627fb1", logging.WARNING)
SERIES_SERVED = Message("series_served", "67bc7c9a64cb49408a2035fe8bafec99", logging.INFO)
BUDGET_UNREADABLE = Message("budget_unreadable", "7d1eb6903b644b508d6d7b13313b3aae", logging.WARNING)
BUDGET_ALONE = Message("budget_alone", "3a3046451e5b44ac92f8e1c7eb313134", logging.DEBUG)

# -- files ---------------------------------------------------------------------------------------------

FILE_SENT = Message("file_sent", "1da43a5f26884e7a9bac12cea703e0fe", logging.INFO)
FILE_KNOWN = Message("file_known", "abfc9cb83c0042a19a831bc50b8b96a6", logging.INFO)
FILE_REFUSED = Message("file_refused", "76b50575c2ff4b13849d3605ebea2c5c", logging.WARNING)
FILE_FAILED = Message("file_failed", "1f0d77f131ed4cf88d4ace4aa3027b23", logging.WARNING)
FILE_STUCK = Message("file_stuck", "a589999a7b714155b76b9bcbf0735bb0", logging.ERROR)
FILE_MOVED = Message("file_moved", "81a795e208f94e98917e6d48cbce6a68", logging.INFO)
OUTBOX_UNUSABLE = Message("outbox_unusable", "1d5a5c22323d415eb9f1faec198a5d53", logging.ERROR)
OUTBOX_AGAIN = Message("outbox_again", "22f628d6bdc747cb87c8093451f0d91f", logging.INFO)

# -- the journal's guards ---------------------------------------------------------------------------

SAFE_MODE = Message("safe_mode", "a6afe656c21c46a388bf102e0b8d2647", logging.ERROR)
SAFE_MODE_OVER = Message("safe_mode_over", "b30ffcbc67434c369fb827c5683a82fc", logging.INFO)
EPOCH_UNWRITTEN = Message("epoch_unwritten", "55c54471a3a748d397421b7a6eda81d8", logging.WARNING)
SERIES_READ_TWICE = Message("series_read_twice", "3cfe5eec30e64e73befffa44be28a014", logging.WARNING)

# -- alerts and numbers -----------------------------------------------------------------------------

ALERT_TOLD = Message("alert_told", "3f4cae6f8bef4071bdfd4d5f7480a6dc", logging.INFO)
ALERT_UNTOLD = Message("alert_untold", "34b52687c12244b9a7aedd09c04183e1", logging.WARNING)
ALERTS_AGAIN = Message("alerts_again", "7044c59cefd54562a9148ee305430041", logging.INFO)
ALERTS_UNWRITTEN = Message("alerts_unwritten", "c28af35473334da6913670c69f416ab1", logging.WARNING)
NOTICE_SENT = Message("notice_sent", "3c0fce48974f42b8b9844e434fd74e86", logging.INFO)
COUNTER_CALLED = Message("counter_called", "20586f85d5964f198bb9121960f8c1b8", logging.INFO)
WATCH_FAILED = Message("watch_failed", "4d0e04bcfd60492f97c92bc471bd65bc", logging.ERROR)
WATCH_AGAIN = Message("watch_again", "d148c55a2cd441caa731bfe906cf1bdf", logging.INFO)
NUMBERS_UNPUBLISHED = Message("numbers_unpublished", "dcacfa1f50aa42fd8d0cbb8ddd9e7f16", logging.WARNING)
NUMBERS_AGAIN = Message("numbers_again", "42d348a5cf1d4e76a012d0bc09a024b2", logging.INFO)


def catalog() -> tuple[Message, ...]:
    """Return every message, in the order of this file."""
    return tuple(value for value in globals().values() if isinstance(value, Message))
