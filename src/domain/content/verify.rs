//! What must hold between the rows of a course's content: the order of sections and items names each of them once and
//! nothing else, and everything belongs to one course.

use super::{Contents, Item, ItemByQuiz, ItemKind, Section};
use crate::domain::course::{self, Course};
use crate::domain::ids::{CourseId, ItemId, SectionId};
use crate::domain::page::Page;
use crate::domain::quiz::Quiz;
use crate::store::{Exactly, Read, Report, Snapshot, Store, StoreError, each_row};

/// Rows that one read looks at.
const PAGE: usize = 200;

/// Adds to the report what does not hold.
pub fn verify(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    each_row::<Contents>(store, report, PAGE, contents)?;
    each_row::<Section>(store, report, PAGE, section)?;
    each_row::<Item>(store, report, PAGE, item)?;
    each_row::<Page>(store, report, PAGE, page)
}

/// What is wrong with a row, as many things as there are.
type Problems = Vec<String>;

/// An order names nothing twice.
fn repeats<I: Copy + Ord + std::fmt::Display>(order: &[I], what: &str, problems: &mut Problems) {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    for pair in sorted.windows(2) {
        if let [first, second] = pair
            && first == second
        {
            problems.push(format!("it names {what} {first} twice"));
        }
    }
}

fn contents(read: &Snapshot<'_>, contents: &Contents) -> Result<Problems, StoreError> {
    let mut problems = Vec::new();
    if course::is_deleting(read, contents.course)? {
        return Ok(problems);
    }
    if !read.exists::<Course>(&contents.course)? {
        problems.push(no_course(contents.course));
    }
    repeats(&contents.sections, "section", &mut problems);
    for id in &contents.sections {
        match read.get::<Section>(id)? {
            None => problems.push(format!("it names section {id}, which there is not")),
            Some(section) if section.course != contents.course => {
                problems.push(format!("it names section {id}, which is of course {}", section.course));
            }
            Some(_) => {}
        }
    }
    Ok(problems)
}

fn section(read: &Snapshot<'_>, section: &Section) -> Result<Problems, StoreError> {
    let mut problems = Vec::new();
    if course::is_deleting(read, section.course)? {
        return Ok(problems);
    }
    let order = read.get::<Contents>(&section.course)?;
    if !order.is_some_and(|contents| contents.sections.contains(&section.id)) {
        problems.push(format!("the order of course {} does not name it", section.course));
    }
    repeats(&section.items, "item", &mut problems);
    for id in &section.items {
        match read.get::<Item>(id)? {
            None => problems.push(format!("it names item {id}, which there is not")),
            Some(item) if item.section != section.id => {
                problems.push(format!("it names item {id}, which is in section {}", item.section));
            }
            Some(_) => {}
        }
    }
    Ok(problems)
}

fn item(read: &Snapshot<'_>, item: &Item) -> Result<Problems, StoreError> {
    let mut problems = Vec::new();
    if course::is_deleting(read, item.course)? {
        return Ok(problems);
    }
    match read.get::<Section>(&item.section)? {
        None => problems.push(no_section(item.section)),
        Some(section) => {
            if section.course != item.course {
                problems.push(format!("its section is of course {}, it of {}", section.course, item.course));
            }
            if !section.items.contains(&item.id) {
                problems.push(format!("the order of section {} does not name it", section.id));
            }
        }
    }
    let has_text = read.exists::<Page>(&item.id)?;
    if has_text != (item.kind == ItemKind::Page) {
        problems.push("it is a page without a text, or has one and is none".to_owned());
    }
    if let ItemKind::Quiz(id) = item.kind {
        match read.get::<Quiz>(&id)? {
            None => problems.push(format!("it shows quiz {id}, which there is not")),
            Some(quiz) if quiz.course != item.course => {
                problems.push(format!("it shows quiz {id}, which is of course {}", quiz.course));
            }
            Some(_) => {}
        }
        let shown: Vec<ItemId> =
            read.index_keys::<ItemByQuiz>(&Exactly(id), None, 2)?.into_iter().map(|(_, item)| item).collect();
        if shown.iter().any(|other| *other != item.id) {
            problems.push(format!("another item shows quiz {id}, too"));
        }
    }
    Ok(problems)
}

fn page(read: &Snapshot<'_>, page: &Page) -> Result<Problems, StoreError> {
    Ok(match read.get::<Item>(&page.item)? {
        None => vec![format!("it is the text of item {}, which there is not", page.item)],
        Some(item) if item.course != page.course => {
            vec![format!("its item is of course {}, it of {}", item.course, page.course)]
        }
        Some(_) => Vec::new(),
    })
}

fn no_course(course: CourseId) -> String {
    format!("there is no course {course}")
}

fn no_section(section: SectionId) -> String {
    format!("there is no section {section}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::domain::content::Availability;
    use crate::domain::course::ShortName;
    use crate::domain::ids::QuizId;
    use crate::domain::page::PageSource;
    use crate::domain::refusal::Refusal;
    use crate::domain::schema::SCHEMA;
    use crate::store::{Class, Durability, StoreOptions, Txn};

    const COURSE: CourseId = CourseId(1);
    const ELSEWHERE: CourseId = CourseId(2);

    struct Planted(Store);

    impl Planted {
        /// Two courses; the first has two sections, the first of them a page and an item that the tests replace.
        fn new() -> Self {
            let options = StoreOptions {
                durability: Durability::Relaxed,
                low_water_bytes: 0,
                ..StoreOptions::default()
            };
            let planted = Self(Store::in_memory(SCHEMA, options).unwrap());
            planted.write(|txn| {
                for (id, name) in [(COURSE, "HERE"), (ELSEWHERE, "ELSE")] {
                    let name = ShortName::parse(name).unwrap();
                    txn.put(Course::draft(id, name, "A course".to_owned(), Timestamp::EPOCH))?;
                }
                txn.put(Contents {
                    course: COURSE,
                    sections: vec![SectionId(11), SectionId(12)],
                    revision: 1,
                })?;
                txn.put(section_of(11, &[21, 22]))?;
                txn.put(section_of(12, &[]))?;
                txn.put(item_of(21, ItemKind::Page))?;
                txn.put(text_of(21))?;
                txn.put(item_of(22, ItemKind::Page))?;
                txn.put(text_of(22))
            });
            planted
        }

        fn write(&self, work: impl FnOnce(&mut Txn<'_>) -> Result<(), StoreError> + Send + 'static) {
            let work = move |txn: &mut Txn<'_>| -> Result<(), Refusal> { Ok(work(txn)?) };
            self.0.write_blocking(Class::Bulk, work).unwrap();
        }

        fn problems(&self) -> Vec<String> {
            let mut report = Report::default();
            verify(&self.0, &mut report).unwrap();
            report
                .differences
                .into_iter()
                .map(|found| format!("{}: {}", found.table, found.problem))
                .collect()
        }
    }

    fn section_of(id: u64, items: &[u64]) -> Section {
        Section {
            id: SectionId(id),
            course: COURSE,
            title: "A section".to_owned(),
            availability: Availability::ALWAYS,
            items: items.iter().map(|item| ItemId(*item)).collect(),
            revision: 1,
        }
    }

    fn item_of(id: u64, kind: ItemKind) -> Item {
        Item {
            id: ItemId(id),
            course: COURSE,
            section: SectionId(11),
            title: "An item".to_owned(),
            kind,
            availability: Availability::ALWAYS,
            revision: 1,
        }
    }

    fn text_of(id: u64) -> Page {
        Page { item: ItemId(id), course: COURSE, source: PageSource::Inline("Text".to_owned()), revision: 1 }
    }

    type Fault = fn(&mut Txn<'_>) -> Result<(), StoreError>;

    #[test]
    fn content_as_the_program_writes_it_is_clean() {
        assert_eq!(Planted::new().problems(), Vec::<String>::new());
    }

    #[test]
    fn every_planted_fault_is_named() {
        let faults: [(&str, Fault); 13] = [
            ("course contents: it names section 11 twice", |txn| {
                let sections = [11, 12, 11].map(SectionId).to_vec();
                txn.put(Contents { course: COURSE, sections, revision: 2 })
            }),
            ("course contents: it names section 13, which there is not", |txn| {
                let sections = [11, 12, 13].map(SectionId).to_vec();
                txn.put(Contents { course: COURSE, sections, revision: 2 })
            }),
            ("section: the order of course 1 does not name it", |txn| {
                txn.put(Contents { course: COURSE, sections: vec![SectionId(11)], revision: 2 })
            }),
            ("course contents: it names section 12, which is of course 2", |txn| {
                txn.put(Section { course: ELSEWHERE, ..section_of(12, &[]) })
            }),
            ("section: it names item 21 twice", |txn| txn.put(section_of(11, &[21, 22, 21]))),
            ("item: the order of section 11 does not name it", |txn| txn.put(section_of(11, &[21]))),
            ("item: there is no section 19", |txn| {
                txn.put(Item { section: SectionId(19), ..item_of(22, ItemKind::Page) })
            }),
            ("item: its section is of course 1, it of 2", |txn| {
                txn.put(Item { course: ELSEWHERE, ..item_of(22, ItemKind::Page) })
            }),
            ("item: it shows quiz 31, which there is not", |txn| {
                txn.put(item_of(22, ItemKind::Quiz(QuizId(31))))
            }),
            ("item: it shows quiz 31, which is of course 2", |txn| {
                txn.put(Quiz::without_questions(QuizId(31), ELSEWHERE))?;
                txn.put(item_of(22, ItemKind::Quiz(QuizId(31))))
            }),
            ("item: another item shows quiz 31, too", |txn| {
                txn.put(Quiz::without_questions(QuizId(31), COURSE))?;
                txn.put(item_of(21, ItemKind::Quiz(QuizId(31))))?;
                txn.put(item_of(22, ItemKind::Quiz(QuizId(31))))
            }),
            ("item: it is a page without a text, or has one and is none", |txn| {
                txn.delete::<Page>(&ItemId(21)).map(drop)
            }),
            ("page: it is the text of item 29, which there is not", |txn| txn.put(text_of(29))),
        ];
        for (problem, plant) in faults {
            let planted = Planted::new();
            planted.write(plant);
            let found = planted.problems();
            assert!(found.iter().any(|found| found == problem), "{problem}: {found:#?}");
        }
    }
}
