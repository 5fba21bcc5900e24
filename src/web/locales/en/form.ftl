form-summary = Please check this
form-field = { $field }:
form-field-of = { $group }: { $field }
form-optional = (optional)
form-needed = This is needed.
form-wrong = This value is not accepted.
form-more = There is more to check than is said here.
form-encoding-utf-8 = UTF-8, or as the file says
