"""The private PC/SC service of a bench, under the name other rooms look for it."""

from __future__ import annotations

from simulators.usb.stack import PcscStack, StackError, pcsc_is_possible

__all__ = ["PcscStack", "StackError", "pcsc_is_possible"]
