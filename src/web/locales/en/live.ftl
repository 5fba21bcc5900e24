live-title = Who is in the exam
live-on = Up to date by itself
live-off = No connection; this is how it was
live-reload = Load again
live-counts = Counts
live-count-begun = Begun
live-of-learners =
    { $count ->
        [one] of { $count } learner
       *[other] of { $count } learners
    }
live-count-running = Working
live-count-silent = Silent for 5 minutes
live-count-finished = Handed in
live-far = How far those are who are working
live-far-nothing = Nothing answered
live-far-begun = Less than half
live-far-half = Half or more
live-far-all = Everything
live-show = Show
live-show-all = Everybody
live-show-running = Those who are working
live-show-silent = Those who are silent
live-show-finished = Those who handed in
live-name = Name
live-filter = Filter
live-extend-chosen = More time for the chosen
live-extend-all = More time for all who are working
live-close-chosen = Hand in for the chosen
live-for-chosen = For the chosen
live-none-chosen = Nobody is chosen. Tick at least one person in the list, or use "More time for all who are working".
live-nobody = Nobody to show.
live-table = People in the exam
live-choose-all = Choose everybody
live-person = Person
live-progress = Answered
live-left = Time left
live-sign = Last sign of life
live-stand = State
live-number = attempt { $number }
live-over = over
live-no-end = no limit
live-running = Working
live-silent = Silent
live-lost = Connection lost
live-by-learner = Handed in
live-by-deadline = Time over
live-by-supervisor = Handed in by staff
live-reopen = Let go on
live-pages = Pages
live-page-before = Page before
live-page = Page { $page } of { $of }
live-page-after = Next page
live-extend-title = More time
live-whom-running =
    { $count ->
        [0] Nobody is working on it at the moment.
        [one] The one person who is working on it at the moment gets more time.
       *[other] All { $count } people who are working on it at the moment get more time.
    }
live-whom-named =
    { $count ->
        [one] One person:
       *[other] { $count } people:
    }
live-minutes = Minutes more
live-reason = Reason
live-reason-hint = Kept in the log of each attempt.
live-extend-do = Give more time
live-extended =
    { $count ->
        [one] { $count } person has more time now.
       *[other] { $count } people have more time now.
    }
live-extended-none = Nobody got more time: whoever has no time limit or has handed in does not need it.
live-close-title = Hand in now?
live-close-what = Their attempts end at once, with what is saved so far. Every one of them can be let go on afterwards.
live-close-do = Hand in
live-closed =
    { $count ->
        [one] { $count } attempt is handed in.
       *[other] { $count } attempts are handed in.
    }
live-reopen-title = Let somebody go on
live-reopen-running = This attempt is still being worked on. To give more time, extend it.
live-reopen-what = The attempt runs again with all answers. Its points leave the gradebook until it is handed in once more; marks by hand stay where the answer does.
live-reopen-minutes = Minutes from now
live-reopen-do = Let go on
live-reopened = The attempt runs again.
