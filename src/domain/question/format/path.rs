//! Category paths as Moodle writes them: `$course$/top/Physics/Waves`, with `//` for a slash in a name.

use super::report::FormatError;
use super::{MAX_CATEGORY_CHARS, MAX_CATEGORY_DEPTH, one_line};

/// The names from the top, without the context and without Moodle's invisible `top`.
pub(super) fn parse(written: &str, line: u32) -> Result<Vec<String>, FormatError> {
    let marked = written.replace("//", "\u{fdd0}");
    let mut names: Vec<String> = marked
        .split('/')
        .map(|name| one_line(&name.replace('\u{fdd0}', "/")))
        .filter(|name| !name.is_empty())
        .collect();
    let is_context = |name: &String| name.len() > 2 && name.starts_with('$') && name.ends_with('$');
    if names.first().is_some_and(is_context) {
        names.remove(0);
    }
    if names.first().is_some_and(|name| name == "top") {
        names.remove(0);
    }
    if names.len() > MAX_CATEGORY_DEPTH {
        return Err(FormatError::new(line, format!("a category is deeper than {MAX_CATEGORY_DEPTH} levels")));
    }
    if names.iter().any(|name| name.chars().count() > MAX_CATEGORY_CHARS) {
        return Err(FormatError::new(
            line,
            format!("a category name is longer than {MAX_CATEGORY_CHARS} characters"),
        ));
    }
    Ok(names)
}

/// The path as Moodle reads it.
pub(super) fn write(names: &[String]) -> String {
    let mut written = "$course$/top".to_owned();
    for name in names {
        written.push('/');
        // A slash at an end would run together with the separator; Moodle sets a space between, too.
        let escaped = name.replace('/', "//");
        if escaped.starts_with('/') {
            written.push(' ');
        }
        written.push_str(&escaped);
        if escaped.ends_with('/') {
            written.push(' ');
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Vec<String> {
        parse(path, 1).unwrap()
    }

    #[test]
    fn context_and_top_are_left_out() {
        assert_eq!(names("$course$/top/Default for LTTEST"), ["Default for LTTEST"]);
        assert_eq!(names("$course$/Sigma/Tau"), ["Sigma", "Tau"]);
        assert_eq!(names(" Physics / Waves "), ["Physics", "Waves"]);
        assert!(names("$course$/top").is_empty());
    }

    #[test]
    fn slashes_in_names_survive() {
        for path in [vec!["a/b", "c"], vec!["/x", "y/"], vec!["top", "z"], vec!["a//b"]] {
            let path: Vec<String> = path.into_iter().map(str::to_owned).collect();
            assert_eq!(names(&write(&path)), path);
        }
    }
}
