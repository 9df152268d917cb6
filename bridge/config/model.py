"""What may stand in the configuration file: every key with its unit, default and limits.

The values are strict: `"10"` is no number, `1` no truth value. Paths are absolute once read. `config.example.toml`
documents the same keys for people, and a test keeps the two together.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializeAsAny,
    Strict,
    ValidationInfo,
)

from bridge.config.web_address import DEFAULT_URL, check_url, is_this_machine
from drivers.link.address import SimulatorAddress, parse_address

_BASELINKER_LIMIT = 100
_ORDER_FIELD = re.compile(r"extra_field_[12]|custom_extra_fields\.[0-9]{1,18}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_MAIL = re.compile(r"[^\s@<>,;:\"]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}", re.ASCII)
_LAST_PORT = 65535
# Samples of BaseLinker's documentation: <number>-<number>-<letters and digits>.
_LIKE_A_TOKEN = re.compile(r"[0-9]+-[0-9]+-[A-Za-z0-9]{10,}")


def _path(value: object, info: ValidationInfo) -> object:
    """Turn text into an absolute path: relative ones start at the folder of the configuration file."""
    if not isinstance(value, str):
        return value
    if not value or not value.isprintable():
        raise ValueError("is not a path")
    if value.startswith("~"):
        raise ValueError("~ means nothing to a service; write the whole path, beginning with /")
    return Path(info.context["file"].parent if info.context else "", value)


def _no_token(value: object) -> object:
    if isinstance(value, str) and _LIKE_A_TOKEN.fullmatch(value):
        raise ValueError(
            "looks like the API token itself; put the token into a file and write the file's path here"
        )
    return value


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("at most 32 letters a-z, digits, '-', '_' and '.', beginning with a letter or digit")
    return value


def _within_the_limit(value: int, info: ValidationInfo) -> int:
    """Keep to what BaseLinker allows; a simulator on this machine may allow more."""
    host = urlsplit(info.data.get("url", "")).hostname or ""
    if value > _BASELINKER_LIMIT and not is_this_machine(host):
        raise ValueError(f"at most {_BASELINKER_LIMIT}, or BaseLinker blocks the whole account for minutes")
    return value


def _address(value: str) -> str:
    parse_address(value)
    return value


def _all_different(ids: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(ids)) < len(ids):
        raise ValueError("names a series twice")
    return ids


def _order_field(value: str) -> str:
    if value and not _ORDER_FIELD.fullmatch(value):
        raise ValueError(
            "extra_field_1, extra_field_2 or custom_extra_fields.NUMBER of an order, or empty for none"
        )
    return value


def _mail_address(value: str) -> str:
    if not _MAIL.fullmatch(value):
        raise ValueError('is not a mail address such as "shop@example.com"')
    return value


def _listen(value: str, info: ValidationInfo) -> str:
    """Keep to this machine unless another key says otherwise: whoever can connect may read the numbers."""
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdecimal() and 1 <= int(port) <= _LAST_PORT):
        raise ValueError('is not an address with a port such as "127.0.0.1:9464"')
    if value and not info.data.get("listen_anywhere") and not is_this_machine(host.strip("[]")):
        raise ValueError("others could read it; write 127.0.0.1, or set listen_anywhere = true")
    return value


Text = Annotated[str, Strict()]
Whole = Annotated[int, Strict()]
Truth = Annotated[bool, Strict()]
Seconds = Annotated[float, Strict(), Field(allow_inf_nan=False)]
FilePath = Annotated[Path, BeforeValidator(_path)]
SeriesId = Annotated[Whole, Field(ge=1)]
SeriesIds = Annotated[tuple[SeriesId, ...], Field(min_length=1), AfterValidator(_all_different)]
MailAddress = Annotated[Text, AfterValidator(_mail_address)]


class Table(BaseModel):
    """A table of the file: unknown keys are mistakes, values are never bent into shape, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class BaseLinker(Table):
    """Where receipts come from: `[baselinker]`."""

    url: Annotated[Text, AfterValidator(check_url)] = DEFAULT_URL
    token_file: Annotated[FilePath, BeforeValidator(_no_token)] = Path("/etc/receipt-bridge/api-token")
    poll_seconds: Annotated[Seconds, Field(ge=0.1, le=3600)] = 10.0
    requests_per_minute: Annotated[Whole, Field(ge=1), AfterValidator(_within_the_limit)] = 40
    check_totals: Truth = True
    """Ask getReceipt for currency and total before a receipt is printed."""
    poll_max_age_seconds: Annotated[Seconds, Field(ge=1, le=3600)] = 30.0
    """A receipt is printed only while the last poll that listed it is younger than this."""


class Journal(Table):
    """The only memory: `[journal]`."""

    path: FilePath = Path("/var/lib/receipt-bridge/journal.sqlite")


class Backlog(Table):
    """Which receipts are not printed by themselves after a pause: `[backlog]`."""

    after_pause_minutes: Annotated[Seconds, Field(ge=5, le=1_000_000)] = 60.0
    """A pause is so long without an answer to a poll, or there never was one."""
    max_age_hours: Annotated[Seconds, Field(gt=0, le=1_000_000)] = 48.0
    max_receipts: Annotated[Whole, Field(ge=0, le=1_000_000)] = 30


class Printer(Table):
    """One configured device: `[[printers]]`. `series` None: every series that no other printer names."""

    name: Annotated[Text, AfterValidator(_name), Field(examples=['"counter"'])]
    driver: Annotated[Text, Field(examples=['"escpos"'])]
    address: Annotated[Text, AfterValidator(_address), Field(examples=['"tcp://192.0.2.10:9100"'])]
    series: SeriesIds | None = None
    enabled: Truth = True
    training: Truth = False
    """Confirm a simulator's receipts to the real BaseLinker as if they were printed."""
    edocument_field: Annotated[Text, AfterValidator(_order_field)] = ""
    """The field of an order in which a buyer who wants an electronic receipt left an identifier; empty: never asked."""
    options: SerializeAsAny[BaseModel]
    """The driver's own settings, which stand in the same table of the file; an object of the driver's model."""

    @property
    def simulated(self) -> bool:
        """Whether it is no device: nothing it prints is fiscal."""
        return isinstance(parse_address(self.address), SimulatorAddress)


class Series(Table):
    """What is special about one of BaseLinker's numbering series: `[[series]]`."""

    id: Annotated[SeriesId, Field(examples=["1"])]
    copy_as: Literal["none", "pdf"] = Field(default="none", alias="copy")


class Outbox(Table):
    """The folder in which files wait for upload: `[outbox]`. `path` None: off."""

    path: FilePath | None = None
    max_file_kib: Annotated[Whole, Field(ge=1, le=20480)] = 2048
    settle_seconds: Annotated[Seconds, Field(ge=0, le=3600)] = 5.0


class Alerts(Table):
    """Who is told when something needs a person: `[alerts]`. Without a webhook, mail, slip or beep nobody is."""

    printer_minutes: Annotated[Seconds, Field(ge=0, le=1440)] = 5.0
    poll_minutes: Annotated[Seconds, Field(ge=0, le=1440)] = 5.0
    report_hours: Annotated[Seconds, Field(ge=0, le=720)] = 12.0
    webhook_file: FilePath | None = None
    mail_to: tuple[MailAddress, ...] = ()
    mail_from: Annotated[Text, AfterValidator(lambda value: _mail_address(value) if value else value)] = ""
    mail_server: Annotated[Text, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9.:-]{0,252})?$")] = ""
    mail_port: Annotated[Whole, Field(ge=1, le=_LAST_PORT)] = 587
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: Text = ""
    mail_password_file: FilePath | None = None
    slip_printer: Text = ""
    beep: Truth = False


def _prom(value: Path | None) -> Path | None:
    if value is not None and value.suffix != ".prom":
        raise ValueError("must end in .prom, or the collector does not read it")
    return value


class Metrics(Table):
    """Numbers for Prometheus: `[metrics]`. Off unless a file or an address is named."""

    textfile: Annotated[FilePath | None, AfterValidator(_prom)] = None
    listen_anywhere: Truth = False
    listen: Annotated[Text, AfterValidator(_listen)] = ""


class Log(Table):
    """What is written to the system's journal, and in which language people are spoken to: `[log]`."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    language: Literal["en", "pl"] = "en"


class Config(Table):
    """The whole file, checked."""

    baselinker: BaseLinker = BaseLinker()
    journal: Journal = Journal()
    backlog: Backlog = Backlog()
    printers: tuple[Printer, ...]
    series: tuple[Series, ...] = ()
    outbox: Outbox = Outbox()
    alerts: Alerts = Alerts()
    metrics: Metrics = Metrics()
    log: Log = Log()
    _file: Path = PrivateAttr(default=Path("config.toml"))

    def model_post_init(self, context: Any, /) -> None:
        """Remember the file, which the reader tells: it is no key of the file itself."""
        if context:
            self._file = context["file"]

    @property
    def file(self) -> Path:
        """The file this was read from."""
        return self._file

    def printer(self, name: str) -> Printer | None:
        """Return the printer of this name."""
        return next((printer for printer in self.printers if printer.name == name), None)

    def printer_for(self, series_id: int | None) -> Printer | None:
        """Return the enabled printer that serves a series, or None: such receipts wait.

        A series named by a printer that is not enabled waits for that printer; it never moves to another one.
        """
        naming = [printer for printer in self.printers if series_id in (printer.series or ())]
        candidates = naming or [printer for printer in self.printers if printer.series is None]
        return next((printer for printer in candidates if printer.enabled), None)

    def copy_as(self, series_id: int | None) -> Literal["none", "pdf"]:
        """Return which copy of a receipt of this series is uploaded."""
        return next((series.copy_as for series in self.series if series.id == series_id), "none")


def driver_options(table: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in a printer's table beyond the bridge's own keys: the driver's options."""
    return {key: value for key, value in table.items() if key not in PRINTER_KEYS}


PRINTER_KEYS = tuple(key for key in Printer.model_fields if key != "options")
"""The keys of `[[printers]]` that every driver has."""
