# Alat: pesan umum, modem, GNSS, kamera, papan panggil
device-address-wrong = Alamat { $device } salah: { $address }. Contoh yang benar: { $example }
device-not-configured = { $device } tidak ada di berkas pengaturan. Tambahkan alat itu ke kit.toml.
driver-unknown = Penggerak { $driver } untuk { $kind } tidak terpasang. Yang ada: { $known }

modem-sim-absent = Kartu SIM tidak terpasang. Matikan modem, pasang kartu SIM, nyalakan lagi.
modem-pin-needed = Kartu SIM meminta PIN. Masukkan PIN dari amplop kartu.
modem-puk-needed = Kartu SIM terkunci (PUK). Hubungi kantor; jangan mencoba lagi.
modem-pin-wrong = PIN kartu SIM salah. Tiga kali salah mengunci kartu; periksa dahulu sebelum mencoba lagi.
modem-pin-malformed = PIN kartu SIM harus 4 sampai 8 angka
modem-apn-malformed = Nama APN tidak sah: { $apn }
modem-denied = Jaringan menolak kartu SIM ini. Hubungi kantor: kartu mungkin belum aktif.
modem-not-registered = Modem belum terdaftar di jaringan. Pindahkan antena ke dekat jendela atau ke luar.
modem-no-signal = Tidak ada sinyal. Pindahkan antena atau tunggu di tempat lain.
modem-operator = Operator
modem-technology = Jaringan
modem-signal-dbm = Sinyal (dBm)

gnss-silent = Penerima satelit tidak mengirim data. Periksa kabel.
gnss-no-fix = Posisi belum didapat. Letakkan antena di bawah langit terbuka dan tunggu satu menit.
gnss-satellites = Satelit
gnss-accuracy-m = Ketelitian (m)

camera-size = Ukuran gambar
