"""The script of `--faults field`: what an ordinary bad day at a school brings.

People with their own difficulties (no thumb, too young, another regency, twice in
the list) come with the class; here is what happens to the devices and the link.
"""

from __future__ import annotations

FIELD_FAULTS = """
# a scanner is unplugged while fingers lie on it, and plugged in again
fingerprint capture 4 unplug seconds=1.0
# a slap with one finger not on the glass
fingerprint slap:LEFT_FOUR 3 short
# a finger as dry as paper, once
fingerprint slap:RIGHT_FOUR 4 dry finger=2
# eyes closed at the moment of capture
iris eye:LEFT 3 closed
# the link is cut in mid-packet, twice
link connection 1 cut bytes=700000
link connection 2 cut bytes=1900000
# a card jams after its chip was written
printer print_card 2 jam
# the ribbon ends in mid-card
printer print_card 4 ribbon-out
"""
