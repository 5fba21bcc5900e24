regrade-title = Mark again
regrade-due = Marks may not be right any more. Changed since
regrade-due-points = Questions give other points.
regrade-due-method = Another attempt of a learner counts.
regrade-due-questions =
    { $count ->
        [one] { $count } question is marked by another key.
       *[other] { $count } questions are marked by another key.
    }
regrade-not-due = Nothing was changed under the marks.
regrade-what =
    { $count ->
        [0] Nobody has begun this quiz.
        [one] One attempt is marked again by today's points.
       *[other] All { $count } attempts are marked again by today's points.
    }
    Marks by hand stay, in proportion to the points.
regrade-latest = Take the latest versions of the questions
regrade-latest-hint = For when a key was corrected. A version that asks for something else is not taken.
regrade-preview = Show whose marks would change
regrade-preview-title = Whose marks would change
regrade-nothing = Nobody's marks would change.
regrade-would-change =
    { $count ->
        [0] Nobody's marks would change.
        [one] The marks of { $count } attempt would change.
       *[other] The marks of { $count } attempts would change.
    }
regrade-before = Points before
regrade-after = Points after
regrade-questions = Questions
regrade-kept = older version kept
regrade-kept-count =
    { $count ->
        [one] { $count } attempt keeps an older version of a question: the latest asks for something else.
       *[other] { $count } attempts keep an older version of a question: the latest asks for something else.
    }
regrade-recounted = what counts changes
regrade-do = Change these marks
regrade-done =
    { $count ->
        [0] No marks were changed.
        [one] The marks of { $count } attempt were changed.
       *[other] The marks of { $count } attempts were changed.
    }
regrade-job-preview = Looking whose marks would change
regrade-job-far =
    { $of ->
        [one] { $done } of { $of } attempt
       *[other] { $done } of { $of } attempts
    }
regrade-job-result = Every change as a file
regrade-job-first =
    { $count ->
        [one] The first change as a file
       *[other] The first { $count } changes as a file
    }
regrade-job-back = Back
