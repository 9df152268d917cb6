"""The commented stanza of an ESC/POS printer for `config.example.toml`."""

STANZA = """\
[[printers]]
name = "counter"                    # your own name, used in every message
driver = "escpos"                   # a receipt printer that is not fiscal
address = "tcp://192.0.2.10:9100"   # or serial:///dev/serial/by-id/NAME?baud=9600, usb://04b8:0e15, file:///dev/usb/lp0
# series = [1]                      # BaseLinker series it prints; left out: every series no other printer names

paper_mm = 80                       # 80 or 58
# font = "A"                        # "A" large, "B" small
# columns = 48                      # characters in a line, when the test print's ruler shows another number
# width_dots = 576                  # printable dots, when the maker names another number (180 dpi: 512)

code_page = "CP852"                 # Polish and its neighbours; "CP1250" has the euro sign too, "CP1251" is Bulgarian
# code_page_number = 18             # the printer's own number of that page, from its self-test; left out: Epson's
# extra_code_pages = ["CP858"]      # pages to switch to for letters the first one lacks, "NAME" or "NAME=NUMBER"
# chinese_mode_off = true           # printers with a Chinese font need it

proof = "fence"                     # "process-id" newer Epson, "fence" nearly all, "none" a printer that cannot answer
after_interruption = "hold"         # "hold" a person looks at the paper, "reprint-marked" again under a COPY banner
# identify = false                  # true: read the serial number before each slip and notice another printer

language = "pl"                     # words on the slip: "pl" or "en"
currency = "PLN"                    # receipts in another currency are refused
# not_fiscal_notice = true          # says on every slip that it is not a fiscal receipt
header = ["Sklep Przykładowy", "ul. Długa 1, 00-001 Warszawa"]
footer = ["Dziękujemy!"]
# logo = "logo.png"                 # an image beside this file, black on white
# symbol = "none"                   # "qr" or "barcode" below the total
# symbol_data = "{number}"          # text with {number}, {order_id} or {receipt_id}
# symbol_size = 6                   # dots of its smallest square or bar, 2 to 8

cut = "partial"                     # "partial", "full", or "none": fed to the tear bar
# feed_lines = 5                    # lines to the tear bar, without a cutter
# drawer = "none"                   # "pin2" or "pin5" opens the cash drawer after each slip

# lines_per_second = 8.0            # text lines it prints in a second, at least
# answer_seconds = 5.0              # how long it may take to answer a status question
# patience_seconds = 20.0           # how much longer than computed a slip may take while the printer is online
"""
