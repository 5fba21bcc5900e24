live-title = من في الاختبار
live-on = يتحدّث تلقائيًا
live-off = لا اتصال؛ هذا ما كان
live-reload = تحميل من جديد
live-counts = الأعداد
live-count-begun = بدأ
live-of-learners = من المتعلمين المسجّلين: { $count }
live-count-running = يعمل
live-count-silent = صامت منذ 5 دقائق
live-count-finished = سلّم
live-far = مدى تقدّم من يعملون
live-far-nothing = لم يُجب عن شيء
live-far-begun = أقل من النصف
live-far-half = النصف أو أكثر
live-far-all = كل الأسئلة
live-show = عرض
live-show-all = الجميع
live-show-running = من يعملون
live-show-silent = الصامتون
live-show-finished = من سلّموا
live-name = الاسم
live-filter = تصفية
live-extend-chosen = وقت إضافي للمحدّدين
live-extend-all = وقت إضافي لكل من يعمل
live-close-chosen = تسليم عن المحدّدين
live-for-chosen = للمحدّدين
live-none-chosen = لم يُحدَّد أحد. حدّد شخصًا واحدًا على الأقل في القائمة، أو استخدم «وقت إضافي لكل من يعمل».
live-nobody = لا أحد للعرض.
live-table = المشاركون في الاختبار
live-choose-all = تحديد الجميع
live-person = الشخص
live-progress = أجاب
live-left = الوقت المتبقي
live-sign = آخر إشارة
live-stand = الحالة
live-number = المحاولة { $number }
live-over = انتهى
live-no-end = بلا حد
live-running = يعمل
live-silent = صامت
live-lost = انقطع الاتصال
live-by-learner = سلّم
live-by-deadline = انتهى الوقت
live-by-supervisor = سلّم عنه المشرف
live-reopen = السماح بالمتابعة
live-pages = الصفحات
live-page-before = الصفحة السابقة
live-page = صفحة { $page } من { $of }
live-page-after = الصفحة التالية
live-extend-title = وقت إضافي
live-whom-running =
    { $count ->
        [zero] لا أحد يعمل عليه الآن.
        [one] الشخص الوحيد الذي يعمل عليه الآن يحصل على وقت إضافي.
        [two] الشخصان اللذان يعملان عليه الآن يحصلان على وقت إضافي.
        [few] كل من يعمل عليه الآن ({ $count }) يحصل على وقت إضافي.
        [many] كل من يعمل عليه الآن ({ $count }) يحصل على وقت إضافي.
       *[other] كل من يعمل عليه الآن ({ $count }) يحصل على وقت إضافي.
    }
live-whom-named =
    { $count ->
        [zero] { $count } شخص:
        [one] شخص واحد:
        [two] شخصان:
        [few] { $count } أشخاص:
        [many] { $count } شخصًا:
       *[other] { $count } شخص:
    }
live-minutes = الدقائق الإضافية
live-reason = السبب
live-reason-hint = يُحفظ في سجل كل محاولة.
live-extend-do = إعطاء وقت إضافي
live-extended =
    { $count ->
        [zero] حصل { $count } شخص على وقت إضافي.
        [one] حصل شخص واحد على وقت إضافي.
        [two] حصل شخصان على وقت إضافي.
        [few] حصل { $count } أشخاص على وقت إضافي.
        [many] حصل { $count } شخصًا على وقت إضافي.
       *[other] حصل { $count } شخص على وقت إضافي.
    }
live-extended-none = لم يحصل أحد على وقت إضافي: من لا حدّ لوقته أو من سلّم لا يحتاج إليه.
live-close-title = التسليم الآن؟
live-close-what = تنتهي محاولاتهم فورًا بما حُفظ حتى الآن. ويمكن السماح لكل منهم بالمتابعة بعد ذلك.
live-close-do = تسليم
live-closed =
    { $count ->
        [zero] سُلّمت { $count } محاولة.
        [one] سُلّمت محاولة واحدة.
        [two] سُلّمت محاولتان.
        [few] سُلّمت { $count } محاولات.
        [many] سُلّمت { $count } محاولة.
       *[other] سُلّمت { $count } محاولة.
    }
live-reopen-title = السماح بالمتابعة
live-reopen-running = ما زال العمل جاريًا على هذه المحاولة. لإعطاء وقت إضافي مدّدها.
live-reopen-what = تعود المحاولة للعمل بكل إجاباتها. تغيب نقاطها عن سجل الدرجات حتى تُسلَّم مجددًا، وتبقى الدرجات اليدوية ما لم تتغير الإجابة.
live-reopen-minutes = الدقائق من الآن
live-reopen-do = السماح بالمتابعة
live-reopened = عادت المحاولة للعمل.
