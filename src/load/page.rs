//! A load run as one HTML page that needs nothing else: no script, no font, no address to load from. Readable on a phone,
//! in the dark and on paper; every plot also has its sentence, and every number of the run stands in a table.

use std::collections::BTreeMap;

use super::plot::{Fold, Line, Plot, seconds_per_column};
use super::report::{Action, Report, Sample};

/// Actions that get a plot of their own; a profile has about ten.
const MAX_PLOTS: usize = 24;
/// Rows of a table and items of a list: a report that somebody made by hand must not become a page without end.
const MAX_ROWS: usize = 200;
/// Characters of one name or value.
const MAX_CHARS: usize = 400;

/// Text as it may stand in an element or a quoted attribute. Control characters, which XML does not know, become spaces.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (nth, c) in text.chars().enumerate() {
        if nth == MAX_CHARS {
            safe.push('…');
            break;
        }
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A number with as many digits as it is worth reading, and a narrow space between thousands.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    let size = value.abs();
    let text = if !(0.000_05..99.95).contains(&size) {
        format!("{value:.0}")
    } else if size >= 9.995 {
        format!("{value:.1}")
    } else if size >= 0.1 {
        format!("{value:.2}")
    } else {
        format!("{value:.4}")
    };
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    let mut grouped = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        let left = whole.len() - nth;
        if nth > 0 && left % 3 == 0 && !grouped.ends_with('-') {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    if part.is_empty() { grouped } else { format!("{grouped}.{part}") }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn count(value: u64) -> String {
    number(value as f64)
}

/// A run of the search for the capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// How many took the exam.
    pub learners: usize,
    /// The objectives that were missed; none when it held.
    pub missed: Vec<String>,
}

/// The page.
pub fn render(report: &Report) -> String {
    render_with_ladder(report, &[])
}

/// The page of the run that a search chose, with all of its runs.
pub fn render_with_ladder(report: &Report, ladder: &[Rung]) -> String {
    let title = title(report);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\
         <title>{title}</title><style>\n{}</style></head>\n<body><header><h1>{title}</h1>\n<p>Began {}, ran {} seconds.</p>\n",
        include_str!("page.css"),
        escape(&report.began),
        number(report.seconds)
    );
    push_facts(report, &mut page);
    page.push_str("</header><main>\n");
    if !report.notes.is_empty() {
        page.push_str("<section><h2>Notes</h2><ul>\n");
        for note in report.notes.iter().take(MAX_ROWS) {
            put!(page, "<li>{}</li>\n", escape(note));
        }
        page.push_str("</ul></section>\n");
    }
    push_ladder(ladder, &mut page);
    push_actions(report, &mut page);
    push_working_time(report, &mut page);
    push_plots(report, &mut page);
    page.push_str("<section><h2>What was measured, and where</h2><div class=\"facts-tables\">\n");
    push_map("Settings", &report.settings, &mut page);
    push_map("Hardware of the server", &report.hardware, &mut page);
    if let Some(own) = &report.generator_hardware {
        push_map("Hardware of the generator", own, &mut page);
    }
    push_map("Versions", &report.versions, &mut page);
    page.push_str("</div></section>\n</main></body></html>\n");
    page
}

/// Escaped.
fn title(report: &Report) -> String {
    let setting = |name: &str| report.settings.get(name).map(|value| escape(value));
    match (setting("profile"), setting("learners")) {
        (Some(profile), Some(learners)) => format!("Load run: {profile}, {learners} learners"),
        (Some(profile), None) => format!("Load run: {profile}"),
        _ => "Load run".to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn push_facts(report: &Report, page: &mut String) {
    let totals = &report.totals;
    let rate = if report.seconds > 0.0 { totals.count as f64 / report.seconds } else { 0.0 };
    page.push_str("<dl class=\"facts\">\n");
    let mut fact = |name: &str, value: String, bad: bool| {
        let class = if bad { " class=\"bad\"" } else { "" };
        put!(page, "<div><dt>{name}</dt><dd{class}>{value}</dd></div>\n");
    };
    fact("answered", count(totals.count), false);
    fact("errors", count(totals.errors), totals.errors > 0);
    fact("put off, then answered", count(totals.put_off), false);
    fact("answers a second", number(rate), false);
    fact("mean", format!("{} ms", number(totals.mean_ms)), false);
    if let Some(mean_ms) = totals.mean_with_turns_ms {
        fact("mean with the wait for the turn", format!("{} ms", number(mean_ms)), false);
    }
    fact("p99", format!("{} ms", number(totals.p99_ms)), false);
    fact("slowest", format!("{} ms", number(totals.max_ms)), false);
    page.push_str("</dl>\n");
}

fn push_ladder(ladder: &[Rung], page: &mut String) {
    if ladder.is_empty() {
        return;
    }
    page.push_str(
        "<section><h2>The search</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The search\"><table>\
         <caption>Every run, in order. The rest of this page is of the largest that held, or of the last when none \
         did.</caption><thead><tr><th scope=\"col\">Learners</th><th scope=\"col\">Outcome</th>\
         <th scope=\"col\">What was missed</th></tr></thead><tbody>\n",
    );
    for Rung { learners, missed } in ladder.iter().take(MAX_ROWS) {
        let outcome = if missed.is_empty() { "<td>held</td>" } else { "<td class=\"bad\">broke</td>" };
        let missed = escape(&missed.join("; "));
        put!(page, "<tr><th scope=\"row\">{learners}</th>{outcome}<td class=\"text\">{missed}</td></tr>\n");
    }
    page.push_str("</tbody></table></div></section>\n");
}

fn push_actions(report: &Report, page: &mut String) {
    page.push_str(
        "<section><h2>By action</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Table by action\"><table><caption>Times in milliseconds, counted from when the request was meant \
         to be sent. p99: ninety-nine in a hundred were at least as fast.</caption><thead><tr>",
    );
    for head in
        ["Action", "Answered", "Errors", "Put off", "Mean", "p50", "p90", "p99", "Slowest", "Status codes"]
    {
        put!(page, "<th scope=\"col\">{head}</th>");
    }
    page.push_str("</tr></thead><tbody>\n");
    for (name, action) in report.actions.iter().take(MAX_ROWS) {
        push_action(name, action, "", page);
    }
    push_action("All", &report.totals, " class=\"all\"", page);
    page.push_str("</tbody></table></div></section>\n");
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds far below 2^52")]
fn push_working_time(report: &Report, page: &mut String) {
    let Some(time) = report.working_time else { return };
    page.push_str(
        "<section><h2>Working time</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Working time\">\
         <table><caption>Seconds that learners could work, each from their own start, by the server's times. \
         Apart: how much more the longest is than the shortest.</caption><thead><tr>",
    );
    for head in ["Learners", "Shortest", "p50", "p99", "Longest", "Apart"] {
        put!(page, "<th scope=\"col\">{head}</th>");
    }
    put!(page, "</tr></thead><tbody><tr><td>{}</td>", count(time.learners));
    for ms in [time.min_ms, time.p50_ms, time.p99_ms, time.max_ms, time.spread_ms()] {
        put!(page, "<td>{}</td>", number(ms as f64 / 1000.0));
    }
    page.push_str("</tr></tbody></table></div></section>\n");
}

fn push_action(name: &str, action: &Action, class: &str, page: &mut String) {
    put!(page, "<tr{class}><th scope=\"row\">{}</th>", escape(name));
    let bad = if action.errors > 0 { " class=\"bad\"" } else { "" };
    put!(page, "<td>{}</td><td{bad}>{}</td>", count(action.count), count(action.errors));
    put!(page, "<td>{}</td>", count(action.put_off));
    for time in [action.mean_ms, action.p50_ms, action.p90_ms, action.p99_ms, action.max_ms] {
        put!(page, "<td>{}</td>", number(time));
    }
    let codes: Vec<String> = action
        .by_status
        .iter()
        .take(MAX_ROWS)
        .map(|(code, times)| format!("{}: {}", escape(code), count(*times)))
        .collect();
    put!(page, "<td class=\"text\">{}</td></tr>\n", codes.join(", "));
}

fn push_map(title: &str, map: &BTreeMap<String, String>, page: &mut String) {
    if map.is_empty() {
        return;
    }
    put!(page, "<table><caption>{title}</caption><tbody>\n");
    for (name, value) in map.iter().take(MAX_ROWS) {
        put!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"text\">{}</td></tr>\n",
            escape(name),
            escape(value)
        );
    }
    page.push_str("</tbody></table>\n");
}

/// What a line shows of a second; nothing where nothing happened.
type ValueOf<'a> = &'a dyn Fn(&Sample) -> Option<f64>;

/// A plot before it has its number.
struct Wanted<'a> {
    title: String,
    unit: &'static str,
    fold: Fold,
    whole: bool,
    lines: Vec<(&'static str, ValueOf<'a>)>,
}

#[expect(clippy::cast_precision_loss, reason = "bytes and counts far below 2^52")]
fn push_plots(report: &Report, page: &mut String) {
    page.push_str("<section><h2>Over time</h2>\n");
    let Some(last) = report.samples.iter().map(|sample| sample.second).max() else {
        page.push_str("<p>The run was too short for samples.</p></section>\n");
        return;
    };
    let per_column = seconds_per_column(last);
    if per_column > 1 {
        put!(
            page,
            "<p>A point stands for up to {per_column} seconds: the worst of them for times, shares, memory, errors and the \
             queue, their mean for throughput.</p>\n"
        );
    }
    page.push_str("<div class=\"plots\">\n");
    let mut number = 0;
    let mut push = |wanted: Wanted<'_>| {
        number += 1;
        let lines = wanted
            .lines
            .into_iter()
            .map(|(name, value)| Line {
                name,
                points: report.samples.iter().filter_map(|s| Some((s.second, value(s)?))).collect(),
            })
            .collect();
        let Wanted { title, unit, fold, whole, .. } = wanted;
        page.push_str(&Plot { number, title: &title, unit, fold, lines, seconds: last, whole }.render());
    };
    for action in report.actions.keys().take(MAX_PLOTS) {
        let of = |place: usize| {
            move |sample: &Sample| sample.latency_ms.get(action).and_then(|both| both.get(place)).copied()
        };
        push(Wanted {
            title: format!("Latency of {action}"),
            unit: "ms",
            fold: Fold::Worst,
            whole: false,
            lines: vec![("p50", &of(0)), ("p99", &of(1))],
        });
    }
    push(Wanted {
        title: "Throughput".to_owned(),
        unit: "answers/s",
        fold: Fold::Mean,
        whole: true,
        lines: vec![("answers", &|sample| Some(sample.answers as f64))],
    });
    push(Wanted {
        title: "Errors".to_owned(),
        unit: "errors/s",
        fold: Fold::Worst,
        whole: true,
        lines: vec![("errors", &|sample| Some(sample.errors as f64))],
    });
    push(Wanted {
        title: "Processors: the whole machine, and the generator's share of one".to_owned(),
        unit: "%",
        fold: Fold::Worst,
        whole: false,
        lines: vec![
            ("machine", &|sample| Some(sample.cpu * 100.0)),
            ("generator", &|sample| Some(sample.generator_cpu * 100.0)),
        ],
    });
    push(Wanted {
        title: "Memory of the server".to_owned(),
        unit: "MiB",
        fold: Fold::Worst,
        whole: false,
        lines: vec![("resident", &|sample| Some(sample.memory_bytes as f64 / 1_048_576.0))],
    });
    push(Wanted {
        title: "Sync of the store to disk, mean of each second".to_owned(),
        unit: "ms",
        fold: Fold::Worst,
        whole: false,
        lines: vec![("sync", &|sample| Some(sample.sync_ms))],
    });
    push(Wanted {
        title: "Transactions waiting in the store".to_owned(),
        unit: "waiting",
        fold: Fold::Worst,
        whole: true,
        lines: vec![("queue", &|sample| Some(sample.queued as f64))],
    });
    page.push_str("</div></section>\n");
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    /// Every element that is opened is closed, in order, and every attribute and entity is well-formed. The texts of
    /// all elements with this name.
    fn walk(page: &str, name: &str) -> Vec<String> {
        let mut reader = Reader::from_str(page);
        reader.config_mut().check_end_names = true;
        let mut open: Vec<String> = Vec::new();
        let mut texts = Vec::new();
        loop {
            match reader
                .read_event()
                .unwrap_or_else(|error| panic!("{error} at {}", reader.buffer_position()))
            {
                Event::Start(tag) => {
                    for attribute in tag.attributes() {
                        attribute.unwrap();
                    }
                    open.push(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
                    if open.last().unwrap() == name {
                        texts.push(String::new());
                    }
                }
                Event::Empty(tag) => {
                    for attribute in tag.attributes() {
                        attribute.unwrap();
                    }
                }
                Event::End(_) => drop(open.pop()),
                Event::Text(text) if open.iter().any(|tag| tag == name) => {
                    texts.last_mut().unwrap().push_str(&text.decode().unwrap());
                }
                Event::GeneralRef(entity) if open.iter().any(|tag| tag == name) => {
                    let entity = entity.decode().unwrap();
                    put!(texts.last_mut().unwrap(), "&{entity};");
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(open.is_empty(), "left open: {open:?}");
        texts
    }

    fn empty() -> Report {
        Report {
            format: 1,
            began: "2026-11-24T09:00:00Z".to_owned(),
            seconds: 0.0,
            settings: BTreeMap::new(),
            versions: BTreeMap::new(),
            hardware: BTreeMap::new(),
            generator_hardware: None,
            actions: BTreeMap::new(),
            totals: Action::default(),
            samples: Vec::new(),
            notes: Vec::new(),
            generator_limits: Vec::new(),
            others_processors: None,
            working_time: None,
        }
    }

    /// A run with the shape of an exam: a start, saves with a stall, a submit wave.
    fn exam(seconds: u32) -> Report {
        let mut report = empty();
        report.seconds = f64::from(seconds);
        report.settings = [("profile", "exam"), ("learners", "4000"), ("start_within", "1s")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        report.hardware = [("cores", "2"), ("memory", "24 GiB")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        report.versions = [("generator".to_owned(), "0.1.0".to_owned())].into();
        report.notes = vec!["The generator used up to 40 % of one processor.".to_owned()];
        for (name, count, p99_ms) in
            [("start", 4000, 180.0), ("save", 120_000, 41.0), ("submit", 4000, 300.0)]
        {
            let by_status = [("200".to_owned(), count)].into();
            let action = Action {
                count,
                mean_ms: 4.2,
                p50_ms: 2.1,
                p90_ms: 9.0,
                p99_ms,
                max_ms: 950.0,
                by_status,
                ..Action::default()
            };
            report.actions.insert(name.to_owned(), action);
        }
        report.totals =
            Action { count: 128_000, mean_ms: 4.2, p99_ms: 60.0, max_ms: 950.0, ..Action::default() };
        for second in 0..seconds {
            let wave = f64::from(second % 37) / 10.0;
            let stall = if second == seconds / 2 { 400.0 } else { 0.0 };
            let mut latency_ms = BTreeMap::new();
            if second < 5 {
                latency_ms.insert("start".to_owned(), [20.0 + wave, 180.0 - f64::from(second) * 30.0]);
            }
            latency_ms.insert("save".to_owned(), [1.8 + wave / 4.0, 20.0 + wave * 5.0 + stall]);
            if second + 8 > seconds {
                latency_ms.insert("submit".to_owned(), [6.0 + wave, 220.0 + wave * 10.0]);
            }
            report.samples.push(Sample {
                second,
                answers: 900 + u64::from(second % 50) * 4,
                errors: u64::from(second == seconds / 2),
                latency_ms,
                cpu: 0.6 + wave / 20.0,
                generator_cpu: 0.3 + wave / 30.0,
                memory_bytes: 120_000_000 + u64::from(second) * 9_000,
                sync_ms: 0.7 + wave / 3.0 + stall / 10.0,
                queued: u64::from(second % 7),
            });
        }
        report
    }

    #[test]
    fn a_run_becomes_a_well_formed_page_with_a_plot_and_a_row_for_everything() {
        let page = render(&exam(300));
        if let Ok(place) = std::env::var("LYCEUM_SAMPLE_PAGE") {
            std::fs::write(place, &page).unwrap();
        }
        let titles = walk(&page, "title");
        for wanted in
            ["Load run: exam, 4000 learners", "Latency of save", "Throughput", "Memory of the server"]
        {
            assert!(titles.iter().any(|title| title == wanted), "{wanted} is missing: {titles:?}");
        }
        assert_eq!(walk(&page, "tr").len(), 1 + 4 + 3 + 2 + 1);
        assert_eq!(walk(&page, "desc").len(), 3 + 6, "every plot has its sentence");
        let said = walk(&page, "desc").join("\n");
        assert!(said.contains("p99: half of the seconds at most"), "{said}");
    }

    #[test]
    fn the_spread_of_the_working_time_is_shown() {
        let mut report = exam(60);
        assert!(!render(&report).contains("Working time"));
        let each = vec![60_000, 60_004, 60_020];
        report.working_time = super::super::report::WorkingTime::of(each);
        let page = render(&report);
        assert!(walk(&page, "h2").contains(&"Working time".to_owned()));
        let cells = walk(&page, "td").join(" ");
        assert!(cells.contains("3 60 60 60 60 0.02"), "{cells}");
    }

    #[test]
    fn the_page_loads_nothing() {
        let page = render(&exam(60));
        for wanted in ["<script", "src=", "href=", "url(", "@import", "http://", "https://"] {
            assert!(!page.contains(wanted), "the page has {wanted}");
        }
    }

    #[test]
    fn names_from_outside_are_text_and_nothing_else() {
        let mut report = exam(20);
        let evil = "</title><script>alert(\"1\")</script>&'\u{0}\u{1b}";
        report.settings.insert("profile".to_owned(), evil.to_owned());
        report.settings.insert(evil.to_owned(), evil.to_owned());
        report.actions.insert(evil.to_owned(), Action::default());
        report.totals.by_status.insert(evil.to_owned(), 1);
        report.notes.push(evil.to_owned());
        report.began = evil.to_owned();
        let page = render(&report);
        assert!(walk(&page, "script").is_empty());
        assert!(!page.contains("<script") && !page.contains('\u{0}') && !page.contains('\u{1b}'));
        assert!(page.contains("&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)"));
    }

    #[test]
    fn a_run_without_anything_is_a_page_too() {
        let page = render(&empty());
        assert_eq!(walk(&page, "h1"), ["Load run"]);
        assert!(walk(&page, "svg").is_empty());
        let mut odd = exam(1);
        odd.seconds = f64::NAN;
        odd.samples.iter_mut().for_each(|sample| sample.cpu = f64::INFINITY);
        let page = render(&odd);
        walk(&page, "svg");
        assert!(!page.contains("NaN") && !page.contains("inf"), "no number that is none");
    }

    #[test]
    fn three_hours_take_no_more_room_than_the_plots_are_wide() {
        let (short, long) = (render(&exam(240)).len(), render(&exam(3 * 3600)).len());
        walk(&render(&exam(3 * 3600)), "svg");
        assert!(long < short * 3 / 2, "{short} and {long} bytes");
        assert!(long < 150_000, "{long} bytes");
    }

    #[test]
    fn numbers_have_the_digits_that_are_worth_reading() {
        let shown: Vec<String> =
            [0.0, 0.0123, 0.5, 1.25, 12.34, 99.96, 1234.5, 1_234_567.0, -1500.0].map(number).to_vec();
        assert_eq!(
            shown,
            [
                "0",
                "0.0123",
                "0.5",
                "1.25",
                "12.3",
                "100",
                "1\u{202f}234",
                "1\u{202f}234\u{202f}567",
                "-1\u{202f}500"
            ]
        );
    }

    #[test]
    fn a_search_shows_its_ladder_and_a_single_run_none() {
        let ladder = [
            Rung { learners: 100, missed: Vec::new() },
            Rung { learners: 200, missed: vec!["save p99 182 ms, objective < 100 ms".to_owned()] },
        ];
        let page = render_with_ladder(&exam(10), &ladder);
        let cells = walk(&page, "td");
        for cell in ["held", "broke", "save p99 182 ms, objective &lt; 100 ms"] {
            assert!(cells.iter().any(|found| found == cell), "{cell} is not in {cells:?}");
        }
        assert!(!render(&exam(10)).contains("The search"));
    }
}
