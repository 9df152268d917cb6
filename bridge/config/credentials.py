"""Where BaseLinker's API token comes from, and what is refused on the way.

    1. systemd credential   $CREDENTIALS_DIRECTORY/api-token   (LoadCredential= in the unit; the safest)
    2. environment          RECEIPT_BRIDGE_TOKEN
    3. file                 [baselinker] token_file            (mode 600, or it is refused)

The first source that exists counts, even when its content is bad: a token is never taken from a second choice
in silence. No message ever holds the value.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.config.mistakes import ConfigError, Mistake
from bridge.config.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.config.model import Config

CREDENTIAL = "api-token"
"""The name of the systemd credential."""

VARIABLE = "RECEIPT_BRIDGE_TOKEN"
"""The environment variable that may hold the token."""

_MOST_BYTES = 4096
_NO_FILE = "is not a file; put the {} alone into a file of its own"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_token(config: Config, environ: Mapping[str, str]) -> Secret:
    """Return the API token from the first source that has one. Raises ConfigError with the cure."""
    credential = Path(environ.get("CREDENTIALS_DIRECTORY", ""), CREDENTIAL)
    if environ.get("CREDENTIALS_DIRECTORY") and credential.exists():
        return _checked(_content(credential, private=False), credential, f"credential {CREDENTIAL}")
    if VARIABLE in environ:
        return _checked(environ[VARIABLE], config.file, f"environment variable {VARIABLE}")
    path = config.baselinker.token_file
    return _checked(_content(path, private=True), path, "token file")


def small_file(path: Path, *, private: bool, what: str = "token") -> str:
    """Return what a small regular file holds; with `private`, only if nobody but its owner may touch it.

    Raises ConfigError with the cure, and OSError where the file cannot be read.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise _error(path, _NO_FILE.format(what))
        if private and mode & _OTHERS:
            others = f"may be used by others than its owner (mode {mode & 0o777:o}); type: chmod 600 {path}"
            raise _error(path, others)
        return file.read(_MOST_BYTES).decode("utf-8", "replace")


def _content(path: Path, *, private: bool) -> str:
    """Return what the token's file holds. Raises ConfigError."""
    try:
        return small_file(path, private=private)
    except OSError as error:
        raise _unread(path, error) from error


def _without_waiting(path: str, flags: int) -> int:
    """Open so that a named pipe in the file's place cannot stop the daemon."""
    return os.open(path, flags | os.O_NONBLOCK)


def _unread(path: Path, error: OSError) -> ConfigError:
    match error:
        case FileNotFoundError():
            return _error(
                path,
                "there is no API token: this file does not exist, the environment has no "
                f"{VARIABLE} and systemd gave no credential {CREDENTIAL}; create the token in BaseLinker "
                "(My account, tab API) and write it into this file, mode 600",
            )
        case IsADirectoryError():
            return _error(path, _NO_FILE.format("token"))
        case PermissionError():
            cure = (
                "type the command with sudo: the file is root's, and systemd hands the token to the service "
                "(where no systemd does, its owner must be the user the bridge runs as)"
            )
        case _:
            cure = "check the disk"
    return _error(path, f"the API token cannot be read ({error.strerror}); {cure}")


def _checked(content: str, path: Path, source: str) -> Secret:
    """Return the token in `content`: one word of visible ASCII, a line end behind it allowed."""
    token = content.rstrip("\r\n")
    if not token:
        raise _error(path, f"the {source} is empty; write the API token into it, nothing else")
    if len(content) >= _MOST_BYTES or not all(
        "!" <= letter <= "~" and letter not in "\"'" for letter in token
    ):
        what = f"the {source} holds something else than a token; write the token alone, on one line"
        raise _error(path, f"{what}, without blanks, quotation marks or a name in front")
    return Secret(token)


def _error(path: Path, what: str) -> ConfigError:
    return ConfigError([Mistake(path, what)])
