"""The commented stanza of a POSNET fiscal printer for `config.example.toml`."""

STANZA = """\
[[printers]]
name = "fiscal"                     # your own name, used in every message
driver = "posnet"                   # a fiscal printer that speaks the POSNET protocol
address = "tcp://192.0.2.11:6666"   # port as in its menu; or serial:///dev/serial/by-id/NAME?baud=115200&flow=xonxoff
series = [2]                        # BaseLinker series it prints; left out: every series no other printer names

# interface = 1                     # PC1 or PC2, as the printer's menu calls the connection of this address
# code_page = "auto"                # as the printer says; only if it cannot tell: "windows-1250", "mazovia", ...
# name_length = 40                  # characters of an item's name; left out: 80 on ONLINE models, 40 on older ones
# block_mode = false                # true: nothing is on paper before the receipt is complete

# answer_seconds = 2                # the least time an answer is given; more for a slow printer or converter
# daily_report_at = ""              # "21:30": then by the printer's clock; "": only before the first sale of a new day

# unnamed = "Towar"                 # name of an item that has none the printer takes
# zero_price = "skip"               # lines without a value: "skip" and say so in the footer, or "refuse"
# negative_lines = "discount"       # negative lines: "discount" on their own VAT rate, or "refuse"

# payments = [{ pattern = "przelewy24", form = "transfer" }] # rules before the usual ones, the first that fits wins
# payment_fallback = "other"        # cash, card, cheque, coupon, credit, other, voucher, transfer

# system_number = "{number}"        # below each receipt: text with {number}, {order_id} or {receipt_id}; "" for none
# barcode = ""                      # what a barcode says, such as "{order_id}"
# code_2d = ""                      # what a QR code says
# code_2d_pixels = 4                # dots of its smallest square, 2 to 10
# footer = ["Zamówienie: {order_id}"] # three lines of 40 characters at most
# cashier = ""                      # name of the cashier; "" for the printer's own
# till = ""                         # number of the till; "" for the printer's own

# edocument = "off"                 # "on": an electronic receipt for a buyer who asked for it (docs/edocument.md)
# edocument_server = ""             # address it is sent to; "" for the printer's own
# edocument_field = ""              # where a buyer asks: "extra_field_1", "extra_field_2", "custom_extra_fields.123"
"""
