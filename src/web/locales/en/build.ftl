build-publish = Publish
build-publish-again = Publish again
build-archive = Archive
build-is-published = Published
build-status-set = The course is in its new state.
build-empty = The course has no section yet. Begin with one.
build-up = Move { $name } up
build-down = Move { $name } down
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
build-from = From
build-until = Until
build-save = Save
build-preview = Preview
build-markdown = Text
build-markdown-hint = Markdown: # heading, **bold**, - list, [link](address), tables.
build-section = Section
build-to-quiz = Settings and questions of the quiz
