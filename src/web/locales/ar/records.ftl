# سجلات التعلم: بيانات الدخول والتحويل.
records-tab = سجلات التعلم
records-title = سجلات التعلم
records-words = تسجّل الأدوات هنا ما تعلّمه الناس، ويمكن إرساله إلى مستودعات أخرى.
records-delete = حذف
records-edit = تعديل
records-save = حفظ

records-credentials = بيانات الدخول
records-credentials-none = لا أداة لها بيانات دخول بعد.
records-credential-new = بيانات دخول جديدة
records-credential-name = الاسم
records-credential-name-hint = الأداة التي هي لها. يظهر الاسم جهةً موثِّقة لما يُكتب بها.
records-credential-create = أنشئ بيانات الدخول
records-credential-made = أُنشئت بيانات الدخول
records-credential-give = أدخل هذه في { $name }: العنوان مع المفتاح والسر، أو مع الرمز.
records-credential-once = انسخها الآن: لن يظهر السر والرمز مرة أخرى.
records-credential-done = نسختها
records-credential-edit-title = تعديل بيانات دخول { $name }
records-credential-changed = عُدّلت بيانات دخول { $name }.
records-credential-renew = سر جديد
records-credential-renew-question = إعطاء { $name } سرًا جديدًا؟
records-credential-renew-goes = ينتهي السر والرمز الحاليان فورًا: تُرفض الأداة حتى تأخذ الجديدين.
records-credential-renew-stays = يبقى المفتاح، ويبقى ما كُتب به منسوبًا إليه.
records-credential-renewed = لبيانات الدخول سر جديد
records-credential-delete-question = حذف بيانات دخول { $name }؟
records-credential-delete-goes = تُرفض الأداة من الآن.
records-credential-delete-stays = يبقى ما كتبته.
records-credential-deleted = حُذفت بيانات الدخول.
records-scopes = ما المسموح بها
records-scope-statements-write = كتابة العبارات
records-scope-statements-read-mine = قراءة العبارات التي كتبتها
records-scope-statements-read = قراءة كل العبارات
records-scope-state = قراءة الحالات وكتابتها
records-scope-profile = قراءة ملفات الأنشطة والأشخاص وكتابتها
records-scope-define = تحديد أسماء الأنشطة والأشخاص بعباراتها
records-scope-all-read = قراءة كل شيء
records-scope-all = كل شيء
records-origins = صفحات الويب التي يجوز لها استعمالها
records-origins-hint = للأدوات التي تعمل في المتصفح: أصل مثل https://tool.example في كل سطر.
records-endpoint = عنوان الواجهة
records-key = المفتاح
records-secret = السر
records-token = رمز الحامل

records-targets = التحويل
records-targets-words = تُرسل العبارات بترتيب تخزينها. وما لا يصل يُعاد إرساله حتى يصل.
records-targets-none = لا شيء يُحوَّل.
records-target-new = تحويل العبارات
records-target-name = الاسم
records-target-edit-title = تعديل { $name }
records-target-made = تُحوَّل العبارات إلى { $name }.
records-target-changed = عُدّل { $name }.
records-target-paused = لا يُرسل شيء بعد الآن؛ وينتظر ما يُخزَّن في أثناء ذلك.
records-target-resumed = استُؤنف الإرسال.
records-target-delete-question = إيقاف التحويل إلى { $name } نهائيًا؟
records-target-delete-goes = تذهب إعداداته وقائمة ما رفضه.
records-target-delete-stays = تبقى العبارات هنا وهناك.
records-target-deleted = لم يعد شيء يُحوَّل إلى هناك.
records-endpoint-hint = عنوان واجهة المستودع الآخر، مثل https://lrs.example/xapi/
records-version = إصدار xAPI
records-key-hint = اسم المستخدم في المصادقة الأساسية. اتركه فارغًا إذا كان السر رمز حامل.
records-secret-hint = كلمة المرور أو رمز الحامل. يُحفظ كما هو ولا يظهر مرة أخرى.
records-secret-keep = اتركه فارغًا لإبقاء الحالي. مع عنوان آخر يجب إدخاله من جديد.
records-begin = ما الذي يُرسل
records-begin-now = ما يُخزَّن من الآن
records-begin-beginning = كل شيء من أول عبارة
records-selection = أي العبارات
records-selection-hint = ما يحقق كل هذه الشروط فقط. اتركها كلها فارغة لكل العبارات.
records-verbs = الأفعال
records-verbs-hint = عنوان فعل (IRI) في كل سطر؛ ويكفي واحد منها.
records-activity = النشاط
records-activity-hint = عنوان (IRI) نشاط مذكور في أي موضع من العبارة.
records-agent = شخص أو مجموعة
records-agent-hint = بصيغة JSON مثل {"{"}"mbox": "mailto:ada@example.org"{"}"}
records-attachments = إرسال الملفات معها
records-attachments-hint = بدونها تُحذف من العبارات المرفقاتُ الموجودة هنا فقط.
records-state-paused = متوقف
records-state-trouble = لا يصل
records-state-sending = قيد الإرسال
records-state-done = وصل كل شيء
records-behind =
    { $count ->
        [zero] لا عبارات تنتظر، منذ { $age }
        [one] عبارة واحدة تنتظر منذ { $age }
        [two] عبارتان تنتظران، أولاهما منذ { $age }
        [few] { $count } عبارات تنتظر، أولاها منذ { $age }
        [many] { $count } عبارة تنتظر، أولاها منذ { $age }
        [1000] ‏1000 عبارة أو أكثر تنتظر، أولاها منذ { $age }
       *[other] { $count } عبارة تنتظر، أولاها منذ { $age }
    }
records-trouble =
    { $count ->
        [zero] لم تُجرَّب بعد، منذ
        [one] جُرّب مرة واحدة دون نجاح، منذ
        [two] جُرّب مرتين دون نجاح، منذ
        [few] جُرّب { $count } مرات دون نجاح، منذ
        [many] جُرّب { $count } مرة دون نجاح، منذ
       *[other] جُرّب { $count } مرة دون نجاح، منذ
    }
records-trouble-next = المحاولة التالية:
records-try-now = حاول الآن
records-pause = إيقاف مؤقت
records-resume = متابعة
records-delivered = وصل
records-statements =
    { $count ->
        [zero] لا عبارات
        [one] عبارة واحدة
        [two] عبارتان
        [few] { $count } عبارات
        [many] { $count } عبارة
       *[other] { $count } عبارة
    }
records-waiting = ينتظر
records-waiting-none = لا شيء
records-letters = عبارات لم تُقبل
records-letters-words = رفضها المستودع الآخر، أو تعطّل عندها مرارًا وهو يقبل غيرها. وُضعت جانبًا كي يصل ما بعدها.
records-letters-none = لا شيء.
records-letters-count =
    { $count ->
        [zero] لا مرفوض
        [one] عبارة مرفوضة
        [two] عبارتان مرفوضتان
        [few] { $count } عبارات مرفوضة
        [many] { $count } عبارة مرفوضة
       *[other] { $count } عبارة مرفوضة
    }
records-letter-waits = ستُرسل من جديد
records-again = إرسال من جديد
records-again-all =
    { $count ->
        [zero] لا شيء يُرسل من جديد
        [one] إرسال عبارة واحدة من جديد
        [two] إرسال العبارتين من جديد
        [few] إرسال { $count } عبارات من جديد
        [many] إرسال { $count } عبارة من جديد
       *[other] إرسال { $count } عبارة من جديد
    }
records-letters-again =
    { $count ->
        [zero] لا عبارات تُرسل من جديد.
        [one] تُرسل عبارة واحدة من جديد.
        [two] تُرسل عبارتان من جديد.
        [few] تُرسل { $count } عبارات من جديد.
        [many] تُرسل { $count } عبارة من جديد.
       *[other] تُرسل { $count } عبارة من جديد.
    }
records-discard = ترك
records-discard-all =
    { $count ->
        [zero] لا شيء يُترك
        [one] ترك عبارة واحدة
        [two] ترك العبارتين
        [few] ترك { $count } عبارات
        [many] ترك { $count } عبارة
       *[other] ترك { $count } عبارة
    }
records-discard-question =
    { $count ->
        [zero] لا عبارات لتركها
        [one] عدم إرسال عبارة واحدة؟
        [two] عدم إرسال عبارتين؟
        [few] عدم إرسال { $count } عبارات؟
        [many] عدم إرسال { $count } عبارة؟
       *[other] عدم إرسال { $count } عبارة؟
    }
records-discard-goes = لن تصل إلى المستودع الآخر. وتبقى هنا.
records-letters-gone =
    { $count ->
        [zero] لا عبارات تُركت.
        [one] لن تُرسل عبارة واحدة.
        [two] لن تُرسل عبارتان.
        [few] لن تُرسل { $count } عبارات.
        [many] لن تُرسل { $count } عبارة.
       *[other] لن تُرسل { $count } عبارة.
    }

records-file = ملفًا
records-file-words = كل العبارات، كل منها في سطر بصيغة JSON أو مع ملفاتها في ملف zip: لمستودع آخر أو من مستودع آخر أو للحفظ.
records-import-title = استيراد عبارات
records-import-words = تحتفظ عبارات المستودع الآخر بمعرّفاتها وأوقاتها وبمن يشهد لها. والملف نفسه مرة أخرى لا يغيّر شيئًا.
records-import-file = الملف
records-import-file-hint = كائن JSON في كل سطر (NDJSON)، أو ملف zip فيه statements.ndjson والمرفقات، بحجم { $most } ميبيبايت على الأكثر. وللأطول:
records-import-try = تجربة فقط
records-import-try-hint = لا يُكتب شيء. ترى ما سيحدث لكل سطر، ثم تستورد الملف نفسه.
records-import-begin = بدء
records-import-begun = بدأ الاستيراد. تعرض هذه الصفحة مدى تقدمه.
records-import-tried = يُجرَّب الملف؛ لا يُكتب شيء.
records-import-lines = الأسطر
records-import-imported = العبارات المستوردة
records-import-unchanged = موجودة من قبل
records-import-refused = الأسطر المتجاوَزة
records-import-problems = أول الأسطر المتجاوَزة
records-import-statement = العبارة
records-import-repeats = العبارات الجديدة كثيرة إلى حد أنه لم تُكتشف كل المعرّفات المكررة في الملف: وهذه تُعد مستوردة.
records-import-nothing-yet = لم يُكتب شيء بعد. عندما يبدو كل شيء صحيحًا استورد الملف نفسه:

records-person-title = ما يُحفظ عن شخص
records-person-words = من يسأل عمّا يُحفظ عنه يحصل عليه ملفًا، ويمكن محوه أو إخفاء اسمه فيه.
records-person-open = البحث عن شخص
records-person-account-field = حساب هنا
records-person-account-hint = اسم المستخدم أو البريد الإلكتروني أو علامة # ورقم حساب: ما سجلته المقررات هنا عنه.
records-person-agents = تعرفه الأدوات الأخرى باسم
records-person-agents-hint = واحد في كل سطر: بريد إلكتروني أو بصمة SHA-1 له أو OpenID أو فاعل بصيغة JSON. تُعد كلها للشخص نفسه.
records-person-find = بحث
records-person-result = الشخص
records-person-found =
    { $count ->
        [zero] لا عبارة تذكره
        [one] عبارة واحدة تذكره
        [two] عبارتان تذكرانه
        [few] { $count } عبارات تذكره
        [many] { $count } عبارة تذكره
       *[other] { $count } عبارة تذكره
    }؛ { $documents ->
        [zero] ولا مستندات له.
        [one] وله مستند واحد (حالة أو ملف تعريف).
        [two] وله مستندان (حالات وملفات تعريف).
        [few] وله { $documents } مستندات (حالات وملفات تعريف).
        [many] وله { $documents } مستندًا (حالات وملفات تعريف).
       *[other] وله { $documents } مستند (حالات وملفات تعريف).
    }
records-person-at-least = على الأقل: { $what }
records-person-also = قد تعرفه الأدوات الأخرى ببريده. ابحث به أيضًا:
records-person-export-statements = تصدير العبارات
records-person-export-zip = تصدير العبارات مع ملفاتها
records-person-export-documents = تصدير المستندات
records-person-count = احسب ما سيغيره المحو
records-person-counting = يجري العدّ؛ ولا يُكتب شيء.
records-person-first = أولى العبارات
records-person-do-erase = محو
records-person-do-pseudonymise = إخفاء الاسم
records-person-question-erase = محو { $name } من سجلات التعلم؟
records-person-question-pseudonymise = إخفاء اسم { $name } في سجلات التعلم؟
records-person-goes-erase = تُحذف العبارات التي يكون فيها الفاعل أو المفعول به. وفي غيرها، كعبارات المجموعات، يُخفى اسمه، وكذلك في العبارات التي أبطل بها شيئًا: يجب أن يبقى باطلًا.
records-person-goes-pseudonymise = يحل اسم عشوائي محله في كل هذه العبارات. ويبقى ما جرى ومتى وكيف كانت النتيجة.
records-person-documents-go = تُحذف حالاته وملفات تعريفه، ويُنسى ما كان يُسمى به.
records-person-stays = ما أُرسل إلى مستودعات أخرى يبقى فيها، وكذلك النسخ الاحتياطية وملفات التصدير. ولا يُعثر على الأسماء في النصوص الحرة.
records-person-account = يبقى الحساب، وتستمر المقررات التي تحفظ سجلات التعلم في التسجيل عنه. أوقفه أولًا إن لم يكن ذلك مطلوبًا.
records-person-target = التحويل إلى { $name } يختار العبارات بهذا الشخص، فإعداداته تقول من هو. عدّلها.
records-person-for-good = لا يمكن التراجع عن ذلك.
records-person-begun = بدأ العمل. تبيّن هذه الصفحة ما أُنجز.
records-person-would = ما الذي سيتغير
records-person-done = ما الذي تغيّر
records-person-removed = عبارات حُذفت
records-person-pseudonymised = عبارات أُخفي الاسم فيها
records-person-references = عبارات تشير إليها
records-person-documents = مستندات حُذفت
records-person-nothing-yet = لم يتغير شيء. يبدأ المحو من حيث يُعثر على الشخص:
