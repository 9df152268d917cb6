from __future__ import annotations

import pytest

from drivers.sentences import sentences


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("no paper", "put in a roll"), "no paper. Put in a roll."),
        (("There is no paper.", "Put in a roll."), "There is no paper. Put in a roll."),
        (("no paper", ""), "no paper."),
    ],
)
def test_sentences_have_one_full_stop_each(parts: tuple[str, str], words: str) -> None:
    assert words == sentences(*parts)
