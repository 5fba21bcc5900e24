grading-title = إعداد الدرجات
grading-empty = لا درجات في هذا المقرر بعد. يدخل كل اختبار تلقائيًا، وما تقيّمه يدويًا تنشئه هنا.
grading-quizzes-come = كل اختبار في المقرر بندٌ تلقائيًا، ويُحذف مع اختباره.
grading-new-item = بند جديد
grading-new-category = فئة جديدة
grading-make = إنشاء
grading-made = أُضيف { $name } في نهاية فئته.
grading-saved = حُفظ. ومجاميع الجميع صحيحة من الآن.
grading-deleted = حُذف. ومجاميع الجميع من دونه من الآن.
grading-name = الاسم
grading-max = النقاط
grading-max-hint = أقصى ما يمكن بلوغه، من 0.01 إلى 100,000.
grading-of-quiz = يعطي اختبارٌ هذا البند اسمه ونقاطه ودرجاته.
grading-out-of = من { $max }
grading-category = الفئة
grading-parent = ضمن
grading-top = المقرر نفسه
grading-weight = الوزن
grading-weight-hint = حصته حين تكون الفئة التي فوقه متوسطًا موزونًا، من 0 إلى 1000؛ والفارغ 1 لما هو جديد. وبالوزن 0 لا يُحتسب، ولا في الجمع.
grading-weighs = الوزن { $weight }
grading-extra-hint = تزيد ما بُلغ، لا ما يمكن بلوغه.
grading-method = كيف يُحسب المجموع
grading-method-hint = الجمع يجمع النقاط، والمتوسط الموزون يجمع النسب المئوية بأوزانها.
grading-rule-sum = جمع النقاط
grading-rule-weighted-mean = متوسط موزون
grading-empty-grades = الدرجة التي لم تُعطَ بعد
grading-rule-ignored = لا تُحتسب
grading-rule-count-as-zero = تُحتسب صفرًا
grading-drop = الأدنى المستبعد
grading-drop-hint = كم من أدنى النسب لا يُحتسب، من 0 إلى 20. وتبقى واحدة دائمًا.
grading-drops =
    { $count ->
        [zero] لا يُستبعد شيء
        [one] تُستبعد الأدنى
        [two] تُستبعد الأدنيان
        [few] تُستبعد أدنى { $count } درجات
        [many] تُستبعد أدنى { $count } درجة
       *[other] تُستبعد أدنى { $count } درجة
    }
grading-sight = ما يراه المتعلمون
grading-sight-what = الدرجة
grading-sight-hint = ما دام شيء مخفيًا فلا يُعرض مجموع يضمّه.
grading-sight-visible = معروضة
grading-sight-hidden = مخفية
grading-sight-hidden-until = مخفية حتى
grading-sight-time = الوقت الذي تُعرض منه
grading-is-hidden = مخفية
grading-hidden-until = مخفية حتى
grading-draft = الاختبار غير منشور: لا يراه المتعلمون، ولا يُحتسب إلا لمن له درجة فيه.
grading-kept-back = يحجب الاختبار درجاته في الوقت الحالي.
grading-quiz-shows = مخفية هنا، لكن الاختبار ما زال يعرض على المتعلمين نقاط محاولاتهم.
grading-hide = إخفاء
grading-show = عرض
grading-hidden = أُخفي عن المتعلمين، مع كل مجموع يضمّه.
grading-shown = يراه المتعلمون.
grading-release-all = عرض كل شيء
grading-release-all-question = عرض كل الدرجات على المتعلمين؟
grading-release-all-what =
    { $count ->
        [zero] لا شيء مخفي.
        [one] بند أو فئة واحدة مخفية تُعرض فورًا، مع درجاتها والمجاميع التي تضمّها.
        [two] بندان أو فئتان مخفيتان تُعرضان فورًا، مع درجاتهما والمجاميع التي تضمّهما.
        [few] { $count } بنود وفئات مخفية تُعرض فورًا، مع درجاتها والمجاميع التي تضمّها.
        [many] { $count } بندًا وفئة مخفية تُعرض فورًا، مع درجاتها والمجاميع التي تضمّها.
       *[other] { $count } بند وفئة مخفية تُعرض فورًا، مع درجاتها والمجاميع التي تضمّها.
    }
grading-release-all-quizzes = الاختبارات التي تحجب درجاتها حتى تُغلق تستمر في ذلك.
grading-all-shown =
    { $count ->
        [zero] لم يكن شيء مخفيًا.
        [one] بند أو فئة واحدة معروضة الآن.
        [two] بندان أو فئتان معروضتان الآن.
        [few] { $count } بنود وفئات معروضة الآن.
        [many] { $count } بندًا وفئة معروضة الآن.
       *[other] { $count } بند وفئة معروضة الآن.
    }
grading-delete = حذف
grading-delete-question = حذف { $name }؟
grading-delete-item-what = يُحذف البند مع كل درجة أُعطيت فيه، وتُحسب مجاميع الجميع من دونه. ولا يمكن التراجع عن ذلك.
grading-delete-quiz-what = هذا بند اختبار ولا يُحذف إلا مع اختباره. أخفِه أو أعطه الوزن 0.
grading-delete-category-what = الفئة فارغة. تُحذف وحدها دون سواها.
grading-delete-grades =
    { $count ->
        [zero] لا درجة فيه لأحد.
        [one] فيه درجة لمتعلم واحد تُحذف معه.
        [two] فيه درجتان لمتعلمَين تُحذفان معه.
        [few] فيه درجات { $count } متعلمين تُحذف معه.
        [many] فيه درجات { $count } متعلمًا تُحذف معه.
       *[other] فيه درجات { $count } متعلم تُحذف معه.
    }
grading-delete-totals =
    { $count ->
        [zero] لا مجموع يدويًا فيها لأحد.
        [one] فيها مجموع يدوي لمتعلم واحد يُحذف معها.
        [two] فيها مجموعان يدويان لمتعلمَين يُحذفان معها.
        [few] فيها مجاميع يدوية لعدد { $count } من المتعلمين تُحذف معها.
        [many] فيها مجاميع يدوية لعدد { $count } من المتعلمين تُحذف معها.
       *[other] فيها مجاميع يدوية لعدد { $count } من المتعلمين تُحذف معها.
    }
grading-not-empty =
    { $count ->
        [zero] فيها { $count } شيء. انقلها أو احذفها أولًا: لا تُحذف الفئة إلا فارغة.
        [one] فيها شيء واحد. انقله أو احذفه أولًا: لا تُحذف الفئة إلا فارغة.
        [two] فيها شيئان. انقلهما أو احذفهما أولًا: لا تُحذف الفئة إلا فارغة.
        [few] فيها { $count } أشياء. انقلها أو احذفها أولًا: لا تُحذف الفئة إلا فارغة.
        [many] فيها { $count } شيئًا. انقلها أو احذفها أولًا: لا تُحذف الفئة إلا فارغة.
       *[other] فيها { $count } شيء. انقلها أو احذفها أولًا: لا تُحذف الفئة إلا فارغة.
    }
grading-letters = سلّم التقديرات
grading-letters-what = أفضل تقدير أولًا. يُنال كل تقدير من نسبته فصاعدًا، ويبدأ الأخير من 0. والصفوف الفارغة تُترك.
grading-letter-number = التقدير { $number }
grading-letter = التقدير
grading-lower = من %
grading-decimals = الأرقام بعد الفاصلة
