"""The file with the API token: is it there, whose is it, and who else may read it."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from bridge.config.credentials import VARIABLE, read_token
from bridge.config.mistakes import ConfigError
from bridge.doctor.finding import found
from bridge.doctor.users import unit_settings, user_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.doctor.case import Case
    from bridge.doctor.finding import Finding


def token(case: Case) -> Iterator[Finding]:
    """Whether the token can be read by those who should, and by nobody else."""
    path = case.config.baselinker.token_file
    elsewhere = VARIABLE in case.environ or "CREDENTIALS_DIRECTORY" in case.environ
    if not elsewhere and path.is_file():
        yield from _rights(case)
    elif error := _unusable(case):
        yield found("token_unusable", "token", reason=error.mistakes[0].what, path=path)


def _rights(case: Case) -> Iterator[Finding]:
    path = case.config.baselinker.token_file
    file = case.machine.stat(path)
    mode = stat.S_IMODE(file.st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield found("token_open", "token", path=path, mode=f"{mode:o}")
    elif error := _unusable(case):
        if isinstance(error.__cause__, PermissionError):
            yield found("token_unread", "token", path=path)
        else:
            yield found("token_unusable", "token", reason=error.mistakes[0].what, path=path)
    handed_over = "LoadCredential" in unit_settings(case.machine)  # systemd reads it as root, for any user
    right = {case.user.number} | ({0} if handed_over else set())
    if file.st_uid not in right:
        owner = user_name(case.machine, file.st_uid)
        facts = {"user": case.user.name, "right": "root" if handed_over else case.user.name}
        yield found("token_owner", "token", path=path, owner=owner, **facts)


def _unusable(case: Case) -> ConfigError | None:
    try:
        read_token(case.config, case.environ)
    except ConfigError as error:
        return error
    return None
