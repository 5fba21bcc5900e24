people-groups = Groups
people-file = Enrol by a file
people-entry = Seats and key
people-has-key = Anybody who knows the key can enrol.
people-search = Name or username
people-search-button = Search
people-state = State
people-state-all = All
people-state-active = Active
people-state-suspended = Suspended
people-state-later = Begins later
people-state-over = Ended
people-choose-active = Active, between the dates
people-choose-suspended = Suspended
people-nobody = Nobody to show.
people-found =
    { $count ->
        [one] { $count } person found.
       *[other] { $count } people found.
    }
people-pages = Pages of people
people-name = Name
people-username = Username
people-role = Role
people-from = Access from
people-until = Access until
people-since = Enrolled
people-by-teacher = by a teacher
people-by-key = with the key
people-by-import = by a file
people-grades = Grades of this person
people-suspend-hint = A suspended person cannot enter the course. Nothing is lost, and the seat stays taken. An exam that is running is not broken off: it can be finished, and counts.
people-dates-hint = Before and after, the course is closed to this person. Leave empty for no limit.
people-save = Save
people-changed = Changed: { $name }.
people-change-question = Take something from { $name }?
people-change-shut-out = The course is closed to them from now on.
people-change-running =
    { $count ->
        [one] { $count } attempt of theirs is running. They can finish it, and it counts.
       *[other] { $count } attempts of theirs are running. They can finish them, and they count.
    }
people-change-stays = Answers, grades and groups stay, and you can change it back here.
people-enrol = Enrol people
people-enrol-who = Usernames or e-mail addresses
people-enrol-who-hint = Up to 500, each on a line or with commas between. Those already enrolled get the role and the dates given here.
people-enrol-button = Enrol
people-enrolled = { $added } enrolled, { $changed } changed, { $unchanged } as they were.
people-remove = Remove from the course
people-remove-question = Remove { $name } from { $course }?
people-remove-role = The enrolment goes, with its role: { $role }.
people-remove-groups =
    { $count ->
        [one] So does the place in { $count } group: { $names }.
       *[other] So do the places in { $count } groups: { $names }.
    }
people-remove-stays = Attempts and grades stay, and count again when the person comes back.
people-removed = { $name } is out of the course.
people-seats = Seats
people-capacity = How many people can be enrolled
people-capacity-hint = Everybody counts, teachers too. Leave empty for no limit. It cannot be lower than the number already enrolled.
people-capacity-set = The number of seats is set.
people-key = Enrolment key
people-key-set = There is a key. Anybody who knows it, and the short name of the course, can enrol as a learner on their start page.
people-key-none = There is no key: only teachers can enrol people.
people-key-own = Your own key
people-key-hint = 4 to 100 characters. Leave empty to have one made for you.
people-key-make = Make a key
people-key-replace = Replace the key
people-key-replace-question = Replace the key of { $course }?
people-key-new = The new key
people-key-for = Key for { $course }
people-key-once = Write it down now: it is stored so that nobody can read it, and is not shown again. An older key does not work any more.
people-key-revoke = Revoke the key
people-key-revoke-question = Revoke the key of { $course }?
people-key-revoke-goes = The key of now does not work any more, wherever it is written down.
people-key-revoke-stays = Everybody who enrolled with it stays enrolled.
people-key-revoked = The key is revoked.
people-file-words = The file names people who have an account. It makes no accounts.
people-file-hint = A line per person with a username or an e-mail address. The other columns may be missing:
people-file-run = Enrol now
people-file-done = The file is taken.
people-file-over =
    { $seats ->
        [one] With this file { $count } people would be enrolled, on { $seats } seat. Those at the end would be refused.
       *[other] With this file { $count } people would be enrolled, on { $seats } seats. Those at the end would be refused.
    }
people-report-added = Enrolled
people-report-changed = Enrolments changed
people-report-unchanged = As they were
people-report-refused = Lines refused
people-report-lines = Refused lines
people-to-list = To the people of the course
people-groups-none = There is no group yet.
people-group-members =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
people-group-new = New group
people-group-hint = Up to 100 characters. Two groups cannot have the same name; capital letters make no difference.
people-group-make = Make the group
people-group-made = The group { $name } is there.
people-group-name = Name of the group
people-group-rename = Rename
people-group-renamed = The group is called { $name } now.
people-group-empty = Nobody is in this group yet.
people-group-add = Put people into the group
people-group-add-hint = Usernames or e-mail addresses of people who are enrolled in the course.
people-group-add-button = Add
people-group-added =
    { $count ->
        [0] Everybody was in the group already.
        [one] { $count } person is new in the group.
       *[other] { $count } people are new in the group.
    }
people-group-take-out = Take out
people-group-take-out-question = Take { $name } out of the group { $group }?
people-group-take-out-goes = What quizzes have different for the group, such as other times, no longer holds for this person.
people-group-take-out-stays = The person stays in the course; answers and grades stay.
people-group-taken-out = { $name } is out of the group.
people-group-delete = Delete the group
people-group-delete-question = Delete the group { $name }?
people-group-delete-members =
    { $count ->
        [0] Nobody is in it.
        [one] { $count } person leaves it, and stays in the course.
       *[other] { $count } people leave it, and stay in the course.
    }
people-group-delete-quizzes = What quizzes have different for this group, such as other times, goes with it.
people-group-deleted = The group is deleted.
