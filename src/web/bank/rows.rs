//! Lists in a form: `kind/options/2/text` is a part of the third row of the list `kind/options`. Rows are counted, added,
//! moved and left out here, for every list of the question editor alike.

use crate::web::form::Fields;

/// Most rows that a form shows of one list: more than any list of a question may have, so that too many are refused where
/// that is said, and few enough that a made-up number costs nothing.
const MOST_ROWS: usize = 128;

/// Parts of a row that say nothing by themselves: they have a value from the beginning.
const SAYING_NOTHING: [&str; 6] = ["fraction", "type", "weight", "display", "shuffle", "case_sensitive"];

/// The place in a list and the part of a field.
fn place_of<'n>(list: &str, name: &'n str) -> Option<(usize, &'n str)> {
    let rest = name.strip_prefix(list)?.strip_prefix('/')?;
    let (place, part) = rest.split_once('/')?;
    Some((place.parse().ok().filter(|place| *place < MOST_ROWS)?, part))
}

/// How many rows a form has of a list, with those between that it lacks.
pub fn count(fields: &Fields, list: &str) -> usize {
    let places = fields.iter().filter_map(|(name, _)| place_of(list, name)).map(|(place, _)| place + 1);
    places.max().unwrap_or(0)
}

/// Is nothing written in a row?
pub fn is_empty(fields: &Fields, list: &str, row: usize) -> bool {
    fields.iter().all(|(name, value)| match place_of(list, name) {
        Some((place, part)) if place == row => {
            let last = part.rsplit('/').next().unwrap_or(part);
            value.trim().is_empty() || SAYING_NOTHING.contains(&last)
        }
        _ => true,
    })
}

/// The same form with these rows of a list, in this order.
pub fn arranged(fields: &Fields, list: &str, order: &[usize]) -> Fields {
    let mut kept = Fields::default();
    for (name, value) in fields.iter() {
        match place_of(list, name) {
            None => kept = kept.with(name, value),
            Some((place, part)) => {
                if let Some(to) = order.iter().position(|from| *from == place) {
                    kept = kept.with(&format!("{list}/{to}/{part}"), value);
                }
            }
        }
    }
    kept
}

/// Without rows in which nothing is written.
pub fn without_empty(fields: &Fields, list: &str) -> Fields {
    let order: Vec<usize> = (0..count(fields, list)).filter(|row| !is_empty(fields, list, *row)).collect();
    arranged(fields, list, &order)
}

/// Without one row.
pub fn without(fields: &Fields, list: &str, row: usize) -> Fields {
    let order: Vec<usize> = (0..count(fields, list)).filter(|other| *other != row).collect();
    arranged(fields, list, &order)
}

/// With one row a place further up, or as it was where there is none above it.
pub fn moved_up(fields: &Fields, list: &str, row: usize) -> Fields {
    let mut order: Vec<usize> = (0..count(fields, list)).collect();
    if let Some(above) = row.checked_sub(1)
        && row < order.len()
    {
        order.swap(above, row);
    }
    arranged(fields, list, &order)
}

/// With another row behind all others.
pub fn with_row(mut fields: Fields, list: &str, parts: &[(&str, &str)]) -> Fields {
    let row = count(&fields, list);
    for (part, value) in parts {
        fields = fields.with(&format!("{list}/{row}/{part}"), value);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Fields {
        Fields::default()
            .with("name", "n")
            .with("a/0/text", "x")
            .with("a/0/fraction", "100")
            .with("a/1/text", " ")
            .with("a/1/fraction", "100")
            .with("a/2/text", "z")
            .with("a/999999999/text", "far")
    }

    #[test]
    fn rows_are_counted_and_empty_ones_left_out() {
        let form = form();
        assert_eq!(count(&form, "a"), 3);
        assert!(is_empty(&form, "a", 1) && !is_empty(&form, "a", 0));
        let kept = without_empty(&form, "a");
        assert_eq!((count(&kept, "a"), kept.get("a/1/text"), kept.get("name")), (2, "z", "n"));
    }

    #[test]
    fn rows_change_places_go_and_come() {
        let form = form();
        assert_eq!(moved_up(&form, "a", 2).get("a/1/text"), "z");
        assert_eq!(moved_up(&form, "a", 0).get("a/0/text"), "x");
        assert_eq!(moved_up(&form, "a", 9).get("a/0/text"), "x");
        assert_eq!(without(&form, "a", 0).get("a/1/text"), "z");
        let more = with_row(form, "a", &[("text", ""), ("fraction", "0")]);
        assert_eq!((count(&more, "a"), more.get("a/3/fraction")), (4, "0"));
    }
}
