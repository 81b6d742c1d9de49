"""Device nodes under the umockdev preload: `/dev/ttyUSBn` and `/dev/videoN` for unmodified programs."""
