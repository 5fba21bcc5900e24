regrade-title = إعادة التصحيح
regrade-due = قد لا تكون الدرجات صحيحة بعد الآن. تغيّر منذ
regrade-due-points = تعطي أسئلة نقاطًا أخرى.
regrade-due-method = تُحتسب محاولة أخرى للمتعلم.
regrade-due-questions =
    { $count ->
        [zero] { $count } سؤال يُصحَّح بمفتاح آخر.
        [one] سؤال واحد يُصحَّح بمفتاح آخر.
        [two] سؤالان يُصحَّحان بمفتاح آخر.
        [few] { $count } أسئلة تُصحَّح بمفتاح آخر.
        [many] { $count } سؤالًا يُصحَّح بمفتاح آخر.
       *[other] { $count } سؤال يُصحَّح بمفتاح آخر.
    }
regrade-not-due = لم يتغير شيء تحت الدرجات.
regrade-what =
    { $count ->
        [zero] لم يبدأ أحد هذا الاختبار.
        [one] تُصحَّح محاولة واحدة من جديد بنقاط اليوم.
        [two] تُصحَّح محاولتان من جديد بنقاط اليوم.
        [few] تُصحَّح كل المحاولات ({ $count }) من جديد بنقاط اليوم.
        [many] تُصحَّح كل المحاولات ({ $count }) من جديد بنقاط اليوم.
       *[other] تُصحَّح كل المحاولات ({ $count }) من جديد بنقاط اليوم.
    }
    تبقى الدرجات اليدوية بنسبتها إلى النقاط.
regrade-latest = استخدام أحدث إصدارات الأسئلة
regrade-latest-hint = عند تصحيح مفتاح الإجابة. لا يُستخدم إصدار يسأل عن شيء آخر.
regrade-preview = إظهار من ستتغير درجاته
regrade-preview-title = من ستتغير درجاته
regrade-nothing = لن تتغير درجة أحد.
regrade-would-change =
    { $count ->
        [zero] لن تتغير درجة أحد.
        [one] ستتغير درجات محاولة واحدة.
        [two] ستتغير درجات محاولتين.
        [few] ستتغير درجات { $count } محاولات.
        [many] ستتغير درجات { $count } محاولة.
       *[other] ستتغير درجات { $count } محاولة.
    }
regrade-before = النقاط قبل
regrade-after = النقاط بعد
regrade-questions = الأسئلة
regrade-kept = بقي إصدار أقدم
regrade-do = تغيير هذه الدرجات
regrade-done =
    { $count ->
        [zero] لم تتغير أي درجات.
        [one] تغيرت درجات محاولة واحدة.
        [two] تغيرت درجات محاولتين.
        [few] تغيرت درجات { $count } محاولات.
        [many] تغيرت درجات { $count } محاولة.
       *[other] تغيرت درجات { $count } محاولة.
    }
regrade-job-preview = البحث عمن ستتغير درجاته
regrade-job-far =
    { $of ->
        [zero] لا محاولات، أُنجز منها { $done }
        [one] محاولة واحدة، أُنجز منها { $done }
        [two] محاولتان، أُنجز منها { $done }
        [few] { $of } محاولات، أُنجز منها { $done }
        [many] { $of } محاولة، أُنجز منها { $done }
       *[other] { $of } محاولة، أُنجز منها { $done }
    }
regrade-job-result = كل التغييرات في ملف
regrade-job-first =
    { $count ->
        [zero] لا تغييرات في ملف
        [one] أول تغيير في ملف
        [two] أول تغييرين في ملف
        [few] أول { $count } تغييرات في ملف
        [many] أول { $count } تغييرًا في ملف
       *[other] أول { $count } تغيير في ملف
    }
regrade-job-back = رجوع
