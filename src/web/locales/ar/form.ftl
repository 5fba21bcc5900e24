form-summary = يرجى مراجعة ما يلي
form-optional = (اختياري)
form-wrong = هذه القيمة غير مقبولة.
