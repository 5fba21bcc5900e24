grading-title = Grade set-up
grading-empty = Nothing is graded in this course yet. A quiz comes in by itself; what you grade by hand you make here.
grading-quizzes-come = Every quiz of the course is an item by itself, and goes with its quiz.
grading-new-item = New item
grading-new-category = New category
grading-make = Make it
grading-made = { $name } stands at the end of its category.
grading-saved = Saved. Everybody's totals are right from now on.
grading-deleted = Deleted. Everybody's totals are without it from now on.
grading-name = Name
grading-max = Points
grading-max-hint = The most that can be reached, 0.01 to 100,000.
grading-of-quiz = A quiz gives this item its name, its points and its grades.
grading-out-of = Out of { $max }
grading-category = Category
grading-parent = Within
grading-top = The course itself
grading-weight = Weight
grading-weight-hint = Its share where the category above is a weighted mean, 0 to 1000; empty is 1 for something new. With 0 it does not count, in a sum either.
grading-weighs = Weight { $weight }
grading-extra-hint = Adds to what is reached, not to what can be reached.
grading-method = How the total is made
grading-method-hint = A sum adds points. A weighted mean adds percentages by weight.
grading-rule-sum = Sum of points
grading-rule-weighted-mean = Weighted mean
grading-empty-grades = A grade that is not there yet
grading-rule-ignored = Is left out
grading-rule-count-as-zero = Counts as zero
grading-drop = Lowest left out
grading-drop-hint = How many of the lowest percentages do not count, 0 to 20. One always stays.
grading-drops =
    { $count ->
        [one] Lowest one left out
       *[other] Lowest { $count } left out
    }
grading-sight = What learners see
grading-sight-what = Grade
grading-sight-hint = While something is hidden, no total that holds it is shown.
grading-sight-visible = Shown
grading-sight-hidden = Hidden
grading-sight-hidden-until = Hidden until
grading-sight-time = Time from which it is shown
grading-is-hidden = Hidden
grading-hidden-until = Hidden until
grading-draft = The quiz is not published: learners do not see it, and it counts only for who has a grade in it.
grading-kept-back = The quiz keeps its marks back at the moment.
grading-quiz-shows = Hidden here, but the quiz still shows learners the points of their attempts.
grading-hide = Hide
grading-show = Show
grading-hidden = It is hidden from learners, with all totals that hold it.
grading-shown = Learners see it.
grading-release-all = Show everything
grading-release-all-question = Show all grades to learners?
grading-release-all-what =
    { $count ->
        [one] { $count } hidden item or category is shown at once, with its grades and the totals that hold it.
       *[other] { $count } hidden items and categories are shown at once, with their grades and the totals that hold them.
    }
grading-release-all-quizzes = Quizzes that keep their marks back until they close go on doing so.
grading-all-shown =
    { $count ->
        [one] { $count } item or category is shown now.
       *[other] { $count } items and categories are shown now.
    }
grading-delete = Delete
grading-delete-question = Delete { $name }?
grading-delete-item-what = The item goes, with every grade that was given for it, and everybody's totals are made without it. This cannot be undone.
grading-delete-quiz-what = It is the item of a quiz and goes only with the quiz. Hide it, or give it the weight 0.
grading-delete-category-what = The category is empty. It goes, and nothing else.
grading-delete-grades =
    { $count ->
        [0] Nobody has a grade in it.
        [one] { $count } learner has a grade in it, which goes.
       *[other] { $count } learners have a grade in it, which goes.
    }
grading-delete-totals =
    { $count ->
        [0] Nobody has a total by hand in it.
        [one] { $count } learner has a total by hand in it, which goes.
       *[other] { $count } learners have a total by hand in it, which goes.
    }
grading-not-empty =
    { $count ->
        [one] It holds { $count } thing. Move or delete that first: a category goes only when it is empty.
       *[other] It holds { $count } things. Move or delete them first: a category goes only when it is empty.
    }
grading-letters = Letters
grading-letters-what = The best letter first. Each is earned from its percentage on; the last one begins at 0. Empty rows are left out.
grading-letter-number = Letter { $number }
grading-letter = Letter
grading-lower = From %
grading-decimals = Digits behind the point
