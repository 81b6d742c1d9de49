# Kerangka layar
ui-nobody = belum masuk
ui-keybar-rest = F1 Bantuan
ui-status-kit = Alat { $sign } { $ready }/{ $total }
ui-status-kit-unknown = Alat …
ui-status-session = Sesi { $name }
ui-no-session = Belum ada sesi
ui-status-queue = Antrian kirim { $count }
ui-status-blanks = Blangko { $count }
ui-span-now = baru saja
ui-span-minutes = { $count } menit lalu
ui-span-hours = { $count } jam lalu
ui-span-days = { $count } hari lalu
ui-work-seconds = { $seconds } detik · Esc membatalkan
ui-work-cancelled = Dibatalkan. Yang sudah tersimpan tetap tersimpan.
ui-problem = Tidak dapat dilakukan
ui-unexpected = Gangguan di dalam program
ui-unexpected-text = Langkah ini berhenti karena gangguan yang tidak dikenal ({ $kind }). Yang sudah tersimpan tidak hilang. Ulangi; bila berulang, catat waktunya dan laporkan ke pengelola.
ui-sign-in-first = Masuk dahulu.
ui-notice-keys = Enter menutup
ui-confirm-keys = Y ya · T tidak
ui-choose-keys = ↑↓ dan Enter, atau angkanya · Esc batal
ui-form-keys = Enter lanjut · Ctrl+S simpan · Esc batal
ui-form-missing = { $field } belum diisi
ui-form-no-number = { $field }: isi dengan angka
ui-form-no-date = { $field }: tulis tanggal seperti 16-07-2017
ui-palette-prompt = Cari tindakan …

# Tombol
ui-key-back = Kembali
ui-key-quit = Keluar
ui-key-help = Bantuan
ui-key-theme = Tampilan
ui-key-language = English
ui-key-open = Buka
ui-key-next = Lanjutkan pekerjaan
ui-key-palette = Cari tindakan
ui-key-sign-out = Ganti petugas
ui-key-ok = Tutup
ui-key-yes = Ya
ui-key-no = Tidak
ui-key-cancel = Batal
ui-key-save = Simpan
ui-key-use-device = Gunakan alat ini
ui-key-check = Cek kit
ui-key-add = Tambah
ui-key-unlock = Buka kunci
ui-key-roles = Peran
ui-key-password = Sandi baru
ui-theme-malam = gelap
ui-theme-siang = terang
ui-theme-matahari = matahari (kontras tinggi)
ui-theme-now = Tampilan: { $name }
ui-theme-hint = Gelap, terang, atau matahari (kontras tinggi)
ui-language-hint = Ganti bahasa Indonesia / Inggris
ui-sign-out-hint = Petugas lain masuk
ui-quit-hint = Tutup program

# Masuk
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

# Beranda
ui-home-title = Beranda
ui-other-role = peran lain
ui-next-action = Berikutnya [{ $key }]: { $what }
ui-group-school = Sekolah
ui-group-print = Cetak dan blangko
ui-group-office = Kantor
ui-group-station = Kit ini
ui-place-roster = Daftar siswa
ui-place-roster-hint = Impor daftar sekolah dan lihat isinya
ui-place-session = Sesi dan perekaman
ui-place-session-hint = Buka sesi, daftar hadir, rekam siswa
ui-place-closing = Tutup sesi
ui-place-closing-hint = Rekonsiliasi, cadangan, tutup
ui-place-sync = Kirim dan terima
ui-place-sync-hint = Antrian kirim, status, kantor
ui-place-queue = Antrian cetak
ui-place-queue-hint = Kartu yang menunggu dan sebabnya
ui-place-recovery = Pemulihan cetak
ui-place-recovery-hint = Kartu yang terputus di tengah jalan
ui-place-handover = Penyerahan kartu
ui-place-handover-hint = Serahkan kepada pemilik, sidik jari 1:1
ui-place-blanks = Blangko hari ini
ui-place-blanks-hint = Terima, keluarkan, kembalikan, hitung
ui-place-registers = Register dan laporan
ui-place-registers-hint = Lihat di layar lalu tulis XLSX dan PDF
ui-place-devices = Perangkat
ui-place-devices-hint = Keadaan tiap alat, ganti ke cadangan
ui-place-check = Cek kit
ui-place-check-hint = Uji semua alat sebelum berangkat
ui-place-staff = Petugas
ui-place-staff-hint = Tambah petugas dan perannya
ui-place-help = Bantuan
ui-place-help-hint = Tombol, urutan kerja, tanda

# Perangkat
ui-device-kind = Jenis
ui-device-name = Nama
ui-device-state = Keadaan
ui-device-serial = Nomor seri
ui-device-firmware = Firmware
ui-device-ready = siap
ui-device-not-ready = belum siap
ui-device-spare = cadangan
ui-device-already = Alat ini sudah dipakai
ui-device-switching = Beralih ke { $name }
ui-devices-none = Menanyai alat …
ui-kind-fingerprint = Sidik jari
ui-kind-iris = Iris
ui-kind-signature = Papan tanda tangan
ui-kind-camera = Kamera
ui-kind-modem = Modem M2M
ui-kind-gnss = Satelit (GNSS)
ui-kind-display = Papan panggil
ui-kind-printer = Pencetak kartu
ui-kind-smartcard-sam = Pembaca SAM
ui-kind-smartcard-encoder = Enkoder cip
ui-kind-smartcard-desk = Pembaca meja
device-spare = Cadangan, tidak sedang dipakai

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

# Bantuan
ui-help-title = Bantuan
ui-help-keys = Tombol di layar sebelumnya
ui-help-text =
    Di mana saja
      F1         Bantuan
      F2         Tampilan gelap, terang, matahari
      F3         Bahasa Indonesia / Inggris
      Ctrl+P     Cari tindakan dengan mengetik
      Esc        Batalkan pekerjaan yang berjalan, atau kembali
      Ctrl+Q     Keluar dari program

    Hari di sekolah
      1 Impor daftar siswa malam sebelumnya, lalu cek kit (K).
      2 Buka sesi. Cari siswa dengan nomor, nama atau NIK; catat hadir.
      3 Periksa dokumen, bandingkan biodata dengan SIAK, bacakan keras-keras.
      4 Rekam enam langkah. Setiap hasil sudah tersimpan sebelum layar menyebutnya.
      5 Rekonsiliasi, buat cadangan, tutup sesi.
      6 Kirim; terima status.

    Hari di ruang cetak
      1 Blangko: pengelola mengeluarkan, petugas menerima; keduanya membenarkan jumlahnya.
      2 Antrian cetak: yang tertutup menyebut sebabnya. Cetak satu, periksa, benarkan.
      3 Penyerahan: orangnya hadir, sidik jari 1:1. Sore: hitung, kembalikan, kunci hari.

    Tanda
      ✓ baik   ○ belum   ▸ sedang   ! perhatikan   ✗ tidak bisa

# Keadaan
ui-fact-kit = Alat
ui-fact-kit-ready = { $ready } dari { $total } siap
ui-next-import = impor daftar siswa sekolah
ui-next-open-session = buka sesi perekaman
ui-next-record = lanjutkan perekaman
ui-next-close = rekonsiliasi, cadangan, tutup sesi
ui-next-send = kirim paket ke kantor
ui-next-print = cetak kartu yang menunggu

# Daftar siswa
ui-key-import = Impor
ui-key-school = Sekolah
ui-key-search = Cari
ui-key-ask-siak = Minta data SIAK
ui-key-folder-up = Folder atas
ui-key-import-good = Impor baris baik
ui-key-write-rejects = Tulis yang ditolak
ui-key-switch-view = Masalah / baris baik
ui-pick-roster = Pilih berkas daftar siswa
ui-pick-keys = Enter buka · ← folder atas · Tab ketik jalur · Esc batal
ui-search-prompt = / cari nomor, nama, atau NIK
ui-student-number = No
ui-student-class = Kelas
ui-student-name = Nama
ui-student-nik = NIK
ui-student-born = Lahir
ui-student-sex = L/P
ui-sex-male = L
ui-sex-female = P
ui-roster-empty = Belum ada daftar siswa. Tekan I untuk mengimpor berkas dari sekolah.
ui-roster-lead = { $school } · { $count } siswa
ui-choose-school = Pilih sekolah
ui-school-name = Nama sekolah
ui-siak-asked = Permintaan data SIAK masuk antrian kirim
ui-roster-reading = Membaca { $file }
ui-roster-import-title = Impor { $file }
ui-preview-title = Pratinjau impor
ui-preview-summary =
    { $school }: { $good } baris baik, { $rejected } ditolak, { $doubts } perlu dilihat
    Lembar (baik+ditolak): { $sheets }
ui-problem-kind = Tanda
ui-problem-place = Letak
ui-problem-what = Masalah
ui-problem-refused = ditolak
ui-problem-doubt = lihat
ui-problem-at = { $sheet } baris { $row } kolom { $column }
ui-no-rejects = Tidak ada baris yang ditolak
ui-written-title = Sudah ditulis
ui-import-question = Impor { $count } siswa ke { $school }? Baris yang ditolak tidak ikut.
ui-importing = Mengimpor
ui-imported = { $added } baru, { $updated } diperbarui, { $unchanged } tetap, { $rejected } ditolak

# Sesi dan daftar hadir
ui-key-student = Periksa & rekam
ui-key-attend = Hadir
ui-key-walk-in = Tambah siswa
ui-key-open-session = Buka sesi
ui-key-unfinished = Lanjutkan
ui-key-choose-session = Sesi lain
ui-attendance-outcome = Hasil
ui-attendance-number = No
ui-attendance-name = Nama
ui-attendance-class = Kelas
ui-attendance-nik = NIK
ui-outcome-none = belum hadir
ui-outcome-waiting = hadir
ui-outcome-recorded = terekam
ui-outcome-refused = ditolak
ui-outcome-postponed = tunda
ui-session-none = Belum ada sesi. Tekan B untuk membuka sesi di sekolah hari ini.
ui-session-lead = { $school } · { $day } · { $state }
ui-session-state-opened = dibuka
ui-session-state-running = berjalan
ui-session-state-reconciled = direkonsiliasi
ui-session-state-backed_up = dicadangkan
ui-session-state-closed = ditutup
ui-progress = Daftar { $listed } · hadir { $attended } · terekam { $recorded } · menunggu { $waiting } · ditolak { $refused } · tunda { $postponed }
ui-progress-pace = { $pace }/jam
ui-progress-end = selesai ± { $time }
ui-unfinished-none = Tidak ada perekaman yang terputus
ui-unfinished-title = Lanjutkan perekaman yang terputus
ui-open-session-title = Buka sesi { $day } di sekolah
ui-walk-in-title = Siswa yang tidak ada di daftar
ui-birth-place = Tempat lahir
ui-birth-date = Tanggal lahir

# Satu siswa
ui-student-title = Verifikasi biodata
ui-student-lead = { $number }. { $name } · kelas { $class_name } · NIK { $nik }
ui-key-record = Rekam
ui-key-read-aloud = Bacakan
ui-key-family-card = KK
ui-key-certificate = Akta
ui-key-marriage = Buku nikah
ui-key-missing-document = Alasan berkas kurang
ui-key-correction = Minta perbaikan
ui-key-refuse = Tolak
ui-key-postpone = Tunda
ui-key-call = Panggil
ui-gate-siak_record = Data SIAK
ui-gate-residence = Domisili
ui-gate-age = Umur
ui-gate-not_recorded = Belum rekam
ui-gate-same_data = Data sama
ui-gate-nik_date = Tanggal NIK
ui-gate-documents = Berkas
ui-gate-clock = Jam laptop
ui-document-family-card = Fotokopi KK
ui-document-certificate = Akta lahir
ui-document-marriage = Buku nikah
ui-document-read-aloud = Dibacakan
ui-document-reason = Alasan
ui-document-seen = sudah dilihat
ui-document-not-seen = belum
ui-certificate-number = Nomor akta
ui-reason = Alasan
ui-compare-sign = ±
ui-compare-field = Isian
ui-compare-roster = Daftar sekolah
ui-compare-siak = SIAK
ui-field-nik = NIK
ui-field-name = Nama
ui-field-birth-place = Tempat lahir
ui-field-birth-date = Tanggal lahir
ui-field-sex = Jenis kelamin
ui-field-address = Alamat
ui-field-village = Desa/Kelurahan
ui-field-district = Kecamatan
ui-field-religion = Agama
ui-field-marital-status = Status kawin
ui-field-occupation = Pekerjaan
ui-field-citizenship = Kewarganegaraan
ui-field-blood-type = Golongan darah
ui-field-wrong = salah
ui-key-right = Benar, lanjut
ui-key-wrong = Salah
ui-key-field-back = Sebelumnya
ui-siak-none = Data SIAK siswa ini belum ada di kit. Tekan S untuk memintanya.
ui-read-wrong-title = Ada isian yang salah
ui-read-wrong = Menurut siswa salah: { $fields }. Kit tidak mengubah SIAK. Tekan C untuk meminta perbaikan dengan akta, atau T untuk menunda.
ui-correction-text = Tulis menurut akta lahir. Yang tidak diubah tidak ikut dikirim.
ui-correction-sent = Permintaan perbaikan masuk antrian kirim
ui-refuse-title = Mengapa tidak boleh direkam?
ui-refusal-other_domicile = Domisili di luar kabupaten (arahkan ke layanan luar domisili)
ui-refusal-too_young = Belum cukup umur
ui-refusal-already_recorded = Sudah pernah direkam
ui-refusal-not_the_person = Bukan orangnya
ui-refusal-declined = Menolak direkam
ui-postpone-title = Mengapa ditunda?
ui-postpone-siak_missing = Perlu dicek di SIAK
ui-postpone-data_differs = Data berbeda
ui-postpone-documents = Berkas kurang
ui-postpone-device_fault = Alat rusak
ui-postpone-quality = Mutu rekaman rendah
ui-postpone-left = Siswa pergi
ui-postpone-no_time = Waktu habis
ui-postpone-other = Lain

# Perekaman
ui-sitting-title = Perekaman
ui-sitting-beginning = Memanggil siswa
ui-step-photo = Foto
ui-step-signature = TTD
ui-step-fingers = Sidik jari
ui-step-irises = Iris
ui-step-verification = Cek 1:1
ui-step-approval = Pengesahan
ui-key-go-on = Lanjut
ui-key-again = Ulangi
ui-key-exception = Pengecualian
ui-key-single-finger = Satu jari
ui-key-photo-now = Foto sekarang
ui-key-findings = Temuan
ui-key-spare = Alat cadangan
ui-key-take-back = Batalkan pengecualian
ui-no-picture = (gambar tampil di sini)
ui-picture-waiting = menunggu alat …
ui-hand-left = Kiri
ui-hand-right = Kanan
ui-finger-thumb = ibu jari
ui-finger-index = telunjuk
ui-finger-middle = tengah
ui-finger-ring = manis
ui-finger-little = kelingking
ui-eye-right = Mata kanan
ui-eye-left = Mata kiri
ui-part-photo = Foto
ui-part-signature = Tanda tangan
ui-part-approval = Pengesahan
ui-part-verify = Cek { $finger }
ui-part-state-open = belum
ui-part-state-poor = mutu rendah
ui-part-state-captured = baik
ui-part-state-excepted = pengecualian
ui-part-state-postponed = tunda
ui-result-accepted = Tersimpan
ui-result-refused = Tidak dipakai: { $causes }. Ulangi dengan Enter.
ui-result-low = mutu rendah
ui-result-poor = { $part }: { $score }, { $causes } (sisa coba { $left })
ui-do-photo = Duduk tegak, lihat kamera
ui-do-approve-photo = Tunjukkan fotonya. Enter bila siswa setuju, U untuk mengulang
ui-do-signature = Tanda tangan di papan
ui-do-left-four = Empat jari KIRI di kaca, tekan rata
ui-do-right-four = Empat jari KANAN di kaca, tekan rata
ui-do-thumbs = Kedua ibu jari di kaca
ui-do-fingers-done = Semua jari sudah ada
ui-do-single = { $finger } di kaca
ui-do-irises = Lepas kacamata, buka mata lebar, lihat pemindai
ui-do-verification = Letakkan jari untuk cip sekali lagi
ui-do-approval = Siswa membaca papan dan menandatangani
ui-do-review = Semua langkah selesai. Periksa, lalu Enter menyimpan
ui-fingers-seen = Jari terlihat: { $count }
ui-photo-score = Mutu foto: { $score }
ui-background = Latar
ui-background-words = { $colour }
ui-again-title = Ulangi langkah yang mana?
ui-nothing-open = Tidak ada yang perlu diputuskan
ui-exception-title = Bagian mana yang tidak dapat direkam?
ui-exception-reason = Sebabnya
ui-exception-low-quality = Mutu terbaik sudah ini, pakai yang terbaik
ui-exception-amputated = Tidak ada
ui-exception-bandaged = Dibalut
ui-exception-damaged = Rusak
ui-exception-disease = Sakit mata
ui-exception-blind = Tunanetra
ui-exception-cannot_sign = Tidak dapat menulis
ui-exception-other = Lain
ui-exception-duration = Tetap atau sementara?
ui-permanent = Tetap
ui-temporary = Sementara
ui-note = Catatan
ui-exception-confirm = Orang kedua membenarkan pengecualian: { $part }
ui-postpone-step-title = Mengapa langkah ini ditunda?
ui-findings-title = Temuan yang harus dilihat orang kedua
ui-findings-confirm = Orang kedua menyatakan sudah melihat temuan ini
ui-take-back-title = Pengecualian mana yang dibatalkan?
ui-sealing = Menyimpan dan menyegel
ui-recorded-title = Perekaman tersimpan
ui-recorded = Nomor { $number } di buku perekaman.
