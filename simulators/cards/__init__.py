"""Chips, the secure access module and the slots they sit in: pure Python, byte for byte at the APDU."""
