"""What can be wrong with any printer, whatever language it speaks, as sentences for people."""

from __future__ import annotations

from drivers.contract import Trouble

SHARED = (
    Trouble(
        code="paper_end",
        text="The paper has run out.",
        cure="Put in a new roll; printing goes on by itself.",
        text_pl="Skończył się papier.",
        cure_pl="Włóż nową rolkę; drukowanie ruszy samo.",
    ),
    Trouble(
        code="paper_near_end",
        text="The paper will run out soon.",
        cure="Keep a new roll at hand.",
        text_pl="Kończy się papier.",
        cure_pl="Przygotuj nową rolkę.",
        warning=True,
    ),
    Trouble(
        code="no_connection",
        text="There is no connection to the printer.",
        cure="Check that it is switched on and its cable is plugged in.",
        text_pl="Brak połączenia z drukarką.",
        cure_pl="Sprawdź, czy jest włączona i czy przewód jest podłączony.",
    ),
    Trouble(
        code="stopping",
        text="The program is being stopped.",
        cure="It goes on after the next start.",
        text_pl="Program jest zatrzymywany.",
        cure_pl="Praca zostanie wznowiona po następnym uruchomieniu.",
    ),
)
"""Troubles that every driver tells in the same words."""
