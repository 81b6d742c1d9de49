"""USB devices that exist only as programs: models, the USB/IP server that offers them, and bridges to real drivers."""
