"""What the printer tells of its upkeep: inspection, authorised time, subscription, certificates, protected memory.

Sources: posnet.md 7.2; `certinfoget` and `ecmedinfoget` from the maker's specification (POT-I-DEV-37, pages 87, 120).
What it tells are the fields of `memory.Upkeep`, which `Operator.service` changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.posnet import fields as f
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Command, Outcome
from simulators.posnet.fields import must
from simulators.posnet.memory import CERTIFICATE_KINDS

if TYPE_CHECKING:
    from simulators.posnet.command import Call

_NO_DATE = "2000-01-01"


def _authstateget(call: Call) -> Outcome:
    days = call.memory.upkeep.authorised_days
    if days is None:
        raise RefusedError(Refusal.AUTHORISED)
    return Outcome(call.memory, (("il", days),))


def _subgettime(call: Call) -> Outcome:
    upkeep = call.memory.upkeep
    return Outcome(call.memory, (("wt", upkeep.subscription_warns), ("lt", upkeep.subscription_ends)))


def _nextmaintenanceget(call: Call) -> Outcome:
    return Outcome(call.memory, (("da", call.memory.upkeep.inspection or f"{call.now.year + 1}-12-31"),))


def _certinfoget(call: Call) -> Outcome:
    kind = call.values.whole("id")
    end = call.memory.upkeep.certificates[kind]
    valid = bool(end)
    return Outcome(
        call.memory,
        (
            ("id", kind),
            ("ok", valid),
            ("da", end or _NO_DATE),
            ("fp", ":".join(["5A"] * 20) if valid else ""),
            ("sn", f"33:00:{kind:02d}" if valid else ""),
        ),
    )


def _ecmedinfoget(call: Call) -> Outcome:
    upkeep = call.memory.upkeep
    return Outcome(call.memory, (("pr", 1), ("sf", upkeep.protected_free), ("ca", upkeep.protected_size)))


COMMANDS = (
    Command("authstateget", _authstateget, reads=True, quiet=True),
    Command("subgettime", _subgettime, reads=True),
    Command("nextmaintenanceget", _nextmaintenanceget, reads=True),
    Command("certinfoget", _certinfoget, {"id": must(f.whole(CERTIFICATE_KINDS - 1))}, reads=True),
    Command("ecmedinfoget", _ecmedinfoget, reads=True),
)
