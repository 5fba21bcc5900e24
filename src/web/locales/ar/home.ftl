home-title = الرئيسية
home-hello = مرحبًا، { $name }
home-courses = مقرراتي
home-no-courses = لست مسجّلًا في أي مقرر بعد.
