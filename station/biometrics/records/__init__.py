"""Interchange records of ISO/IEC 19794 and ANSI/NIST-ITL, and the image codecs inside them."""
