marking-title = التصحيح
marking-waiting = ينتظر التصحيح: { $count }
marking-with-names = إظهار الأسماء
marking-without-names = إخفاء الأسماء
marking-question = السؤال
marking-all-questions = كل الأسئلة
marking-somebody = متعلم
marking-answer = الإجابة
marking-words =
    { $count ->
        [zero] بلا كلمات
        [one] كلمة واحدة
        [two] كلمتان
        [few] { $count } كلمات
        [many] { $count } كلمة
       *[other] { $count } كلمة
    }
marking-elsewhere = الإجابة في صفحة النتيجة.
marking-nothing = لم يُجب عن شيء.
marking-notes = للمصححين
marking-max =
    { $max ->
        [zero] لا نقاط على الأكثر
        [one] نقطة واحدة على الأكثر
        [two] نقطتان على الأكثر
        [few] { $max } نقاط على الأكثر
        [many] { $max } نقطة على الأكثر
       *[other] { $max } نقطة على الأكثر
    }
marking-earlier = أُعطيت إجابة سابقة { $points } من { $max }.
marking-points = النقاط
marking-comment = تعليق
marking-comment-hint = يقرؤه المتعلم مع النتيجة.
marking-save = حفظ ومتابعة
marking-skip = تخطٍّ
marking-back = السابق
marking-keys = Ctrl+Enter للحفظ والمتابعة. خارج الحقول: j للتخطي وk للرجوع.
marking-none = لا شيء ينتظر التصحيح.
marking-saved = حُفظت الدرجة.
