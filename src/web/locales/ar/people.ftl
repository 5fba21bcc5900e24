people-groups = المجموعات
people-file = التسجيل بملف
people-entry = المقاعد والمفتاح
people-has-key = من يعرف المفتاح يستطيع التسجيل.
people-search = الاسم أو اسم المستخدم
people-search-button = بحث
people-state = الحالة
people-state-all = الكل
people-state-active = فعّال
people-state-suspended = موقوف
people-state-later = يبدأ لاحقًا
people-state-over = منتهٍ
people-choose-active = فعّال بين التاريخين
people-choose-suspended = موقوف
people-nobody = لا أحد لعرضه.
people-found =
    { $count ->
        [zero] لم يُعثر على أحد.
        [one] عُثر على شخص واحد.
        [two] عُثر على شخصين.
        [few] عُثر على { $count } أشخاص.
        [many] عُثر على { $count } شخصًا.
       *[other] عُثر على { $count } شخص.
    }
people-pages = صفحات الأشخاص
people-name = الاسم
people-username = اسم المستخدم
people-role = الدور
people-from = الوصول من
people-until = الوصول حتى
people-since = سُجّل
people-by-teacher = على يد معلم
people-by-key = بالمفتاح
people-by-import = بملف
people-grades = درجات هذا الشخص
people-suspend-hint = الموقوف لا يدخل المقرر. لا يضيع شيء ويبقى المقعد محجوزًا. ولا يُقطع امتحان جارٍ: يمكن إتمامه ويُحتسب.
people-dates-hint = قبل ذلك وبعده يكون المقرر مغلقًا أمام هذا الشخص. الفراغ يعني بلا حد.
people-save = حفظ
people-changed = تم التغيير: { $name }.
people-change-question = سحب شيء من { $name }؟
people-change-shut-out = يُغلق المقرر أمام هذا الشخص من الآن.
people-change-running =
    { $count ->
        [zero] له { $count } محاولة جارية. يستطيع إتمامها وتُحسب.
        [one] له محاولة واحدة جارية. يستطيع إتمامها وتُحسب.
        [two] له محاولتان جاريتان. يستطيع إتمامهما وتُحسبان.
        [few] له { $count } محاولات جارية. يستطيع إتمامها وتُحسب.
        [many] له { $count } محاولة جارية. يستطيع إتمامها وتُحسب.
       *[other] له { $count } محاولة جارية. يستطيع إتمامها وتُحسب.
    }
people-change-stays = تبقى الإجابات والدرجات والمجموعات، ويمكنك إعادة ما كان من هنا.
people-enrol = تسجيل أشخاص
people-enrol-who = أسماء المستخدمين أو عناوين البريد
people-enrol-who-hint = حتى 500، كل منها في سطر أو بينها فواصل. من كان مسجّلًا يأخذ الدور والتاريخين المكتوبين هنا.
people-enrol-button = سجّل
people-enrolled = سُجّل { $added }، وتغيّر { $changed }، وبقي { $unchanged } كما كان.
people-remove = إخراج من المقرر
people-remove-question = إخراج { $name } من { $course }؟
people-remove-role = يزول التسجيل ومعه الدور: { $role }.
people-remove-groups =
    { $count ->
        [zero] ولا مجموعة معه: { $names }.
        [one] ويزول معه المكان في مجموعة واحدة: { $names }.
        [two] ويزول معه المكان في مجموعتين: { $names }.
        [few] ويزول معه المكان في { $count } مجموعات: { $names }.
        [many] ويزول معه المكان في { $count } مجموعة: { $names }.
       *[other] ويزول معه المكان في { $count } مجموعة: { $names }.
    }
people-remove-stays = تبقى المحاولات والدرجات، وتُحتسب من جديد إذا عاد الشخص.
people-removed = خرج { $name } من المقرر.
people-seats = المقاعد
people-capacity = كم شخصًا يمكن تسجيله
people-capacity-hint = يُحسب الجميع، والمعلمون أيضًا. الفراغ يعني بلا حد؛ ولا يقل عن عدد المسجّلين.
people-capacity-set = حُدّد عدد المقاعد.
people-key = مفتاح التسجيل
people-key-set = هناك مفتاح. من يعرفه ويعرف الاسم المختصر للمقرر يستطيع التسجيل متعلمًا من صفحته الرئيسية.
people-key-none = لا مفتاح: المعلمون وحدهم يسجّلون الأشخاص.
people-key-own = مفتاح من اختيارك
people-key-hint = من 4 إلى 100 حرف. الفراغ يعني مفتاحًا يُنشأ هنا.
people-key-make = أنشئ مفتاحًا
people-key-replace = استبدل المفتاح
people-key-replace-question = استبدال مفتاح { $course }؟
people-key-new = المفتاح الجديد
people-key-for = مفتاح { $course }
people-key-once = اكتبه الآن: فهو يُخزَّن بحيث لا يقرؤه أحد ولا يظهر مرة أخرى. والمفتاح الأقدم لم يعد يعمل.
people-key-revoke = ألغِ المفتاح
people-key-revoke-question = إلغاء مفتاح { $course }؟
people-key-revoke-goes = لن يعمل المفتاح الحالي بعد الآن أينما كُتب.
people-key-revoke-stays = كل من سجّل به يبقى مسجّلًا.
people-key-revoked = أُلغي المفتاح.
people-file-words = يسمّي الملف أشخاصًا لهم حسابات. وهو لا ينشئ حسابات.
people-file-hint = سطر لكل شخص باسم مستخدم أو عنوان بريد. ويجوز أن تغيب الأعمدة الأخرى:
people-file-run = سجّل الآن
people-file-done = أُخذ الملف.
people-file-over = مع هذا الملف يصبح المسجّلون { $count } والمقاعد { $seats }. وسيُرفض من في آخره.
people-report-added = سُجّلوا
people-report-changed = تسجيلات تغيّرت
people-report-unchanged = كما كانوا
people-report-refused = أسطر مرفوضة
people-report-lines = الأسطر المرفوضة
people-to-list = إلى أشخاص المقرر
people-groups-none = لا مجموعة بعد.
people-group-members =
    { $count ->
        [zero] لا أحد
        [one] شخص واحد
        [two] شخصان
        [few] { $count } أشخاص
        [many] { $count } شخصًا
       *[other] { $count } شخص
    }
people-group-new = مجموعة جديدة
people-group-hint = حتى 100 حرف. لا تحمل مجموعتان الاسم نفسه، ولا يُعتدّ بحجم الحروف.
people-group-make = أنشئ المجموعة
people-group-made = المجموعة { $name } موجودة الآن.
people-group-name = اسم المجموعة
people-group-rename = أعد التسمية
people-group-renamed = صار اسم المجموعة { $name }.
people-group-empty = لا أحد في هذه المجموعة بعد.
people-group-add = إضافة أشخاص إلى المجموعة
people-group-add-hint = أسماء مستخدمين أو عناوين بريد لأشخاص مسجّلين في المقرر.
people-group-add-button = أضف
people-group-added =
    { $count ->
        [zero] كان الجميع في المجموعة من قبل.
        [one] شخص واحد جديد في المجموعة.
        [two] شخصان جديدان في المجموعة.
        [few] { $count } أشخاص جدد في المجموعة.
        [many] { $count } شخصًا جديدًا في المجموعة.
       *[other] { $count } شخص جديد في المجموعة.
    }
people-group-take-out = أخرج
people-group-take-out-question = إخراج { $name } من المجموعة { $group }؟
people-group-take-out-goes = ما تخصّ به الاختبارات هذه المجموعة، كأوقات أخرى، لن يسري على هذا الشخص بعد الآن.
people-group-take-out-stays = يبقى الشخص في المقرر، وتبقى إجاباته ودرجاته.
people-group-taken-out = خرج { $name } من المجموعة.
people-group-delete = احذف المجموعة
people-group-delete-question = حذف المجموعة { $name }؟
people-group-delete-members =
    { $count ->
        [zero] لا أحد فيها.
        [one] يغادرها شخص واحد ويبقى في المقرر.
        [two] يغادرها شخصان ويبقيان في المقرر.
        [few] يغادرها { $count } أشخاص ويبقون في المقرر.
        [many] يغادرها { $count } شخصًا ويبقون في المقرر.
       *[other] يغادرها { $count } شخص ويبقون في المقرر.
    }
people-group-delete-quizzes = ويزول معها ما تخصّها به الاختبارات، كأوقات أخرى.
people-group-deleted = حُذفت المجموعة.
