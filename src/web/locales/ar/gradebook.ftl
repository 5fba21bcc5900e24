gradebook-csv = تصدير CSV
gradebook-spreadsheet = جدول حسابي
gradebook-set-up = إعداد الدرجات
gradebook-file = درجات من ملف
gradebook-file-words = يصلح الملف المصدَّر بنقاط أخرى، أو أي جدول فيه عمود لأسماء المستخدمين وعمود لكل درجة.
gradebook-file-hint = يسمّي السطر الأول الأعمدة: user_id أو username، والدرجات كما يسمّيها التصدير. الخانة الفارغة لا تغيّر شيئًا، والعلامة - تسحب الدرجة.
gradebook-file-overrides = استبدال نتائج الاختبارات أيضًا
gradebook-file-overrides-hint = عندها فقط يغيّر الملف ما أعطاه اختبار أو ما استُبدل يدويًا، وتعيد العلامة - ما كان محسوبًا.
gradebook-file-run = خذ الدرجات الآن
gradebook-file-wrong = لا يؤخذ من هذا الملف شيء ما دام فيه سطر خاطئ. أصلح الأسطر وأرسله مرة أخرى.
gradebook-file-differs = لم يؤخذ شيء: تغيّرت درجات منذ أُعدّ هذا التقرير، فصار الملف يغيّر شيئًا آخر. انظر في التقرير مرة أخرى.
gradebook-file-idle = لا يغيّر الملف شيئًا: فالدرجات كلها كما هي فيه.
gradebook-file-learners = المتعلمون في الملف
gradebook-file-changed = درجات تتغيّر
gradebook-file-unchanged = كما في الملف أصلًا
gradebook-file-faults = الأسطر الخاطئة
gradebook-file-changes = التغييرات
gradebook-file-first =
    { $count ->
        [zero] لا يظهر منها شيء.
        [one] يظهر الأول منها.
        [two] يظهر الأول والثاني منها.
        [few] تظهر { $count } الأولى منها.
        [many] يظهر { $count } الأولى منها.
       *[other] يظهر { $count } الأولى منها.
    }
gradebook-file-from = من
gradebook-file-to = إلى
gradebook-file-override = يستبدل
gradebook-name = الاسم
gradebook-group = المجموعة
gradebook-all-groups = كل المجموعات
gradebook-filter = تصفية
gradebook-nothing = لا درجات في هذا المقرر بعد. يدخل كل اختبار تلقائيًا.
gradebook-nobody = لا متعلم للعرض.
gradebook-loading = جارٍ تحميل المتعلمين
gradebook-saving = جارٍ الحفظ
gradebook-saved = حُفظ
gradebook-refused = لم يُحفظ:
gradebook-changed-meanwhile = غيّر شخص آخر هذه الدرجة منذ عرضها. يعرض Escape ما صارت إليه، ويضع Enter درجتك مكانها.
gradebook-line-changed = غيّر شخص ما هذا منذ تحميل الصفحة، ويُظهر هذا السطر ما صار إليه. وما كتبته باقٍ: احفظ مرة أخرى ليحل محله.
gradebook-silent = لا يجيب الخادم في الوقت الحالي. حاول مرة أخرى.
gradebook-learners =
    { $count ->
        [zero] لا متعلمين
        [one] متعلم واحد
        [two] متعلمان
        [few] { $count } متعلمين
        [many] { $count } متعلمًا
       *[other] { $count } متعلم
    }
gradebook-table = درجات جميع المتعلمين
gradebook-edit-hint = المس الدرجة أو انقر عليها نقرًا مزدوجًا لتغييرها. وبلوحة المفاتيح: الأسهم للتنقل، وEnter لتغيير الدرجة، وEscape لتركها كما كانت.
gradebook-edit = نقاط { $name }: { $item }
gradebook-on-paper = قد يضيق الورق عن كل الأعمدة. وهي كلها في الجدول الحسابي، وله زر في صفحة سجل الدرجات.
gradebook-learner = المتعلم
gradebook-total = المجموع
gradebook-pages = الصفحات
gradebook-legend = تحته خط: غُيّر يدويًا. مشطوب: مستبعد من المجموع.
gradebook-stands = المعتمد
gradebook-by-hand = يدويًا
gradebook-by-hand-hint = نقاط الاختبار والنسبة المئوية للمجموع المدخلة هنا تحل محل المحسوب؛ أفرغ الحقل ليعود المحسوب.
gradebook-leave-out = استبعاد
gradebook-leave-out-of = استبعاد { $name } من المجموع
gradebook-of-quiz = اختبار
gradebook-points-of = نقاط { $name } من { $max }
gradebook-out-of = من { $max }
gradebook-percentage-of = نسبة { $name } المئوية
gradebook-reason = السبب
gradebook-reason-hint = يرى المتعلمون سبب استبدال الدرجة.
gradebook-save = حفظ الدرجات
gradebook-back = جميع المتعلمين
gradebook-changed =
    { $count ->
        [zero] تغيّرت { $count } درجة.
        [one] تغيّرت درجة واحدة.
        [two] تغيّرت درجتان.
        [few] تغيّرت { $count } درجات.
        [many] تغيّرت { $count } درجة.
       *[other] تغيّرت { $count } درجة.
    }
gradebook-nothing-changed = لم يتغير شيء.
gradebook-clear-question = سحب درجات { $name }؟
gradebook-clear-points = { $name }: ‏{ $points }
gradebook-clear-percentage = { $name }: ‏{ $points } %
gradebook-clear-then = يعود ما يعطيه الاختبار أو قواعد سجل الدرجات؛ وحيث لا شيء فلا درجة.
gradebook-clear = سحب
gradebook-clear-cell = هل تُسحب هذه الدرجة؟
