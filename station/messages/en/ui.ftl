# Frame
ui-nobody = not signed in
ui-keybar-rest = F1 Help
ui-status-kit = Kit { $sign } { $ready }/{ $total }
ui-status-kit-unknown = Kit …
ui-status-session = Session { $name }
ui-no-session = No session yet
ui-status-queue = To send { $count }
ui-status-blanks = Blanks { $count }
ui-span-now = just now
ui-span-minutes = { $count } min ago
ui-span-hours = { $count } h ago
ui-span-days = { $count } days ago
ui-work-seconds = { $seconds } s · Esc cancels
ui-work-cancelled = Cancelled. What was stored stays stored.
ui-problem = This cannot be done
ui-unexpected = Trouble inside the program
ui-unexpected-text = This step stopped on unknown trouble ({ $kind }). Nothing stored is lost. Try again; if it comes back, note the time and report it.
ui-sign-in-first = Sign in first.
ui-notice-keys = Enter closes
ui-confirm-keys = Y yes · N no
ui-choose-keys = ↑↓ and Enter, or its number · Esc cancels
ui-form-keys = Enter next · Ctrl+S saves · Esc cancels
ui-form-missing = { $field } is empty
ui-form-no-number = { $field }: digits only
ui-form-no-date = { $field }: write a date like 16-07-2017
ui-palette-prompt = Search for an action …

# Keys
ui-key-back = Back
ui-key-quit = Quit
ui-key-help = Help
ui-key-theme = Look
ui-key-language = Indonesia
ui-key-open = Open
ui-key-next = Go on working
ui-key-palette = Find action
ui-key-sign-out = Sign out
ui-key-ok = Close
ui-key-yes = Yes
ui-key-no = No
ui-key-cancel = Cancel
ui-key-save = Save
ui-key-use-device = Use this device
ui-key-check = Check kit
ui-key-add = Add
ui-key-unlock = Unlock
ui-key-roles = Roles
ui-key-password = New password
ui-theme-malam = dark
ui-theme-siang = light
ui-theme-matahari = sunlight (high contrast)
ui-theme-now = Look: { $name }
ui-theme-hint = Dark, light, or sunlight (high contrast)
ui-language-hint = Switch Indonesian / English
ui-sign-out-hint = Let somebody else sign in
ui-quit-hint = Close the program

# Sign-in
ui-sign-in-title = Sign in
ui-sign-in-lead = Sign in with login and password. Works without a network.
ui-sign-in-keys = Enter next · Ctrl+Q quits
ui-sign-in-checking = Checking the password
ui-login = Login
ui-password = Password
ui-password-again = Password again
ui-password-differs = The two passwords differ
ui-full-name = Full name
ui-first-title = First start
ui-first-lead = Nobody works on this kit yet. The first person becomes administrator; others are added later. A password has at least 8 letters.
ui-first-keys = Enter next, from the last line it saves
ui-first-making = Making the administrator
ui-second-title = Second person
ui-second-keys = Enter signs in · Esc cancels
ui-second-same = It must be somebody else than the one signed in

# Home
ui-home-title = Home
ui-other-role = other role
ui-next-action = Next [{ $key }]: { $what }
ui-group-school = School
ui-group-print = Print and blanks
ui-group-office = Office
ui-group-station = This kit
ui-place-roster = Student list
ui-place-roster-hint = Import a school's list and look at it
ui-place-session = Session and recording
ui-place-session-hint = Open a session, attendance, record students
ui-place-closing = Close the session
ui-place-closing-hint = Reconcile, back up, close
ui-place-sync = Send and receive
ui-place-sync-hint = Outbox, statuses, office
ui-place-queue = Print queue
ui-place-queue-hint = Cards that wait, and why
ui-place-recovery = Print recovery
ui-place-recovery-hint = Cards interrupted half-way
ui-place-handover = Hand-over of cards
ui-place-handover-hint = To the holder, fingerprint 1:1
ui-place-blanks = Blanks today
ui-place-blanks-hint = Receive, issue, return, count
ui-place-registers = Registers and reports
ui-place-registers-hint = See on screen, then write XLSX and PDF
ui-place-devices = Devices
ui-place-devices-hint = State of each device, switch to a spare
ui-place-check = Kit check
ui-place-check-hint = Try every device before leaving
ui-place-staff = Staff
ui-place-staff-hint = Add staff and roles
ui-place-help = Help
ui-place-help-hint = Keys, order of work, signs

# Devices
ui-device-kind = Kind
ui-device-name = Name
ui-device-state = State
ui-device-serial = Serial
ui-device-firmware = Firmware
ui-device-ready = ready
ui-device-not-ready = not ready
ui-device-spare = spare
ui-device-already = This device is in use already
ui-device-switching = Switching to { $name }
ui-devices-none = Asking the devices …
ui-kind-fingerprint = Fingerprints
ui-kind-iris = Iris
ui-kind-signature = Signature pad
ui-kind-camera = Camera
ui-kind-modem = M2M modem
ui-kind-gnss = Satellites (GNSS)
ui-kind-display = Call board
ui-kind-printer = Card printer
ui-kind-smartcard-sam = SAM reader
ui-kind-smartcard-encoder = Chip encoder
ui-kind-smartcard-desk = Desk reader
device-spare = Spare, not in use

# Staff
ui-staff-name = Name
ui-staff-login = Login
ui-staff-roles = Roles
ui-staff-state = State
ui-staff-active = active
ui-staff-locked = locked
ui-staff-closed = closed
ui-staff-add-title = New member of staff
ui-staff-role = Role
ui-staff-added = { $name } added
ui-staff-new-password = New password for { $name }
ui-role-operator_perekaman = Recording operator
ui-role-verifikator = Verifier
ui-role-penyelia = Supervisor
ui-role-operator_pencetakan = Print operator
ui-role-pengelola_barang = Custodian
ui-role-kabid_dafduk = Division head
ui-role-administrator = Administrator

# Help
ui-help-title = Help
ui-help-keys = Keys of the screen before
ui-help-text =
    Anywhere
      F1         Help
      F2         Dark, light, sunlight
      F3         Indonesian / English
      Ctrl+P     Find an action by typing
      Esc        Cancel what is running, or go back
      Ctrl+Q     Quit

    A day at school
      1 Import the student list the evening before, then check the kit (K).
      2 Open a session. Find students by number, name or NIK; tick attendance.
      3 Check documents, compare biodata with SIAK, read them aloud.
      4 Record in six steps. Each result is stored before the screen says so.
      5 Reconcile, back up, close the session.
      6 Send; receive statuses.

    A day in the print room
      1 Blanks: the custodian issues, the operator receives; both confirm the count.
      2 Print queue: what is closed says why. Print one, look, confirm.
      3 Hand-over: person present, fingerprint 1:1. Evening: count, return, lock the day.

    Signs
      ✓ good   ○ not yet   ▸ now   ! attention   ✗ impossible

# State
ui-fact-kit = Devices
ui-fact-kit-ready = { $ready } of { $total } ready
ui-next-import = import the school's student list
ui-next-open-session = open a recording session
ui-next-record = go on recording
ui-next-close = reconcile, back up, close the session
ui-next-send = send packets to the office
ui-next-print = print the cards that wait

# Student list
ui-key-import = Import
ui-key-school = School
ui-key-search = Search
ui-key-ask-siak = Ask SIAK
ui-key-folder-up = Folder up
ui-key-import-good = Import good rows
ui-key-write-rejects = Write rejects
ui-key-switch-view = Problems / good rows
ui-pick-roster = Choose a student list
ui-pick-keys = Enter opens · ← folder up · Tab types a path · Esc cancels
ui-search-prompt = / search number, name or NIK
ui-student-number = No
ui-student-class = Class
ui-student-name = Name
ui-student-nik = NIK
ui-student-born = Born
ui-student-sex = Sex
ui-sex-male = M
ui-sex-female = F
ui-roster-empty = No student list yet. Press I to import the school's file.
ui-roster-lead = { $school } · { $count } students
ui-choose-school = Choose a school
ui-school-name = School name
ui-siak-asked = The request for SIAK data is in the outbox
ui-roster-reading = Reading { $file }
ui-roster-import-title = Import { $file }
ui-preview-title = Import preview
ui-preview-summary =
    { $school }: { $good } good rows, { $rejected } rejected, { $doubts } to look at
    Sheets (good+rejected): { $sheets }
ui-problem-kind = Sign
ui-problem-place = Where
ui-problem-what = Problem
ui-problem-refused = rejected
ui-problem-doubt = look
ui-problem-at = { $sheet } row { $row } column { $column }
ui-no-rejects = No row was rejected
ui-written-title = Written
ui-import-question = Import { $count } students into { $school }? Rejected rows are left out.
ui-importing = Importing
ui-imported = { $added } new, { $updated } updated, { $unchanged } unchanged, { $rejected } rejected
