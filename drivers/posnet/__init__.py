"""Fiscal printers that speak the POSNET protocol, online and older ones (posnet.md).

options     what can be set
frames      commands and answers as bytes and values
values      what stands in their fields: amounts, quantities, rates, dates
text        code pages, and text that fits them
errors      error numbers in words, out of errors.json
facts       what a plan has to know of one printer
plan        a receipt -> the exact commands
  rates     VAT rates -> the printer's letters
  lines     lines, their values, discounts
  names     names the printer tells apart
  payments  payment forms, out of payments.toml
  footer    numbers, lines and codes around a receipt
  rules     rules of law that end on a day, out of rules.toml
  commands  one command of a plan
  notes     what ought to be known about a receipt that is printed all the same
"""
