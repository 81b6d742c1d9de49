"""Biometric devices behind a Secure Biometric Interface service."""

from simulators.sbi.pki import DeviceSeal, TestAuthority
from simulators.sbi.service import SbiService

__all__ = ["DeviceSeal", "SbiService", "TestAuthority"]
