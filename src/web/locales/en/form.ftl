form-summary = Please check this
form-field = { $field }:
form-field-of = { $group }: { $field }
form-optional = (optional)
form-needed = This is needed.
form-wrong = This value is not accepted.
form-encoding-utf-8 = UTF-8, or as the file says
