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
