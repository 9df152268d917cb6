from __future__ import annotations

import subprocess
import sys
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import drivers.posnet
from drivers.posnet.options import PaymentPattern, PosnetOptions
from drivers.posnet.payments import PaymentForm


def test_everything_has_a_default_and_a_description() -> None:
    PosnetOptions()
    for model in (PosnetOptions, PaymentPattern):
        for name, field in model.model_fields.items():
            assert field.description, name
            assert field.description.endswith("."), name


@pytest.mark.parametrize(
    "keys",
    [
        {"interface": 3},
        {"code_page": "utf-8"},
        {"name_length": 19},
        {"name_length": 81},
        {"name_length": "40"},
        {"block_mode": "yes"},
        {"unnamed": "!!!"},
        {"unnamed": "日"},
        {"zero_price": "print"},
        {"payments": [{"pattern": "(", "form": "cash"}]},
        {"payments": [{"pattern": "", "form": "cash"}]},
        {"payments": [{"pattern": "x", "form": "gold"}]},
        {"payments": [{"pattern": "x", "form": "cash", "more": 1}]},
        {"payment_fallback": "none"},
        {"system_number": "same"},
        {"system_number": "{nip}"},
        {"system_number": "{number"},
        {"barcode": "{number!r}"},
        {"code_2d": "https://sklep.example"},
        {"code_2d_pixels": 1},
        {"footer": ["x" * 41]},
        {"footer": ["&" * 21]},
        {"footer": ["{nip}"]},
        {"footer": [""]},
        {"footer": ["a", "b", "c", "d"]},
        {"cashier": "x" * 33},
        {"till": "x" * 9},
        {"daily_report_at": "24:00"},
        {"daily_report_at": "8:00"},
        {"daily_report_at": "20:00:00"},
        {"daily_report_at": "20.00"},
        {"daily_report_at": 20},
        {"answer_seconds": 0.5},
        {"answer_seconds": 61},
        {"answer_seconds": "2"},
        {"edocument": True},
        {"edocument_server": "x" * 81},
        {"edocument_server": "two words"},
        {"edocument_server": "https://żółw.example"},
        {"vat": ["A"]},
    ],
)
def test_what_the_printer_could_not_do_is_no_setting(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PosnetOptions(**keys)


def test_settings_as_they_stand_in_the_file() -> None:
    options = PosnetOptions(
        interface=2,
        code_page="mazovia",
        name_length=40,
        unnamed="Artykuł",
        payments=[{"pattern": "barter", "form": "coupon"}],
        payment_fallback="transfer",
        system_number="",
        footer=["Zamówienie: {order_id}", "Dziękujemy & zapraszamy"],
    )
    ((pattern, form),) = options.payment_patterns
    assert pattern.search("nasz BARTER")
    assert (PaymentForm.COUPON, PaymentForm.TRANSFER) == (form, options.payment_form)


def test_the_hour_of_the_daily_report_is_a_time_of_day() -> None:
    assert (None, time(21, 30)) == (
        PosnetOptions().report_hour,
        PosnetOptions(daily_report_at="21:30").report_hour,
    )


def test_reading_settings_opens_no_table_and_loads_no_driver() -> None:
    program = (
        "import sys; import drivers.posnet.options;"
        "from drivers.posnet import payments, rules;"
        "assert not payments._usual.cache_info().currsize;"
        "assert not rules._rules.cache_info().currsize;"
        "assert not {'serial', 'usb', 'escpos'} & set(sys.modules)"
    )
    root = Path(drivers.posnet.__file__).parents[2]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)
