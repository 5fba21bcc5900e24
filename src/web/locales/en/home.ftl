home-title = Home
home-hello = Hello, { $name }
home-courses = My courses
home-no-courses = You are not enrolled in a course yet.
