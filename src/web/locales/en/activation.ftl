activation-title = Choose your password
activation-intro = Welcome, { $name }. Choose a password, and you are in.
activation-username = Your username
activation-password = New password
activation-password-hint = Several words that do not belong together are good. It may be long.
activation-repeated = The same password again
activation-button = Set the password and sign in
activation-done = Your password is set and you are signed in.
