account-tab-account = Account
account-tab-password = Password
account-tab-sessions = Sessions
account-tab-tokens = Tokens
account-username = Username
account-email = E-mail address
account-no-email = none
account-kept-by = Your institution keeps your username and your e-mail address. If one of them is wrong, tell the people who run this server.
account-preferences = How things are shown
account-language = Language
account-language-browser = As the browser asks
account-time-zone = Time zone
account-time-zone-hint = Such as Europe/Vienna. Empty means { $zone }, as the institution set it.
account-save = Save
account-saved = Saved.

account-password-title = Change the password
account-password-hint =
    { $count ->
        [one] At least { $count } character; several words that do not belong together are good. Everywhere else you are signed out, and your tokens for programs stop working.
       *[other] At least { $count } characters; several words that do not belong together are good. Everywhere else you are signed out, and your tokens for programs stop working.
    }
account-password-old = Present password
account-password-new = New password
account-password-repeated = New password again
account-password-save = Change the password
account-password-saved = Your password is changed. Everywhere else you are signed out, and your tokens for programs are deleted.

account-sessions-title = Where you are signed in
account-sessions-intro = Is there something that you do not know? End it and change your password.
account-session-unknown = Unknown program
account-session-this = this one
account-session-address = From
account-session-began = signed in
account-session-seen = last used
account-session-end = Sign out
account-session-end-of = Sign out: { $device }
account-session-end-question = Sign out there?
account-session-facts = { $device }, signed in from { $address }.
account-session-end-what = Answers that were saved stay saved. Whoever works there has to sign in again.
account-session-end-here = It is the session of this page: you will be asked to sign in again.
account-session-ended = Signed out there.
account-sessions-end = Sign out everywhere else
account-sessions-end-question = Sign out everywhere else?
account-sessions-end-count =
    { $count ->
        [one] { $count } other session ends.
       *[other] { $count } other sessions end.
    }
account-sessions-ended =
    { $count ->
        [one] { $count } session has ended.
       *[other] { $count } sessions have ended.
    }

account-tokens-title = Tokens for programs
account-tokens-intro = With a token a program acts as you, as far as the token allows. Give each program its own.
account-no-tokens = You have no token.
account-token-made = The token is made
account-token-once = This is the only time that it is shown. Copy it now.
account-token-until = Until
account-token-unused = never used
account-token-new = A new token
account-token-name = What it is for
account-token-life = How long
account-token-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
account-token-no-scopes = You have no rights yet that a token could use. They come with a role or a course.
account-token-scopes = What it may do
account-token-create = Make the token
account-token-delete = Delete
account-token-delete-of = Delete: { $name }
account-token-delete-question = Delete the token { $name }?
account-token-delete-what = The program that uses it stops working at once. This cannot be undone.
account-token-deleted = The token is deleted.
account-tab-details = Name
account-first-name = First name
account-last-name = Family name
account-details-saved = Your name is saved.
account-details-change = Change the name
