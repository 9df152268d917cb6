"""One request budget for all processes of a machine: the record stands in a small file beside the journal.

    requests-1f09a3c55be2     the name is a hash of the token: each account has a file of its own

The file is locked (flock) for the microseconds of one look or one step; of a process that is killed, the kernel gives
the lock back. It is written in place, in one piece that fits into one page of memory, never with fsync: it tells of the
last minutes only. What can have happened to it, and what is made of that:

    empty, or not there       just made: nothing was sent
    cut, damaged, unknown     nobody knows what was sent: nothing passes for a whole window, then one probe asks
    of an earlier boot        the clock began anew: what it tells of is taken to have happened just before this boot
    ahead of our clock        written by another clock: what it tells of is taken to have happened just now
    cannot be opened          this process counts alone, and brings what it counted once the file can be used again

Times are those of the monotonic clock, which all processes since one boot have in common and which no change of the
system clock moves; the boot has an id of its own (random(4)).
"""

from __future__ import annotations

import fcntl
import math
import os
import struct
import time
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bridge import messages
from bridge.baselinker.budget import WINDOW, Budget, Record
from bridge.log import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bridge.config.secret import Secret

MOST = 480
"""Requests a window a shared budget can count: the file must not outgrow one page (4096 bytes)."""

_MAGIC = b"RBUDGET1"
# Magic and checksum of the rest; then boot id, when it was written, end of a block, probe, its end, number of times.
_START = struct.Struct("<8sI")
_REST = struct.Struct("<16sddQdI")
_PAGE = 4096
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NO_BOOT_ID = bytes(16)
# Nobody holds the lock for as long, unless it was stopped (Ctrl-Z) in the middle.
_LOCK_TRIES = 1000
_LOCK_PAUSE = 0.001


def shared_budget(
    folder: Path,
    token: Secret,
    per_minute: int,
    *,
    window: float = WINDOW,
    monotonic: Callable[[], float] = time.monotonic,
) -> Budget:
    """Return the budget that every process of this machine shares for a token and a folder.

    Where the folder cannot be written, or more is allowed than the file can count (only a simulator allows as much), it
    is a budget of this process alone.
    """
    if per_minute > MOST:
        text = f"{per_minute} requests a minute are more than a shared budget counts: not shared"
        say(messages.BUDGET_ALONE, text)
        return Budget(per_minute, window=window, monotonic=monotonic)
    ledger = FileLedger(folder / file_name(token), boot=this_boot(), window=window, monotonic=monotonic)
    return Budget(per_minute, ledger=ledger, window=window, monotonic=monotonic)


def file_name(token: Secret) -> str:
    """Return the name of a token's file, which tells nothing of the token."""
    digest = blake2b(token.reveal().encode(), digest_size=6, person=b"receipt-bridge")
    return f"requests-{digest.hexdigest()}"


def this_boot() -> bytes:
    """Return the id of the present boot, 16 bytes; zeros where the kernel tells none."""
    try:
        return bytes.fromhex(_BOOT_ID.read_text(encoding="ascii").strip().replace("-", ""))
    except (OSError, ValueError):
        return _NO_BOOT_ID


class FileLedger:
    """A record in a file; a `Ledger`. Never raises for a file that cannot be used: see the head of this module.

    `boot` is the id of the present boot; `sleep` is called between two tries to lock a file that another process holds.
    """

    def __init__(
        self,
        path: Path,
        *,
        boot: bytes,
        window: float = WINDOW,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = path
        self._boot = boot
        self._window = window
        self._monotonic = monotonic
        self._sleep = sleep
        # What this process knew when it last saw the file, and what it counted alone since it could not use it.
        self._seen = Record()
        self._alone: Record | None = None

    @contextmanager
    def held(self) -> Iterator[Record]:
        """Hold the record: no other process reads or changes it meanwhile, and what was changed in it is kept."""
        try:
            descriptor, content = self._opened()
        except OSError as error:
            yield self._counted_alone(error)
            return
        try:
            found = decode(content)
            record = self._present(found, empty=not content)
            yield record
            self._seen = record
            if found is None or (found.boot, found.record) != (self._boot, record):
                self._write(descriptor, record)
        finally:
            # The lock goes with the descriptor.
            os.close(descriptor)

    def _opened(self) -> tuple[int, bytes]:
        """Return the file, locked and made where it is missing, and what it holds. Raises OSError."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(self._path, flags, 0o600)
        try:
            self._lock(descriptor)
            content = os.pread(descriptor, _PAGE, 0)
            if not content:
                self._hand_over(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor, content

    def _lock(self, descriptor: int) -> None:
        """Lock the file. No event tells that a lock is free again, and flock itself would wait for ever."""
        for _ in range(_LOCK_TRIES):
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._sleep(_LOCK_PAUSE)
        return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _hand_over(self, descriptor: int) -> None:
        """Let a new file belong to the folder's owner when root makes it: the daemon must be able to use it."""
        folder = self._path.parent.stat()
        if os.geteuid() == 0 and folder.st_uid != 0:
            os.fchown(descriptor, folder.st_uid, folder.st_gid)

    def _present(self, found: Written | None, *, empty: bool) -> Record:
        """Return what the file and this process know, in the time of this boot."""
        now = self._monotonic()
        if found is None:
            record = Record() if empty else self._unknown(now)
        elif found.boot != self._boot:
            # Written before this boot, and with that no later than second 0 of our clock. Its probe died with it.
            record = replace(_moved(found.record, -found.at), probe=0)
        else:
            record = _moved(found.record, min(0.0, now - found.at))
        if self._alone is not None:
            _join(record, self._alone)
        return record

    def _unknown(self, now: float) -> Record:
        say(
            messages.BUDGET_UNREADABLE,
            f"what was sent to BaseLinker cannot be read: nothing is sent for {self._window:g} s, then one request",
            file=self._path,
        )
        return Record(blocked_until=now + self._window)

    def _write(self, descriptor: int, record: Record) -> None:
        try:
            os.pwrite(descriptor, encode(Written(self._boot, self._monotonic(), record)), 0)
        except OSError as error:
            self._counted_alone(error)
            self._alone = record
        else:
            self._alone = None

    def _counted_alone(self, error: OSError) -> Record:
        if self._alone is None:
            text = f"the request budget is not shared now: {error.strerror}"
            say(messages.BUDGET_ALONE, text, file=self._path)
            self._alone = self._seen
        return self._alone


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a file: the record, in which boot and at which monotonic second it was written."""

    boot: bytes
    at: float
    record: Record


def encode(written: Written) -> bytes:
    """Return the content of a file; of too many requests the newest."""
    record = written.record
    times = record.sent[-MOST:]
    blocked_until = math.nan if record.blocked_until is None else record.blocked_until
    rest = _REST.pack(written.boot, written.at, blocked_until, record.probe, record.probe_until, len(times))
    rest += struct.pack(f"<{len(times)}d", *times)
    return _START.pack(_MAGIC, zlib.crc32(rest)) + rest


def decode(content: bytes) -> Written | None:
    """Return what a file holds, None when that cannot be known. What lies behind its end is left from earlier."""
    if len(content) < _START.size + _REST.size:
        return None
    magic, checksum = _START.unpack_from(content)
    boot, at, blocked_until, probe, probe_until, count = _REST.unpack_from(content, _START.size)
    end = _START.size + _REST.size + 8 * count
    if magic != _MAGIC or len(content) < end or zlib.crc32(content[_START.size : end]) != checksum:
        return None
    times = struct.unpack_from(f"<{count}d", content, _START.size + _REST.size)
    if not all(map(math.isfinite, (at, probe_until, *times))) or math.isinf(blocked_until):
        return None
    if any(moment > later for moment, later in pairwise([*times, at])):
        return None
    blocked = None if math.isnan(blocked_until) else blocked_until
    return Written(boot, at, Record([*times], blocked, probe, probe_until))


def _moved(record: Record, seconds: float) -> Record:
    """Return a record as another clock tells it."""
    blocked_until = None if record.blocked_until is None else record.blocked_until + seconds
    sent = [moment + seconds for moment in record.sent]
    return Record(sent, blocked_until, record.probe, record.probe_until + seconds)


def _join(record: Record, other: Record) -> None:
    """Add what another record knows; a request that stands in both is counted once."""
    record.sent[:] = sorted((Counter(record.sent) | Counter(other.sent)).elements())
    blocks = [until for until in (record.blocked_until, other.blocked_until) if until is not None]
    record.blocked_until = max(blocks, default=None)
