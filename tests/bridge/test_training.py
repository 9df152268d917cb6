"""The link to a simulated printer: started when it is first opened, one process at a time, and never again the same."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.commands import surroundings
from support.training import training_folder, training_shop

from bridge.config.reading import load_config
from bridge.training import TrainingLink, folder_of, warning_about
from drivers.link import Link, LinkLost, LinkUnavailable
from drivers.posnet.frames import enclose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with training_shop(tmp_path / "shop") as opened:
        yield opened


@pytest.fixture
def link(shop: Shop) -> Iterator[TrainingLink]:
    made = link_of(shop)
    yield made
    made.stop()


def link_of(shop: Shop) -> TrainingLink:
    config = load_config(shop.config_file, {})
    return TrainingLink(config, config.printers[0], monotonic=time.monotonic)


def number_of(link: TrainingLink) -> str:
    """Return the unique number that the printer tells."""
    link.open()
    link.write(enclose(b"scomm\t"), 10)
    answer = b""
    while b"\x03" not in answer:
        answer += link.read(10)
    (number,) = [part[2:] for part in answer.split(b"\t") if part.startswith(b"nu")]
    return number.decode()


def test_it_is_a_link_at_the_address_of_the_configuration(link: TrainingLink) -> None:
    as_link: Link = link

    assert "simulator://posnet" == as_link.address
    assert as_link.two_way
    assert as_link.bytes_per_second > 0


def test_nothing_is_started_before_the_link_is_opened(shop: Shop, link: TrainingLink) -> None:
    assert not link.is_open
    assert not (shop.folder / "training").exists()


def test_hanging_up_leaves_the_printer_on(link: TrainingLink) -> None:
    number = number_of(link)
    link.close()
    assert not link.is_open

    assert number == number_of(link)


def test_the_memory_lives_longer_than_the_process_and_a_new_one_is_another_device(
    shop: Shop, link: TrainingLink
) -> None:
    number = number_of(link)
    link.stop()

    again = number_of(link)
    link.stop()
    (training_folder(shop) / "fiscal-memory.sqlite").unlink()
    new = number_of(link)

    assert number.startswith("SIM ")
    assert number == again
    assert new.startswith("SIM ")
    assert number != new


def test_a_second_user_of_the_folder_is_turned_away_with_the_first_one_s_process(
    shop: Shop, link: TrainingLink
) -> None:
    second = link_of(shop)
    link.open()

    with pytest.raises(
        LinkUnavailable, match=r"another program \(process \d+\) uses this simulator"
    ) as caught:
        second.open()

    assert "wait until it has ended, then try again" == caught.value.cure
    link.stop()
    second.open()
    second.stop()


def test_a_killed_process_leaves_the_folder_to_the_next(shop: Shop, link: TrainingLink) -> None:
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from bridge.config.reading import load_config\n"
        "from bridge.training import TrainingLink\n"
        "config = load_config(Path(sys.argv[1]), {})\n"
        "TrainingLink(config, config.printers[0], monotonic=time.monotonic).open()\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(shop.config_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=surroundings(PYTHONPATH=":".join(sys.path)),
    ) as other:
        assert other.stdout is not None
        assert b"open\n" == other.stdout.readline()
        with pytest.raises(LinkUnavailable, match=f"process {other.pid}"):
            link.open()
        other.kill()

    link.open()
    assert link.is_open


def test_a_damaged_memory_is_told_with_the_cure_and_is_not_touched(shop: Shop, link: TrainingLink) -> None:
    folder = training_folder(shop)
    folder.mkdir(parents=True)
    memory = folder / "fiscal-memory.sqlite"
    memory.write_bytes(b"no memory" * 1000)

    with pytest.raises(LinkUnavailable, match="its memory cannot be read") as caught:
        link.open()

    assert f"check the disk, or delete {folder} to begin with a new simulator" == caught.value.cure
    assert b"no memory" * 1000 == memory.read_bytes()
    memory.unlink()
    link.open()


def test_a_folder_that_cannot_be_made_is_told(shop: Shop, link: TrainingLink) -> None:
    (shop.folder / "training").write_text("in the way", encoding="utf-8")

    with pytest.raises(LinkUnavailable, match="its folder .* cannot be used"):
        link.open()


def test_a_printer_whose_paper_cannot_be_kept_is_said_and_started_anew(
    shop: Shop, link: TrainingLink, caplog: pytest.LogCaptureFixture
) -> None:
    number = number_of(link)
    in_the_way = training_folder(shop) / "slip-0001.txt"
    in_the_way.mkdir()
    link.write(enclose(b"trinit\tbm0\t") + enclose(b"prncancel\t"), 10)
    with pytest.raises(LinkLost):
        while True:  # however many answers came before
            link.read(10)
    in_the_way.rmdir()

    with caplog.at_level(logging.WARNING), pytest.raises(LinkUnavailable):
        link.open()
    assert "the simulator failed: " in caplog.text

    assert number == number_of(link)


def test_the_words_say_who_is_told_of_receipts_that_are_none(shop: Shop) -> None:
    printer = load_config(shop.config_file, {}).printers[0]

    assert "is a simulator: nothing is fiscal" == warning_about(printer)
    assert (
        "is a simulator: nothing is fiscal; its receipts are confirmed to BaseLinker as if they were printed"
        == warning_about(printer.model_copy(update={"training": True}))
    )


def test_the_folder_lies_beside_the_journal(shop: Shop) -> None:
    config = load_config(shop.config_file, {})

    assert training_folder(shop) == folder_of(config, config.printers[0])


def test_a_command_that_meets_no_simulator_loads_none(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from bridge.cli import main\n"
        "main(sys.argv[1:])\n"
        "print([name for name in sys.modules if name == 'bridge.training' or name.startswith('simulators')])\n"
    )
    config = tmp_path / "config.toml"
    config.write_text(
        '[[printers]]\nname = "till"\ndriver = "escpos"\naddress = "tcp://127.0.0.1:1"\n', encoding="utf-8"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "test-print", "till", "--config", str(config)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env=surroundings(PYTHONPATH=":".join(sys.path)),
        timeout=60,
    )

    assert "[]\n" == done.stdout
