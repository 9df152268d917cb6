"""Tells people what needs them: each alert once, and once more when it is over.

words       every alert: when it is raised, what it says, what to do, in English and Polish
standing    Situation -> the alerts that stand, a pure function
letter      what one message says, as text and as JSON
messenger   one way's memory: what is to be told now, what has been told, when to try again
webhook     a way: JSON by HTTP; one of the two files of bridge that import httpx
mail        a way: e-mail
slip        a way: a notice on a receipt printer, for receipts that other printers hold
counter     a way: beeper and display of a fiscal printer, for what concerns that printer
ways        the ways a configuration asks for
"""
