"""What answers a method: a function from its parameters to its reply, found by the method's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Answer: TypeAlias = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Carries a call out and returns its reply without `status`; raises RefusedError."""

Methods: TypeAlias = dict[str, Answer]
"""What answers each method of a group."""
