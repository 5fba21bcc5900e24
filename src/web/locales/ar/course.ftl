course-tab-outline = المحتوى
course-tab-own-grades = درجاتي
course-tab-quizzes = الاختبارات
course-tab-gradebook = سجل الدرجات
course-tab-questions = الأسئلة
course-tab-edit = البناء
course-crumbs = أنت هنا
course-tabs = المقرر
course-status-draft = مسودة
course-status-archived = مؤرشف
course-progress = أُنجز { $done } من { $of }
course-enrolled =
    { $count ->
        [zero] لا أحد مسجّل.
        [one] شخص واحد مسجّل.
        [two] شخصان مسجّلان.
        [few] { $count } أشخاص مسجّلون.
       *[other] { $count } شخصًا مسجّلًا.
    }
course-capacity =
    { $count ->
        [one] مقعد واحد.
        [two] مقعدان.
        [few] { $count } مقاعد.
       *[other] { $count } مقعدًا.
    }
course-empty = لا يوجد شيء في هذا المقرر بعد.
course-section-empty = لا يوجد شيء هنا بعد.
course-hidden = مخفي عن المتعلمين
course-read = مقروء
course-opens = يفتح
course-closes = يغلق
course-time-limit = المدة:
course-unpublished = غير منشور
course-awaits-marking = ينتظر التصحيح
course-handed-in = تم التسليم
course-points = { $points } من { $max } نقطة
course-quiz-running = جارٍ الآن
course-quiz-open = مفتوح
course-quiz-later = يفتح لاحقًا
course-quiz-closed = مغلق
course-quiz-used-up = لا محاولة متبقية
course-tab-people = الأشخاص
