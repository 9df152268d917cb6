"""Sentences behind each other, as people read them in logs and answers."""

from __future__ import annotations


def sentences(first: str, *others: str) -> str:
    """Return sentences with one full stop each and, from the second on, a capital letter; empty ones are left out."""
    told = [first, *(f"{one[:1].upper()}{one[1:]}" for one in others if one)]
    return " ".join(f"{one.rstrip('.')}." for one in told)
