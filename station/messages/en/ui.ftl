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

# Session and attendance
ui-key-student = Check & record
ui-key-attend = Present
ui-key-walk-in = Add student
ui-key-open-session = Open session
ui-key-unfinished = Go on
ui-key-choose-session = Other session
ui-attendance-outcome = Outcome
ui-attendance-number = No
ui-attendance-name = Name
ui-attendance-class = Class
ui-attendance-nik = NIK
ui-outcome-none = not here yet
ui-outcome-waiting = present
ui-outcome-recorded = recorded
ui-outcome-refused = refused
ui-outcome-postponed = postponed
ui-session-none = No session yet. Press B to open one at a school today.
ui-session-lead = { $school } · { $day } · { $state }
ui-session-state-opened = opened
ui-session-state-running = running
ui-session-state-reconciled = reconciled
ui-session-state-backed_up = backed up
ui-session-state-closed = closed
ui-progress = Listed { $listed } · present { $attended } · recorded { $recorded } · waiting { $waiting } · refused { $refused } · postponed { $postponed }
ui-progress-pace = { $pace }/h
ui-progress-end = done ± { $time }
ui-unfinished-none = No sitting was interrupted
ui-unfinished-title = Go on with an interrupted sitting
ui-open-session-title = Open a session on { $day } at school
ui-walk-in-title = A student who is not on the list
ui-birth-place = Place of birth
ui-birth-date = Date of birth

# One student
ui-student-title = Biodata check
ui-student-lead = { $number }. { $name } · class { $class_name } · NIK { $nik }
ui-key-record = Record
ui-key-read-aloud = Read aloud
ui-key-family-card = Family card
ui-key-certificate = Certificate
ui-key-marriage = Marriage book
ui-key-missing-document = Why a paper is missing
ui-key-correction = Ask correction
ui-key-refuse = Refuse
ui-key-postpone = Postpone
ui-key-call = Call
ui-gate-siak_record = SIAK record
ui-gate-residence = Residence
ui-gate-age = Age
ui-gate-not_recorded = Not recorded
ui-gate-same_data = Same data
ui-gate-nik_date = Date in NIK
ui-gate-documents = Papers
ui-gate-clock = Laptop clock
ui-document-family-card = Family card
ui-document-certificate = Certificate
ui-document-marriage = Marriage book
ui-document-read-aloud = Read aloud
ui-document-reason = Reason
ui-document-seen = seen
ui-document-not-seen = not yet
ui-certificate-number = Certificate no.
ui-reason = Reason
ui-compare-sign = ±
ui-compare-field = Field
ui-compare-roster = School list
ui-compare-siak = SIAK
ui-field-nik = NIK
ui-field-name = Name
ui-field-birth-place = Place of birth
ui-field-birth-date = Date of birth
ui-field-sex = Sex
ui-field-address = Address
ui-field-village = Village
ui-field-district = District
ui-field-religion = Religion
ui-field-marital-status = Marital status
ui-field-occupation = Occupation
ui-field-citizenship = Citizenship
ui-field-blood-type = Blood type
ui-field-wrong = wrong
ui-key-right = Right, next
ui-key-wrong = Wrong
ui-key-field-back = Before
ui-siak-none = SIAK data of this student are not on the kit yet. Press S to ask for them.
ui-read-wrong-title = Something is wrong
ui-read-wrong = Wrong, the student says: { $fields }. The kit never edits SIAK. Press C to ask for a correction with the certificate, or T to postpone.
ui-correction-text = Write what the birth certificate says. What is unchanged is not sent.
ui-correction-sent = The correction request is in the outbox
ui-refuse-title = Why may the student not be recorded?
ui-refusal-other_domicile = Lives outside the regency (send to the out-of-domicile service)
ui-refusal-too_young = Too young
ui-refusal-already_recorded = Recorded already
ui-refusal-not_the_person = Not the person
ui-refusal-declined = Declines to be recorded
ui-postpone-title = Why postponed?
ui-postpone-siak_missing = To be checked in SIAK
ui-postpone-data_differs = Data differ
ui-postpone-documents = Papers missing
ui-postpone-device_fault = Device broken
ui-postpone-quality = Poor quality
ui-postpone-left = Student left
ui-postpone-no_time = No time left
ui-postpone-other = Other

# Recording
ui-sitting-title = Recording
ui-sitting-beginning = Calling the student
ui-step-photo = Photo
ui-step-signature = Sign
ui-step-fingers = Fingers
ui-step-irises = Irises
ui-step-verification = 1:1 check
ui-step-approval = Approval
ui-key-go-on = Go on
ui-key-again = Again
ui-key-exception = Exception
ui-key-single-finger = One finger
ui-key-photo-now = Photo now
ui-key-findings = Findings
ui-key-spare = Spare device
ui-key-take-back = Take exception back
ui-no-picture = (the picture appears here)
ui-picture-waiting = waiting for the device …
ui-hand-left = Left
ui-hand-right = Right
ui-finger-thumb = thumb
ui-finger-index = index
ui-finger-middle = middle
ui-finger-ring = ring
ui-finger-little = little
ui-eye-right = Right eye
ui-eye-left = Left eye
ui-part-photo = Photo
ui-part-signature = Signature
ui-part-approval = Approval
ui-part-verify = Check { $finger }
ui-part-state-open = not yet
ui-part-state-poor = poor
ui-part-state-captured = good
ui-part-state-excepted = exception
ui-part-state-postponed = postponed
ui-result-accepted = Stored
ui-result-refused = Not used: { $causes }. Again with Enter.
ui-result-low = poor quality
ui-result-poor = { $part }: { $score }, { $causes } (tries left { $left })
ui-do-photo = Sit upright, look at the camera
ui-do-approve-photo = Show the photo. Enter when the student agrees, U to repeat
ui-do-signature = Sign on the pad
ui-do-left-four = Four LEFT fingers on the glass, press flat
ui-do-right-four = Four RIGHT fingers on the glass, press flat
ui-do-thumbs = Both thumbs on the glass
ui-do-fingers-done = All fingers are there
ui-do-single = { $finger } on the glass
ui-do-irises = Glasses off, eyes wide open, look at the scanner
ui-do-verification = The fingers for the chip once more
ui-do-approval = The student reads the pad and signs
ui-do-review = All steps done. Look it over, then Enter stores
ui-fingers-seen = Fingers seen: { $count }
ui-photo-score = Photo quality: { $score }
ui-background = Background
ui-background-words = { $colour }
ui-again-title = Repeat which step?
ui-nothing-open = Nothing to decide
ui-exception-title = Which part cannot be captured?
ui-exception-reason = Reason
ui-exception-low-quality = It does not get better, use the best
ui-exception-amputated = Not there
ui-exception-bandaged = Bandaged
ui-exception-damaged = Damaged
ui-exception-disease = Eye disease
ui-exception-blind = Blind
ui-exception-cannot_sign = Cannot write
ui-exception-other = Other
ui-exception-duration = Permanent or temporary?
ui-permanent = Permanent
ui-temporary = Temporary
ui-note = Note
ui-exception-confirm = A second person confirms the exception: { $part }
ui-postpone-step-title = Why is this step postponed?
ui-findings-title = Findings a second person must look at
ui-findings-confirm = The second person states having looked at this finding
ui-take-back-title = Which exception is taken back?
ui-sealing = Storing and sealing
ui-recorded-title = Recording stored
ui-recorded = Number { $number } in the recording register.
