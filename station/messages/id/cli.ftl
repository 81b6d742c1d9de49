cli-usage = Pemakaian:
cli-positionals = Isian
cli-options = Pilihan
cli-commands = Perintah
cli-command = PERINTAH
cli-description =
    Stasiun perekaman dan pencetakan KTP-el.

    Tanpa perintah, aplikasi layar penuh dibuka. Perintah di bawah melakukan hal yang sama dari baris perintah.
cli-epilog =
    Contoh:
      station check                                   periksa seluruh alat sebelum berangkat
      station import siswa.xlsx --school "SMAN 1"     baca daftar siswa
      station sync --link m2m                         kirim rekaman lewat modem
      station ledger report --month 2026-11           laporan 14 kolom

    Kode keluar: 0 selesai, 1 pemeriksaan tidak lulus, 2 salah pakai, 3 ditolak aturan atau wewenang,
    4 alat atau jaringan tidak ada, 5 data tidak tersimpan atau tidak cocok, 130 dihentikan.
cli-help-help = tampilkan halaman ini
cli-help-lang = bahasa: id (bawaan) atau en
cli-help-config = berkas pengaturan; bawaan: ./kit.toml, lalu bench/kit.toml, lalu milik pengguna
cli-help-json = jawab dalam JSON untuk dibaca program
cli-wrong-use = { $program }: { $reason } — lihat { $program } --help
cli-broken-off = Dihentikan. Yang sudah tersimpan tetap tersimpan.
cli-no-terminal-for-passphrase = Tidak ada terminal untuk menanyakan sandi. Isi passphrase_file di kit.toml atau STATION_PASSWORD.
cli-login-needed = Sebutkan siapa yang bekerja: --login NAMA (atau STATION_LOGIN).
cli-ask-passphrase = Frasa sandi kit:
cli-ask-password = Kata sandi { $login }:
cli-setup = siapkan kit baru: kunci, basis data, dan administrator pertama
cli-check = periksa seluruh alat: siap atau tidak, dan sebabnya
cli-import = baca daftar siswa dari XLSX, XLS, ODS atau CSV
cli-session = sesi perekaman di sekolah
cli-session-list = daftar sesi dan keadaannya
cli-session-open = buka sesi
cli-session-reconcile = cocokkan hadir = terekam + ditolak + ditunda
cli-session-close = tutup sesi yang sudah dicadangkan
cli-sync = kirim dan terima lewat jaringan kantor atau modem M2M
cli-backup = cadangkan sesi ke media luar, dibaca ulang dan dicocokkan
cli-restore = pulihkan cadangan ke folder data kosong
cli-verify = buktikan cadangan utuh tanpa memulihkan
cli-print = pencetakan kartu
cli-print-queue = antrian cetak beserta gerbang yang masih tertutup
cli-print-next = cetak kartu berikutnya
cli-print-recover = selesaikan kartu yang terputus sebelum apa pun diambil dari hopper
cli-ledger = buku blangko
cli-ledger-receive = terima blangko dengan BAST
cli-ledger-issue = serahkan blangko ke bidang atau ruang cetak
cli-ledger-return = kembalikan sisa dan yang rusak
cli-ledger-count = opname: catat hitungan fisik
cli-ledger-report = laporan penggunaan blangko 14 kolom
cli-ledger-verify = periksa rantai buku blangko
cli-ledger-balance = saldo setiap tempat
cli-office = server kantor
cli-office-serve = jalankan server kantor
cli-office-code = buat kode sekali pakai untuk memasangkan kit
cli-packet = paket rekaman
cli-packet-inspect = tampilkan isi luar paket
cli-packet-verify = periksa tanda tangan dan hash paket
cli-devices = daftar alat dan keadaannya
cli-rehearse = gladi satu hari penuh terhadap alat tiruan
cli-arg-file = berkas yang dibaca
cli-arg-school = nama sekolah
cli-arg-yes = masukkan baris yang baik tanpa bertanya
cli-arg-rejects = tulis baris yang ditolak beserta alasannya ke berkas ini
cli-arg-login = nama masuk petugas
cli-arg-second = nama masuk orang kedua yang menyetujui
cli-arg-session = nomor sesi
cli-arg-reason = alasan
cli-arg-link = jaringan: lan atau m2m
cli-arg-pair = kode pemasangan dari kantor
cli-arg-to = folder tujuan
cli-arg-into = folder data kosong
cli-arg-date = tanggal (TTTT-BB-HH)
cli-arg-month = bulan (TTTT-BB)
cli-arg-out = folder untuk berkas laporan
cli-arg-document = nomor berita acara
cli-arg-giver = pemberi
cli-arg-paper = jumlah menurut dokumen
cli-arg-quantity = jumlah keping
cli-arg-room = ruang cetak
cli-arg-spoiled = jumlah keping rusak
cli-arg-grant = nomor surat hibah
cli-arg-serials = berkas nomor cip, satu per baris
cli-arg-place = tempat yang dihitung
cli-arg-serial = nomor cip pada kartu yang dilihat
cli-arg-data = folder data server
cli-arg-host = alamat yang didengarkan
cli-arg-port = porta
cli-arg-centre = alamat pusat
cli-arg-database = URL basis data (bawaan SQLite di folder data)
cli-arg-storage = URL penyimpanan paket (bawaan folder data)
cli-arg-kit = nomor kit
cli-arg-students = jumlah siswa
cli-arg-seed = benih acak; benih yang sama memberi orang yang sama
cli-arg-faults = none, atau field untuk gangguan hari lapangan
cli-arg-report = tulis hasil sebagai JSON ke berkas ini
cli-arg-keep = simpan basis data, paket, register dan laporan di folder ini
cli-arg-name = nama lengkap
cli-arg-pdf = tulis daftar periksa bertanggal (PDF)
cli-needs-yes = Tambahkan --yes untuk memasukkan { $good } baris yang baik.
cli-saved-to = Tersimpan: { $path }
cli-setup-done = Kit siap. Administrator { $name } dapat masuk.
cli-setup-already = Kit sudah disiapkan.
cli-password-twice = Ulangi kata sandi:
cli-passwords-differ = Kedua kata sandi berbeda.
cli-nothing-to-print = Tidak ada kartu yang siap dicetak.
cli-office-code-made = Kode pemasangan { $kit }: { $code }
cli-imported = { $school }: { $added } baru, { $updated } diperbarui, { $unchanged } sudah sama, { $rejected } ditolak.
cli-preview-sheet = Lembar { $sheet }: { $good } baris baik, { $rejected } ditolak
cli-reconciled = Hadir { $attended } = terekam { $recorded } + ditolak { $refused } + ditunda { $postponed }
cli-second-needed = Menutup tanpa cadangan perlu orang kedua: --second NAMA --reason ALASAN.
cli-synced = Terkirim { $packets } paket, { $receipts } tanda terima, { $received } kabar diterima, { $kib } KiB di kabel.
cli-check-go = SIAP BERANGKAT.
cli-check-no-go = BELUM SIAP: perbaiki yang bertanda [X].
cli-arg-json = tulis hasil sebagai JSON ke berkas ini
cli-giver-wrong = Pemberi { $giver } ditulis pusat:NAMA, provinsi:NAMA atau kabkota:NAMA.
cli-booked = Dibukukan nomor { $seq }: { $quantity } keping.
cli-receiver-needed = Serah terima perlu dua orang: --second NAMA.
cli-counted = Dihitung { $counted }, menurut buku { $booked }.
cli-ledger-whole = Buku blangko utuh.
cli-ledger-broken = Buku blangko TIDAK utuh; lihat --json.
cli-arg-pin = PIN modul SAM, bila belum dibuka
cli-backed-up = Cadangan { $path }: { $members } berkas, { $packets } paket, sudah dibaca ulang dan cocok.
cli-restored = Dipulihkan ke { $path }: { $members } berkas.
cli-backup-proven = Cadangan utuh: { $members } berkas, { $packets } paket.
cli-packet-kit = Kit { $kit }, paket ke-{ $number }
cli-packet-sealed = Disegel { $at }, { $size } bita
cli-packet-recipients = Penerima: { $count } kunci
cli-packet-unverified = Belum diperiksa; pakai: station packet verify
cli-packet-whole = Paket ke-{ $number } dari kit { $kit } utuh dan ditandatangani kit ini.
cli-printed = Kartu { $name } selesai, cip { $serial }.
cli-ask-serial = Ambil kartu { $name }, periksa, lalu ketik nomor cipnya (kosongkan bila kartu ada di pembaca meja):
cli-nothing-open = Tidak ada kartu yang terputus.
