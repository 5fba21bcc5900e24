account-tab-account = الحساب
account-tab-password = كلمة المرور
account-tab-sessions = الجلسات
account-tab-tokens = الرموز
account-username = اسم المستخدم
account-email = البريد الإلكتروني
account-no-email = لا يوجد
account-kept-by = تحتفظ مؤسستك باسم المستخدم وبعنوان بريدك. إن كان في أحدهما خطأ فأخبر القائمين على هذا الخادم.
account-preferences = طريقة العرض
account-language = اللغة
account-language-browser = كما يطلب المتصفح
account-time-zone = المنطقة الزمنية
account-time-zone-hint = مثل Europe/Vienna. تركها فارغة يعني { $zone } كما حددتها المؤسسة.
account-save = حفظ
account-saved = تم الحفظ.

account-password-title = تغيير كلمة المرور
account-password-hint =
    { $count ->
        [zero] { $count } حرف على الأقل، وعدة كلمات لا صلة بينها خيار جيد. سيُسجَّل خروجك من كل مكان آخر، وتتوقف رموزك للبرامج.
        [one] حرف واحد على الأقل، وعدة كلمات لا صلة بينها خيار جيد. سيُسجَّل خروجك من كل مكان آخر، وتتوقف رموزك للبرامج.
        [two] حرفان على الأقل، وعدة كلمات لا صلة بينها خيار جيد. سيُسجَّل خروجك من كل مكان آخر، وتتوقف رموزك للبرامج.
        [few] { $count } أحرف على الأقل، وعدة كلمات لا صلة بينها خيار جيد. سيُسجَّل خروجك من كل مكان آخر، وتتوقف رموزك للبرامج.
        [many] { $count } حرفًا على الأقل، وعدة كلمات لا صلة بينها خيار جيد. سيُسجَّل خروجك من كل مكان آخر، وتتوقف رموزك للبرامج.
       *[other] { $count } حرف على الأقل، وعدة كلمات لا صلة بينها خيار جيد. سيُسجَّل خروجك من كل مكان آخر، وتتوقف رموزك للبرامج.
    }
account-password-old = كلمة المرور الحالية
account-password-new = كلمة المرور الجديدة
account-password-repeated = كلمة المرور الجديدة مرة أخرى
account-password-save = غيّر كلمة المرور
account-password-saved = تغيّرت كلمة مرورك، وسُجّل خروجك من كل مكان آخر، وحُذفت رموزك للبرامج.

account-sessions-title = أين سجّلت الدخول
account-sessions-intro = أترى ما لا تعرفه؟ أنهِه وغيّر كلمة مرورك.
account-session-unknown = برنامج غير معروف
account-session-this = هذه
account-session-address = من
account-session-began = بدأت
account-session-seen = آخر استعمال
account-session-end = إنهاء
account-session-end-of = إنهاء: { $device }
account-session-end-question = إنهاء هذه الجلسة؟
account-session-facts = { $device }، من العنوان { $address }.
account-session-end-what = تبقى الإجابات المحفوظة محفوظة. وعلى من يعمل هناك أن يسجّل الدخول من جديد.
account-session-end-here = هذه جلسة هذه الصفحة: سيُطلب منك تسجيل الدخول من جديد.
account-session-ended = انتهت الجلسة هناك.
account-sessions-end = إنهاء كل الجلسات الأخرى
account-sessions-end-question = إنهاء كل الجلسات الأخرى؟
account-sessions-end-count =
    { $count ->
        [zero] لا توجد جلسات أخرى.
        [one] تنتهي جلسة أخرى واحدة.
        [two] تنتهي جلستان أخريان.
        [few] تنتهي { $count } جلسات أخرى.
        [many] تنتهي { $count } جلسة أخرى.
       *[other] تنتهي { $count } جلسة أخرى.
    }
account-sessions-ended =
    { $count ->
        [zero] لم تكن هناك جلسات أخرى.
        [one] انتهت جلسة واحدة.
        [two] انتهت جلستان.
        [few] انتهت { $count } جلسات.
        [many] انتهت { $count } جلسة.
       *[other] انتهت { $count } جلسة.
    }

account-tokens-title = رموز للبرامج
account-tokens-intro = بالرمز يتصرف برنامج باسمك في حدود ما يسمح به الرمز. أعط كل برنامج رمزًا خاصًا به.
account-no-tokens = ليس لديك أي رمز.
account-token-made = أُنشئ الرمز
account-token-once = يُعرض هذه المرة فقط. انسخه الآن.
account-token-until = حتى
account-token-unused = لم يُستعمل
account-token-new = رمز جديد
account-token-name = الغرض منه
account-token-life = المدة
account-token-days =
    { $count ->
        [zero] { $count } يوم
        [one] يوم واحد
        [two] يومان
        [few] { $count } أيام
        [many] { $count } يومًا
       *[other] { $count } يوم
    }
account-token-no-scopes = ليست لك حقوق بعد يستعملها رمز. فهي تأتي مع دور أو مقرر.
account-token-scopes = ما يسمح به
account-token-create = أنشئ الرمز
account-token-delete = حذف
account-token-delete-of = حذف: { $name }
account-token-delete-question = حذف الرمز { $name }؟
account-token-delete-what = يتوقف البرنامج الذي يستعمله فورًا، ولا يمكن التراجع عن هذا.
account-token-deleted = حُذف الرمز.
account-tab-details = الاسم
account-first-name = الاسم الأول
account-last-name = اسم العائلة
account-details-saved = حُفظ اسمك.
account-details-change = غيّر الاسم
