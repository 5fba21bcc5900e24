error-title-401 = انتهت جلستك
error-title-403 = هذا غير متاح لك
error-title-404 = لا يوجد شيء هنا
error-title-405 = هذا العنوان لا يعمل بهذه الطريقة
error-title-409 = هذا غير ممكن الآن
error-title-410 = انتهى هذا
error-title-412 = غيّره شخص آخر في هذه الأثناء
error-title-413 = هذا كبير جدًا
error-title-422 = هناك ما يحتاج إلى تصحيح
error-title-429 = طلبات كثيرة جدًا
error-title-500 = حدث خطأ هنا
error-title-503 = انتظر لحظة من فضلك
error-title-other = لم ينجح هذا
error-other = ذكر الخادم هذا السبب:
error-retry =
    { $seconds ->
        [zero] حاول مرة أخرى الآن.
        [one] حاول مرة أخرى بعد ثانية واحدة.
        [two] حاول مرة أخرى بعد ثانيتين.
        [few] حاول مرة أخرى بعد { $seconds } ثوانٍ.
        [many] حاول مرة أخرى بعد { $seconds } ثانية.
       *[other] حاول مرة أخرى بعد { $seconds } ثانية.
    }
error-instance = يجد القائمون على هذا الخادم السبب في سجلّه تحت الرقم
error-session-over = لم يُحفظ شيء مما أرسلته. سجّل الدخول في علامة تبويب جديدة، ثم عد إلى هذه وارجع صفحة واحدة وأرسله مرة أخرى: ما كتبته ما زال موجودًا.
error-sign-in-again = سجّل الدخول في علامة تبويب جديدة
error-go-back = ارجع صفحة واحدة لتغيير ما أرسلته.
error-home = إلى الصفحة الرئيسية

error-code-not-found = قد يكون في العنوان خطأ، أو أنه يقود إلى ما لا يحق لك رؤيته.
error-code-forbidden = دورك لا يسمح بهذا هنا.
error-code-unauthenticated = لم تسجّل الدخول، أو انتهت جلستك.
error-code-csrf = لم يأت النموذج من الصفحة المفتوحة لديك، لذلك لم يتغير شيء. أعد تحميل الصفحة وأرسله مرة أخرى.
error-code-overloaded = الخادم مشغول بأمر أكثر إلحاحًا، كاختبار مثلًا. لم يضع شيء.
error-code-read-only = لا يمكن حفظ شيء الآن لأن القرص ممتلئ أو معطل. ما حُفظ من قبل آمن.
error-code-internal = لم يكن هذا خطأك. ما حُفظ من قبل آمن.
error-code-changed = غيّر شخص ما هذا، وربما أنت في نافذة أخرى، منذ تحميل الصفحة. أعد تحميلها وكرّر التغيير.
error-code-person-rate = ترسل طلبات أكثر مما يُقبل من شخص واحد.
error-code-address-rate = تصل طلبات كثيرة جدًا من شبكتك.
error-code-taken = هذا الاسم أو المعرّف مستعمل من قبل. اختر غيره.
error-code-too-large = هذا أكبر مما يقبله الخادم دفعة واحدة.
error-code-sign-in-failed = اسم المستخدم أو كلمة المرور غير صحيحة. تأكد من حالة الأحرف الكبيرة.
error-code-sign-in-throttled = كثرت المحاولات الفاشلة.
error-code-sign-in-later = يسجّل كثيرون الدخول الآن. مكانك في الصف محفوظ.
error-code-account-suspended = هذا الحساب موقوف. اسأل مؤسستك.
error-code-link-not-valid = استُعمل الرابط من قبل أو انتهت صلاحيته أو حلّ محله رابط أحدث. اطلب رابطًا جديدًا.
error-code-already-set-up = يوجد مدير بالفعل. سجّل الدخول بدلًا من ذلك.
error-code-wrong-password = كلمة المرور الحالية غير صحيحة. لم يتغير شيء.
error-code-quiz-not-open = لم يُفتح هذا بعد.
error-code-quiz-closed = هذا مغلق.
error-code-no-attempts-left = لقد استخدمت كل محاولاتك.
error-code-wrong-access-code = ليس هذا رمز الدخول. اسأل المشرف.
error-code-address-not-allowed = لا يُجرى هذا إلا من قاعات أو شبكات معيّنة، وأنت في غيرها. اسأل المشرف.
error-code-too-few-questions = الأسئلة هنا أقل مما ينبغي. أخبر من يدير المقرر.
error-code-attempt-over = سُلِّمت المحاولة. يُحتسب ما حُفظ من قبل.
error-code-deadline-passed = انتهى الوقت. يُحتسب ما حُفظ من قبل.
error-code-too-many-saves = لقد حفظت مرات أكثر مما يحتفظ به الخادم.
error-code-start-later = كثيرون يبدؤون في هذه اللحظة. مكانك محفوظ.
error-code-quiz-not-ready = هذا الاختبار منشور، ولن يكون سليمًا بعد هذا التغيير. ألغِ نشره قبل ذلك؛ ويبيّن فحصه ما الخطأ.
error-code-quiz-has-attempts = بدأ متعلمون هذا الاختبار، فتبقى أسئلته وترتيبها ولا يُحذف. ويمكن تغيير النقاط.
error-code-category-not-empty = الفئة ليست فارغة. انقل ما فيها أو احذفه أولًا.
error-code-category-drawn-from = تسحب اختبارات من هذه الفئة. اجعلها تسحب من غيرها أولًا.
error-code-question-in-use = يستخدم اختبار أو محاولة هذا السؤال فلا يمكن حذفه. اسحبه من الاستخدام بدلًا من ذلك.
error-code-bank-full = بلغ المقرر أقصى عدد من الأسئلة أو الفئات أو النسخ.
error-code-broken-file = لا يلتزم الملف بصيغته فلم يُستورد منه شيء.
error-code-grade-tree-too-deep = تصير الفئات أعمق من أربعة مستويات، ومنها المقرر نفسه.
error-code-gradebook-full = بلغت الفئة أو سجل الدرجات أقصى ما يمكن.
error-code-grade-category-cycle = لا يمكن أن تكون الفئة ضمن نفسها.
error-code-grade-category-not-empty = في الفئة شيء بعد. انقله أو احذفه أولًا.
error-code-grade-item-of-quiz = البند لاختبار يعطيه اسمه ونقاطه، ويُحذف معه.
