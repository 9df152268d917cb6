"""The installed service under a real systemd: what it may do, and that nothing is printed twice.

One machine for each Debian, booted with a fiscal printer on a serial line (POSNET) and a receipt printer on a network
port (ESC/POS), both simulated on this side. What was printed is counted from their ledgers. The tests go in this order.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import ill_daemon
from support.appliances import LONG, UNIT, Appliance
from support.bare_trees import NEXT, Machine
from support.waiting import wait_for

from bridge import messages
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.server import TcpPrinter
from simulators.posnet.behaviour import Behaviour
from simulators.posnet.factory import new_memory
from simulators.posnet.memory import EXEMPT, INACTIVE, Settings
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetPty
from simulators.posnet.printer import FiscalPrinter
from simulators.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.bare_trees import Tree

pytestmark = [pytest.mark.install, pytest.mark.timeout(900)]

_ESCPOS_SERIES, _FISCAL_SERIES = 1, 2
_PORT = "/dev/ttyPRINTER"
_PROBE = Path(__file__).with_name("probe.py")
_ILL = Path(ill_daemon.__file__)
_DROP_IN = f"/etc/systemd/system/{UNIT}.d/ill.conf"
# Read when the daemon starts: there for the first start, gone for the one after the watchdog.
_ILLNESS = "/run/receipt-bridge.illness"


@pytest.fixture(scope="module")
def appliance(tree: Tree, package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """A machine with the package installed, not configured, not booted."""
    done = tree.run(f"dpkg --install {tree.put(package)}")
    assert 0 == done.code, done.said
    settings = Settings(
        header=("SKLEP POD LIPĄ",), tax_id="5222628262", rates=(2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE)
    )
    fiscal = FiscalPrinter(
        memory=new_memory(XL2_ONLINE, settings=settings), behaviour=Behaviour(command_seconds=0.1)
    )
    paper, line = TcpPrinter(), PosnetPty(fiscal.pc1)
    fiscal_stanza = {
        "driver": "posnet",
        "address": f"serial://{_PORT}?baud=115200",
        "system_number": "{receipt_id}",
    }
    shop = Shop(
        tmp_path_factory.mktemp("shop"),
        {"counter": paper, "till": line},
        {"counter": {"series": [_ESCPOS_SERIES]}, "till": {**fiscal_stanza, "series": [_FISCAL_SERIES]}},
        server=BaseLinkerServer(limit=RequestLimit(per_minute=1_000_000)),
        settings={
            "baselinker": {
                "poll_seconds": 0.2,
                "requests_per_minute": 60_000,
                "token_file": "/etc/receipt-bridge/api-token",
            },
            "journal": {"path": "/var/lib/receipt-bridge/journal.sqlite"},
        },
    )
    with shop:
        node = line.path.resolve()
        # What the udev rule of a port does: the service's group may use it, and nobody else.
        os.chown(node, 0, _group(tree, "receipt-bridge"))
        node.chmod(0o660)
        made = Appliance(Machine(tree, binds=(f"{node}:{_PORT}",)), tree, shop, paper, fiscal)
        try:
            made.machine.boot()
            yield made
        finally:
            made.machine.switch_off()
    fiscal.close()


def _group(tree: Tree, name: str) -> int:
    lines = [line.split(":") for line in (tree / "/etc/group").read_text().splitlines()]
    return next(int(line[2]) for line in lines if line[0] == name)


def test_without_configuration_the_start_fails_and_check_names_the_missing_file(appliance: Appliance) -> None:
    done = appliance.machine.ask(f"systemctl start {UNIT}")

    assert 0 != done.code
    assert "Assertion failed" in done.said
    assert "inactive" == appliance.show("ActiveState")
    assert (
        "/etc/receipt-bridge/config.toml: there is no such file"
        in appliance.machine.ask("receipt-bridge check").said
    )


def test_once_configured_it_becomes_ready_and_shows_its_status(appliance: Appliance) -> None:
    folder = appliance.tree / "/etc/receipt-bridge"
    (folder / "config.toml").write_text(appliance.shop.config_file.read_text())
    token = folder / "api-token"
    token.write_text(f"{appliance.shop.server.token}\n")
    token.chmod(0o600)

    appliance.machine.say(f"systemctl enable --now {UNIT}")

    pid = appliance.wait_active()
    ready = re.compile(r"2 printers ready, queue 0, last poll \d+ s ago")
    assert wait_for(lambda: ready.fullmatch(appliance.show("StatusText")), LONG)
    assert "receipt-bridge" == appliance.machine.say(f"stat --format=%U /proc/{pid}")
    assert "MALLOC_ARENA_MAX=1" in appliance.machine.say(f"tr '\\0' '\\n' < /proc/{pid}/environ").splitlines()
    assert "0" == appliance.show("NRestarts")


def test_it_prints_on_a_network_port_and_a_serial_line_once_each(appliance: Appliance) -> None:
    slip = appliance.issue(_ESCPOS_SERIES, seed=1)
    sale = appliance.issue(_FISCAL_SERIES, seed=2)

    appliance.wait_confirmed(slip, sale)

    assert 1 == appliance.on_paper(slip)
    assert 1 == appliance.sold(sale)


def test_systemd_s_journal_has_the_life_of_a_receipt_as_fields_and_explains_it(appliance: Appliance) -> None:
    receipt = appliance.issue(_ESCPOS_SERIES, seed=11)
    appliance.wait_confirmed(receipt)
    wait_for(lambda: appliance.entries(f"RECEIPT_ID={receipt}", "EVENT=receipt_confirmed"), LONG)

    life = [
        (one["MESSAGE_ID"], one["RECEIPT_ID"], one["PRINTER"], one["STATE"])
        for one in appliance.entries(f"RECEIPT_ID={receipt}")
    ]
    explained = appliance.machine.say(f"journalctl --boot --no-pager --catalog RECEIPT_ID={receipt}")

    # The words of both languages are in the catalog; the system's language decides.
    catalog = (appliance.tree / "/var/lib/systemd/catalog/database").read_bytes()
    assert [
        (messages.RECEIPT_WAITS.id, str(receipt), "counter", "waiting"),
        (messages.RECEIPT_PRINTING.id, str(receipt), "counter", "intent"),
        (messages.RECEIPT_PRINTED.id, str(receipt), "counter", "printed"),
        (messages.RECEIPT_CONFIRMED.id, str(receipt), "counter", "confirmed"),
    ] == life
    assert "Subject: The printer proved that a receipt is printed" in explained, explained
    assert "Documentation: file:///usr/share/doc/receipt-bridge/messages.md" in explained
    assert (appliance.tree / "/usr/share/doc/receipt-bridge/messages.md").is_file()
    assert "Drukarka dowiodła, że paragon jest wydrukowany".encode() in catalog


def test_the_token_reaches_the_process_as_a_credential_alone(appliance: Appliance) -> None:
    token = appliance.shop.server.token
    pid = appliance.show("MainPID")

    assert "600 root" == appliance.machine.say("stat --format='%a %U' /etc/receipt-bridge/api-token")
    assert token not in appliance.machine.say(f"cat /proc/{pid}/environ /proc/{pid}/cmdline | tr '\\0' ' '")
    assert token not in appliance.log()
    assert token not in appliance.machine.say(f"systemctl show {UNIT}")


def test_the_sandbox_lets_it_work_and_nothing_else(appliance: Appliance) -> None:
    found = probed(appliance)

    nodes = {"ttyUSB9", "ttyACM9", "lp9", "usbdev9", "ttyAMA9"}
    # No such device: it was let through to a kernel that has none here. Not permitted: DeviceAllow.
    assert dict.fromkeys(nodes, "No such device or address") == {
        name: said for name, said in found["devices"].items() if name in nodes
    }
    assert {"sound9": "Operation not permitted", "mem9": "Operation not permitted"} == {
        name: said for name, said in found["devices"].items() if name not in nodes
    }
    assert "Permission denied" == found["port without a rule"]
    assert re.fullmatch(r"\d+ found", found["usb"]), found
    done = ("read settings", "write state", "write runtime", "callbacks")
    assert dict.fromkeys(done, "done") == {name: found[name] for name in done}
    assert len(appliance.shop.server.token) + 1 == found["length of the credential"]
    refused = ("read token file", "write settings", "write program", "homes", "packets", "namespace", "clock")
    assert [] == [name for name in refused if found[name] == "done"]
    assert ([], 0) == (found["other processes"], found["capabilities"])


def probed(appliance: Appliance) -> dict[str, Any]:
    """Run the probe in the unit's own sandbox; return what it found."""
    group = "receipt-bridge"
    for name, numbers in {
        "ttyUSB9": (188, 9), "ttyACM9": (166, 9), "lp9": (180, 9), "usbdev9": (189, 9), "ttyAMA9": (204, 73),
        "sound9": (14, 9), "mem9": (1, 1),
    }.items():  # fmt: skip
        appliance.machine.make_node(f"/dev/{name}", *numbers, group=group)
    appliance.machine.make_node("/dev/ttyUSB8", 188, 8, group="dialout")
    unit = (appliance.tree / f"/usr/lib/systemd/system/{UNIT}").read_text()
    for pattern, replacement in {
        r"^ExecStart=.*": "ExecStart=/usr/lib/receipt-bridge/bin/python -I /usr/local/lib/probe.py",
        r"^Type=.*": "Type=oneshot",
        r"^Restart.*\n": "",
        r"^RuntimeDirectory=.*": "RuntimeDirectory=receipt-bridge-probe",
    }.items():
        unit = re.sub(pattern, replacement, unit, flags=re.MULTILINE)
    (appliance.tree / "/etc/systemd/system/probe.service").write_text(unit)
    (appliance.tree / "/usr/local/lib/probe.py").write_text(_PROBE.read_text())
    done = appliance.machine.ask("systemctl daemon-reload && systemctl start probe.service")
    said = appliance.machine.say("journalctl --boot --no-pager --output=cat --unit=probe.service")
    assert 0 == done.code, said
    return dict(json.loads(next(line for line in said.splitlines() if line.startswith("{"))))


def test_killed_in_the_middle_of_a_slip_it_is_started_again_and_prints_nothing_twice(
    appliance: Appliance,
) -> None:
    before, restarts = appliance.show("MainPID"), int(appliance.show("NRestarts"))
    appliance.paper.device.speed = 4.0
    slip = appliance.issue(_ESCPOS_SERIES, seed=3)
    wait_for(lambda: appliance.on_paper(slip), LONG)

    appliance.kill()

    appliance.paper.device.speed = None
    appliance.wait_active(other_than=before)
    assert "held" == appliance.settled(slip)
    assert 1 == appliance.on_paper(slip)
    assert restarts + 1 == int(appliance.show("NRestarts"))


def test_killed_in_the_middle_of_a_fiscal_receipt_it_is_sold_once_all_the_same(appliance: Appliance) -> None:
    before = appliance.show("MainPID")
    sale = appliance.issue(_FISCAL_SERIES, seed=4)
    wait_for(lambda: appliance.fiscal.memory.transaction is not None, LONG)

    appliance.kill()

    appliance.wait_active(other_than=before)
    appliance.wait_confirmed(sale)
    assert 1 == appliance.sold(sale)


def test_commands_of_root_while_it_is_off_leave_the_journal_to_the_service(appliance: Appliance) -> None:
    appliance.machine.say(f"systemctl stop {UNIT}")
    assert "success" == appliance.show("Result")

    assert [] != json.loads(appliance.machine.say("receipt-bridge receipts --json --limit 5"))["receipts"]
    appliance.machine.say(f"systemctl start {UNIT}")

    appliance.wait_active()
    owners = appliance.machine.say("stat --format=%U /var/lib/receipt-bridge/*").split()
    assert {"receipt-bridge"} == set(owners)


def test_a_station_that_hangs_is_ended_by_the_watchdog_and_the_next_daemon_prints_its_receipt(
    appliance: Appliance,
) -> None:
    """The unit's watchdog and the printer's patience are shortened, so that it takes seconds and not six minutes."""
    assert "1min" == appliance.show("WatchdogUSec")
    make_ill(appliance)
    before, restarts = appliance.show("MainPID"), int(appliance.show("NRestarts"))
    slip = appliance.issue(_ESCPOS_SERIES, seed=12)
    wait_for(lambda: "the station counter hangs, " in appliance.show("StatusText"), LONG)

    appliance.wait_active(other_than=before)
    appliance.wait_confirmed(slip)

    restarted = int(appliance.show("NRestarts"))
    make_well(appliance)
    told = appliance.entries("EVENT=thread_hangs")
    assert 1 == len(told)
    assert (messages.THREAD_HANGS.id, "2") == (told[0]["MESSAGE_ID"], told[0]["PRIORITY"])
    assert re.match(
        r"the station counter made no progress for \d+ s; the threads stand at\n", told[0]["MESSAGE"]
    )
    for thread in ("MainThread", "courier", "station till", "station counter"):
        assert f"thread {thread}:\n" in told[0]["MESSAGE"]
    log = appliance.log()
    # systemd's own words, and what the interpreter wrote when it was ended.
    assert f"{UNIT}: Watchdog timeout (limit 5s)!" in log
    assert f"{UNIT}: Failed with result 'watchdog'." in log
    assert "Fatal Python error: Aborted" in log
    assert 2 == log.count("in hang_for_ever")
    assert appliance.shop.server.token not in log
    assert f"Started {UNIT}" in log.rpartition("Failed with result 'watchdog'.")[2]
    assert (restarts + 1, 1) == (restarted, appliance.on_paper(slip))


def make_ill(appliance: Appliance) -> None:
    """Start the daemon again as one whose counter hangs at the next receipt; the daemon after it will not."""
    folder, before = appliance.tree / "/etc/receipt-bridge", appliance.show("MainPID")
    config = (folder / "config.toml").read_text()
    impatient = config.replace('name = "counter"\n', 'name = "counter"\npatience_seconds = 1\n')
    assert config != impatient
    (folder / "ill.toml").write_text(impatient)
    (appliance.tree / "/usr/local/lib/ill_daemon.py").write_text(_ILL.read_text())
    drop_in = appliance.tree / _DROP_IN
    drop_in.parent.mkdir()
    drop_in.write_text(
        "[Service]\nExecStart=\nExecStart=/usr/lib/receipt-bridge/bin/python -I /usr/local/lib/ill_daemon.py run"
        " --config /etc/receipt-bridge/ill.toml\n"
        f"WatchdogSec=5\nEnvironment=STATION_SECONDS=9\nEnvironmentFile=-{_ILLNESS}\n"
    )
    appliance.machine.say(f"echo HANG_AT=mark > {_ILLNESS}")
    appliance.machine.say(f"systemctl daemon-reload && systemctl restart {UNIT}")
    appliance.wait_active(other_than=before)
    appliance.machine.say(f"rm {_ILLNESS}")


def make_well(appliance: Appliance) -> None:
    """Start the daemon again as the package has it."""
    before = appliance.show("MainPID")
    (appliance.tree / _DROP_IN).unlink()
    appliance.machine.say(f"systemctl daemon-reload && systemctl restart {UNIT}")
    appliance.wait_active(other_than=before)


def test_an_upgrade_in_the_middle_of_receipts_prints_each_once(
    appliance: Appliance, next_package: Path
) -> None:
    before = appliance.show("MainPID")
    appliance.paper.device.speed = 8.0
    slip = appliance.issue(_ESCPOS_SERIES, seed=5)
    sale = appliance.issue(_FISCAL_SERIES, seed=6)
    inside = appliance.tree.put(next_package)
    wait_for(lambda: appliance.on_paper(slip), LONG)

    appliance.machine.say(f"dpkg --install {inside}")

    appliance.wait_active(other_than=before)
    appliance.paper.device.speed = None
    assert f"receipt-bridge {NEXT}" == appliance.machine.say("receipt-bridge --version")
    assert "confirmed" == appliance.settled(slip), appliance.log()
    appliance.wait_confirmed(sale)
    assert (1, 1) == (appliance.on_paper(slip), appliance.sold(sale))


def test_after_a_reboot_it_starts_by_itself_and_remembers_everything(appliance: Appliance) -> None:
    def states() -> dict[int, str]:
        told = json.loads(appliance.machine.say("receipt-bridge receipts --json --limit 1000"))
        return {one["receipt_id"]: one["state"] for one in told["receipts"]}

    before, slips, sales = (
        states(),
        len(appliance.paper.device.ledger.slips),
        len(appliance.fiscal.fiscal.receipts),
    )
    appliance.machine.power_off()
    appliance.machine.boot()

    appliance.wait_active()
    later = appliance.issue(_FISCAL_SERIES, seed=7)
    appliance.wait_confirmed(later)
    assert {**before, later: "confirmed"} == states()
    assert slips == len(appliance.paper.device.ledger.slips)
    assert sales + 1 == len(appliance.fiscal.fiscal.receipts)


def test_removal_stops_it_and_a_reboot_does_not_miss_it(appliance: Appliance) -> None:
    appliance.machine.say("dpkg --remove receipt-bridge")

    assert "inactive" == appliance.show("ActiveState")
    assert messages.STARTING.id not in appliance.machine.say("journalctl --no-pager --list-catalog")
    assert not (appliance.tree / f"/etc/systemd/system/multi-user.target.wants/{UNIT}").is_symlink()
    assert (appliance.tree / "/var/lib/receipt-bridge/journal.sqlite").stat().st_size > 0
