"""Drivers for receipt and fiscal printers, usable without the bridge.

`receipt` and `contract` hold the words every driver shares, `link` moves bytes, `layout` arranges a receipt
in rows, and each device language has a folder of its own.
"""
