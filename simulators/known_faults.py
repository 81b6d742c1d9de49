"""The faults a person at the bench may choose from, by what happens and as a line of the fault language.

Each strikes the next operation of its name. What else a device can do wrong is in the docstring of its model.
Does not simulate: anything by itself.
"""

from __future__ import annotations

KNOWN_FAULTS = (
    ("fingerprint scanner pulled out in mid-capture, back after 3 s", "fingerprint capture 1 unplug seconds=3"),
    ("fingerprint scanner says nothing", "fingerprint capture 1 silence"),
    ("fingerprint scanner is slow", "fingerprint capture 1 slow seconds=2"),
    ("fingerprint scanner sends noise", "fingerprint capture 1 garbage"),
    ("fingerprint scanner sends half a picture", "fingerprint capture 1 truncated"),
    ("fingerprint scanner sends a piece twice", "fingerprint capture 1 duplicated"),
    ("fingerprint scanner sends pieces in the wrong order", "fingerprint capture 1 reordered"),
    ("fingerprint scanner sends an older answer late", "fingerprint capture 1 late"),
    ("fingerprint scanner's pipe stalls", "fingerprint capture 1 stall"),
    ("fingerprint scanner is dirty for 10 s", "fingerprint capture 1 dirty seconds=10"),
    ("the wrong hand", "fingerprint slap:LEFT_FOUR 1 wrong-hand"),
    ("the wrong finger, on a small scanner", "fingerprint-staff finger:RIGHT_INDEX 1 wrong-finger"),
    ("a slap with a finger missing", "fingerprint slap:LEFT_FOUR 1 short"),
    ("a dry finger", "fingerprint slap:RIGHT_FOUR 1 dry finger=2"),
    ("a wet finger", "fingerprint slap:RIGHT_FOUR 1 wet finger=2"),
    ("a finger that hardly presses", "fingerprint slap:RIGHT_FOUR 1 light finger=2"),
    ("left eye closed", "iris eye:LEFT 1 closed"),
    ("glare in the right eye", "iris eye:RIGHT 1 glare"),
    ("the wrong eye", "iris eye:RIGHT 1 wrong-eye"),
    ("iris scanner pulled out in mid-capture, back after 3 s", "iris capture 1 unplug seconds=3"),
    ("pad: the person does not sign", "signature capture 1 no-ink"),
    ("pad: a piece of the signature is lost", "signature capture 1 lost"),
    ("pad pulled out in mid-signature, back after 3 s", "signature capture 1 unplug seconds=3"),
    ("camera stops for 10 s", "camera frame 1 stall seconds=10"),
    ("photo before the wrong cloth", "camera pose 1 wrong-cloth"),
    ("photo with eyes closed", "camera pose 1 defect name=closed-eyes"),
    ("modem: no SIM for 20 s", "modem CPIN 1 no-sim seconds=20"),
    ("modem: signal lost for 20 s", "modem CREG 1 no-signal seconds=20"),
    ("modem says nothing", "modem CSQ 1 silence"),
    ("link cut after 200 kB of the next connection", "link connection 1 cut bytes=200000"),
    ("satellites hidden for 20 s", "gnss burst 1 no-fix seconds=20"),
    ("call board says nothing", "display call 1 silence"),
    ("SAM: the card does not answer", "smartcard-sam transmit 1 mute"),
    ("chip torn out in mid-command", "smartcard-encoder transmit 1 tear"),
    ("printer: jam in the next card", "printer print_card 1 jam"),
    ("printer: ribbon ends in the next card", "printer print_card 1 ribbon-out"),
    ("printer: film ends in the next card", "printer print_card 1 film-out"),
    ("printer: too hot", "printer print_card 1 temperature"),
    ("printer: power cut in the next card", "printer print_card 1 power-cut seconds=5"),
    ("printer: the answer to the next card is lost", "printer print_card 1 lost-reply"),
    ("SBI scanner: an older capture again", "fingerprint capture 1 replay"),
    ("SBI scanner: certificate expired", "fingerprint capture 1 expired"),
)
