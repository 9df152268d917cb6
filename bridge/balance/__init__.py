"""One day three ways: what the journal, the printers and BaseLinker say was sold, and every difference between them.

sources      what each of the three says, as frozen values
sequence     which of a printer's receipt numbers nobody here knows
compare      sources -> sums, differences and notes; pure
differences  what a difference is, and what a note is
words        the same in English and Polish, with what to do
gather       journal entries and a printer's answer -> sources
fetch        BaseLinker's replies -> sources; the only part that asks anybody
sheet        the table for the accountant, as CSV
"""
