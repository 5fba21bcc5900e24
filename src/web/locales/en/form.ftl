form-summary = Please check this
form-optional = (optional)
form-wrong = This value is not accepted.
