# صفحات الإدارة.
admin-tabs = الإدارة
admin-tab-now = الآن
admin-tab-people = الأشخاص
admin-yes = نعم
admin-no = لا
admin-page-first = من البداية
admin-page-next = الصفحة التالية
admin-size-kib = { $size } كيبيبايت
admin-size-mib = { $size } ميبيبايت
admin-size-gib = { $size } جيبيبايت
admin-size-tib = { $size } تيبيبايت
admin-confirm-goes = ما الذي سيحدث
admin-confirm-back = رجوع دون تغيير

admin-now-title = ما يجري الآن
admin-now-calm = لا شيء يحتاج إلى انتباه.
admin-now-alerts = يحتاج إلى انتباه
admin-now-exams = الامتحانات الجارية والقريبة
admin-now-running =
    { $count ->
        [zero] لا توجد محاولة جارية.
        [one] محاولة واحدة جارية ({ $count }).
        [two] محاولتان جاريتان ({ $count }).
        [few] { $count } محاولات جارية.
        [many] { $count } محاولة جارية.
       *[other] { $count } محاولة جارية.
    }
admin-now-peak =
    { $count ->
        [zero] لا متعلمين في الوقت نفسه، من
        [one] متعلم واحد على الأكثر ({ $count })، من
        [two] متعلمان على الأكثر ({ $count })، من
        [few] { $count } متعلمين على الأكثر في الوقت نفسه، من
        [many] { $count } متعلمًا على الأكثر في الوقت نفسه، من
       *[other] { $count } متعلم على الأكثر في الوقت نفسه، من
    }
admin-now-recommended =
    { $count ->
        [zero] لا يتحمل هذا الجهاز أي متعلم.
        [one] يتحمل هذا الجهاز متعلمًا واحدًا ({ $count }).
        [two] يتحمل هذا الجهاز متعلمين اثنين ({ $count }).
        [few] يتحمل هذا الجهاز { $count } متعلمين.
        [many] يتحمل هذا الجهاز { $count } متعلمًا.
       *[other] يتحمل هذا الجهاز { $count } متعلم.
    }
admin-now-no-exams =
    { $days ->
        [zero] لا امتحان اليوم.
        [one] لا امتحان خلال يوم واحد ({ $days }).
        [two] لا امتحان خلال يومين ({ $days }).
        [few] لا امتحان خلال { $days } أيام.
        [many] لا امتحان خلال { $days } يومًا.
       *[other] لا امتحان خلال { $days } يوم.
    }
admin-now-learners =
    { $count ->
        [zero] لا متعلمين
        [one] متعلم واحد ({ $count })
        [two] متعلمان ({ $count })
        [few] { $count } متعلمين
        [many] { $count } متعلمًا
       *[other] { $count } متعلم
    }
admin-now-open = جارٍ
admin-now-jobs = المهام الجارية
admin-now-no-jobs = لا مهمة تنتظر أو تعمل.
admin-now-store = التخزين
admin-store-writes = يقبل التغييرات
admin-store-queue = تغييرات تنتظر
admin-store-free = المساحة الحرة على القرص
admin-store-tree = البيانات
admin-store-journal = السجل
admin-alert-draining = الخادم على وشك التوقف
admin-alert-read-only = لا يمكن كتابة أي شيء
admin-alert-rebuilt =
    { $count ->
        [zero] لم تُبنَ البيانات من جديد منذ البدء
        [one] بُنيت البيانات من السجل مرة واحدة منذ البدء ({ $count })
        [two] بُنيت البيانات من السجل مرتين منذ البدء ({ $count })
        [few] بُنيت البيانات من السجل { $count } مرات منذ البدء
        [many] بُنيت البيانات من السجل { $count } مرة منذ البدء
       *[other] بُنيت البيانات من السجل { $count } مرة منذ البدء
    }
admin-check-exams = الامتحانات القادمة
admin-check-capacity = قدرة هذا الجهاز
admin-check-space = المساحة على القرص
admin-check-open-files = الملفات المفتوحة
admin-check-clock = الساعة
admin-check-writing = الكتابة
admin-check-durability = أمان الكتابة
admin-job-kind-roster_import = استيراد أشخاص
admin-job-kind-regrade = إعادة التصحيح
admin-job-kind-people_export = تصدير الأشخاص
admin-job-kind-grades_export = تصدير الدرجات
admin-job-kind-course_deletion = حذف مقرر
admin-job-kind-course_copy = نسخ مقرر

admin-people-title = الأشخاص
admin-people-search = بحث
admin-people-search-hint = بداية الاسم أو اسم المستخدم أو عنوان البريد
admin-people-search-button = ابحث
admin-people-none = لم يُعثر على أحد.
admin-person-new = شخص جديد
admin-person-new-hint = ستحصل على رابط يضع به الشخص كلمة مروره. يظهر مرة واحدة.
admin-person-create = أنشئ وأظهر الرابط
admin-person-first-name = الاسم الأول
admin-person-last-name = اسم العائلة
admin-person-username = اسم المستخدم
admin-person-username-hint = حروف لاتينية صغيرة وأرقام ونقطة وشرطة وشرطة سفلية و@
admin-person-email = البريد الإلكتروني
admin-person-email-hint = إذا تغيّر توقفت الروابط التي أُرسلت.
admin-person-created = أُنشئ
admin-person-activated = وضع كلمة مرور
admin-person-not-activated = بلا كلمة مرور بعد
admin-person-suspended = موقوف
admin-person-sessions = الأجهزة المسجَّل عليها
admin-person-edit = تعديل
admin-person-edit-title = تعديل { $name }
admin-person-save = حفظ
admin-person-made = أُنشئ حساب { $name }.
admin-person-changed = عُدّل { $name }.
admin-link-title = رابط لوضع كلمة مرور
admin-link-words = أعطِ هذا الرابط إلى { $name } وحده. من يملكه يستطيع وضع كلمة المرور.
admin-link-label = الرابط
admin-link-until = يعمل مرة واحدة، حتى
admin-link-once = لن يظهر مرة أخرى.
admin-link-done = أخذته
admin-link-hint = ينشئ رابطًا يضع به الشخص كلمة مرور جديدة. تتوقف الروابط السابقة.
admin-link-button = أنشئ رابطًا
admin-suspend-title = إيقاف { $name }؟
admin-suspend-sessions =
    { $count ->
        [zero] لا أحد مسجَّل الدخول بهذا الحساب الآن.
        [one] تنتهي جلسة واحدة فورًا ({ $count })، حتى في وسط امتحان.
        [two] تنتهي جلستان فورًا ({ $count })، حتى في وسط امتحان.
        [few] تنتهي { $count } جلسات فورًا، حتى في وسط امتحان.
        [many] تنتهي { $count } جلسة فورًا، حتى في وسط امتحان.
       *[other] تنتهي { $count } جلسة فورًا، حتى في وسط امتحان.
    }
admin-suspend-links = تتوقف روابط وضع كلمة المرور.
admin-suspend-tokens = تُرفض البرامج التي تحمل رمزًا لهذا الشخص.
admin-suspend-stays = لا يضيع شيء: تبقى الإجابات والدرجات والتسجيلات، ويمكن استعادة الحساب.
admin-suspend-button = إيقاف
admin-suspended = أُوقف { $name }.
admin-restore-words = هذا الحساب موقوف. بعد استعادته يستطيع الشخص الدخول بكلمة المرور نفسها.
admin-restore-button = استعادة
admin-restored = يستطيع { $name } الدخول من جديد.
admin-sign-out-title = إخراج { $name } من كل الأجهزة؟
admin-sign-out-stays = تبقى الإجابات المحفوظة. يستطيع الشخص الدخول فورًا من جديد.
admin-sign-out-button = إخراج من كل الأجهزة
admin-signed-out =
    { $count ->
        [zero] لم تكن هناك جلسات.
        [one] انتهت جلسة واحدة ({ $count }).
        [two] انتهت جلستان ({ $count }).
        [few] انتهت { $count } جلسات.
        [many] انتهت { $count } جلسة.
       *[other] انتهت { $count } جلسة.
    }
admin-roles-title = الأدوار في كل مكان
admin-roles-hint = ما يستطيعه هذا الشخص في المنصة كلها، إضافةً إلى المقررات المسجَّل فيها.
admin-roles-courses =
    { $count ->
        [zero] لا أدوار في مقررات بعينها.
        [one] وله دور واحد في مقرر ({ $count }).
        [two] وله دوران في مقررات ({ $count }).
        [few] وله { $count } أدوار في مقررات.
        [many] وله { $count } دورًا في مقررات.
       *[other] وله { $count } دور في مقررات.
    }
admin-roles-none = لا دور في كل مكان.
admin-roles-grant = منح دور في كل مكان
admin-roles-grant-button = منح
admin-granted = مُنح الدور { $role }.
admin-revoke-title = سحب الدور { $role } من { $name }؟
admin-revoke-rights = تذهب هذه الحقوق: { $rights }
admin-revoke-stays = تبقى التسجيلات والأدوار في المقررات.
admin-revoke-button = سحب
admin-revoked = سُحب الدور { $role }.
admin-role-administrator = مدير
admin-role-teacher = معلم
admin-role-assistant = مساعد
admin-role-learner = متعلم
admin-role-observer = مراقب
