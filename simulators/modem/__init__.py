"""The M2M modem: its state, the commands it knows, and the lines it can be reached by."""

from simulators.modem.line import ModemLine
from simulators.modem.model import DataPath, ModemModel

__all__ = ["DataPath", "ModemLine", "ModemModel"]
