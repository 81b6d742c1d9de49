# Penyerahan
ui-key-by-finger = Serah jari
ui-key-by-signature = Serah TTD
ui-key-refuse-proxy = Wakil
ui-key-inspect = Periksa
ui-key-carry = Bawa
ui-key-card-back = Balik
ui-all-schools = Semua sekolah
ui-handover-lead = { $school } · menunggu { $waiting } kartu · diserahkan { $given }
ui-card-state = Keadaan
ui-card-name = Nama
ui-card-nik = NIK
ui-card-printed = Dicetak
ui-place-di-kantor = di kantor
ui-place-diperiksa = diperiksa
ui-place-dibawa = dibawa
ui-place-kembali = kembali
ui-place-diserahkan = diserahkan
ui-card-given-title = Kartu diserahkan
ui-card-given = { $name } menerima kartu dengan cip { $serial }. Tercatat di buku tanda terima.
ui-who-came = Siapa yang datang
ui-proxy-refused = Ditolak dan dicatat; kartu tetap di sini
ui-destination = Tujuan

# Foto acara, tarik kartu
ui-key-event-photo = Foto
ui-key-withdraw = Tarik
ui-handover-question = Serahkan kartu { $name } (NIK { $nik }, cip { $serial })? Pemiliknya sendiri ada di depan Saudara; berikutnya diminta { $finger }.
ui-photo-attached = Foto acara sudah diambil dan ikut disimpan, disandikan.
ui-photo-none = Tanpa foto acara (F mengambil foto).
ui-photo-taken = Foto untuk { $name } siap; disimpan bila kartunya diserahkan. F mengulang.
ui-photo-kept = Foto: { $name }
ui-withdraw-title = Mengapa kartu { $name } ditarik?
ui-withdraw-confirm = Orang kedua (kabid atau penyelia) menyetujui penarikan kartu { $name }
ui-withdrawn = Kartu ditarik dan dicatat rusak; pekerjaan baru masuk antrian
ui-key-see-photo = Lihat foto
