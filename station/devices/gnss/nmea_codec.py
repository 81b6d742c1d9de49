"""NMEA 0183 sentences to fixes: collects one second's RMC, GGA and GST and says when a fix is whole.

Pure: no port, no clock. Checksums are always required; a sentence that is damaged or
of another kind is counted and passed over.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, time

import pynmea2

from station.devices.gnss.interface import GnssFix
from station.devices.transport.line_splitter import LineSplitter

# Horizontal error of one unit of HDOP, for receivers that do not send GST.
_METRES_PER_HDOP = 5.0
_LONGEST_SENTENCE_BYTES = 128


class NmeaCodec:
    """Takes bytes and returns fixes; also remembers whether the receiver speaks and how many satellites it sees."""

    def __init__(self) -> None:
        self._lines = LineSplitter(_LONGEST_SENTENCE_BYTES)
        self._rmc: pynmea2.RMC | None = None
        self._gga: pynmea2.GGA | None = None
        self._gst: pynmea2.GST | None = None
        self.sentences = 0
        self.damaged = 0
        self.satellites = 0

    def feed(self, data: bytes) -> list[GnssFix]:
        """Take the next bytes and return the fixes they complete."""
        fixes = []
        for line in self._lines.feed(data):
            fix = self._sentence(line)
            if fix is not None:
                fixes.append(fix)
        return fixes

    def _sentence(self, line: bytes) -> GnssFix | None:
        start = line.find(b"$")
        if start < 0:
            self.damaged += 1
            return None
        try:
            message = pynmea2.parse(line[start:].decode("ascii"), check=True)
        except (ValueError, TypeError, IndexError):
            self.damaged += 1
            return None
        self.sentences += 1
        try:
            return self._remember(message)
        except (ValueError, TypeError, AttributeError, ArithmeticError):
            self.damaged += 1
            return None

    def _remember(self, message: object) -> GnssFix | None:
        if isinstance(message, pynmea2.RMC):
            self._rmc = message
        elif isinstance(message, pynmea2.GGA):
            self._gga = message
            self.satellites = int(message.num_sats or 0)
        elif isinstance(message, pynmea2.GST):
            self._gst = message
        else:
            return None
        return self._whole()

    def _whole(self) -> GnssFix | None:
        rmc, gga = self._rmc, self._gga
        if rmc is None or gga is None or rmc.timestamp != gga.timestamp:
            return None
        self._rmc = self._gga = None
        valid = rmc.status == "A" and int(gga.gps_qual or 0) > 0
        if not valid or not rmc.lat or not rmc.lon or not isinstance(rmc.timestamp, time):
            return None
        latitude_deg, longitude_deg = float(rmc.latitude), float(rmc.longitude)
        if abs(latitude_deg) > 90 or abs(longitude_deg) > 180:
            raise ValueError("position off the globe")
        return GnssFix(
            latitude_deg=latitude_deg,
            longitude_deg=longitude_deg,
            accuracy_m=self._accuracy_m(gga),
            satellites=self.satellites,
            time=datetime.combine(rmc.datestamp, rmc.timestamp.replace(tzinfo=None), UTC),
        )

    def _accuracy_m(self, gga: pynmea2.GGA) -> float:
        gst = self._gst
        if gst is not None and gst.timestamp == gga.timestamp and gst.std_dev_latitude and gst.std_dev_longitude:
            return math.hypot(gst.std_dev_latitude, gst.std_dev_longitude)
        return float(gga.horizontal_dil or 99.0) * _METRES_PER_HDOP
