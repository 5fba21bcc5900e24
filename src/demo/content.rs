//! The files of the demo institution, compiled in. A test compares this list with the directory.

macro_rules! files {
    ($($path:literal,)+) => {
        /// Every file below `data/demo` with its text, in the order of their paths.
        pub const FILES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/", $path))),)+];
    };
}

files! {
    "README.md",
    "attempts.toml",
    "courses/NAV101/01-a-round-earth.md",
    "courses/NAV101/02-flat-maps.md",
    "courses/NAV101/03-the-compass.md",
    "courses/NAV101/04-dead-reckoning.md",
    "courses/NAV101/05-latitude.md",
    "courses/NAV101/06-longitude.md",
    "courses/NAV101/07-the-shortest-way.md",
    "courses/NAV101/08-radio-and-satellites.md",
    "courses/NAV101/course.toml",
    "courses/STAT101/01-where-data-come-from.md",
    "courses/STAT101/02-the-middle.md",
    "courses/STAT101/03-spread-and-shape.md",
    "courses/STAT101/04-chance.md",
    "courses/STAT101/05-the-bell-curve.md",
    "courses/STAT101/06-how-sure.md",
    "courses/STAT101/07-could-it-be-luck.md",
    "courses/STAT101/08-two-variables.md",
    "courses/STAT101/course.toml",
    "grades.toml",
    "institution.toml",
    "people.csv",
    "questions/NAV101.gift",
    "questions/NAV101.xml",
    "questions/STAT101.gift",
    "questions/STAT101.xml",
    "quizzes.toml",
}

/// The text of a file.
pub fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn every_file_of_the_directory_is_compiled_in() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
        let mut found = Vec::new();
        walk(&root, &root, &mut found);
        found.sort();
        let listed: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, found);
    }
}
