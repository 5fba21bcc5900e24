bank-top = أعلى البنك
bank-new = سؤال جديد
bank-import = استيراد
bank-search = عرض
bank-words = كلمات في الاسم أو النص
bank-category = الفئة
bank-everywhere = في كل مكان
bank-kind = النوع
bank-every-kind = كل الأنواع
bank-tag = الوسم
bank-use = الاستخدام
bank-in-use-only = المستخدمة
bank-retired-only = المسحوبة
bank-both = المستخدمة والمسحوبة
bank-none = لا أسئلة بعد. اكتب سؤالًا أو استورد ملفًا.
bank-none-found = لا سؤال يطابق البحث.
bank-none-here = لا شيء في هذه الصفحة. يتواصل البحث في الصفحة التالية.
bank-ticked = التحديد
bank-question = السؤال
bank-used-in = مستخدم في
bank-changed = آخر تغيير
bank-retired = مسحوب
bank-with-ticked = بالأسئلة المحددة
bank-to-category = إلى الفئة
bank-move = نقل
bank-add-tag = إضافة وسم
bank-retire = سحب من الاستخدام
bank-take-back = إعادة إلى الاستخدام
bank-first-page = إلى البداية
bank-next-page = أسئلة أخرى
bank-categories = الفئات
bank-export-gift = تصدير بصيغة GIFT
bank-export-xml = تصدير بصيغة Moodle XML
bank-many-moved =
    { $count ->
        [zero] نُقل { $count } سؤال.
        [one] نُقل سؤال واحد.
        [two] نُقل سؤالان.
        [few] نُقلت { $count } أسئلة.
        [many] نُقل { $count } سؤالًا.
       *[other] نُقل { $count } سؤال.
    }
bank-many-retired =
    { $count ->
        [zero] سُحب { $count } سؤال من الاستخدام.
        [one] سُحب سؤال واحد من الاستخدام.
        [two] سُحب سؤالان من الاستخدام.
        [few] سُحبت { $count } أسئلة من الاستخدام.
        [many] سُحب { $count } سؤالًا من الاستخدام.
       *[other] سُحب { $count } سؤال من الاستخدام.
    }
bank-many-back =
    { $count ->
        [zero] عاد { $count } سؤال إلى الاستخدام.
        [one] عاد سؤال واحد إلى الاستخدام.
        [two] عاد سؤالان إلى الاستخدام.
        [few] عادت { $count } أسئلة إلى الاستخدام.
        [many] عاد { $count } سؤالًا إلى الاستخدام.
       *[other] عاد { $count } سؤال إلى الاستخدام.
    }
bank-many-tagged =
    { $count ->
        [zero] صار الوسم على { $count } سؤال.
        [one] صار الوسم على سؤال واحد.
        [two] صار الوسم على سؤالين.
        [few] صار الوسم على { $count } أسئلة.
        [many] صار الوسم على { $count } سؤالًا.
       *[other] صار الوسم على { $count } سؤال.
    }

bank-kind-single_choice = اختيار واحد
bank-kind-multiple_response = اختيارات متعددة
bank-kind-true_false = صواب أو خطأ
bank-kind-numerical = عدد
bank-kind-short_answer = إجابة قصيرة
bank-kind-matching = مطابقة
bank-kind-ordering = ترتيب
bank-kind-cloze = نص بفراغات
bank-kind-essay = مقال
bank-about-single_choice = خيار واحد صحيح من عدة خيارات.
bank-about-multiple_response = قد يصح أي عدد من الخيارات، ولكل منها نصيبه من النقاط.
bank-about-true_false = عبارة صائبة أو خاطئة.
bank-about-numerical = عدد بهامش خطأ أو ضمن مدى، وربما مع وحدة.
bank-about-short_answer = كلمة أو بضع كلمات تُقارَن بما تقبله.
bank-about-matching = لكل عبارة إجابتها من قائمة.
bank-about-ordering = تُوضع العناصر في ترتيبها الصحيح.
bank-about-cloze = أسئلة صغيرة داخل نص: قوائم وكلمات وأعداد.
bank-about-essay = نص حر يصححه شخص.
bank-which-kind = ما نوع السؤال؟
bank-new-of = سؤال جديد: { $kind }

# المحرر.
bank-edit = تحرير
bank-edit-title = تحرير { $name }
bank-edit-what = يُنشئ الحفظ الإصدار { $version }. تبقى المحاولات التي بدأت على الإصدار الذي سُئلت به، وتأخذ المحاولات الجديدة الإصدار الجديد. وإن كان يصحح على نحو آخر فسيخبرك هذا السؤال أي الاختبارات يلزم إعادة تصحيحها.
bank-name = الاسم
bank-name-hint = لك ولزملائك. لا يراه المتعلمون.
bank-format = كتابة النصوص
bank-format-plain = نص بسيط
bank-format-markdown = Markdown
bank-format-html = HTML
bank-format-hint = تسري على كل نصوص هذا السؤال: السؤال وإجاباته والملاحظات.
bank-question-text = السؤال
bank-cloze-text = النص بفراغاته
bank-cloze-hint = ⁦{"{#1}"}⁩ و⁦{"{#2}"}⁩ وما بعدهما مواضع الفراغات أدناه. وإن تركت الفراغات أدناه كلها خالية فلك أن تكتبها هنا مباشرة كما في Moodle: ⁦{"{1:SHORTANSWER:=Paris~*#No}"}⁩.
bank-options = الخيارات
bank-options-one = للخيار الصحيح 100 %. وقد يكون لغيره جزء من النقاط أو خصم.
bank-options-several = تُجمع أنصبة ما حُدد. يجب أن يبلغ مجموع الصحيح 100 %، وقد يكون للخاطئ خصم.
bank-rows-empty = تُحذف الصفوف الخالية.
bank-option = الخيار { $number }
bank-answer = الإجابة { $number }
bank-text = النص
bank-share = النصيب %
bank-feedback = الملاحظة
bank-add-option = إضافة خيار آخر
bank-add-answer = إضافة إجابة أخرى
bank-row-up = تحريك الصف { $number } إلى أعلى
bank-row-drop = إزالة الصف { $number }
bank-shuffle = يجوز خلط الخيارات
bank-shuffle-hint = تعرضها كل محاولة بترتيب خاص بها إن كان الاختبار يخلط أيضًا.
bank-part-shuffle = يجوز خلط الخيارات
bank-all-or-nothing = الكل أو لا شيء
bank-all-or-nothing-hint = النقاط كاملة للخيارات الصحيحة بعينها، وإلا فلا شيء. كل نصيب حينئذ 100 أو 0.
bank-numbering = الترقيم
bank-numbering-lower-letters = a. b. c.
bank-numbering-upper-letters = A. B. C.
bank-numbering-numbers = 1. 2. 3.
bank-numbering-lower-roman = i. ii. iii.
bank-numbering-upper-roman = I. II. III.
bank-numbering-nothing = بلا ترقيم
bank-combined = ملاحظات على السؤال كله
bank-combined-correct = لإجابة صحيحة
bank-combined-partly = لإجابة صحيحة جزئيًا
bank-combined-incorrect = لإجابة خاطئة
bank-show-number = مع ذكر عدد الأجزاء الصحيحة
bank-right-one = ما الصحيح
bank-feedback-true = ملاحظة لمن قال صحيح
bank-feedback-false = ملاحظة لمن قال خطأ
bank-answers = الإجابات المقبولة
bank-words-hint = تُحتسب أول إجابة تطابق. تعني * أي حروف، وتعني ‎\*‎ النجمة نفسها.
bank-pattern = الإجابة
bank-case = تُفرَّق الحروف الكبيرة عن الصغيرة
bank-numbers-hint = تُحتسب أول إجابة تطابق. اكتب عددًا مع هامش خطأ، أو مدى. تعني * أي عدد آخر.
bank-value = العدد
bank-tolerance = هامش الخطأ ±
bank-from = أو من
bank-to = إلى
bank-units = الوحدات
bank-unit = الوحدة { $number }
bank-unit-rule = الوحدة
bank-unit-rule-hint = الإجابات أعلاه بالوحدة التي معاملها 1.
bank-unit-rule-none = لا وحدة: العدد وحده
bank-unit-rule-optional = يجوز ذكرها
bank-unit-rule-required = يجب ذكرها
bank-unit-name = الوحدة
bank-multiplier = المعامل
bank-add-unit = إضافة وحدة
bank-unit-entry = يذكرها المتعلم
bank-unit-entry-typed = كتابةً مع العدد
bank-unit-entry-radio = اختيارًا من خيارات متجاورة
bank-unit-entry-menu = من قائمة
bank-unit-penalty = خصم غياب الوحدة %
bank-penalty-of = وهو نصيب من
bank-penalty-of-response = ما ناله العدد
bank-penalty-of-question = السؤال كله
bank-units-left = الوحدة قبل العدد كما في ‎$5
bank-pairs = الأزواج
bank-pairs-hint = يختار المتعلم إجابة كل عبارة من قائمة. الإجابات المتساوية إجابة واحدة.
bank-pair = الزوج { $number }
bank-stem = العبارة
bank-pair-answer = الإجابة
bank-add-pair = إضافة زوج آخر
bank-shuffle-stems = يجوز خلط العبارات
bank-shuffle-stems-hint = أما الإجابات في القوائم فتُخلط دائمًا.
bank-distractors = إجابات لا تطابق شيئًا
bank-distractors-hint = تظهر في القوائم أيضًا. لك أن تتركها.
bank-distractor = الإجابة { $number } التي لا تطابق شيئًا
bank-add-distractor = إضافة إجابة أخرى منها
bank-items = العناصر في ترتيبها الصحيح
bank-items-hint = يراها المتعلمون مخلوطة.
bank-item = العنصر { $number }
bank-add-item = إضافة عنصر آخر
bank-credit = النقاط على
bank-credit-all-or-nothing = صحة الكل، وإلا فلا شيء
bank-credit-absolute-position = كل عنصر في موضعه
bank-credit-relative-to-correct = قرب كل عنصر من موضعه
bank-credit-next-excluding-last = كل عنصر يليه تاليه الصحيح
bank-credit-next-including-last = كل عنصر يليه تاليه الصحيح، والأخير أيضًا
bank-credit-one-previous-and-next = صحة الجارين من الجانبين
bank-credit-all-previous-and-next = كل ما صح قبله وبعده
bank-credit-longest-ordered-subset = أطول ترتيب صحيح ولو بفجوات
bank-credit-longest-contiguous-subset = أطول ترتيب صحيح بلا فجوة
bank-horizontal = في سطر واحد بدلًا من عمود
bank-part-type = نوع الفراغ
bank-part-type-short-answer = كلمة
bank-part-type-choice = واحد من عدة
bank-part-type-multiple-response = أي عدد من عدة
bank-part-type-numerical = عدد
bank-weight = الوزن
bank-display = تُعرض الخيارات
bank-display-menu = في قائمة
bank-display-column = بعضها تحت بعض
bank-display-row = متجاورة
bank-part-answer = الإجابة
bank-add-gap = إضافة فراغ آخر
bank-drop-gap = إزالة الفراغ { $number }
bank-template = ما يبدأ منه المتعلم
bank-grader-info = للمصححين
bank-editor = الكتابة
bank-editor-formatted = بتنسيق
bank-editor-plain = نصًا بسيطًا
bank-editor-monospaced = بحروف متساوية العرض
bank-lines = الارتفاع بالأسطر
bank-min-words = أقل عدد من الكلمات
bank-max-words = أكثر عدد من الكلمات
bank-required = لا بد من كتابة شيء
bank-general = ملاحظة للجميع
bank-general-hint = تظهر بعد المحاولة أيًا كانت الإجابة: شرح أو مرجع.
bank-points = النقاط
bank-penalty = الخصم %
bank-penalty-hint = يُخصم عن كل محاولة خاطئة في الاختبارات التي تسمح بعدة محاولات.
bank-tags = الوسوم
bank-tags-hint = وسم في كل سطر. يمكن للاختبارات أن تسحب من وسم.
bank-id-number = المعرّف
bank-id-number-hint = خاص بك، فريد في الفئة.
bank-files = الصور والملفات
bank-files-hint = أضف ملفًا هنا، ثم سمّه في نص: في Markdown هكذا ‎![وصف الصورة](lyceum-file:…)‎ وفي HTML هكذا ‎<img src="lyceum-file:…" alt="وصف الصورة">‎.
bank-file = الملف
bank-add-file = إضافة هذا الملف
bank-drop-file = إزالة
bank-save = حفظ
bank-create = إنشاء السؤال
bank-save-version = حفظ بوصفه الإصدار { $version }
bank-preview = معاينة
bank-wrong-share = اكتب نسبة مئوية من ‎-100 إلى 100.
bank-wrong-number = اكتب عددًا مثل 2.5 أو 6.02e23.
bank-wrong-groups = اكتب العدد بلا فواصل بين مجموعات الأرقام، واجعل الكسور بعد نقطة: 1234 أو 1.234.
bank-wrong-whole = اكتب عددًا صحيحًا.
bank-wrong-choice = اختر أحد الخيارات.
bank-wrong-value = اكتب عددًا أو مدى، أو * لأي عدد آخر.

# صفحة السؤال.
bank-preview-title = كما يراه المتعلمون
bank-try = صحّح هذه الإجابة
bank-mix = خلط من جديد
bank-told = ما يُقال للمتعلم
bank-earned = النقاط: { $points } ({ $share } %)
bank-made = أُنشئ السؤال.
bank-saved = حُفظ بوصفه الإصدار { $version }.
bank-same = لم يختلف شيء فلم يُحفظ شيء.
bank-moved = السؤال في فئته الجديدة. لم يتغير ما يقوله فبقي على إصداره.
bank-version = الإصدار { $version }
bank-older = هذا الإصدار { $version }. أحدث إصدار هو { $latest }.
bank-to-newest = إلى الأحدث
bank-regrade-due = صُححت محاولات بمفتاح آخر. أعد التصحيح:
bank-about = حول هذا السؤال
bank-unused = لا اختبار حتى الآن.
bank-by-slot = من أسئلته
bank-by-attempt = سُئل في محاولات
bank-versions = الإصدارات
bank-newest = الأحدث
bank-all-versions = كل الإصدارات
bank-restore = استعادة
bank-restore-title = استعادة الإصدار { $version } من { $name }؟
bank-restore-what = ما قاله الإصدار { $version } يصير الإصدار { $next }. لا يُفقد شيء: تبقى الإصدارات التي بينهما.
bank-restore-name = يعود اسم السؤال { $name }.
bank-restore-used = تبقى المحاولات التي بدأت على الإصدار الذي سُئلت به.
bank-out-of-use = خارج الاستخدام
bank-can-delete = لا شيء يستخدم هذا السؤال: يمكن حذفه. وإن سُحب بقي ولم تعد الاختبارات تسحبه.
bank-can-retire = تستخدم اختبارات أو محاولات هذا السؤال فلا يمكن حذفه. وإن سُحب بقي في مكانه ولم تعد الاختبارات تسحبه.
bank-retire-title = سحب { $name } من الاستخدام؟
bank-retire-what = لا تسحبه الاختبارات بعد ذلك ولا تعرضه القوائم. ويمكن إعادته إلى الاستخدام في أي وقت.
bank-retire-used = تبقيه الاختبارات التي تسميه، وكذلك المحاولات ودرجاتها.
bank-retire-many-title =
    { $count ->
        [zero] سحب { $count } سؤال من الاستخدام؟
        [one] سحب سؤال واحد من الاستخدام؟
        [two] سحب سؤالين من الاستخدام؟
        [few] سحب { $count } أسئلة من الاستخدام؟
        [many] سحب { $count } سؤالًا من الاستخدام؟
       *[other] سحب { $count } سؤال من الاستخدام؟
    }
bank-retire-many-what = لا تسحبها الاختبارات بعد ذلك ولا تعرضها القوائم. ويمكن إعادتها إلى الاستخدام في أي وقت.
bank-retire-many-used = تبقيها الاختبارات التي تسميها، وكذلك المحاولات ودرجاتها.
bank-short-title = ترك أسئلة أقل مما تسحبه الاختبارات؟
bank-short-what = ستجد اختبارات منشورة أسئلة أقل مما تسحبه، فلا يستطيع أحد بدأها حتى توجد أسئلة أخرى.
bank-short-quiz = لن يمكن بدء هذا الاختبار: { $name }
bank-short-go = نفّذه رغم ذلك
bank-retired-now = سُحب السؤال من الاستخدام.
bank-back-now = عاد السؤال إلى الاستخدام.
bank-delete = حذف
bank-delete-title = حذف { $name }؟
bank-delete-what =
    { $count ->
        [zero] يُحذف السؤال نهائيًا بإصداراته كلها وعددها { $count }.
        [one] يُحذف السؤال نهائيًا.
        [two] يُحذف السؤال نهائيًا بإصداريه.
        [few] يُحذف السؤال نهائيًا بإصداراته كلها وعددها { $count }.
        [many] يُحذف السؤال نهائيًا بإصداراته كلها وعددها { $count }.
       *[other] يُحذف السؤال نهائيًا بإصداراته كلها وعددها { $count }.
    }
bank-delete-unused = لا يستخدمه اختبار ولا محاولة.
bank-deleted = حُذف { $name }.
bank-in-use = تستخدم اختبارات أو محاولات هذا السؤال فلا يمكن حذفه. وهو مسحوب أصلًا.

# الفئات.
bank-change = تغيير
bank-no-category = لا فئات بعد. الأسئلة في أعلى البنك.
bank-count =
    { $count ->
        [zero] بلا أسئلة
        [one] سؤال واحد
        [two] سؤالان
        [few] { $count } أسئلة
        [many] { $count } سؤالًا
       *[other] { $count } سؤال
    }
bank-new-category = فئة جديدة
bank-category-name = الاسم
bank-parent = داخل
bank-parent-hint = ينتقل معها كل ما فيها.
bank-description = الوصف
bank-is-html = HTML.
bank-category-id-number-hint = خاص بك، فريد في المقرر.
bank-create-category = إنشاء الفئة
bank-category-made = أُنشئت الفئة { $name }.
bank-category-saved = حُفظت الفئة.
bank-category-deleted = حُذفت الفئة { $name }.
bank-category-delete-title = حذف الفئة { $name }؟
bank-category-delete-what = تُحذف الفئة، وهي فارغة.
bank-category-not-empty = عدد ما فيها من الأسئلة { $questions } ومن الفئات { $categories }. انقلها أو احذفها أولًا: لا تُحذف الفئة إلا فارغة.
bank-category-drawn = تسحب منها اختبارات: { $names }. اجعلها تسحب من غيرها أولًا.

# الملفات.
bank-import-title = استيراد أسئلة
bank-import-file = الملف
bank-import-file-hint = بصيغة GIFT أو Moodle XML، من Moodle أو نظام آخر. حتى 2,000 سؤال.
bank-file-format = الصيغة
bank-file-format-auto = بحسب الملف نفسه
bank-file-format-gift = GIFT
bank-file-format-moodle-xml = Moodle XML
bank-import-encoding-hint = لملفات GIFT: اختر ترميزًا آخر إذا ظهرت الحروف خطأ. أما Moodle XML فيذكر ترميزه بنفسه.
bank-import-try-hint = يُنظر في الملف أولًا فقط. ترى ما سيُستورد قبل أن يُكتب شيء.
bank-import-try = النظر في الملف
bank-broken = لا يمكن استيراد شيء من هذا الملف
bank-broken-what = يُؤخذ الملف كله أو لا يُؤخذ منه شيء. أصلحه ثم اختره من جديد.
bank-line = السطر { $line }:
bank-nothing-yet = لم يُستورد شيء بعد. وفيما يلي ما سيحدث.
bank-import-run =
    { $count ->
        [zero] استيراد بلا أسئلة جديدة
        [one] استيراد سؤال واحد
        [two] استيراد سؤالين
        [few] استيراد { $count } أسئلة
        [many] استيراد { $count } سؤالًا
       *[other] استيراد { $count } سؤال
    }
bank-import-other = اختيار ملف آخر
bank-import-done =
    { $count ->
        [zero] لا سؤال جديدًا.
        [one] استُورد سؤال واحد.
        [two] استُورد سؤالان.
        [few] استُوردت { $count } أسئلة.
        [many] استُورد { $count } سؤالًا.
       *[other] استُورد { $count } سؤال.
    }
bank-into-quiz = ضع الأسئلة في اختبار
bank-into-new-quiz = اختبار جديد بها
bank-into-this-quiz = أضفها إلى «{ $name }»
bank-to-questions = إلى الأسئلة
bank-report-tried = ما سيحدث
bank-report-done = ما حدث
bank-report-new = جديد
bank-report-created = استُورد
bank-report-unchanged = موجود من قبل
bank-report-skipped = تُرك
bank-report-categories = فئات جديدة
bank-report-line = السطر
bank-report-why = السبب
bank-report-what = الملاحظة
bank-report-notes = مما يحسن معرفته
bank-report-sorts = بحسب الفئة والنوع
bank-report-each =
    { $count ->
        [zero] الأسئلة كلها ({ $count })
        [one] السؤال
        [two] السؤالان
        [few] الأسئلة كلها ({ $count })
        [many] الأسئلة كلها ({ $count })
       *[other] الأسئلة كلها ({ $count })
    }
bank-report-first = تُعرض أول 200.
bank-report-outcome = النتيجة
bank-is-new = جديد
bank-is-there = موجود من قبل
bank-job-trying = النظر في الملف
bank-job-far =
    { $of ->
        [zero] لا أسئلة، أُنجز منها { $done }
        [one] سؤال واحد، أُنجز منها { $done }
        [two] سؤالان، أُنجز منها { $done }
        [few] { $of } أسئلة، أُنجز منها { $done }
        [many] { $of } سؤالًا، أُنجز منها { $done }
       *[other] { $of } سؤال، أُنجز منها { $done }
    }
bank-job-failed = توقف العمل. بقي ما أُنجز، ويمكن استيراد الملف من جديد.
bank-job-refreshes = تسأل هذه الصفحة من جديد تلقائيًا. لك أن تغادرها.
bank-job-stop = إيقاف
bank-job-result = التقرير ملفًا
