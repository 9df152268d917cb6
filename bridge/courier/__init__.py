"""The courier: one thread that polls, compares, confirms, reports and uploads."""

from bridge.courier.courier import Courier
from bridge.courier.desk import CourierSettings, Desk

__all__ = ["Courier", "CourierSettings", "Desk"]
