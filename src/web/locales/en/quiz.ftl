quiz-new = New quiz
quiz-name = Name
quiz-description = Introduction
quiz-description-hint = Learners read it before they start. Markdown: **bold**, - list, [link](address).
quiz-description-html = Learners read it before they start. This text has formatting that only HTML can say.
quiz-section = Where it stands
quiz-nowhere = Not in the course's content yet
quiz-new-what = It stays hidden until you publish it. Questions and settings come next.
quiz-make = Make the quiz
quiz-made = The quiz is made. Now its questions.
quiz-save = Save
quiz-saved = Saved.
quiz-saved-closes = Saved. Because the quiz closes now, results are shown once it has closed. Review has what is shown when.
quiz-saved-never-closes = Saved. Because the quiz never closes now, results are shown once an attempt is handed in. Review has what is shown when.
quiz-published = Published
quiz-tool-edit = Settings
quiz-tool-slots = Questions
quiz-tool-overrides = Exceptions
quiz-tool-check = Check
quiz-tool-preview = Preview

# Settings.
quiz-general = General
quiz-timing = Timing
quiz-zone = Times are those of { $zone }.
quiz-opens = Opens
quiz-opens-hint = Empty: at once.
quiz-closes = Closes
quiz-closes-hint = Empty: never.
quiz-minutes = Minutes for one attempt
quiz-minutes-hint = Empty: no limit.
quiz-grace =
    { $count ->
        [0] Attempts that run end when the quiz closes. Closing later gives them that time, too; closing earlier takes none from them. What arrives later is not taken.
        [one] Attempts that run end when the quiz closes. Closing later gives them that time, too; closing earlier takes none from them. Answers that are on their way then are taken for { $count } second more.
       *[other] Attempts that run end when the quiz closes. Closing later gives them that time, too; closing earlier takes none from them. Answers that are on their way then are taken for { $count } seconds more.
    }
quiz-endless = Attempts that run without an end end at the time that is set here, and at once where that is past. Those that were reopened without an end stay open, and so do those of learners with unlimited time when only the time limit changes.
quiz-attempts = Attempts
quiz-attempts-allowed = How many are allowed
quiz-attempts-allowed-hint = Empty: as many as they like.
quiz-grade-method = Which one counts
quiz-grade-method-hint = When there are several.
quiz-method-begun = Learners have begun. Another choice changes grades once the quiz is marked again.
quiz-layout = Layout
quiz-shuffle-questions = Questions in a different order for each learner
quiz-shuffle-options = Options in a different order for each learner
quiz-shuffle-options-hint = Where the question allows it.
quiz-layout-free = Everybody chooses for themselves whether to see one question at a time or all.
quiz-review = Review
quiz-review-what = What learners see of their own attempts. What is shown once the quiz is closed comes when it is closed for everybody, those with later exceptions included, and the last answers are in; feedback and right answers wait until nobody works on the quiz any more, those with more time included. What they may see before that goes under “Handed in”.
quiz-moment-during = During
quiz-moment-after-submit = Handed in
quiz-moment-after-close = Quiz closed
quiz-switch-responses = Their answers
quiz-switch-marks = Points
quiz-switch-feedback = Feedback
quiz-switch-right-answers = Right answers
quiz-access = Access
quiz-code = Access code
quiz-code-hint = Said aloud in the room. Empty: none is asked for.
quiz-has-code = An access code is asked for. It is kept so that nobody can read it.
quiz-new-code = Another code
quiz-no-code = Ask for no code any more
quiz-networks = Only from these addresses
quiz-networks-hint = An address or a range on each line: 192.0.2.7, 10.20.0.0/16, 2001:db8::/48. Empty: from anywhere.
quiz-grade = Grade
quiz-grade-what =
    { $points ->
        [one] The grade is out of { $points } point, the sum of the questions.
       *[other] The grade is out of { $points } points, the sum of the questions.
    }
quiz-duplicate = Duplicate this quiz
quiz-duplicate-what = The copy has the settings and the questions of this quiz, as a draft. Exceptions, attempts and grades stay with this one.
quiz-duplicate-name = { $name } (copy)
quiz-duplicate-make = Duplicate
quiz-duplicated = The quiz is duplicated. This is the copy.
quiz-pass-percent = Pass mark in per cent
quiz-pass-percent-hint = Empty: nobody passes or fails. Learning records say who passed an attempt.
quiz-delete-it = Delete this quiz
quiz-stays = Learners have begun this quiz, so it cannot be deleted.

# Questions.
quiz-add = Add questions
quiz-add-draw = Add a random draw
quiz-bank = Question bank
quiz-no-slots = No questions yet.
quiz-begun = Learners have begun: the questions and their order stay. Points may change; grades follow once the quiz is marked again.
quiz-retired = Retired
quiz-version = Version
quiz-version-newest = newest (now { $version })
quiz-version-kept = version { $version }
quiz-draw-from = At random from
quiz-question-gone = This question is no longer in the question bank.
quiz-draw-tag = At random with the tag
quiz-with-children = With the categories in it.
quiz-pool =
    { $count ->
        [0] None to draw from.
        [one] { $count } to draw from.
       *[other] { $count } to draw from.
    }
quiz-count = How many questions
quiz-points-short = points
quiz-points-of = Points of question { $number }
quiz-up = Move question { $number } up
quiz-down = Move question { $number } down
quiz-remove = Remove
quiz-total =
    { $points ->
        [one] { $points } point in all
       *[other] { $points } points in all
    }
quiz-remove-question = Remove “{ $name }” from the quiz?
quiz-remove-draw = Remove the draw from “{ $name }”?
quiz-points-go =
    { $points ->
        [one] The quiz loses its { $points } point.
       *[other] The quiz loses its { $points } points.
    }
quiz-question-stays = The question itself stays in the bank.
quiz-questions-stay = The questions themselves stay in the bank.
quiz-slot-removed = Removed.
quiz-slot-moved = Saved. What you moved is now number { $place } of { $of }.
quiz-category = Category
quiz-everywhere = All
quiz-top = In no category
quiz-kind = Kind
quiz-any-kind = All
quiz-tag = Tag
quiz-find = Find
quiz-nothing-found = No question like that.
quiz-taken = In the quiz
quiz-look = Look
quiz-more-questions = More questions
quiz-first-page = To the beginning
quiz-chosen-elsewhere = Chosen on other pages
quiz-points-each = Points each
quiz-points-each-hint = Empty: as each question says.
quiz-add-chosen = Add the chosen
quiz-none-chosen = No question was chosen.
quiz-added =
    { $count ->
        [one] { $count } question was added.
       *[other] { $count } questions were added.
    }
quiz-draw-what = Each learner gets different questions, none of them twice.
quiz-from = From
quiz-folder = { $name } ({ $count })
quiz-with-children-tick = With the categories in it
quiz-add-it = Add

# Exceptions.
quiz-overrides-what = Other dates, time or attempts for single learners or groups. What learners see once the quiz is closed waits until it is closed for all of these.
quiz-no-overrides = The same for everybody.
quiz-override-new = New exception
quiz-override-whom = An exception for whom?
quiz-group = Group
quiz-groups = Groups
quiz-learners = Learners
quiz-has-override = Has one
quiz-more-people = There are more. A part of the name narrows the list.
quiz-more-overrides = More
quiz-override-empty = What is empty is as in the quiz.
quiz-otherwise = Otherwise
quiz-minutes-legend = Time for one attempt
quiz-as-quiz = As in the quiz:
quiz-time-extra = More time
quiz-time-limit = Another limit
quiz-minutes-unit = minutes
quiz-any-number = Any number
quiz-other-attempts = Another number
quiz-attempts-unit = attempts
quiz-has-extra = { $span } more.
quiz-has-limit = Time: { $span }.
quiz-has-no-limit = No time limit.
quiz-has-attempts =
    { $count ->
        [one] { $count } attempt.
       *[other] { $count } attempts.
    }
quiz-has-free-attempts = Any number of attempts.
quiz-override-groups = Of several groups of a learner the most generous counts; what a learner has alone goes before.
quiz-override-running = Attempts that run already end later where this gives them more time, and never earlier.
quiz-override-idle = This extra time does nothing: the quiz has no time limit that it could be added to. Let it close later here instead.
quiz-override-cut = Not all of this time can be used: the quiz is open for less, and its close ends the attempt before. Let it close later here, too.
quiz-override-set = Saved for { $name }.
quiz-nothing-different = Nothing would be different.
quiz-override-remove = Remove the exception for { $name }?
quiz-override-goes = The quiz's own dates, time and number of attempts apply again.
quiz-override-removed = { $name } has no exception any more.

# Check.
quiz-all-well = Nothing is wrong.
quiz-error = Error
quiz-warning = Note
quiz-mend = Fix this
quiz-opens-at-once = At once
quiz-closes-never = Never
quiz-enrolled = Learners enrolled
quiz-at-once = At once, with other exams
quiz-carries = This server carries
quiz-not-measured = Not measured yet. An administrator does it with this command, and the page of the server's health has the rest:
quiz-too-many = Too many
quiz-publish = Publish
quiz-publish-what = Learners see it, and start it once it opens.
quiz-publish-not-yet = It can be published once there is no error.
quiz-is-published = The quiz is published.
quiz-take-back = Unpublish
quiz-take-back-what = Learners will not see it any more.
quiz-take-back-begun =
    { $count ->
        [one] Nobody can start it any more. { $count } attempt stays.
       *[other] Nobody can start it any more. { $count } attempts stay.
    }
quiz-take-back-question = Unpublish { $name } while people work on it?
quiz-take-back-running =
    { $count ->
        [one] { $count } attempt runs. It goes on and counts; the learner's start page leads to it.
       *[other] { $count } attempts run. They go on and count; the learners' start pages lead to them.
    }
quiz-take-back-hides = The quiz leaves the course's outline, and nobody begins it, until it is published again.
quiz-is-taken-back = The quiz is hidden from learners.
quiz-found-no-questions = The quiz has no questions yet.
quiz-found-no-points = All questions together give no points.
quiz-found-closes-first = It closes before it opens.
quiz-found-limit-too-long = The time limit is longer than the quiz is open, so nobody gets all of it.
quiz-found-never-closes = Learners see part of their results only once the quiz has closed, but it never closes.
quiz-found-twice = Question { $number } is in the quiz twice.
quiz-found-worthless = Question { $number } gives no points.
quiz-found-retired = Question { $number } is retired.
quiz-found-no-question = Question { $number } is not in the bank of this course.
quiz-found-no-version = Question { $number } has no version { $wanted }; the newest is { $found }.
quiz-found-old-version = Question { $number } keeps version { $wanted }; the newest is { $found }.
quiz-found-too-few =
    { $wanted ->
        [one] From question { $number } on, { $wanted } is drawn, but there are only { $found }.
       *[other] From question { $number } on, { $wanted } are drawn, but there are only { $found }.
    }
quiz-found-left-too-few =
    { $wanted ->
        [one] From question { $number } on, { $wanted } is drawn, but draws before may leave only { $found }.
       *[other] From question { $number } on, { $wanted } are drawn, but draws before may leave only { $found }.
    }
quiz-found-is-closed = It has closed already.
quiz-found-closed-course = The course is not open to learners.
quiz-found-not-in-outline = It is not in the course's content, where learners look.
quiz-found-hidden-item = It is hidden in the course's content when it opens, so nobody can start it.
quiz-found-nobody-enrolled = No learner is enrolled in the course.
quiz-found-override-closes-first =
    { $found ->
        [one] An exception closes the quiz before it opens.
       *[other] { $found } exceptions close the quiz before it opens.
    }
quiz-found-extra-time-idle =
    { $found ->
        [one] An exception gives more time, but the quiz has no time limit that it could be added to. Let it close later there.
       *[other] { $found } exceptions give more time, but the quiz has no time limit that it could be added to. Let it close later there.
    }
quiz-found-extra-time-cut =
    { $found ->
        [one] An exception gives more time than the quiz is open for it, and the close ends the attempt before. Let it close later there.
       *[other] { $found } exceptions give more time than the quiz is open for them, and the close ends the attempts before. Let it close later there.
    }
quiz-found-answers-shown = Learners see the right answers while the quiz is still open to others.
quiz-found-too-many-learners =
    { $wanted ->
        [one] Up to { $wanted } learner comes at once; this server was measured to carry { $found }.
       *[other] Up to { $wanted } learners come at once; this server was measured to carry { $found }.
    }

# Preview, deleting.
quiz-preview-what = As learners see it. What you enter here is not kept.
quiz-other-paper = Another paper
quiz-preview-missing = There are not enough questions for a paper yet.
quiz-delete-question = Delete { $name }?
quiz-goes =
    { $count ->
        [0] The quiz goes, and its line in the gradebook.
        [one] The quiz goes with its list of { $count } entry, and its line in the gradebook.
       *[other] The quiz goes with its list of { $count } entries, and its line in the gradebook.
    }
quiz-item-goes = It leaves the course's content.
quiz-overrides-go =
    { $count ->
        [one] { $count } exception goes along.
       *[other] { $count } exceptions go along.
    }
quiz-delete = Delete
quiz-deleted = { $name } is deleted.
