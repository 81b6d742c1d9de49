# Kirim dan terima
ui-key-send-lan = Kirim (kantor)
ui-key-send-m2m = Kirim (modem M2M)
ui-key-retry = Coba lagi
ui-key-pause = Jeda / teruskan
ui-key-pair = Daftarkan kit
ui-queue-state = Keadaan
ui-queue-what = Isi
ui-queue-size = Ukuran
ui-queue-tries = Coba
ui-queue-since = Sejak
ui-queue-reason = Sebab
ui-queue-waiting = menunggu
ui-queue-aside = disisihkan
ui-item-packet = Paket perekaman
ui-topic-siak_request = Permintaan data SIAK
ui-topic-status = Status kartu
ui-topic-correction_request = Permintaan perbaikan SIAK
ui-sync-office = Kantor
ui-sync-paired = terdaftar sebagai { $kit }
ui-sync-not-paired = kit belum terdaftar; tekan D dengan kode dari kantor
ui-sync-contact = Kontak terakhir
ui-never = belum pernah
ui-sync-waiting = Menunggu
ui-sync-amount = { $count } kiriman, { $size }{ $minutes ->
    [0] {""}
   *[other] , sekitar { $minutes } menit lewat modem
}
ui-sync-metered = Data modem harian
ui-sync-state = Keadaan
ui-sync-paused = dijeda
ui-budget-title = Jatah data modem hari ini habis
ui-budget-question = Kirim paket lewat modem juga di atas jatah?
ui-sending-lan = Mengirim lewat jaringan kantor
ui-sending-m2m = Mengirim lewat modem M2M
ui-sync-done = Selesai bertukar dengan kantor
ui-sync-done-problems = Selesai, sebagian belum terkirim
ui-sync-report =
    Paket terkirim dan diterima kantor: { $packets }
    Berita terkirim: { $events } · catatan blangko: { $ledger }
    Diterima dari kantor: { $feed }
    { $size } dalam { $seconds } detik
ui-feed-siak_extract = data SIAK
ui-feed-print_record = data siap cetak
ui-feed-policy = aturan kantor
ui-feed-staff_roster = daftar petugas
ui-feed-school_roster = daftar sekolah
ui-feed-status = status
ui-feed-other = lain-lain
ui-exchange-brought = Dari kantor: { $what }
ui-feed-nothing = tidak ada
ui-pairing-code = Kode sekali pakai
ui-pairing = Mendaftarkan kit di kantor
ui-sync-answers-later = Jawaban atas kiriman ini datang pada pertukaran berikut: tekan K atau M sekali lagi.

# Status rekaman
ui-key-statuses = Status rekaman
ui-record-title = Status rekaman
ui-record-name = Nama
ui-record-nik = NIK
ui-record-state = Status
ui-record-age = Sejak
ui-record-lead = { $count } rekaman · perlu ditindaklanjuti { $troubled }
ui-record-none = Belum ada rekaman. Status muncul setelah siswa direkam dan dikirim.
ui-record-not-listed = (tidak ada di daftar)
ui-record-state-unregistered = belum direkam
ui-record-state-bio_captured = terekam, di kit
ui-record-state-processing = diproses kantor
ui-record-state-sent_for_enrollment = dikirim ke pusat
ui-record-state-received_at_central = diterima pusat
ui-record-state-enroll_failure_at_regional = gagal di kantor
ui-record-state-enroll_failure_at_central = gagal di pusat
ui-record-state-search_failure_at_central = pencarian gagal
ui-record-state-adjudicate_record = diperiksa pusat
ui-record-state-request_validation = minta dibenarkan
ui-record-state-duplicate_record = data ganda
ui-record-state-print_ready_record = siap cetak
ui-record-state-sent_for_card_printing = dikirim untuk cetak
ui-record-state-card_printed = kartu dicetak
ui-record-state-card_shipped = kartu dikirim
ui-record-state-card_issued = kartu diserahkan
ui-record-next-unregistered = Rekam lagi: rekaman ini dikembalikan atau belum ada.
ui-record-next-bio_captured = Kirim ke kantor (K atau M di layar Kirim dan terima).
ui-record-next-processing = Tunggu; kirim dan terima lagi nanti.
ui-record-next-sent_for_enrollment = Tunggu pemeriksaan penunggalan; kirim dan terima lagi nanti.
ui-record-next-received_at_central = Tunggu pemeriksaan penunggalan; kirim dan terima lagi nanti.
ui-record-next-enroll_failure_at_regional = Lihat sebabnya di bawah; bila mutu rendah, rekam lagi. Laporkan ke kantor.
ui-record-next-enroll_failure_at_central = Lihat sebabnya di bawah; bila mutu rendah, rekam lagi. Laporkan ke kantor.
ui-record-next-search_failure_at_central = Minta kantor mengirim ulang ke pusat.
ui-record-next-adjudicate_record = Tunggu keputusan petugas pusat. Jangan rekam lagi.
ui-record-next-request_validation = Minta kantor membenarkan data ini. Jangan rekam lagi.
ui-record-next-duplicate_record = Jangan cetak, jangan rekam lagi. Serahkan ke verifikator di kantor.
ui-record-next-print_ready_record = Cetak lewat Antrian cetak (6), bila umur sudah 17 tahun.
ui-record-next-sent_for_card_printing = Tunggu kartunya dicetak.
ui-record-next-card_printed = Serahkan kepada pemiliknya lewat Penyerahan kartu (8).
ui-record-next-card_shipped = Serahkan kepada pemiliknya lewat Penyerahan kartu (8).
ui-record-next-card_issued = Selesai.
ui-record-next-unknown = Status ini tidak dikenal kit. Tanyakan ke kantor.
