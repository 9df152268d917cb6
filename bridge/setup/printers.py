"""Step: the printers of the configuration, each with its name and the series it prints."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from bridge.setup import devices
from bridge.setup.asking import SetupError
from bridge.setup.given import ALL_SERIES, series_ids
from bridge.setup.scene import Draft
from drivers import registry

if TYPE_CHECKING:
    from bridge.setup.scene import Scene

OPTION = "--printer name=...,series=..."
_MOST_DEFAULTS = 99


def ask_printers(scene: Scene) -> None:
    """Fill `scene.drafts`: those of the command line, or those that are kept and those that are chosen."""
    scene.say("devices")
    if scene.given.printers:
        scene.drafts = [_given(scene, dict(table)) for table in scene.given.printers]
    else:
        scene.drafts = _kept(scene)
        _choose(scene)
    _head(scene)
    _tell_unserved(scene)


def old_tables(scene: Scene) -> dict[str, Any]:
    """Return the tables of the configuration that is there, {} where there is none that can be used."""
    return {} if scene.old is None else tomllib.loads(scene.file.read_text(encoding="utf-8-sig"))


def _kept(scene: Scene) -> list[Draft]:
    tables = old_tables(scene).get("printers", [])
    kept = [table for table in tables if scene.asker.confirm(scene.words("keep_printer", **table))]
    return [Draft(table, held=scene.daemon is not None) for table in kept]


def _choose(scene: Scene) -> None:
    candidates: list[devices.Candidate] | None = None
    while True:
        if candidates is None:
            kept = {str(draft.table["address"]).partition("?")[0] for draft in scene.drafts}
            candidates = [one for one in devices.look_around(scene) if one.place.address not in kept]
        draft = devices.choose(scene, candidates, needed=not scene.drafts)
        if draft is None and scene.drafts:
            return
        if draft is not None:
            _name(scene, draft)
            _series(scene, draft)
            scene.drafts.append(draft)


def _given(scene: Scene, table: dict[str, Any]) -> Draft:
    """Return the draft of a printer the command line describes; who answers is asked unless it says so.

    Raises SetupError.
    """
    option = f"--printer name={table['name']}"
    try:
        address = devices.as_address(str(table["address"]))
        known = "driver" in table and not devices.is_host(address)
        search = None if known else scene.machine.detect(address, driver=table.get("driver"))
    except ValueError as error:
        raise SetupError(f"{option}: {error}") from None
    held = scene.daemon is not None and devices.is_held(scene, address)
    if known:
        return Draft({**table, "address": address}, held=held)
    draft = devices.identified(scene, address, search)
    if draft is None:
        cure = f"Switch it on, or say its language: driver={'|'.join(registry.names())}"
        raise SetupError(f"{option}: nobody answers at {address}", cure)
    draft.table = {**draft.table, **table, **{key: draft.table[key] for key in ("driver", "address")}}
    return draft


def _name(scene: Scene, draft: Draft) -> None:
    taken = {one.name for one in scene.drafts}

    def check(text: str) -> str:
        if text in taken:
            raise ValueError(scene.words("name_taken"))
        return text

    names = ("till", *(f"till-{number}" for number in range(2, _MOST_DEFAULTS)))
    default = next(name for name in names if name not in taken)
    draft.table = {
        "name": scene.asker.ask(scene.words("name"), check, default=default, option=OPTION),
        **draft.table,
    }


def _series(scene: Scene, draft: Draft) -> None:
    taken = {number for one in scene.drafts for number in one.table.get("series", ())}
    all_taken = any("series" not in one.table for one in scene.drafts)
    free = [number for number in scene.series if number not in taken]

    def check(text: str) -> list[int] | None:
        ids = series_ids(text)
        unknown = [number for number in ids or () if scene.series and number not in scene.series]
        twice = [number for number in ids or () if number in taken]
        for key, wrong in (("series_unknown", unknown), ("series_taken", twice)):
            if wrong:
                raise ValueError(scene.words(key, ids="+".join(map(str, wrong))))
        if ids is None and all_taken:
            raise ValueError(scene.words("series_taken", ids=ALL_SERIES))
        return ids

    default = ALL_SERIES if not all_taken else (str(free[0]) if free else None)
    ids = scene.asker.ask(scene.words("series"), check, default=default, option=OPTION)
    if ids is not None:
        draft.table["series"] = ids


def _head(scene: Scene) -> None:
    """Ask for the lines above each slip, where a driver prints them and they are not known yet."""
    lacking = [draft for draft in scene.drafts if _has_header(draft) and not draft.table.get("header")]
    scene.shop = scene.given.shop
    if not scene.shop and lacking:
        asked = (
            scene.asker.ask(scene.words(key), str, default="", option="--shop LINE")
            for key in ("shop", "shop_address")
        )
        scene.shop = tuple(line for line in asked if line)
    if not scene.shop:
        scene.shop = next(
            (tuple(draft.table["header"]) for draft in scene.drafts if draft.table.get("header")), ()
        )
    for draft in lacking:
        if scene.shop:
            draft.table["header"] = list(scene.shop)


def _has_header(draft: Draft) -> bool:
    """Whether the driver prints lines of ours at the top; a fiscal printer has its own."""
    name = draft.table["driver"]
    return name in registry.names() and "header" in registry.load(name).Options.model_fields


def _tell_unserved(scene: Scene) -> None:
    if any("series" not in draft.table for draft in scene.drafts):
        return
    served = {number for draft in scene.drafts for number in draft.table["series"]}
    for number, name in scene.series.items():
        if number not in served:
            scene.say("unserved", id=number, name=name)
