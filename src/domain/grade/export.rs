//! Grades as CSV (RFC 4180): one line per learner, exact decimals, safe to open in a spreadsheet. What is written here,
//! `sheet` reads again.

use super::report::MatrixRow;
use super::tree::Tree;
use crate::domain::refusal::{CHANGED, Refusal};

/// The byte order mark with which some spreadsheets know UTF-8.
pub const BOM: &str = "\u{feff}";
/// The column of the learner's id.
pub const USER_ID: &str = "user_id";
/// The column of the learner's username.
pub const USERNAME: &str = "username";
/// The column of the learner's name.
pub const NAME: &str = "name";
/// The column of the letter of the course's total.
pub const LETTER: &str = "letter";
/// Begins the column of a category's percentage.
pub const TOTAL: &str = "Total: ";

/// Does a spreadsheet take a text with this beginning for a formula?
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text that no spreadsheet computes.
pub fn defused(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text before it was [`defused`].
pub fn fused(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

fn push_cell(line: &mut String, text: &str) {
    if text.contains(['"', ',', ';', '\n', '\r']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
}

fn push_line<'c>(to: &mut String, cells: impl Iterator<Item = std::borrow::Cow<'c, str>>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            to.push(',');
        }
        push_cell(to, &cell);
    }
    to.push_str("\r\n");
}

/// The names of the columns: who, then the items, then the totals, the course's own first.
pub fn columns(tree: Option<&Tree>) -> Vec<String> {
    let items = tree.map(Tree::items).unwrap_or_default();
    let items = items.iter().map(|(item, _)| format!("{} [#{}]", item.name.as_str(), item.id));
    let categories = tree.map(Tree::categories).unwrap_or_default();
    let totals = categories.iter().map(|total| format!("{TOTAL}{} [#{}]", total.name.as_str(), total.id));
    let who = [USER_ID, USERNAME, NAME].into_iter().map(str::to_owned);
    who.chain(items).chain(totals).chain([LETTER.to_owned()]).collect()
}

/// The first line.
pub fn header(tree: Option<&Tree>) -> String {
    let mut line = String::new();
    push_line(&mut line, columns(tree).iter().map(|cell| defused(cell).into()));
    line
}

/// The columns changed while a file was being written: lines before and behind would not mean the same.
pub fn columns_changed() -> Refusal {
    CHANGED.refuse("items or categories of the gradebook changed meanwhile; start again")
}

/// A learner's line: points per item, percentages per category, the letter. What is not there is empty.
pub fn line(to: &mut String, row: &MatrixRow) {
    let who = [row.learner.user.to_string(), row.learner.username.clone(), row.learner.name.clone()];
    let items = row
        .items
        .iter()
        .map(|cell| cell.standing.map(|standing| standing.points.to_string()).unwrap_or_default());
    let totals = row.categories.iter().map(|cell| {
        let percentage = cell.standing.and_then(super::calc::Points::percentage);
        percentage.map(|percentage| percentage.to_string()).unwrap_or_default()
    });
    let letter = [row.letter.clone().unwrap_or_default()];
    let cells = who.into_iter().chain(items).chain(totals).chain(letter);
    push_line(to, cells.map(|cell| defused(&cell).into()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_comes_back() {
        for text in ["=1+1", "+49", "-x", "@sum", "'quoted", "plain", "\t=1"] {
            let safe = defused(text);
            assert!(!is_formula(&safe));
            assert_eq!(fused(&safe), text);
        }
    }

    #[test]
    fn cells_with_separators_and_quotes_are_quoted() {
        let mut line = String::new();
        push_line(&mut line, ["a,b", "c\"d", "plain", "x;y"].into_iter().map(Into::into));
        assert_eq!(line, "\"a,b\",\"c\"\"d\",plain,\"x;y\"\r\n");
    }
}
