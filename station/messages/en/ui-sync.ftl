# Send and receive
ui-key-send-lan = Send (office)
ui-key-send-m2m = Send (M2M modem)
ui-key-retry = Retry
ui-key-pause = Pause / go on
ui-key-pair = Enrol kit
ui-queue-state = State
ui-queue-what = What
ui-queue-size = Size
ui-queue-tries = Tries
ui-queue-since = Since
ui-queue-reason = Reason
ui-queue-waiting = waiting
ui-queue-aside = set aside
ui-item-packet = Recording packet
ui-topic-siak_request = Request for SIAK data
ui-topic-status = Card status
ui-topic-correction_request = SIAK correction request
ui-sync-office = Office
ui-sync-paired = enrolled as { $kit }
ui-sync-not-paired = kit not enrolled; press D with the office's code
ui-sync-contact = Last contact
ui-never = never
ui-sync-waiting = Waiting
ui-sync-amount = { $count } items, { $size }{ $minutes ->
    [0] {""}
   *[other] , about { $minutes } min by modem
}
ui-sync-metered = Modem data today
ui-sync-state = State
ui-sync-paused = paused
ui-budget-title = The modem's data for today is spent
ui-budget-question = Send the packets over the modem all the same?
ui-sending-lan = Sending over the office network
ui-sending-m2m = Sending over the M2M modem
ui-sync-done = Exchange with the office done
ui-sync-done-problems = Done, some did not go through
ui-sync-report =
    Packets sent and acknowledged: { $packets }
    Events sent: { $events } · blank book entries: { $ledger }
    Received from the office: { $feed }
    { $size } in { $seconds } s
ui-feed-siak_extract = SIAK data
ui-feed-print_record = print-ready data
ui-feed-policy = office rules
ui-feed-staff_roster = staff list
ui-feed-school_roster = school list
ui-feed-status = statuses
ui-feed-other = other
ui-exchange-brought = From the office: { $what }
ui-feed-nothing = nothing
ui-pairing-code = One-time code
ui-pairing = Enrolling the kit at the office
ui-sync-answers-later = The answer to what was sent comes with the next exchange: press K or M once more.

# Status of records
ui-key-statuses = Record status
ui-record-title = Record status
ui-record-name = Name
ui-record-nik = NIK
ui-record-state = Status
ui-record-age = Since
ui-record-lead = { $count } records · need somebody { $troubled }
ui-record-none = No records yet. A status appears when students are recorded and sent.
ui-record-not-listed = (not on a list)
ui-record-state-unregistered = not recorded
ui-record-state-bio_captured = recorded, on the kit
ui-record-state-processing = at the office
ui-record-state-sent_for_enrollment = sent to the centre
ui-record-state-received_at_central = at the centre
ui-record-state-enroll_failure_at_regional = failed at the office
ui-record-state-enroll_failure_at_central = failed at the centre
ui-record-state-search_failure_at_central = search failed
ui-record-state-adjudicate_record = centre decides
ui-record-state-request_validation = asks to validate
ui-record-state-duplicate_record = duplicate
ui-record-state-print_ready_record = ready to print
ui-record-state-sent_for_card_printing = sent for printing
ui-record-state-card_printed = card printed
ui-record-state-card_shipped = card shipped
ui-record-state-card_issued = card handed over
ui-record-next-unregistered = Record again: this recording was sent back, or there is none.
ui-record-next-bio_captured = Send to the office (K or M on the screen Send and receive).
ui-record-next-processing = Wait; send and receive again later.
ui-record-next-sent_for_enrollment = Wait for the search for duplicates; send and receive again later.
ui-record-next-received_at_central = Wait for the search for duplicates; send and receive again later.
ui-record-next-enroll_failure_at_regional = See the cause below; where the quality is low, record again. Tell the office.
ui-record-next-enroll_failure_at_central = See the cause below; where the quality is low, record again. Tell the office.
ui-record-next-search_failure_at_central = Ask the office to send it to the centre again.
ui-record-next-adjudicate_record = Wait for the centre's decision. Do not record again.
ui-record-next-request_validation = Ask the office to validate these data. Do not record again.
ui-record-next-duplicate_record = Do not print, do not record again. Hand it to the verifier at the office.
ui-record-next-print_ready_record = Print it from the print queue (6), once the holder is 17.
ui-record-next-sent_for_card_printing = Wait for the card to be printed.
ui-record-next-card_printed = Hand it to its holder, see hand over (8).
ui-record-next-card_shipped = Hand it to its holder, see hand over (8).
ui-record-next-card_issued = Done.
ui-record-next-unknown = The kit does not know this status. Ask the office.
