"""Step: the configuration and the token, proved before they are written, with copies of what they replace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.config.mistakes import ConfigError
from bridge.config.reading import DEFAULT_FILE
from bridge.config.web_address import DEFAULT_URL
from bridge.setup.account import url_of
from bridge.setup.asking import SetupError
from bridge.setup.printers import old_tables
from bridge.setup.tables import compose

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.config.model import Config
    from bridge.config.secret import Secret
    from bridge.setup.scene import Scene


def text_of(scene: Scene) -> str:
    """Return the configuration as it stands now: the answers, and what nobody was asked about as it was."""
    tables = _begun(scene)
    baselinker = dict(tables.get("baselinker", {}))
    baselinker["url"] = url_of(scene)
    if baselinker["url"] == DEFAULT_URL:
        del baselinker["url"]
    printers = [draft.table for draft in scene.drafts]
    log = {**tables.get("log", {}), "language": scene.words.language}
    whole = {**tables, "baselinker": baselinker, "printers": printers, "log": log}
    return compose(whole, f"written by receipt-bridge setup on {scene.machine.today}")


def _begun(scene: Scene) -> dict[str, Any]:
    """Return the tables that are there, or those a new file begins with; at an unusual place all stands beside it."""
    if scene.old is not None:
        return old_tables(scene)
    if scene.file == DEFAULT_FILE:
        return {}
    return {"baselinker": {"token_file": "api-token"}, "journal": {"path": "journal.sqlite"}}


def proved(scene: Scene) -> Config:
    """Return the configuration as it would be read. Raises SetupError with every mistake."""
    try:
        return scene.machine.prove(scene.file, text_of(scene))
    except ConfigError as error:
        mistakes = "; ".join(f"{one.key}: {one.what}" if one.key else one.what for one in error.mistakes)
        raise SetupError(f"The configuration would be wrong: {mistakes}") from None
    except OSError as error:
        raise SetupError(f"{scene.file.parent}: {error.strerror}") from error


def write(scene: Scene, token: Secret | None) -> Config | None:
    """Write token and configuration after asking; return the configuration, None when nothing was written.

    Raises SetupError.
    """
    scene.say("writing")
    config = proved(scene)
    for draft in scene.drafts:
        series = "+".join(map(str, draft.table.get("series", ()))) or scene.words("all")
        scene.say("summary", **{**draft.table, "series": series})
    if not scene.asker.confirm(scene.words("write", file=scene.file)):
        scene.say("not_written")
        return None
    if token is not None:
        config.baselinker.token_file.parent.mkdir(parents=True, exist_ok=True)
        _write(scene, config.baselinker.token_file, f"{token.reveal()}\n", secret=True)
    _write(scene, scene.file, text_of(scene))
    if scene.old is None:
        limits = config.backlog
        scene.say("backlog", hours=limits.max_age_hours, count=limits.max_receipts)
    scene.result["token"] = {"file": str(config.baselinker.token_file), "tested": not scene.given.offline}
    return config


def _write(scene: Scene, file: Path, text: str, *, secret: bool = False) -> None:
    before = file.read_text(encoding="utf-8") if file.is_file() else None
    copy = scene.machine.write(file, text, secret=secret)
    if before == text:
        scene.say("unchanged", file=file)
    elif copy is None:
        scene.did("wrote", file=file)
    else:
        scene.did("wrote_copy", file=file, copy=copy.name)
        scene.result["copies"].append(str(copy))
