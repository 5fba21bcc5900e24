gradebook-csv = Export CSV
gradebook-spreadsheet = Spreadsheet
gradebook-set-up = Grade set-up
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
gradebook-silent = The server does not answer at the moment. Try again.
gradebook-learners =
    { $count ->
        [one] { $count } learner
       *[other] { $count } learners
    }
gradebook-table = Grades of all learners
gradebook-edit-hint = Tap a grade, or double-click it, to change it. With the keyboard: arrow keys move, Enter changes a grade, Escape leaves it as it was.
gradebook-edit = Points
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
