"""`make faults N=1000 SEED=1`: the fault harness at length."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from faults.fiscal import FiscalHarness
from faults.harness import Harness


def main() -> int:
    """Run it once and print what was counted; 0 when nothing happened that must never happen."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--receipts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=170.0, help="give up after so long")
    parser.add_argument("--keep", type=Path, help="a folder to keep the journal and the log in")
    parser.add_argument(
        "--fiscal", action="store_true", help="POSNET fiscal printers instead of receipt printers"
    )
    parser.add_argument(
        "--foreign", action="store_true", help="somebody else sells on the same fiscal printers"
    )
    parser.add_argument("--old", action="store_true", help="the fiscal printers have old firmware")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        folder = options.keep or Path(temporary, "shop")
        receipts, seed = options.receipts, options.seed
        shop: Harness | FiscalHarness = Harness(folder, receipts=receipts, seed=seed, out=sys.stderr)
        if options.fiscal:
            kinds = {"foreign": options.foreign, "old": options.old}
            shop = FiscalHarness(folder, receipts=receipts, seed=seed, out=sys.stderr, **kinds)
        result = shop.run(deadline=options.minutes * 60)
    print("\n".join(["", *result.lines()]))
    print("nothing lost, nothing twice" if result.good else "FAILED")
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
