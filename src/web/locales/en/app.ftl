# What stands around every page.
app-name = Lyceum
app-skip = Skip to the content
app-nav = Main
app-nav-home = Home
app-nav-account = My account
app-nav-admin = Administration
app-sign-out = Sign out
app-language = Language
app-theme = Appearance
app-theme-system = As the device
app-theme-light = Light
app-theme-dark = Dark
