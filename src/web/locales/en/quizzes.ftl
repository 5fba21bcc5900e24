quizzes-none = There is no quiz in this course yet.
quizzes-more = More quizzes
quizzes-tools = About this quiz
quizzes-tool-live = Watch live
quizzes-tool-marking = Marking
quizzes-tool-statistics = Statistics
quizzes-tool-regrade = Mark again
quizzes-questions =
    { $count ->
        [one] { $count } question.
       *[other] { $count } questions.
    }
quizzes-attempts =
    { $count ->
        [0] Nobody has begun it.
        [one] { $count } attempt.
       *[other] { $count } attempts.
    }
quizzes-running = { $count } working on it
quizzes-waiting = { $count } to be marked
