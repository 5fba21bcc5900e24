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
        [many] { $count } شخصًا مسجّلًا.
       *[other] { $count } شخص مسجّل.
    }
course-capacity =
    { $count ->
        [zero] { $count } مقعد.
        [one] مقعد واحد.
        [two] مقعدان.
        [few] { $count } مقاعد.
        [many] { $count } مقعدًا.
       *[other] { $count } مقعد.
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
course-points =
    { $max ->
        [zero] { $points } من صفر
        [one] { $points } من نقطة واحدة
        [two] { $points } من نقطتين
        [few] { $points } من { $max } نقاط
        [many] { $points } من { $max } نقطة
       *[other] { $points } من { $max } نقطة
    }
course-quiz-running = جارٍ الآن
course-quiz-open = مفتوح
course-quiz-later = يفتح لاحقًا
course-quiz-closed = مغلق
course-quiz-used-up = لا محاولة متبقية
course-tab-people = الأشخاص
