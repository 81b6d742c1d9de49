"""Chip profiles: what is written on the chip and how; the rest of the print room sees no key and no byte."""
