"""Texts that leave the machine, with the token and personal data blotted out."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKEN, PERSONAL = "(token)", "(hidden)"

# Samples of BaseLinker's documentation: <number>-<number>-<letters and digits>.
_LIKE_A_TOKEN = re.compile(r"\b[0-9]+-[0-9]+-[A-Za-z0-9]{10,}")
_MAIL = re.compile(r"[^\s@<>\"'=,;]+@[^\s@<>\"'=,;]+\.[^\s@<>\"'=,;]+")
# Tax ids and telephone numbers: nine digits and more, with blanks and hyphens between them as people type.
_NUMBER = re.compile(r"(?<![\w.-])(?:\+?[A-Z]{0,2}[ -]?)\d(?:[ -]?\d){8,}(?!\w)")
# What a buyer typed into the field for the tax id, whatever it is.
_TYPED_NIP = re.compile(r"(?i)(\bNIP )('[^']*'|\"[^\"]*\")")


def forms(secret: str) -> tuple[str, ...]:
    """Return every text a secret may stand as: plain, escaped for addresses, and inside base64 at any place."""
    found = {secret, quote(secret, safe=""), quote_plus(secret), secret.encode().hex()}
    for before in range(3):
        # The first and last letters mix with what stands around; what lies between is always the same.
        encoded = base64.b64encode(b"\0" * before + secret.encode()).decode().rstrip("=")
        inner = encoded[-(-before * 8 // 6) : -1]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return tuple(sorted(filter(None, found), key=len, reverse=True))


def without_tokens(text: str, secrets: Iterable[str]) -> str:
    """Return a text without the secrets, in whatever form, and without what looks like a token."""
    for secret in filter(None, secrets):
        for form in forms(secret):
            text = text.replace(form, TOKEN)
    return _LIKE_A_TOKEN.sub(TOKEN, text)


def without_people(text: str) -> str:
    """Return a text without e-mail addresses, telephone numbers and tax ids; ids of nine digits go with them."""
    text = _TYPED_NIP.sub(rf"\1{PERSONAL}", text)
    return _NUMBER.sub(PERSONAL, _MAIL.sub(PERSONAL, text))
