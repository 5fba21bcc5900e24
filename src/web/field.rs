//! What forms and pages have often: fields, what is wrong, and what is around every page. Each is a template of its own, since
//! the markup of a macro is compiled again wherever the macro is called. Templates reach them through `form.html`,
//! `bank/parts.html` and `layout.html`.

use std::fmt::Display;

use askama::Template;

use super::form::Form;
use super::frame::Frame;

/// The header of a page.
#[derive(Template)]
#[template(path = "layout/top.html")]
pub struct Top<'a> {
    frame: &'a Frame,
}

/// The foot of a page.
#[derive(Template)]
#[template(path = "layout/foot.html")]
pub struct Foot<'a> {
    frame: &'a Frame,
}

/// Everything that is wrong, above the form.
#[derive(Template)]
#[template(path = "form/summary.html")]
pub struct Summary<'a> {
    frame: &'a Frame,
    form: &'a Form,
}

/// What all fields have.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    frame: &'a Frame,
    form: &'a Form,
    name: &'a str,
    /// A key of the catalogue.
    label: &'a str,
    /// A key of the catalogue; empty for none.
    hint: &'a str,
}

/// A line of text.
#[derive(Template)]
#[template(path = "form/input.html")]
pub struct Input<'a> {
    field: Field<'a>,
    kind: &'a str,
    autocomplete: &'a str,
    required: bool,
    dir: &'a str,
}

/// Several lines of text.
#[derive(Template)]
#[template(path = "form/area.html")]
pub struct Area<'a> {
    field: Field<'a>,
    rows: usize,
    required: bool,
    /// How many there may be; nought where the rule alone bounds them.
    letters: usize,
}

/// One of several: values and their words.
#[derive(Template)]
#[template(path = "form/select.html")]
pub struct Select<'a, V: Display, W: Display> {
    field: Field<'a>,
    choices: &'a [(V, W)],
}

/// Yes or no.
#[derive(Template)]
#[template(path = "form/tick.html")]
pub struct Tick<'a> {
    field: Field<'a>,
}

/// Lines of text in a row of the question editor.
#[derive(Template)]
#[template(path = "bank/part_text.html")]
pub struct PartText<'a> {
    field: Field<'a>,
    rows: usize,
}

/// A line in a row of the question editor.
#[derive(Template)]
#[template(path = "bank/part_line.html")]
pub struct PartLine<'a> {
    field: Field<'a>,
    dir: &'a str,
    mode: &'a str,
    /// It is a share of the points, of which the form offers some.
    is_share: bool,
}

impl Frame {
    /// The header of a page.
    pub const fn top(&self) -> Top<'_> {
        Top { frame: self }
    }

    /// The foot of a page.
    pub const fn foot(&self) -> Foot<'_> {
        Foot { frame: self }
    }

    /// Everything that is wrong with a form.
    pub const fn summary<'a>(&'a self, form: &'a Form) -> Summary<'a> {
        Summary { frame: self, form }
    }

    /// A field of a form. `label` and `hint` are keys of the catalogue; a hint of "" is none.
    pub const fn field<'a>(
        &'a self,
        form: &'a Form,
        name: &'a str,
        label: &'a str,
        hint: &'a str,
    ) -> Field<'a> {
        Field { frame: self, form, name, label, hint }
    }
}

/// A template hands over what it names by reference.
impl<'a> Field<'a> {
    /// A line of text. `dir` is auto for words, ltr for names of machines.
    pub const fn input(
        self,
        kind: &'a str,
        autocomplete: &'a str,
        required: &bool,
        dir: &'a str,
    ) -> Input<'a> {
        Input { field: self, kind, autocomplete, required: *required, dir }
    }

    /// Several lines of text.
    pub const fn area(self, rows: &usize, required: &bool, letters: &usize) -> Area<'a> {
        Area { field: self, rows: *rows, required: *required, letters: *letters }
    }

    /// One of several.
    pub const fn select<V: Display, W: Display>(self, choices: &'a [(V, W)]) -> Select<'a, V, W> {
        Select { field: self, choices }
    }

    /// Yes or no; sends false when it is not ticked.
    pub const fn tick(self) -> Tick<'a> {
        Tick { field: self }
    }

    /// Lines of text in a row of the question editor.
    pub const fn part_text(self, rows: &usize) -> PartText<'a> {
        PartText { field: self, rows: *rows }
    }

    /// A line in a row of the question editor.
    pub const fn part_line(self, dir: &'a str, mode: &'a str) -> PartLine<'a> {
        PartLine { field: self, dir, mode, is_share: false }
    }

    /// A share of the points as a percentage.
    pub const fn part_share(self) -> PartLine<'a> {
        PartLine { field: self, dir: "ltr", mode: "decimal", is_share: true }
    }
}
