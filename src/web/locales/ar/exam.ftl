# قبل البدء.
exam-questions = الأسئلة
exam-points = النقاط
exam-opens = يُفتح
exam-closes = يُغلق
exam-time = المدة
exam-no-limit = بلا حد زمني
exam-attempts = المحاولات
exam-attempts-of = استُخدم { $used } من { $allowed }
exam-attempts-free = كما تشاء
exam-counts = ما يُحتسب
exam-counts-highest = أفضل محاولة
exam-counts-average = متوسط كل المحاولات
exam-counts-first = المحاولة الأولى
exam-counts-last = المحاولة الأخيرة
exam-result = النتيجة
exam-in-grades = في درجاتك
exam-in-the-grades = في الدرجات
exam-in-grades-changed = (عدّلها معلّم)
exam-points-of =
    { $max ->
        [zero] { $points } من صفر
        [one] { $points } من نقطة واحدة
        [two] { $points } من نقطتين
        [few] { $points } من { $max } نقاط
        [many] { $points } من { $max } نقطة
       *[other] { $points } من { $max } نقطة
    }
exam-not-published = لم يُنشر هذا بعد.
exam-not-open = لم يُفتح هذا بعد. يُفتح
exam-closed = هذا مغلق.
exam-used-up = لقد استخدمت كل محاولاتك.
exam-runs = لقد بدأت ولم تُسلِّم بعد. إجاباتك حيث تركتها.
exam-go-on = متابعة
exam-clock-runs = يبدأ الوقت حين تبدأ، ويستمر إن غادرت الصفحة.
exam-access-code = رمز الدخول
exam-access-code-hint = يقوله المشرف على الاختبار.
exam-told = أثناء عملك تُخبر الصفحةُ المشرفين إذا فقدت التركيز أو الاتصال، وإذا نُسخ شيء أو أُلصق.
exam-start = ابدأ
exam-so-far = المحاولات حتى الآن
exam-attempt = المحاولة { $number }
exam-handed-in-at = سُلِّمت
exam-begun-at = بدأت
exam-running = جارية
exam-awaits = تنتظر التصحيح
exam-this-counts = هذه هي المحتسبة
exam-waiting = كثيرون يبدؤون في هذه اللحظة
exam-waiting-place =
    { $count ->
        [zero] لا أحد قبلك.
        [one] شخص واحد قبلك.
        [two] شخصان قبلك.
        [few] { $count } أشخاص قبلك.
        [many] { $count } شخصًا قبلك.
       *[other] { $count } شخص قبلك.
    }
exam-waiting-seconds =
    { $count ->
        [zero] دورك الآن.
        [one] دورك بعد ثانية تقريبًا.
        [two] دورك بعد ثانيتين تقريبًا.
        [few] دورك بعد { $count } ثوانٍ تقريبًا.
        [many] دورك بعد { $count } ثانية تقريبًا.
       *[other] دورك بعد { $count } ثانية تقريبًا.
    }
exam-waiting-asks = تسأل هذه الصفحة من جديد بنفسها. لم يبدأ وقتك، ومكانك محفوظ.
exam-waiting-press = اضغط «ابدأ» حينها. لم يبدأ وقتك، ومكانك محفوظ.
exam-waiting-turn = حان دورك: اضغط «ابدأ» الآن.

# قاعة الاختبار.
exam-answered-of = أُجيب عن { $answered } من { $of }
exam-time-left = الوقت المتبقي
exam-minutes-left =
    { $count ->
        [zero] أقل من دقيقة
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $count } دقائق
        [many] { $count } دقيقة
       *[other] { $count } دقيقة
    }
exam-until = حتى
exam-overdue = انتهى الوقت
exam-overdue-why = يُحتسب ما حُفظ من قبل. لا يمكن إضافة شيء بعد الآن.
exam-to-result = إلى النتيجة
exam-question = السؤال { $number }
exam-worth = النقاط: { $points }
exam-all-questions = كل الأسئلة
exam-show-all = أظهر كل الأسئلة
exam-show-one = سؤال واحد في كل مرة
exam-show-sheet = عدة أسئلة في كل مرة
exam-range = الأسئلة من { $first } إلى { $last } من أصل { $of }
exam-is-answered = مُجاب
exam-is-open = غير مُجاب
exam-previous = السابق
exam-next = التالي
exam-save = حفظ
exam-save-and-review = حفظ ومراجعة
exam-receipts = الإيصالات
exam-receipts-why = لكل حفظ إيصال؛ بها تُثبت ما حُفظ ومتى.
exam-choose = اختر…
exam-no-answer = بلا إجابة
exam-true = صحيح
exam-false = خطأ
exam-several = قد تصح عدة خيارات.
exam-unit = الوحدة
exam-number = العدد
exam-number-unit = العدد مع وحدته
exam-your-answer = إجابتك
exam-order = أعطِ كل عنصر موضعه.
exam-position = الموضع
exam-move-up = إلى الأعلى
exam-move-down = إلى الأسفل
exam-place = الموضع { $place } من { $of }
exam-gap = الفراغ { $number }
exam-min-words =
    { $count ->
        [zero] بلا حد أدنى.
        [one] كلمة واحدة على الأقل.
        [two] كلمتان على الأقل.
        [few] { $count } كلمات على الأقل.
        [many] { $count } كلمة على الأقل.
       *[other] { $count } كلمة على الأقل.
    }
exam-max-words =
    { $count ->
        [zero] بلا كلمات.
        [one] كلمة واحدة على الأكثر.
        [two] كلمتان على الأكثر.
        [few] { $count } كلمات على الأكثر.
        [many] { $count } كلمة على الأكثر.
       *[other] { $count } كلمة على الأكثر.
    }
exam-words = الكلمات: { $words }.
exam-room-left = الحروف التي ما زال لها متسع: { $left } تقريبًا.
exam-room-over = أطول من أن يُحفظ. الحروف الزائدة: { $over }.
exam-wrong-choice = ليس هذا من الخيارات. لم يُحفظ.
exam-wrong-order = أعطِ كل عنصر موضعًا خاصًا به. لم يُحفظ هذا الترتيب بعد.
exam-wrong-elsewhere = حفظ جهاز آخر أو نافذة أخرى شيئًا مختلفًا لهذا السؤال في هذه الأثناء. ذاك هو المحتسب حتى تحفظ من جديد؛ وما كتبته هنا لا يزال أدناه.
exam-nothing-new = كل شيء محفوظ من قبل.
exam-saved-count =
    { $count ->
        [zero] لم تُحفظ إجابات في { $time }، الإيصال { $receipt }.
        [one] حُفظت إجابة واحدة في { $time }، الإيصال { $receipt }.
        [two] حُفظت إجابتان في { $time }، آخر إيصال { $receipt }.
        [few] حُفظت { $count } إجابات في { $time }، آخر إيصال { $receipt }.
        [many] حُفظت { $count } إجابة في { $time }، آخر إيصال { $receipt }.
       *[other] حُفظت { $count } إجابة في { $time }، آخر إيصال { $receipt }.
    }
exam-was-over = كانت المحاولة قد انتهت. يُحتسب ما حُفظ من قبل.
exam-not-a-number = حُفظ هذا، لكنه لا يُقرأ عددًا فلن يُحسب كذلك. اكتبه بالأرقام، مثل 30 أو 1234.5.
exam-state-none = بلا إجابة
exam-state-saved = حُفظ في { $time }
exam-state-saving = يُحفظ…
exam-state-typing = لم يُحفظ بعد
exam-state-waiting = محفوظ على هذا الجهاز، بانتظار الشبكة
exam-state-refused = لم يُحفظ:
exam-state-elsewhere = حفظ جهاز آخر هذه الإجابة. وهي معروضة هنا الآن.
exam-state-mine = أعد إجابتي
exam-offline = لا اتصال. تابع الكتابة: تُحفظ إجاباتك على هذا الجهاز وتُرسل حين تعود الشبكة. بالانتظار: { $waiting }
exam-offline-unkept = لا اتصال. تابع الكتابة وأبقِ هذه الصفحة مفتوحة: لا يحفظ هذا المتصفح شيئًا على هذا الجهاز. تُرسل إجاباتك حين تعود الشبكة. بالانتظار: { $waiting }
exam-online = عاد الاتصال.
exam-signed-out = انتهت جلستك. إجاباتك محفوظة على هذا الجهاز. سجّل الدخول في نافذة جديدة ثم عد إلى هنا.
exam-sign-in = تسجيل الدخول
exam-no-storage = لا يحفظ هذا المتصفح شيئًا على هذا الجهاز. لا تغلق الصفحة قبل أن يُحفظ كل شيء.
exam-other-tab = هذا الاختبار مفتوح في نافذة أخرى، وهي التي تحفظ إجاباتك.
exam-use-here = تابع هنا
exam-five-minutes = بقيت خمس دقائق.
exam-one-minute = بقيت دقيقة واحدة.
exam-time-over = انتهى الوقت. تُسلَّم إجاباتك.
exam-over-waiting = انتهى الوقت. إجابات على هذا الجهاز تنتظر الشبكة: { $waiting }. أبقِ هذه الصفحة مفتوحة.
exam-ended = انتهى الاختبار.
exam-late = لم يُحفظ لأنه وصل متأخرًا: آخر ما أُجيب به على هذا الجهاز، السؤال { $questions }. يُحتسب ما حُفظ من قبل.
exam-unsaved = لا يمكن حفظ هذه الإجابة كما هي: السؤال { $questions }. يُحتسب ما حُفظ من قبل. غيّرها، أو اضغط مرة أخرى للمتابعة دونها.
exam-unsent = لم يُحفظ كل شيء بعد. بالانتظار: { $waiting }. أعد المحاولة بعد لحظة.
exam-more-time = لديك وقت إضافي: حتى { $time }.
exam-limit-new = أصبح الوقت محدودًا الآن: حتى { $time }.
exam-limit-gone = لم يعد الوقت محدودًا.

# التسليم.
exam-finish = التسليم
exam-all-answered = كل الأسئلة مُجابة.
exam-open-count =
    { $count ->
        [zero] كل الأسئلة مُجابة.
        [one] سؤال واحد بلا إجابة.
        [two] سؤالان بلا إجابة.
        [few] { $count } أسئلة بلا إجابة.
        [many] { $count } سؤالًا بلا إجابة.
       *[other] { $count } سؤال بلا إجابة.
    }
exam-unread-count =
    { $count ->
        [zero] لا إجابة يتعذر أن تُقرأ عددًا.
        [one] إجابة واحدة لا تُقرأ عددًا.
        [two] إجابتان لا تُقرآن عددًا.
        [few] { $count } إجابات لا تُقرأ أعدادًا.
        [many] { $count } إجابة لا تُقرأ عددًا.
       *[other] { $count } إجابة لا تُقرأ عددًا.
    }
exam-unread-what =
    { $count ->
        [zero] كل الأعداد مقروءة.
        [one] هي محفوظة، لكنها لن تُحسب عددًا. اكتب الأعداد بالأرقام، مثل 30 أو 1234.5.
        [two] هما محفوظتان، لكنهما لن تُحسبا عددين. اكتب الأعداد بالأرقام، مثل 30 أو 1234.5.
        [few] هي محفوظة، لكنها لن تُحسب أعدادًا. اكتب الأعداد بالأرقام، مثل 30 أو 1234.5.
        [many] هي محفوظة، لكنها لن تُحسب أعدادًا. اكتب الأعداد بالأرقام، مثل 30 أو 1234.5.
       *[other] هي محفوظة، لكنها لن تُحسب أعدادًا. اكتب الأعداد بالأرقام، مثل 30 أو 1234.5.
    }
exam-finish-what = بعد التسليم لا يمكن تغيير شيء.
exam-last-receipt = إيصال آخر حفظ
exam-hand-in = سلِّم الآن
exam-not-handed-in = لم يُسلَّم بعد: لا اتصال بالخادم. أبقِ هذه الصفحة مفتوحة: يُرسل حين يعود الاتصال.
exam-not-handed-in-signed-out = لم يُسلَّم بعد: انتهت جلستك. سجّل الدخول في نافذة جديدة ثم عد إلى هنا.
exam-back = عودة إلى الأسئلة
exam-handed-in = تم التسليم. كل إجاباتك محفوظة.

# النتيجة.
exam-ended-by-learner = سُلِّمت
exam-ended-by-deadline = سُلِّمت عند انتهاء الوقت،
exam-ended-by-supervisor = أغلقها المشرف،
exam-ended-by-nobody = جارية
exam-of-points =
    { $max ->
        [zero] من صفر
        [one] من نقطة واحدة
        [two] من نقطتين
        [few] من { $max } نقاط
        [many] من { $max } نقطة
       *[other] من { $max } نقطة
    }
exam-not-marked = بعض الإجابات ينتظر التصحيح، فلا نقاط بعد.
exam-answers = الإجابات
exam-nothing-shown = لا يُعرض الآن شيء آخر من هذه المحاولة.
exam-shown-from = تُعرض النتيجة ابتداءً من
exam-more-from = يُعرض المزيد ابتداءً من
exam-more-later = يُعرض المزيد حين لا يبقى أحد يعمل على هذا الاختبار.
exam-went-right = صحيح
exam-went-partial = صحيح جزئيًا
exam-went-wrong = خطأ
exam-went-open = بلا إجابة
exam-went-waits = ينتظر التصحيح
exam-chosen = اختيارك
exam-part = الجزء { $number }
exam-right-answer = الإجابة الصحيحة:
exam-number-right =
    { $of ->
        [zero] لا أجزاء، الصحيح منها { $right }.
        [one] جزء واحد، الصحيح منها { $right }.
        [two] جزآن، الصحيح منها { $right }.
        [few] { $of } أجزاء، الصحيح منها { $right }.
        [many] { $of } جزءًا، الصحيح منها { $right }.
       *[other] { $of } جزء، الصحيح منها { $right }.
    }
exam-comment = تعليق:
exam-to-quiz = عودة إلى الاختبار

# الإيصالات.
exam-receipts-what = كل إيصال حلقة في سلسلة على كل ما حُفظ قبله. احتفظ بالملف: لا يستطيع أحد تغيير إجابة لاحقًا دون أن تُظهر السلسلة ذلك.
exam-receipts-json = تنزيل الكل (JSON)
exam-receipts-text = تنزيل كنص
exam-receipts-begin = تبدأ السلسلة بـ
exam-receipts-none = لم يُحفظ شيء بعد.
exam-receipts-number = الرقم
exam-receipts-question = السؤال
exam-receipts-time = حُفظ في
exam-receipts-receipt = الإيصال
exam-receipts-next = اللاحقة
exam-back-to-attempt = عودة إلى المحاولة

# The log of an attempt, for who sees everybody's.
exam-log = السجل
exam-log-what = ما أبلغ عنه متصفح المتعلم وما جرى على المحاولة. لا شيء يثبت ما يبلغ عنه المتصفح.
exam-log-time = الوقت
exam-log-who = من
exam-log-event = ماذا
exam-log-started = بدأت من { $address }
exam-log-resumed = عاد إليها من { $address }
exam-log-with = { $what }: { $detail }
exam-log-focus-lost = فقدت الصفحة التركيز
exam-log-focus-gained = عاد التركيز إلى الصفحة
exam-log-fullscreen-left = خرج من ملء الشاشة
exam-log-pasted = أُلصق شيء
exam-log-copied = أُخذ شيء إلى الحافظة
exam-log-connection-lost = انقطع الاتصال
exam-log-connection-restored = عاد الاتصال
exam-log-other = بلاغ آخر
exam-log-extended = وقت إضافي: { $span }، حتى { $until }. { $reason }
exam-log-extended-endless = وقت إضافي بلا نهاية. { $reason }
exam-log-ends = صار لها موعد نهاية: { $until }. { $reason }
exam-log-other-times = تغيّرت مواعيد الاختبار.
exam-log-reopened = يمكن المتابعة حتى { $until }. { $reason }
exam-log-reopened-endless = يمكن المتابعة بلا نهاية. { $reason }
exam-log-marked = صُحح السؤال { $number } يدويًا: { $points }
exam-log-unmarked = أُلغي التصحيح اليدوي للسؤال { $number }
exam-log-regraded = أُعيد التصحيح: { $from } أصبحت { $to }
