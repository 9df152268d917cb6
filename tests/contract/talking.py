"""The loop of a program that makes calls with a client library of others, as it is told on standard input.

Runs in an environment of the library's own, so it needs the standard library alone.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def serve(calls: Mapping[str, Callable[[dict[str, Any]], Any]]) -> None:
    """Answer every line `[method, parameters]` by a line with the reply, or with the error the library raised."""
    for line in sys.stdin:
        method, parameters = json.loads(line)
        try:
            answer = {"reply": calls[method](parameters)}
        except Exception as error:  # noqa: BLE001 - which error the library has for it is what the test asks
            answer = {"error": type(error).__name__, "said": str(error)}
        print(json.dumps(answer), flush=True)
