"""Step: the calibration slip of each new printer, what a technician sees on it, and the options that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.setup.writing import proved
from drivers import registry
from drivers.sentences import sentences

if TYPE_CHECKING:
    from bridge.setup.scene import Draft, Scene
    from drivers.calibration import Calibration, Sight

_MOST_SLIPS = 5


def calibrate(scene: Scene) -> None:
    """Print a slip on every printer that the daemon does not hold, and take over what is seen."""
    if not scene.given.test_print:
        return
    scene.say("calibration")
    for draft in scene.drafts:
        page = registry.calibration(draft.table["driver"])
        if draft.held:
            scene.say("held", name=draft.name, address=draft.table["address"])
        elif page is not None and scene.asker.confirm(scene.words("calibrate", name=draft.name)):
            _calibrate(scene, draft, page)


def _calibrate(scene: Scene, draft: Draft, page: Calibration) -> None:
    for _ in range(_MOST_SLIPS):
        printer = proved(scene).printer(draft.name)
        if printer is None:
            return
        answer = scene.machine.errand(printer, page.ERRAND, {"language": scene.words.language})
        if not answer["ok"]:
            scene.say("not_printed", name=draft.name, what=sentences(answer["what"], answer["cure"]))
            if not scene.asker.confirm(scene.words("again"), default=False):
                return
            continue
        draft.proof = str(answer["proof"])
        scene.say("calibrated", name=draft.name, proof=draft.proof)
        if not _look(scene, draft, page.sights(printer.options)):
            return


def _look(scene: Scene, draft: Draft, sights: Any) -> bool:
    """Ask what is seen and change the table; return whether the slip is to be printed again."""
    again = False
    for sight in sights:
        choice = sight.choices[_chosen(scene, sight)]
        again = again or choice.again
        for key, value in choice.changes.items():
            if value is None:
                draft.table.pop(key, None)
            else:
                draft.table[key] = value
    return again


def _chosen(scene: Scene, sight: Sight) -> int:
    if sight.numbered:
        return _number(scene, sight)
    words = [scene.words.of(choice.text, choice.text_pl) for choice in sight.choices]
    return scene.asker.choose(scene.words.of(sight.text, sight.text_pl), words)


def _number(scene: Scene, sight: Sight) -> int:
    """Ask for a number that stands on the paper; 0 is none of them, the last choice."""
    highest = len(sight.choices) - 1

    def check(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= highest):
            raise ValueError(f"0..{highest}")
        return int(text)

    question = scene.words("numbered", question=scene.words.of(sight.text, sight.text_pl), highest=highest)
    return scene.asker.ask(question, check, default="1", option="--no-test-print") - 1
