ledger-name-wrong = Nama { $name } kosong atau terlalu panjang.
ledger-loan-smaller = Pinjaman { $partner } tinggal { $open } keping; ditulis { $wanted }.
ledger-not-enough = { ledger-account } hanya ada { $available } keping; diminta { $wanted }. Terima atau kembalikan blangko dahulu.
ledger-entry-unknown = Catatan itu tidak ada di buku blangko.
ledger-serial-used = Blangko { $serial } sudah pernah dipakai. Sisihkan dan laporkan.
ledger-serial-known = Blangko { $serial } sudah tercatat pada penerimaan lain.
ledger-serials-repeated = Ada nomor blangko yang tertulis dua kali.
ledger-reason-missing = Alasan belum diisi.
ledger-not-reversible = Catatan jenis ini tidak dapat dibatalkan.
ledger-reversed-already = Catatan itu sudah dibatalkan.
ledger-quantity-wrong = Jumlah { $quantity } tidak dapat dipakai.
ledger-role-missing = Langkah ini hanya untuk { $role }.
ledger-second-person = Langkah ini perlu orang kedua yang berbeda.
ledger-intent-missing = Pencetakan tanpa nomor niat tidak dapat dicatat.
ledger-intent-used = Pencetakan ini sudah dicatat dengan hasil lain. Batalkan dahulu dengan alasan.
ledger-outcome-wrong = Hasil { $outcome } tidak cocok dengan sebabnya.
ledger-not-empty = Saldo awal hanya untuk buku yang masih kosong.
ledger-witness-missing = Saksi pemusnahan belum diisi.
ledger-document-missing = Nomor berita acara belum diisi.
ledger-no-difference = Tidak ada selisih yang perlu dijelaskan untuk hitungan itu.
ledger-no-case = Tidak ada kasus kekurangan yang terbuka untuk penerimaan itu.
ledger-month-not-closed = Bulan itu belum habis dan tanggal { $day } belum dikunci; kunci bulan setelahnya.
ledger-day-not-over = Tanggal { $day } belum tiba.
ledger-day-locked = Hari sampai { $day } sudah dikunci.
ledger-day-difference = { ledger-account }: tercatat { $booked }, terhitung { $counted }. Hitung ulang, catat hasil yang tertinggal, atau jelaskan selisih berdua.
ledger-day-not-returned = { ledger-account } masih memegang { $quantity } keping. Kembalikan dahulu.
ledger-day-not-counted = Gudang belum dihitung setelah gerakan terakhir.
ledger-batch-malformed = Kiriman buku blangko rusak.
ledger-head-malformed = Tanda tangan buku blangko rusak.
ledger-chain-gap = Catatan hilang dari rantai
ledger-chain-repeated = Catatan berulang atau tertukar
ledger-chain-broken = Catatan diubah
ledger-negative = Stok { ledger-account } menjadi negatif
ledger-cache-differs = Jumlah tersimpan { ledger-account } tidak sama dengan catatan
ledger-serials-differ = Daftar nomor blangko penerimaan diubah
ledger-head-forged = Tanda tangan kepala rantai tidak sah
ledger-cut-off = Rantai dipotong: catatan { $seq } yang sudah ditandatangani tidak ada
ledger-head-differs = Catatan { $seq } tidak sama dengan yang sudah ditandatangani
ledger-remark-opening = Saldo awal { $quantity }
ledger-remark-shortage = { $document }: surat { $paper }, terhitung { $counted }
ledger-remark-difference = Selisih { $short ->
    [yes] kurang
   *[no] lebih
} { $quantity } ({ $note })
ledger-remark-missing = Belum jelas di ruang cetak { $quantity }
ledger-remark-found = Ditemukan { $quantity } ({ $note })
ledger-remark-case-closed = Kasus kekurangan selesai: { $document }
ledger-remark-write-off = Dihapuskan { $quantity }: { $document }
ledger-remark-late-reversal = Koreksi { $quantity } dari hari terkunci ({ $note })
ledger-remark-send-station = Ke stasiun { $partner } { $quantity }: { $document }
ledger-remark-receive-station = Dari stasiun { $partner } { $quantity }: { $document }
ledger-remark-destroyed = Dimusnahkan { $quantity }: { $document }
ledger-remark-late = { $quantity } keping peristiwa tanggal { $day } dicatat hari ini
ledger-conflict-serial = Blangko { $serial } dicatat terpakai lebih dari sekali ({ $stations })
ledger-conflict-negative = Stok { ledger-account } di { $station } negatif ({ $balance })
ledger-conflict-transfer = Kiriman { ledger-account }: diterima { $quantity } lebih banyak daripada dikirim
ledger-conflict-fork = Stasiun { $station }: ada dua catatan berbeda bernomor { $seq }
ledger-conflict-gap = Catatan stasiun { $station } belum lengkap setelah { $seq }
ledger-account = { $account ->
    [store] Gudang
    [division] Bidang
    [room] Ruang { $place }
    [point] Loket { $place }
    [spoiled_store] Gudang rusak
    [spoiled-division] Rusak di bidang
    [spoiled-room] Rusak di ruang { $place }
    [spoiled-point] Rusak di loket { $place }
    [discrepancy] Akun selisih
    [outside] { $place }
    [outside-opening] Stok lama
    [printed-baru] Dicetak baru
    [printed-hilang] Dicetak ganti hilang
    [printed-rusak] Dicetak ganti rusak
    [printed-perubahan_data] Dicetak perubahan data
    [destroyed] Dimusnahkan
    [written_off] Dihapuskan
    [loan_out] { $place }
    [loan_in] { $place }
    [suket] Suket
    [transfer] Kiriman { $place }
   *[other] { $account }
}
ledger-day-far-ahead = Jam menunjukkan { $day }, padahal catatan terakhir buku { $last }. Periksa jam; kalau benar, dua orang membenarkan tanggalnya di "Blangko hari ini".
ledger-day-not-ahead = Tanggal tidak perlu dibenarkan.
ledger-remark-day-confirmed = Tanggal dibenarkan dua orang sesudah lama tanpa catatan
