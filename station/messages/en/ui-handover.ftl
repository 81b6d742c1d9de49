# Hand-over
ui-key-by-finger = Give (finger)
ui-key-by-signature = Give (signature)
ui-key-refuse-proxy = Refuse proxy
ui-key-inspect = Inspected
ui-key-carry = Take to school
ui-key-card-back = Bring back
ui-all-schools = All schools
ui-handover-lead = { $school } · { $waiting } cards wait · { $given } given
ui-card-state = State
ui-card-name = Name
ui-card-nik = NIK
ui-card-printed = Printed
ui-place-di-kantor = at the office
ui-place-diperiksa = inspected
ui-place-dibawa = carried
ui-place-kembali = back
ui-place-diserahkan = given
ui-card-given-title = Card given
ui-card-given = { $name } received the card with chip { $serial }. It is in the receipt register.
ui-who-came = Who came
ui-proxy-refused = Refused and noted; the card stays here
ui-destination = Destination

# Photo of the event, withdrawing a card
ui-key-event-photo = Photo
ui-key-withdraw = Withdraw
ui-handover-question = Hand the card to { $name } (NIK { $nik }, chip { $serial })? The holder stands before you in person; next the { $finger } is asked for.
ui-photo-attached = A photo of the event was taken and is kept with it, encrypted.
ui-photo-none = Without a photo of the event (F takes one).
ui-photo-taken = The photo for { $name } is ready; it is kept once the card is handed over. F takes it again.
ui-photo-kept = Photo: { $name }
ui-withdraw-title = Why is the card of { $name } withdrawn?
ui-withdraw-confirm = A second person (division head or supervisor) agrees to withdraw the card of { $name }
ui-withdrawn = Card withdrawn and booked as spoiled; a new job is in the queue
ui-key-see-photo = See photo
