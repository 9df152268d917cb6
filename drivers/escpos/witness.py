"""How a printer testifies: what stands behind the opening, the print and the cut, and which reply confirms which.

    ProcessIds   GS ( H fn 48 behind each: a name that comes back when what stands before it is done
    Fence        GS r 1 behind the opening and the cut: one nameless byte when it is reached

The question behind the opening is answered before a byte of the slip goes out. So a printer that cannot testify
prints nothing, and what an interrupted slip left in it is answered first and not taken for this slip's answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from drivers.escpos.frames import FENCE, PROCESS_ID_BLOCK, AnswerByte, Block, process_id

if TYPE_CHECKING:
    from drivers.escpos.frames import Reply

OPENING, HOLD, PRINT, CUT = 1, 2, 3, 4
"""What can be confirmed. OPENING, PRINT and CUT come in this order, and the later includes the earlier. HOLD comes
whenever a slip waits half sent: a printer that was switched off and on meanwhile has forgotten the question."""


class Witness(Protocol):
    """One slip's way to prove itself."""

    @property
    def kind(self) -> str:
        """The kind of proof, as `drivers.contract.Proof` names it."""
        ...

    def request(self, place: int) -> bytes:
        """Return what is sent behind `place`."""
        ...

    def confirms(self, reply: Reply, asked: int, *, holding: bool) -> int:
        """Return the place a reply confirms, or 0. `asked` is the last place but HOLD that was asked about."""
        ...


@dataclass(frozen=True, slots=True)
class ProcessIds:
    """Names for the four places, used for nothing else since the printer was switched on."""

    names: tuple[bytes, bytes, bytes, bytes]
    kind: str = "process-id"

    def request(self, place: int) -> bytes:
        """Return the process id behind `place`."""
        return process_id(self.names[place - 1])

    def confirms(self, reply: Reply, asked: int, *, holding: bool) -> int:
        """Return the place whose name came back. The printer keeps only the newest name while nobody reads."""
        if not isinstance(reply, Block) or not reply.value.startswith(PROCESS_ID_BLOCK):
            return 0
        name = reply.value[len(PROCESS_ID_BLOCK) :]
        place = self.names.index(name) + 1 if name in self.names else 0
        return place if (holding if place == HOLD else place <= asked) else 0


@dataclass(frozen=True, slots=True)
class Fence:
    """A question behind the opening, the cut and where a slip waits; the answers bear no name."""

    kind: str = "fence"

    def request(self, place: int) -> bytes:
        """Return the fence, except behind the print, where the answer could not be told from the next one."""
        return b"" if place == PRINT else FENCE

    def confirms(self, reply: Reply, asked: int, *, holding: bool) -> int:
        """Return the place that was asked about last; behind the print alone no answer is due."""
        if not isinstance(reply, AnswerByte):
            return 0
        return HOLD if holding else asked if asked != PRINT else 0
