"""Steps behind the configuration: rules for ports, the service, and the slip that says ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.setup import udev
from bridge.setup.service import UNIT, Presence
from drivers.sentences import sentences

if TYPE_CHECKING:
    from bridge.config.model import Config
    from bridge.setup.scene import Draft, Scene

_ENABLE = f"sudo systemctl enable --now {UNIT.removesuffix('.service')}"


def give_rights(scene: Scene) -> None:
    """Write a rule for each port that the packaged rules do not know, after asking; without the right to, say it."""
    written = [draft.name for draft in scene.drafts if scene.given.rules and _rule(scene, draft)]
    if written:
        complaint = scene.machine.apply_rules()
        if complaint:
            scene.say("rule_failed", name=", ".join(written), what=complaint)


def _rule(scene: Scene, draft: Draft) -> bool:
    """Write the rule of one printer; return whether there is a new one."""
    if draft.place is None:
        return False
    file = scene.machine.rule_file(draft.name)
    try:
        text = udev.rule(draft.place, draft.name)
    except ValueError:
        scene.say("rule_none", name=draft.name)
        return False
    if text is None or (file.is_file() and file.read_text(encoding="utf-8") == text):
        return False
    if not scene.machine.may_change(file.parent):
        scene.say("rule_later", name=draft.name, file=file)
        scene.asker.say(text)
        return False
    if not scene.asker.confirm(scene.words("rule", name=draft.name, file=file)):
        return False
    scene.machine.write(file, text)
    scene.did("wrote", file=file)
    scene.result["rules"].append(str(file))
    return True


def serve(scene: Scene) -> None:
    """Start the service, or start it again, after asking; where that cannot be, say the command."""
    scene.say("service")
    scene.result["service"] = _serve(scene)


def _serve(scene: Scene) -> dict[str, str]:
    presence = scene.machine.presence(scene.file)
    command = _ENABLE if presence is Presence.READY else f"receipt-bridge run --config {scene.file}"
    if presence is not Presence.READY or not scene.given.service:
        scene.say("by_hand", command=command)
        return {"state": str(presence) if presence is not Presence.READY else "left", "command": command}
    if not scene.asker.confirm(scene.words("start" if scene.daemon is None else "restart")):
        scene.say("by_hand", command=command if scene.daemon is None else f"sudo systemctl restart {UNIT}")
        return {"state": "left", "command": command}
    complaint = scene.machine.start(again=scene.daemon is not None)
    if complaint:
        scene.say("not_started", what=complaint)
        return {"state": "failed", "command": command}
    scene.did("started")
    return {"state": "started", "command": command}


def accept(scene: Scene, config: Config) -> None:
    """Print the acceptance slip on every printer, through the daemon where it runs with this configuration."""
    if not scene.given.test_print:
        return
    running = scene.machine.daemon(config) is not None
    fresh = scene.result["service"]["state"] == "started"
    scene.say("acceptance")
    for draft in scene.drafts:
        # A daemon that was not restarted knows the old printers alone, and its own ports are not free.
        if running and not fresh:
            scene.say("held", name=draft.name, address=draft.table["address"])
        elif scene.asker.confirm(scene.words("accept", name=draft.name)):
            _accept(scene, config, draft, through_daemon=running)


def _accept(scene: Scene, config: Config, draft: Draft, *, through_daemon: bool) -> None:
    printer = config.printer(draft.name)
    if printer is None:
        return
    detail = slip(scene, draft)
    if through_daemon:
        answer = scene.machine.ask_daemon(config, printer, "notice", detail)
    else:
        answer = scene.machine.errand(printer, "notice", detail)
    draft.accepted = bool(answer["ok"])
    if draft.accepted:
        draft.proof = str(answer["proof"])
        scene.say("accepted", name=draft.name, proof=draft.proof)
    else:
        scene.say("not_printed", name=draft.name, what=sentences(answer["what"], answer["cure"]))


def slip(scene: Scene, draft: Draft) -> dict[str, Any]:
    """Return title and lines of the acceptance slip: what stands where, and since when. It is not fiscal."""
    words = scene.words
    ids = draft.table.get("series")
    named = [f"{number} {scene.series.get(number, '')}".strip() for number in ids or ()]
    lines = [
        *scene.shop,
        words("slip_printer", name=" ".join(filter(None, (draft.name, draft.model)))),
        words("slip_address", address=draft.table["address"]),
        words("slip_series", series=", ".join(named) or words("all")),
        words("slip_date", date=scene.machine.today),
    ]
    return {"title": words("ready"), "lines": lines}
