marking-title = Marking
marking-waiting = { $count } to be marked
marking-with-names = Show names
marking-without-names = Hide names
marking-question = Question
marking-all-questions = All questions
marking-somebody = Somebody
marking-answer = Answer
marking-words =
    { $count ->
        [one] { $count } word
       *[other] { $count } words
    }
marking-elsewhere = The answer stands in the result.
marking-nothing = Nothing was answered.
marking-notes = For who marks
marking-max =
    { $max ->
        [one] At most { $max } point
       *[other] At most { $max } points
    }
marking-earlier = An earlier answer was given { $points } of { $max }.
marking-points = Points
marking-comment = Comment
marking-comment-hint = The learner reads it with the result.
marking-save = Save and go on
marking-skip = Skip
marking-back = The one before
marking-keys = Ctrl+Enter saves and goes on. Outside of fields, j skips and k goes back.
marking-none = Nothing waits for marking.
marking-saved = The mark is saved.
