"""What keeps a journal that is not the true one from printing: the copy of a card, an old backup, a long pause.

machine     which machine this is: keyed hashes of its ids
epoch       how far the journal of this place had come, kept beside it
safe_mode   may this journal be believed; safe mode, and the way out of it
net         what a poll finds after a pause or after safe mode, held before a station may take it
"""
