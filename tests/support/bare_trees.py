"""Bare Debian systems in a folder, and the package installed into them. Needs root, debootstrap and systemd-nspawn."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from support.waiting import wait_for

from bridge import __version__

NEXT = f"{__version__}+next"
"""The version a package is upgraded to."""

_ALONE = ("--quiet", "--register=no", "--keep-unit", "--console=pipe")
_SYSTEM = ("systemd-sysv", "udev", "dbus", "kmod", "umockdev")
_NEEDED = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container", "dpkg-deb": "dpkg"}


def why_not_here() -> str:
    """Return what this machine lacks for such systems, with the cure; empty when nothing."""
    if os.geteuid() != 0:
        return "this test builds Debian systems in folders: run it as root"
    missing = [package for program, package in _NEEDED.items() if shutil.which(program) is None]
    return f"type: apt install {' '.join(missing)}" if missing else ""


def mirror() -> str:
    """Return where this machine's own apt takes Debian from. Raises LookupError."""
    told = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(ORIGIN)|$(LABEL)|$(SITE)|$(RELEASE)",
            "Created-By: Packages",
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    for line in told.stdout.splitlines():
        origin, label, site, release = line.split("|")
        if (origin, label) == ("Debian", "Debian") and "-" not in release:
            return site
    raise LookupError("apt on this machine knows no Debian mirror; run apt-get update")


def dependencies(package: Path) -> list[str]:
    """Return the names the package depends on; of alternatives the first."""
    field = subprocess.run(
        ["dpkg-deb", "--field", str(package), "Depends"], capture_output=True, check=True, text=True
    )
    return sorted({one.split()[0].partition(":")[0] for one in field.stdout.split(",")})


def bare_tree(suite: str, wanted: list[str], cache: Path) -> Path:
    """Return a minimal Debian with these packages, made once and kept in `cache`. This alone needs the network."""
    tree = cache / f"{suite}-{'-'.join(sorted(wanted))}"
    if not tree.exists():
        half = cache / f"{suite}.half"
        shutil.rmtree(half, ignore_errors=True)
        half.parent.mkdir(parents=True, exist_ok=True)
        include = ",".join([*_SYSTEM, *wanted])
        log = cache / f"{suite}.log"
        with log.open("w") as file:
            words = ["debootstrap", "--variant=minbase", f"--include={include}", suite, str(half), mirror()]
            subprocess.run(words, stdout=file, stderr=file, check=True)
        half.rename(tree)
    return tree


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended: its exit code and all it said, on both channels."""

    code: int
    said: str


class Tree:
    """A copy of a bare system. Without a boot, commands run in it with no network at all."""

    def __init__(self, original: Path, path: Path) -> None:
        shutil.rmtree(path, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "--archive", "--reflink=auto", str(original), str(path)], check=True)
        self.path = path

    def __truediv__(self, inside: str) -> Path:
        return self.path / inside.lstrip("/")

    def put(self, file: Path) -> str:
        """Copy a file into root's home; return its path inside."""
        shutil.copy(file, self.path / "root" / file.name)
        return f"/root/{file.name}"

    def run(self, script: str) -> Done:
        """Run a shell script inside, as root, with no network."""
        words = [
            "systemd-nspawn",
            *_ALONE,
            "--private-network",
            f"--directory={self.path}",
            "sh",
            "-c",
        ]
        return _done([*words, f"exec 2>&1\n{script}"], timeout=300)

    def remove(self) -> None:
        """Delete it all."""
        shutil.rmtree(self.path)


class Machine:
    """A tree booted under its own systemd. It shares this machine's loopback, where the simulators are."""

    def __init__(self, tree: Tree, *, binds: tuple[str, ...] = ()) -> None:
        self._tree = tree
        self._binds = binds
        self._console = tree.path.with_name(f"{tree.path.name}.console")
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def boot(self) -> None:
        """Start it and wait until its systemd has started everything. Raises TimeoutError."""
        # With cgroups of the second version and the right to load filters, systemd inside can hold DeviceAllow.
        words = ["systemd-nspawn", *_ALONE, "--boot", "--capability=CAP_BPF", "--system-call-filter=bpf"]
        words += [f"--bind={bind}" for bind in self._binds]
        with self._console.open("ab") as log:
            self._nspawn = subprocess.Popen(
                [*words, f"--directory={self._tree.path}"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            )
        wait_for(self._is_up, 120)

    def _is_up(self) -> bool:
        assert self._nspawn is not None
        assert self._nspawn.poll() is None, f"it ended by itself; see {self._console}"
        children = _children(self._nspawn.pid)
        if not children:
            return False
        self._leader = children[0]
        return self.ask("systemctl is-system-running").said.strip() in {"running", "degraded"}

    def ask(self, script: str) -> Done:
        """Run a shell script inside, as root; return what it said."""
        inside = ["nsenter", f"--target={self._leader}", "--all", "env", "-i"]
        inside += ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "sh", "-c"]
        return _done([*inside, f"exec 2>&1\n{script}"], timeout=120)

    def say(self, script: str) -> str:
        """Return what a script said that must succeed."""
        done = self.ask(script)
        assert 0 == done.code, f"{script}\n{done.said}"
        return done.said.strip()

    def make_node(self, path: str, major: int, minor: int, *, group: str = "root") -> None:
        """Make a device node, as udev would: the machine itself has no right to."""
        script = f"mknod {path} c {major} {minor} && chown root:{group} {path} && chmod 660 {path}"
        subprocess.run(["nsenter", f"--target={self._leader}", "--mount", "sh", "-c", script], check=True)

    def power_off(self) -> None:
        """Shut it down in order."""
        if self._nspawn is not None:
            self.ask("systemctl poweroff")
            self._nspawn.wait(timeout=120)
            self._nspawn = None

    def switch_off(self) -> None:
        """End it at once, if it runs, with every process in it: systemd-nspawn killed alone would leave them all."""
        nspawn, self._nspawn = self._nspawn, None
        if nspawn is None:
            return
        if nspawn.poll() is None:
            # Without its first process the kernel ends all others, and systemd-nspawn itself ends.
            for process in _children(nspawn.pid) or [nspawn.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        nspawn.wait(timeout=60)


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _done(words: list[str], timeout: float) -> Done:
    """Run a command; what it said is its output, and where it failed also what the program around it said."""
    ended = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False, errors="replace"
    )
    return Done(ended.returncode, ended.stdout + (ended.stderr if ended.returncode else ""))
