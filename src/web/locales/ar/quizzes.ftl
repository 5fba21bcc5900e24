quizzes-none = لا يوجد اختبار في هذا المقرر بعد.
quizzes-more = اختبارات أخرى
quizzes-tools = حول هذا الاختبار
quizzes-tool-live = متابعة مباشرة
quizzes-tool-marking = التصحيح
quizzes-tool-statistics = الإحصاءات
quizzes-tool-regrade = إعادة التصحيح
quizzes-questions =
    { $count ->
        [zero] بلا أسئلة.
        [one] سؤال واحد.
        [two] سؤالان.
        [few] { $count } أسئلة.
        [many] { $count } سؤالًا.
       *[other] { $count } سؤال.
    }
quizzes-attempts =
    { $count ->
        [zero] لم يبدأه أحد.
        [one] محاولة واحدة.
        [two] محاولتان.
        [few] { $count } محاولات.
        [many] { $count } محاولة.
       *[other] { $count } محاولة.
    }
quizzes-running = يعمل عليه الآن: { $count }
quizzes-waiting = ينتظر التصحيح: { $count }
