"""A machine for the doctor: a folder with a /proc, /sys, /run, /etc and /dev of its own, and answers made up."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bridge.config.reading import load_config
from bridge.doctor.case import Case
from bridge.doctor.machine import Machine, Ran

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bridge.config.model import Config
    from bridge.doctor.finding import Finding

PASSWD = "root:x:0:0:root:/root:/bin/sh\nreceipt-bridge:x:990:991::/var/lib:/usr/sbin/nologin\n"
GROUPS = "root:x:0:\ndialout:x:20:\nreceipt-bridge:x:991:\n"
UNIT = (
    "[Service]\nLoadCredential=api-token:/etc/receipt-bridge/api-token\n# User=nobody\nUser=receipt-bridge\n"
)
NOW = 1_790_000_000.0


class Box:
    """Such a machine on which everything is well, until a test spoils something."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: dict[str, Ran | None] = {}
        self.asked: list[tuple[str, ...]] = []
        self.stats: dict[str, os.stat_result] = {}
        self.room: dict[str, int] = {}
        self.kept = True
        self.file("/etc/passwd", PASSWD)
        self.file("/etc/group", GROUPS)
        self.file("/etc/systemd/system/receipt-bridge.service", UNIT)

    def file(self, path: str, text: str = "") -> None:
        """Write a file of the machine."""
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def link(self, path: str, target: str) -> None:
        """Make a symbolic link, as udev does for the names of a port."""
        link = self.root / path.lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)

    def device(
        self, path: str, *, owner: int = 990, group: int = 991, mode: int = 0o660, minor: int = 0
    ) -> None:
        """Make a device with these rights, as `stat` tells them."""
        self.file(path)
        rdev = {"st_rdev": os.makedev(188, minor)}
        told = os.stat_result((0o020000 | mode, 0, 0, 1, owner, group, 0, 0, 0, 0), rdev)
        self.stats[str((self.root / path.lstrip("/")).resolve())] = told

    def owned(self, path: Path, owner: int, mode: int) -> None:
        """Let `stat` say whose a file is: tests that run as root own everything and may do everything."""
        self.stats[str(path.resolve())] = os.stat_result((mode, 0, 0, 1, owner, 0, 0, 0, 0, 0))

    def process(self, pid: int, name: str, *words: str, opens: Sequence[str] = ()) -> None:
        """Let a program run that has these files open."""
        self.file(f"/proc/{pid}/comm", f"{name}\n")
        self.file(f"/proc/{pid}/cmdline", "\0".join(words or (name,)) + "\0")
        (self.root / f"proc/{pid}/fd").mkdir()
        for number, path in enumerate(opens):
            self.link(f"/proc/{pid}/fd/{number}", path)

    def usb_serial(self, path: str, minor: int, **known: str) -> None:
        """Plug in a USB serial adapter udev knows this of."""
        self.device(path, minor=minor)
        lines = "".join(f"E:{key}={value}\n" for key, value in known.items())
        self.file(f"/run/udev/data/c188:{minor}", lines)

    @property
    def machine(self) -> Machine:
        """The machine as the doctor sees it."""
        return Machine(
            root=self.root,
            run=self._run,
            now=lambda: NOW,
            clock_kept=lambda: self.kept,
            stat=self._stat,
            room=self._room,
            user=lambda: 0,
        )

    def _run(self, words: Sequence[str]) -> Ran | None:
        self.asked.append(tuple(words))
        return self.commands.get(words[0])

    def _stat(self, path: Path) -> os.stat_result:
        return self.stats.get(str(path.resolve())) or path.stat()

    def _room(self, path: Path) -> os.statvfs_result:
        real = os.statvfs(path)
        plenty = {"f_bavail": 10**7, "f_frsize": 4096, "f_files": 10**7, "f_favail": 10**6, "f_flag": 0}
        names = ("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail")
        values = {**plenty, **self.room}
        told = [values.get(name, getattr(real, name)) for name in (*names, "f_flag", "f_namemax")]
        return os.statvfs_result(told)


def shop_config(folder: Path, *printers: str, url: str = "http://127.0.0.1:1/", more: str = "") -> Config:
    """Return a configuration with these printers: `name=address`, each of the driver escpos unless `more` says it."""
    folder.mkdir(parents=True, exist_ok=True)
    token = folder / "api-token"
    token.touch(mode=0o600)
    token.write_text("0000-FAKE-TOKEN\n", encoding="utf-8")
    tables = []
    for number, one in enumerate(printers or ("till=tcp://127.0.0.1:1",), 1):
        name, _, address = one.partition("=")
        tables.append(
            f'[[printers]]\nname = "{name}"\ndriver = "escpos"\naddress = "{address}"\nseries = [{number}]\n'
        )
    file = folder / "config.toml"
    head = f'[baselinker]\nurl = "{url}"\ntoken_file = "api-token"\n[journal]\npath = "journal.sqlite"\n'
    file.write_text(head + "".join(tables) + more, encoding="utf-8")
    return load_config(file, {})


def case_of(box: Box, *printers: str, **further: Any) -> Case:
    """Return what the doctor knows of a shop on this machine; its own files lie beside the machine's root."""
    config = further.pop("config", None) or shop_config(box.root.parent / "shop", *printers)
    return Case(config, box.machine, **further)


def codes(findings: Iterator[Finding] | list[Finding]) -> list[tuple[str, str]]:
    """Return code and subject of findings."""
    return [(finding.code, finding.subject) for finding in findings]


@contextmanager
def holding(path: str) -> Iterator[subprocess.Popen[bytes]]:
    """Let another program have a file open."""
    program = (
        "import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert b"open\n" == process.stdout.readline()
        yield process
        process.communicate(b"\n")
