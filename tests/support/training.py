"""A shop in training: its only printer is a simulator that the bridge starts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from support.shops import quick_shop

from simulators.posnet.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.posnet.memory import Document
    from simulators.shop import Shop


class NoDevice:
    """What stands in a shop where no printer does: an address."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def training_shop(folder: Path, language: str = "posnet", **stanza: Any) -> Shop:
    """Return a shop whose till is a simulator of this language."""
    own = {
        "driver": language,
        **({"system_number": "{receipt_id}"} if language == "posnet" else {}),
        **stanza,
    }
    return quick_shop(folder, {"till": NoDevice(f"simulator://{language}")}, stanzas={"till": own})  # type: ignore[dict-item]


def training_folder(shop: Shop) -> Path:
    """Return where the till keeps its memory and its paper."""
    return shop.folder / "training" / "till"


def documents(shop: Shop) -> list[Document]:
    """Return what the till's fiscal memory holds; nobody else may use it now."""
    store = Store(training_folder(shop))
    try:
        return store.documents()
    finally:
        store.close()


def slips(shop: Shop) -> list[str]:
    """Return the text of every slip that lies in the folder."""
    return [path.read_text(encoding="utf-8") for path in sorted(training_folder(shop).glob("slip-*.txt"))]
