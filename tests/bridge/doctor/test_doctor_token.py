from __future__ import annotations

from typing import Any

import pytest
from support.machines import Box, case_of, codes

from bridge.config.credentials import VARIABLE
from bridge.doctor import token_file


def test_a_token_of_root_is_well_where_systemd_hands_it_over(box: Box) -> None:
    case = case_of(box)
    box.owned(case.config.baselinker.token_file, 0, 0o600)

    assert [] == codes(token_file.token(case))


@pytest.mark.parametrize(("owner", "handed_over", "right"), [(5, True, "root"), (0, False, "receipt-bridge")])
def test_a_token_of_the_wrong_owner_is_told_with_the_right_one(
    box: Box, owner: int, handed_over: bool, right: str
) -> None:
    if not handed_over:
        box.file("/etc/systemd/system/receipt-bridge.service", "[Service]\nUser=receipt-bridge\n")
    case = case_of(box)
    box.owned(case.config.baselinker.token_file, owner, 0o600)

    (finding,) = token_file.token(case)

    assert "token_owner" == finding.code
    assert f"chown {right} " in finding.cure


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620])
def test_a_token_others_may_use_is_told(box: Box, mode: int) -> None:
    case = case_of(box)
    box.owned(case.config.baselinker.token_file, 0, mode)

    (finding,) = token_file.token(case)

    assert "token_open" == finding.code
    assert f"mode {mode:o}" in finding.what


@pytest.mark.parametrize("content", ["", "api_token = 0000-FAKE-TOKEN"])
def test_a_file_that_holds_no_token_is_told_without_its_content(box: Box, content: str) -> None:
    case = case_of(box)
    case.config.baselinker.token_file.write_text(content)
    box.owned(case.config.baselinker.token_file, 0, 0o600)

    (finding,) = token_file.token(case)

    assert "token_unusable" == finding.code
    assert "0000-FAKE-TOKEN" not in repr(finding)


def test_no_token_at_all_is_told(box: Box) -> None:
    case = case_of(box)
    case.config.baselinker.token_file.unlink()

    assert [("token_unusable", "token")] == codes(token_file.token(case))


def test_a_token_of_the_environment_needs_no_file(box: Box) -> None:
    case = case_of(box, environ={VARIABLE: "0000-FAKE-TOKEN"})
    case.config.baselinker.token_file.unlink()

    assert [] == codes(token_file.token(case))


def test_a_token_this_user_may_not_read_is_an_advice_to_use_sudo(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(box)
    box.owned(case.config.baselinker.token_file, 0, 0o600)

    def forbidden(*_: Any, **__: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bridge.config.credentials.os.open", forbidden)

    assert [("token_unread", "token")] == codes(token_file.token(case))
