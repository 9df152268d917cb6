"""How the simulated account says no: one error, one shape of reply.

Nobody outside knows the codes of most refusals (baselinker-api.md, section 3): those that no live call has shown
are made up here, in the style of those that are known.
"""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """The account refuses a call with a code and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refusal(code: str, message: str) -> dict[str, Any]:
    """Return the reply that refuses a call."""
    return {"status": "ERROR", "error_code": code, "error_message": message}


def not_found(what: str) -> RefusedError:
    """Return the refusal of an id that nothing has: 'order status' gives ERROR_ORDER_STATUS_NOT_FOUND."""
    return RefusedError(f"ERROR_{what.upper().replace(' ', '_')}_NOT_FOUND", f"{what.capitalize()} not found")


def invalid(message: str) -> RefusedError:
    """Return the refusal of a parameter that is missing or not what is documented."""
    return RefusedError("ERROR_INVALID_PARAMETERS", message)
