"""Ways to reach a device: USB through libusb or USB/IP, serial lines and sockets, HTTP."""
