"""BaseLinker's API as a thin client: calls, the request limit, errors, and the oddities of its JSON.

    client         Client.call: one method call, one answer or one error; the only file that imports httpx
    receipts       ReceiptCalls: the calls the bridge makes, typed
    budget         Budget: how many requests a minute leave this machine, and whose turn it is
    replies        what an HTTP answer means: the reply, or which error
    errors         the errors, each with what to do about it
    blocked_until  how long to keep away after BaseLinker blocked the token
    quirks         numbers that are text, lists that are objects, maps that are lists
    address        which addresses the token may be sent to
    tls            the certificates that are trusted

Nothing is imported here, so each part costs only itself.
"""
