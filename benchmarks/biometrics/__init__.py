"""How right the image algorithms are, measured by programs of their own (see docs/biometrics.md)."""
