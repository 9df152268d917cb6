"""Step: which printers there are. Places are looked up, the likely ones asked without printing, and one chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.setup.scene import Draft
from drivers import registry
from drivers.link.address import parse_address

if TYPE_CHECKING:
    from bridge.setup.scene import Scene
    from drivers.detection import Search
    from drivers.link.finding import Place

OPTION = "--printer address=..."
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(slots=True)
class Candidate:
    """A place, and what came of asking there; `search` None: it was not asked."""

    place: Place
    search: Search | None = None
    held: bool = False


def look_around(scene: Scene) -> list[Candidate]:
    """Return the places of this machine, those that may be asked without harm asked."""
    scene.say("looking")
    found = [_asked(scene, place) for place in scene.machine.places()]
    return sorted(found, key=lambda candidate: not _answered(candidate))


def choose(scene: Scene, candidates: list[Candidate], *, needed: bool) -> Draft | None:
    """Return the printer a person chose, None for no more; `needed` when there is none yet. Raises SetupError."""
    other, nothing = scene.words("other_address"), scene.words("none_more")
    lines = [describe(scene, candidate) for candidate in candidates]
    if not needed:
        choices = [nothing, *lines, other]
    elif candidates and _answered(candidates[0]):
        choices = [*lines, other]
    else:
        choices = [other, *lines]
    picked = scene.asker.choose(scene.words("which_printer"), choices)
    if choices[picked] is nothing:
        return None
    if choices[picked] is other:
        return _typed(scene)
    candidate = candidates.pop(lines.index(choices[picked]))
    return _taken(scene, candidate.place.address, candidate.search, candidate)


def describe(scene: Scene, candidate: Candidate) -> str:
    """Return a line about a place."""
    place, search = candidate.place, candidate.search
    fields = {"name": place.name or place.kind, "address": place.address}
    if candidate.held:
        return scene.words("held", **fields)
    if search is None:
        return scene.words("unasked", **fields)
    if search.detected is not None:
        told = search.detected
        return scene.words(
            "answers", driver=told.driver, model=told.introduction.model or place.name, address=told.address
        )
    if search.error is not None:
        return scene.words("failed", what=search.error.what, **fields)
    return scene.words("silent", **fields)


def as_address(text: str) -> str:
    """Return what a person typed as an address or a host. Raises ValueError."""
    if text.startswith(("/dev/tty", "/dev/serial/")):
        text = f"serial://{text}"
    elif text.startswith("/dev/"):
        text = f"file://{text}"
    if not _HOST.fullmatch(text):
        parse_address(text)
    return text


def identified(scene: Scene, text: str, search: Search | None, place: Place | None = None) -> Draft | None:
    """Return the draft of a printer at an address; a person may use a silent one. None when not. Raises SetupError."""
    if search is not None and search.detected is not None:
        told = search.detected
        scene.say("answers", driver=told.driver, model=told.introduction.model, address=told.address)
        for key, value in told.introduction.settings.items():
            scene.say("follows", key=key, value=value)
        table = {"driver": told.driver, "address": told.address, **told.introduction.settings}
        return Draft(table, told.introduction.model, place)
    if is_host(text):
        scene.say("nobody", address=text)
        return None
    scene.say("nobody", address=text)
    if search is not None and search.error is not None:
        scene.asker.say(f"  {search.error.what}. {search.error.cure}")
    if not scene.asker.confirm(scene.words("use_anyway"), default=False):
        return None
    names = registry.names()
    driver = names[scene.asker.choose(scene.words("language_of"), names)]
    return Draft({"driver": driver, "address": text}, place=place)


def is_host(text: str) -> bool:
    """Whether a text is a host alone, whose port has to be found."""
    return _HOST.fullmatch(text) is not None


def _typed(scene: Scene) -> Draft | None:
    text = scene.asker.ask(scene.words("address"), as_address, default=None, option=OPTION)
    return identified(scene, text, scene.machine.detect(text))


def _taken(scene: Scene, address: str, search: Search | None, candidate: Candidate) -> Draft | None:
    if search is None and not candidate.held:
        search = scene.machine.detect(address, vendor=candidate.place.vendor)
    draft = identified(scene, address, search, candidate.place)
    if draft is not None:
        draft.held = candidate.held
    return draft


def _asked(scene: Scene, place: Place) -> Candidate:
    if scene.daemon is not None and is_held(scene, place.address):
        return Candidate(place, held=True)
    if not place.likely:
        return Candidate(place)
    return Candidate(place, scene.machine.detect(place.address, vendor=place.vendor))


def is_held(scene: Scene, address: str) -> bool:
    """Whether the configuration that the daemon may be working with has a printer at this place."""
    bare = address.partition("?")[0]
    printers = scene.old.printers if scene.old else ()
    return any(printer.address.partition("?")[0] == bare for printer in printers)


def _answered(candidate: Candidate) -> bool:
    return candidate.search is not None and candidate.search.detected is not None
