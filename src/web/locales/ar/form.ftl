form-summary = يرجى مراجعة ما يلي
form-field = { $field }:
form-field-of = { $group }: { $field }
form-optional = (اختياري)
form-needed = هذا مطلوب.
form-wrong = هذه القيمة غير مقبولة.
form-more = وهناك أخطاء أخرى غير ما ذُكر هنا.
form-encoding-utf-8 = UTF-8 أو كما يقول الملف
