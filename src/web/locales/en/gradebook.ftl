gradebook-csv = Export CSV
gradebook-spreadsheet = Spreadsheet
gradebook-set-up = Grade set-up
gradebook-file = Grades from a file
gradebook-file-words = The file may be the exported one with other points, or any table with a column of usernames and a column for each grade.
gradebook-file-hint = The first line names the columns: user_id or username, and the grades as the export names them. An empty cell changes nothing, - takes a grade back.
gradebook-file-overrides = Replace results of quizzes as well
gradebook-file-overrides-hint = Only then does the file change what a quiz gave or what was replaced by hand, and - lets stand again what was computed.
gradebook-file-run = Take the grades now
gradebook-file-wrong = Nothing of this file is taken while a line of it is wrong. Mend the lines and send it again.
gradebook-file-differs = Nothing was taken: grades were changed since this report was made, and the file would change something else now. Look at the report once more.
gradebook-file-idle = The file changes nothing: all grades are already as it has them.
gradebook-file-learners = Learners in the file
gradebook-file-changed = Grades that change
gradebook-file-unchanged = Already as in the file
gradebook-file-faults = Wrong lines
gradebook-file-changes = Changes
gradebook-file-first =
    { $count ->
        [one] The first of them is shown.
       *[other] The first { $count } of them are shown.
    }
gradebook-file-from = From
gradebook-file-to = To
gradebook-file-override = Replaces
gradebook-name = Name
gradebook-group = Group
gradebook-all-groups = All groups
gradebook-filter = Filter
gradebook-nothing = Nothing is graded in this course yet. A quiz comes in by itself.
gradebook-nobody = There is no learner to show.
gradebook-loading = Loading learners
gradebook-saving = Saving
gradebook-saved = Saved
gradebook-refused = Not saved:
gradebook-changed-meanwhile = Somebody changed this grade since it was shown. Escape shows what it is now, Enter puts yours in its place.
gradebook-line-changed = Somebody changed this since the page was loaded: this line shows what stands now. What you typed is kept: saving again puts it in its place.
gradebook-silent = The server does not answer at the moment. Try again.
gradebook-learners =
    { $count ->
        [one] { $count } learner
       *[other] { $count } learners
    }
gradebook-table = Grades of all learners
gradebook-edit-hint = Tap a grade, or double-click it, to change it. With the keyboard: arrow keys move, Enter changes a grade, Escape leaves it as it was.
gradebook-edit = Points of { $name }: { $item }
gradebook-on-paper = Paper may be too narrow for all columns. The spreadsheet, for which the page of the gradebook has a button, has all of them.
gradebook-learner = Learner
gradebook-total = Total
gradebook-pages = Pages
gradebook-legend = Underlined: changed by hand. Struck through: left out of the total.
gradebook-stands = Stands
gradebook-by-hand = By hand
gradebook-by-hand-hint = Points for a quiz and a percentage for a total replace what was computed; empty the field to let that stand again.
gradebook-leave-out = Leave out
gradebook-leave-out-of = Leave { $name } out of the total
gradebook-of-quiz = Quiz
gradebook-points-of = Points for { $name }, of { $max }
gradebook-out-of = of { $max }
gradebook-percentage-of = Percentage for { $name }
gradebook-reason = Reason
gradebook-reason-hint = Learners see why a grade was replaced.
gradebook-save = Save grades
gradebook-back = All learners
gradebook-changed =
    { $count ->
        [one] { $count } grade was changed.
       *[other] { $count } grades were changed.
    }
gradebook-nothing-changed = Nothing was changed.
gradebook-clear-question = Take back grades of { $name }?
gradebook-clear-points = { $name }: { $points }
gradebook-clear-percentage = { $name }: { $points } %
gradebook-clear-then = What a quiz or the rules of the gradebook make stands again; where there is nothing, there is no grade.
gradebook-clear = Take back
gradebook-clear-cell = Take this grade back?
