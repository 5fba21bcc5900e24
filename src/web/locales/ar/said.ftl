said-at-least = على الأقل: { $what }
said-state-draft = مسودة
said-state-published = منشور
said-state-archived = مؤرشف
said-state-deleting = قيد الحذف
said-rule-visible = ظاهر
said-rule-hidden = مخفي
said-rule-weighted-mean = متوسط موزون
said-rule-sum = مجموع
said-rule-ignored = الدرجات الفارغة لا تُحسب
said-rule-count-as-zero = الدرجات الفارغة تُحسب صفرًا
said-did-account-activation-link = أنشأ رابط تفعيل لـ
said-did-account-reset-link = أنشأ رابط كلمة مرور لـ
said-did-account-change = غيّر حساب
said-did-account-create = أنشأ حساب
said-did-account-password = ضبط كلمة مرور
said-did-account-suspend = أوقف
said-did-account-reactivate = أعاد السماح لـ
said-did-attempt-close = سلّم
said-did-attempt-extend = منح وقتًا إضافيًا لـ
said-did-attempt-follow = عدّل المواعيد النهائية في
said-did-attempt-give-back = أعاد الوقت إلى
said-did-attempt-mark = صحّح يدويًا
said-did-attempt-unmark = ألغى التصحيح اليدوي عن
said-did-attempt-reopen = أعاد فتح
said-did-capacity-measure = قاس
said-did-course-change = غيّر
said-did-course-clone = أنشأ نسخة هي
said-did-course-create = أنشأ
said-did-course-delete = بدأ حذف
said-did-course-deleted = حذف
said-did-course-key = غيّر مفتاح التسجيل في
said-did-course-learning-records = غيّر سجلات التعلم في
said-did-course-status = غيّر حالة
said-did-demo-load = حمّل
said-did-enrolment-add = سجّل
said-did-enrolment-change = غيّر تسجيل
said-did-enrolment-remove = أخرج من المقرر
said-did-forward-target-create = بدأ تحويل العبارات إلى
said-did-forward-target-change = غيّر
said-did-forward-target-delete = أنهى
said-did-forward-target-pause = أوقف مؤقتًا
said-did-forward-target-resume = تابع
said-did-forward-target-redeliver = أعاد إرسال ما رفضه
said-did-forward-target-discard = ترك ما رفضه
said-did-xapi-credential-create = أنشأ
said-did-xapi-credential-change = عدّل
said-did-xapi-credential-secret = أعطى سرًا جديدًا لـ
said-did-xapi-credential-delete = حذف
said-did-grade-category-add = أنشأ
said-did-grade-category-change = غيّر
said-did-grade-category-order = رتّب
said-did-grade-category-remove = حذف
said-did-grade-item-add = أنشأ
said-did-grade-item-change = غيّر
said-did-grade-item-remove = حذف
said-did-grade-set = وضع درجة لـ
said-did-grade-override = استبدل درجة
said-did-grade-exclude = استبعد درجة أو أعادها لـ
said-did-grade-hide = أخفى
said-did-grade-release = أظهر
said-did-grade-import = استورد درجات إلى
said-did-grade-scale = غيّر سلّم التقديرات في
said-did-group-add = أضاف أشخاصًا إلى
said-did-group-remove = أخرج شخصًا من
said-did-group-delete = حذف
said-did-job-start = بدأ
said-did-export-read = نزّل
said-did-job-cancel = أوقف
said-did-job-end = أنهى
said-did-question-create = أنشأ
said-did-question-edit = غيّر
said-did-question-restore = استعاد إصدارًا أقدم من
said-did-question-move = نقل
said-did-question-retire = أحال إلى الأرشيف
said-did-question-unretire = أعاد
said-did-question-delete = حذف
said-did-question-import = استورد أسئلة إلى
said-did-statements-import = استورد
said-did-person-erase = محا
said-did-question-category-delete = حذف
said-did-quiz-create = أنشأ
said-did-quiz-change = غيّر
said-did-quiz-remove = حذف
said-did-quiz-override = منح شروطًا أخرى في
said-did-quiz-override-remove = ألغى الشروط الأخرى في
said-did-quiz-regrade = أعاد تصحيح
said-did-role-create = أنشأ
said-did-role-change = غيّر
said-did-role-delete = حذف
said-did-role-grant = منح دورًا لـ
said-did-role-revoke = سحب دورًا من
said-did-session-revoke = أنهى جلسات
said-did-token-create = أنشأ
said-did-token-delete = حذف
said-of-user = الشخص { $user }
said-of-attempt = المحاولة { $attempt }
said-attempt-of = { $number } للمتعلم { $person } في { $quiz }
said-of-running = كل المحاولات الجارية
said-of-expired = المحاولات المنتهية
said-of-bank = بنك أسئلة المقرر { $id }
said-of-question-category = فئة الأسئلة { $id }
said-of-question = السؤال { $id }
said-of-course = المقرر { $course }
said-of-grade-item = بند الدرجات { $item }
said-of-category-of-grades = فئة الدرجات { $id }
said-of-group = المجموعة { $group }
said-of-quiz = الاختبار { $quiz }
said-of-job = المهمة { $id }
said-of-token = الرمز { $id }
said-of-credential = بيانات الدخول { $id } لسجلات التعلم
said-of-forward-target = التحويل { $id }
said-of-role = الدور { $role }
said-of-capacity = سعة الجهاز
said-of-statements = سجلات التعلّم
said-of-people = الأشخاص
said-of-person-records = سجلات تعلّم شخص
said-of-audit-trail = سجل التغييرات
said-of-demo = العرض التوضيحي
said-of-learners =
    { $count ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $count } متعلمين
        [many] { $count } متعلمًا
       *[other] { $count } متعلم
    }
said-how-until = صالح حتى { $at }
said-how-password-old = بكلمة المرور القديمة
said-how-password-link = برابط لمرة واحدة
said-how-password-command = بأمر على الجهاز
said-how-username = اسم المستخدم { $old } صار { $new }
said-how-email-new = أُضيف البريد { $new }
said-how-email-gone = أُزيل البريد { $old }
said-how-email = البريد { $old } صار { $new }
said-how-name = الاسم { $old } صار { $new }
said-how-extra-fields = حقول إضافية
said-how-preferences = اللغة والمنطقة الزمنية
said-how-extended-many =
    { $count ->
        [zero] لا محاولات. { $reason }
        [one] محاولة واحدة، لها { $ms } إضافية. { $reason }
        [two] محاولتان، لكل منهما { $ms } إضافية. { $reason }
        [few] { $count } محاولات، لكل منها { $ms } إضافية. { $reason }
        [many] { $count } محاولة، لكل منها { $ms } إضافية. { $reason }
       *[other] { $count } محاولة، لكل منها { $ms } إضافية. { $reason }
    }
said-how-followed =
    { $count ->
        [zero] لا محاولات، لأن مواعيد الاختبار تغيّرت
        [one] محاولة واحدة، لأن مواعيد الاختبار تغيّرت
        [two] محاولتان، لأن مواعيد الاختبار تغيّرت
        [few] { $count } محاولات، لأن مواعيد الاختبار تغيّرت
        [many] { $count } محاولة، لأن مواعيد الاختبار تغيّرت
       *[other] { $count } محاولة، لأن مواعيد الاختبار تغيّرت
    }
said-how-extended = { $ms }. { $reason }
said-how-marked =
    { $points ->
        [zero] الموضع { $slot }: لا نقاط
        [one] الموضع { $slot }: نقطة واحدة
        [two] الموضع { $slot }: نقطتان
        [few] الموضع { $slot }: { $points } نقاط
        [many] الموضع { $slot }: { $points } نقطة
       *[other] الموضع { $slot }: { $points } نقطة
    }
said-how-slot = الموضع { $slot }
said-how-reopened = حتى { $at }. { $reason }
said-how-reopened-endless = بلا نهاية. { $reason }
said-how-capacity =
    { $carried ->
        [zero] العدد الذي تُحمّل: لا متعلمين، والموصى به { $recommended }
        [one] العدد الذي تُحمّل: متعلم واحد، والموصى به { $recommended }
        [two] العدد الذي تُحمّل: متعلمان، والموصى به { $recommended }
        [few] العدد الذي تُحمّل: { $carried } متعلمين، والموصى به { $recommended }
        [many] العدد الذي تُحمّل: { $carried } متعلمًا، والموصى به { $recommended }
       *[other] العدد الذي تُحمّل: { $carried } متعلم، والموصى به { $recommended }
    }
said-how-title = العنوان { $old } صار { $new }
said-how-short-name = الاسم القصير { $old } صار { $new }
said-how-seats-new = المقاعد: { $new }
said-how-seats-gone = مقاعد بعدد من يأتي (كانت { $old })
said-how-seats = المقاعد { $old } صارت { $new }
said-how-begins-new = يبدأ { $to }
said-how-begins-gone = لم تعد له بداية (كانت { $was })
said-how-begins = البداية { $was } صارت { $to }
said-how-finishes-new = ينتهي { $to }
said-how-finishes-gone = لم تعد له نهاية (كانت { $was })
said-how-finishes = النهاية { $was } صارت { $to }
said-how-language-new = اللغة { $new }
said-how-language-gone = لم تعد له لغة (كانت { $old })
said-how-language-changed = اللغة { $old } صارت { $new }
said-how-summary = الملخص
said-how-cloned = من المقرر { $id }
said-how-deleted-course = { $name }. التسجيلات: { $enrolments }، المحاولات: { $attempts }، الدرجات: { $grades }، العناصر: { $items }، الاختبارات: { $quizzes }، الأسئلة: { $questions }، الصفوف كلها: { $rows }
said-how-key-set = ضُبط المفتاح
said-how-key-removed = أُلغي المفتاح
said-how-keeps-records = تُحفظ سجلات التعلم
said-how-no-records = لا تُحفظ سجلات التعلم
said-how-status = من { $oldstate } إلى { $newstate }
said-how-as-role = بدور { $role }
said-how-was-role = كان { $role }
said-how-role-changed = الدور { $oldrole } صار { $newrole }
said-how-suspended = موقوف
said-how-unsuspended = فعّال من جديد
said-how-starts-new = يسري من { $to }
said-how-starts-gone = بلا بداية (كانت { $was })
said-how-starts = البداية { $was } صارت { $to }
said-how-ends-new = يسري حتى { $to }
said-how-ends-gone = بلا نهاية (كانت { $was })
said-how-ends = النهاية { $was } صارت { $to }
said-how-left-out = مستبعدة. { $reason }
said-how-taken-in = تُحتسب من جديد. { $reason }
said-how-begun = بدأ
said-how-grades-imported = الدرجات: { $grades }، المتعلمون: { $learners }
said-how-item-of = { $name } من { $max }
said-how-item-changed-all = { $old } من { $oldmax } (الوزن { $oldweight }، الفئة { $oldplace }) صار { $new } من { $newmax } (الوزن { $newweight }، الفئة { $newplace })
said-how-item-changed = { $old } من { $oldmax } صار { $new } من { $newmax }
said-how-override-gone = عادت الدرجة المحسوبة. { $reason }
said-how-category-changed = { $old } ({ $oldmethod }، { $oldempty }، الأدنى المستبعد: { $olddrop }) صارت { $new } ({ $newmethod }، { $newempty }، الأدنى المستبعد: { $newdrop })
said-how-sight = من { $oldsight } إلى { $newsight }
said-how-sight-until = من { $oldsight } إلى مخفي حتى { $to }
said-how-sight-after = من مخفي حتى { $was } إلى { $newsight }
said-how-statements =
    { $count ->
        [zero] لا عبارات
        [one] عبارة واحدة
        [two] عبارتان
        [few] { $count } عبارات
        [many] { $count } عبارة
       *[other] { $count } عبارة
    }
said-how-term-opens = يُفتح { $at }
said-how-term-closes = يُغلق { $at }
said-how-term-limit = حد الوقت: { $ms }
said-how-term-extra = وقت إضافي: { $ms }
said-how-term-no-limit = بلا حد زمني
said-how-term-attempts = المحاولات: { $count }
said-how-term-free = أي عدد من المحاولات
said-how-override-changed = استُبدلت بـ { $points } (قبلها: { $old }). { $reason }
said-how-override-gone-from = عادت الدرجة المحسوبة (كانت { $old }). { $reason }
said-how-override = استُبدلت بـ { $points }. { $reason }
said-how-no-grade = بند الدرجات { $item }: بلا درجة
said-how-no-grade-any-more = بند الدرجات { $item }: بلا درجة (كانت { $old })
said-how-given-grade = بند الدرجات { $item }: { $points }
said-how-changed-grade = بند الدرجات { $item }: { $old } أصبحت { $points }
said-how-grades-set =
    { $count ->
        [zero] تغيّر { $changed } من لا درجات
        [one] تغيّر { $changed } من درجة واحدة
        [two] تغيّر { $changed } من درجتين
        [few] تغيّر { $changed } من { $count } درجات
        [many] تغيّر { $changed } من { $count } درجة
       *[other] تغيّر { $changed } من { $count } درجة
    }
said-how-members-added = أعضاء جدد: { $count }
said-how-person = الشخص { $user }
said-how-job-of = { $kind }: { $about }
said-how-job-kind = { $kind }
said-how-exported = { $export }
said-export-enrolments_export = تصدير التسجيلات
said-export-attempts_export = تصدير المحاولات
said-export-audit_export = تصدير سجل التغييرات
said-export-links_export = روابط التفعيل
said-export-statements_export = تصدير سجلات التعلّم
said-export-person_export = تصدير سجلات التعلّم لشخص واحد
said-how-job-failed = أخفق. { $place }: { $wrong }
said-how-job-failed-line = أخفق. السطر { $line }: { $wrong }
said-how-job-failed-at = أخفق. { $place }
said-how-job-cancelled = أُوقف، أُنجز: { $counted }
said-how-job-done = تم: { $counted }
said-job-behind = أُنجز قبل ذلك: { $counted }
said-job-line = السطر { $line }
said-job-why = { $place }: { $why }
said-job-server = أخفق الخادم، والسبب في سجله.
said-job-server-ended =
    { $count ->
        [zero] توقف الخادم عند هذا الموضع.
        [one] توقف الخادم مرة واحدة عند هذا الموضع.
        [two] توقف الخادم مرتين عند هذا الموضع.
        [few] توقف الخادم { $count } مرات عند هذا الموضع.
        [many] توقف الخادم { $count } مرة عند هذا الموضع.
       *[other] توقف الخادم { $count } مرة عند هذا الموضع.
    }
said-job-suspended = حساب من طلب المهمة موقوف.
said-job-long-report = التقرير أطول من { $count } جزء، كل منها 12 كيبيبايت.
said-how-question-version = { $name }: الإصدار { $old } صار { $new }
said-how-questions-imported = { $format }: { $created } جديدة، { $unchanged } كما كانت، { $skipped } متروكة
said-how-person-erased =
    { $documents ->
        [zero] سجلات التعلّم: { $removed } محذوفة، { $pseudonymised } بلا اسم، { $references } تشير إليها، لا مستندات
        [one] سجلات التعلّم: { $removed } محذوفة، { $pseudonymised } بلا اسم، { $references } تشير إليها، مستند واحد
        [two] سجلات التعلّم: { $removed } محذوفة، { $pseudonymised } بلا اسم، { $references } تشير إليها، مستندان
        [few] سجلات التعلّم: { $removed } محذوفة، { $pseudonymised } بلا اسم، { $references } تشير إليها، { $documents } مستندات
        [many] سجلات التعلّم: { $removed } محذوفة، { $pseudonymised } بلا اسم، { $references } تشير إليها، { $documents } مستندًا
       *[other] سجلات التعلّم: { $removed } محذوفة، { $pseudonymised } بلا اسم، { $references } تشير إليها، { $documents } مستند
    }
said-how-statements-imported =
    { $refused ->
        [zero] سجلات التعلّم: { $imported } جديدة، { $unchanged } كما كانت؛ وقُبلت الأسطر كلها ({ $refused } مرفوضة)
        [one] سجلات التعلّم: { $imported } جديدة، { $unchanged } كما كانت؛ ولم يُقبل سطر واحد
        [two] سجلات التعلّم: { $imported } جديدة، { $unchanged } كما كانت؛ ولم يُقبل سطران
        [few] سجلات التعلّم: { $imported } جديدة، { $unchanged } كما كانت؛ ولم تُقبل { $refused } أسطر
        [many] سجلات التعلّم: { $imported } جديدة، { $unchanged } كما كانت؛ ولم يُقبل { $refused } سطرًا
       *[other] سجلات التعلّم: { $imported } جديدة، { $unchanged } كما كانت؛ ولم يُقبل { $refused } سطر
    }
said-how-published = نُشر
said-how-unpublished = لم يعد منشورًا
said-how-opens-new = يفتح { $to }
said-how-opens-gone = بلا موعد فتح (كان { $was })
said-how-opens = موعد الفتح { $was } صار { $to }
said-how-closes-new = يغلق { $to }
said-how-closes-gone = بلا موعد إغلاق (كان { $was })
said-how-closes = موعد الإغلاق { $was } صار { $to }
said-how-limit-new = المدة: { $ms }
said-how-limit-gone = بلا مدة (كانت { $wasms })
said-how-limit = المدة { $wasms } صارت { $ms }
said-how-points = النقاط { $old } صارت { $new }
said-how-slots = الأسئلة
said-how-shuffling = الخلط
said-how-attempts-allowed = المحاولات المسموحة
said-how-counting = المحاولة المحتسبة
said-how-review = ما يراه المتعلمون بعدها
said-how-access-code = رمز الدخول
said-how-networks = الشبكات
said-how-pass-mark = درجة النجاح
said-how-overrides-gone = مع المجموعة، في الاختبارات: { $quizids }
said-how-regraded-begun-latest = بدأ، بأحدث إصدارات الأسئلة
said-how-regraded-begun = بدأ، بالإصدارات كما طُرحت
said-how-regraded-latest = محاولات تغيّرت: { $count }، بأحدث إصدارات الأسئلة
said-how-regraded = محاولات تغيّرت: { $count }، بالإصدارات كما طُرحت
said-how-rights-changed = الصلاحيات: { $oldrights }. والآن: { $newrights }
said-how-rights = الصلاحيات: { $rights }
said-how-role-everywhere = { $role }، في كل مكان
said-how-role-in-course = { $role }، في المقرر { $id }
said-how-role-with-course = مع المقرر
said-how-sessions-all = كل الجلسات: { $count }
said-how-session = الجلسة { $id }
said-how-token = { $name }، حتى { $at }
said-how-of-person = للشخص { $user }
said-check-no-exam =
    { $days ->
        [zero] لا امتحان يفتح خلال لا أيام.
        [one] لا امتحان يفتح خلال يوم واحد.
        [two] لا امتحان يفتح خلال يومين.
        [few] لا امتحان يفتح خلال { $days } أيام.
        [many] لا امتحان يفتح خلال { $days } يومًا.
       *[other] لا امتحان يفتح خلال { $days } يوم.
    }
said-check-exams-too-many =
    الامتحانات خلال { $days ->
        [zero] لا أيام
        [one] يوم واحد
        [two] يومين
        [few] { $days } أيام
        [many] { $days } يومًا
       *[other] { $days } يوم
    }: { $exams }؛ وأكثر من يأتي معًا { $learners ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $learners } متعلمين
        [many] { $learners } متعلمًا
       *[other] { $learners } متعلم
    } ابتداءً من { $at }. والموصى به { $recommended }: انقل امتحانًا أو وزّع البداية أو استعمل جهازًا أكبر.
said-check-exams-fit =
    الامتحانات خلال { $days ->
        [zero] لا أيام
        [one] يوم واحد
        [two] يومين
        [few] { $days } أيام
        [many] { $days } يومًا
       *[other] { $days } يوم
    }: { $exams }؛ وأكثر من يأتي معًا { $learners ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $learners } متعلمين
        [many] { $learners } متعلمًا
       *[other] { $learners } متعلم
    } ابتداءً من { $at }. والموصى به { $recommended }.
said-check-exams-not-measured =
    الامتحانات خلال { $days ->
        [zero] لا أيام
        [one] يوم واحد
        [two] يومين
        [few] { $days } أيام
        [many] { $days } يومًا
       *[other] { $days } يوم
    }: { $exams }؛ وأكثر من يأتي معًا { $learners ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $learners } متعلمين
        [many] { $learners } متعلمًا
       *[other] { $learners } متعلم
    } ابتداءً من { $at }. ولم يُقس كم يتحمّل هذا الجهاز.
said-check-capacity-none = لم تُقس بعد؛ والأمر lyceum load capacity يقيسها.
said-check-capacity-old =
    العدد الذي تُحمّل: { $carried ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $carried } متعلمين
        [many] { $carried } متعلمًا
       *[other] { $carried } متعلم
    }، والموصى به { $recommended } (بهامش { $margin } ٪)، والقياس { $at }. مضى عليه { $days ->
        [zero] أقل من يوم
        [one] يوم واحد
        [two] يومان
        [few] { $days } أيام
        [many] { $days } يومًا
       *[other] { $days } يوم
    }: أعد القياس.
said-check-capacity-elsewhere =
    العدد الذي تُحمّل: { $carried ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $carried } متعلمين
        [many] { $carried } متعلمًا
       *[other] { $carried } متعلم
    }، والموصى به { $recommended } (بهامش { $margin } ٪)، والقياس { $at } على جهاز آخر ({ $other }): قِس على هذا الجهاز.
said-check-capacity-version =
    العدد الذي تُحمّل: { $carried ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $carried } متعلمين
        [many] { $carried } متعلمًا
       *[other] { $carried } متعلم
    }، والموصى به { $recommended } (بهامش { $margin } ٪)، والقياس { $at } بالإصدار { $version }.
said-check-capacity-fits =
    العدد الذي تُحمّل: { $carried ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $carried } متعلمين
        [many] { $carried } متعلمًا
       *[other] { $carried } متعلم
    }، والموصى به { $recommended } (بهامش { $margin } ٪)، والقياس { $at }.
said-check-writes = الكتابة ممكنة.
said-check-read-only = لا يمكن كتابة شيء: { $reason }
said-check-synced = كل كتابة تنتظر القرص.
said-check-relaxed = قيمة store.durability هي relaxed: انقطاع الكهرباء يُفقد إجابات أُكّدت. اجعلها synced.
said-check-space-short = المساحة الحرة { $free } ميبي بايت. تتوقف الكتابة عند { $stop }، وقد يحتاج يوم الامتحان { $more } أخرى.
said-check-space-free = المساحة الحرة { $free } ميبي بايت.
said-check-space-unknown = المساحة الحرة غير معروفة: { $reason }
said-check-files-unlimited = بلا حد.
said-check-files-enough = حتى { $limit }.
said-check-files-short =
    { $expected ->
        [zero] الحد { $limit }، واللازم { $wanted } إذا اتصل لا متعلمين. ارفعه (LimitNOFILE=، ulimit -n).
        [one] الحد { $limit }، واللازم { $wanted } إذا اتصل متعلم واحد. ارفعه (LimitNOFILE=، ulimit -n).
        [two] الحد { $limit }، واللازم { $wanted } إذا اتصل متعلمان. ارفعه (LimitNOFILE=، ulimit -n).
        [few] الحد { $limit }، واللازم { $wanted } إذا اتصل { $expected } متعلمين. ارفعه (LimitNOFILE=، ulimit -n).
        [many] الحد { $limit }، واللازم { $wanted } إذا اتصل { $expected } متعلمًا. ارفعه (LimitNOFILE=، ulimit -n).
       *[other] الحد { $limit }، واللازم { $wanted } إذا اتصل { $expected } متعلم. ارفعه (LimitNOFILE=، ulimit -n).
    }
said-check-clock-back = الساعة هنا { $here }، وقد عمل الخادم عند { $there }: أُرجعت الساعة، والمواعيد تتبعها.
said-check-clock-alone = { $at }. لم تُر خدمة وقت هنا: تأكد أن المضيف يضبطها.
said-check-clock-kept = { $at }
said-check-proxy-unnamed = يبدأ server.public_url بـ https، أي إن أمام الخادم وسيطًا (proxy)، ولا يذكره server.trusted_proxies: فيُحسب الجميع عنوانًا واحدًا، وتعني شبكات الاختبارات عنوان الوسيط. اجعل فيه عنوان الوسيط.
said-check-proxy-fine = يُميَّز بين الأجهزة بعناوينها.
said-limit-processors = المعالجات
said-limit-disk = القرص
said-limit-memory = الذاكرة
said-limit-generator = مولّد الحمل
said-limit-unknown = غير معروف
said-limit-nothing = لا شيء
said-evidence-generator-busy = ابتداءً من الثانية { $second } استعمل المولّد { $percent } ٪ من خيوطه أو أكثر.
said-evidence-processors-busy = ابتداءً من الثانية { $second } كانت المعالجات مشغولة بنسبة { $percent } ٪ أو أكثر.
said-evidence-sync-slow = ابتداءً من الثانية { $second } استغرقت الكتابة على القرص { $ms } مللي ثانية أو أكثر.
said-evidence-memory-full = ابتداءً من الثانية { $second } شغل الخادم { $percent } ٪ من ذاكرة الجهاز أو أكثر.
said-evidence-generator-share = { $percent } ٪ من ذلك كان المولّد على الجهاز نفسه.
said-evidence-nothing-exhausted = لم ينفد مورد: بلغ انشغال المعالجات { $percent } ٪، واستغرقت الكتابة على القرص حتى { $ms } مللي ثانية. انتظرت الطلبات داخل الخادم.
said-evidence-nothing-seen = لم يُر مورد نفد: معالجات الخادم وذاكرته غير معروفة، واستغرقت الكتابة على القرص حتى { $ms } مللي ثانية. انتظرت الطلبات داخل الخادم.
said-evidence-generator-late = أرسل المولّد طلبًا من كل مئة متأخرًا أكثر من { $ms } مللي ثانية.
said-evidence-generator-threads = استعمل المولّد { $used } من المعالجات المتاحة له، وعددها { $of }.
said-evidence-generator-took = أخذ المولّد من الخادم { $used } من المعالجات المشغولة، وعددها { $of }.
said-evidence-at-least = يتحمّل الخادم هذا العدد على الأقل.
said-evidence-other-programs =
    { $count ->
        [zero] لم تشغل برامج أخرى معالجًا في تلك الأثناء.
        [one] شغلت برامج أخرى معالجًا واحدًا في تلك الأثناء. قِس حين لا يعمل على الجهاز شيء آخر.
        [two] شغلت برامج أخرى معالجين في تلك الأثناء. قِس حين لا يعمل على الجهاز شيء آخر.
        [few] شغلت برامج أخرى { $count } معالجات في تلك الأثناء. قِس حين لا يعمل على الجهاز شيء آخر.
        [many] شغلت برامج أخرى { $count } معالجًا في تلك الأثناء. قِس حين لا يعمل على الجهاز شيء آخر.
       *[other] شغلت برامج أخرى { $count } معالج في تلك الأثناء. قِس حين لا يعمل على الجهاز شيء آخر.
    }
said-evidence-runs-used-up = نفدت الجولات قبل أن يصير البحث دقيقًا.
said-evidence-nothing-broke = تحققت كل الأهداف بأكبر عدد طُلب من المتعلمين.
said-evidence-from-elsewhere = جاء الحمل من جهاز آخر، والعتاد المذكور عتاد الخادم.
said-evidence-hardware-unknown = جاء الحمل من جهاز آخر، ولا يذكر الخادم عتاده.

# What imports say of rows and questions.
said-grade-column-twice = العمود { $name } موجود مرتين.
said-grade-column-unknown = العمود { $name } ليس درجة في هذا المقرر، أو قد يكون أكثر من درجة. سمّه كما يسمّيه التصدير وبعده [#رقمه].
said-grade-no-column-person = لا يوجد عمود user_id ولا عمود username.
said-grade-nobodys = { $answer } ليس رقم أحد ولا اسم مستخدم له.
said-grade-two-people = user_id وusername لشخصين مختلفين.
said-grade-no-learner = لم يُذكر متعلم.
said-grade-not-enrolled = الشخص { $id } غير مسجّل في المقرر.
said-grade-person-twice = السطر { $line } يذكر الشخص نفسه ({ $id }).
said-grade-beyond = القيمة { $points } ليست بين { $least } و{ $most } وهو أقصى ما يمكن.
said-grade-overridden = وُضعت { $points } مكان المحسوب. لتغييرها اختر استبدال نتائج الاختبارات أيضًا.
said-grade-of-quiz-stays = { $points } من اختبار، ولا يسحبها ملف.
said-grade-of-quiz-none = هذه الدرجة من اختبار لم يعطِ درجة بعد. لإعطائها مع ذلك اختر استبدال نتائج الاختبارات أيضًا.
said-grade-of-quiz = { $points } من اختبار. لتغييرها اختر استبدال نتائج الاختبارات أيضًا.
said-grade-cell = { $answer }: { $what }
said-row-of = { $course }: { $what }
said-row-username-twice = في السطر { $line } اسم المستخدم نفسه.
said-row-email-twice = في السطر { $line } عنوان البريد نفسه.
said-row-person-twice = السطر { $line } يذكر الشخص نفسه.
said-row-no-account = لا يوجد حساب بهذا الاسم أو العنوان.
said-row-nobody = لم يُذكر أحد.
said-row-keeps-password = الحساب موجود ويحتفظ بكلمة مروره.
said-row-keeps-link = ليس للحساب كلمة مرور بعد، ويحتفظ برابطه. إن ضاع الرابط فأنشئ رابطًا آخر من صفحة الشخص.
said-row-no-link-suspended = الحساب موقوف ولا يُنشأ له رابط تفعيل. ارفع الإيقاف أولًا.
said-row-no-link = ليس للحساب كلمة مرور ولا رابط صالح. أنشئ رابطًا من صفحة الشخص.
said-row-keeps-preferences = يحتفظ الحساب بلغته ومنطقته الزمنية.
said-row-no-language = lang: ليست { $name } من لغات هذه الصفحات فتُركت.
said-row-no-zone = timezone: ليست { $name } منطقة زمنية مثل Europe/Vienna فتُركت.
said-row-username-taken = حساب آخر له اسم المستخدم { $name }.
said-row-email-taken = حساب آخر له عنوان البريد { $name }.
said-row-username-is-email = اسم المستخدم { $name } هو عنوان البريد لحساب آخر.
said-row-email-is-username = عنوان البريد { $name } هو اسم المستخدم لحساب آخر.
said-row-seats-taken = شُغلت جميع مقاعد المقرر ({ $seats }).
said-row-own-management = ستسحب من نفسك حق إدارة التسجيل في هذا المقرر. على غيرك أن يفعل ذلك.
said-row-archived-course = المقرر مؤرشف ولا يقبل أحدًا.
said-row-role-too-much = الدور { $role } يتيح أكثر مما يحق لك في هذا المقرر.
said-row-outranked = للمستخدم { $id } صلاحيات ليست لك.
said-row-deleted = deleted: الاستيراد لا يحذف أحدًا. استعمل suspended الذي يحفظ ما فعله الشخص.
said-row-username-wrong = { $column }: اكتب من 1 إلى 100 من الحروف a-z والأرقام و . _ - @
said-row-name-wrong = { $column }: اكتب من 1 إلى 100 حرف في سطر واحد.
said-row-name-unseen = { $column }: ليس فيه ما يُرى، أو فيه علامات تقلب اتجاه السطر أو تقطعه.
said-row-name-hidden = { $column }: فيه علامات لا تُرى، أو تقلب اتجاه السطر. اكتبه من جديد.
said-row-too-long = { $column }: أطول من { $count } حرفًا.
said-row-not-flag = { $column }: اكتب 0 أو 1.
said-row-not-status = { $column }: اكتب 0 (نشط) أو 1 (موقوف).
said-row-not-moment = { $column }: اكتب يومًا مثل 2026-09-07 أو وقتًا بصيغة RFC 3339 أو عدد الثواني منذ 1970.
said-row-moment-digits =
    { $column }: هذا عدد من أقل من عشرة أرقام. اكتب يومًا مثل 2026-09-07 أو الأرقام العشرة كلها لعدد الثواني منذ 1970.
said-row-moment-beyond = { $column }: هذا قبل 1970 أو بعد 9999-12-30T22:00:00Z، ولا يُحفظ وقت كهذا.
said-row-not-days = { $column }: اكتب عدد أيام من 1 إلى { $count }.
said-row-twice-course = { $column }: ذُكر { $course } مرة ثانية.
said-row-not-role = { $column }: لا يوجد دور كهذا. student وteacher وeditingteacher معروفة.
said-row-not-kind = { $column }: اكتب 1 (طالب) أو 2 (معلم) أو 3 (معلم بلا تحرير).
said-row-late-start = enroltimestart: ينتهي التسجيل قبل ذلك. اذكر enrolperiod أو حدّد له نهاية أخرى من صفحة الشخص في المقرر.
said-row-needed = { $column }: مطلوب لحساب جديد.
said-row-no-course = لا يوجد مقرر { $course }.
said-row-password-guess = يسهل تخمين كلمة المرور. استعمل عدة كلمات لا رابط بينها، أو اتركها فارغة للحصول على رابط تفعيل.
said-row-password-short =
    { $count ->
        [zero] في كلمة المرور لا أحرف، والمطلوب { $least } على الأقل. اتركها فارغة للحصول على رابط تفعيل.
        [one] في كلمة المرور حرف واحد، والمطلوب { $least } على الأقل. اتركها فارغة للحصول على رابط تفعيل.
        [two] في كلمة المرور حرفان، والمطلوب { $least } على الأقل. اتركها فارغة للحصول على رابط تفعيل.
        [few] في كلمة المرور { $count } أحرف، والمطلوب { $least } على الأقل. اتركها فارغة للحصول على رابط تفعيل.
        [many] في كلمة المرور { $count } حرفًا، والمطلوب { $least } على الأقل. اتركها فارغة للحصول على رابط تفعيل.
       *[other] في كلمة المرور { $count } حرف، والمطلوب { $least } على الأقل. اتركها فارغة للحصول على رابط تفعيل.
    }
said-question-files-only = يُجاب عنه بملفات فقط، وهذا غير ممكن هنا.
said-question-random-items = يعرض جزءًا عشوائيًا من عناصره، وهذا غير ممكن هنا.
said-question-description = الوصف ليس سؤالًا.
said-question-no-type = أسئلة من النوع { $type } غير معروفة هنا.
said-question-file-missing = يشير نص إلى الملف { $file }، ولم يُرسل معه.
said-question-was-hidden = كان السؤال مخفيًا وقد جاء مسحوبًا من الاستعمال.
said-question-stays-retired = السؤال مسحوب من الاستعمال هنا ويبقى كذلك.
said-question-stays-in-use = السؤال مستعمل هنا ويبقى كذلك.
said-question-lost = جاء السؤال { $question } بلا { $parts }: لا تحفظ النصوص ذلك هنا.
said-question-lost-description = جاء وصف الفئة { $category } بلا { $parts }: لا تحفظ النصوص ذلك هنا.
said-question-hints = تُركت تلميحات السؤال { $question }.
said-question-old-picture = تُركت صورة بصيغة Moodle 1.9.
said-question-other-truth = لـ«صواب» و«خطأ» أسماء أخرى. عُدّت الإجابة الأولى صوابًا.
said-question-odd-truth = إحدى الإجابتين ليس اسمها «صواب» ولا «خطأ»، وعُدّت عكس الأخرى.
said-question-idle-units = تُركت وحدات لا يستعملها السؤال.
said-question-unit-instructions = تُركت تعليمات الوحدات.
said-question-item-feedback = تُركت الملاحظات على العناصر المفردة.
said-question-attachments = المرفقات مع المقال غير ممكنة وقد تُركت.
said-question-response-format = عُدّت صيغة الإجابة { $answer } نصًا منسقًا بلا ملفات.
said-question-ordering-type = طريقة التصحيح { $answer } غير معروفة، وعُدّت ⁦RELATIVE_NEXT_EXCLUDE_LAST⁩.
said-question-assumed-encoding = الملف ليس UTF-8 وقُرئ على أنه windows-1252. إذا ظهرت الحروف خطأ فاختر ترميزه في النموذج، مثل windows-1256 للعربية.
said-question-name-cut = كان اسم السؤال { $question } أطول من { $count } حرفًا فقُصّ.
said-question-digits-cut = في ⁦<{ $element }>⁩ القيمة { $answer }، وقد حُفظ منها { $count } أرقام بعد الفاصلة.
said-question-keeps-description = تحتفظ الفئة { $category } بوصفها هنا.
said-question-keeps-identifier = تحتفظ الفئة { $category } بمعرّفها هنا.
said-question-category-identifier = تبقى الفئة { $category } بلا معرّفها { $identifier } لأنه لفئة أخرى.
said-question-top-description = ليس لأعلى بنك الأسئلة وصف ولا معرّف هنا.
said-question-question-keeps = يحتفظ { $question } بمعرّفه هنا.
said-question-question-takes = يأخذ { $question } المعرّف { $identifier } من الملف.
said-question-question-without = يبقى { $question } بلا معرّفه { $identifier } لأنه للسؤال { $id } في الفئة نفسها.
said-question-question-versions = يبقى { $question } بلا معرّفه { $identifier } لأن إصداراته كثيرة.
said-question-question-identifier = يأتي { $question } بلا معرّفه { $identifier } لأنه للسؤال { $id } في الفئة نفسها.
said-problem-empty = هذا مطلوب.
said-problem-missing = هذا مطلوب.
said-problem-choose-file = ناقص؛ اختر ملفًا.
said-problem-choose-where = ناقص؛ اختر الوجهة.
said-problem-write-tag = فارغ؛ اكتب الوسم.
said-problem-no-questions = فارغ؛ يلزم الاختبار سؤال واحد على الأقل.
said-problem-tick-some = لا يوجد منها شيء؛ حدّد بعضها أولًا.
said-problem-new-needs = مطلوب لما هو جديد.
said-problem-gone-file = لم يعد محفوظًا؛ اختره من جديد.
said-problem-no-number = ليس عددًا.
said-problem-no-whole = ليس عددًا صحيحًا.
said-problem-no-fitting = ليس عددًا يصلح هنا.
said-problem-no-count = ليس عددًا صحيحًا من 0 فصاعدًا.
said-problem-no-count-but = القيمة { $answer } ليست عددًا صحيحًا من 0 فصاعدًا.
said-problem-no-count-within-but = القيمة { $answer } ليست عددًا صحيحًا من 0 إلى { $most }.
said-problem-no-answer-but = القيمة { $answer } ليست true ولا false.
said-problem-no-choice-but = القيمة { $answer } ليست من هذه: { $names }.
said-problem-no-parameters = ليس من معاملات هذا العنوان، وليس له معاملات.
said-problem-no-parameter = ليس من معاملات هذا العنوان، ومعاملاته: { $names }.
said-problem-no-query = ليس ما يقبله هذا العنوان.
said-problem-no-time = ليس وقتًا بين 1970 و9999 مع فارق التوقيت، مثل { $sample } (RFC 3339).
said-problem-no-cursor = ليس موضعًا في هذه القائمة. خذه من الصفحة السابقة.
said-problem-no-stored = ليس وقتًا كوقت تخزين عبارة.
said-problem-no-category-nor-top = ليس رقم فئة ولا top.
said-problem-no-question-format = ليس gift ولا moodle_xml.
said-problem-no-whole-within = ليس عددًا صحيحًا من { $least } إلى { $most }.
said-problem-no-minutes = ليس عدد دقائق.
said-problem-no-minutes-within = ليس عدد دقائق من { $least } إلى { $most }.
said-problem-no-days-within = ليس عدد أيام من { $least } إلى { $most }.
said-problem-no-decimal = ليس عددًا عشريًا مثل 2.5 أو -0.3333333.
said-problem-many-digits = فيه أكثر من 7 أرقام بعد الفاصلة.
said-problem-large-decimal = قيمته المطلقة أكبر من 100,000,000.
said-problem-no-measure = ليس عددًا مثل 1.5 أو 3e8.
said-problem-two-ways = يُقرأ على وجهين: اكتب { $plain } أو { $parted }.
said-problem-digits-grouped = أرقامه مفصولة في مجموعات: اكتب { $plain }.
said-problem-beyond = فيه أكثر من 30 رقمًا أو يتجاوز 10^90.
said-problem-not-within = ليس بين { $least } و{ $most }.
said-problem-no-percentage = ليس نسبة مئوية بين { $least } و{ $most }.
said-problem-not-of-item = القيمة { $points } ليست بين { $least } و{ $most } وهو الحد الأقصى للعنصر.
said-problem-total-left-out = مجموع المقرر نفسه ليس جزءًا من شيء، فلا يُستبعد.
said-problem-not-a-day = ليس بين دقيقة ويوم.
said-problem-over-question = أكثر من نقاط السؤال وهي { $count }.
said-problem-over = أكثر من { $count }.
said-problem-negative = سالب.
said-problem-under-words = أقل من الحد الأدنى للكلمات.
said-problem-under-min = دون الحد الأدنى.
said-problem-over-max = فوق الحد الأقصى.
said-problem-not-over-min = ليس فوق الحد الأدنى.
said-problem-under-enrolled = أقل من عدد المسجلين.
said-problem-no-moment = ليس تاريخًا ووقتًا.
said-problem-ahead = في المستقبل.
said-problem-not-ahead = ليس في المستقبل.
said-problem-not-ahead-year = ليس في المستقبل خلال 366 يومًا.
said-problem-before-start = ليس بعد البداية.
said-problem-before-opens = ليس بعد الفتح.
said-problem-behind-closes = ليس قبل الإغلاق.
said-problem-long = أطول من { $count } حرفًا.
said-problem-long-bytes = أطول من { $count } بايتًا.
said-problem-long-html = أطول من { $count } بايتًا بصيغة HTML.
said-problem-large-file = أكبر من { $count } بايتًا؛ قسّمه.
said-problem-tags = فيه وسوم تنسيق أكثر مما يناسب عدد فقراته.
said-problem-unseen = ليس فيه ما يُرى، أو فيه علامات تقلب اتجاه السطر أو تقطعه.
said-problem-hidden = فيه علامات لا تُرى، أو تقلب اتجاه السطر. اكتبه من جديد.
said-problem-one-line = ليس من { $least } إلى { $most } حرفًا في سطر واحد.
said-problem-one-line-most = ليس سطرًا واحدًا من { $count } حرفًا على الأكثر.
said-problem-one-line-bytes = ليس من { $least } إلى { $most } بايتًا في سطر واحد.
said-problem-length = ليس من { $least } إلى { $most } حرفًا.
said-problem-length-bytes = ليس من { $least } إلى { $most } بايتًا.
said-problem-length-give = فارغ؛ اكتب من { $least } إلى { $most } حرفًا.
said-problem-empty-or-long = فارغ أو فيه أكثر من { $count } حرفًا.
said-problem-empty-or-ends = فارغ أو في طرفيه مسافات.
said-problem-empty-ends-long = فارغ أو في طرفيه مسافات أو أطول من { $count } حرفًا.
said-problem-many-characters = فيه أكثر من { $count } حرفًا.
said-problem-too-long =
    { $count ->
        [zero] أطول مما يُحفظ.
        [one] أطول مما يُحفظ بحرف واحد.
        [two] أطول مما يُحفظ بحرفين.
        [few] أطول مما يُحفظ بمقدار { $count } أحرف.
        [many] أطول مما يُحفظ بمقدار { $count } حرفًا.
       *[other] أطول مما يُحفظ بمقدار { $count } حرف.
    }
said-problem-in-part = الفراغ { $at }: { $inside }
said-problem-many-bytes = فيه { $count } بايتًا، ويُحفظ { $most } على الأكثر.
said-problem-control = فيه حروف تحكّم.
said-problem-not-utf8 = ليس بترميز UTF-8.
said-problem-line = السطر { $line }: { $inside }
said-problem-no-text = هذا ليس نصًا. احفظ المصنّف أو المستند أولًا بصيغة CSV وبترميز UTF-8.
said-problem-encoding-choose = يجب تحديد ترميز الملف إذا لم يكن UTF-8، مثل windows-1252 (ما تكتبه جداول أقدم في أوروبا الغربية). أو احفظ الملف بصيغة «CSV UTF-8».
said-problem-encoding-unknown = { $name } ليس اسم ترميز، مثل windows-1252.
said-problem-encoding-other = فيه بايتات ليست من { $name }. اختر ترميزًا آخر في النموذج.
said-problem-zero-byte = هذا مصنّف، أو UTF-16 بلا علامة. احفظ الملف بصيغة CSV وبترميز UTF-8.
said-problem-file-empty = الملف فارغ.
said-problem-cells = عدد الخانات { $count }، وفي السطر الأول { $most }.
said-problem-nothing-graded = لا درجات في هذا المقرر بعد.
said-problem-limit-passed = من هنا يغيّر الملف درجات أكثر مما يؤخذ دفعة واحدة. أرسله أجزاءً.
said-problem-fields = عدد الحقول { $count }، وفي العنوان { $most }.
said-problem-rows = الأسطر أكثر من { $count }. قسّم الملف.
said-problem-many-fields = الأعمدة أكثر من { $count }.
said-problem-no-column-username = ليس في العنوان العمود username.
said-problem-no-column-person = ليس في العنوان العمود username ولا العمود email.
said-problem-column-twice-numbered = يذكر العنوان عمودًا مرتين، برقم وبلا رقم.
said-problem-column-without-course = في العنوان { $name } وليس فيه course{ $count }.
said-problem-column-renames = العمود oldusername يغيّر أسماء المستخدمين، والاستيراد لا يفعل ذلك. غيّرها واحدًا واحدًا.
said-problem-column-nameless = ليس في العنوان اسم للعمود { $count }.
said-problem-column-twice = يسمّي العنوان العمود { $name } مرتين.
said-problem-behind-quote = بعد علامة الاقتباس الخاتمة { $name }.
said-problem-quote-inside = في داخل حقل علامة اقتباس. ضع الحقل بين علامتي اقتباس وضاعف التي في داخله.
said-problem-quote-open = فُتحت علامة اقتباس ولم تُغلق.
said-problem-long-field = فيه حقل أكبر من { $count } بايت.
said-problem-username = ليس من 1 إلى 100 من الحروف a-z والأرقام و . _ - @
said-problem-role-name = ليس من 1 إلى 40 من a-z و0-9 و_ ويبدأ بحرف.
said-problem-no-address = ليس عنوان http أو https له مضيف وبلا مسافات ولا يزيد على 2000 بايت.
said-problem-no-network = ليس عنوانًا أو نطاقًا مثل 192.0.2.7 أو 10.20.0.0/16 أو 2001:db8::/48.
said-problem-no-network-of = { $network } ليس عنوانًا أو نطاقًا مثل 192.0.2.7 أو 10.20.0.0/16 أو 2001:db8::/48.
said-problem-no-zone = ليس منطقة زمنية مثل Europe/Vienna.
said-problem-no-email = ليس عنوان بريد مثل name@example.edu لا يزيد على 254 بايتًا.
said-problem-no-login = ليس اسم مستخدم أو عنوان بريد من 1 إلى 254 بايتًا.
said-problem-nobodys = ليس اسم مستخدم أو عنوان بريد لأحد.
said-problem-few-or-many = اذكر من { $least } إلى { $most } في المرة الواحدة، وأرسل الباقي بعد ذلك.
said-problem-no-account-here = ليس حسابًا هنا.
said-problem-no-account-named = ليس اسم مستخدم ولا عنوان بريد إلكتروني ولا علامة # يتبعها رقم حساب.
said-problem-nobody = لا يذكر أحدًا.
said-problem-no-account = لا يذكر أحدًا له حساب.
said-problem-no-account-of = يذكر من ليس له حساب: { $login }
said-problem-seats-of =
    { $count ->
        [zero] مقاعد المقرر كلها ({ $count }) مشغولة، فلا مقعد لهذا الشخص: { $login }
        [one] مقعد المقرر الوحيد مشغول، فلا مقعد لهذا الشخص: { $login }
        [two] مقعدا المقرر مشغولان، فلا مقعد لهذا الشخص: { $login }
        [few] مقاعد المقرر كلها ({ $count }) مشغولة، فلا مقعد لهذا الشخص: { $login }
        [many] مقاعد المقرر كلها ({ $count }) مشغولة، فلا مقعد لهذا الشخص: { $login }
       *[other] مقاعد المقرر كلها ({ $count }) مشغولة، فلا مقعد لهذا الشخص: { $login }
    }
said-problem-archived-of = المقرر مؤرشف ولا يقبل أحدًا: { $login }
said-problem-own-management-of = ستسحب من نفسك حق إدارة التسجيل في هذا المقرر. على غيرك أن يفعل ذلك: { $login }
said-problem-before-start-of = النهاية ليست بعد البداية: { $login }
said-problem-taken = مأخوذ.
said-problem-taken-address = هو عنوان البريد لحساب آخر، والدخول يكون بأيٍّ منهما.
said-problem-taken-username = هو اسم المستخدم لحساب آخر، والدخول يكون بأيٍّ منهما.
said-problem-taken-short = مأخوذ؛ لا يكفي أن تختلف الأسماء القصيرة في حالة الأحرف.
said-problem-no-language-tag = ليس رمز لغة مثل en-GB.
said-problem-taken-group = مأخوذ؛ لا يكفي أن تختلف أسماء المجموعات في حالة الأحرف.
said-problem-taken-question = مأخوذ للسؤال { $id } في الفئة نفسها.
said-problem-twice = موجود مرتين.
said-problem-twice-in-quiz = موجود في الاختبار مرتين.
said-problem-no-choice = ليس من الخيارات.
said-problem-no-section = ليس قسمًا.
said-problem-no-category = ليس فئة.
said-problem-other-category = ليس فئة من المقرر.
said-problem-no-quiz = ليس اختبارًا.
said-problem-other-quiz = ليس اختبارًا من هذا المقرر.
said-problem-other-question = ليس سؤالًا من أسئلة هذا المقرر.
said-problem-no-role = يذكر الدور { $name } وهو غير موجود.
said-problem-site-role = يُمنح دور المدير للموقع كله فقط.
said-problem-deep = عميق جدًا؛ { $count } مستويات على الأكثر.
said-problem-below-itself = يقع تحت الفئة نفسها.
said-problem-overridden = مستبدل يدويًا.
said-problem-letters =
    { $count ->
        [zero] فيه لا تقدير؛ اكتب من 1 إلى { $most }.
        [one] فيه تقدير واحد؛ اكتب من 1 إلى { $most }.
        [two] فيه تقديران؛ اكتب من 1 إلى { $most }.
        [few] فيه { $count } تقديرات؛ اكتب من 1 إلى { $most }.
        [many] فيه { $count } تقديرًا؛ اكتب من 1 إلى { $most }.
       *[other] فيه { $count } تقدير؛ اكتب من 1 إلى { $most }.
    }
said-problem-letter-order = ليس دون ما قبله أو هو سالب؛ ابدأ بأعلى تقدير.
said-problem-letter-last = ليس 0؛ التقدير الأخير لكل من هو دون ما سبق.
said-problem-letter-twice = موجود في السلّم مرتين.
said-problem-no-letter = ليس من العبارات التي لم تُقبل.
said-problem-letters-none = لم تُذكر أي من العبارات التي لم تُقبل. اذكر بعضها أو كلها.
said-problem-letters-and-all = ذُكر بعضها وكلها معًا، ولا يمكن إلا أحد الأمرين.
said-problem-short-name-again = ليس الاسم القصير للمقرر { $id }؛ اكتبه كما هو للتأكيد.
said-problem-no-change = لا يغيّر شيئًا؛ املأ حقلًا واحدًا على الأقل أو احذف الاستثناء.
said-problem-no-scopes = لا يذكر شيئًا يُسمح به للرمز.
said-problem-access-code = ليس رمز دخول هذا الاختبار.
said-problem-no-endpoint = ليس عنوانًا مثل https://lrs.example/xapi/ بلا مفتاح ولا ? ولا #.
said-problem-another-target = لا يمكن تغييره. أنشئ تحويلًا آخر.
said-problem-origin-as = ترسله المتصفحات هكذا: { $sample }. اكتبه كذلك.
said-problem-no-port = فيه منفذ ليس منفذًا: من 1 إلى 65535 بلا صفر في أوله.
said-problem-no-origin = ليس أصلًا مثل https://tool.example.
said-problem-no-power = فارغ: لا يقدر هذا الاعتماد على شيء.
said-problem-secret-again = ناقص؛ تلزم كتابته من جديد لعنوان آخر أو طريقة دخول أخرى.
said-problem-no-iri = ليس IRI.
said-problem-no-colon = فيه نقطتان رأسيتان، ولا يجوز ذلك فيه.
said-problem-no-bearer = فيه مسافات أو حروف لا تكون في رمز.
said-problem-password-short =
    { $count ->
        [zero] فيها لا أحرف، والمطلوب { $least } على الأقل.
        [one] فيها حرف واحد، والمطلوب { $least } على الأقل.
        [two] فيها حرفان، والمطلوب { $least } على الأقل.
        [few] فيها { $count } أحرف، والمطلوب { $least } على الأقل.
        [many] فيها { $count } حرفًا، والمطلوب { $least } على الأقل.
       *[other] فيها { $count } حرف، والمطلوب { $least } على الأقل.
    }
said-problem-password-repeated = لا تطابق كلمة المرور أعلاه.
said-problem-password-present = ليست كلمة مرورك الحالية.
said-problem-guess = يسهل تخمينها. { $why } استعمل عدة كلمات لا رابط بينها.
said-problem-few = عددها { $count }، والمطلوب { $least } على الأقل.
said-problem-many = عددها { $count }، والممكن { $most } على الأكثر.
said-problem-over-many = أكثر من { $count }.
said-problem-over-points = مجموع النقاط أكثر من { $count }، وهو أقصى ما تكون عليه الدرجة.
said-problem-no-full = ليس لأي منها الكسر 1، فلا تُنال الدرجة الكاملة.
said-problem-small-sum = مجموع الكسور أقل من 1، فلا تُنال الدرجة الكاملة.
said-problem-fraction = الكسر ليس بين -1 و1.
said-problem-all-or-nothing = حيث الكل أو لا شيء، يكون كسر كل منها 0 أو 1.
said-problem-no-order = موجود مرتين، فلا ترتيب يكون هو الصحيح.
said-problem-no-weight = وزنها كلها 0.
said-problem-weight = وزنه أكثر من { $count }.
said-problem-tolerance = هامشه سالب.
said-problem-unit-name = ليس له اسم من 1 إلى 64 حرفًا.
said-problem-multiplier = ليس له معامل موجب.
said-problem-units-idle = ذُكرت وحدات ولا وحدة مستعملة.
said-problem-units-none = لا توجد وحدات مع أن وحدة مستعملة.
said-problem-units-base = ليس لأي منها المعامل 1 الذي تُعطى به الإجابات.
said-problem-no-file = ينقص الملف { $file } الذي يشير إليه نص.
said-problem-menu = لا تُعرض عدة إجابات في قائمة.
said-problem-no-part = فيه موضع لجزء غير موجود.
said-problem-no-place = ليس له موضع واحد بالضبط في النص حيث يمكن عرضه.
said-problem-cloze-closed = الجزء { $part } من سؤال الفراغات غير مغلق بـ { "}" }
said-problem-cloze-empty = في الجزء { $part } من سؤال الفراغات إجابة فارغة.
said-problem-cloze-weight = وزن الجزء { $part } من سؤال الفراغات كبير جدًا.
said-problem-cloze-many = الجزء { $part } من سؤال الفراغات زائد؛ الممكن { $count }.
said-problem-cloze-kind = الجزء { $part } من سؤال الفراغات من النوع { $name } وهو غير معروف.
said-problem-cloze-no-answers = الجزء { $part } من سؤال الفراغات من النوع { $name } بلا إجابات.
said-problem-cloze-almost = الجزء { $part } من سؤال الفراغات يشبه الجزء فقط: اكتب { "{1:SA:=..}" }، أو ⁦&#123;⁩ لقوس في نص مكتوب بصيغة HTML أو Markdown.
said-problem-cloze-answer = الجزء { $part } من سؤال الفراغات، الإجابة { $answer }: { $what }
said-problem-cloze-place = الجزء { $part } من سؤال الفراغات: { "{#..}" } في النص علامة موضع جزء.
said-problem-cloze-percentage = في الجزء { $part } من سؤال الفراغات كسر ليس نسبة مئوية: { $answer }
said-problem-in-groups = الشخص { $id } في مجموعات عددها { $count } ولا يمكن أكثر.
said-problem-not-in-course = الشخص { $id } غير مسجّل في المقرر.
said-problem-not-in-course-of = الشخص { $id } غير مسجّل في المقرر: { $login }
said-problem-not-graded = الشخص { $id } مسجّل بصفة { $role } وليست له درجات هنا.
said-guess-rows = صفوف المفاتيح المتجاورة يسهل تخمينها.
said-guess-keys = أنماط لوحة المفاتيح القصيرة يسهل تخمينها.
said-guess-repeats = التكرار مثل «aaa» يسهل تخمينه.
said-guess-repeats-words = التكرار مثل «abcabcabc» لا يصعب تخمينه إلا قليلًا عن «abc».
said-guess-top-ten = هذه من أشيع عشر كلمات مرور.
said-guess-top-hundred = هذه من أشيع مئة كلمة مرور.
said-guess-common = هذه كلمة مرور شائعة جدًا.
said-guess-similar = هذه تشبه كلمة مرور شائعة.
said-guess-sequences = التسلسل مثل abc أو 6543 يسهل تخمينه.
said-guess-years = السنوات القريبة يسهل تخمينها.
said-guess-word = الكلمة وحدها يسهل تخمينها.
said-guess-dates = التواريخ يسهل تخمينها غالبًا.
said-guess-names = الأسماء وحدها يسهل تخمينها.
said-guess-common-names = الأسماء الشائعة يسهل تخمينها.
said-guess-own = ليست سوى اسمك أو اسم المستخدم أو عنوان بريدك تقريبًا.
said-guess-any = ليس فيها ما يصعب تخمينه.
said-refusal-runs = ما زال العمل جاريًا على المحاولة. لإعطاء وقت إضافي مدّدها.
said-refusal-runs-other = يعمل المتعلم على محاولة أخرى لهذا الاختبار.
said-refusal-runs-unmarked = ما زال العمل جاريًا على المحاولة. تُصحَّح بعد تسليمها.
said-refusal-runs-in-course =
    { $count ->
        [zero] ما زالت { $count } محاولة في المقرر جارية. انتظر تسليمها أو أغلقها.
        [one] ما زالت محاولة واحدة في المقرر جارية. انتظر تسليمها أو أغلقها.
        [two] ما زالت محاولتان في المقرر جاريتين. انتظر تسليمهما أو أغلقهما.
        [few] ما زالت { $count } محاولات في المقرر جارية. انتظر تسليمها أو أغلقها.
        [many] ما زالت { $count } محاولة في المقرر جارية. انتظر تسليمها أو أغلقها.
       *[other] ما زالت { $count } محاولة في المقرر جارية. انتظر تسليمها أو أغلقها.
    }
said-refusal-seats =
    { $count ->
        [zero] المقاعد كلها ({ $count }) مشغولة.
        [one] المقعد الوحيد مشغول.
        [two] المقعدان مشغولان.
        [few] المقاعد كلها ({ $count }) مشغولة.
        [many] المقاعد كلها ({ $count }) مشغولة.
       *[other] المقاعد كلها ({ $count }) مشغولة.
    }
said-refusal-archive-first = لا يُحذف إلا مقرر مؤرشف. أرشفه أولًا.
said-refusal-being-deleted = يُحذف المقرر الآن.
said-refusal-being-copied = ما زال محتوى المقرر يُنسخ. انتظر حتى ينتهي ذلك.
said-refusal-no-such-step = لا ينتقل مقرر من الحالة «{ $oldstate }» إلى الحالة «{ $newstate }».
said-refusal-half-done = بدأ هذا، ولا فائدة من نصفه: { $kind }.
said-refusal-jobs-own =
    { $count ->
        [zero] لك { $count } مهمة تنتظر أو تعمل بالفعل.
        [one] لك مهمة واحدة تنتظر أو تعمل بالفعل.
        [two] لك مهمتان تنتظران أو تعملان بالفعل.
        [few] لك { $count } مهام تنتظر أو تعمل بالفعل.
        [many] لك { $count } مهمة تنتظر أو تعمل بالفعل.
       *[other] لك { $count } مهمة تنتظر أو تعمل بالفعل.
    }
said-refusal-jobs-all =
    { $count ->
        [zero] تنتظر { $count } مهمة للجميع أو تعمل بالفعل.
        [one] تنتظر مهمة واحدة أو تعمل بالفعل.
        [two] تنتظر مهمتان أو تعملان بالفعل.
        [few] تنتظر { $count } مهام للجميع أو تعمل بالفعل.
        [many] تنتظر { $count } مهمة للجميع أو تعمل بالفعل.
       *[other] تنتظر { $count } مهمة للجميع أو تعمل بالفعل.
    }
said-refusal-no-administrator = لا يعيّن المديرين ولا يعزلهم إلا مدير.
said-refusal-rights = ليست لك أنت هذه الحقوق: { $rights }
said-refusal-full-category = بلغت الفئة «{ $name }» أقصى ما تضمّه، وهو { $count }. أنشئ فئة أخرى وانقل إليها بعض ما فيها.
said-refusal-in-section =
    { $count ->
        [zero] في القسم { $count } شيء. انقلها أو احذفها أولًا.
        [one] في القسم شيء واحد. انقله أو احذفه أولًا.
        [two] في القسم شيئان. انقلهما أو احذفهما أولًا.
        [few] في القسم { $count } أشياء. انقلها أو احذفها أولًا.
        [many] في القسم { $count } شيئًا. انقلها أو احذفها أولًا.
       *[other] في القسم { $count } شيء. انقلها أو احذفها أولًا.
    }
said-refusal-lines-of-grades = في الملف أكثر من { $count } سطر. أرسله أجزاءً.
said-refusal-columns-of-grades = في الملف أكثر من { $count } عمود.
said-refusal-role-in-use =
    { $count ->
        [zero] لا يملك الدور { $name } أحد.
        [one] الدور { $name } في منح أو تسجيل واحد. أعطِ صاحبه دورًا آخر أولًا.
        [two] الدور { $name } في منحين أو تسجيلين. أعطِ أصحابه دورًا آخر أولًا.
        [few] الدور { $name } في { $count } عمليات منح وتسجيل. أعطِ أصحابه دورًا آخر أولًا.
        [many] الدور { $name } في { $count } عملية منح وتسجيل. أعطِ أصحابه دورًا آخر أولًا.
       *[other] الدور { $name } في { $count } عملية منح وتسجيل. أعطِ أصحابه دورًا آخر أولًا.
    }
said-refusal-roles = الأدوار { $count } بالفعل ولا يمكن أكثر. احذف دورًا لا يُستعمل.
said-refusal-credentials = بلغت بيانات الاعتماد { $count } ولا يمكن أكثر. احذف ما لا يُستعمل منها.
said-refusal-targets = تُمرَّر السجلات إلى مخازن عددها { $count } ولا يمكن أكثر. احذف مخزنًا لا يُستعمل.
said-refusal-quizzes = بلغت اختبارات المقرر { $count } ولا يمكن أكثر. احذف اختبارًا لا يُستعمل.
said-refusal-exceptions = بلغت استثناءات الاختبار { $count } ولا يمكن أكثر. اجمع المتعلمين في مجموعة، وأنشئ استثناءً لها.
said-refusal-groups = أقصى عدد لمجموعات المقرر { $count }.
said-refusal-tokens = بلغت الرموز { $count } ولا يمكن أكثر. احذف رمزًا لا يُستعمل.
said-refusal-sections = أقصى عدد لأقسام المقرر { $count }.
said-refusal-items-of-course = أقصى عدد للصفحات والروابط والاختبارات في مخطط المقرر { $count }.
said-refusal-items-of-section = أقصى عدد للصفحات والروابط والاختبارات في القسم { $count }.
said-file-large = الملف أكبر من { $count } بايتًا.
said-file-many = في الملف أكثر من { $count } سؤالًا.
said-file-no-text = الملف ليس نصًا. أهو مضغوط، أم مستند لبرنامج آخر؟
said-file-looks = يبدو أن الملف { $look }. تؤخذ الأسئلة بصيغة GIFT أو Moodle XML.
said-file-xml-for-gift = يبدو أن الملف XML لا GIFT. اختر الصيغة Moodle XML أو بحسب الملف نفسه.
said-file-no-xml = لا يبدأ الملف كما يبدأ XML. اختر الصيغة GIFT أو بحسب الملف نفسه.
said-file-no-question = ليس في الملف سؤال: لا نص فيه تتبعه إجابات بين قوسين معقوفين كما في GIFT.
said-look-zip = أرشيف zip، ومثله المصنفات والمستندات
said-look-document = مستند لبرنامج مكتبي
said-look-pdf = ملف PDF
said-look-gzip = ملف مضغوط (gzip)
said-look-picture = صورة
said-look-html = صفحة HTML
said-look-json = JSON
said-look-table = جدول (CSV)
said-file-encoding = الترميز { $name } غير معروف.
said-file-not-encoded = الملف ليس { $name } صالحًا.
said-file-category-deep = فئة أعمق من { $count } مستويات.
said-file-category-name = اسم فئة أطول من { $count } حرفًا.
said-file-category-identifier = معرّف فئة أطول من { $count } حرفًا.
said-file-category-description = للفئة { $name } وصف أطول من { $count } بايتًا.
said-file-begins = يبدأ الملف بـ ⁦<{ $element }>⁩ وليس بـ ⁦<quiz>⁩.
said-file-no-element = ليس في الملف عنصر XML.
said-file-xml = بنية XML فاسدة: { $reason }
said-file-nested = العناصر متداخلة أعمق من { $count } مستوى.
said-file-elements = في الملف أكثر من مليون عنصر.
said-file-second-root = يوجد عنصر ثانٍ بعد الأول.
said-file-not-begun = ينتهي عنصر لم يبدأ.
said-file-not-closed = العنصر ⁦<{ $element }>⁩ غير مغلق.
said-file-attributes = لعنصر أكثر من { $count } سمة.
said-file-attribute-twice = السمة { $name } موجودة مرتين.
said-file-attribute = سمة فاسدة: { $reason }
said-file-reference = مرجع حرف فاسد: { $reason }
said-file-outside = يوجد نص خارج العناصر.
said-file-doctype = لا يُقبل تعريف نوع المستند لأنه قد يعرّف كيانات.
said-file-formatted = في ⁦<{ $element }>⁩ وسم ⁦<{ $tag }>⁩ مكتوب كعنصر XML: اكتبه داخل CDATA، أو اكتب ⁦&lt;⁩
said-file-entity = الكيان ⁦&{ $name };⁩ غير معروف في XML.
said-file-second-brace = يوجد قوس معقوف ثانٍ؛ اكتب شرطة مائلة عكسية قبل الأقواس في النص.
said-file-lone-brace = قوس معقوف فُتح أو أُغلق وحده. السطر الفارغ ينهي السؤال.
said-file-weight = الوزن { $answer } ليس بين -100 % و100 %.
said-file-option = خيار فارغ.
said-file-answers = الإجابات أكثر من { $count }.
said-file-no-arrow = صف من سؤال مطابقة ليس فيه ⁦->⁩
said-file-answer = الإجابة { $answer }: { $what }
said-file-range = المدى { $answer }: { $what }
said-file-number = العدد { $answer }: { $what }
said-file-no-number = في ⁦<{ $element }>⁩ القيمة { $answer } وليست عددًا يمكن حفظه.
said-file-no-count = في ⁦<{ $element }>⁩ القيمة { $answer } وليست عددًا صحيحًا.
said-file-fraction = الكسر { $answer } ليس نسبة مئوية من -100 إلى 100.
said-file-both-right = «صواب» و«خطأ» كلاهما صحيح.
said-file-none-right = لا «صواب» ولا «خطأ» صحيح.
said-file-text = نص: { $what }
said-file-text-of = النص في ⁦<{ $element }>⁩: { $what }
said-file-no-cloze = يلزم سؤالَ الفراغات سؤالٌ واحد على الأقل في نصه.
said-file-embedded-large = الملف { $file } أكبر من { $count } بايتًا.
said-file-embedded-many = في سؤال أكثر من { $count } ملفًا.
said-file-embedded-nameless = ملف مضمّن بلا اسم.
said-file-embedded-encoding = للملف المضمّن { $file } الترميز { $name }، والمعروف base64 فقط.
said-file-embedded-base64 = الملف المضمّن { $file } ليس base64.
said-file-unusable = لا يصلح السؤال { $question }. { $place }: { $what }
said-file-within = السؤال { $question }: { $inside }
said-file-place = { $place }: { $what }
