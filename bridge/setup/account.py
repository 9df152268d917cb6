"""Step: the API token, tested by the list of series, which says what there is to print."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bridge.baselinker.errors import BaseLinkerError
from bridge.config.credentials import read_token
from bridge.config.mistakes import ConfigError
from bridge.config.secret import Secret
from bridge.config.web_address import DEFAULT_URL
from bridge.setup.asking import SetupError

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.setup.scene import Scene

OPTION = "--token-file FILE"
_MOST_CHARACTERS = 4096


def url_of(scene: Scene) -> str:
    """Return the address of the API: the given one, the one that is configured, or BaseLinker's own."""
    return scene.given.url or (scene.old.baselinker.url if scene.old else DEFAULT_URL)


def ask_account(scene: Scene) -> Secret | None:
    """Return the new token, None when the one that is there stays; `scene.series` is known then. Raises SetupError."""
    scene.say("account")
    if scene.given.token_file is not None:
        token = _given(scene.given.token_file)
        _test(scene, token)
        return token
    kept = _kept(scene)
    if kept is not None and scene.asker.confirm(scene.words("token_keep")):
        try:
            _test(scene, kept)
        except SetupError as error:
            scene.say("token_bad", what=error)
        else:
            return None
    return scene.asker.ask(
        scene.words("token"), lambda text: _tested(scene, text), default=None, option=OPTION, secret=True
    )


def _given(file: Path) -> Secret:
    """Return the token in a file, or on the standard input for `-`. Raises SetupError."""
    try:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8")
        return _token(text.strip())
    except OSError as error:
        raise SetupError(f"The token file {file} cannot be read: {error.strerror}") from error
    except ValueError:
        raise SetupError(
            f"The token file {file} holds something else than a token", "Write it alone"
        ) from None


def _token(text: str) -> Secret:
    """Return a token. Raises ValueError when it is none, without its words."""
    if (
        not text
        or len(text) >= _MOST_CHARACTERS
        or not all("!" <= one <= "~" and one not in "\"'" for one in text)
    ):
        raise ValueError
    return Secret(text)


def _kept(scene: Scene) -> Secret | None:
    """Return the token that the configuration's file holds, None where it cannot be used."""
    if scene.old is None:
        return None
    try:
        return read_token(scene.old, {})
    except ConfigError:
        return None


def _tested(scene: Scene, text: str) -> Secret:
    """Return a typed token that BaseLinker accepts. Raises ValueError with a sentence."""
    try:
        token = _token(text)
    except ValueError:
        raise ValueError(scene.words("token_form")) from None
    try:
        _test(scene, token)
    except SetupError as error:
        raise ValueError(scene.words("token_bad", what=error)) from error
    return token


def _test(scene: Scene, token: Secret) -> None:
    """Ask BaseLinker for the series and show them. Raises SetupError."""
    if scene.given.offline:
        scene.say("token_untested")
        return
    try:
        scene.series = scene.machine.series(token, url_of(scene))
    except BaseLinkerError as error:
        raise SetupError(error.what, error.cure) from error
    scene.say("token_good")
    for number, name in scene.series.items():
        scene.asker.say(f"  {number}  {name}")
    if not scene.series:
        scene.say("no_series")
