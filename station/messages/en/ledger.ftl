ledger-name-wrong = The name { $name } is empty or too long.
ledger-loan-smaller = Only { $open } pieces of the loan of { $partner } are outstanding; { $wanted } were written.
ledger-not-enough = { ledger-account } has only { $available } pieces; { $wanted } were asked for. Receive or bring back blanks first.
ledger-entry-unknown = That entry is not in the blank book.
ledger-serial-used = Blank { $serial } was used before. Put it aside and report it.
ledger-serial-known = Blank { $serial } is on another receipt already.
ledger-serials-repeated = A blank's number is written twice.
ledger-reason-missing = The reason is missing.
ledger-not-reversible = An entry of this kind cannot be taken back.
ledger-reversed-already = That entry was taken back already.
ledger-quantity-wrong = The quantity { $quantity } cannot be used.
ledger-role-missing = This step is for { $role } only.
ledger-second-person = This step needs a second, different person.
ledger-intent-missing = A print without its intent cannot be booked.
ledger-intent-used = This print was booked with another outcome. Take that back first, with a reason.
ledger-outcome-wrong = The outcome { $outcome } does not fit its cause.
ledger-not-empty = Opening stock is for an empty book only.
ledger-witness-missing = The witnesses of the destruction are missing.
ledger-document-missing = The number of the record is missing.
ledger-no-difference = There is no difference to explain for that count.
ledger-no-case = There is no open shortage case for that receipt.
ledger-month-not-closed = That month is not over and { $day } is not closed; close the month after it.
ledger-day-not-over = { $day } has not come yet.
ledger-day-locked = The days up to { $day } are closed.
ledger-day-difference = { ledger-account }: booked { $booked }, counted { $counted }. Count again, book the forgotten outcome, or explain the difference with a second person.
ledger-day-not-returned = { ledger-account } still holds { $quantity } pieces. Bring them back first.
ledger-day-not-counted = The store was not counted after the last movement.
ledger-batch-malformed = The batch of ledger entries is damaged.
ledger-head-malformed = The signature of the blank book is damaged.
ledger-chain-gap = An entry is missing from the chain
ledger-chain-repeated = An entry is repeated or out of order
ledger-chain-broken = An entry was changed
ledger-negative = Stock of { ledger-account } becomes negative
ledger-cache-differs = The stored total of { ledger-account } does not agree with the entries
ledger-serials-differ = The list of blank numbers of a receipt was changed
ledger-head-forged = The signature of a chain head is not valid
ledger-cut-off = The chain was cut: entry { $seq }, signed before, is not there
ledger-head-differs = Entry { $seq } is not the one that was signed
ledger-remark-opening = Opening stock { $quantity }
ledger-remark-shortage = { $document }: paper { $paper }, counted { $counted }
ledger-remark-difference = { $short ->
    [yes] Short
   *[no] Over
} by { $quantity } ({ $note })
ledger-remark-missing = Unresolved in the print room { $quantity }
ledger-remark-found = Found { $quantity } ({ $note })
ledger-remark-case-closed = Shortage case settled: { $document }
ledger-remark-write-off = Written off { $quantity }: { $document }
ledger-remark-late-reversal = Correction of { $quantity } from a closed day ({ $note })
ledger-remark-send-station = To station { $partner } { $quantity }: { $document }
ledger-remark-receive-station = From station { $partner } { $quantity }: { $document }
ledger-remark-destroyed = Destroyed { $quantity }: { $document }
ledger-remark-late = { $quantity } pieces of { $day } booked today
ledger-conflict-serial = Blank { $serial } was booked as used more than once ({ $stations })
ledger-conflict-negative = Stock of { ledger-account } at { $station } is negative ({ $balance })
ledger-conflict-transfer = Transfer { ledger-account }: { $quantity } more received than sent
ledger-conflict-fork = Station { $station }: two different entries have the number { $seq }
ledger-conflict-gap = Entries of station { $station } are incomplete after { $seq }
ledger-account = { $account ->
    [store] Store
    [division] Division
    [room] Room { $place }
    [point] Counter { $place }
    [spoiled_store] Spoiled store
    [spoiled-division] Spoiled at the division
    [spoiled-room] Spoiled in room { $place }
    [spoiled-point] Spoiled at counter { $place }
    [discrepancy] Discrepancy account
    [outside] { $place }
    [outside-opening] Earlier stock
    [printed-baru] Printed new
    [printed-hilang] Printed for lost
    [printed-rusak] Printed for damaged
    [printed-perubahan_data] Printed for data change
    [destroyed] Destroyed
    [written_off] Written off
    [loan_out] { $place }
    [loan_in] { $place }
    [suket] Letters
    [transfer] Transfer { $place }
   *[other] { $account }
}
ledger-day-far-ahead = The clock says { $day }, but the last record of the book is of { $last }. Check the clock; if it is right, two people confirm the day in "Blanks today".
ledger-day-not-ahead = The day needs no confirmation.
ledger-remark-day-confirmed = Day confirmed by two persons after a long time without records
