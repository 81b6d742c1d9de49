# Masuk
ui-opening-title = membuka …
ui-opening-lead = Membuka kunci kit dan basis datanya …
ui-opening-failed = Kit tidak dapat dibuka.
ui-opening-keys = Ctrl+Q keluar
ui-sign-in-title = Masuk
ui-sign-in-lead = Masuk dengan nama pengguna dan sandi. Tanpa jaringan pun bisa.
ui-sign-in-keys = Enter lanjut · Ctrl+Q keluar
ui-sign-in-checking = Memeriksa sandi
ui-login = Nama pengguna
ui-password = Sandi
ui-password-again = Sandi sekali lagi
ui-password-differs = Kedua sandi tidak sama
ui-full-name = Nama lengkap
ui-first-title = Mulai pertama
ui-first-lead = Belum ada petugas di kit ini. Orang pertama menjadi administrator; petugas lain ditambah kemudian. Sandi paling sedikit 8 huruf.
ui-first-keys = Enter lanjut, dari baris terakhir menyimpan
ui-first-making = Membuat administrator
ui-second-title = Orang kedua
ui-second-keys = Enter masuk · Esc batal
ui-second-same = Harus orang lain, bukan yang sedang masuk
ui-recovery-code = Kode pemulihan kit
ui-recovery-code-text = Tulis kode ini di kertas dan simpan di brankas kantor, jauh dari laptop:
    
    { $code }
    
    Kode ini membuka data kit di laptop lain bila laptop ini rusak. Hanya ditampilkan sekali.

# Sidik jari petugas
ui-key-finger = Jari
ui-key-other-finger = Jari lain
ui-key-without-finger = Tanpa jari
ui-finger-title = Sidik jari { $name }
ui-finger-place = Letakkan { $finger } pada pemindai.
ui-finger-none = Belum ada jari terdaftar. Administrator mendaftarkannya di Petugas (P); sekarang: O tanpa jari.
ui-finger-keys = R ulangi · G jari lain · O tanpa jari · Esc batal
ui-finger-device-hint = R bila alat sudah tersambung lagi, O untuk masuk tanpa jari.
ui-finger-cancelled = Sidik jari dibatalkan. Belum masuk.
ui-finger-second = Petugas kedua menguatkan
ui-finger-alone = Sendiri: pemindai tidak dapat dipakai
ui-finger-second-why = Petugas kedua mengenal { $name } dan menguatkan bahwa ini orangnya.
ui-finger-forget = Hapus semua jari
ui-no-staff-scanner = Kit ini tidak punya pemindai sidik jari.
ui-enrol-title = Daftarkan jari { $name }
ui-enrol-place = Letakkan { $finger }, angkat, lalu letakkan sekali lagi.
ui-enrol-keys = R ulangi · Esc batal
ui-enrol-try = Mutu { $quality } dari 100 · baik { $good } dari { $needed }
ui-enrol-lift = Angkat jari, lalu letakkan lagi.
ui-enrolled = Jari { $name } terdaftar, mutu { $quality }

# Petugas
ui-staff-name = Nama
ui-staff-login = Nama pengguna
ui-staff-roles = Peran
ui-staff-state = Keadaan
ui-staff-active = aktif
ui-staff-locked = terkunci
ui-staff-closed = ditutup
ui-staff-add-title = Petugas baru
ui-staff-role = Peran
ui-staff-added = { $name } ditambahkan
ui-staff-new-password = Sandi baru untuk { $name }
ui-role-operator_perekaman = Operator perekaman
ui-role-verifikator = Verifikator
ui-role-penyelia = Penyelia
ui-role-operator_pencetakan = Operator pencetakan
ui-role-pengelola_barang = Pengelola barang
ui-role-kabid_dafduk = Kabid dafduk
ui-role-administrator = Administrator
ui-staff-finger = Jari
ui-fact-staff-list = Daftar petugas
ui-fact-staff-list-over = habis masa berlaku: tidak ada perekaman baru
ui-fact-staff-list-ending = berlaku { $days } hari lagi, hubungkan ke kantor
ui-staff-list-current = Daftar petugas dari kantor nomor { $serial }, berlaku sampai { $until }.
ui-staff-list-ending = ! Daftar petugas dari kantor berakhir { $until }. Hubungkan kit ke kantor.
ui-staff-list-expired = ✗ Daftar petugas dari kantor habis { $until }: tidak ada perekaman baru.
ui-staff-list-asked = Diminta; datang dengan kiriman berikut
ui-staff-of-office = kantor
ui-key-ask-list = Minta daftar kantor
