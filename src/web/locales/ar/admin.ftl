# صفحات الإدارة.
admin-tabs = الإدارة
admin-tab-now = الآن
admin-tab-people = الأشخاص
admin-yes = نعم
admin-no = لا
admin-page-first = من البداية
admin-page-next = الصفحة التالية
admin-size-kib = { $size } كيبيبايت
admin-size-mib = { $size } ميبيبايت
admin-size-gib = { $size } جيبيبايت
admin-size-tib = { $size } تيبيبايت
admin-list-comma = { "، " }
admin-confirm-goes = ما الذي سيحدث

admin-now-title = ما يجري الآن
admin-now-calm = لا شيء يحتاج إلى انتباه.
admin-now-alerts = يحتاج إلى انتباه
admin-now-exams = الامتحانات الجارية والقريبة
admin-now-running =
    { $count ->
        [zero] لا توجد محاولة جارية.
        [one] محاولة واحدة جارية.
        [two] محاولتان جاريتان.
        [few] { $count } محاولات جارية.
        [many] { $count } محاولة جارية.
       *[other] { $count } محاولة جارية.
    }
admin-now-peak =
    { $count ->
        [zero] لا متعلمين في الوقت نفسه، من
        [one] متعلم واحد على الأكثر، من
        [two] متعلمان على الأكثر، من
        [few] { $count } متعلمين على الأكثر في الوقت نفسه، من
        [many] { $count } متعلمًا على الأكثر في الوقت نفسه، من
       *[other] { $count } متعلم على الأكثر في الوقت نفسه، من
    }
admin-now-recommended =
    { $count ->
        [zero] لا يتحمل هذا الجهاز أي متعلم.
        [one] يتحمل هذا الجهاز متعلمًا واحدًا.
        [two] يتحمل هذا الجهاز متعلمين اثنين.
        [few] يتحمل هذا الجهاز { $count } متعلمين.
        [many] يتحمل هذا الجهاز { $count } متعلمًا.
       *[other] يتحمل هذا الجهاز { $count } متعلم.
    }
admin-now-no-exams =
    { $days ->
        [zero] لا امتحان اليوم.
        [one] لا امتحان خلال يوم واحد.
        [two] لا امتحان خلال يومين.
        [few] لا امتحان خلال { $days } أيام.
        [many] لا امتحان خلال { $days } يومًا.
       *[other] لا امتحان خلال { $days } يوم.
    }
admin-now-learners =
    { $count ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $count } متعلمين
        [many] { $count } متعلمًا
       *[other] { $count } متعلم
    }
admin-now-open = جارٍ
admin-now-jobs = المهام الجارية
admin-now-no-jobs = لا مهمة تنتظر أو تعمل.
admin-now-store = التخزين
admin-store-writes = يقبل التغييرات
admin-store-queue = تغييرات تنتظر
admin-store-free = المساحة الحرة على القرص
admin-store-tree = البيانات
admin-store-journal = السجل
admin-alert-draining = الخادم على وشك التوقف
admin-alert-read-only = لا يمكن كتابة أي شيء
admin-alert-rebuilt =
    { $count ->
        [zero] لم تُبنَ البيانات من جديد منذ البدء
        [one] بُنيت البيانات من السجل مرة واحدة منذ البدء
        [two] بُنيت البيانات من السجل مرتين منذ البدء
        [few] بُنيت البيانات من السجل { $count } مرات منذ البدء
        [many] بُنيت البيانات من السجل { $count } مرة منذ البدء
       *[other] بُنيت البيانات من السجل { $count } مرة منذ البدء
    }
admin-check-exams = الامتحانات القادمة
admin-check-capacity = قدرة هذا الجهاز
admin-check-space = المساحة على القرص
admin-check-open-files = الملفات المفتوحة
admin-check-clock = الساعة
admin-check-writing = الكتابة
admin-check-durability = أمان الكتابة
admin-check-proxy = الوسيط أمام الخادم
admin-job-kind-roster_import = استيراد أشخاص
admin-job-kind-regrade = إعادة التصحيح
admin-job-kind-people_export = تصدير الأشخاص
admin-job-kind-grades_export = تصدير الدرجات
admin-job-kind-course_deletion = حذف مقرر
admin-job-kind-course_copy = نسخ مقرر
admin-job-kind-question_import = استيراد أسئلة
admin-job-kind-grades_import = استيراد درجات
admin-job-kind-statement_import = استيراد سجلات التعلّم
admin-job-kind-person_erasure = محو شخص من سجلات التعلّم

admin-people-title = الأشخاص
admin-people-search = بحث
admin-people-search-hint = بداية الاسم أو اسم المستخدم أو عنوان البريد
admin-people-search-button = ابحث
admin-people-none = لم يُعثر على أحد.
admin-person-new = شخص جديد
admin-person-new-hint = ستحصل على رابط يضع به الشخص كلمة مروره. يظهر مرة واحدة.
admin-person-create = أنشئ وأظهر الرابط
admin-person-first-name = الاسم الأول
admin-person-last-name = اسم العائلة
admin-person-username = اسم المستخدم
admin-person-username-hint = حروف لاتينية صغيرة وأرقام ونقطة وشرطة وشرطة سفلية و@
admin-person-email = البريد الإلكتروني
admin-person-email-hint = إذا تغيّر توقفت الروابط التي أُرسلت.
admin-person-created = أُنشئ
admin-person-activated = وضع كلمة مرور
admin-person-not-activated = بلا كلمة مرور بعد
admin-person-suspended = موقوف
admin-person-courses = المقررات
admin-person-no-courses = هذا الشخص غير مسجّل في أي مقرر.
admin-person-enrolment = التسجيل
admin-person-sessions = الأجهزة المسجَّل عليها
admin-person-edit = تعديل
admin-person-edit-title = تعديل { $name }
admin-person-save = حفظ
admin-person-made = أُنشئ حساب { $name }.
admin-person-changed = عُدّل { $name }.
admin-link-title = رابط لوضع كلمة مرور
admin-link-words = أعطِ هذا الرابط إلى { $name } وحده. من يملكه يستطيع وضع كلمة المرور.
admin-link-label = الرابط
admin-link-until = يعمل مرة واحدة، حتى
admin-link-once = انسخه الآن: لن يظهر مرة أخرى.
admin-link-done = أخذته
admin-link-hint = ينشئ رابطًا يضع به الشخص كلمة مرور جديدة. تتوقف الروابط السابقة.
admin-link-button = أنشئ رابطًا
admin-link-again-title = إنشاء رابط جديد إلى { $name }؟
admin-link-again-goes = الرابط السابق صالح حتى { $until }. يتوقف الآن: من يملكه لا يستطيع أن يضع به كلمة مرور بعد ذلك.
admin-link-again-stays = تبقى كلمة المرور الحالية حتى يُستخدم الرابط الجديد.
admin-link-again-button = أنشئ رابطًا جديدًا
admin-suspend-title = إيقاف { $name }؟
admin-suspend-sessions =
    { $count ->
        [zero] لا أحد مسجَّل الدخول بهذا الحساب الآن.
        [one] تنتهي جلسة واحدة فورًا، حتى في وسط امتحان.
        [two] تنتهي جلستان فورًا، حتى في وسط امتحان.
        [few] تنتهي { $count } جلسات فورًا، حتى في وسط امتحان.
        [many] تنتهي { $count } جلسة فورًا، حتى في وسط امتحان.
       *[other] تنتهي { $count } جلسة فورًا، حتى في وسط امتحان.
    }
admin-suspend-links = تتوقف روابط وضع كلمة المرور.
admin-suspend-tokens = تُرفض البرامج التي تحمل رمزًا لهذا الشخص.
admin-suspend-stays = لا يضيع شيء: تبقى الإجابات والدرجات والتسجيلات، ويمكن استعادة الحساب.
admin-suspend-button = إيقاف
admin-suspended = أُوقف { $name }.
admin-restore-words = هذا الحساب موقوف. بعد استعادته يستطيع الشخص الدخول بكلمة المرور نفسها.
admin-restore-button = استعادة
admin-restored = يستطيع { $name } الدخول من جديد.
admin-sign-out-title = إخراج { $name } من كل الأجهزة؟
admin-sign-out-stays = تبقى الإجابات المحفوظة. يستطيع الشخص الدخول فورًا من جديد.
admin-sign-out-button = إخراج من كل الأجهزة
admin-signed-out =
    { $count ->
        [zero] لم تكن هناك جلسات.
        [one] انتهت جلسة واحدة.
        [two] انتهت جلستان.
        [few] انتهت { $count } جلسات.
        [many] انتهت { $count } جلسة.
       *[other] انتهت { $count } جلسة.
    }
admin-roles-title = الأدوار في كل مكان
admin-roles-hint = ما يستطيعه هذا الشخص في المنصة كلها، إضافةً إلى المقررات المسجَّل فيها.
admin-roles-courses =
    { $count ->
        [zero] لا أدوار في مقررات بعينها.
        [one] وله دور واحد في مقرر.
        [two] وله دوران في مقررات.
        [few] وله { $count } أدوار في مقررات.
        [many] وله { $count } دورًا في مقررات.
       *[other] وله { $count } دور في مقررات.
    }
admin-roles-none = لا دور في كل مكان.
admin-roles-grant = منح دور في كل مكان
admin-roles-grant-button = منح
admin-granted = مُنح الدور { $role }.
admin-revoke-title = سحب الدور { $role } من { $name }؟
admin-revoke-rights = تذهب هذه الحقوق: { $rights }
admin-revoke-stays = تبقى التسجيلات والأدوار في المقررات.
admin-revoke-button = سحب
admin-revoked = سُحب الدور { $role }.
admin-role-administrator = مدير
admin-role-teacher = معلم
admin-role-assistant = مساعد
admin-role-learner = متعلم
admin-role-observer = مراقب

admin-tab-roles = الأدوار
admin-roles-words = ما يتيحه كل دور. تُمنح الأدوار في كل مكان من صفحة الشخص ضمن «الأشخاص»، وفي المقرر بالتسجيل.
admin-roles-everything = كل شيء
admin-roles-nothing = لا شيء
admin-role-built-in = من البرنامج
admin-role-new = إنشاء دور
admin-role-edit = تغيير
admin-role-name = اسم الدور
admin-role-name-hint = من 1 إلى 40 من a-z و0-9 و_، ويبدأ بحرف. يبقى الاسم كما هو.
admin-role-description = الغرض منه
admin-role-rights = ما يتيحه
admin-role-make = أنشئ الدور
admin-role-save = احفظ الدور
admin-role-made = أُنشئ الدور { $role }.
admin-role-changed = تغيّر الدور { $role } لكل من يملكه.
admin-role-deleted = حُذف الدور { $role }.
admin-role-held =
    { $count ->
        [zero] لا يملكه أحد
        [one] في منح أو تسجيل واحد
        [two] في منحين أو تسجيلين
        [few] في { $count } عمليات منح وتسجيل
        [many] في { $count } عملية منح وتسجيل
       *[other] في { $count } عملية منح وتسجيل
    }
admin-role-in-use =
    { $count ->
        [zero] لا يملك الدورَ أحد.
        [one] الدور في منح أو تسجيل واحد.
        [two] الدور في منحين أو تسجيلين.
        [few] الدور في { $count } عمليات منح وتسجيل.
        [many] الدور في { $count } عملية منح وتسجيل.
       *[other] الدور في { $count } عملية منح وتسجيل.
    }
admin-role-change-question = سحب حقوق من الدور { $role }؟
admin-role-granted = يملكه { $name } في كل مكان.
admin-role-granted-in = مُنح { $name } هذا الدور في { $course }.
admin-role-enrolled-in =
    { $count ->
        [zero] { $course }: لا تسجيلات
        [one] { $course }: تسجيل واحد
        [two] { $course }: تسجيلان
        [few] { $course }: { $count } تسجيلات
        [many] { $course }: { $count } تسجيلًا
       *[other] { $course }: { $count } تسجيل
    }
admin-role-others =
    { $count ->
        [zero] لا مواضع أخرى.
        [one] موضع واحد آخر غير مذكور هنا: صفحة كل شخص وقوائم الأشخاص في المقررات تبيّن دور كل منهم.
        [two] موضعان آخران غير مذكورين هنا: صفحة كل شخص وقوائم الأشخاص في المقررات تبيّن دور كل منهم.
        [few] { $count } مواضع أخرى غير مذكورة هنا: صفحة كل شخص وقوائم الأشخاص في المقررات تبيّن دور كل منهم.
        [many] { $count } موضعًا آخر غير مذكور هنا: صفحة كل شخص وقوائم الأشخاص في المقررات تبيّن دور كل منهم.
       *[other] { $count } موضع آخر غير مذكور هنا: صفحة كل شخص وقوائم الأشخاص في المقررات تبيّن دور كل منهم.
    }
admin-role-free-first = أعطِ هؤلاء دورًا آخر أولًا، وعندها يمكن حذفه.
admin-role-delete = حذف
admin-role-delete-title = حذف الدور { $role }؟
admin-role-delete-what = لا يملكه أحد. ولا يُحفظ ما كان يتيحه.

admin-tab-jobs = المهام
admin-jobs-title = المهام
admin-jobs-none = لا توجد مهام.
admin-job-progress = { $total }، أُنجز منها { $done }
admin-job-unit-rows =
    { $count ->
        [zero] لا صفوف
        [one] صف واحد
        [two] صفان
        [few] { $count } صفوف
        [many] { $count } صفًا
       *[other] { $count } صف
    }
admin-job-unit-attempts =
    { $count ->
        [zero] لا محاولات
        [one] محاولة واحدة
        [two] محاولتان
        [few] { $count } محاولات
        [many] { $count } محاولة
       *[other] { $count } محاولة
    }
admin-job-unit-people =
    { $count ->
        [zero] لا أشخاص
        [one] شخص واحد
        [two] شخصان
        [few] { $count } أشخاص
        [many] { $count } شخصًا
       *[other] { $count } شخص
    }
admin-job-unit-enrolments =
    { $count ->
        [zero] لا تسجيلات
        [one] تسجيل واحد
        [two] تسجيلان
        [few] { $count } تسجيلات
        [many] { $count } تسجيلًا
       *[other] { $count } تسجيل
    }
admin-job-unit-records =
    { $count ->
        [zero] لا سجلات
        [one] سجل واحد
        [two] سجلان
        [few] { $count } سجلات
        [many] { $count } سجلًا
       *[other] { $count } سجل
    }
admin-job-unit-steps =
    { $count ->
        [zero] لا خطوات
        [one] خطوة واحدة
        [two] خطوتان
        [few] { $count } خطوات
        [many] { $count } خطوة
       *[other] { $count } خطوة
    }
admin-job-unit-questions =
    { $count ->
        [zero] لا أسئلة
        [one] سؤال واحد
        [two] سؤالان
        [few] { $count } أسئلة
        [many] { $count } سؤالًا
       *[other] { $count } سؤال
    }
admin-job-unit-lines =
    { $count ->
        [zero] لا أسطر
        [one] سطر واحد
        [two] سطران
        [few] { $count } أسطر
        [many] { $count } سطرًا
       *[other] { $count } سطر
    }
admin-job-unit-statements =
    { $count ->
        [zero] لا عبارات
        [one] عبارة واحدة
        [two] عبارتان
        [few] { $count } عبارات
        [many] { $count } عبارة
       *[other] { $count } عبارة
    }
admin-job-state-queued = تنتظر
admin-job-state-running = تعمل
admin-job-state-cancelling = قيد الإيقاف
admin-job-state-done = تمت
admin-job-state-failed = فشلت
admin-job-state-cancelled = أُوقفت
admin-job-subject = عن
admin-job-owner = طلبها
admin-job-asked = طُلبت
admin-job-started = بدأت
admin-job-ended = انتهت
admin-job-refreshes = تتجدد هذه الصفحة كل 3 ثوانٍ.
admin-job-failed = تعذّر الاستمرار
admin-job-cancel = إيقاف
admin-job-cancel-title = إيقاف هذه المهمة: { $kind }؟
admin-job-cancel-stays = ما تم يبقى، والباقي لا يُنجز.
admin-job-cancelled = أُوقفت المهمة، أو ستتوقف بعد خطوتها الحالية.
admin-job-result = تنزيل النتيجة
admin-import-title = استيراد أشخاص
admin-import-file = ملف CSV
admin-import-file-hint = سطر لكل شخص، بأسماء الأعمدة كما في Moodle:
admin-import-encoding = الترميز
admin-import-encoding-hint = اختر ترميزًا آخر إذا ظهرت الحروف خطأ.
admin-import-links = إنشاء روابط تفعيل
admin-import-links-hint = للأشخاص الذين ليس لهم كلمة مرور هنا ولا في الملف، وليس لهم رابط صالح. تظهر الروابط مرة واحدة.
admin-import-try-hint = يُجرَّب الملف أولًا دون كتابة أي شيء. ترى ما سيحدث ثم تقرر.
admin-import-try = جرّب الملف
admin-import-nothing-yet = لم يُكتب شيء بعد. انظر في التقرير ثم استورد الملف نفسه.
admin-import-run = استورد الآن
admin-import-other = اختر ملفًا آخر
admin-import-done = تم الاستيراد.
admin-import-to-people = إلى الأشخاص
admin-import-to-courses = إلى المقررات
admin-import-another = استورد ملفًا آخر
admin-import-links-made = روابط التفعيل
admin-report-tried = ما الذي سيحدث
admin-report-title = ما الذي تم
admin-report-rows = الصفوف
admin-report-created = حسابات أُنشئت
admin-report-updated = عُدّل
admin-report-unchanged = كما في الملف أصلًا
admin-report-refused = تُرك
admin-report-enrolled = تسجيلات أُضيفت
admin-report-enrolments-changed = تسجيلات عُدّلت
admin-report-enrolments-refused = تسجيلات رُفضت
admin-report-ignored = أعمدة لم تُستعمل
admin-report-lines = صفوف تستحق النظر
admin-report-line = السطر
admin-report-outcome = الحساب
admin-report-problems = ما هو خطأ أو مختلف

admin-tab-courses = المقررات
admin-tab-exams = الامتحانات
admin-tab-audit = التغييرات
admin-tab-settings = الإعدادات
admin-exams-title = الامتحانات الجارية
admin-exams-none = لا توجد محاولة جارية.
admin-outages-title = أوقات غياب الخادم
admin-outages-none = لم يغب الخادم.
admin-outage-given = أُعيد هذا الوقت:
admin-give-back-title = إعادة الوقت
admin-give-back-words = يحصل كل من تجري محاولته على هذا الوقت الإضافي. وإذا حُدد وقت، تعود أيضًا المحاولات التي انتهت بموعدها منذ ذلك الوقت. أما دقائق انقطاع مقيس فهي لمن كان قد بدأ قبل نهايته.
admin-give-back-minutes = دقائق
admin-give-back-quiz = لمن
admin-give-back-all = كل الامتحانات الجارية
admin-give-back-since = إعادة فتح ما انتهى منذ
admin-give-back-since-hint = اتركه فارغًا كي لا يُفتح شيء.
admin-give-back-reason = السبب
admin-give-back-button = أعد الوقت
admin-given-back =
    وقت إضافي: { $extended ->
        [zero] لا محاولات
        [one] محاولة واحدة
        [two] محاولتان
        [few] { $extended } محاولات
        [many] { $extended } محاولة
       *[other] { $extended } محاولة
    }. تعود: { $reopened ->
        [zero] لا محاولات
        [one] محاولة واحدة
        [two] محاولتان
        [few] { $reopened } محاولات
        [many] { $reopened } محاولة
       *[other] { $reopened } محاولة
    }.
admin-courses-title = المقررات
admin-courses-none = لا توجد مقررات بعد.
admin-course-new = مقرر جديد
admin-course-create = أنشئ المقرر
admin-course-title = العنوان
admin-course-short-name = الاسم المختصر
admin-course-short-name-hint = كما يظهر في الملفات والقوائم؛ لا يحمله مقرر آخر.
admin-course-summary = ملخص
admin-course-summary-hint = Markdown
admin-course-made = أُنشئ المقرر { $title }. لا يراه إلا الطاقم حتى يُنشر.
admin-course-publish = نشر
admin-course-published = نُشر المقرر { $title }.
admin-course-archive = أرشفة
admin-course-archived = أُرشف المقرر { $title }.
admin-course-status-published = منشور
admin-course-status-deleting = قيد الحذف
admin-course-copy = نسخ
admin-course-copy-title = نسخ مقرر
admin-course-copy-words = يُنسخ محتوى { $title } وأسئلته واختباراته وسجل درجاته ومجموعاته مع استثناءاتها إلى مسودة جديدة؛ ولا يُنسخ الأشخاص واستثناءاتهم ولا المحاولات ولا الدرجات.
admin-course-delete = حذف
admin-course-delete-hint = لا يُحذف إلا مقرر مؤرشف.
admin-course-delete-title = حذف { $title } نهائيًا؟
admin-course-delete-type = اكتب الاسم المختصر للتأكيد:
admin-course-goes-people =
    { $count ->
        [zero] لا تسجيلات
        [one] تسجيل واحد مع كل محاولاته ودرجاته
        [two] تسجيلان مع كل المحاولات والدرجات
        [few] { $count } تسجيلات مع كل المحاولات والدرجات
        [many] { $count } تسجيلًا مع كل المحاولات والدرجات
       *[other] { $count } تسجيل مع كل المحاولات والدرجات
    }
admin-course-goes-quizzes =
    { $count ->
        [zero] لا اختبارات
        [one] اختبار واحد
        [two] اختباران
        [few] { $count } اختبارات
        [many] { $count } اختبارًا
       *[other] { $count } اختبار
    }
admin-course-goes-grades =
    { $count ->
        [zero] لا بنود درجات
        [one] بند درجات واحد
        [two] بندا درجات
        [few] { $count } بنود درجات
        [many] { $count } بندًا للدرجات
       *[other] { $count } بند درجات
    }
admin-course-goes-content = كل محتوى المقرر وأسئلته وملفاته ومجموعاته
admin-course-goes-stays = لا يمكن التراجع. تبقى الحسابات ويبقى سجل التغييرات.
admin-audit-title = من غيّر ماذا
admin-audit-person = اسم المستخدم أو البريد
admin-audit-kind = عن
admin-audit-from = من
admin-audit-until = حتى
admin-audit-filter = تصفية
admin-audit-none = لم يُعثر على تغيير.
admin-audit-program = البرنامج
admin-audit-course-gone = المقرر { $course }، ولم يعد موجودًا
admin-audit-kind-all = كل شيء
admin-audit-kind-grade = الدرجات
admin-audit-kind-role = الأدوار
admin-audit-kind-attempt = المحاولات
admin-audit-kind-quiz = الاختبارات
admin-audit-kind-question = الأسئلة
admin-audit-kind-course = المقررات
admin-audit-kind-enrolment = التسجيلات
admin-audit-kind-group = المجموعات
admin-audit-kind-account = الحسابات
admin-audit-kind-session = الجلسات
admin-audit-kind-token = الرموز
admin-audit-kind-job = المهام
admin-audit-kind-export = التنزيلات
admin-audit-kind-other = غير ذلك
admin-settings-title = الإعدادات
admin-settings-words = كما هي سارية. تُقرأ عند بدء الخادم من ملفه ومن المتغيرات ومن الخيارات؛ غيّرها هناك وأعد تشغيله. تُسمى المتغيرات
admin-settings-version = الإصدار
admin-settings-name = الإعداد
admin-settings-value = القيمة
admin-settings-may-be = المسموح
admin-settings-from-to = من { $least } إلى { $most }
admin-settings-unit-per_second = في الثانية
admin-settings-unit-per_million = في المليون
admin-settings-unit-ms = مللي ثانية
admin-settings-unit-seconds = ثانية
admin-settings-unit-minutes = دقيقة
admin-settings-unit-hours = ساعة
admin-settings-unit-days = يوم
admin-settings-unit-bytes = بايت
admin-settings-unit-kib = KiB
admin-settings-unit-mib = MiB
admin-settings-unit-percent = ٪
admin-settings-source = من
admin-settings-unset = غير محدد
admin-settings-secret = محدد، لا يُعرض
admin-settings-source-default = افتراضي
admin-settings-source-file = ملف
admin-settings-source-variable = متغير
admin-settings-source-flag = خيار
admin-settings-section-server = الخادم
admin-settings-section-store = التخزين
admin-settings-section-sign_in = تسجيل الدخول
admin-settings-section-exam = الامتحانات
admin-settings-section-jobs = المهام
admin-settings-section-forwarding = التحويل إلى مستودعات أخرى
admin-settings-section-xapi = سجلات التعلم
admin-settings-section-limits = الحدود
admin-settings-section-objectives = أهداف الامتحانات
admin-settings-section-readiness = النظر إلى الأمام

admin-tab-health = الحالة
admin-health-title = حالة الخادم
admin-health-words = الساعة الأخيرة، قيمة كل 5 ثوانٍ. في
admin-health-none =
    { $seconds ->
        [zero] بدأ الخادم للتو.
        [one] بدأ الخادم للتو؛ تأتي القيم الأولى بعد ثانية.
        [two] بدأ الخادم للتو؛ تأتي القيم الأولى بعد ثانيتين.
        [few] بدأ الخادم للتو؛ تأتي القيم الأولى بعد { $seconds } ثوانٍ.
        [many] بدأ الخادم للتو؛ تأتي القيم الأولى بعد { $seconds } ثانية.
       *[other] بدأ الخادم للتو؛ تأتي القيم الأولى بعد { $seconds } ثانية.
    }
admin-health-most = على الأكثر
admin-health-mean = في المتوسط
admin-health-hour-ago = قبل ساعة
admin-health-now = الآن
admin-health-table = كجدول، بأعلى قيمة في كل بضع دقائق
admin-health-when = في
admin-health-requests-per-second = الطلبات
admin-health-failed-per-second = الطلبات الفاشلة
admin-health-latency-p50-ms = زمن الرد لنصف الطلبات
admin-health-latency-p99-ms = زمن الرد لتسعة وتسعين من كل مئة طلب
admin-health-queue = تغييرات تنتظر
admin-health-sync-ms = زمن الكتابة على القرص
admin-health-cpu-percent = المعالج
admin-health-memory-bytes = الذاكرة
admin-health-disk-free-bytes = المساحة الحرة على القرص
admin-health-attempts = المحاولات الجارية
admin-unit-per-second = في الثانية
admin-unit-ms = مللي ثانية
admin-unit-changes = تغييرات
admin-unit-percent = ٪ من معالج واحد
admin-unit-mib = ميبيبايت
admin-unit-gib = جيبيبايت
admin-unit-attempts = محاولات
admin-health-ready = الاستعداد للامتحانات القادمة
admin-health-good = جيد
admin-health-warning = تنبيه
admin-capacity-title = آخر تقرير عن القدرة
admin-capacity-recommended = الموصى به في وقت واحد
admin-capacity-carried = ما تحمّله القياس
admin-capacity-failed = أكثر مما يُحتمل
admin-capacity-measured = وقت القياس
admin-capacity-limit = ما نفد أولًا
admin-capacity-none = لم تُقس القدرة بعد. يقيسها هذا الأمر، من هذا الجهاز أو من جهاز آخر:
admin-capacity-how = USERNAME اسم مدير للنظام، وكلمة مروره في المتغيّر، والعنوان عنوان هذا الخادم. ينشئ الأمر مقررًا ومتعلمين خاصين به ويحمّل الخادم كاملًا، فشغّله حين لا يعمل عليه أحد.
admin-job-links = روابط التفعيل
admin-job-links-words = كل رابط يضبط كلمة مرور مرة واحدة خلال 14 يومًا. أنت وحدك تراها، ولا يظهر إلا ما لا يزال صالحًا: ما استُعمل أو انتهت مدته لا يُعرض. سلّمها لأصحابها دون غيرهم.
admin-job-links-csv = تنزيل بصيغة CSV
admin-job-links-none = لم يعد أي رابط من هذا الاستيراد صالحًا، أو لم ينشئ حسابًا يحتاج رابطًا.
admin-job-links-cut = تظهر أول { $count } روابط؛ وفي الملف كلها.
