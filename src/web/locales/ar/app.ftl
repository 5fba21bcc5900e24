# ما يحيط بكل صفحة
app-name = ليسيوم
app-skip = انتقل إلى المحتوى
app-nav = التنقل الرئيسي
app-nav-home = الرئيسية
app-nav-account = حسابي
app-nav-admin = الإدارة
app-sign-out = تسجيل الخروج
app-language = اللغة
app-theme = المظهر
app-theme-system = حسب الجهاز
app-theme-light = فاتح
app-theme-dark = داكن
