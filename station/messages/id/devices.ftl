# Alat: pesan umum, modem, GNSS, kamera, papan panggil
device-address-wrong = Alamat { $device } salah: { $address }. Contoh yang benar: { $example }
message-without-words = Ada gangguan yang belum punya penjelasan di sini (kode { $code }). Lihat petunjuk alatnya, atau sampaikan kode ini kepada pembuat alat.
device-slow = { $device } belum menjawab; masih ditanya.
device-not-configured = { $device } tidak ada di berkas pengaturan. Tambahkan alat itu ke kit.toml.
driver-unknown = Penggerak { $driver } untuk { $kind } tidak terpasang. Yang ada: { $known }
driver-broken = Penggerak { $device } rusak; alat ini tidak dapat dipakai. Hubungi pembuat penggeraknya.
driver-settings-wrong = Pengaturan { $device } di kit.toml tidak dapat dipakai. Perbaiki angka dan pilihan di [device.options].

modem-sim-absent = Kartu SIM tidak terpasang. Matikan modem, pasang kartu SIM, nyalakan lagi.
modem-pin-needed = Kartu SIM meminta PIN. Masukkan PIN dari amplop kartu.
modem-puk-needed = Kartu SIM terkunci (PUK). Hubungi kantor; jangan mencoba lagi.
modem-pin-wrong = PIN kartu SIM salah. Tiga kali salah mengunci kartu; periksa dahulu sebelum mencoba lagi.
modem-pin-malformed = PIN kartu SIM harus 4 sampai 8 angka
modem-apn-malformed = Nama APN tidak sah: { $apn }
modem-denied = Jaringan menolak kartu SIM ini. Hubungi kantor: kartu mungkin belum aktif.
modem-not-registered = Modem belum terdaftar di jaringan. Pindahkan antena ke dekat jendela atau ke luar.
modem-no-signal = Tidak ada sinyal. Pindahkan antena atau tunggu di tempat lain.
modem-apn-refused = Jaringan menolak APN. Periksa nama APN di kit.toml dengan kantor.
modem-not-managed = NetworkManager tidak mengurus modem ini. Nyalakan WWAN (nmcli radio wwan on), lalu coba lagi.
modem-bus-missing = Layanan sistem (D-Bus) tidak dapat dihubungi. Periksa alamat modem di kit.toml.
modem-service-missing = Layanan { $service } tidak berjalan di laptop ini. Pasang atau nyalakan, lalu coba lagi.
modem-not-allowed = Sistem tidak mengizinkan pengguna ini mengatur modem. Masuk di layar laptop itu sendiri, atau hubungi administrator.
modem-operator = Operator
modem-technology = Jaringan
modem-signal-dbm = Sinyal (dBm)

gnss-silent = Penerima satelit tidak mengirim data. Periksa kabel.
gnss-no-fix = Posisi belum didapat. Letakkan antena di bawah langit terbuka dan tunggu satu menit.
gnss-satellites = Satelit
gnss-accuracy-m = Ketelitian (m)

camera-size = Ukuran gambar
camera-lacks-exposure = { $device } tidak dapat diatur pencahayaannya dari sini. Atur lampu, atau hapus exposure dari kit.toml.
camera-lacks-focus = { $device } tidak dapat diatur fokusnya dari sini. Atur pada kamera, atau hapus focus dari kit.toml.

# Pad tanda tangan
pad-no-ink = Belum ada goresan. Minta warga menandatangani di pad, lalu coba lagi.
pad-samples-lost = Sebagian goresan hilang di kabel. Periksa kabel pad, lalu minta tanda tangan diulang.

# Uji kit
check-fingerprint = Pemindai sidik jari
check-iris = Pemindai iris
check-signature = Pad tanda tangan
check-camera = Kamera
check-modem = Modem
check-gnss = Penerima satelit
check-display = Papan panggil
check-printer = Pencetak kartu
check-smartcard-sam = Pembaca SAM
check-smartcard-encoder = Pengisi cip pencetak
check-smartcard-desk = Pembaca kartu meja
check-other = Alat lain
check-clock = Jam komputer
check-disk = Ruang penyimpanan
check-battery = Baterai
check-backup = Media cadangan
check-identity = Alat
check-pad-area = Bidang pad
check-pen = Uji pena
check-pen-pad = UJI PENA
check-pen-pad-do = Goreskan pena di sini
check-pen-stroke = Goresan (titik, ukuran, tekanan)
check-pen-do = Goreskan pena pada { $device }.
check-pen-skipped = TIDAK DIUJI: uji pena dilewati petugas. Goreskan pena sekali sebelum merekam.
check-pen-by-nobody = TIDAK DIUJI DENGAN TANGAN: cek dijalankan tanpa petugas di depan pad. Goreskan pena sekali sebelum merekam.
check-pen-pad-first = TIDAK DIUJI: pad belum siap. Perbaiki pad, lalu ulangi cek.
check-pen-no-ink = Tidak ada goresan dalam { $seconds } detik. Coba pena lain atau pad cadangan; ulangi cek bila belum ada yang menggores.
check-pen-too-short = Goresan terlalu pendek untuk menguji pena. Buat garis sepanjang sedikitnya satu sentimeter.
check-pen-pressure-flat = Tekanan pena pada { $device } tidak berubah. Goreskan lebih lambat; bila tetap sama, ganti pena.
check-ribbon-percent = Pita (%)
check-film-percent = Film (%)
check-free-mib = Ruang kosong (MiB)
check-battery-percent = Isi baterai (%)
check-clock-difference-s = Selisih dengan satelit (detik)
check-too-slow = { $device } belum selesai diuji dalam { $seconds } detik. Cabut dan pasang kembali alatnya.
check-clock-unverified = Jam belum dapat dibandingkan dengan satelit. Cocokkan dengan jam lain sebelum berangkat.
check-clock-off = Jam berbeda { $seconds } detik dari satelit. Cocokkan jam.
check-clock-wrong = Jam salah { $seconds } detik. Perbaiki jam sebelum merekam: umur dihitung dari tanggal ini.
check-disk-low = Ruang kosong tinggal { $free_mib } MiB. Kirim paket ke kantor atau pindahkan cadangan lama.
check-disk-unreadable = Tempat penyimpanan { $path } tidak dapat dibaca: { $reason }
check-battery-low = Baterai { $percent }%. Isi sebelum berangkat atau bawa sumber listrik.
check-backup-missing = Media cadangan { $path } tidak terpasang.
check-backup-unwritable = Media cadangan { $path } tidak dapat ditulisi: { $reason }
check-backup-unfaithful = Media cadangan { $path } mengembalikan data yang berbeda. Jangan dipakai; ganti.

# Alat biometrik lewat antarmuka SBI
sbi-malformed = { $device } memberi jawaban yang rusak; tidak ada yang dipakai. Coba lagi.
sbi-signature-wrong = Tanda tangan digital { $device } salah; hasilnya ditolak. Hubungi kantor bila berulang.
sbi-untrusted = { $device } bukan alat yang dipercaya: sertifikatnya dari pihak lain. Pakai alat kantor.
sbi-certificate-expired = Sertifikat { $device } sudah habis masa berlakunya. Minta kantor memperbaruinya; periksa juga jam komputer.
sbi-certificate-early = Sertifikat { $device } belum berlaku. Periksa jam komputer.
sbi-replayed = { $device } mengirim hasil dari pengambilan lain; hasilnya ditolak. Ambil ulang.
sbi-stale = Waktu pada hasil { $device } tidak cocok dengan jam komputer; hasilnya ditolak. Periksa jam keduanya.
sbi-version = { $device } memakai versi antarmuka yang tidak dikenal. Hubungi kantor.
sbi-count-wrong = Jumlah jari atau mata dari { $device } tidak sama dengan yang diminta. Letakkan semua, lalu ambil ulang.
sbi-wrong-part = { $device } mengirim jari atau mata yang tidak diminta; hasilnya ditolak. Ambil ulang.
sbi-hash-wrong = Rantai hash dari { $device } tidak cocok; hasilnya ditolak. Ambil ulang.
sbi-device-changed = Alat di balik { $device } berganti di tengah pengambilan; hasilnya ditolak. Ambil ulang.
sbi-environment = { $device } diatur untuk lingkungan lain. Hubungi kantor.
sbi-image-bad = Gambar dari { $device } rusak; tidak dipakai. Ambil ulang.
sbi-trust-missing = Berkas kepercayaan { $device } tidak dapat dibaca: { $path }. Minta kantor memasangnya.
sbi-device-missing = Layanan { $device } berjalan, tetapi alatnya tidak tersambung. Periksa kabel alat.
sbi-not-registered = { $device } belum terdaftar. Minta kantor mendaftarkannya.
sbi-not-ready = { $device } belum siap. Tunggu sebentar, lalu coba lagi.
sbi-busy = { $device } sedang dipakai. Tunggu sebentar, lalu coba lagi.
sbi-nothing-seen = { $device } tidak melihat apa pun sampai batas waktu. Letakkan jari atau dekatkan mata, lalu ambil ulang.
sbi-extraction-failed = { $device } gagal mengolah gambar. Bersihkan kaca, lalu ambil ulang.
sbi-tampered = { $device } melaporkan dirinya telah dibuka. Jangan dipakai; hubungi kantor.
sbi-server-unreachable = { $device } tidak dapat menghubungi servernya. Periksa jaringan.
sbi-orientation = Posisi terbalik menurut { $device }. Perbaiki posisi, lalu ambil ulang.
sbi-key-missing = Kunci { $device } tidak ada. Hubungi kantor.
sbi-count-unsupported = { $device } tidak dapat mengambil sebanyak itu sekaligus. Ambil satu per satu.
sbi-request-malformed = { $device } menolak isi permintaan (kode { $code }). Laporkan ke kantor.
sbi-stream-stopped = Gambar langsung { $device } berhenti. Ambil ulang.

recording-damaged = Rekaman rusak pada baris { $line }
check-fingerprint-staff = Pemindai jari petugas
