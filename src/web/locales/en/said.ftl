said-at-least = At least: { $what }
said-state-draft = draft
said-state-published = published
said-state-archived = archived
said-state-deleting = being deleted
said-rule-visible = shown
said-rule-hidden = hidden
said-rule-weighted-mean = weighted mean
said-rule-sum = sum
said-rule-ignored = empty grades left out
said-rule-count-as-zero = empty grades count as zero
said-did-account-activation-link = made an activation link for
said-did-account-reset-link = made a password link for
said-did-account-change = changed the account of
said-did-account-create = made the account of
said-did-account-password = set the password of
said-did-account-suspend = suspended
said-did-account-reactivate = let in again
said-did-attempt-close = handed in
said-did-attempt-extend = gave more time to
said-did-attempt-follow = moved deadlines in
said-did-attempt-give-back = gave time back to
said-did-attempt-mark = marked by hand
said-did-attempt-unmark = took the mark by hand from
said-did-attempt-reopen = opened again
said-did-capacity-measure = measured
said-did-course-change = changed
said-did-course-clone = made as a copy
said-did-course-create = made
said-did-course-delete = began to remove
said-did-course-deleted = removed
said-did-course-key = changed the enrolment key of
said-did-course-learning-records = changed the learning records of
said-did-course-status = changed the state of
said-did-demo-load = loaded
said-did-enrolment-add = enrolled
said-did-enrolment-change = changed the enrolment of
said-did-enrolment-remove = took out of the course
said-did-forward-target-create = began to forward statements to
said-did-forward-target-change = changed
said-did-forward-target-delete = ended
said-did-forward-target-pause = paused
said-did-forward-target-resume = went on with
said-did-forward-target-redeliver = sent again what was not wanted by
said-did-forward-target-discard = gave up what was not wanted by
said-did-xapi-credential-create = made
said-did-xapi-credential-change = changed
said-did-xapi-credential-secret = gave a new secret to
said-did-xapi-credential-delete = deleted
said-did-grade-category-add = made
said-did-grade-category-change = changed
said-did-grade-category-order = ordered
said-did-grade-category-remove = removed
said-did-grade-item-add = made
said-did-grade-item-change = changed
said-did-grade-item-remove = removed
said-did-grade-set = graded
said-did-grade-override = replaced a grade of
said-did-grade-exclude = left a grade out, or took it in, of
said-did-grade-hide = hid
said-did-grade-release = released
said-did-grade-import = imported grades into
said-did-grade-scale = changed the letters of
said-did-group-add = put people into
said-did-group-remove = took somebody out of
said-did-group-delete = deleted
said-did-job-start = started
said-did-export-read = downloaded
said-did-job-cancel = stopped
said-did-job-end = ended
said-did-question-create = made
said-did-question-edit = changed
said-did-question-restore = brought back an older version of
said-did-question-move = moved
said-did-question-retire = retired
said-did-question-unretire = brought back
said-did-question-delete = deleted
said-did-question-import = imported questions into
said-did-statements-import = imported
said-did-person-erase = erased
said-did-question-category-delete = deleted
said-did-quiz-create = made
said-did-quiz-change = changed
said-did-quiz-remove = removed
said-did-quiz-override = gave other terms in
said-did-quiz-override-remove = took back other terms in
said-did-quiz-regrade = marked again
said-did-role-create = made
said-did-role-change = changed
said-did-role-delete = deleted
said-did-role-grant = granted a role to
said-did-role-revoke = took a role from
said-did-session-revoke = ended sessions of
said-did-token-create = made
said-did-token-delete = deleted
said-of-user = person { $user }
said-of-attempt = attempt { $attempt }
said-attempt-of = { $number } of { $person } in { $quiz }
said-of-running = all running attempts
said-of-expired = expired attempts
said-of-bank = the question bank of course { $id }
said-of-question-category = question category { $id }
said-of-question = question { $id }
said-of-course = course { $course }
said-of-grade-item = grade item { $item }
said-of-category-of-grades = grade category { $id }
said-of-group = group { $group }
said-of-quiz = quiz { $quiz }
said-of-job = job { $id }
said-of-token = token { $id }
said-of-credential = the credential { $id } for learning records
said-of-forward-target = the forwarding { $id }
said-of-role = the role { $role }
said-of-capacity = the capacity of the machine
said-of-statements = learning records
said-of-people = people
said-of-person-records = learning records of a person
said-of-audit-trail = the trail of changes
said-of-demo = the demonstration
said-of-learners =
    { $count ->
        [one] { $count } learner
       *[other] { $count } learners
    }
said-how-until = Works until { $at }
said-how-password-old = With the old password
said-how-password-link = With a one-time link
said-how-password-command = By a command on the machine
said-how-username = Username { $old } is now { $new }
said-how-email-new = E-mail { $new } added
said-how-email-gone = E-mail { $old } removed
said-how-email = E-mail { $old } is now { $new }
said-how-name = Name { $old } is now { $new }
said-how-extra-fields = Extra fields
said-how-preferences = Language and time zone
said-how-extended-many =
    { $count ->
        [one] { $count } attempt, { $ms } more. { $reason }
       *[other] { $count } attempts, { $ms } more each. { $reason }
    }
said-how-followed =
    { $count ->
        [one] { $count } attempt, because the quiz has other times
       *[other] { $count } attempts, because the quiz has other times
    }
said-how-extended = { $ms }. { $reason }
said-how-marked =
    { $points ->
        [one] Place { $slot }: { $points } point
       *[other] Place { $slot }: { $points } points
    }
said-how-slot = Place { $slot }
said-how-reopened = Until { $at }. { $reason }
said-how-reopened-endless = Without an end. { $reason }
said-how-capacity =
    { $carried ->
        [one] { $carried } learner carried, recommended: { $recommended }
       *[other] { $carried } learners carried, recommended: { $recommended }
    }
said-how-title = Title { $old } is now { $new }
said-how-short-name = Short name { $old } is now { $new }
said-how-seats-new = Seats: { $new }
said-how-seats-gone = As many seats as people come (were { $old })
said-how-seats = Seats { $old } are now { $new }
said-how-begins-new = Begins { $to }
said-how-begins-gone = No beginning any more (was { $was })
said-how-begins = Beginning { $was } is now { $to }
said-how-finishes-new = Ends { $to }
said-how-finishes-gone = No end any more (was { $was })
said-how-finishes = End { $was } is now { $to }
said-how-language-new = Language { $new }
said-how-language-gone = No language any more (was { $old })
said-how-language-changed = Language { $old } is now { $new }
said-how-summary = Summary
said-how-cloned = From course { $id }
said-how-deleted-course = { $name }. Enrolments: { $enrolments }, attempts: { $attempts }, grades: { $grades }, items: { $items }, quizzes: { $quizzes }, questions: { $questions }, rows in all: { $rows }
said-how-key-set = The key is set
said-how-key-removed = The key is revoked
said-how-keeps-records = Learning records are kept
said-how-no-records = No learning records are kept
said-how-status = From { $oldstate } to { $newstate }
said-how-as-role = As { $role }
said-how-was-role = Was { $role }
said-how-role-changed = Role { $oldrole } is now { $newrole }
said-how-suspended = Suspended
said-how-unsuspended = Active again
said-how-starts-new = Access from { $to }
said-how-starts-gone = No beginning any more (was { $was })
said-how-starts = Beginning { $was } is now { $to }
said-how-ends-new = Access until { $to }
said-how-ends-gone = No end any more (was { $was })
said-how-ends = End { $was } is now { $to }
said-how-left-out = Left out. { $reason }
said-how-taken-in = Counts again. { $reason }
said-how-begun = Begun
said-how-grades-imported = Grades: { $grades }, learners: { $learners }
said-how-item-of = { $name }, out of { $max }
said-how-item-changed-all = { $old } out of { $oldmax } (weight { $oldweight }, category { $oldplace }) is now { $new } out of { $newmax } (weight { $newweight }, category { $newplace })
said-how-item-changed = { $old } out of { $oldmax } is now { $new } out of { $newmax }
said-how-override-gone = The grade that was computed stands again. { $reason }
said-how-category-changed = { $old } ({ $oldmethod }, { $oldempty }, lowest left out: { $olddrop }) is now { $new } ({ $newmethod }, { $newempty }, lowest left out: { $newdrop })
said-how-sight = From { $oldsight } to { $newsight }
said-how-sight-until = From { $oldsight } to hidden until { $to }
said-how-sight-after = From hidden until { $was } to { $newsight }
said-how-statements =
    { $count ->
        [one] { $count } statement
       *[other] { $count } statements
    }
said-how-term-opens = Opens { $at }
said-how-term-closes = Closes { $at }
said-how-term-limit = Time limit: { $ms }
said-how-term-extra = More time: { $ms }
said-how-term-no-limit = No time limit
said-how-term-attempts = Attempts: { $count }
said-how-term-free = Any number of attempts
said-how-override-changed = Replaced by { $points } (before: { $old }). { $reason }
said-how-override-gone-from = The grade that was computed stands again (was { $old }). { $reason }
said-how-override = Replaced by { $points }. { $reason }
said-how-no-grade = Grade item { $item }: no grade any more
said-how-no-grade-any-more = Grade item { $item }: no grade any more (was { $old })
said-how-given-grade = Grade item { $item }: { $points }
said-how-changed-grade = Grade item { $item }: { $old } is now { $points }
said-how-grades-set =
    { $count ->
        [one] { $changed } of { $count } grade changed
       *[other] { $changed } of { $count } grades changed
    }
said-how-members-added = New members: { $count }
said-how-person = Person { $user }
said-how-job-of = { $kind }: { $about }
said-how-job-kind = { $kind }
said-how-exported = { $export }
said-export-enrolments_export = Export of enrolments
said-export-attempts_export = Export of attempts
said-export-audit_export = Export of the trail of changes
said-export-links_export = Activation links
said-export-statements_export = Export of learning records
said-export-person_export = Export of one person’s learning records
said-how-job-failed = Failed. { $place }: { $wrong }
said-how-job-failed-line = Failed. Line { $line }: { $wrong }
said-how-job-failed-at = Failed. { $place }
said-how-job-cancelled = Stopped, done: { $counted }
said-how-job-done = Done: { $counted }
said-job-behind = After { $counted }
said-job-line = Line { $line }
said-job-why = { $place }: { $why }
said-job-server = The server failed. Its log has the reason.
said-job-server-ended =
    { $count ->
        [one] The server ended { $count } time at this place.
       *[other] The server ended { $count } times at this place.
    }
said-job-suspended = The account of who asked for the job is suspended.
said-job-long-report = The report is longer than { $count } parts of 12 KiB.
said-how-question-version = { $name }: version { $old } is now { $new }
said-how-questions-imported = { $format }: { $created } new, { $unchanged } as they were, { $skipped } skipped
said-how-person-erased =
    { $documents ->
        [one] Learning records: { $removed } removed, { $pseudonymised } made nameless, { $references } that refer to these, { $documents } document
       *[other] Learning records: { $removed } removed, { $pseudonymised } made nameless, { $references } that refer to these, { $documents } documents
    }
said-how-statements-imported =
    { $refused ->
        [one] Learning records: { $imported } new, { $unchanged } as they were, { $refused } line not taken
       *[other] Learning records: { $imported } new, { $unchanged } as they were, { $refused } lines not taken
    }
said-how-published = Published
said-how-unpublished = Not published any more
said-how-opens-new = Opens { $to }
said-how-opens-gone = No opening time any more (was { $was })
said-how-opens = Opening { $was } is now { $to }
said-how-closes-new = Closes { $to }
said-how-closes-gone = No closing time any more (was { $was })
said-how-closes = Closing { $was } is now { $to }
said-how-limit-new = Time limit: { $ms }
said-how-limit-gone = No time limit any more (was { $wasms })
said-how-limit = Time limit { $wasms } is now { $ms }
said-how-points = Points { $old } are now { $new }
said-how-slots = Questions
said-how-shuffling = Shuffling
said-how-attempts-allowed = Attempts allowed
said-how-counting = Which attempt counts
said-how-review = What learners see afterwards
said-how-access-code = Access code
said-how-networks = Networks
said-how-pass-mark = Pass mark
said-how-overrides-gone = With the group, in quizzes: { $quizids }
said-how-regraded-begun-latest = Begun, by the latest versions of the questions
said-how-regraded-begun = Begun, by the versions as they were asked
said-how-regraded-latest = Attempts changed: { $count }, by the latest versions of the questions
said-how-regraded = Attempts changed: { $count }, by the versions as they were asked
said-how-rights-changed = Rights: { $oldrights }. Now: { $newrights }
said-how-rights = Rights: { $rights }
said-how-role-everywhere = { $role }, everywhere
said-how-role-in-course = { $role }, in course { $id }
said-how-role-with-course = With the course
said-how-sessions-all = All sessions: { $count }
said-how-session = Session { $id }
said-how-token = { $name }, until { $at }
said-how-of-person = Of person { $user }
said-check-no-exam =
    { $days ->
        [one] No exam opens within { $days } day.
       *[other] No exam opens within { $days } days.
    }
said-check-exams-too-many =
    Exams within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }: { $exams }; at most { $learners ->
        [one] { $learners } learner
       *[other] { $learners } learners
    } at once, from { $at } on. Recommended are up to { $recommended }: move an exam, split the start, or use a larger machine.
said-check-exams-fit =
    Exams within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }: { $exams }; at most { $learners ->
        [one] { $learners } learner
       *[other] { $learners } learners
    } at once, from { $at } on. Recommended are up to { $recommended }.
said-check-exams-not-measured =
    Exams within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }: { $exams }; at most { $learners ->
        [one] { $learners } learner
       *[other] { $learners } learners
    } at once, from { $at } on. How many this machine carries was not measured.
said-check-capacity-none = It was not measured yet; the command lyceum load capacity does it.
said-check-capacity-old =
    { $carried ->
        [one] { $carried } learner carried
       *[other] { $carried } learners carried
    }, { $recommended } recommended (a margin of { $margin } %), measured { $at }. That is { $days ->
        [one] { $days } day
       *[other] { $days } days
    } ago: measure again.
said-check-capacity-elsewhere =
    { $carried ->
        [one] { $carried } learner carried
       *[other] { $carried } learners carried
    }, { $recommended } recommended (a margin of { $margin } %), measured { $at } on another machine ({ $other }): measure on this one.
said-check-capacity-version =
    { $carried ->
        [one] { $carried } learner carried
       *[other] { $carried } learners carried
    }, { $recommended } recommended (a margin of { $margin } %), measured { $at } with version { $version }.
said-check-capacity-fits =
    { $carried ->
        [one] { $carried } learner carried
       *[other] { $carried } learners carried
    }, { $recommended } recommended (a margin of { $margin } %), measured { $at }.
said-check-writes = Everything can be written.
said-check-read-only = Nothing can be written: { $reason }
said-check-synced = Every write waits for the disk.
said-check-relaxed = store.durability is relaxed: a power cut loses answers that were confirmed. Set it to synced.
said-check-space-short = { $free } MiB are free. Writing stops at { $stop } MiB, and an exam day may need { $more } MiB more.
said-check-space-free = { $free } MiB are free.
said-check-space-unknown = The free space is not known: { $reason }
said-check-files-unlimited = Without a limit.
said-check-files-enough = Up to { $limit }.
said-check-files-short =
    { $expected ->
        [one] The limit is { $limit }; { $expected } learner with a connection wants { $wanted }. Raise it (LimitNOFILE=, ulimit -n).
       *[other] The limit is { $limit }; { $expected } learners with a connection each want { $wanted }. Raise it (LimitNOFILE=, ulimit -n).
    }
said-check-clock-back = It is { $here } here, and the server ran at { $there }: the clock was set back, and deadlines go by it.
said-check-clock-alone = { $at }. No time service was seen here: see that the host keeps it right.
said-check-clock-kept = { $at }
said-check-proxy-unnamed = server.public_url begins with https, so a proxy stands in front, and server.trusted_proxies does not name it: everybody counts as one address, and networks of quizzes mean the proxy. Set it to the proxy’s address.
said-check-proxy-fine = Clients are told apart by their addresses.
said-limit-processors = The processors
said-limit-disk = The disk
said-limit-memory = Memory
said-limit-generator = The generator of the load
said-limit-unknown = It is not known
said-limit-nothing = Nothing
said-evidence-generator-busy = From second { $second } on, the generator used { $percent } % of its threads or more.
said-evidence-processors-busy = From second { $second } on, the processors were { $percent } % busy or more.
said-evidence-sync-slow = From second { $second } on, writing to the disk took { $ms } ms or more.
said-evidence-memory-full = From second { $second } on, the server held { $percent } % of the machine's memory or more.
said-evidence-generator-share = { $percent } % of that was the generator on the same machine.
said-evidence-nothing-exhausted = No resource was exhausted: the processors were up to { $percent } % busy, and writing to the disk took up to { $ms } ms. Requests waited inside the server.
said-evidence-nothing-seen = No resource was seen to be exhausted: the server's processors and memory are not known, and writing to the disk took up to { $ms } ms. Requests waited inside the server.
said-evidence-generator-late = The generator sent one request in a hundred more than { $ms } ms late.
said-evidence-generator-threads = The generator used { $used } of the { $of } processors that it could use.
said-evidence-generator-took = The generator took { $used } of the { $of } busy processors from the server.
said-evidence-at-least = The server carries this many at least.
said-evidence-other-programs =
    { $count ->
        [one] Other programs used { $count } processor meanwhile. Measure while the machine has nothing else to do.
       *[other] Other programs used { $count } processors meanwhile. Measure while the machine has nothing else to do.
    }
said-evidence-runs-used-up = The search ran out of runs before it was exact.
said-evidence-nothing-broke = Every objective held with as many learners as were asked for.
said-evidence-from-elsewhere = The load came from another machine; the hardware is that of the server.
said-evidence-hardware-unknown = The load came from another machine, and the server does not tell what its own is.

# What imports say of rows and questions.
said-grade-column-twice = The column { $name } is there twice.
said-grade-column-unknown = The column { $name } is no grade of this course, or could be several. Name it as the export does, with [#number] behind it.
said-grade-no-column-person = There is neither a column user_id nor a column username.
said-grade-nobodys = { $answer } is nobody's number or username.
said-grade-two-people = user_id and username are of two people.
said-grade-no-learner = No learner is named.
said-grade-not-enrolled = Person { $id } is not enrolled in the course.
said-grade-person-twice = Line { $line } names the same person ({ $id }).
said-grade-beyond = { $points } is not between { $least } and { $most }, the most that it can have.
said-grade-overridden = { $points } was set in the place of what was computed. To change that, choose to replace results of quizzes as well.
said-grade-of-quiz-stays = { $points } comes from a quiz, and no file takes it back.
said-grade-of-quiz-none = This grade comes from a quiz, which has none yet. To give one all the same, choose to replace results of quizzes as well.
said-grade-of-quiz = { $points } comes from a quiz. To change it, choose to replace results of quizzes as well.
said-grade-cell = { $answer }: { $what }
said-row-of = { $course }: { $what }
said-row-username-twice = Line { $line } has the same username.
said-row-email-twice = Line { $line } has the same e-mail address.
said-row-person-twice = Line { $line } names the same person.
said-row-no-account = This names nobody who has an account.
said-row-nobody = Nobody is named.
said-row-keeps-password = The account exists and keeps its password.
said-row-keeps-link = The account has no password yet and keeps the link that it has. Where that is lost, make another one on the person’s page.
said-row-no-link-suspended = The account is suspended and gets no activation link. Lift the suspension first.
said-row-no-link = The account has no password and no link that works. Make one on the person’s page.
said-row-keeps-preferences = The account keeps the language and the time zone that it has.
said-row-no-language = lang: { $name } is no language of these pages and was passed over.
said-row-no-zone = timezone: { $name } is no time zone such as Europe/Vienna and was passed over.
said-row-username-taken = Another account has the username { $name }.
said-row-email-taken = Another account has the e-mail address { $name }.
said-row-username-is-email = The username { $name } is the e-mail address of another account.
said-row-email-is-username = The e-mail address { $name } is the username of another account.
said-row-seats-taken =
    { $seats ->
        [one] The { $seats } seat of the course is taken.
       *[other] All { $seats } seats of the course are taken.
    }
said-row-own-management = You would take away your own right to manage the enrolments of this course. Somebody else must do it.
said-row-archived-course = The course is archived and takes nobody in.
said-row-role-too-much = The role { $role } allows more than you may do in this course yourself.
said-row-outranked = User { $id } has rights that you do not have.
said-row-deleted = deleted: an import deletes nobody. Use suspended, which keeps what the person did.
said-row-username-wrong = { $column }: write 1 to 100 of the letters a-z, digits and . _ - @
said-row-name-wrong = { $column }: write 1 to 100 characters on one line.
said-row-name-unseen = { $column }: has nothing that can be seen, or signs that turn or break the line.
said-row-name-hidden = { $column }: has signs that cannot be seen, or that turn the line. Type it anew.
said-row-too-long = { $column }: longer than { $count } characters.
said-row-not-flag = { $column }: write 0 or 1.
said-row-not-status = { $column }: write 0 (active) or 1 (suspended).
said-row-not-moment = { $column }: write a day such as 2026-09-07, an RFC 3339 time, or seconds since 1970.
said-row-moment-digits =
    { $column }: this is a number of fewer than ten digits. Write a day such as 2026-09-07, or all ten digits of seconds since 1970.
said-row-moment-beyond = { $column }: this is before 1970 or after 9999-12-30T22:00:00Z, and such a time is not kept.
said-row-not-days = { $column }: write a number of days from 1 to { $count }.
said-row-twice-course = { $column }: { $course } is named a second time.
said-row-not-role = { $column }: there is no such role. student, teacher and editingteacher are known.
said-row-not-kind = { $column }: write 1 (student), 2 (teacher) or 3 (non-editing teacher).
said-row-late-start = enroltimestart: the enrolment ends before that. Name an enrolperiod, or give it another end on the person’s page in the course.
said-row-needed = { $column }: a new account needs it.
said-row-no-course = There is no course { $course }.
said-row-password-guess = The password is easy to guess. Use several words that do not belong together, or leave it empty for an activation link.
said-row-password-short =
    { $count ->
        [one] The password has { $count } character, and at least { $least } are needed. Leave it empty for an activation link.
       *[other] The password has { $count } characters, and at least { $least } are needed. Leave it empty for an activation link.
    }
said-question-files-only = It is answered with files only, which is not possible here.
said-question-random-items = It shows a random part of its items, which is not possible here.
said-question-description = A description is not a question.
said-question-no-type = Questions of the kind { $type } are not known here.
said-question-file-missing = A text refers to the file { $file }, which was not sent along.
said-question-was-hidden = The question was hidden and comes as retired.
said-question-stays-retired = The question is retired here and stays so.
said-question-stays-in-use = The question is in use here and stays so.
said-question-lost = The question { $question } comes without { $parts }: texts do not keep that here.
said-question-lost-description = The description of the category { $category } comes without { $parts }: texts do not keep that here.
said-question-hints = The hints of the question { $question } were left out.
said-question-old-picture = A picture in the format of Moodle 1.9 was left out.
said-question-other-truth = True and false have other names. The first answer was taken for true.
said-question-odd-truth = One answer is called neither true nor false. It was taken for what the other is not.
said-question-idle-units = Units that the question does not use were left out.
said-question-unit-instructions = Instructions on units were left out.
said-question-item-feedback = Feedback on single items was left out.
said-question-attachments = Attachments to essays are not possible and were left out.
said-question-response-format = The response format { $answer } was taken for a formatted text without files.
said-question-ordering-type = The grading type { $answer } is not known. It was taken for RELATIVE_NEXT_EXCLUDE_LAST.
said-question-assumed-encoding = The file is not UTF-8 and was read as windows-1252. If letters come out wrong, choose its encoding in the form, such as windows-1256 for Arabic.
said-question-name-cut = The name of the question { $question } was longer than { $count } characters and was cut.
said-question-digits-cut = <{ $element }> has { $answer }: of that { $count } digits behind the point were kept.
said-question-keeps-description = The category { $category } keeps the description that it has here.
said-question-keeps-identifier = The category { $category } keeps the identifier that it has here.
said-question-category-identifier = The category { $category } stays without its identifier { $identifier }, which another category has.
said-question-top-description = The top of a question bank has no description and no identifier here.
said-question-question-keeps = { $question } keeps the identifier that it has here.
said-question-question-takes = { $question } takes the identifier { $identifier } from the file.
said-question-question-without = { $question } stays without its identifier { $identifier }, which question { $id } of the category has.
said-question-question-versions = { $question } stays without its identifier { $identifier }: it has too many versions.
said-question-question-identifier = { $question } comes without its identifier { $identifier }, which question { $id } of the category has.
said-problem-empty = This is needed.
said-problem-missing = This is needed.
said-problem-choose-file = Is missing; choose a file.
said-problem-choose-where = Is missing; choose where to.
said-problem-write-tag = Is empty; write the tag.
said-problem-no-questions = Is empty; a quiz needs at least one question.
said-problem-tick-some = There are none; tick some first.
said-problem-new-needs = Is needed for something new.
said-problem-gone-file = Is not kept any more; choose it again.
said-problem-no-number = Is not a number.
said-problem-no-whole = Is not a whole number.
said-problem-no-fitting = Is not a number that fits here.
said-problem-no-count = Is not a whole number from 0 on.
said-problem-no-count-but = Is { $answer }, not a whole number from 0 on.
said-problem-no-count-within-but = Is { $answer }, not a whole number from 0 to { $most }.
said-problem-no-answer-but = Is { $answer }, not true or false.
said-problem-no-choice-but = Is { $answer }, not one of { $names }.
said-problem-no-parameters = Is no parameter of this address, which takes none.
said-problem-no-parameter = Is no parameter of this address, which takes { $names }.
said-problem-no-query = Is not what this address takes.
said-problem-no-time = Is not a time between 1970 and 9999 with an offset, such as { $sample } (RFC 3339).
said-problem-no-cursor = Is no place in this list. Take it from the page before.
said-problem-no-stored = Is no time such as a statement has for when it was stored.
said-problem-no-category-nor-top = Is neither the number of a category nor top.
said-problem-no-question-format = Is neither gift nor moodle_xml.
said-problem-no-whole-within = Is not a whole number from { $least } to { $most }.
said-problem-no-minutes = Is not a number of minutes.
said-problem-no-minutes-within = Is not a number of minutes from { $least } to { $most }.
said-problem-no-days-within = Is not a number of days from { $least } to { $most }.
said-problem-no-decimal = Is not a decimal number such as 2.5 or -0.3333333.
said-problem-many-digits = Has more than 7 digits behind the point.
said-problem-large-decimal = Is larger than 100,000,000 in magnitude.
said-problem-no-measure = Is not a number such as 1.5 or 3e8.
said-problem-two-ways = Could be read in two ways: write { $plain } or { $parted }.
said-problem-digits-grouped = Has its digits in groups: write { $plain }.
said-problem-beyond = Has more than 30 digits or is beyond 10^90.
said-problem-not-within = Is not between { $least } and { $most }.
said-problem-no-percentage = Is not a percentage between { $least } and { $most }.
said-problem-not-of-item = Is { $points }, not between { $least } and { $most }, the item's maximum.
said-problem-total-left-out = The course's own total is part of nothing, so it cannot be left out.
said-problem-not-a-day = Is not between 1 minute and a day.
said-problem-over-question =
    { $count ->
        [one] Is more than the { $count } point of the question.
       *[other] Is more than the { $count } points of the question.
    }
said-problem-over = Is more than { $count }.
said-problem-negative = Is negative.
said-problem-under-words = Is less than the fewest words.
said-problem-under-min = Is below the minimum.
said-problem-over-max = Is above the maximum.
said-problem-not-over-min = Is not above the minimum.
said-problem-under-enrolled = Is below the number of people enrolled.
said-problem-no-moment = Is not a date and a time.
said-problem-ahead = Is in the future.
said-problem-not-ahead = Is not in the future.
said-problem-not-ahead-year = Is not in the future and within 366 days.
said-problem-before-start = Is not after the start.
said-problem-before-opens = Is not after the opening.
said-problem-behind-closes = Is not before the closing.
said-problem-long = Is longer than { $count } characters.
said-problem-long-bytes = Is longer than { $count } bytes.
said-problem-long-html = Is longer than { $count } bytes as HTML.
said-problem-large-file = Is larger than { $count } bytes; split it.
said-problem-tags = Has too many formatting tags for its number of blocks.
said-problem-unseen = Has nothing that can be seen, or signs that turn or break the line.
said-problem-hidden = Has signs that cannot be seen, or that turn the line. Type it anew.
said-problem-one-line = Is not { $least } to { $most } characters on one line.
said-problem-one-line-most = Is not one line of at most { $count } characters.
said-problem-one-line-bytes = Is not { $least } to { $most } bytes on one line.
said-problem-length = Is not { $least } to { $most } characters.
said-problem-length-bytes = Is not { $least } to { $most } bytes.
said-problem-length-give = Is empty; write { $least } to { $most } characters.
said-problem-empty-or-long = Is empty or has more than { $count } characters.
said-problem-empty-or-ends = Is empty or has spaces at its ends.
said-problem-empty-ends-long = Is empty, has spaces at its ends or is longer than { $count } characters.
said-problem-many-characters = Has more than { $count } characters.
said-problem-too-long =
    { $count ->
        [one] Is { $count } character too long to be kept.
       *[other] Is { $count } characters too long to be kept.
    }
said-problem-in-part = Gap { $at }: { $inside }
said-problem-many-bytes = Has { $count } bytes; at most { $most } are kept.
said-problem-control = Contains control characters.
said-problem-not-utf8 = Is not UTF-8.
said-problem-line = Line { $line }: { $inside }
said-problem-no-text = This is not a text. Save a workbook or a document as CSV in UTF-8 first.
said-problem-encoding-choose = The encoding of a file that is not UTF-8 has to be said, such as windows-1252 (what older spreadsheets write in western Europe). Or save the file as “CSV UTF-8”.
said-problem-encoding-unknown = { $name } is not the name of an encoding, such as windows-1252.
said-problem-encoding-other = Has bytes that are not { $name }. Choose another encoding in the form.
said-problem-zero-byte = This is a workbook, or UTF-16 without a mark. Save the file as CSV in UTF-8.
said-problem-file-empty = The file is empty.
said-problem-cells =
    { $count ->
        [one] There is { $count } cell, and the first line has { $most }.
       *[other] There are { $count } cells, and the first line has { $most }.
    }
said-problem-nothing-graded = Nothing is graded in this course yet.
said-problem-limit-passed = From here on the file changes more grades than are taken at once. Send it in parts.
said-problem-fields =
    { $count ->
        [one] There is { $count } field, and the header has { $most }.
       *[other] There are { $count } fields, and the header has { $most }.
    }
said-problem-rows = There are more than { $count } rows. Split the file.
said-problem-many-fields = There are more than { $count } columns.
said-problem-no-column-username = The header has no column username.
said-problem-no-column-person = The header has neither a column username nor a column email.
said-problem-column-twice-numbered = The header names a column twice, with a number and without.
said-problem-column-without-course = The header has { $name } but no course{ $count }.
said-problem-column-renames = The column oldusername renames accounts, which an import does not do. Change them one by one.
said-problem-column-nameless = The header has no name for column { $count }.
said-problem-column-twice = The header names the column { $name } twice.
said-problem-behind-quote = There is { $name } behind a closing quote.
said-problem-quote-inside = There is a quote inside a field. Put the field in quotes and double the one inside.
said-problem-quote-open = A quote is opened that is not closed.
said-problem-long-field = There is a field of more than { $count } bytes.
said-problem-username = Is not 1 to 100 of the letters a-z, digits and . _ - @
said-problem-role-name = Is not 1 to 40 of a-z, 0-9 and _, beginning with a letter.
said-problem-no-address = Is not an http or https address with a host, without spaces, of at most 2000 bytes.
said-problem-no-network = Is not an address or a range such as 192.0.2.7, 10.20.0.0/16 or 2001:db8::/48.
said-problem-no-network-of = { $network } is not an address or a range such as 192.0.2.7, 10.20.0.0/16 or 2001:db8::/48.
said-problem-no-zone = Is not a time zone such as Europe/Vienna.
said-problem-no-email = Is not an e-mail address such as name@example.edu, of at most 254 bytes.
said-problem-no-login = Is not a username or e-mail address of 1 to 254 bytes.
said-problem-nobodys = Is nobody's username or e-mail address.
said-problem-few-or-many = Give { $least } to { $most } at a time; send more afterwards.
said-problem-no-account-here = Is no account here.
said-problem-no-account-named = Is no username, no e-mail address, and no # with the number of an account.
said-problem-nobody = Names nobody.
said-problem-no-account = Names nobody who has an account.
said-problem-no-account-of = Names nobody who has an account: { $login }
said-problem-seats-of =
    { $count ->
        [one] The one seat of the course is taken. There is none for { $login }
       *[other] All { $count } seats of the course are taken. There is none for { $login }
    }
said-problem-archived-of = The course is archived and takes nobody: { $login }
said-problem-own-management-of = You would take away your own right to manage the enrolments of this course. Somebody else must do it: { $login }
said-problem-before-start-of = The end is not after the start: { $login }
said-problem-taken = Is taken.
said-problem-taken-address = Is the e-mail address of another account. People sign in with either.
said-problem-taken-username = Is the username of another account. People sign in with either.
said-problem-taken-short = Is taken; short names differ in more than case.
said-problem-no-language-tag = Is no language tag, such as en-GB.
said-problem-taken-group = Is taken; names of groups differ in more than case.
said-problem-taken-question = Is taken by question { $id } of the same category.
said-problem-twice = Is there twice.
said-problem-twice-in-quiz = Is in the quiz twice.
said-problem-no-choice = Is not one of the choices.
said-problem-no-section = Is no section.
said-problem-no-category = Is no category.
said-problem-other-category = Is no category of the course.
said-problem-no-quiz = Is no quiz.
said-problem-other-quiz = Is not a quiz of this course.
said-problem-other-question = Is no question of this course.
said-problem-no-role = Names the role { $name }, which does not exist.
said-problem-site-role = Administrators are such everywhere, not in one course.
said-problem-deep = Is too deep; at most { $count } levels.
said-problem-below-itself = Lies below the category itself.
said-problem-overridden = Is overridden.
said-problem-letters =
    { $count ->
        [one] Has { $count } letter; give 1 to { $most }.
       *[other] Has { $count } letters; give 1 to { $most }.
    }
said-problem-letter-order = Is not below the one before, or is negative; list the best letter first.
said-problem-letter-last = Is not 0; the last letter is for everybody below the others.
said-problem-letter-twice = Stands in the scale twice.
said-problem-no-letter = Is none of the statements that were not wanted.
said-problem-letters-none = Names none of the statements that were not wanted. Name some, or all.
said-problem-letters-and-all = Some are named, and all. Only one of the two is possible.
said-problem-short-name-again = Is not the short name of course { $id }; write it as it is to confirm.
said-problem-no-change = Changes nothing; fill in at least one field, or delete the exception.
said-problem-no-scopes = Names nothing that the token may do.
said-problem-access-code = Is not the access code of this quiz.
said-problem-no-endpoint = Is not an address such as https://lrs.example/xapi/, without a key, ? and #.
said-problem-another-target = Cannot be changed. Forward anew instead.
said-problem-origin-as = Is sent by browsers as { $sample }. Write it like that.
said-problem-no-port = Has a port that is none: 1 to 65535, without a zero in front.
said-problem-no-origin = Is not an origin such as https://tool.example.
said-problem-no-power = Is empty: such a credential could do nothing.
said-problem-secret-again = Is missing; another endpoint, or another way to sign in, needs it again.
said-problem-no-iri = Is no IRI.
said-problem-no-colon = Has a colon, which may not stand in it.
said-problem-no-bearer = Has spaces or letters that a token cannot have.
said-problem-password-short =
    { $count ->
        [one] Has { $count } character; at least { $least } are needed.
       *[other] Has { $count } characters; at least { $least } are needed.
    }
said-problem-password-repeated = Is not the same as the password above.
said-problem-password-present = Is not your present password.
said-problem-guess = Is easy to guess. { $why } Use several words that do not belong together.
said-problem-few =
    { $count ->
        [one] There is { $count }; at least { $least } are needed.
       *[other] There are { $count }; at least { $least } are needed.
    }
said-problem-many = There are { $count }; at most { $most } are possible.
said-problem-over-many = There are more than { $count }.
said-problem-over-points = Make more than { $count } points, the most that a grade can have.
said-problem-no-full = None has the fraction 1, so that full points cannot be reached.
said-problem-small-sum = The fractions add up to less than 1, so that full points cannot be reached.
said-problem-fraction = The fraction is not between -1 and 1.
said-problem-all-or-nothing = Where it is all or nothing, each has the fraction 0 or 1.
said-problem-no-order = Is there twice, so that no order would be the right one.
said-problem-no-weight = All have the weight 0.
said-problem-weight = Has a weight of more than { $count }.
said-problem-tolerance = Has a negative tolerance.
said-problem-unit-name = Has no name of 1 to 64 characters.
said-problem-multiplier = Has no positive multiplier.
said-problem-units-idle = Units are given where none is used.
said-problem-units-none = There are none where one is used.
said-problem-units-base = None has the multiplier 1, in which the answers are given.
said-problem-no-file = The file { $file } is missing, which a text refers to.
said-problem-menu = Several responses cannot be shown in a menu.
said-problem-no-part = Has a place for a part that there is not.
said-problem-no-place = Does not have its place in the text exactly once where it can be shown.
said-problem-cloze-closed = Part { $part } of the cloze is not closed by { "}" }
said-problem-cloze-empty = Part { $part } of the cloze has an empty answer.
said-problem-cloze-weight = Part { $part } of the cloze has too large a weight.
said-problem-cloze-many = Part { $part } of the cloze is one too many; { $count } are possible.
said-problem-cloze-kind = Part { $part } of the cloze is of the kind { $name }, which is not known.
said-problem-cloze-no-answers = Part { $part } of the cloze is a { $name } without answers.
said-problem-cloze-almost = Part { $part } of the cloze only looks like one: write { "{1:SA:=..}" }, or &#123; for a brace in a text that is HTML or Markdown.
said-problem-cloze-answer = Part { $part } of the cloze, the answer { $answer }: { $what }
said-problem-cloze-place = Part { $part } of the cloze: { "{#..}" } in the text marks the place of a part.
said-problem-cloze-percentage = Part { $part } of the cloze has a fraction that is no percentage: { $answer }
said-problem-in-groups = Person { $id } is in { $count } groups already, and in no more can be.
said-problem-not-in-course = Person { $id } is not enrolled in the course.
said-problem-not-in-course-of = Person { $id } is not enrolled in the course: { $login }
said-problem-not-graded = Person { $id } is enrolled as { $role } and has no grades here.
said-guess-rows = Straight rows of keys are easy to guess.
said-guess-keys = Short keyboard patterns are easy to guess.
said-guess-repeats = Repeats like "aaa" are easy to guess.
said-guess-repeats-words = Repeats like "abcabcabc" are only slightly harder to guess than "abc".
said-guess-top-ten = This is a top-10 common password.
said-guess-top-hundred = This is a top-100 common password.
said-guess-common = This is a very common password.
said-guess-similar = This is similar to a commonly used password.
said-guess-sequences = Sequences like abc or 6543 are easy to guess.
said-guess-years = Recent years are easy to guess.
said-guess-word = A word by itself is easy to guess.
said-guess-dates = Dates are often easy to guess.
said-guess-names = Names and surnames by themselves are easy to guess.
said-guess-common-names = Common names and surnames are easy to guess.
said-guess-own = It is little more than your own name, username or e-mail address.
said-guess-any = Nothing in it is hard to guess.
said-refusal-runs = The attempt is still being worked on. To give more time, extend it.
said-refusal-runs-other = The learner is working on another attempt at this quiz.
said-refusal-runs-unmarked = The attempt is still being worked on. It is marked once it is handed in.
said-refusal-runs-in-course =
    { $count ->
        [one] { $count } attempt of the course is still being worked on. Wait until it is handed in, or close it.
       *[other] { $count } attempts of the course are still being worked on. Wait until they are handed in, or close them.
    }
said-refusal-seats =
    { $count ->
        [one] The one seat is taken.
       *[other] All { $count } seats are taken.
    }
said-refusal-archive-first = Only an archived course is deleted. Archive it first.
said-refusal-being-deleted = The course is being deleted.
said-refusal-being-copied = What is in the course is still being copied. Wait until that is over.
said-refusal-no-such-step = A course in this state: { $oldstate } does not go to this one: { $newstate }.
said-refusal-half-done = This has begun, and half of it would be of no use: { $kind }.
said-refusal-jobs-own =
    { $count ->
        [one] { $count } job of yours waits or runs already.
       *[other] { $count } jobs of yours wait or run already.
    }
said-refusal-jobs-all =
    { $count ->
        [one] { $count } job waits or runs already.
       *[other] { $count } jobs of everybody wait or run already.
    }
said-refusal-no-administrator = Only an administrator makes and takes back administrators.
said-refusal-rights = You do not have these rights yourself: { $rights }
said-refusal-full-category = The category “{ $name }” holds { $count } things, and no more can be. Make another category and move some of them into it.
said-refusal-in-section =
    { $count ->
        [one] The section holds { $count } thing. Move or delete it first.
       *[other] The section holds { $count } things. Move or delete them first.
    }
said-refusal-lines-of-grades = The file has more than { $count } lines. Send it in parts.
said-refusal-columns-of-grades = The file has more than { $count } columns.
said-refusal-role-in-use =
    { $count ->
        [one] The role { $name } is in { $count } grant or enrolment. Give that person another one first.
       *[other] The role { $name } is in { $count } grants and enrolments. Give these people another one first.
    }
said-refusal-roles = There are { $count } roles already, and no more can be. Delete one that is not used.
said-refusal-credentials = There are { $count } credentials already, and no more can be. Delete one that is not used.
said-refusal-targets = Records are passed on to { $count } stores already, and no more can be. Delete one that is not used.
said-refusal-quizzes = The course has { $count } quizzes, and no more can be. Delete one that is not used.
said-refusal-exceptions = The quiz has { $count } exceptions, and no more can be. Put learners into a group, and make one for the group.
said-refusal-groups = A course has at most { $count } groups.
said-refusal-tokens = There are { $count } tokens already, and no more can be. Delete one that is not used.
said-refusal-sections = A course has at most { $count } sections.
said-refusal-items-of-course = A course has at most { $count } pages, links and quizzes in its outline.
said-refusal-items-of-section = A section has at most { $count } pages, links and quizzes.
said-file-large = The file is larger than { $count } bytes.
said-file-many = The file has more than { $count } questions.
said-file-no-text = The file is not a text. Is it compressed, or a document of another program?
said-file-looks = The file looks like { $look }. Questions are taken as GIFT or Moodle XML.
said-file-xml-for-gift = The file looks like XML and not like GIFT. Choose Moodle XML as the format, or go by the file itself.
said-file-no-xml = The file does not begin as XML does. Choose GIFT as the format, or go by the file itself.
said-file-no-question = The file has no question: no text in it has answers in braces behind it, as GIFT has.
said-look-zip = a zip archive, which workbooks and documents are, too
said-look-document = a document of an office program
said-look-pdf = a PDF
said-look-gzip = a compressed file (gzip)
said-look-picture = a picture
said-look-html = an HTML page
said-look-json = JSON
said-look-table = a table (CSV)
said-file-encoding = The encoding { $name } is not known.
said-file-not-encoded = The file is not valid { $name }.
said-file-category-deep = A category is deeper than { $count } levels.
said-file-category-name = The name of a category is longer than { $count } characters.
said-file-category-identifier = The identifier of a category is longer than { $count } characters.
said-file-category-description = The category { $name } has a description of more than { $count } bytes.
said-file-begins = The file begins with <{ $element }> and not with <quiz>.
said-file-no-element = The file has no XML element.
said-file-xml = The XML is broken: { $reason }
said-file-nested = Elements are nested deeper than { $count } levels.
said-file-elements = The file has more than a million elements.
said-file-second-root = There is a second element behind the first.
said-file-not-begun = An element ends that did not begin.
said-file-not-closed = The element <{ $element }> is not closed.
said-file-attributes = An element has more than { $count } attributes.
said-file-attribute-twice = The attribute { $name } is there twice.
said-file-attribute = An attribute is broken: { $reason }
said-file-reference = A character reference is broken: { $reason }
said-file-outside = There is text outside of the elements.
said-file-doctype = Document type declarations are not accepted, since they can define entities.
said-file-formatted = <{ $element }> has <{ $tag }> in it as XML: write it as CDATA, or with &lt;
said-file-entity = The entity &{ $name }; is not known in XML.
said-file-second-brace = There is a second brace; write a backslash before braces in a text.
said-file-lone-brace = A brace is opened or closed alone. A blank line ends a question.
said-file-weight = The weight { $answer } is not between -100 % and 100 %.
said-file-option = An option is empty.
said-file-answers = There are more than { $count } answers.
said-file-no-arrow = A row of a matching question has no ->
said-file-answer = The answer { $answer }: { $what }
said-file-range = The range { $answer }: { $what }
said-file-number = The number { $answer }: { $what }
said-file-no-number = <{ $element }> has { $answer }, which is no number that can be kept.
said-file-no-count = <{ $element }> has { $answer }, which is no count.
said-file-fraction = The fraction { $answer } is no percentage from -100 to 100.
said-file-both-right = True and false are both right.
said-file-none-right = Neither true nor false is right.
said-file-text = A text: { $what }
said-file-text-of = The text in <{ $element }>: { $what }
said-file-no-cloze = A cloze has at least one question in its text.
said-file-embedded-large = The file { $file } is larger than { $count } bytes.
said-file-embedded-many = A question has more than { $count } files.
said-file-embedded-nameless = An embedded file has no name.
said-file-embedded-encoding = The embedded file { $file } has the encoding { $name }; only base64 is known.
said-file-embedded-base64 = The embedded file { $file } is not base64.
said-file-unusable = The question { $question } cannot be used. { $place }: { $what }
said-file-within = The question { $question }: { $inside }
said-file-place = { $place }: { $what }
