field-nik = NIK
field-name = Nama
field-birth-place = Tempat lahir
field-birth-date = Tanggal lahir
field-sex = Jenis kelamin
gate-siak-open = Data SIAK ada
gate-siak-missing = NIK { $nik } tidak ditemukan di SIAK. Tidak boleh direkam: tekan T untuk menunda, S untuk minta pengecekan kantor.
gate-siak-not-asked = Data SIAK untuk NIK { $nik } belum ada di kit. Minta ekstrak SIAK lewat kantor.
gate-domisili-open = Penduduk wilayah ini menurut SIAK
gate-domisili-shut = Menurut SIAK berdomisili di { $domicile }, bukan { $own }. Arahkan ke layanan luar domisili di kantor, lalu tekan X.
gate-umur-open = Cukup umur untuk direkam
gate-umur-shut = Umur { $age } tahun. Perekaman mulai { $possible_from } atau bila sudah pernah kawin. Tekan X.
gate-umur-marriage-document = Di bawah umur tetapi pernah kawin: periksa dokumen kawin, lalu tekan M.
gate-belum-rekam-open = Belum pernah direkam
gate-belum-rekam-shut = Sudah direkam ({ $status ->
    [UNREGISTERED] { ui-record-state-unregistered }
    [BIO_CAPTURED] { ui-record-state-bio_captured }
    [PROCESSING] { ui-record-state-processing }
    [SENT_FOR_ENROLLMENT] { ui-record-state-sent_for_enrollment }
    [RECEIVED_AT_CENTRAL] { ui-record-state-received_at_central }
    [ENROLL_FAILURE_AT_REGIONAL] { ui-record-state-enroll_failure_at_regional }
    [ENROLL_FAILURE_AT_CENTRAL] { ui-record-state-enroll_failure_at_central }
    [SEARCH_FAILURE_AT_CENTRAL] { ui-record-state-search_failure_at_central }
    [ADJUDICATE_RECORD] { ui-record-state-adjudicate_record }
    [REQUEST_VALIDATION] { ui-record-state-request_validation }
    [DUPLICATE_RECORD] { ui-record-state-duplicate_record }
    [PRINT_READY_RECORD] { ui-record-state-print_ready_record }
    [SENT_FOR_CARD_PRINTING] { ui-record-state-sent_for_card_printing }
    [CARD_PRINTED] { ui-record-state-card_printed }
    [CARD_SHIPPED] { ui-record-state-card_shipped }
    [CARD_ISSUED] { ui-record-state-card_issued }
   *[other] { $status }
 }). Jangan rekam lagi, akan menjadi data ganda. Tekan X.
gate-data-sama-open = Daftar sekolah sama dengan SIAK
gate-data-sama-shut = Berbeda dengan SIAK: { $fields }. Cocokkan dengan akta; bila SIAK salah, buat usulan perbaikan.
gate-tanggal-nik-open = Tanggal lahir di NIK sesuai
gate-tanggal-nik-shut = Tanggal lahir di NIK tidak sama dengan SIAK. Hanya peringatan.
gate-berkas-open = Berkas lengkap atau ada alasan
gate-berkas-shut = KK dan akta belum lengkap. Tekan K dan A untuk yang dilihat, atau O untuk alasannya.
gate-berkas-not-checked = Berkas belum diperiksa
gate-berkas-not-read-aloud = Biodata belum dibacakan. Tekan B dan bacakan.
gate-berkas-wrong-fields = Menurut siswa salah: { $fields }. Tekan C untuk minta perbaikan dengan akta, lalu T: rekam setelah SIAK diperbaiki.
gate-jam-open = Jam laptop wajar
gate-jam-shut = Jam laptop lebih lambat dari catatan terakhir. Perbaiki jam; umur dihitung dari tanggal yang pasti.
session-school-unknown = Sekolah ini belum ada di kit. Impor daftar siswanya dahulu.
session-open-already = Sesi sekolah ini pada { $day } masih terbuka. Lanjutkan sesi itu.
session-unknown = Sesi tidak ditemukan.
session-student-unknown = Siswa tidak ada di daftar.
session-walk-in-name = Nama siswa wajib diisi.
session-walk-in-listed = NIK ini sudah ada di daftar sekolah. Cari namanya di daftar.
session-not-attended = Siswa belum ditandai hadir.
session-recorded-already = Siswa sudah direkam dalam sesi ini.
session-override-reason = Tulis alasan menutup sesi tanpa cadangan.
session-cannot-work = Sesi sudah { $state }. Buka sesi baru untuk merekam.
session-cannot-reconcile = Sesi sudah { $state }, tidak perlu direkonsiliasi lagi.
session-cannot-back-up = Sesi { $state } tidak dapat dicadangkan.
session-cannot-close = Sesi masih { $state }. Rekonsiliasi dan cadangkan dahulu.
session-cannot-close-by-override = Sesi masih { $state }. Rekonsiliasi dahulu; hanya cadangan yang dapat dilewati dengan alasan.
attendance-menunggu = menunggu
attendance-terekam = terekam
attendance-ditolak = ditolak
attendance-tunda = tunda
attendance-reason-luar_domisili = luar domisili
attendance-reason-belum_cukup_umur = belum cukup umur
attendance-reason-sudah_rekam = sudah pernah direkam
attendance-reason-bukan_orangnya = bukan orangnya
attendance-reason-menolak = menolak direkam
attendance-reason-perlu_dicek_siak = perlu dicek di SIAK
attendance-reason-data_berbeda = data berbeda, menunggu perbaikan SIAK
attendance-reason-berkas_kurang = berkas kurang
attendance-reason-alat_rusak = alat rusak
attendance-reason-mutu_rendah = mutu tidak tercapai
attendance-reason-pergi = pergi sebelum dipanggil
attendance-reason-waktu_habis = waktu habis
attendance-reason-lain = lain
siak-extract-malformed = Ekstrak SIAK dari kantor tidak dapat dibaca; tidak ada yang diubah.
correction-certificate-missing = Tulis nomor akta kelahiran sebagai bukti.
correction-no-siak-record = Belum ada data SIAK yang dapat diusulkan perbaikannya.
correction-field-wrong = Kolom tidak dapat diusulkan: { $fields }
correction-nothing-differs = Tidak ada yang berbeda dengan SIAK.
step-foto = Foto
step-tanda_tangan = Tanda tangan
step-sidik_jari = Sidik jari
step-iris = Iris
step-verifikasi = Verifikasi
step-pengesahan = Pengesahan
sitting-unknown = Perekaman ini tidak ditemukan.
sitting-not-running = Perekaman ini { $state }; tidak dapat diubah.
sitting-cannot-postpone = Perekaman { $state } tidak dapat ditunda.
sitting-cannot-resume = Perekaman { $state } tidak dapat dilanjutkan.
sitting-cannot-complete = Perekaman { $state } tidak dapat diselesaikan lagi.
sitting-cannot-seal = Perekaman { $state } tidak dapat disegel.
sitting-cannot-send-back = Perekaman { $state } tidak dapat dikembalikan.
sitting-part-unknown = Bagian { $part } tidak ada dalam perekaman ini.
sitting-part-no-exception = Bagian { $part } tidak dapat dikecualikan.
sitting-part-not-poor = Bagian { $part } tidak perlu pengesahan mutu.
sitting-tries-left = Masih ada { $left } kali coba. Coba lagi dahulu.
sitting-parts-open = Masih ada bagian yang belum direkam.
sitting-parts-postponed = Ada bagian yang ditunda. Rekam bagian itu atau tunda siswa ini.
sitting-photo-first = Ambil foto dahulu.
sitting-photo-not-approved = Foto belum disetujui. Tunjukkan kepada yang bersangkutan.
sitting-findings-open = Ada temuan yang harus diperiksa petugas kedua.
sitting-note-missing = Tulis alasannya.
sitting-step-running = Langkah sebelumnya masih berjalan. Tunggu atau batalkan.
finding-person-seen-before = Sidik jari atau iris mirip dengan orang yang sudah direkam di kit ini. Periksa apakah orang yang sama atau kembar.
capture-below-threshold = mutu di bawah batas
capture-scanner-single-only = Pemindai ini hanya satu jari. Rekam jari satu per satu.
capture-slap-all-missing = Semua jari kelompok ini dikecualikan.
capture-finger-excepted = Jari ini dikecualikan. Hapus pengecualiannya dahulu.
capture-eyes-excepted = Mata ini dikecualikan. Hapus pengecualiannya dahulu.
capture-fingers-missing = Jari kurang dari yang diminta. Letakkan semua jari, atau catat pengecualian.
capture-fingers-other = Jari yang diterima bukan yang diminta. Ulangi.
capture-same-finger-twice = Jari yang sama terekam dua kali. Tidak ada yang disimpan; ulangi dengan jari yang benar.
capture-eyes-missing = Tidak semua mata terekam. Ulangi.
capture-same-eye-twice = Mata yang sama terekam dua kali. Ulangi.
capture-eyes-swapped = Mata kiri dan kanan tertukar. Ulangi.
capture-nothing-to-verify = Tidak ada jari yang perlu diverifikasi.
capture-fingers-first = Rekam sidik jari dahulu.
capture-one-finger-only = Letakkan satu jari saja.
capture-finger-does-not-match = Tidak cocok dengan jari yang direkam tadi. Ulangi dengan jari yang diminta.
pad-sign-here = Silakan tanda tangan
pad-approve = Saya menyatakan data ini benar:
pad-born = { $place }, { $day }
pad-approve-sign = Foto, sidik jari, iris sudah direkam. Tanda tangan:
disk-full = Penyimpanan penuh. Yang sudah terekam tetap aman. Kosongkan ruang lalu coba lagi.
journal-not-durable = Tidak dapat menyimpan ke { $path }: { $reason }. Ulangi langkah ini.
journal-damaged = Berkas rekaman { $path } rusak. Rekam ulang bagian yang hilang.
journal-record-missing = Rekaman { $record } di { $path } tidak terbaca. Rekam ulang bagian itu.
journal-record-unknown = Isi berkas rekaman tidak dikenal.
journal-key-wrong = Kunci rekaman tidak cocok dengan kit ini.
journal-key-gone = Rekaman ini sudah disegel; kit tidak dapat membukanya lagi.
packet-not-sealed = Paket belum dapat disegel: { $reason }. Rekaman tetap aman dan dicoba lagi.
packet-no-recipient = Kit belum dipasangkan dengan kantor; paket disegel setelah kit dipasangkan. Rekaman tetap aman.
packet-recipient-wrong = Kunci penerima dari kantor tidak sah. Pasangkan ulang kit. Rekaman tetap aman.
packet-not-read-back = Paket tidak terbaca kembali dengan benar. Rekaman tetap aman dan dicoba lagi.
packet-member-size = Bagian { $name } berubah saat disegel.
packet-not-one = Berkas ini bukan paket.
packet-malformed = Paket rusak ({ $part }).
packet-truncated = Paket terpotong.
packet-index-differs = Isi paket tidak sama dengan daftarnya.
packet-format-unknown = Format paket { $format } tidak dikenal.
packet-too-large = Paket terlalu besar ({ $size } bita).
packet-size-differs = Ukuran paket { $found }, seharusnya { $expected }.
packet-hash-differs = Isi paket tidak sama dengan manifesnya.
packet-unreadable = Berkas { $path } tidak dapat dibaca: { $reason }
packet-not-bound = Manifes dan isi paket tidak sepasang.
packet-seal-broken = Segel paket rusak.
packet-not-for-us = Paket ini disegel untuk kunci lain.
packet-identity-wrong = Kunci pembuka tidak sah.
backup-medium-missing = Media cadangan { $path } tidak ada. Pasang media, lalu coba lagi.
backup-medium-full = Media cadangan { $path } penuh. Sesi tetap terbuka; pakai media lain.
backup-not-written = Cadangan tidak dapat ditulis: { $reason }. Sesi tetap terbuka; pakai media lain.
backup-database-copy = Salinan basis data untuk cadangan gagal dibuat. Coba lagi.
backup-unreadable = Cadangan { $path } tidak dapat dibaca: { $reason }
backup-not-one = Berkas ini bukan cadangan.
backup-incomplete = Cadangan terpotong. Buat lagi.
backup-malformed = Cadangan rusak.
backup-size-differs = Ukuran isi cadangan tidak sesuai manifesnya.
backup-hash-differs = Isi cadangan tidak sama dengan manifesnya. Media mungkin rusak; pakai media lain.
backup-member-differs = Bagian { $name } dalam cadangan tidak sama dengan manifesnya.
backup-member-missing = Bagian { $name } tidak ada dalam cadangan.
backup-seal-broken = Segel cadangan rusak.
backup-not-for-us = Cadangan ini bukan dari kit ini.
backup-target-not-empty = Folder { $path } tidak kosong. Pulihkan hanya ke folder kosong.
backup-not-restored = Cadangan tidak dapat dipulihkan: { $reason }
review-own-work = Penyelia tidak boleh memeriksa rekamannya sendiri. Minta penyelia lain.
review-not-sealed = Perekaman ini belum disegel. Segel dahulu.
review-delivered-already = Nomor { $number } sudah diterima kantor; pengembalian diurus di kantor.
review-sent-back = dikembalikan penyelia
sitting-purged = Data perekaman ini sudah dihapus dari kit sesuai masa simpan.
sitting-cannot-purge = Perekaman { $state } tidak dapat dihapus.
sitting-cannot-discard = Perekaman { $state } tidak dapat dibuang.
slip-not-finished = Perekaman belum selesai.
slip-wait = Kartu dicetak setelah pemeriksaan ketunggalan selesai.
slip-print-from = Kartu dapat dicetak mulai { $day }, setelah pemeriksaan ketunggalan selesai.
capture-finger-unlike-before = Bukan jari yang sama dengan rekaman sebelumnya. Bila rekaman sebelumnya yang salah, tekan H untuk menghapusnya.
sitting-part-not-excepted = Bagian { $part } belum dicatat sebagai pengecualian.
sitting-not-sent-back = Hanya perekaman yang dikembalikan penyelia yang dapat dihapus tanpa tanda terima kantor.
