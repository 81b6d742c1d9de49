# Kerangka layar
ui-nobody = belum masuk
ui-keybar-rest = F1 Bantuan
ui-status-kit = Alat { $sign } { $ready }/{ $total }
ui-status-kit-unknown = Alat …
ui-status-session = { $name } { $done }/{ $came }
ui-no-session = Belum ada sesi
ui-status-queue = Antrian kirim { $count }
ui-status-disk = ! sisa { $free_mib } MiB
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
ui-form-choice-keys = ↓ memilih dari daftar · Enter lanjut · Ctrl+S simpan · Esc batal
ui-form-missing = { $field } belum diisi
ui-form-no-number = { $field }: isi dengan angka
ui-form-no-date = { $field }: tulis tanggal seperti 16-07-2017
ui-palette-prompt = Cari tindakan …
ui-not-yours = Bukan tugas peran ini
ui-not-yours-text = Ini tugas { $roles }. Yang masuk sekarang: { $mine }. Ganti petugas: Q di Beranda.

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
ui-next-close = tutup sesi
ui-next-review = periksa hasil rekaman hari ini
ui-next-add-staff = tambah petugas
ui-next-pair = daftarkan kit ke kantor
ui-next-custody-confirm-day = periksa jam dan benarkan tanggal
ui-next-custody-fill = terima blangko
ui-next-custody-explain = jelaskan selisih blangko
ui-next-custody-issue = serahkan blangko ke bidang
ui-next-custody-issue-room = serahkan blangko ke ruang cetak
ui-next-custody-print = cetak, lalu kembalikan sisa blangko
ui-next-custody-return-store = kembalikan sisa blangko ke gudang
ui-next-custody-count = hitung fisik gudang
ui-next-custody-lock = kunci hari blangko
ui-next-send = kirim paket ke kantor
ui-next-print = cetak kartu yang menunggu
