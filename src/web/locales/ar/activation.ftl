activation-title = اختر كلمة مرورك
activation-intro = أهلًا بك، { $name }. اختر كلمة مرور وستدخل مباشرة.
activation-username = اسم المستخدم الخاص بك
activation-password = كلمة المرور الجديدة
activation-password-hint = عدة كلمات لا صلة بينها خيار جيد، ويمكن أن تكون طويلة.
activation-repeated = كلمة المرور نفسها مرة أخرى
activation-button = احفظ كلمة المرور وسجّل الدخول
activation-done = حُفظت كلمة مرورك وسُجّل دخولك.
