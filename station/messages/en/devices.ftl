# Devices: common messages, modem, GNSS, camera, call board
device-address-wrong = The address of { $device } is wrong: { $address }. A right one looks like { $example }
device-not-configured = { $device } is not in the settings file. Add the device to kit.toml.
driver-unknown = No driver { $driver } for { $kind } is installed. Known ones: { $known }

modem-sim-absent = There is no SIM card. Switch the modem off, insert the SIM card, switch it on.
modem-pin-needed = The SIM card asks for its PIN. Enter the PIN from the card's envelope.
modem-puk-needed = The SIM card is locked (PUK). Call the office; do not try again.
modem-pin-wrong = The PIN of the SIM card is wrong. Three wrong tries lock the card; check before trying again.
modem-pin-malformed = The PIN of a SIM card has 4 to 8 digits
modem-apn-malformed = Not a valid APN: { $apn }
modem-denied = The network refuses this SIM card. Call the office: the card may not be active yet.
modem-not-registered = The modem is not registered in a network. Move the antenna to a window or outside.
modem-no-signal = No signal. Move the antenna or wait at another place.
modem-operator = Operator
modem-technology = Network
modem-signal-dbm = Signal (dBm)

gnss-silent = The satellite receiver sends nothing. Check the cable.
gnss-no-fix = No position yet. Put the antenna under the open sky and wait a minute.
gnss-satellites = Satellites
gnss-accuracy-m = Accuracy (m)

camera-size = Picture size

# Signature pad
pad-no-ink = No stroke yet. Ask the person to sign on the pad, then try again.
pad-samples-lost = Part of the stroke was lost on the cable. Check the pad's cable, then ask for the signature again.

# Kit check
check-fingerprint = Fingerprint scanner
check-iris = Iris scanner
check-signature = Signature pad
check-camera = Camera
check-modem = Modem
check-gnss = Satellite receiver
check-display = Call board
check-printer = Card printer
check-smartcard-sam = SAM reader
check-smartcard-encoder = Printer's chip encoder
check-smartcard-desk = Desk card reader
check-clock = Computer clock
check-disk = Disk space
check-battery = Battery
check-backup = Backup medium
check-identity = Device
check-pad-area = Pad area
check-ribbon-percent = Ribbon (%)
check-film-percent = Film (%)
check-free-mib = Free space (MiB)
check-battery-percent = Battery (%)
check-clock-difference-s = Difference from satellites (s)
check-too-slow = { $device } was not done within { $seconds } seconds. Unplug it and plug it in again.
check-clock-unverified = The clock could not be compared with satellites. Compare it with another clock before leaving.
check-clock-off = The clock is { $seconds } seconds off satellite time. Set the clock.
check-clock-wrong = The clock is wrong by { $seconds } seconds. Set it before recording: age is counted from this date.
check-disk-low = Only { $free_mib } MiB free. Send packets to the office or move old backups away.
check-disk-unreadable = The storage { $path } cannot be read: { $reason }
check-battery-low = Battery { $percent }%. Charge it before leaving or take a power source.
check-backup-missing = The backup medium { $path } is not there.
check-backup-unwritable = The backup medium { $path } cannot be written: { $reason }
check-backup-unfaithful = The backup medium { $path } gives back other data. Do not use it; replace it.
