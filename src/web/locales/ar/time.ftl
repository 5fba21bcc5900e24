# An isolate whose words are all isolated has no direction of its own: the mark gives it one.
time-day = {"\u200F"}{ $day } { $month } { $year }
time-moment = {"\u200F"}{ $day }، { $clock }
time-month-1 = يناير
time-month-2 = فبراير
time-month-3 = مارس
time-month-4 = أبريل
time-month-5 = مايو
time-month-6 = يونيو
time-month-7 = يوليو
time-month-8 = أغسطس
time-month-9 = سبتمبر
time-month-10 = أكتوبر
time-month-11 = نوفمبر
time-month-12 = ديسمبر
time-in-minutes =
    { $count ->
        [zero] الآن
        [one] بعد دقيقة
        [two] بعد دقيقتين
        [few] بعد { $count } دقائق
        [many] بعد { $count } دقيقة
       *[other] بعد { $count } دقيقة
    }
time-in-hours =
    { $count ->
        [zero] بعد { $count } ساعة
        [one] بعد ساعة
        [two] بعد ساعتين
        [few] بعد { $count } ساعات
        [many] بعد { $count } ساعة
       *[other] بعد { $count } ساعة
    }
time-in-days =
    { $count ->
        [zero] بعد { $count } يوم
        [one] بعد يوم
        [two] بعد يومين
        [few] بعد { $count } أيام
        [many] بعد { $count } يومًا
       *[other] بعد { $count } يوم
    }
time-ago-minutes =
    { $count ->
        [zero] الآن
        [one] قبل دقيقة
        [two] قبل دقيقتين
        [few] قبل { $count } دقائق
        [many] قبل { $count } دقيقة
       *[other] قبل { $count } دقيقة
    }
time-ago-hours =
    { $count ->
        [zero] قبل { $count } ساعة
        [one] قبل ساعة
        [two] قبل ساعتين
        [few] قبل { $count } ساعات
        [many] قبل { $count } ساعة
       *[other] قبل { $count } ساعة
    }
time-ago-days =
    { $count ->
        [zero] قبل { $count } يوم
        [one] قبل يوم
        [two] قبل يومين
        [few] قبل { $count } أيام
        [many] قبل { $count } يومًا
       *[other] قبل { $count } يوم
    }
time-span-seconds =
    { $count ->
        [zero] { $count } ثانية
        [one] ثانية واحدة
        [two] ثانيتان
        [few] { $count } ثوان
        [many] { $count } ثانية
       *[other] { $count } ثانية
    }
time-span-minutes =
    { $count ->
        [zero] { $count } دقيقة
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $count } دقائق
        [many] { $count } دقيقة
       *[other] { $count } دقيقة
    }
time-span-hours =
    { $count ->
        [zero] { $count } ساعة
        [one] ساعة واحدة
        [two] ساعتان
        [few] { $count } ساعات
        [many] { $count } ساعة
       *[other] { $count } ساعة
    }
time-span-both = { $hours } س { $minutes } د
time-span-with-seconds = { $minutes } د { $seconds } ث
time-span-whole = { $hours } س { $minutes } د { $seconds } ث
