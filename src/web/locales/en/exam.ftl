# Before the start.
exam-questions = Questions
exam-points = Points
exam-opens = Opens
exam-closes = Closes
exam-time = Time
exam-no-limit = No limit
exam-attempts = Attempts
exam-attempts-of = { $used } of { $allowed } used
exam-attempts-free = As many as you like
exam-counts = What counts
exam-counts-highest = The best attempt
exam-counts-average = The mean of all attempts
exam-counts-first = The first attempt
exam-counts-last = The last attempt
exam-result = Result
exam-in-grades = In your grades
exam-in-the-grades = In the grades
exam-in-grades-changed = (changed by a teacher)
exam-points-of =
    { $max ->
        [one] { $points } of { $max } point
       *[other] { $points } of { $max } points
    }
exam-not-published = This is not published yet.
exam-not-open = This is not open yet. It opens
exam-closed = This is closed.
exam-used-up = You have used all your attempts.
exam-runs = You have begun and not handed in yet. Your answers are where you left them.
exam-go-on = Go on
exam-clock-runs = The clock starts when you do, and goes on when you leave the page.
exam-access-code = Access code
exam-access-code-hint = Whoever supervises says it.
exam-told = While you work, the page tells those who supervise when it loses the focus or the connection, and when something is copied or pasted.
exam-start = Start
exam-so-far = Attempts so far
exam-attempt = Attempt { $number }
exam-handed-in-at = Handed in
exam-begun-at = Begun
exam-running = Running
exam-awaits = Waits for marking
exam-this-counts = This one counts
exam-waiting = Many are starting at this moment
exam-waiting-place =
    { $count ->
        [one] { $count } person is before you.
       *[other] { $count } people are before you.
    }
exam-waiting-seconds =
    { $count ->
        [one] Your turn is in about { $count } second.
       *[other] Your turn is in about { $count } seconds.
    }
exam-waiting-asks = This page asks again by itself. Your time has not begun, and your place is kept.
exam-waiting-press = Press Start then. Your time has not begun, and your place is kept.
exam-waiting-turn = It is your turn: press Start now.

# The exam room.
exam-answered-of = { $answered } of { $of } answered
exam-time-left = Time left
exam-minutes-left =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
exam-until = Until
exam-overdue = The time is over
exam-overdue-why = What was saved before counts. Nothing can be added any more.
exam-to-result = To the result
exam-question = Question { $number }
exam-worth =
    { $points ->
        [one] { $points } point
       *[other] { $points } points
    }
exam-all-questions = All questions
exam-show-all = Show all questions
exam-show-one = One question at a time
exam-show-sheet = Several questions at a time
exam-range = Questions { $first } to { $last } of { $of }
exam-is-answered = answered
exam-is-open = not answered
exam-previous = Previous
exam-next = Next
exam-save = Save
exam-save-and-review = Save and review
exam-receipts = Receipts
exam-receipts-why = Every save has one; with them you can prove what was saved and when.
exam-choose = Choose…
exam-no-answer = No answer
exam-true = True
exam-false = False
exam-several = Several can be right.
exam-unit = Unit
exam-number = Number
exam-number-unit = Number with its unit
exam-your-answer = Your answer
exam-order = Give each item its position.
exam-position = Position
exam-move-up = Move up
exam-move-down = Move down
exam-place = Position { $place } of { $of }
exam-gap = Gap { $number }
exam-min-words =
    { $count ->
        [one] At least { $count } word.
       *[other] At least { $count } words.
    }
exam-max-words =
    { $count ->
        [one] At most { $count } word.
       *[other] At most { $count } words.
    }
exam-words = Words: { $words }.
exam-room-left = Letters that there is still room for: about { $left }.
exam-room-over = Too long to be saved. Letters too many: { $over }.
exam-wrong-choice = This is none of the choices. It is not saved.
exam-wrong-order = Give each item a position of its own. This order is not saved yet.
exam-wrong-elsewhere = Another device or tab saved something else for this question meanwhile. That counts until you save again; what you typed here is still below.
exam-nothing-new = Everything was saved already.
exam-saved-count =
    { $count ->
        [one] { $count } answer saved at { $time }, receipt { $receipt }.
       *[other] { $count } answers saved at { $time }, last receipt { $receipt }.
    }
exam-was-over = The attempt was over already. What was saved before counts.
exam-not-a-number = This is saved, but it cannot be read as a number, so it would not count as one. Write it in digits, such as 30 or 1234.5.
exam-state-none = Not answered
exam-state-saved = Saved at { $time }
exam-state-saving = Saving…
exam-state-typing = Not saved yet
exam-state-waiting = Kept on this device, waiting for the network
exam-state-refused = Not saved:
exam-state-elsewhere = Another device saved this answer. It is shown here now.
exam-state-mine = Put mine back
exam-offline = No connection. Go on writing: your answers are kept on this device and sent when the network is back. Waiting: { $waiting }
exam-offline-unkept = No connection. Go on writing, and keep this page open: this browser keeps nothing on this device. Your answers are sent when the network is back. Waiting: { $waiting }
exam-online = The connection is back.
exam-signed-out = Your session has ended. Your answers are kept on this device. Sign in in a new tab, then come back here.
exam-sign-in = Sign in
exam-no-storage = This browser keeps nothing on this device. Do not close the page before everything is saved.
exam-other-tab = This exam is open in another tab, which saves your answers.
exam-use-here = Go on here
exam-five-minutes = Five minutes left.
exam-one-minute = One minute left.
exam-time-over = The time is over. Your answers are being handed in.
exam-over-waiting = The time is over. Answers on this device that wait for the network: { $waiting }. Keep this page open.
exam-ended = The exam has ended.
exam-late = Not saved, because it came too late: what was answered last on this device, question { $questions }. What was saved before counts.
exam-unsent = Not everything is saved yet. Waiting: { $waiting }. Try again in a moment.
exam-unsaved = This cannot be saved as it is: question { $questions }. What was saved before counts. Change it, or press again to go on without it.
exam-more-time = You have more time: until { $time }.
exam-limit-new = There is a time limit now: until { $time }.
exam-limit-gone = There is no time limit any more.

# Handing in.
exam-finish = Hand in
exam-all-answered = Every question is answered.
exam-open-count =
    { $count ->
        [one] { $count } question is not answered.
       *[other] { $count } questions are not answered.
    }
exam-unread-count =
    { $count ->
        [one] { $count } answer cannot be read as a number.
       *[other] { $count } answers cannot be read as a number.
    }
exam-unread-what =
    { $count ->
        [one] It is saved, but it would not count as one. Write numbers in digits, such as 30 or 1234.5.
       *[other] They are saved, but they would not count as numbers. Write numbers in digits, such as 30 or 1234.5.
    }
exam-finish-what = Once you hand in, nothing can be changed.
exam-last-receipt = Receipt of the last save
exam-hand-in = Hand in now
exam-not-handed-in = Not handed in: there is no connection to the server. Keep this page open: it is sent when the connection is back.
exam-not-handed-in-signed-out = Not handed in: your session has ended. Sign in in a new tab, then come back here.
exam-back = Back to the questions
exam-handed-in = Handed in. All your answers are stored.

# The result.
exam-ended-by-learner = Handed in
exam-ended-by-deadline = Handed in when the time was over,
exam-ended-by-supervisor = Closed by whoever supervises,
exam-ended-by-nobody = Running
exam-of-points =
    { $max ->
        [one] of { $max } point
       *[other] of { $max } points
    }
exam-not-marked = Some answers wait for marking, so there are no points yet.
exam-answers = Answers
exam-nothing-shown = Nothing else is shown of this attempt now.
exam-shown-from = The result is shown from
exam-more-from = More is shown from
exam-more-later = More is shown once nobody works on this quiz any more.
exam-went-right = Right
exam-went-partial = Partly right
exam-went-wrong = Wrong
exam-went-open = Not answered
exam-went-waits = Waits for marking
exam-chosen = Your choice
exam-part = Part { $number }
exam-right-answer = Right answer:
exam-number-right =
    { $of ->
        [one] { $right } of { $of } part is right.
       *[other] { $right } of { $of } parts are right.
    }
exam-comment = Comment:
exam-to-quiz = Back to the quiz

# Receipts.
exam-receipts-what = Each receipt is a link of a chain over everything that was saved before it. Keep the file: nobody can change an answer afterwards without the chain showing it.
exam-receipts-json = Download everything (JSON)
exam-receipts-text = Download as text
exam-receipts-begin = The chain begins with
exam-receipts-none = Nothing was saved yet.
exam-receipts-number = No.
exam-receipts-question = Question
exam-receipts-time = Saved at
exam-receipts-receipt = Receipt
exam-receipts-next = Later ones
exam-back-to-attempt = Back to the attempt

# The log of an attempt, for who sees everybody's.
exam-log = Log
exam-log-what = What the learner's browser reported, and what was done to the attempt. Nothing proves what a browser reports.
exam-log-time = Time
exam-log-who = Who
exam-log-event = What
exam-log-started = Begun from { $address }
exam-log-resumed = Came back from { $address }
exam-log-with = { $what }: { $detail }
exam-log-focus-lost = The page lost the focus
exam-log-focus-gained = The page has the focus again
exam-log-fullscreen-left = Full screen was left
exam-log-pasted = Something was pasted
exam-log-copied = Something was copied
exam-log-connection-lost = The connection was lost
exam-log-connection-restored = The connection came back
exam-log-other = Another report
exam-log-extended = More time: { $span }, until { $until }. { $reason }
exam-log-extended-endless = More time, without an end. { $reason }
exam-log-ends = Ends at { $until }. { $reason }
exam-log-other-times = The quiz has other times now.
exam-log-reopened = Can go on until { $until }. { $reason }
exam-log-reopened-endless = Can go on without an end. { $reason }
exam-log-marked = Question { $number } marked by hand: { $points }
exam-log-unmarked = Mark by hand taken back from question { $number }
exam-log-regraded = Marked again: { $from } is now { $to }
