quiz-new = اختبار جديد
quiz-name = الاسم
quiz-description = المقدمة
quiz-description-hint = يقرؤها المتعلمون قبل البدء. ‏Markdown: ‏**غامق**، - قائمة، [رابط](عنوان).
quiz-description-html = يقرؤها المتعلمون قبل البدء. في هذا النص تنسيق لا يُكتب إلا بلغة HTML.
quiz-section = مكانه
quiz-nowhere = ليس في محتوى المقرر بعد
quiz-new-what = يبقى مخفيًا حتى تنشره. تأتي الأسئلة والإعدادات بعد ذلك.
quiz-make = إنشاء الاختبار
quiz-made = أُنشئ الاختبار. حان وقت أسئلته.
quiz-save = حفظ
quiz-saved = حُفظ.
quiz-saved-closes = حُفظ. لأن للاختبار الآن موعد إغلاق، تظهر النتائج بعد إغلاقه. تجد في «المراجعة» ما يظهر ومتى.
quiz-saved-never-closes = حُفظ. لأن الاختبار الآن لا يُغلق، تظهر النتائج بعد تسليم المحاولة. تجد في «المراجعة» ما يظهر ومتى.
quiz-published = منشور
quiz-tool-edit = الإعدادات
quiz-tool-slots = الأسئلة
quiz-tool-overrides = الاستثناءات
quiz-tool-check = الفحص
quiz-tool-preview = معاينة

# الإعدادات.
quiz-general = عام
quiz-timing = التوقيت
quiz-zone = الأوقات بتوقيت { $zone }.
quiz-opens = يُفتح
quiz-opens-hint = فارغ: فورًا.
quiz-closes = يُغلق
quiz-closes-hint = فارغ: لا يُغلق.
quiz-minutes = دقائق المحاولة الواحدة
quiz-minutes-hint = فارغ: بلا حد.
quiz-grace =
    { $count ->
        [zero] تنتهي المحاولات الجارية عند إغلاق الاختبار. تأخير الإغلاق يزيد وقتها أيضًا، وتقديمه لا ينقص منه شيئًا. ولا يُقبل ما يصل بعد ذلك.
        [one] تنتهي المحاولات الجارية عند إغلاق الاختبار. تأخير الإغلاق يزيد وقتها أيضًا، وتقديمه لا ينقص منه شيئًا. وتُقبل الإجابات التي في طريقها حينها ثانية واحدة أخرى.
        [two] تنتهي المحاولات الجارية عند إغلاق الاختبار. تأخير الإغلاق يزيد وقتها أيضًا، وتقديمه لا ينقص منه شيئًا. وتُقبل الإجابات التي في طريقها حينها ثانيتين أخريين.
        [few] تنتهي المحاولات الجارية عند إغلاق الاختبار. تأخير الإغلاق يزيد وقتها أيضًا، وتقديمه لا ينقص منه شيئًا. وتُقبل الإجابات التي في طريقها حينها { $count } ثوانٍ أخرى.
        [many] تنتهي المحاولات الجارية عند إغلاق الاختبار. تأخير الإغلاق يزيد وقتها أيضًا، وتقديمه لا ينقص منه شيئًا. وتُقبل الإجابات التي في طريقها حينها { $count } ثانية أخرى.
       *[other] تنتهي المحاولات الجارية عند إغلاق الاختبار. تأخير الإغلاق يزيد وقتها أيضًا، وتقديمه لا ينقص منه شيئًا. وتُقبل الإجابات التي في طريقها حينها { $count } ثانية أخرى.
    }
quiz-attempts = المحاولات
quiz-attempts-allowed = عددها
quiz-attempts-allowed-hint = فارغ: بقدر ما يشاؤون.
quiz-grade-method = المحاولة المحتسبة
quiz-grade-method-hint = إذا تعددت المحاولات.
quiz-method-begun = بدأ متعلمون بالفعل. اختيار آخر يغيّر الدرجات بعد إعادة التصحيح.
quiz-layout = العرض
quiz-shuffle-questions = ترتيب مختلف للأسئلة لكل متعلم
quiz-shuffle-options = ترتيب مختلف للخيارات لكل متعلم
quiz-shuffle-options-hint = حيث يسمح السؤال بذلك.
quiz-layout-free = يختار كل متعلم بنفسه عرض سؤال واحد في كل مرة أو عرضها كلها.
quiz-review = المراجعة
quiz-review-what = ما يراه المتعلمون من محاولاتهم. ما يظهر بعد الإغلاق يظهر حين تصل آخر إجاباتهم، أما الملاحظات والإجابات الصحيحة فتنتظر حتى لا يبقى أحد يعمل على الاختبار، ومنهم من لهم وقت إضافي.
quiz-moment-during = أثناء المحاولة
quiz-moment-after-submit = بعد التسليم
quiz-moment-after-close = بعد الإغلاق
quiz-switch-responses = إجاباتهم
quiz-switch-marks = النقاط
quiz-switch-feedback = الملاحظات
quiz-switch-right-answers = الإجابات الصحيحة
quiz-access = الدخول
quiz-code = رمز الدخول
quiz-code-hint = يُقال في القاعة. فارغ: لا يُطلب رمز.
quiz-has-code = يُطلب رمز دخول. وهو محفوظ بحيث لا يستطيع أحد قراءته.
quiz-new-code = رمز آخر
quiz-no-code = لا يُطلب رمز بعد الآن
quiz-networks = من هذه العناوين فقط
quiz-networks-hint = عنوان أو نطاق في كل سطر: ⁦192.0.2.7⁩ أو ⁦10.20.0.0/16⁩ أو ⁦2001:db8::/48⁩. فارغ: من أي مكان.
quiz-grade = الدرجة
quiz-grade-what =
    { $points ->
        [zero] الدرجة من صفر، وهي مجموع الأسئلة.
        [one] الدرجة من نقطة واحدة، وهي مجموع الأسئلة.
        [two] الدرجة من نقطتين، وهي مجموع الأسئلة.
        [few] الدرجة من { $points } نقاط، وهي مجموع الأسئلة.
        [many] الدرجة من { $points } نقطة، وهي مجموع الأسئلة.
       *[other] الدرجة من { $points } نقطة، وهي مجموع الأسئلة.
    }
quiz-duplicate = انسخ هذا الاختبار
quiz-duplicate-what = للنسخة إعدادات هذا الاختبار وأسئلته، وهي مسودة. أما الاستثناءات والمحاولات والدرجات فتبقى مع هذا الاختبار.
quiz-duplicate-name = { $name } (نسخة)
quiz-duplicate-make = انسخ
quiz-duplicated = نُسخ الاختبار. هذه هي النسخة.
quiz-pass-percent = درجة النجاح بالمئة
quiz-pass-percent-hint = فارغ: لا نجاح ولا رسوب. تذكر سجلات التعلم من نجح في المحاولة.
quiz-delete-it = حذف هذا الاختبار
quiz-stays = بدأ متعلمون هذا الاختبار، فلا يمكن حذفه.

# الأسئلة.
quiz-add = إضافة أسئلة
quiz-add-draw = إضافة سحب عشوائي
quiz-bank = بنك الأسئلة
quiz-no-slots = لا أسئلة بعد.
quiz-begun = بدأ متعلمون بالفعل: تبقى الأسئلة وترتيبها. يمكن تغيير النقاط، وتتبعها الدرجات بعد إعادة التصحيح.
quiz-retired = خارج الاستعمال
quiz-version = الإصدار
quiz-version-newest = الأحدث (الآن { $version })
quiz-version-kept = الإصدار { $version }
quiz-draw-from = سحب عشوائي من
quiz-draw-tag = سحب عشوائي بالوسم
quiz-with-children = مع الفئات التي فيها.
quiz-pool =
    { $count ->
        [zero] لا شيء للسحب منه.
        [one] يُسحب من سؤال واحد.
        [two] يُسحب من سؤالين.
        [few] يُسحب من { $count } أسئلة.
        [many] يُسحب من { $count } سؤالًا.
       *[other] يُسحب من { $count } سؤال.
    }
quiz-count = عدد الأسئلة
quiz-points-short = نقاط
quiz-points-of = نقاط السؤال { $number }
quiz-up = تحريك السؤال { $number } إلى أعلى
quiz-down = تحريك السؤال { $number } إلى أسفل
quiz-remove = إزالة
quiz-total = مجموع النقاط: { $points }
quiz-remove-question = إزالة «{ $name }» من الاختبار؟
quiz-remove-draw = إزالة السحب من «{ $name }»؟
quiz-points-go = يخسر الاختبار نقاطها: { $points }.
quiz-question-stays = يبقى السؤال نفسه في البنك.
quiz-questions-stay = تبقى الأسئلة نفسها في البنك.
quiz-slot-removed = أُزيل.
quiz-category = الفئة
quiz-everywhere = الكل
quiz-top = بلا فئة
quiz-kind = النوع
quiz-any-kind = الكل
quiz-tag = الوسم
quiz-find = بحث
quiz-nothing-found = لا يوجد سؤال كهذا.
quiz-taken = في الاختبار
quiz-look = عرض
quiz-more-questions = أسئلة أخرى
quiz-first-page = إلى البداية
quiz-chosen-elsewhere = اختيرت في صفحات أخرى
quiz-points-each = نقاط كل سؤال
quiz-points-each-hint = فارغ: كما في كل سؤال.
quiz-add-chosen = إضافة المحدّد
quiz-none-chosen = لم يُحدَّد أي سؤال.
quiz-added =
    { $count ->
        [zero] أُضيف { $count } سؤال.
        [one] أُضيف سؤال واحد.
        [two] أُضيف سؤالان.
        [few] أُضيفت { $count } أسئلة.
        [many] أُضيف { $count } سؤالًا.
       *[other] أُضيف { $count } سؤال.
    }
quiz-draw-what = يحصل كل متعلم على أسئلة أخرى، ولا يتكرر منها شيء.
quiz-from = المصدر
quiz-folder = { $name } ({ $count })
quiz-with-children-tick = مع الفئات التي فيها
quiz-add-it = إضافة

# الاستثناءات.
quiz-overrides-what = مواعيد أو مدة أو محاولات أخرى لمتعلمين أو مجموعات بعينها.
quiz-no-overrides = الأمر نفسه للجميع.
quiz-override-new = استثناء جديد
quiz-override-whom = لمن الاستثناء؟
quiz-group = مجموعة
quiz-groups = المجموعات
quiz-learners = المتعلمون
quiz-has-override = له استثناء
quiz-more-people = هناك آخرون. اكتب جزءًا من الاسم لتقصير القائمة.
quiz-more-overrides = المزيد
quiz-override-empty = ما تُرك فارغًا فهو كما في الاختبار.
quiz-otherwise = وإلا:
quiz-minutes-legend = مدة المحاولة الواحدة
quiz-as-quiz = كما في الاختبار:
quiz-time-extra = وقت إضافي
quiz-time-limit = حد آخر
quiz-minutes-unit = دقيقة
quiz-any-number = أي عدد
quiz-other-attempts = عدد آخر
quiz-attempts-unit = محاولات
quiz-has-extra = وقت إضافي: { $span }.
quiz-has-limit = المدة: { $span }.
quiz-has-no-limit = بلا حد زمني.
quiz-has-attempts =
    { $count ->
        [zero] { $count } محاولة.
        [one] محاولة واحدة.
        [two] محاولتان.
        [few] { $count } محاولات.
        [many] { $count } محاولة.
       *[other] { $count } محاولة.
    }
quiz-has-free-attempts = أي عدد من المحاولات.
quiz-override-groups = إذا كان المتعلم في عدة مجموعات فالأسخى منها هو المعتمد، وما للمتعلم وحده مقدَّم عليها.
quiz-override-running = تمتد المحاولات الجارية إذا زاد هذا وقتها، ولا تنتهي قبل موعدها أبدًا.
quiz-override-idle = لا أثر لهذا الوقت الإضافي: ليس للاختبار حد زمني يُضاف إليه. أخّر موعد الإغلاق هنا بدلًا منه.
quiz-override-cut = لا يمكن استعمال هذا الوقت كله: الاختبار مفتوح لمدة أقصر، وإغلاقه ينهي المحاولة قبل ذلك. أخّر موعد الإغلاق هنا أيضًا.
quiz-override-set = حُفظ لـ { $name }.
quiz-nothing-different = لن يختلف شيء.
quiz-override-remove = إزالة استثناء { $name }؟
quiz-override-goes = تسري من جديد مواعيد الاختبار نفسه ومدته وعدد محاولاته.
quiz-override-removed = لم يعد هناك استثناء لـ { $name }.

# الفحص.
quiz-all-well = كل شيء سليم.
quiz-error = خطأ
quiz-warning = تنبيه
quiz-mend = إصلاح
quiz-opens-at-once = فورًا
quiz-closes-never = لا يُغلق
quiz-enrolled = المسجّلون
quiz-at-once = في وقت واحد، مع اختبارات أخرى
quiz-carries = ما يتحمله هذا الخادم
quiz-not-measured = لم يُقس بعد. يقيسه مدير النظام بهذا الأمر، والتفاصيل في صفحة حالة الخادم:
quiz-too-many = أكثر مما ينبغي
quiz-publish = نشر
quiz-publish-what = يراه المتعلمون، ويبدؤونه حين يُفتح.
quiz-publish-not-yet = يمكن نشره حين لا يبقى فيه خطأ.
quiz-is-published = نُشر الاختبار.
quiz-take-back = إلغاء النشر
quiz-take-back-what = لا يراه المتعلمون بعد ذلك.
quiz-take-back-begun =
    { $count ->
        [zero] لا يستطيع أحد بدأه بعد ذلك. وتبقى { $count } محاولة.
        [one] لا يستطيع أحد بدأه بعد ذلك. وتبقى محاولة واحدة.
        [two] لا يستطيع أحد بدأه بعد ذلك. وتبقى محاولتان.
        [few] لا يستطيع أحد بدأه بعد ذلك. وتبقى { $count } محاولات.
        [many] لا يستطيع أحد بدأه بعد ذلك. وتبقى { $count } محاولة.
       *[other] لا يستطيع أحد بدأه بعد ذلك. وتبقى { $count } محاولة.
    }
quiz-take-back-question = أتلغي نشر { $name } والمتعلمون يعملون عليه؟
quiz-take-back-running =
    { $count ->
        [zero] { $count } محاولة جارية. تستمر وتُحسب، وتقود إليها صفحة البداية لدى المتعلمين.
        [one] محاولة واحدة جارية. تستمر وتُحسب، وتقود إليها صفحة البداية لدى المتعلم.
        [two] محاولتان جاريتان. تستمران وتُحسبان، وتقود إليهما صفحة البداية لدى المتعلمين.
        [few] { $count } محاولات جارية. تستمر وتُحسب، وتقود إليها صفحة البداية لدى المتعلمين.
        [many] { $count } محاولة جارية. تستمر وتُحسب، وتقود إليها صفحة البداية لدى المتعلمين.
       *[other] { $count } محاولة جارية. تستمر وتُحسب، وتقود إليها صفحة البداية لدى المتعلمين.
    }
quiz-take-back-hides = يخرج الاختبار من محتوى المقرر ولا يبدؤه أحد حتى يُنشر ثانيةً.
quiz-is-taken-back = الاختبار مخفي عن المتعلمين.
quiz-found-no-questions = لا أسئلة في الاختبار بعد.
quiz-found-no-points = كل الأسئلة معًا لا تعطي نقاطًا.
quiz-found-closes-first = يُغلق قبل أن يُفتح.
quiz-found-limit-too-long = مدة المحاولة أطول من فترة فتح الاختبار، فلا يحصل عليها أحد كاملة.
quiz-found-never-closes = يرى المتعلمون جزءًا من نتائجهم بعد إغلاق الاختبار فقط، لكنه لا يُغلق أبدًا.
quiz-found-twice = السؤال { $number } موجود في الاختبار مرتين.
quiz-found-worthless = السؤال { $number } لا يعطي نقاطًا.
quiz-found-retired = السؤال { $number } خارج الاستعمال.
quiz-found-no-question = السؤال { $number } ليس في بنك هذا المقرر.
quiz-found-no-version = ليس للسؤال { $number } إصدار { $wanted }؛ أحدثها { $found }.
quiz-found-old-version = السؤال { $number } ثابت على الإصدار { $wanted }؛ وأحدثها { $found }.
quiz-found-too-few = ابتداءً من السؤال { $number } يُسحب { $wanted }، ولا يوجد سوى { $found }.
quiz-found-left-too-few = ابتداءً من السؤال { $number } يُسحب { $wanted }، وقد لا يُبقي السحب السابق سوى { $found }.
quiz-found-is-closed = لقد أُغلق بالفعل.
quiz-found-closed-course = المقرر غير مفتوح للمتعلمين.
quiz-found-not-in-outline = ليس في محتوى المقرر حيث يبحث المتعلمون.
quiz-found-hidden-item = يكون مخفيًا في محتوى المقرر حين يُفتح، فلا يستطيع أحد بدأه.
quiz-found-nobody-enrolled = لا أحد مسجّل في المقرر.
quiz-found-override-closes-first =
    { $found ->
        [zero] هناك استثناءات تُغلق الاختبار قبل أن يُفتح: { $found }.
        [one] هناك استثناء يُغلق الاختبار قبل أن يُفتح.
        [two] هناك استثناءان يُغلقان الاختبار قبل أن يُفتح.
        [few] هناك استثناءات تُغلق الاختبار قبل أن يُفتح: { $found }.
        [many] هناك استثناءات تُغلق الاختبار قبل أن يُفتح: { $found }.
       *[other] هناك استثناءات تُغلق الاختبار قبل أن يُفتح: { $found }.
    }
quiz-found-extra-time-idle =
    { $found ->
        [zero] هناك استثناءات تمنح وقتًا إضافيًا، وليس للاختبار حد زمني يُضاف إليه: { $found }. أخّر موعد الإغلاق فيها.
        [one] هناك استثناء يمنح وقتًا إضافيًا، وليس للاختبار حد زمني يُضاف إليه. أخّر موعد الإغلاق فيه.
        [two] هناك استثناءان يمنحان وقتًا إضافيًا، وليس للاختبار حد زمني يُضاف إليه. أخّر موعد الإغلاق فيهما.
        [few] هناك استثناءات تمنح وقتًا إضافيًا، وليس للاختبار حد زمني يُضاف إليه: { $found }. أخّر موعد الإغلاق فيها.
        [many] هناك استثناءات تمنح وقتًا إضافيًا، وليس للاختبار حد زمني يُضاف إليه: { $found }. أخّر موعد الإغلاق فيها.
       *[other] هناك استثناءات تمنح وقتًا إضافيًا، وليس للاختبار حد زمني يُضاف إليه: { $found }. أخّر موعد الإغلاق فيها.
    }
quiz-found-extra-time-cut =
    { $found ->
        [zero] هناك استثناءات تمنح وقتًا أطول من مدة فتح الاختبار، فينهي الإغلاق المحاولات قبل ذلك: { $found }. أخّر موعد الإغلاق فيها.
        [one] هناك استثناء يمنح وقتًا أطول من مدة فتح الاختبار، فينهي الإغلاق المحاولة قبل ذلك. أخّر موعد الإغلاق فيه.
        [two] هناك استثناءان يمنحان وقتًا أطول من مدة فتح الاختبار، فينهي الإغلاق المحاولات قبل ذلك. أخّر موعد الإغلاق فيهما.
        [few] هناك استثناءات تمنح وقتًا أطول من مدة فتح الاختبار، فينهي الإغلاق المحاولات قبل ذلك: { $found }. أخّر موعد الإغلاق فيها.
        [many] هناك استثناءات تمنح وقتًا أطول من مدة فتح الاختبار، فينهي الإغلاق المحاولات قبل ذلك: { $found }. أخّر موعد الإغلاق فيها.
       *[other] هناك استثناءات تمنح وقتًا أطول من مدة فتح الاختبار، فينهي الإغلاق المحاولات قبل ذلك: { $found }. أخّر موعد الإغلاق فيها.
    }
quiz-found-too-many-learners =
    { $wanted ->
        [zero] أكثر من قد يأتي في وقت واحد: لا متعلمين، والمقيس أن هذا الخادم يتحمل { $found }.
        [one] أكثر من قد يأتي في وقت واحد: متعلم واحد، والمقيس أن هذا الخادم يتحمل { $found }.
        [two] أكثر من قد يأتي في وقت واحد: متعلمان، والمقيس أن هذا الخادم يتحمل { $found }.
        [few] أكثر من قد يأتي في وقت واحد: { $wanted } متعلمين، والمقيس أن هذا الخادم يتحمل { $found }.
        [many] أكثر من قد يأتي في وقت واحد: { $wanted } متعلمًا، والمقيس أن هذا الخادم يتحمل { $found }.
       *[other] أكثر من قد يأتي في وقت واحد: { $wanted } متعلم، والمقيس أن هذا الخادم يتحمل { $found }.
    }

# المعاينة والحذف.
quiz-preview-what = كما يراه المتعلمون. لا يُحفظ ما تكتبه هنا.
quiz-other-paper = ورقة أخرى
quiz-preview-missing = الأسئلة لا تكفي لورقة بعد.
quiz-delete-question = حذف { $name }؟
quiz-goes =
    { $count ->
        [zero] يُحذف الاختبار، ومعه عموده في سجل الدرجات.
        [one] يُحذف الاختبار مع قائمته (عنصر واحد)، ومعه عموده في سجل الدرجات.
        [two] يُحذف الاختبار مع قائمته (عنصران)، ومعه عموده في سجل الدرجات.
        [few] يُحذف الاختبار مع قائمته ({ $count } عناصر)، ومعه عموده في سجل الدرجات.
        [many] يُحذف الاختبار مع قائمته ({ $count } عنصرًا)، ومعه عموده في سجل الدرجات.
       *[other] يُحذف الاختبار مع قائمته ({ $count } عنصر)، ومعه عموده في سجل الدرجات.
    }
quiz-item-goes = ويخرج من محتوى المقرر.
quiz-overrides-go =
    { $count ->
        [zero] ويُحذف معه { $count } استثناء.
        [one] ويُحذف معه استثناء واحد.
        [two] ويُحذف معه استثناءان.
        [few] وتُحذف معه { $count } استثناءات.
        [many] ويُحذف معه { $count } استثناءً.
       *[other] ويُحذف معه { $count } استثناء.
    }
quiz-delete = حذف
quiz-deleted = حُذف { $name }.
