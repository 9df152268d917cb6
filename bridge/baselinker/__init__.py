"""BaseLinker's API as a thin client: calls, the request limit, errors, and the oddities of its JSON.

    client         Client.call: one method call, one answer or one error; the only file that imports httpx
    receipts       ReceiptCalls: the calls the bridge makes, typed
    budget         Budget: how many requests a minute leave this machine, and whose turn it is
    shared_budget  the same for all processes of the machine: its record in a file
    replies        what an HTTP answer means: the reply, or which error
    errors         the errors, each with what to do about it
    blocked_until  how long to keep away after BaseLinker blocked the token
    quirks         numbers that are text, lists that are objects, maps that are lists
    api            connect, Api: every documented method as a function; docs/client.md
    methods        what is known of each method, from methods.json; stubs writes api.pyi by it
    checking       a call's mistakes, all at once, before it is sent
    mending        replies without the oddities of quirks
    paging         the pages of a list, one after the other
    dynamic, functions   how Api makes its functions
    inventory_product   InventoryProduct: a product for addInventoryProduct, checked whole
    coded_files    files as base64 behind `data:`, and back
    address        which addresses the token may be sent to
    tls            the certificates that are trusted

Nothing is imported here, so each part costs only itself.
"""
