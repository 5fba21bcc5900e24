//! Rows of a table as text, by RFC 4180 and with the line on which each begins. A quote where it has no place is refused: read
//! leniently it would put a value into the wrong field, or swallow the rows behind it.

/// How much there may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of one row.
    pub fields: usize,
    /// Of one field.
    pub field_bytes: usize,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Its number.
    pub line: u32,
    /// What is wrong with it and what would be right.
    pub problem: String,
}

/// Something is wrong with a line.
fn wrong(line: u32, problem: impl Into<String>) -> Wrong {
    Wrong { line, problem: problem.into() }
}

/// The rows of a text.
pub struct Rows<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    delimiter: char,
    limits: Limits,
    line: u32,
}

impl<'t> Rows<'t> {
    /// From the first line on.
    pub fn of(text: &'t str, delimiter: char, limits: Limits) -> Self {
        Self { rest: text.chars().peekable(), delimiter, limits, line: 1 }
    }
}

impl Iterator for Rows<'_> {
    type Item = (u32, Result<Vec<String>, Wrong>);

    /// The next row that is not empty, or what is wrong with it, with the line on which it begins. Behind one that is wrong
    /// reading goes on with the next line.
    fn next(&mut self) -> Option<Self::Item> {
        // Lines with nothing in them are no rows.
        while self.rest.peek().is_some_and(|c| matches!(c, '\n' | '\r')) {
            self.end_line();
        }
        self.rest.peek()?;
        let begins = self.line;
        let row = self.row(begins);
        if row.is_err() {
            while self.rest.next_if(|c| !matches!(c, '\n' | '\r')).is_some() {}
            self.end_line();
        }
        Some((begins, row))
    }
}

impl Rows<'_> {
    fn row(&mut self, begins: u32) -> Result<Vec<String>, Wrong> {
        let mut fields = Vec::new();
        loop {
            let field = if self.rest.next_if_eq(&'"').is_some() { self.quoted()? } else { self.plain()? };
            fields.push(field);
            let most = self.limits.fields;
            if fields.len() > most {
                return Err(wrong(begins, format!("has more than {most} fields")));
            }
            if self.rest.next_if_eq(&self.delimiter).is_some() {
                continue;
            }
            if let Some(other) = self.rest.peek().filter(|c| !matches!(**c, '\n' | '\r')) {
                return Err(wrong(self.line, format!("has {other:?} behind a closing quote")));
            }
            self.end_line();
            return Ok(fields);
        }
    }

    /// Goes over the end of a line. A lone carriage return is one too, as old spreadsheets write it.
    fn end_line(&mut self) {
        match self.rest.next() {
            Some('\r') => {
                let is_followed = self.rest.next_if_eq(&'\n').is_some() || self.rest.peek().is_some();
                self.line += u32::from(is_followed);
            }
            end => self.line += u32::from(end.is_some()),
        }
    }

    fn plain(&mut self) -> Result<String, Wrong> {
        let mut field = String::new();
        let delimiter = self.delimiter;
        while let Some(c) = self.rest.next_if(|c| *c != delimiter && !matches!(c, '\n' | '\r')) {
            if c == '"' {
                return Err(wrong(
                    self.line,
                    "has a quote inside a field; put the field in quotes and double it",
                ));
            }
            field.push(c);
            self.check_length(&field)?;
        }
        Ok(field)
    }

    fn quoted(&mut self) -> Result<String, Wrong> {
        let (opened, behind) = (self.line, self.rest.clone());
        let mut field = String::new();
        let problem = loop {
            match self.rest.next() {
                Some('"') if self.rest.next_if_eq(&'"').is_some() => field.push('"'),
                Some('"') => return Ok(field),
                Some(c) => {
                    self.line += u32::from(c == '\n');
                    field.push(c);
                }
                None => break "opens a quote that is never closed",
            }
            if self.check_length(&field).is_err() {
                break "opens a quote that is not closed within a field's length";
            }
        };
        // Lines further down are no part of this field, and are looked at.
        (self.line, self.rest) = (opened, behind);
        Err(wrong(opened, problem))
    }

    fn check_length(&self, field: &str) -> Result<(), Wrong> {
        let most = self.limits.field_bytes;
        if field.len() > most {
            return Err(wrong(self.line, format!("has a field of more than {most} bytes")));
        }
        Ok(())
    }
}
