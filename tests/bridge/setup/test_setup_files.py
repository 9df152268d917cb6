from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from bridge.setup import files

if TYPE_CHECKING:
    from pathlib import Path

STAMP = "2026-11-22T10-15-00"


def save(path: Path, text: str, mode: int = 0o644) -> Path | None:
    return files.save(path, text, mode=mode, stamp=STAMP)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_has_its_mode_and_no_copy(tmp_path: Path) -> None:
    assert save(tmp_path / "token", "x", 0o600) is None

    assert ["token"] == names(tmp_path)
    assert 0o600 == stat.S_IMODE((tmp_path / "token").stat().st_mode)


def test_what_is_replaced_is_kept_under_its_stamp_however_often(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    for text in ("one", "two", "three"):
        save(path, text)

    assert "three" == path.read_text()
    assert "one" == (tmp_path / f"config.toml.{STAMP}").read_text()
    assert "two" == (tmp_path / f"config.toml.{STAMP}-1").read_text()
    assert 3 == len(names(tmp_path))


def test_the_same_text_is_not_written_again_but_its_mode_is_set_right(tmp_path: Path) -> None:
    path = tmp_path / "token"
    save(path, "x")
    before = path.stat().st_ino

    assert save(path, "x", 0o600) is None
    assert (before, 0o600, ["token"]) == (
        path.stat().st_ino,
        stat.S_IMODE(path.stat().st_mode),
        names(tmp_path),
    )


@pytest.mark.parametrize(
    "call", ["os.fsync", "os.link", "os.fdopen", "pathlib.Path.chmod", "pathlib.Path.replace"]
)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_interrupted_anywhere_the_old_file_stands_and_no_draft_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("old")

    def fail(*_arguments: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(call, fail)
    with pytest.raises(type(error)):
        save(path, "new")

    assert "old" == path.read_text()
    assert all(name in ("config.toml", f"config.toml.{STAMP}") for name in names(tmp_path))


def test_a_trial_is_gone_whatever_comes_of_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    assert "text" == files.try_out(path, "text", lambda trial: trial.read_text())
    with pytest.raises(ZeroDivisionError):
        files.try_out(path, "text", lambda _trial: 1 / 0)
    assert [] == names(tmp_path)
