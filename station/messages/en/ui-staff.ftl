# Sign-in
ui-opening-title = opening …
ui-opening-lead = Unlocking the kit and its database …
ui-opening-failed = The kit cannot be opened.
ui-opening-keys = Ctrl+Q quit
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
ui-recovery-code = Recovery code of the kit
ui-recovery-code-text = Write this code on paper and keep it in the office's safe, away from the laptop:
    
    { $code }
    
    It opens the kit's data on another laptop when this one breaks. It is shown only once.

# Fingers of the staff
ui-key-finger = Finger
ui-key-other-finger = Other finger
ui-key-without-finger = Without finger
ui-finger-title = Finger of { $name }
ui-finger-place = Lay the { $finger } on the scanner.
ui-finger-none = No finger is enrolled yet. An administrator enrols it under Staff (P); now: O without finger.
ui-finger-keys = R again · G other finger · O without finger · Esc cancel
ui-finger-device-hint = R when the device is connected again, O to go on without a finger.
ui-finger-cancelled = The finger was cancelled. Not signed in.
ui-finger-second = A second person vouches
ui-finger-alone = Alone: the scanner cannot be used
ui-finger-second-why = A second person knows { $name } and vouches that it is them.
ui-finger-forget = Forget all fingers
ui-no-staff-scanner = This kit has no fingerprint scanner.
ui-enrol-title = Enrol a finger of { $name }
ui-enrol-place = Lay the { $finger } down, lift it, lay it down once more.
ui-enrol-keys = R again · Esc cancel
ui-enrol-try = Quality { $quality } of 100 · good { $good } of { $needed }
ui-enrol-lift = Lift the finger, then lay it down again.
ui-enrolled = Finger of { $name } enrolled, quality { $quality }

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
ui-staff-finger = Finger
ui-fact-staff-list = Staff list
ui-fact-staff-list-over = has run out: no new recordings
ui-fact-staff-list-ending = holds { $days } more days, contact the office
ui-staff-list-current = Staff list of the office number { $serial }, holds until { $until }.
ui-staff-list-ending = ! The office's staff list ends { $until }. Let the kit contact the office.
ui-staff-list-expired = ✗ The office's staff list ran out { $until }: no new recordings.
ui-staff-list-asked = Asked for; it comes with the next contact
ui-staff-of-office = office
ui-key-ask-list = Ask for office list
