from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.machines import Box

from bridge.doctor.users import User, group_name, service_user, unit_settings, user_name

LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30), max_size=5)
ROWS = st.lists(
    st.lists(st.sampled_from(["root", "receipt-bridge", "0", "990", "²", "", "x"]), max_size=6), max_size=5
)


@given(
    passwd=st.one_of(LINES.map("\n".join), ROWS.map(lambda rows: "\n".join(":".join(row) for row in rows))),
    group=st.one_of(LINES.map("\n".join), ROWS.map(lambda rows: "\n".join(":".join(row) for row in rows))),
    unit=LINES.map("\n".join),
)
def test_whatever_stands_in_the_tables_of_users_a_user_is_found(passwd: str, group: str, unit: str) -> None:
    with TemporaryDirectory() as folder:
        box = Box(Path(folder))
        box.file("/etc/passwd", passwd)
        box.file("/etc/group", group)
        box.file("/etc/systemd/system/receipt-bridge.service", f"User=receipt-bridge\n{unit}")

        assert isinstance(service_user(box.machine, None), User)


def test_a_number_without_a_name_is_shown_as_it_is(box: Box) -> None:
    assert ("root", "4711", "dialout", "4711") == (
        user_name(box.machine, 0),
        user_name(box.machine, 4711),
        group_name(box.machine, 20),
        group_name(box.machine, 4711),
    )


def test_a_unit_is_read_without_its_comments_and_the_own_one_comes_first(box: Box) -> None:
    box.file("/usr/lib/systemd/system/receipt-bridge.service", "User=somebody\n")

    assert "receipt-bridge" == unit_settings(box.machine)["User"]
    (box.root / "etc/systemd/system/receipt-bridge.service").unlink()
    assert {"User": "somebody"} == unit_settings(box.machine)


def test_a_user_of_the_unit_has_its_own_groups_and_those_it_is_listed_in(box: Box) -> None:
    box.file("/etc/group", "dialout:x:20:somebody,receipt-bridge\nlp:x:7:\nreceipt-bridge:x:991:\n")

    assert User("receipt-bridge", 990, frozenset({20, 991})) == service_user(box.machine, None)


@pytest.mark.parametrize("mode", [0o000, 0o777])
def test_root_may_use_everything(mode: int) -> None:
    assert User("root", 0, frozenset()).may_use(os.stat_result((mode, 0, 0, 1, 5, 5, 0, 0, 0, 0)))
