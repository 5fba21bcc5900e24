signin-title = Sign in
signin-username = Username or e-mail address
signin-password = Password
signin-button = Sign in
signin-no-password = No password yet, or forgotten? Your institution sends you a link to choose one.
signin-signed-out = You are signed out.
