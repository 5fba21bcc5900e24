build-publish = نشر
build-publish-again = نشر من جديد
build-archive = أرشفة
build-is-published = منشور
build-status-set = المقرر في حالته الجديدة.
build-empty = لا قسم في المقرر بعد. ابدأ بقسم.
build-up = تحريك { $name } إلى أعلى
build-down = تحريك { $name } إلى أسفل
build-moved = موضع { $name } الآن: { $place } من { $of }.
build-change = تغيير
build-delete = حذف
build-add-item = إضافة شيء
build-title = العنوان
build-kind = النوع
build-kind-page = صفحة
build-kind-link = رابط
build-kind-quiz = اختبار
build-url = العنوان الإلكتروني
build-for-links = (للرابط)
build-quiz = الاختبار
build-for-quizzes = (للاختبار)
build-add = إضافة
build-new-section = قسم جديد
build-add-section = إضافة قسم
build-section-added = أُضيف القسم في النهاية.
build-item-added = أُضيف في نهاية قسمه.
build-saved = حُفظ.
build-saved-without = حُفظ. لا يظهر هذا في الصفحة: { $parts }
build-deleted = حُذف.
build-delete-question = حذف { $name }؟
build-section-delete-what = القسم فارغ. يُحذف وحده دون سواه.
build-section-not-empty =
    { $count ->
        [zero] فيه { $count } شيء. انقلها أو احذفها أولًا: لا يُحذف القسم إلا فارغًا.
        [one] فيه شيء واحد. انقله أو احذفه أولًا: لا يُحذف القسم إلا فارغًا.
        [two] فيه شيئان. انقلهما أو احذفهما أولًا: لا يُحذف القسم إلا فارغًا.
        [few] فيه { $count } أشياء. انقلها أو احذفها أولًا: لا يُحذف القسم إلا فارغًا.
        [many] فيه { $count } شيئًا. انقلها أو احذفها أولًا: لا يُحذف القسم إلا فارغًا.
       *[other] فيه { $count } شيء. انقلها أو احذفها أولًا: لا يُحذف القسم إلا فارغًا.
    }
build-page-goes = تُحذف الصفحة ونصها، ومعها سجل من قرأها.
build-link-goes = يُحذف الرابط، ومعه سجل من فتحه.
build-quiz-stays = يخرج من المحتوى. ويبقى الاختبار نفسه ومحاولاته ودرجاته.
build-who-sees = من يراه
build-visible = يراه المتعلمون
build-seen-from = يظهر من
build-seen-until = كان يظهر حتى
build-from = من
build-until = حتى
build-save = حفظ
build-preview = معاينة
build-markdown = النص
build-markdown-hint = ‏Markdown: ‏# عنوان، **غامق**، - قائمة، [رابط](عنوان)، جداول.
build-section = القسم
build-to-quiz = إعدادات الاختبار وأسئلته
build-records = سجلات التعلم
build-records-what = يُكتب ما يحدث في هذا المقرر أيضًا سجلاتِ تعلّم (xAPI): من يسجّل، ومن يبدأ ماذا ومن يُتمّه، وكل إجابة ونتيجتها. يظهر الأشخاص فيها بأرقامهم. وتراها البرامج التي تقرأ مخزن سجلات التعلم.
build-records-on = تُحفظ
build-records-off = لا تُحفظ
build-records-begin = احفظ سجلات التعلم
build-records-end = أوقف حفظها
build-records-end-question = إيقاف حفظ سجلات التعلم في { $name }؟
build-records-end-goes = لا يُكتب ما يحدث من الآن، ولا يمكن أن يُكتب لاحقًا.
build-records-end-stays = يبقى ما كُتب في مخزن سجلات التعلم.
build-records-begun = تُحفظ سجلات التعلم من الآن. وما حدث قبل ذلك ليس فيها.
build-records-ended = لم تعد سجلات التعلم تُحفظ. ويبقى ما كُتب.
build-facts = الاسم والمواعيد
build-facts-language = لغة محتواه
build-facts-language-hint = لكي تقرأه قارئات الشاشة كما ينبغي. رمز مثل ar أو en أو de-CH؛ واتركه فارغًا إذا كانت اللغات عدة.
build-facts-dates = متى يُعقد
build-facts-ends-hint = ينتهي عنده التسجيل بالمفتاح، ويبقى محتوى المقرر مفتوحًا.
build-archive-question = أرشفة { $name }؟
build-archive-people =
    { $count ->
        [zero] لا أحد مسجّل.
        [one] شخص واحد مسجّل. يستطيع قراءة كل شيء ولا يستطيع غير ذلك.
        [two] شخصان مسجّلان. يستطيعان قراءة كل شيء ولا يستطيعان غير ذلك.
        [few] { $count } أشخاص مسجّلون. يستطيعون قراءة كل شيء ولا يستطيعون غير ذلك.
        [many] { $count } شخصًا مسجّلون. يستطيعون قراءة كل شيء ولا يستطيعون غير ذلك.
       *[other] { $count } شخص مسجّلون. يستطيعون قراءة كل شيء ولا يستطيعون غير ذلك.
    }
build-archive-running =
    { $count ->
        [zero] { $count } محاولة جارية. تستمر حتى نهايتها وتُحسب، وتقود إليها صفحة البداية لدى المتعلمين.
        [one] محاولة واحدة جارية. تستمر حتى نهايتها وتُحسب، وتقود إليها صفحة البداية لدى المتعلم.
        [two] محاولتان جاريتان. تستمران حتى نهايتهما وتُحسبان، وتقود إليهما صفحة البداية لدى المتعلمين.
        [few] { $count } محاولات جارية. تستمر حتى نهايتها وتُحسب، وتقود إليها صفحة البداية لدى المتعلمين.
        [many] { $count } محاولة جارية. تستمر حتى نهايتها وتُحسب، وتقود إليها صفحة البداية لدى المتعلمين.
       *[other] { $count } محاولة جارية. تستمر حتى نهايتها وتُحسب، وتقود إليها صفحة البداية لدى المتعلمين.
    }
build-archive-closes = لا يبدأ أحد شيئًا ولا يُسجَّل أحد ويبقى التقدم كما هو، حتى يُنشر المقرر من جديد.
