"""Tries what the service may and may not do, in its sandbox; prints one line of JSON. Runs inside the machine."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CLONE_NEWUSER = 0x10000000
_ALLOWED = ("ttyUSB9", "ttyACM9", "lp9", "usbdev9", "ttyAMA9")
_FORBIDDEN = ("sound9", "mem9")


def tried(what: Callable[[], object]) -> str:
    """Return `done`, or the system's words of why not."""
    try:
        what()
    except OSError as error:
        return error.strerror or type(error).__name__
    return "done"


def device(name: str) -> str:
    return tried(lambda: os.close(os.open(f"/dev/{name}", os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)))


def usb() -> str:
    import usb.core

    try:
        found = usb.core.find(find_all=True)  # type: ignore[no-untyped-call]
        return f"{len(list(found))} found"
    except usb.core.NoBackendError:
        return "no backend"


def unshare() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def others() -> list[str]:
    own = {str(os.getpid()), str(os.getppid())}
    return [path.name for path in Path("/proc").iterdir() if path.name.isdigit() and path.name not in own]


def capabilities() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("CapEff")), 16)


def main() -> None:
    settings, token = Path("/etc/receipt-bridge/config.toml"), Path("/etc/receipt-bridge/api-token")
    credential = Path(os.environ["CREDENTIALS_DIRECTORY"], "api-token")
    found = {
        "devices": {name: device(name) for name in (*_ALLOWED, *_FORBIDDEN)},
        "port without a rule": device("ttyUSB8"),
        "usb": usb(),
        "length of the credential": len(credential.read_text()),
        "read settings": tried(settings.read_text),
        "read token file": tried(token.read_text),
        "write settings": tried(lambda: settings.open("a")),
        "write program": tried(Path("/usr/lib/receipt-bridge/probe").touch),
        "write state": tried(Path(os.environ["STATE_DIRECTORY"], "probe").touch),
        "write runtime": tried(Path(os.environ["RUNTIME_DIRECTORY"], "probe").touch),
        "homes": tried(lambda: list(Path("/root").iterdir())),
        "packets": tried(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
        "namespace": tried(unshare),
        "clock": tried(lambda: time.clock_settime(time.CLOCK_REALTIME, time.time())),
        "callbacks": tried(ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)),
        "other processes": others(),
        "capabilities": capabilities(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
