course-tab-outline = Content
course-tab-own-grades = My grades
course-tab-quizzes = Quizzes
course-tab-gradebook = Gradebook
course-tab-questions = Questions
course-tab-edit = Build
course-crumbs = You are here
course-tabs = Course
course-status-draft = Draft
course-status-archived = Archived
course-progress = { $done } of { $of } done
course-enrolled =
    { $count ->
        [one] { $count } person enrolled.
       *[other] { $count } people enrolled.
    }
course-capacity =
    { $count ->
        [one] { $count } seat.
       *[other] { $count } seats.
    }
course-empty = There is nothing in this course yet.
course-section-empty = Nothing here yet.
course-hidden = Hidden from learners
course-read = Read
course-opens = Opens
course-closes = Closes
course-time-limit = Time:
course-unpublished = Not published
course-awaits-marking = Waits for marking
course-handed-in = Handed in
course-points =
    { $max ->
        [one] { $points } of { $max } point
       *[other] { $points } of { $max } points
    }
course-quiz-running = Running
course-quiz-open = Open
course-quiz-later = Opens later
course-quiz-closed = Closed
course-quiz-used-up = No attempt left
course-tab-people = People
