cli-usage = Usage:
cli-positionals = Inputs
cli-options = Options
cli-commands = Commands
cli-command = COMMAND
cli-description =
    Recording and printing station for the KTP-el.

    Without a command the full-screen app opens. The commands below do the same from the command line.
cli-epilog =
    Examples:
      station check                                   test the whole kit before leaving
      station import students.xlsx --school "SMAN 1"  read a school's list
      station sync --link m2m                         send recordings over the modem
      station ledger report --month 2026-11           the 14-column report

    Exit codes: 0 done, 1 check not passed, 2 wrong use, 3 refused by a rule or for lack of a role,
    4 a device or the link is not there, 5 data not stored or not matching, 130 broken off.
cli-help-help = show this page
cli-help-lang = language: id (default) or en
cli-help-config = settings file; default: ./kit.toml, then bench/kit.toml, then the user's own
cli-help-json = answer in JSON for programs
cli-wrong-use = { $program }: { $reason } — see { $program } --help
cli-broken-off = Broken off. What was saved stays saved.
cli-no-terminal-for-passphrase = There is no terminal to ask for the password. Set passphrase_file in kit.toml or STATION_PASSWORD.
cli-login-needed = Say who works: --login NAME (or STATION_LOGIN).
cli-ask-passphrase = Kit passphrase:
cli-ask-password = Password of { $login }:
cli-setup = prepare a new kit: keys, database and the first administrator
cli-check = test the whole kit: go or no-go, and why
cli-import = read a school's list from XLSX, XLS, ODS or CSV
cli-session = recording sessions at a school
cli-session-list = list sessions and their state
cli-session-open = open a session
cli-session-reconcile = match attended = recorded + refused + postponed
cli-session-close = close a session that is backed up
cli-sync = send and receive over the office network or the M2M modem
cli-backup = back a session up to an external medium, read back and compared
cli-restore = restore a backup into an empty data folder
cli-verify = prove a backup whole without restoring it
cli-print = card printing
cli-print-queue = the print queue with the gates that are still closed
cli-print-next = print the next card
cli-print-recover = settle interrupted cards before anything leaves the hopper
cli-ledger = the blank book
cli-ledger-receive = receive blanks under a hand-over record
cli-ledger-issue = issue blanks to the division or a print room
cli-ledger-return = return leftovers and spoiled pieces
cli-ledger-count = stock count: record what was counted
cli-ledger-report = the 14-column blank usage report
cli-ledger-verify = check the chain of the blank book
cli-ledger-balance = balance of every place
cli-office = the office server
cli-office-serve = run the office server
cli-office-code = make a one-time code to pair a kit
cli-packet = recording packets
cli-packet-inspect = show the outside of a packet
cli-packet-verify = check a packet's signature and hash
cli-devices = list devices and their state
cli-rehearse = rehearse a whole day against simulated devices
cli-arg-file = file to read
cli-arg-school = name of the school
cli-arg-yes = import the good rows without asking
cli-arg-rejects = write the refused rows with their reasons to this file
cli-arg-login = login of the member of staff
cli-arg-second = login of the second person who agrees
cli-arg-session = session number
cli-arg-reason = reason
cli-arg-link = link: lan or m2m
cli-arg-pair = pairing code from the office
cli-arg-to = target folder
cli-arg-into = empty data folder
cli-arg-date = date (YYYY-MM-DD)
cli-arg-month = month (YYYY-MM)
cli-arg-out = folder for report files
cli-arg-document = number of the hand-over record
cli-arg-giver = giver
cli-arg-paper = quantity on paper
cli-arg-quantity = pieces
cli-arg-room = print room
cli-arg-spoiled = spoiled pieces
cli-arg-grant = number of the grant letter
cli-arg-serials = file of chip serials, one a line
cli-arg-place = place that was counted
cli-arg-serial = chip serial of the card in hand
cli-arg-data = data folder of the server
cli-arg-host = address to listen on
cli-arg-port = port
cli-arg-centre = address of the national centre
cli-arg-database = database URL (default SQLite in the data folder)
cli-arg-storage = packet storage URL (default the data folder)
cli-arg-kit = kit number
cli-arg-students = number of students
cli-arg-seed = random seed; the same seed gives the same people
cli-arg-faults = none, or field for the troubles of a field day
cli-arg-report = write the result as JSON to this file
cli-arg-keep = keep databases, packets, registers and reports in this folder
cli-arg-name = full name
cli-arg-pdf = write the dated checklist (PDF)
cli-needs-yes = Add --yes to import the { $good } good rows.
cli-saved-to = Saved: { $path }
cli-setup-done = The kit is ready. Administrator { $name } may sign in.
cli-setup-already = The kit is set up already.
cli-password-twice = Password again:
cli-passwords-differ = The two passwords differ.
cli-nothing-to-print = No card is ready to be printed.
cli-office-code-made = Pairing code of { $kit }: { $code }
cli-imported = { $school }: { $added } new, { $updated } updated, { $unchanged } unchanged, { $rejected } refused.
cli-preview-sheet = Sheet { $sheet }: { $good } good rows, { $rejected } refused
cli-reconciled = Attended { $attended } = recorded { $recorded } + refused { $refused } + postponed { $postponed }
cli-second-needed = Closing without a backup needs a second person: --second NAME --reason REASON.
cli-synced = Sent { $packets } packets, { $receipts } receipts, received { $received } items, { $kib } KiB on the wire.
cli-check-go = GO: the kit is ready.
cli-check-no-go = NO-GO: mend what is marked [X].
cli-arg-json = write the result as JSON to this file
cli-giver-wrong = The giver { $giver } is written pusat:NAME, provinsi:NAME or kabkota:NAME.
cli-booked = Booked as number { $seq }: { $quantity } pieces.
cli-receiver-needed = A hand-over takes two people: --second NAME.
cli-counted = Counted { $counted }, the book says { $booked }.
cli-ledger-whole = The blank book is whole.
cli-ledger-broken = The blank book is NOT whole; see --json.
cli-arg-pin = PIN of the SAM, when it is not unlocked yet
cli-backed-up = Backup { $path }: { $members } files, { $packets } packets, read back and matching.
cli-restored = Restored into { $path }: { $members } files.
cli-backup-proven = The backup is whole: { $members } files, { $packets } packets.
cli-packet-kit = Kit { $kit }, packet number { $number }
cli-packet-sealed = Sealed { $at }, { $size } bytes
cli-packet-recipients = Recipients: { $count } keys
cli-packet-unverified = Not verified yet; use: station packet verify
cli-packet-whole = Packet number { $number } of kit { $kit } is whole and signed by this kit.
cli-printed = The card of { $name } is done, chip { $serial }.
cli-ask-serial = Take the card of { $name }, look at it, then type its chip serial (leave empty when it lies on the desk reader):
cli-nothing-open = No card was interrupted.
