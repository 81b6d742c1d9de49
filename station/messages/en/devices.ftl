# Devices: common messages, modem, GNSS, camera, call board
device-address-wrong = The address of { $device } is wrong: { $address }. A right one looks like { $example }
message-without-words = There is trouble that has no words here yet (code { $code }). Look into the device's manual, or tell its maker this code.
device-slow = { $device } has not answered yet; it is still being asked.
device-not-configured = { $device } is not in the settings file. Add the device to kit.toml.
driver-unknown = No driver { $driver } for { $kind } is installed. Known ones: { $known }
driver-broken = The driver of { $device } is broken; the device cannot be used. Tell whoever made the driver.
driver-settings-wrong = The settings of { $device } in kit.toml cannot be used. Correct the numbers and choices in [device.options].

modem-sim-absent = There is no SIM card. Switch the modem off, insert the SIM card, switch it on.
modem-pin-needed = The SIM card asks for its PIN. Enter the PIN from the card's envelope.
modem-puk-needed = The SIM card is locked (PUK). Call the office; do not try again.
modem-pin-wrong = The PIN of the SIM card is wrong. Three wrong tries lock the card; check before trying again.
modem-pin-malformed = The PIN of a SIM card has 4 to 8 digits
modem-apn-malformed = Not a valid APN: { $apn }
modem-denied = The network refuses this SIM card. Call the office: the card may not be active yet.
modem-not-registered = The modem is not registered in a network. Move the antenna to a window or outside.
modem-no-signal = No signal. Move the antenna or wait at another place.
modem-apn-refused = The network refuses the APN. Check the name of the APN in kit.toml with the office.
modem-not-managed = NetworkManager does not look after this modem. Switch WWAN on (nmcli radio wwan on), then try again.
modem-bus-missing = The system's services (D-Bus) cannot be reached. Check the modem's address in kit.toml.
modem-service-missing = The service { $service } does not run on this laptop. Install or start it, then try again.
modem-not-allowed = The system does not let this user control the modem. Sign in at the laptop itself, or call the administrator.
modem-operator = Operator
modem-technology = Network
modem-signal-dbm = Signal (dBm)

gnss-silent = The satellite receiver sends nothing. Check the cable.
gnss-no-fix = No position yet. Put the antenna under the open sky and wait a minute.
gnss-satellites = Satellites
gnss-accuracy-m = Accuracy (m)

camera-size = Picture size
camera-lacks-exposure = The exposure of { $device } cannot be set from here. Set the lamps, or remove exposure from kit.toml.
camera-lacks-focus = The focus of { $device } cannot be set from here. Set it on the camera, or remove focus from kit.toml.

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
check-other = Other device
check-clock = Computer clock
check-disk = Disk space
check-battery = Battery
check-backup = Backup medium
check-identity = Device
check-pad-area = Pad area
check-pen = Pen test
check-pen-pad = PEN TEST
check-pen-pad-do = Draw a stroke here
check-pen-stroke = Stroke (points, size, pressure)
check-pen-do = Draw a stroke on { $device }.
check-pen-skipped = NOT TESTED: the pen test was passed over. Draw a stroke before recording.
check-pen-by-nobody = NOT TRIED BY HAND: nobody was before the pad during the check. Draw a stroke before recording.
check-pen-pad-first = NOT TESTED: the pad is not ready. Mend the pad, then repeat the check.
check-pen-no-ink = No stroke within { $seconds } seconds. Try another pen or the spare pad; repeat the check if nobody drew.
check-pen-too-short = The stroke is too short to test the pen. Draw a line of at least one centimetre.
check-pen-pressure-flat = The pen pressure on { $device } does not change. Draw more slowly; if it stays, change the pen.
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

# Biometric devices behind the SBI
sbi-malformed = { $device } gave a damaged answer; nothing of it was used. Try again.
sbi-signature-wrong = The digital signature of { $device } is wrong; its result was refused. Call the office if it happens again.
sbi-untrusted = { $device } is not a trusted device: its certificate is from somebody else. Use the office's device.
sbi-certificate-expired = The certificate of { $device } has expired. Ask the office to renew it; check the computer's clock too.
sbi-certificate-early = The certificate of { $device } is not valid yet. Check the computer's clock.
sbi-replayed = { $device } sent the result of another capture; it was refused. Capture again.
sbi-stale = The time in the result of { $device } does not agree with this computer; it was refused. Check both clocks.
sbi-version = { $device } uses an unknown version of the interface. Call the office.
sbi-count-wrong = { $device } returned another number of fingers or eyes than asked for. Lay all of them, then capture again.
sbi-wrong-part = { $device } sent a finger or eye that was not asked for; it was refused. Capture again.
sbi-hash-wrong = The hash chain of { $device } does not fit; the result was refused. Capture again.
sbi-device-changed = The device behind { $device } changed in mid-capture; the result was refused. Capture again.
sbi-environment = { $device } is set up for another environment. Call the office.
sbi-image-bad = The image of { $device } is damaged; it was not used. Capture again.
sbi-trust-missing = The trust file of { $device } cannot be read: { $path }. Ask the office to install it.
sbi-device-missing = The service of { $device } is running, but the device is not connected. Check its cable.
sbi-not-registered = { $device } is not registered. Ask the office to register it.
sbi-not-ready = { $device } is not ready. Wait a moment, then try again.
sbi-busy = { $device } is busy. Wait a moment, then try again.
sbi-nothing-seen = { $device } saw nothing until the deadline. Lay the fingers or bring the eyes close, then capture again.
sbi-extraction-failed = { $device } failed to process the image. Clean the glass, then capture again.
sbi-tampered = { $device } reports that it was opened. Do not use it; call the office.
sbi-server-unreachable = { $device } cannot reach its server. Check the network.
sbi-orientation = Wrong orientation according to { $device }. Correct it, then capture again.
sbi-key-missing = A key of { $device } is missing. Call the office.
sbi-count-unsupported = { $device } cannot capture that many at once. Capture one by one.
sbi-request-malformed = { $device } refused the request (code { $code }). Report it to the office.
sbi-stream-stopped = The live picture of { $device } stopped. Capture again.

recording-damaged = The recording is damaged in line { $line }
check-fingerprint-staff = Staff fingerprint scanner
