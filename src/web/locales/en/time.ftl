time-day = { $day } { $month } { $year }
time-moment = { $day }, { $clock }
time-month-1 = January
time-month-2 = February
time-month-3 = March
time-month-4 = April
time-month-5 = May
time-month-6 = June
time-month-7 = July
time-month-8 = August
time-month-9 = September
time-month-10 = October
time-month-11 = November
time-month-12 = December
time-in-minutes =
    { $count ->
        [0] now
        [one] in { $count } minute
       *[other] in { $count } minutes
    }
time-in-hours =
    { $count ->
        [one] in { $count } hour
       *[other] in { $count } hours
    }
time-in-days =
    { $count ->
        [one] in { $count } day
       *[other] in { $count } days
    }
time-ago-minutes =
    { $count ->
        [0] just now
        [one] { $count } minute ago
       *[other] { $count } minutes ago
    }
time-ago-hours =
    { $count ->
        [one] { $count } hour ago
       *[other] { $count } hours ago
    }
time-ago-days =
    { $count ->
        [one] { $count } day ago
       *[other] { $count } days ago
    }
time-span-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
time-span-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
time-span-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
time-span-both = { $hours } h { $minutes } min
time-span-with-seconds = { $minutes } min { $seconds } s
time-span-whole = { $hours } h { $minutes } min { $seconds } s
