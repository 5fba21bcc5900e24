# The administrator's pages.
admin-tabs = Administration
admin-tab-now = Now
admin-tab-people = People
admin-yes = yes
admin-no = no
admin-page-first = From the beginning
admin-page-next = Next page
admin-size-kib = { $size } KiB
admin-size-mib = { $size } MiB
admin-size-gib = { $size } GiB
admin-size-tib = { $size } TiB
admin-confirm-goes = What this does
admin-confirm-back = Back, change nothing

admin-now-title = What runs now
admin-now-calm = Nothing needs attention.
admin-now-alerts = Needs attention
admin-now-exams = Exams, running and soon
admin-now-running =
    { $count ->
        [0] No attempt is being worked on.
        [one] { $count } attempt is being worked on.
       *[other] { $count } attempts are being worked on.
    }
admin-now-peak =
    { $count ->
        [one] At most { $count } learner at once, from
       *[other] At most { $count } learners at once, from
    }
admin-now-recommended =
    { $count ->
        [one] This machine carries { $count } learner.
       *[other] This machine carries { $count } learners.
    }
admin-now-no-exams =
    { $days ->
        [one] No exam within { $days } day.
       *[other] No exam within { $days } days.
    }
admin-now-learners =
    { $count ->
        [one] { $count } learner
       *[other] { $count } learners
    }
admin-now-open = running
admin-now-jobs = Jobs under way
admin-now-no-jobs = No job waits or runs.
admin-now-store = Storage
admin-store-writes = Takes changes
admin-store-queue = Changes that wait
admin-store-free = Free on the disk
admin-store-tree = Data
admin-store-journal = Journal
admin-alert-draining = The server is about to stop
admin-alert-read-only = Nothing can be written
admin-alert-rebuilt =
    { $count ->
        [one] The data were rebuilt from the journal { $count } time since the start
       *[other] The data were rebuilt from the journal { $count } times since the start
    }
admin-check-exams = Exams that are ahead
admin-check-capacity = Capacity of this machine
admin-check-space = Space on the disk
admin-check-open-files = Open files
admin-check-clock = Clock
admin-check-writing = Writing
admin-check-durability = Safety of writes
admin-job-kind-roster_import = Import of people
admin-job-kind-regrade = Marking again
admin-job-kind-people_export = Export of people
admin-job-kind-grades_export = Export of grades
admin-job-kind-course_deletion = Removal of a course
admin-job-kind-course_copy = Copy of a course

admin-people-title = People
admin-people-search = Search
admin-people-search-hint = The beginning of a name, username or e-mail address
admin-people-search-button = Search
admin-people-none = Nobody is found.
admin-person-new = New person
admin-person-new-hint = You get a link with which the person sets a password. It is shown once.
admin-person-create = Create and show the link
admin-person-first-name = Given name
admin-person-last-name = Family name
admin-person-username = Username
admin-person-username-hint = Small letters, digits, dot, hyphen, underscore or @
admin-person-email = E-mail address
admin-person-email-hint = When it changes, links that were sent stop working.
admin-person-created = Made
admin-person-activated = Has set a password
admin-person-not-activated = no password yet
admin-person-suspended = suspended
admin-person-sessions = Signed in on devices
admin-person-edit = Edit
admin-person-edit-title = Edit { $name }
admin-person-save = Save
admin-person-made = The account of { $name } is made.
admin-person-changed = { $name } is changed.
admin-link-title = Link to set a password
admin-link-words = Give this link to { $name } and to nobody else. Whoever has it can set the password.
admin-link-label = Link
admin-link-until = It works once, until
admin-link-once = It is not shown again.
admin-link-done = I have it
admin-link-hint = Makes a link with which the person sets a new password. Links made before stop working.
admin-link-button = Make a link
admin-suspend-title = Suspend { $name }?
admin-suspend-sessions =
    { $count ->
        [0] Nobody is signed in to this account now.
        [one] { $count } session ends at once, also in the middle of an exam.
       *[other] { $count } sessions end at once, also in the middle of an exam.
    }
admin-suspend-links = Links to set a password stop working.
admin-suspend-tokens = Programs with a token of this person are refused.
admin-suspend-stays = Nothing is lost: answers, grades and enrolments stay, and the account can be restored.
admin-suspend-button = Suspend
admin-suspended = { $name } is suspended.
admin-restore-words = This account is suspended. Once restored, the person can sign in again with the same password.
admin-restore-button = Restore
admin-restored = { $name } can sign in again.
admin-sign-out-title = Sign { $name } out everywhere?
admin-sign-out-stays = Saved answers stay. The person can sign in again at once.
admin-sign-out-button = Sign out everywhere
admin-signed-out =
    { $count ->
        [one] { $count } session has ended.
       *[other] { $count } sessions have ended.
    }
admin-roles-title = Roles everywhere
admin-roles-hint = What this person may do in the whole installation, beside the courses in which they are enrolled.
admin-roles-courses =
    { $count ->
        [one] Also { $count } role in a single course.
       *[other] Also { $count } roles in single courses.
    }
admin-roles-none = No role holds everywhere.
admin-roles-grant = Grant a role everywhere
admin-roles-grant-button = Grant
admin-granted = The role { $role } is granted.
admin-revoke-title = Take the role { $role } from { $name }?
admin-revoke-rights = These rights go: { $rights }
admin-revoke-stays = Enrolments and roles in single courses stay.
admin-revoke-button = Take back
admin-revoked = The role { $role } is taken back.
admin-role-administrator = Administrator
admin-role-teacher = Teacher
admin-role-assistant = Assistant
admin-role-learner = Learner
admin-role-observer = Observer
