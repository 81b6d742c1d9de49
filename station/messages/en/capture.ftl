field-nik = NIK
field-name = Name
field-birth-place = Place of birth
field-birth-date = Date of birth
field-sex = Sex
gate-siak-open = SIAK record is here
gate-siak-missing = NIK { $nik } is not in SIAK. Note the attendance, postpone the recording, ask the office to check.
gate-siak-not-asked = There is no SIAK record for NIK { $nik } on this kit yet. Ask for an extract through the office.
gate-domisili-open = Resident of this regency by SIAK
gate-domisili-shut = SIAK says the person lives in { $domicile }, not { $own }. Point to the service for other residents at the office.
gate-umur-open = Old enough to be recorded
gate-umur-shut = { $age } years old. Recording is possible from { $possible_from }, or once married.
gate-umur-marriage-document = Under age but married: check and tick the marriage document.
gate-belum-rekam-open = Not recorded before
gate-belum-rekam-shut = Recorded already ({ $status ->
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
 }). Do not record again, it would become a duplicate. Press X.
gate-data-sama-open = The school's list equals SIAK
gate-data-sama-shut = Differs from SIAK: { $fields }. Compare with the birth certificate; if SIAK is wrong, ask for a correction.
gate-tanggal-nik-open = The birth date in the NIK fits
gate-tanggal-nik-shut = The birth date in the NIK is not that of SIAK. A warning only.
gate-berkas-open = Documents complete or a reason given
gate-berkas-shut = Family card and birth certificate are not complete. Press K and A for what you saw, or O for the reason.
gate-berkas-not-checked = Documents not checked yet
gate-berkas-not-read-aloud = The biodata has not been read aloud. Press B and read it.
gate-berkas-wrong-fields = Wrong according to the student: { $fields }. Press C to ask for a correction with the certificate, then T: record once SIAK is corrected.
gate-jam-open = The laptop's clock is plausible
gate-jam-shut = The laptop's clock is behind the last entry. Set the clock; age is counted from the date that is sure.
session-school-unknown = This school is not on the kit. Import its list of students first.
session-open-already = The session of this school on { $day } is still open. Go on with it.
session-unknown = There is no such session.
session-student-unknown = The student is not on the list.
session-walk-in-name = The student's name is required.
session-walk-in-listed = This NIK is on the school's list. Look the name up there.
session-not-attended = The student has not been ticked as present.
session-recorded-already = The student has been recorded in this session.
session-override-reason = Write why the session is closed without a backup.
session-cannot-work = The session is { $state }. Open a new one to record.
session-cannot-reconcile = The session is { $state } and need not be reconciled again.
session-cannot-back-up = A session that is { $state } cannot be backed up.
session-cannot-close = The session is { $state }. Reconcile and back it up first.
session-cannot-close-by-override = The session is { $state }. Reconcile it first; only the backup can be skipped with a reason.
attendance-menunggu = waiting
attendance-terekam = recorded
attendance-ditolak = refused
attendance-tunda = postponed
attendance-reason-luar_domisili = lives elsewhere
attendance-reason-belum_cukup_umur = too young
attendance-reason-sudah_rekam = recorded before
attendance-reason-bukan_orangnya = not the person
attendance-reason-menolak = declined
attendance-reason-perlu_dicek_siak = to be checked in SIAK
attendance-reason-data_berbeda = data differ, waiting for SIAK
attendance-reason-berkas_kurang = documents missing
attendance-reason-alat_rusak = device broken
attendance-reason-mutu_rendah = quality not reached
attendance-reason-pergi = left before being called
attendance-reason-waktu_habis = no time left
attendance-reason-lain = other
siak-extract-malformed = The SIAK extract from the office cannot be read; nothing was changed.
correction-certificate-missing = Write the number of the birth certificate as evidence.
correction-no-siak-record = There is no SIAK record yet that could be corrected.
correction-field-wrong = These fields cannot be corrected by request: { $fields }
correction-nothing-differs = Nothing differs from SIAK.
step-foto = Photo
step-tanda_tangan = Signature
step-sidik_jari = Fingerprints
step-iris = Irises
step-verifikasi = Verification
step-pengesahan = Approval
sitting-unknown = There is no such sitting.
sitting-not-running = This sitting is { $state } and cannot be changed.
sitting-cannot-postpone = A sitting that is { $state } cannot be postponed.
sitting-cannot-resume = A sitting that is { $state } cannot be resumed.
sitting-cannot-complete = A sitting that is { $state } cannot be finished again.
sitting-cannot-seal = A sitting that is { $state } cannot be sealed.
sitting-cannot-send-back = A sitting that is { $state } cannot be sent back.
sitting-cannot-purge = A sitting that is { $state } cannot be purged.
sitting-cannot-discard = A sitting that is { $state } cannot be discarded.
sitting-part-unknown = There is no part { $part } in this sitting.
sitting-part-no-exception = Part { $part } cannot be excepted.
sitting-part-not-poor = Part { $part } needs no approval of its quality.
sitting-tries-left = { $left } tries are left. Try again first.
sitting-parts-open = Some parts are not captured yet.
sitting-parts-postponed = Some parts were postponed. Capture them or postpone the student.
sitting-photo-first = Take the photo first.
sitting-photo-not-approved = The photo has not been approved. Show it to the person.
sitting-findings-open = Something was noticed that a second member of staff must look at.
sitting-note-missing = Write the reason.
sitting-step-running = The step before is still running. Wait or cancel it.
sitting-purged = This recording was deleted from the kit after its retention time.
finding-person-seen-before = Fingerprint or iris looks like that of somebody recorded on this kit before. Check whether it is the same person or a twin.
capture-below-threshold = quality below the threshold
capture-scanner-single-only = This scanner takes one finger only. Capture the fingers one by one.
capture-slap-all-missing = All fingers of this group are excepted.
capture-finger-excepted = This finger is excepted. Remove the exception first.
capture-eyes-excepted = This eye is excepted. Remove the exception first.
capture-fingers-missing = Fewer fingers than asked for. Lay down all of them, or note an exception.
capture-fingers-other = Not the fingers asked for. Try again.
capture-same-finger-twice = The same finger came twice. Nothing was kept; try again with the right finger.
capture-eyes-missing = Not every eye was captured. Try again.
capture-same-eye-twice = The same eye came twice. Try again.
capture-eyes-swapped = Left and right eye are changed over. Try again.
capture-nothing-to-verify = There is no finger to verify.
capture-fingers-first = Capture the fingerprints first.
capture-one-finger-only = Lay down one finger only.
capture-finger-does-not-match = Does not match the finger recorded before. Try again with the finger asked for.
pad-sign-here = Please sign
pad-approve = I state that these data are right:
pad-born = { $place }, { $day }
pad-approve-sign = Photo, fingerprints, irises are recorded. Sign:
disk-full = The storage is full. What was recorded is safe. Free some space and try again.
journal-not-durable = Cannot store to { $path }: { $reason }. Repeat this step.
journal-damaged = The recording file { $path } is damaged. Record the missing parts again.
journal-record-missing = Record { $record } of { $path } cannot be read. Capture that part again.
journal-record-unknown = The content of the recording file is not known.
journal-key-wrong = The recording's key does not belong to this kit.
journal-key-gone = This recording is sealed; the kit can no longer open it.
packet-not-sealed = The packet could not be sealed: { $reason }. The recording is safe and sealing is tried again.
packet-no-recipient = The kit is not paired with the office; the packet is sealed once it is. The recording is safe.
packet-recipient-wrong = The office's recipient key is not valid. Pair the kit again. The recording is safe.
packet-not-read-back = The packet could not be read back correctly. The recording is safe and sealing is tried again.
packet-member-size = Part { $name } changed while it was sealed.
packet-not-one = This file is not a packet.
packet-malformed = The packet is damaged ({ $part }).
packet-truncated = The packet is cut short.
packet-index-differs = The packet's content differs from its index.
packet-format-unknown = Packet format { $format } is not known.
packet-too-large = The packet is too large ({ $size } bytes).
packet-size-differs = The packet has { $found } bytes, expected { $expected }.
packet-hash-differs = The packet's content differs from its manifest.
packet-unreadable = File { $path } cannot be read: { $reason }
packet-not-bound = Manifest and content of the packet do not belong together.
packet-seal-broken = The packet's seal is broken.
packet-not-for-us = This packet is sealed for another key.
packet-identity-wrong = The opening key is not valid.
backup-medium-missing = The backup medium { $path } is not there. Connect it and try again.
backup-medium-full = The backup medium { $path } is full. The session stays open; use another medium.
backup-not-written = The backup could not be written: { $reason }. The session stays open; use another medium.
backup-database-copy = The copy of the database for the backup failed. Try again.
backup-unreadable = The backup { $path } cannot be read: { $reason }
backup-not-one = This file is not a backup.
backup-incomplete = The backup is cut short. Make it again.
backup-malformed = The backup is damaged.
backup-size-differs = The size of the backup's content differs from its manifest.
backup-hash-differs = The backup's content differs from its manifest. The medium may be failing; use another one.
backup-member-differs = Part { $name } of the backup differs from its manifest.
backup-member-missing = Part { $name } is missing in the backup.
backup-seal-broken = The backup's seal is broken.
backup-not-for-us = This backup is not of this kit.
backup-target-not-empty = Folder { $path } is not empty. Restore into an empty folder only.
backup-not-restored = The backup could not be restored: { $reason }
review-own-work = A supervisor does not review their own recordings. Ask another one.
review-not-sealed = This recording is not sealed yet. Seal it first.
review-delivered-already = Number { $number } is with the office already; it is sent back there.
review-sent-back = sent back by the supervisor
slip-not-finished = The recording is not finished yet.
slip-wait = The card is printed once the uniqueness check is done.
slip-print-from = The card can be printed from { $day }, once the uniqueness check is done.
capture-finger-unlike-before = Not the finger captured before. If the earlier capture is the wrong one, press H to void it.
sitting-part-not-excepted = Part { $part } is not noted as an exception.
sitting-not-sent-back = Only a recording sent back by the supervisor can be deleted without the office's receipt.
