workbooks-kind = { $file } bukan buku kerja atau tabel. Gunakan XLSX, XLS, ODS, atau CSV.
workbooks-too-large = { $file } terlalu besar (batas 32 MB). Pisahkan, lalu ulangi.
workbooks-sheet-too-large = { $file }: lembar { $sheet } terlalu besar. Hapus baris dan kolom kosong di luar tabel, lalu simpan lagi.
workbooks-too-much = { $file } membutuhkan memori lebih dari yang wajar, jadi tidak dibuka. Minta berkas baru dari pengirimnya.
workbooks-took-too-long = { $file } terlalu lama dibaca, jadi dihentikan. Minta berkas baru dari pengirimnya.
workbooks-missing = Berkas { $file } tidak ada.
workbooks-locked = { $file } dikunci kata sandi. Simpan tanpa kata sandi, lalu ulangi.
workbooks-unreadable = { $file } tidak dapat dibaca: { $reason }
