"""What can go wrong with a call to BaseLinker, and what to do about it.

    BaseLinkerError     which method, what happened, may the call have been applied, the cure
    ├── Transport       no usable answer: nobody knows whether it was applied; repeat the same call later
    ├── Blocked         over a request limit: nothing may be sent before `until`
    │   └── OverBudget  our own budget has no room now: nothing was sent, what is more urgent may still pass
    ├── BadToken        the token is not accepted: no call passes until a person replaces it
    ├── RefusedCall     BaseLinker answered with an error code: repeating the call changes nothing
    ├── BadParameters   the call breaks the documentation: it was not sent (checking.py)
    └── Stopped         the program was told to stop before the call was sent

None of them ever holds the token, the request or an error of the HTTP library: those carry the headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class BaseLinkerError(Exception):
    """A call failed: `method` names it, `what` and `cure` are sentences, `may_be_applied` tells what is known."""

    may_be_applied = False
    """Whether BaseLinker may have carried out the call all the same."""

    def __init__(self, method: str, what: str, *, cure: str = "") -> None:
        super().__init__(what)
        self.method = method
        self.what = what
        self.cure = cure

    def __str__(self) -> str:
        said = f"{self.method}: {self.what}"
        return f"{said}. {self.cure}" if self.cure else said


class Transport(BaseLinkerError):
    """No usable answer came. Repeat the same call later; a receipt is never printed again because of it."""

    may_be_applied = True

    def __init__(self, method: str, what: str, *, cure: str = "", may_be_applied: bool = True) -> None:
        super().__init__(method, what, cure=cure)
        self.may_be_applied = may_be_applied
        """False only when the connection could not be opened, so that nothing was sent."""


class Blocked(BaseLinkerError):
    """A request limit is exceeded: send nothing before `until`.

    The limit is BaseLinker's (the token is blocked, or an HTTP 429 or 503 asks to wait) or our own budget, when a
    call was told not to wait for it.
    """

    def __init__(
        self,
        method: str,
        what: str,
        *,
        until: float,
        until_text: str,
        cure: str = "",
        may_be_applied: bool = False,
    ) -> None:
        super().__init__(method, what, cure=cure)
        self.may_be_applied = may_be_applied
        """True only where a server in front of BaseLinker asked to wait."""
        self.until = until
        """Seconds on the monotonic clock."""
        self.until_text = until_text
        """The same moment for people: `2026-05-03 17:15:34 UTC`."""


class OverBudget(Blocked):
    """The request budget had no room when its turn came: another process was quicker. Look again at what is open."""


class BadToken(BaseLinkerError):
    """The API token is not accepted; a person must replace it."""

    def __init__(self, method: str, what: str, *, error_code: str = "") -> None:
        where = "Account & other > My account > API"
        super().__init__(method, what, cure=f"Create a token in BaseLinker ({where}) and replace the old one")
        self.error_code = error_code


class RefusedCall(BaseLinkerError):
    """BaseLinker understood the call and refused it; `error_code` and `error_message` are its own words."""

    def __init__(self, method: str, *, error_code: str, error_message: str) -> None:
        super().__init__(
            method,
            f"BaseLinker refused the call: {error_code or 'no error code'}, {error_message or 'no message'}",
            cure="Repeating it changes nothing; look at the receipt or the order in BaseLinker's panel",
        )
        self.error_code = error_code
        self.error_message = error_message


class BadParameters(BaseLinkerError):
    """The parameters of a call break the documentation; nothing was sent."""

    def __init__(self, method: str, mistakes: Sequence[str], reference: str) -> None:
        super().__init__(method, "; ".join(mistakes), cure=f"Documentation: {reference}")
        self.mistakes = tuple(mistakes)
        """Every mistake as a sentence that begins with the parameter: `items[2].quantity must be ...`."""


class Stopped(BaseLinkerError):
    """The program was told to stop while the call waited for its turn; nothing was sent."""
