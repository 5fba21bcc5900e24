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
admin-list-comma = { ", " }
admin-confirm-goes = What this does

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
admin-check-proxy = Proxy in front
admin-job-kind-roster_import = Import of people
admin-job-kind-regrade = Marking again
admin-job-kind-people_export = Export of people
admin-job-kind-grades_export = Export of grades
admin-job-kind-course_deletion = Removal of a course
admin-job-kind-course_copy = Copy of a course
admin-job-kind-question_import = Import of questions
admin-job-kind-grades_import = Import of grades
admin-job-kind-statement_import = Import of learning records
admin-job-kind-person_erasure = Erasure of a person from learning records

admin-people-title = People
admin-people-search = Search
admin-people-search-hint = The beginning of a name, username or e-mail address
admin-people-search-button = Search
admin-people-none = Nobody is found.
admin-person-new = New person
admin-person-new-hint = You get a link with which the person sets a password. It is shown once.
admin-person-create = Create and show the link
admin-person-first-name = First name
admin-person-last-name = Family name
admin-person-username = Username
admin-person-username-hint = Small letters, digits, dot, hyphen, underscore or @
admin-person-email = E-mail address
admin-person-email-hint = When it changes, links that were sent stop working.
admin-person-created = Made
admin-person-activated = Has set a password
admin-person-not-activated = no password yet
admin-person-suspended = suspended
admin-person-courses = Courses
admin-person-no-courses = This person is enrolled in no course.
admin-person-enrolment = Enrolment
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
admin-link-once = Copy it now: it is not shown again.
admin-link-done = I have it
admin-link-hint = Makes a link with which the person sets a new password. Links made before stop working.
admin-link-button = Make a link
admin-link-again-title = Make a new link for { $name }?
admin-link-again-goes = The link that was made before works until { $until }. It stops working now: whoever has it cannot set a password with it any more.
admin-link-again-stays = The password of now stays until the new link is used.
admin-link-again-button = Make a new link
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

admin-tab-roles = Roles
admin-roles-words = What a role allows. Roles are given to people everywhere on their page under People, and in a course by an enrolment.
admin-roles-everything = Everything
admin-roles-nothing = Nothing
admin-role-built-in = Built in
admin-role-new = Make a role
admin-role-edit = Change
admin-role-name = Name of the role
admin-role-name-hint = 1 to 40 of a-z, 0-9 and _, beginning with a letter. The name stays.
admin-role-description = What it is for
admin-role-rights = What it allows
admin-role-make = Make the role
admin-role-save = Save the role
admin-role-made = The role { $role } is made.
admin-role-changed = The role { $role } is changed, for everybody who has it.
admin-role-deleted = The role { $role } is deleted.
admin-role-held =
    { $count ->
        [0] Nobody has it
        [one] In { $count } grant or enrolment
       *[other] In { $count } grants and enrolments
    }
admin-role-in-use =
    { $count ->
        [one] The role is in { $count } grant or enrolment.
       *[other] The role is in { $count } grants and enrolments.
    }
admin-role-change-question = Take rights from the role { $role }?
admin-role-granted = { $name } has it everywhere.
admin-role-granted-in = { $name } was granted it in { $course }.
admin-role-enrolled-in =
    { $count ->
        [one] { $course }: { $count } enrolment
       *[other] { $course }: { $count } enrolments
    }
admin-role-others =
    { $count ->
        [one] { $count } more is not named here: the page of each person and the lists of people of the courses say who has which role.
       *[other] { $count } more are not named here: the page of each person and the lists of people of the courses say who has which role.
    }
admin-role-free-first = Give these people another role first. Then it can be deleted.
admin-role-delete = Delete
admin-role-delete-title = Delete the role { $role }?
admin-role-delete-what = Nobody has it. What it allows is not kept.

admin-tab-jobs = Jobs
admin-jobs-title = Jobs
admin-jobs-none = There are no jobs.
admin-job-progress = { $done } of { $total }
admin-job-unit-rows =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
admin-job-unit-attempts =
    { $count ->
        [one] { $count } attempt
       *[other] { $count } attempts
    }
admin-job-unit-people =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
admin-job-unit-enrolments =
    { $count ->
        [one] { $count } enrolment
       *[other] { $count } enrolments
    }
admin-job-unit-records =
    { $count ->
        [one] { $count } record
       *[other] { $count } records
    }
admin-job-unit-steps =
    { $count ->
        [one] { $count } step
       *[other] { $count } steps
    }
admin-job-unit-questions =
    { $count ->
        [one] { $count } question
       *[other] { $count } questions
    }
admin-job-unit-lines =
    { $count ->
        [one] { $count } line
       *[other] { $count } lines
    }
admin-job-unit-statements =
    { $count ->
        [one] { $count } statement
       *[other] { $count } statements
    }
admin-job-state-queued = waits
admin-job-state-running = runs
admin-job-state-cancelling = is being stopped
admin-job-state-done = done
admin-job-state-failed = failed
admin-job-state-cancelled = stopped
admin-job-subject = About
admin-job-owner = Asked for by
admin-job-asked = Asked for
admin-job-started = Begun
admin-job-ended = Ended
admin-job-refreshes = This page refreshes every 3 seconds.
admin-job-failed = It could not go on
admin-job-cancel = Stop
admin-job-cancel-title = Stop this job: { $kind }?
admin-job-cancel-stays = What is done stays done; the rest is left undone.
admin-job-cancelled = The job is stopped, or will be after its present step.
admin-job-result = Download the result
admin-import-title = Import people
admin-import-file = CSV file
admin-import-file-hint = A line per person, with column names as Moodle has them:
admin-import-encoding = Encoding
admin-import-encoding-hint = Choose another one when letters come out wrong.
admin-import-links = Make activation links
admin-import-links-hint = For people without a password, here and in the file, who have no link that works. The links are shown once.
admin-import-try-hint = The file is tried first and nothing is written. You see what would happen, then decide.
admin-import-try = Try the file
admin-import-nothing-yet = Nothing is written yet. Look at the report, then import the same file.
admin-import-run = Import now
admin-import-other = Choose another file
admin-import-done = The import is done.
admin-import-to-people = To the people
admin-import-to-courses = To the courses
admin-import-another = Import another file
admin-import-links-made = Activation links
admin-report-tried = What would happen
admin-report-title = What was done
admin-report-rows = Rows
admin-report-created = Accounts created
admin-report-updated = Changed
admin-report-unchanged = Already as in the file
admin-report-refused = Skipped
admin-report-enrolled = Enrolments made
admin-report-enrolments-changed = Enrolments changed
admin-report-enrolments-refused = Enrolments refused
admin-report-ignored = Columns passed over
admin-report-lines = Rows to look at
admin-report-line = Line
admin-report-outcome = Account
admin-report-problems = What is wrong or different

admin-tab-courses = Courses
admin-tab-exams = Exams
admin-tab-audit = Changes
admin-tab-settings = Settings
admin-exams-title = Running exams
admin-exams-none = No attempt is being worked on.
admin-outages-title = Times without the server
admin-outages-none = The server was not away.
admin-outage-given = Given back:
admin-give-back-title = Give time back
admin-give-back-words = Everybody whose attempt runs gets this much more time. With a moment given, attempts that ended by their deadline since then run again too. Minutes that are those of a measured outage go to who had begun before it was over.
admin-give-back-minutes = Minutes
admin-give-back-quiz = For
admin-give-back-all = all running exams
admin-give-back-since = Reopen what ended since
admin-give-back-since-hint = Leave it empty to reopen nothing.
admin-give-back-reason = Reason
admin-give-back-button = Give back
admin-given-back =
    More time: { $extended ->
        [one] { $extended } attempt
       *[other] { $extended } attempts
    }. Running again: { $reopened ->
        [one] { $reopened } attempt
       *[other] { $reopened } attempts
    }.
admin-courses-title = Courses
admin-courses-none = There are no courses yet.
admin-course-new = New course
admin-course-create = Make the course
admin-course-title = Title
admin-course-short-name = Short name
admin-course-short-name-hint = As it stands in files and lists; no other course has it.
admin-course-summary = Summary
admin-course-summary-hint = Markdown
admin-course-made = The course { $title } is made. Only staff see it until it is published.
admin-course-publish = Publish
admin-course-published = The course { $title } is published.
admin-course-archive = Archive
admin-course-archived = The course { $title } is archived.
admin-course-status-published = Published
admin-course-status-deleting = Being removed
admin-course-copy = Copy
admin-course-copy-title = Copy a course
admin-course-copy-words = Content, questions, quizzes, the gradebook and the groups of { $title } with their exceptions are copied into a new draft; people and their exceptions, attempts and grades are not.
admin-course-delete = Remove
admin-course-delete-hint = Only an archived course can be removed.
admin-course-delete-title = Remove { $title } for ever?
admin-course-delete-type = Type the short name to confirm:
admin-course-goes-people =
    { $count ->
        [one] { $count } enrolment, with all attempts and grades
       *[other] { $count } enrolments, with all attempts and grades
    }
admin-course-goes-quizzes =
    { $count ->
        [one] { $count } quiz
       *[other] { $count } quizzes
    }
admin-course-goes-grades =
    { $count ->
        [one] { $count } grade item
       *[other] { $count } grade items
    }
admin-course-goes-content = All content, questions, files and groups of the course
admin-course-goes-stays = This cannot be undone. Accounts stay, and the record of changes stays.
admin-audit-title = Who changed what
admin-audit-person = Username or e-mail address
admin-audit-kind = About
admin-audit-from = From
admin-audit-until = Until
admin-audit-filter = Filter
admin-audit-none = No change is found.
admin-audit-program = the program
admin-audit-course-gone = course { $course }, which is no longer there
admin-audit-kind-all = everything
admin-audit-kind-grade = grades
admin-audit-kind-role = roles
admin-audit-kind-attempt = attempts
admin-audit-kind-quiz = quizzes
admin-audit-kind-question = questions
admin-audit-kind-course = courses
admin-audit-kind-enrolment = enrolments
admin-audit-kind-group = groups
admin-audit-kind-account = accounts
admin-audit-kind-session = sessions
admin-audit-kind-token = tokens
admin-audit-kind-job = jobs
admin-audit-kind-export = downloads
admin-audit-kind-other = other
admin-settings-title = Settings
admin-settings-words = As they are in force. They are read when the server starts, from its file, from variables and from flags; change them there and start it again. Variables are named
admin-settings-version = Version
admin-settings-name = Setting
admin-settings-value = Value
admin-settings-may-be = May be
admin-settings-from-to = { $least } to { $most }
admin-settings-unit-per_second = per second
admin-settings-unit-per_million = per million
admin-settings-unit-ms = ms
admin-settings-unit-seconds = s
admin-settings-unit-minutes = min
admin-settings-unit-hours = h
admin-settings-unit-days = days
admin-settings-unit-bytes = bytes
admin-settings-unit-kib = KiB
admin-settings-unit-mib = MiB
admin-settings-unit-percent = %
admin-settings-source = From
admin-settings-unset = not set
admin-settings-secret = set, not shown
admin-settings-source-default = default
admin-settings-source-file = file
admin-settings-source-variable = variable
admin-settings-source-flag = flag
admin-settings-section-server = Server
admin-settings-section-store = Storage
admin-settings-section-sign_in = Signing in
admin-settings-section-exam = Exams
admin-settings-section-jobs = Jobs
admin-settings-section-forwarding = Forwarding
admin-settings-section-xapi = Learning records
admin-settings-section-limits = Limits
admin-settings-section-objectives = Objectives of exams
admin-settings-section-readiness = Looking ahead

admin-tab-health = Health
admin-health-title = Health of the server
admin-health-words = The last hour, a value every 5 seconds. At
admin-health-none =
    { $seconds ->
        [one] The server has just begun; the first values come after { $seconds } second.
       *[other] The server has just begun; the first values come after { $seconds } seconds.
    }
admin-health-most = at most
admin-health-mean = on average
# The ends of the scale below a chart.
admin-health-hour-ago = an hour ago
admin-health-now = now
admin-health-table = As a table, with the highest value of every few minutes
admin-health-when = At
admin-health-requests-per-second = Requests
admin-health-failed-per-second = Requests that failed
admin-health-latency-p50-ms = Answered within, half of the requests
admin-health-latency-p99-ms = Answered within, 99 of 100 requests
admin-health-queue = Changes that wait
admin-health-sync-ms = Writing to the disk takes
admin-health-cpu-percent = Processor
admin-health-memory-bytes = Memory
admin-health-disk-free-bytes = Free on the disk
admin-health-attempts = Attempts being worked on
admin-unit-per-second = per second
admin-unit-ms = ms
admin-unit-changes = changes
admin-unit-percent = % of one processor
admin-unit-mib = MiB
admin-unit-gib = GiB
admin-unit-attempts = attempts
admin-health-ready = Ready for the exams ahead
admin-health-good = good
admin-health-warning = warning
admin-capacity-title = Last capacity report
admin-capacity-recommended = Recommended at once
admin-capacity-carried = Carried in the measurement
admin-capacity-failed = Too many
admin-capacity-measured = Measured
admin-capacity-limit = What ran out first
admin-capacity-none = It was not measured yet. This command does it, from this machine or another one:
admin-capacity-how = USERNAME is an administrator, whose password the variable holds; the address is that of this server. It makes a course and learners of its own and loads the server fully, so run it when nobody works here.
admin-job-links = Activation links
admin-job-links-words = Each link sets a password once, within 14 days. Only you see them, and only those that still work: what was used or is over is not listed any more. Hand them on, and to nobody but the person.
admin-job-links-csv = Download as CSV
admin-job-links-none = No link of this import works any more, or it made no account that needs one.
admin-job-links-cut = The first { $count } are shown; the file has all.
