"""The steps of the set-up in their order.

    account       the token, tested; the series
    printers      which there are, by what language they answer; names and series
    calibration   a slip, what is seen on it, the options that follow
    writing       proved, agreed to, copied, written
    rights        rules for ports the packaged rules do not know
    service       started, or the command said
    acceptance    a slip that says ready

Nothing is written before the technician agreed, and every step can be the last: what was done is in `scene.deeds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.setup.account import ask_account
from bridge.setup.asking import SetupError
from bridge.setup.ending import accept, give_rights, serve
from bridge.setup.machine import old_config
from bridge.setup.printers import ask_printers
from bridge.setup.seeing import calibrate
from bridge.setup.writing import proved, write

if TYPE_CHECKING:
    from bridge.setup.scene import Draft, Scene


def run(scene: Scene) -> bool:
    """Go through all steps; return whether everything is well. Raises SetupError or KeyboardInterrupt.

    `scene.result` holds what scripts may want to know.
    """
    scene.result |= {
        "ok": False,
        "config": str(scene.file),
        "copies": [],
        "token": {"file": "", "tested": False},
    }
    scene.result |= {"series": [], "printers": [], "rules": [], "service": {"state": "", "command": ""}}
    _begin(scene)
    token = ask_account(scene)
    ask_printers(scene)
    proved(scene)
    calibrate(scene)
    config = write(scene, token)
    if config is None:
        return False
    give_rights(scene)
    serve(scene)
    accept(scene, config)
    scene.say("done")
    scene.result |= {
        "ok": _is_well(scene),
        "series": [{"id": number, "name": name} for number, name in scene.series.items()],
        "printers": [_facts(draft) for draft in scene.drafts],
    }
    return bool(scene.result["ok"])


def _begin(scene: Scene) -> None:
    scene.say("greeting")
    try:
        if not scene.machine.may_write(scene.file.parent):
            raise PermissionError(13, "this user may not write there")
    except OSError as error:
        raise SetupError(
            f"{scene.file.parent}: {error.strerror}", "Use sudo, or name another --config"
        ) from error
    scene.old = old_config(scene.file)
    if scene.old is not None:
        scene.say("config_there", file=scene.file)
        scene.daemon = scene.machine.daemon(scene.old)
    if scene.daemon is not None:
        scene.say("daemon", process=scene.daemon)


def _is_well(scene: Scene) -> bool:
    started = scene.result["service"]["state"] != "failed"
    return started and all(draft.accepted is not False for draft in scene.drafts)


def _facts(draft: Draft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "driver": draft.table["driver"],
        "address": draft.table["address"],
        "series": draft.table.get("series", []),
        "model": draft.model,
        "proof": draft.proof,
    }
