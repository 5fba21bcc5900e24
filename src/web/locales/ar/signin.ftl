signin-title = تسجيل الدخول
signin-username = اسم المستخدم أو البريد الإلكتروني
signin-password = كلمة المرور
signin-button = تسجيل الدخول
signin-no-password = ليست لديك كلمة مرور بعد أو نسيتها؟ ترسل إليك مؤسستك رابطًا لاختيار واحدة.
signin-signed-out = تم تسجيل خروجك.
