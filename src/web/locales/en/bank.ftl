bank-top = Top of the bank
bank-new = New question
bank-import = Import
bank-search = Show
bank-words = Words in name or text
bank-category = Category
bank-everywhere = Everywhere
bank-kind = Kind
bank-every-kind = Every kind
bank-tag = Tag
bank-use = Use
bank-in-use-only = In use
bank-retired-only = Retired
bank-both = In use and retired
bank-none = There is no question yet. Write one, or import a file.
bank-none-found = No question fits.
bank-none-here = None on this page. The search goes on with the next one.
bank-ticked = Ticked
bank-question = Question
bank-used-in = Used in
bank-changed = Changed
bank-retired = Retired
bank-with-ticked = With the ticked questions
bank-to-category = Into the category
bank-move = Move
bank-add-tag = Add tag
bank-retire = Retire
bank-take-back = Take back into use
bank-first-page = To the beginning
bank-next-page = More questions
bank-categories = Categories
bank-export-gift = Export as GIFT
bank-export-xml = Export as Moodle XML
bank-many-moved =
    { $count ->
        [one] One question was moved.
       *[other] { $count } questions were moved.
    }
bank-many-retired =
    { $count ->
        [one] One question is retired now.
       *[other] { $count } questions are retired now.
    }
bank-many-back =
    { $count ->
        [one] One question is in use again.
       *[other] { $count } questions are in use again.
    }
bank-many-tagged =
    { $count ->
        [one] One question has the tag now.
       *[other] { $count } questions have the tag now.
    }

bank-kind-single_choice = Single choice
bank-kind-multiple_response = Several choices
bank-kind-true_false = True or false
bank-kind-numerical = Number
bank-kind-short_answer = Short answer
bank-kind-matching = Matching
bank-kind-ordering = Ordering
bank-kind-cloze = Text with gaps
bank-kind-essay = Essay
bank-about-single_choice = One of several options is right.
bank-about-multiple_response = Any number of options can be right, each with its share of the points.
bank-about-true_false = A statement that is true or false.
bank-about-numerical = A number with a tolerance or a range, perhaps with a unit.
bank-about-short_answer = A word or a few, compared with what you accept.
bank-about-matching = Each statement gets its answer from a menu.
bank-about-ordering = Items are put into their right order.
bank-about-cloze = Small questions inside a text: menus, words and numbers.
bank-about-essay = A free text that a person marks.
bank-which-kind = Which kind of question?
bank-new-of = New question: { $kind }

# The editor.
bank-edit = Edit
bank-edit-title = Edit { $name }
bank-edit-what = Saving makes version { $version }. Attempts that have begun keep the version they were asked with. New attempts get the new one. If it marks otherwise, this question tells you which quizzes to mark again.
bank-name = Name
bank-name-hint = For you and your colleagues. Learners do not see it.
bank-format = Texts are written as
bank-format-plain = Plain text
bank-format-markdown = Markdown
bank-format-html = HTML
bank-format-hint = Goes for all texts of this question: the question, its answers and feedback.
bank-question-text = Question
bank-cloze-text = Text with gaps
bank-cloze-hint = {"{#1}"}, {"{#2}"} and so on are the places of the gaps below. If you leave all gaps below empty, you can write them right here as in Moodle: {"{1:SHORTANSWER:=Paris~*#No}"}.
bank-options = Options
bank-options-one = The right one earns 100 %. Others can earn a part, or cost something.
bank-options-several = The shares of what is ticked are added up. The right ones together must earn 100 %; wrong ones can cost something.
bank-rows-empty = Rows left empty are dropped.
bank-option = Option { $number }
bank-answer = Answer { $number }
bank-text = Text
bank-share = Share in %
bank-feedback = Feedback
bank-add-option = Add another option
bank-add-answer = Add another answer
bank-row-up = Move row { $number } up
bank-row-drop = Remove row { $number }
bank-shuffle = Options may be mixed
bank-shuffle-hint = Every attempt shows them in its own order, where the quiz mixes too.
bank-part-shuffle = Options may be mixed
bank-all-or-nothing = All or nothing
bank-all-or-nothing-hint = Full points for exactly the right options, otherwise none. Each share is then 100 or 0.
bank-numbering = Numbered
bank-numbering-lower-letters = a. b. c.
bank-numbering-upper-letters = A. B. C.
bank-numbering-numbers = 1. 2. 3.
bank-numbering-lower-roman = i. ii. iii.
bank-numbering-upper-roman = I. II. III.
bank-numbering-nothing = Not at all
bank-combined = Feedback for the whole question
bank-combined-correct = For a right answer
bank-combined-partly = For a partly right answer
bank-combined-incorrect = For a wrong answer
bank-show-number = Also say how many parts are right
bank-right-one = What is right
bank-feedback-true = Feedback for who says true
bank-feedback-false = Feedback for who says false
bank-answers = Accepted answers
bank-words-hint = The first one that fits counts. * stands for any characters, \* for a star.
bank-pattern = Answer
bank-case = Capitals matter
bank-numbers-hint = The first one that fits counts. Give a number with a tolerance, or a range. * stands for any other number.
bank-value = Number
bank-tolerance = Tolerance ±
bank-from = or from
bank-to = to
bank-units = Units
bank-unit = Unit { $number }
bank-unit-rule = Unit
bank-unit-rule-hint = Answers above are in the unit whose multiplier is 1.
bank-unit-rule-none = None: a number alone
bank-unit-rule-optional = May be given
bank-unit-rule-required = Must be given
bank-unit-name = Unit
bank-multiplier = Multiplier
bank-add-unit = Add a unit
bank-unit-entry = Learners give it
bank-unit-entry-typed = typed with the number
bank-unit-entry-radio = by choosing, side by side
bank-unit-entry-menu = from a menu
bank-unit-penalty = Cost of a missing unit in %
bank-penalty-of = That is a share of
bank-penalty-of-response = what the number earned
bank-penalty-of-question = the whole question
bank-units-left = The unit stands before the number, as in $5
bank-pairs = Pairs
bank-pairs-hint = Learners choose the answer to each statement from a menu. Equal answers are one.
bank-pair = Pair { $number }
bank-stem = Statement
bank-pair-answer = Answer
bank-add-pair = Add another pair
bank-shuffle-stems = Statements may be mixed
bank-shuffle-stems-hint = The answers in the menus are always mixed.
bank-distractors = Answers that fit nowhere
bank-distractors-hint = They stand in the menus, too. You can leave them out.
bank-distractor = Answer { $number } that fits nowhere
bank-add-distractor = Add another such answer
bank-items = Items in their right order
bank-items-hint = Learners see them mixed.
bank-item = Item { $number }
bank-add-item = Add another item
bank-credit = Points for
bank-credit-all-or-nothing = everything right, or nothing
bank-credit-absolute-position = each item at its own position
bank-credit-relative-to-correct = how near each item is to its position
bank-credit-next-excluding-last = each item with the right next one
bank-credit-next-including-last = each item with the right next one, the last one too
bank-credit-one-previous-and-next = right neighbours on both sides
bank-credit-all-previous-and-next = everything rightly before and behind
bank-credit-longest-ordered-subset = the longest right order, with gaps
bank-credit-longest-contiguous-subset = the longest right order without a gap
bank-horizontal = In a line instead of one below the other
bank-part-type = Kind of gap
bank-part-type-short-answer = A word
bank-part-type-choice = One of several
bank-part-type-multiple-response = Any of several
bank-part-type-numerical = A number
bank-weight = Weight
bank-display = Choices shown
bank-display-menu = in a menu
bank-display-column = one below the other
bank-display-row = side by side
bank-part-answer = Answer
bank-add-gap = Add another gap
bank-drop-gap = Remove gap { $number }
bank-template = What learners start from
bank-grader-info = For those who mark
bank-editor = Written
bank-editor-formatted = with formatting
bank-editor-plain = as plain text
bank-editor-monospaced = in letters of equal width
bank-lines = Height in lines
bank-min-words = Fewest words
bank-max-words = Most words
bank-required = Something has to be written
bank-general = Feedback for everybody
bank-general-hint = Shown after the attempt, whatever was answered: an explanation, a reference.
bank-points = Points
bank-penalty = Penalty in %
bank-penalty-hint = The penalty is taken away for each wrong try where a quiz allows several.
bank-tags = Tags
bank-tags-hint = One per line. Quizzes can draw from a tag.
bank-id-number = Identifier
bank-id-number-hint = Your own, unique in the category.
bank-files = Pictures and files
bank-files-hint = Add a file here, then name it in a text: in Markdown as ![what it shows](lyceum-file:…), in HTML as <img src="lyceum-file:…" alt="what it shows">.
bank-file = File
bank-add-file = Add this file
bank-drop-file = Remove
bank-save = Save
bank-create = Create question
bank-save-version = Save as version { $version }
bank-preview = Preview
bank-wrong-share = Give a percentage from -100 to 100.
bank-wrong-number = Give a number such as 2.5 or 6.02e23.
bank-wrong-groups = Write the number without anything between groups of digits, and decimals behind a point: 1234 or 1.234.
bank-wrong-whole = Give a whole number.
bank-wrong-choice = Choose one of the choices.
bank-wrong-value = Give a number, a range, or * for any other number.

# The page of a question.
bank-preview-title = As learners see it
bank-try = Mark this answer
bank-mix = Mix anew
bank-told = What the learner is told
bank-earned =
    { $points ->
        [one] { $points } point ({ $share } %)
       *[other] { $points } points ({ $share } %)
    }
bank-made = The question is made.
bank-saved = Saved as version { $version }.
bank-same = Nothing was different, so nothing was saved.
bank-moved = The question is in its new category. What it says is the same, so it keeps its version.
bank-version = Version { $version }
bank-older = This is version { $version }. The newest is { $latest }.
bank-to-newest = To the newest
bank-regrade-due = Attempts were marked by another key. Mark again:
bank-about = About this question
bank-unused = No quiz so far.
bank-by-slot = one of its questions
bank-by-attempt = asked in attempts
bank-versions = Versions
bank-newest = Newest
bank-all-versions = All versions
bank-restore = Restore
bank-restore-title = Restore version { $version } of { $name }?
bank-restore-what = What version { $version } said becomes version { $next }. Nothing goes: the versions between stay.
bank-restore-name = The question is called { $name } again.
bank-restore-used = Attempts that have begun keep the version they were asked with.
bank-out-of-use = Out of use
bank-can-delete = Nothing uses this question: it can be deleted. Retired, it stays and is not drawn any more.
bank-can-retire = Quizzes or attempts use this question, so it cannot be deleted. Retired, it stays where it is and is not drawn any more.
bank-retire-title = Retire { $name }?
bank-retire-what = Quizzes draw it no more, and lists leave it out. It can be taken back into use at any time.
bank-retire-used = Quizzes that name it keep it, and so do attempts and their marks.
bank-retire-many-title =
    { $count ->
        [one] Retire { $count } question?
       *[other] Retire { $count } questions?
    }
bank-retire-many-what = Quizzes draw them no more, and lists leave them out. They can be taken back into use at any time.
bank-retire-many-used = Quizzes that name them keep them, and so do attempts and their marks.
bank-short-title = Leave quizzes too few questions?
bank-short-what = Published quizzes would find fewer questions than they draw, and nobody could start them until there are others.
bank-short-quiz = This quiz could not be started: { $name }
bank-short-go = Do it all the same
bank-retired-now = The question is retired.
bank-back-now = The question is in use again.
bank-delete = Delete
bank-delete-title = Delete { $name }?
bank-delete-what =
    { $count ->
        [one] The question goes for good.
       *[other] The question goes for good, with all its { $count } versions.
    }
bank-delete-unused = No quiz and no attempt uses it.
bank-deleted = { $name } is deleted.
bank-in-use = Quizzes or attempts use this question, so it cannot be deleted. It is retired already.

# Categories.
bank-change = Change
bank-no-category = There is no category yet. Questions lie at the top of the bank.
bank-count =
    { $count ->
        [0] no question
        [one] { $count } question
       *[other] { $count } questions
    }
bank-new-category = New category
bank-category-name = Name
bank-parent = Lies in
bank-parent-hint = What lies in this category moves with it.
bank-description = Description
bank-is-html = HTML.
bank-category-id-number-hint = Your own, unique in the course.
bank-create-category = Make category
bank-category-made = The category { $name } is made.
bank-category-saved = The category is saved.
bank-category-deleted = The category { $name } is deleted.
bank-category-delete-title = Delete the category { $name }?
bank-category-delete-what = The category goes. It is empty.
bank-category-not-empty = It holds questions: { $questions }. Categories in it: { $categories }. Move or delete them first: a category goes only when it is empty.
bank-category-drawn = Quizzes draw from it: { $names }. Let them draw from another one first.

# Files.
bank-import-title = Import questions
bank-import-file = File
bank-import-file-hint = GIFT or Moodle XML, from Moodle or another system. At most 2,000 questions.
bank-file-format = Format
bank-file-format-auto = By the file itself
bank-file-format-gift = GIFT
bank-file-format-moodle-xml = Moodle XML
bank-import-encoding-hint = For GIFT: choose another one when letters come out wrong. Moodle XML says its own.
bank-import-try-hint = The file is only looked at first. You see what would be imported before anything is written.
bank-import-try = Look at the file
bank-broken = Nothing of this file can be imported
bank-broken-what = A file is taken as a whole or not at all. Mend it and choose it again.
bank-line = Line { $line }:
bank-nothing-yet = Nothing is imported yet. Below is what would happen.
bank-import-run =
    { $count ->
        [one] Import one question
       *[other] Import { $count } questions
    }
bank-import-other = Choose another file
bank-import-done =
    { $count ->
        [0] No question was new.
        [one] One question was imported.
       *[other] { $count } questions were imported.
    }
bank-into-quiz = Put the questions into a quiz
bank-into-new-quiz = A new quiz with them
bank-into-this-quiz = Add them to “{ $name }”
bank-to-questions = To the questions
bank-report-tried = What would happen
bank-report-done = What happened
bank-report-new = New
bank-report-created = Imported
bank-report-unchanged = There already
bank-report-skipped = Left out
bank-report-categories = New categories
bank-report-line = Line
bank-report-why = Why
bank-report-what = What
bank-report-notes = Worth knowing
bank-report-sorts = By category and kind
bank-report-each =
    { $count ->
        [one] The question
       *[other] All { $count } questions
    }
bank-report-first = The first 200 are shown.
bank-report-outcome = Outcome
bank-is-new = new
bank-is-there = there already
bank-job-trying = Looking at the file
bank-job-far =
    { $of ->
        [one] { $done } of { $of } question
       *[other] { $done } of { $of } questions
    }
bank-job-failed = It stopped. What was done before is kept, and the file can be imported again.
bank-job-refreshes = This page asks again by itself. You can leave it.
bank-job-stop = Stop
bank-job-result = The report as a file
