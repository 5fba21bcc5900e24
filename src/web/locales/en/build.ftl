build-publish = Publish
build-publish-again = Publish again
build-archive = Archive
build-is-published = Published
build-status-set = The course is in its new state.
build-empty = The course has no section yet. Begin with one.
build-up = Move { $name } up
build-down = Move { $name } down
build-moved = { $name } is now number { $place } of { $of }.
build-change = Change
build-delete = Delete
build-add-item = Add something
build-title = Title
build-kind = What
build-kind-page = Page
build-kind-link = Link
build-kind-quiz = Quiz
build-url = Address
build-for-links = (for a link)
build-quiz = Quiz
build-for-quizzes = (for a quiz)
build-add = Add
build-new-section = New section
build-add-section = Add section
build-section-added = The section stands at the end.
build-item-added = It stands at the end of its section.
build-saved = Saved.
build-saved-without = Saved. On the page this is not shown: { $parts }
build-deleted = Deleted.
build-delete-question = Delete { $name }?
build-section-delete-what = The section is empty. It goes, and nothing else.
build-section-not-empty =
    { $count ->
        [one] It holds { $count } thing. Move or delete that first: a section goes only when it is empty.
       *[other] It holds { $count } things. Move or delete them first: a section goes only when it is empty.
    }
build-page-goes = The page and its text go, and with them who has read it.
build-link-goes = The link goes, and with it who has opened it.
build-quiz-stays = It leaves the outline. The quiz itself, its attempts and its grades stay.
build-who-sees = Who sees it
build-visible = Learners see it
build-seen-from = Shown from
build-seen-until = Shown until
build-from = From
build-until = Until
build-save = Save
build-preview = Preview
build-markdown = Text
build-markdown-hint = Markdown: # heading, **bold**, - list, [link](address), tables.
build-section = Section
build-to-quiz = Settings and questions of the quiz
build-records = Learning records
build-records-what = What happens in this course is also written as learning records (xAPI): who enrols, starts and finishes what, each answer and its result. People stand in them by number. Programs that read the learning record store see them.
build-records-on = Kept
build-records-off = Not kept
build-records-begin = Keep learning records
build-records-end = Stop keeping them
build-records-end-question = Stop keeping learning records of { $name }?
build-records-end-goes = What happens from now on is not written, and cannot be written later.
build-records-end-stays = What was written stays in the learning record store.
build-records-begun = From now on learning records are kept. What happened before is not in them.
build-records-ended = No more learning records are kept. What was written stays.
build-facts = Name and dates
build-facts-language = Language of its contents
build-facts-language-hint = So that screen readers read them as they are meant. A tag such as en, ar or de-CH; empty when there are several.
build-facts-dates = When it takes place
build-facts-ends-hint = Enrolment by key ends here; what is in the course stays open.
build-archive-question = Archive { $name }?
build-archive-people =
    { $count ->
        [0] Nobody is enrolled.
        [one] { $count } person is enrolled. They can read everything and do nothing more.
       *[other] { $count } people are enrolled. They can read everything and do nothing more.
    }
build-archive-running =
    { $count ->
        [one] { $count } attempt runs. It goes on to its end and counts; the learner's start page leads to it.
       *[other] { $count } attempts run. They go on to their end and count; the learners' start pages lead to them.
    }
build-archive-closes = Nobody begins anything any more, nobody is enrolled, and progress stays as it is, until the course is published again.
