//! Two load reports: what got better or worse beyond the noise of both.
//!
//! The value of a measure is the median of its per-second values. Its noise is the notch of the box plot of `McGill`,
//! Tukey and Larsen (Variations of Box Plots, The American Statistician 32, 1978, pages 12 to 16): the interval
//! `median ± 1.57 · IQR / √n`; where the notches of two samples do not overlap, their medians differ, with some 95 %
//! confidence. Seconds of one run resemble their neighbours, so `n` is not their number but the effective one of a series
//! with the autocorrelation `r` of lag 1, `n · (1 − r) / (1 + r)` (Bayley and Hammersley, Supplement to the Journal of the
//! Royal Statistical Society 8, 1946, pages 184 to 197). Errors are counted over the whole run and compared by the
//! pooled z-test of two proportions.

use std::collections::BTreeSet;

use super::page::number;
use super::report::{Action, FORMAT, Report};

/// Settings that may differ: where the server was, and bounds that only matter when they are met.
const INDIFFERENT: [&str; 7] = ["url", "quiz", "kept", "seed", "size", "max_seconds", "max_requests"];
/// Fewer independent seconds than this have no spread worth the name.
const LEAST_SECONDS: f64 = 5.0;
/// Of the notch.
const NOTCH: f64 = 1.57;
/// Standard errors by which two shares of errors must differ: with a dozen actions compared at once, 1.96 would find a
/// difference in every other pair of equal runs.
const ERRORS_Z: f64 = 3.0;
/// A difference of times below this is a matter of clocks, not of the server.
const LEAST_MS: f64 = 0.05;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Median over the seconds of the p50 of each second.
    P50,
    /// Median over the seconds of the p99 of each second.
    P99,
    /// Errors in a million requests.
    Errors,
    /// Answers a second.
    Throughput,
}

impl Measure {
    const fn name(self) -> &'static str {
        match self {
            Self::P50 => "p50 ms",
            Self::P99 => "p99 ms",
            Self::Errors => "errors/million",
            Self::Throughput => "answers/s",
        }
    }
}

/// What came of one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Better beyond the noise.
    Better,
    /// Worse beyond the noise.
    Worse,
    /// No difference that is more than noise.
    Same,
    /// Too few seconds to know the noise.
    Unknown,
}

impl Verdict {
    const fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "WORSE",
            Self::Same => "same",
            Self::Unknown => "too short to tell",
        }
    }
}

/// One measure of one action in both reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The action's name, or `all`.
    pub action: String,
    /// Which measure.
    pub measure: Measure,
    /// In the first report, and half the width of its notch.
    pub before: (f64, f64),
    /// In the second.
    pub after: (f64, f64),
    /// What came of it.
    pub verdict: Verdict,
    /// How many times worse the second is than the first; below 1 when it is better.
    pub factor: f64,
    /// Worse beyond the noise, and by more than the bound.
    pub regression: bool,
}

/// Two reports that can be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// By action, then measure.
    pub lines: Vec<Line>,
    /// What differs and does not keep the reports from being compared: machines, versions, actions of one only.
    pub remarks: Vec<String>,
}

impl Comparison {
    /// Is something worse by more than the bound?
    pub fn is_regression(&self) -> bool {
        self.lines.iter().any(|line| line.regression)
    }
}

/// The reports answer different questions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the reports cannot be compared: {}", .0.join("; "))]
pub struct Incomparable(pub Vec<String>);

/// The median of values in any order; `None` when there are none.
fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// By linear interpolation between order statistics.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index of a list"
)]
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let at = share * sorted.len().checked_sub(1)? as f64;
    let low = *sorted.get(at.floor() as usize)?;
    let high = *sorted.get(at.ceil() as usize)?;
    Some(low + (high - low) * at.fract())
}

/// How many independent values a series is worth.
#[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
fn effective_count(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count.max(1.0);
    let variance: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    if variance <= 0.0 {
        return count;
    }
    let shifted: f64 =
        values.iter().zip(values.iter().skip(1)).map(|(one, next)| (one - mean) * (next - mean)).sum();
    // Alternating values would be worth more than there are; that is not believed.
    let correlation = (shifted / variance).clamp(0.0, 0.99);
    count * (1.0 - correlation) / (1.0 + correlation)
}

/// The median and half the width of the notch, which is `None` when there are too few seconds.
fn notch(values: &[f64]) -> Option<(f64, Option<f64>)> {
    let middle = median(values)?;
    let count = effective_count(values);
    if count < LEAST_SECONDS {
        return Some((middle, None));
    }
    let spread = quantile(values, 0.75)? - quantile(values, 0.25)?;
    Some((middle, Some(NOTCH * spread / count.sqrt())))
}

fn series(report: &Report, action: &str, place: usize) -> Vec<f64> {
    let of = |sample: &super::report::Sample| sample.latency_ms.get(action)?.get(place).copied();
    report.samples.iter().filter_map(of).filter(|value| value.is_finite()).collect()
}

/// A line about two series; `None` when one of them is empty.
fn line(action: &str, measure: Measure, before: &[f64], after: &[f64], bound: f64) -> Option<Line> {
    let ((a, a_noise), (b, b_noise)) = (notch(before)?, notch(after)?);
    // Of throughput, less is worse.
    let (worse, better) = if measure == Measure::Throughput { (a, b) } else { (b, a) };
    let factor = ratio(worse, better);
    let verdict = match (a_noise, b_noise) {
        (Some(a_noise), Some(b_noise)) => {
            let least = if measure == Measure::Throughput { 0.0 } else { LEAST_MS };
            if (a - b).abs() <= (a_noise + b_noise).max(least) {
                Verdict::Same
            } else if worse > better {
                Verdict::Worse
            } else {
                Verdict::Better
            }
        }
        _ => Verdict::Unknown,
    };
    Some(Line {
        action: action.to_owned(),
        measure,
        before: (a, a_noise.unwrap_or(f64::NAN)),
        after: (b, b_noise.unwrap_or(f64::NAN)),
        verdict,
        factor,
        regression: verdict == Verdict::Worse && factor > bound,
    })
}

fn ratio(value: f64, to: f64) -> f64 {
    if to > 0.0 {
        value / to
    } else if value > 0.0 {
        f64::INFINITY
    } else {
        1.0
    }
}

/// The line about errors, which are few: the counts of the whole run.
#[expect(clippy::cast_precision_loss, reason = "counts of requests")]
fn errors(action: &str, before: &Action, after: &Action, bound: f64) -> Option<Line> {
    let share = |action: &Action| {
        let all = (action.count + action.errors) as f64;
        (all > 0.0).then(|| (action.errors as f64 / all, all))
    };
    let ((a, a_all), (b, b_all)) = (share(before)?, share(after)?);
    let pooled = (before.errors + after.errors) as f64 / (a_all + b_all);
    let error = (pooled * (1.0 - pooled) * (1.0 / a_all + 1.0 / b_all)).sqrt();
    let verdict = if error <= 0.0 || (a - b).abs() <= ERRORS_Z * error {
        Verdict::Same
    } else if b > a {
        Verdict::Worse
    } else {
        Verdict::Better
    };
    let factor = ratio(b, a);
    let million = 1e6;
    let noise = |share: f64, all: f64| ERRORS_Z * (share * (1.0 - share) / all).sqrt() * million;
    Some(Line {
        action: action.to_owned(),
        measure: Measure::Errors,
        before: (a * million, noise(a, a_all)),
        after: (b * million, noise(b, b_all)),
        verdict,
        factor,
        regression: verdict == Verdict::Worse && factor > bound,
    })
}

/// Differences that make the reports answers to different questions.
fn differences(before: &Report, after: &Report) -> Vec<String> {
    let mut found = Vec::new();
    for (which, report) in [("first", before), ("second", after)] {
        if report.format != FORMAT {
            found
                .push(format!("the {which} is of format {}, and this program knows {FORMAT}", report.format));
        }
    }
    let names: BTreeSet<&String> = before.settings.keys().chain(after.settings.keys()).collect();
    for name in names.into_iter().filter(|name| !INDIFFERENT.contains(&name.as_str())) {
        let value = |report: &Report| match report.settings.get(name) {
            // Another course is no difference; one that was made for the run and one that was there are.
            Some(value) if name == "course" && value.bytes().all(|b| b.is_ascii_digit()) => {
                "one that was there".to_owned()
            }
            Some(value) => value.clone(),
            None => "absent".to_owned(),
        };
        let (a, b) = (value(before), value(after));
        if a != b {
            found.push(format!("{name} is {a} in the first and {b} in the second"));
        }
    }
    found
}

fn remarks(before: &Report, after: &Report) -> Vec<String> {
    let mut found = Vec::new();
    for (what, a, b) in
        [("machine", &before.hardware, &after.hardware), ("version", &before.versions, &after.versions)]
    {
        let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        for name in names {
            let [a, b] = [a, b].map(|map| map.get(name).map_or("absent", String::as_str));
            if a != b {
                found.push(format!("another {what}: {name} was {a} and is {b}"));
            }
        }
    }
    for (one, other, which) in [(before, after, "first"), (after, before, "second")] {
        for name in one.actions.keys().filter(|name| !other.actions.contains_key(*name)) {
            found.push(format!("only the {which} has {name}"));
        }
    }
    found
}

/// Compares `after` with `before`. A measure that is worse beyond the noise and more than `bound` times worse is a
/// regression.
pub fn compare(before: &Report, after: &Report, bound: f64) -> Result<Comparison, Incomparable> {
    let differences = differences(before, after);
    if !differences.is_empty() {
        return Err(Incomparable(differences));
    }
    let mut lines = Vec::new();
    for (name, action) in &before.actions {
        let Some(other) = after.actions.get(name) else { continue };
        for (place, measure) in [(0, Measure::P50), (1, Measure::P99)] {
            lines.extend(line(
                name,
                measure,
                &series(before, name, place),
                &series(after, name, place),
                bound,
            ));
        }
        lines.extend(errors(name, action, other, bound));
    }
    lines.extend(line("all", Measure::Throughput, &throughput(before), &throughput(after), bound));
    lines.extend(errors("all", &before.totals, &after.totals, bound));
    Ok(Comparison { lines, remarks: remarks(before, after) })
}

#[expect(clippy::cast_precision_loss, reason = "answers of one second")]
fn throughput(report: &Report) -> Vec<f64> {
    report.samples.iter().map(|sample| sample.answers as f64).collect()
}

/// The comparison for a terminal.
pub fn table(comparison: &Comparison, bound: f64) -> String {
    let with_noise = |(value, noise): (f64, f64)| {
        if noise.is_finite() { format!("{} ± {}", number(value), number(noise)) } else { number(value) }
    };
    let mut rows = vec![["action", "measure", "first", "second", "factor", ""].map(str::to_owned)];
    for line in &comparison.lines {
        // What was never wrong is no news.
        if line.measure == Measure::Errors && line.before.0 == 0.0 && line.after.0 == 0.0 {
            continue;
        }
        let verdict = if line.regression {
            format!("REGRESSION (more than {bound} times)")
        } else {
            line.verdict.name().to_owned()
        };
        let factor =
            if line.factor.is_finite() { format!("{:.2}", line.factor) } else { "from none".to_owned() };
        rows.push([
            line.action.clone(),
            line.measure.name().to_owned(),
            with_noise(line.before),
            with_noise(line.after),
            factor,
            verdict,
        ]);
    }
    let mut text = String::new();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(nth, (cell, width))| {
                // Numbers to the right, words to the left.
                if (2..5).contains(&nth) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    for remark in &comparison.remarks {
        put!(text, "note: {remark}\n");
    }
    text
}

#[cfg(test)]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "made-up numbers of a test"
)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::report::Sample;
    use super::*;

    /// Repeatable noise between -1 and 1.
    struct Noise(u64);

    impl Noise {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
        }
    }

    /// A run of `seconds` whose saves take around `p99`, give or take a third.
    fn run(seed: u64, seconds: u32, p99: f64) -> Report {
        let mut noise = Noise(seed);
        let action = Action { count: 100_000, p50_ms: p99 / 10.0, p99_ms: p99, ..Action::default() };
        let samples = (0..seconds)
            .map(|second| {
                let value = p99 * (1.0 + noise.next() / 3.0);
                Sample {
                    second,
                    answers: (1000.0 + 50.0 * noise.next()) as u64,
                    latency_ms: [("save".to_owned(), [value / 10.0, value])].into(),
                    ..Sample::default()
                }
            })
            .collect();
        Report {
            format: FORMAT,
            began: String::new(),
            seconds: f64::from(seconds),
            settings: [("profile", "exam"), ("learners", "1000"), ("url", "http://127.0.0.1:1")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            versions: BTreeMap::new(),
            hardware: BTreeMap::new(),
            generator_hardware: None,
            actions: [("save".to_owned(), action.clone())].into(),
            totals: action,
            samples,
            notes: Vec::new(),
            generator_limits: Vec::new(),
            others_processors: None,
            working_time: None,
        }
    }

    fn verdicts(comparison: &Comparison) -> Vec<Verdict> {
        comparison.lines.iter().map(|line| line.verdict).collect()
    }

    #[test]
    fn a_report_is_as_good_as_itself() {
        let report = run(1, 120, 40.0);
        let comparison = compare(&report, &report, 1.0).unwrap();
        assert_eq!(comparison.lines.len(), 5);
        assert!(verdicts(&comparison).iter().all(|verdict| *verdict == Verdict::Same), "{comparison:?}");
        assert!(!comparison.is_regression() && comparison.remarks.is_empty());
    }

    #[test]
    fn noise_alone_has_no_verdict() {
        let mut found = 0;
        for seed in 0..100 {
            let comparison = compare(&run(seed, 120, 40.0), &run(seed + 1000, 120, 40.0), 1.2).unwrap();
            assert!(!comparison.is_regression(), "{comparison:?}");
            found += verdicts(&comparison).iter().filter(|verdict| **verdict != Verdict::Same).count();
        }
        // 300 comparisons of series at some 95 %; notches are wider than that.
        assert!(found <= 15, "{found} differences were found where there are none");
    }

    #[test]
    fn a_clear_regression_is_one_and_the_other_way_round_it_is_better() {
        let (before, after) = (run(1, 120, 40.0), run(2, 120, 80.0));
        let worse = compare(&before, &after, 1.2).unwrap();
        let line = worse.lines.iter().find(|line| line.measure == Measure::P99).unwrap();
        assert!(line.regression && line.factor > 1.7, "{line:?}");
        let better = compare(&after, &before, 1.2).unwrap();
        assert!(!better.is_regression());
        assert!(verdicts(&better).contains(&Verdict::Better));
        let within = compare(&before, &after, 3.0).unwrap();
        assert!(
            !within.is_regression() && verdicts(&within).contains(&Verdict::Worse),
            "worse, within the bound"
        );
        let text = table(&worse, 1.2);
        assert!(text.contains("REGRESSION") && text.lines().count() >= 4, "{text}");
    }

    #[test]
    fn a_series_that_drifts_is_worth_fewer_seconds() {
        let mut noise = Noise(3);
        let independent: Vec<f64> = (0..200).map(|_| noise.next()).collect();
        let drifting: Vec<f64> =
            (0..200).map(|second| f64::from(second / 50) + noise.next() / 10.0).collect();
        assert!(effective_count(&independent) > 120.0);
        assert!(effective_count(&drifting) < 20.0);
        assert!((effective_count(&[2.0; 30]) - 30.0).abs() < 0.1, "no spread, no doubt");
    }

    #[test]
    fn a_run_of_three_seconds_tells_nothing() {
        let comparison = compare(&run(1, 3, 40.0), &run(2, 3, 400.0), 1.2).unwrap();
        assert!(!comparison.is_regression());
        assert!(verdicts(&comparison).contains(&Verdict::Unknown));
    }

    #[test]
    fn errors_count_over_the_whole_run() {
        let (before, mut after) = (run(1, 60, 40.0), run(1, 60, 40.0));
        after.totals.errors = 3;
        assert!(!compare(&before, &after, 1.2).unwrap().is_regression(), "three of 100,000 may be chance");
        after.totals.errors = 100;
        let comparison = compare(&before, &after, 1.2).unwrap();
        assert!(comparison.is_regression());
        assert!(table(&comparison, 1.2).contains("from none"));
    }

    #[test]
    fn fewer_answers_a_second_are_worse() {
        let (before, mut after) = (run(1, 120, 40.0), run(2, 120, 40.0));
        after.samples.iter_mut().for_each(|sample| sample.answers /= 2);
        let comparison = compare(&before, &after, 1.2).unwrap();
        let line = comparison.lines.iter().find(|line| line.measure == Measure::Throughput).unwrap();
        assert!(line.regression && line.factor > 1.8, "{line:?}");
    }

    #[test]
    fn other_questions_are_named_and_other_addresses_are_not() {
        let before = run(1, 60, 40.0);
        let mut after = before.clone();
        after.settings.insert("url".to_owned(), "http://127.0.0.1:2".to_owned());
        after.hardware.insert("cores".to_owned(), "4".to_owned());
        let comparison = compare(&before, &after, 1.2).unwrap();
        assert_eq!(comparison.remarks, ["another machine: cores was absent and is 4"]);
        after.settings.insert("learners".to_owned(), "2000".to_owned());
        after.settings.insert("speed_up".to_owned(), "10".to_owned());
        let refused = compare(&before, &after, 1.2).unwrap_err();
        assert_eq!(
            refused.0,
            [
                "learners is 1000 in the first and 2000 in the second",
                "speed_up is absent in the first and 10 in the second"
            ]
        );
    }
}
