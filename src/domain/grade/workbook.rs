//! Grades as a spreadsheet (Office Open XML), with the columns of the CSV file: points and percentages are numbers, all
//! else is text, nothing is ever a formula. A row is on disk as soon as the next one begins, so that five thousand
//! learners cost the memory of one.

use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::calc::Points;
use super::export::{self, LETTER, NAME, TOTAL, USER_ID, USERNAME};
use super::report::MatrixRow;
use super::tree::Tree;
use crate::domain::decimal::Decimal;
use crate::domain::refusal::{INTERNAL, Refusal};

/// Columns of who it is; they stay in sight beside the grades, as the header does above them.
const WHO_COLUMNS: u16 = 3;

/// A spreadsheet that is being written.
pub struct GradesWorkbook {
    workbook: Workbook,
    folder: PathBuf,
    columns: Option<Vec<String>>,
    row: u32,
    head: Format,
    percentage: Format,
}

fn failed(error: &XlsxError) -> Refusal {
    INTERNAL.refuse(format!("writing the spreadsheet: {error}"))
}

fn file_failed(error: &std::io::Error) -> Refusal {
    INTERNAL.refuse(format!("writing the spreadsheet: {error}"))
}

/// The number of a cell: seven digits behind the point and eight before it are fifteen, which a double holds.
fn number(decimal: Decimal) -> Result<f64, Refusal> {
    decimal.to_string().parse().map_err(|_| INTERNAL.refuse("a decimal is no number"))
}

/// The width of an item's column, in letters: of a long name one sees the beginning.
fn width_of(name: &str) -> f64 {
    f64::from(u8::try_from(name.chars().count()).unwrap_or(u8::MAX).clamp(10, 28))
}

impl GradesWorkbook {
    /// An empty one. Its rows are kept in a file without a name in `folder`.
    pub fn begin(folder: &Path) -> Result<Self, Refusal> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder).map_err(|error| failed(&error))?;
        workbook.add_worksheet_with_constant_memory().map_err(|error| failed(&error))?;
        Ok(Self {
            workbook,
            folder: folder.to_owned(),
            columns: None,
            row: 0,
            head: Format::new().set_bold(),
            percentage: Format::new().set_num_format("0.00"),
        })
    }

    /// Writes the lines of some learners, and before the first of them the header. The columns must be those that it began
    /// with.
    pub fn take(&mut self, tree: Option<&Tree>, rows: &[MatrixRow]) -> Result<(), Refusal> {
        let today = export::columns(tree);
        match &self.columns {
            None => self.header(&today).map_err(|error| failed(&error))?,
            Some(begun_with) if *begun_with == today => {}
            Some(_) => return Err(export::columns_changed()),
        }
        self.columns = Some(today);
        for row in rows {
            self.line(row)?;
        }
        Ok(())
    }

    fn header(&mut self, columns: &[String]) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        sheet.set_freeze_panes(1, WHO_COLUMNS)?;
        for (place, name) in (0_u16..).zip(columns) {
            let width = match name.as_str() {
                USER_ID | LETTER => 10.0,
                USERNAME => 18.0,
                NAME => 28.0,
                name if name.starts_with(TOTAL) => 20.0,
                name => width_of(name),
            };
            sheet.set_column_width(place, width)?;
        }
        for (place, name) in (0_u16..).zip(columns) {
            sheet.write_string_with_format(0, place, name, &self.head)?;
        }
        self.row = 1;
        Ok(())
    }

    fn line(&mut self, row: &MatrixRow) -> Result<(), Refusal> {
        let at = self.row;
        let sheet = self.workbook.worksheet_from_index(0).map_err(|error| failed(&error))?;
        let mut column: u16 = 0;
        let mut next = || {
            column += 1;
            column - 1
        };
        let text = |sheet: &mut Worksheet, column: u16, text: &str| -> Result<(), Refusal> {
            sheet.write_string(at, column, text).map(drop).map_err(|error| failed(&error))
        };
        let user = row.learner.user.0;
        // An id that a number's cell might not hold exactly is text.
        match u32::try_from(user) {
            Ok(user) => {
                sheet.write_number(at, next(), user).map_err(|error| failed(&error))?;
            }
            Err(_) => text(sheet, next(), &user.to_string())?,
        }
        text(sheet, next(), &row.learner.username)?;
        text(sheet, next(), &row.learner.name)?;
        for cell in &row.items {
            let column = next();
            if let Some(standing) = cell.standing {
                let points = number(standing.points)?;
                sheet.write_number(at, column, points).map_err(|error| failed(&error))?;
            }
        }
        for cell in &row.categories {
            let column = next();
            if let Some(percentage) = cell.standing.and_then(Points::percentage) {
                let percentage = number(percentage)?;
                let written = sheet.write_number_with_format(at, column, percentage, &self.percentage);
                written.map_err(|error| failed(&error))?;
            }
        }
        if let Some(letter) = &row.letter {
            text(sheet, next(), letter)?;
        }
        self.row += 1;
        Ok(())
    }

    /// The whole file, from its beginning. It has no name and goes when it is closed.
    pub fn finish(mut self) -> Result<File, Refusal> {
        let file = tempfile::tempfile_in(&self.folder).map_err(|error| file_failed(&error))?;
        let mut to = BufWriter::new(file);
        self.workbook.save_to_writer(&mut to).map_err(|error| failed(&error))?;
        to.flush().map_err(|error| file_failed(&error))?;
        let mut file = to.into_inner().map_err(|error| file_failed(error.error()))?;
        file.seek(SeekFrom::Start(0)).map_err(|error| file_failed(&error))?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::report::{Cell, Learner};
    use super::*;
    use crate::domain::ids::UserId;

    #[test]
    fn five_thousand_learners_lie_on_disk_while_they_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = GradesWorkbook::begin(folder.path()).unwrap();
        let points = |number: i32| Points { points: Decimal::from_int(number), max: Decimal::HUNDRED };
        let cell = |number| Cell { standing: Some(points(number)), overridden: false, excluded: false };
        for number in 0..5_000_u32 {
            let row = MatrixRow {
                learner: Learner {
                    user: UserId(u64::from(number) << 24),
                    username: format!("learner{number}"),
                    name: format!("=Learner {number}"),
                },
                items: (0..30).map(cell).collect(),
                categories: vec![cell(50)],
                letter: Some("C".to_owned()),
            };
            book.take(None, &[row]).unwrap();
        }
        let mut file = book.finish().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file has a name");
        let mut archive = zip::ZipArchive::new(&mut file).unwrap();
        let mut sheet = String::new();
        archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert_eq!(sheet.matches("<row ").count(), 5_001);
        assert!(!sheet.contains("<f>"));
    }
}
