"""fingerprint: interface.py is all that others may see; every other file is a driver or its wire codec."""
