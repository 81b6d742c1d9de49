# Frame
ui-nobody = not signed in
ui-keybar-rest = F1 Help
ui-status-kit = Kit { $sign } { $ready }/{ $total }
ui-status-kit-unknown = Kit …
ui-status-session = { $name } { $done }/{ $came }
ui-no-session = No session yet
ui-status-queue = To send { $count }
ui-status-disk = ! { $free_mib } MiB left
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
ui-form-choice-keys = ↓ chooses from a list · Enter next · Ctrl+S saves · Esc cancels
ui-form-missing = { $field } is empty
ui-form-no-number = { $field }: digits only
ui-form-no-date = { $field }: write a date like 16-07-2017
ui-palette-prompt = Search for an action …
ui-not-yours = Not for this role
ui-not-yours-text = This is for: { $roles }. Signed in now: { $mine }. To change who works: Q on the home screen.

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
ui-next-close = close the session
ui-next-review = look at today's recordings
ui-next-add-staff = add staff
ui-next-pair = enrol the kit at the office
ui-next-custody-confirm-day = check the clock and confirm the day
ui-next-custody-fill = receive blanks
ui-next-custody-explain = explain the difference of blanks
ui-next-custody-issue = issue blanks to the division
ui-next-custody-issue-room = issue blanks to the print room
ui-next-custody-print = print, then bring back what is left
ui-next-custody-return-store = bring the blanks left back to the store
ui-next-custody-count = count the store
ui-next-custody-lock = lock the day of the blanks
ui-next-send = send packets to the office
ui-next-print = print the cards that wait
