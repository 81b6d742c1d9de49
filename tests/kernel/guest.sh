#!/bin/busybox sh
# The first program of the guest: loads the drivers, attaches the devices named on the
# kernel's command line, tells on the serial line what the kernel makes of them.
b=/bin/busybox
$b mount -t proc none /proc
$b mount -t sysfs none /sys
$b mount -t devtmpfs none /dev
export LD_LIBRARY_PATH=/lib
for module in /modules/*.ko; do $b insmod $module || echo "INSMOD FAILED $module"; done
for word in $($b cat /proc/cmdline); do
  case $word in port=*) port=${word#port=};; devices=*) devices=${word#devices=};; esac
done
for try in 1 2 3 4 5 6 7 8 9 10; do [ -d /sys/class/net/eth0 ] && break; $b usleep 200000; done
$b ifconfig lo 127.0.0.1 up
$b ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
echo "LIST"
/bin/usbip --tcp-port $port list -r 10.0.2.2 2>&1
for device in $($b echo $devices | $b tr , ' '); do
  /bin/usbip --tcp-port $port attach -r 10.0.2.2 -b $device 2>&1 && echo "ATTACHED $device"
done
show() {
  for folder in /sys/bus/usb/devices/*; do
    [ -f $folder/serial ] || continue
    case $($b cat $folder/idVendor) in 1d6b) continue;; esac
    echo "DEVICE $($b cat $folder/idVendor):$($b cat $folder/idProduct) $($b cat $folder/serial) $($b cat $folder/product)"
    for part in $folder/*:*; do
      echo "INTERFACE $($b cat $folder/serial) $($b cat $part/bInterfaceClass)$($b cat $part/bInterfaceSubClass)$($b cat $part/bInterfaceProtocol) ends $($b cat $part/bNumEndpoints)"
    done
  done
}
wanted=$($b echo $devices | $b tr , '\n' | $b wc -l)
for try in $($b seq 1 60); do
  there=$($b cat /sys/bus/usb/devices/*/idVendor | $b grep -vc 1d6b)
  [ "$there" -ge "$wanted" ] && [ -e /dev/hidraw0 ] && break
  $b usleep 300000
done
show
if [ -e /dev/hidraw0 ]; then
  echo "HID $($b cat /sys/class/hidraw/hidraw0/device/uevent | $b grep HID_NAME)"
  exec 3</dev/hidraw0
  echo "LISTENING"
  for number in 1 2 3 4 5; do
    echo "PEN $($b dd bs=64 count=1 <&3 2>/dev/null | $b hexdump -e '64/1 "%02x"')"
  done
fi
echo "WAITING"
for try in $($b seq 1 100); do
  $b dmesg | $b grep "USB disconnect" && break
  $b usleep 200000
done
echo "OFF"
$b poweroff -f
