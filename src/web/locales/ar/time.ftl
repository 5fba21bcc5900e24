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
        [0] الآن
        [one] بعد دقيقة
        [two] بعد دقيقتين
        [few] بعد { $count } دقائق
       *[other] بعد { $count } دقيقة
    }
time-in-hours =
    { $count ->
        [one] بعد ساعة
        [two] بعد ساعتين
        [few] بعد { $count } ساعات
       *[other] بعد { $count } ساعة
    }
time-in-days =
    { $count ->
        [one] بعد يوم
        [two] بعد يومين
        [few] بعد { $count } أيام
       *[other] بعد { $count } يومًا
    }
time-ago-minutes =
    { $count ->
        [0] الآن
        [one] قبل دقيقة
        [two] قبل دقيقتين
        [few] قبل { $count } دقائق
       *[other] قبل { $count } دقيقة
    }
time-ago-hours =
    { $count ->
        [one] قبل ساعة
        [two] قبل ساعتين
        [few] قبل { $count } ساعات
       *[other] قبل { $count } ساعة
    }
time-ago-days =
    { $count ->
        [one] قبل يوم
        [two] قبل يومين
        [few] قبل { $count } أيام
       *[other] قبل { $count } يومًا
    }
time-span-minutes =
    { $count ->
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $count } دقائق
       *[other] { $count } دقيقة
    }
time-span-hours =
    { $count ->
        [one] ساعة واحدة
        [two] ساعتان
        [few] { $count } ساعات
       *[other] { $count } ساعة
    }
time-span-both = { $hours } س { $minutes } د
