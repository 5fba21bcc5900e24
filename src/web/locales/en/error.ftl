error-title-401 = Your session has ended
error-title-403 = This is not open to you
error-title-404 = There is nothing here
error-title-405 = This address does not work like that
error-title-409 = This does not go together
error-title-410 = This is over
error-title-412 = Somebody changed it meanwhile
error-title-413 = This is too large
error-title-422 = Something is not right yet
error-title-429 = Too many requests
error-title-500 = Something went wrong here
error-title-503 = Please wait a moment
error-title-other = This did not work
error-other = The server gave this reason:
error-retry =
    { $seconds ->
        [one] Try again in { $seconds } second.
       *[other] Try again in { $seconds } seconds.
    }
error-instance = The people who run this server find the reason in its log under
error-session-over = Nothing of what you sent was stored. Sign in in a new tab, come back to this one, go one page back and send it again: what you typed is still there.
error-sign-in-again = Sign in in a new tab
error-go-back = Go one page back to change what you sent.
error-home = To the start page

error-code-not-found = The address may have a mistake, or it leads to something that you may not see.
error-code-forbidden = Your role does not allow this here.
error-code-unauthenticated = You are not signed in, or not any more.
error-code-csrf = The form did not come from the page that you have open, so nothing was changed. Load the page again and send it once more.
error-code-overloaded = The machine is busy with something more urgent, such as an exam. Nothing is lost.
error-code-read-only = Nothing can be written at the moment because the disk is full or failing. What was saved is safe.
error-code-internal = That was not your fault. What was saved is safe.
error-code-changed = Somebody, perhaps you in another window, changed this since the page was loaded. Load it again and repeat your change.
error-code-person-rate = You send more requests than one person is served.
error-code-address-rate = Too many requests come from your network.
error-code-too-large = This is more than the server takes at once.
error-code-sign-in-failed = The username or the password is not right. Check that Caps Lock is off.
error-code-sign-in-throttled = There were too many failed attempts.
error-code-sign-in-later = Very many people are signing in right now. Your place in the row is kept.
error-code-account-suspended = This account is suspended. Ask your institution.
error-code-link-not-valid = The link was used already, has expired or was replaced by a newer one. Ask for a new one.
error-code-already-set-up = There is an administrator already. Sign in instead.
error-code-wrong-password = The present password is not right. Nothing was changed.
error-code-quiz-not-open = This is not open yet.
error-code-quiz-closed = This is closed.
error-code-no-attempts-left = You have used all your attempts.
error-code-wrong-access-code = This is not the access code. Ask whoever supervises.
error-code-address-not-allowed = This may be taken from certain rooms or networks only, and you are in another one. Ask whoever supervises.
error-code-too-few-questions = This has fewer questions than it should. Tell whoever runs the course.
error-code-attempt-over = The attempt is handed in. What was saved before counts.
error-code-deadline-passed = The time is over. What was saved before counts.
error-code-too-many-saves = You have saved more often than the server keeps.
error-code-start-later = Many start at this moment. Your place is kept.
error-code-category-not-empty = The category is not empty. Move or delete what is in it first.
error-code-category-drawn-from = Quizzes draw from the category. Let them draw from another one first.
error-code-question-in-use = A quiz or an attempt uses the question, so it cannot be deleted. Retire it instead.
error-code-bank-full = The course has as many questions, categories or versions as can be.
error-code-broken-file = The file does not keep to its format, so nothing of it was imported.
