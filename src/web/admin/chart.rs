//! Charts of the health page: a line in SVG, drawn here, with the same in words and as a table beside it.

use std::fmt::Write as _;

use crate::monitor::history::{MOST_SAMPLES, Sample};
use crate::web::frame::Frame;

/// The drawing's own size; it is shown as wide as there is room.
pub(super) const WIDTH: u32 = 600;
/// Its height.
pub(super) const HEIGHT: u32 = 120;
/// Rows of a table: what a person still reads.
const ROWS: usize = 12;

/// What is drawn.
struct Measure {
    /// The field of a sample, and the end of the keys of its name and its unit.
    field: &'static str,
    unit: &'static str,
    /// What one of the unit is.
    scale: f64,
    /// The chart reaches up to this at least, so that noise does not look like a mountain.
    least: f64,
    /// `None` where there is none: nothing was asked, or written.
    value: fn(&Sample) -> Option<f64>,
}

const MIB: f64 = 1024.0 * 1024.0;

/// The charts, in the order of the page.
const MEASURES: &[Measure] = &[
    Measure {
        field: "requests_per_second",
        unit: "per-second",
        scale: 1.0,
        least: 10.0,
        value: |sample| Some(sample.requests_per_second),
    },
    Measure {
        field: "failed_per_second",
        unit: "per-second",
        scale: 1.0,
        least: 1.0,
        value: |sample| Some(sample.failed_per_second),
    },
    Measure {
        field: "latency_p50_ms",
        unit: "ms",
        scale: 1.0,
        least: 10.0,
        value: |sample| sample.latency_p50_ms,
    },
    Measure {
        field: "latency_p99_ms",
        unit: "ms",
        scale: 1.0,
        least: 10.0,
        value: |sample| sample.latency_p99_ms,
    },
    Measure { field: "queue", unit: "changes", scale: 1.0, least: 10.0, value: |sample| Some(sample.queue) },
    Measure { field: "sync_ms", unit: "ms", scale: 1.0, least: 10.0, value: |sample| sample.sync_ms },
    Measure {
        field: "cpu_percent",
        unit: "percent",
        scale: 1.0,
        least: 100.0,
        value: |sample| Some(sample.cpu_percent),
    },
    Measure {
        field: "memory_bytes",
        unit: "mib",
        scale: MIB,
        least: 64.0,
        value: |sample| Some(sample.memory_bytes),
    },
    Measure {
        field: "disk_free_bytes",
        unit: "gib",
        scale: MIB * 1024.0,
        least: 1.0,
        value: |sample| Some(sample.disk_free_bytes),
    },
    Measure { field: "attempts", unit: "attempts", scale: 1.0, least: 10.0, value: |sample| sample.attempts },
];

/// A chart.
pub(super) struct Chart {
    pub(super) field: &'static str,
    pub(super) title: String,
    pub(super) unit: String,
    /// The path of the line, which has gaps where there is no value.
    pub(super) line: String,
    /// Up to what the drawing reaches; it begins at nought.
    pub(super) top: String,
    pub(super) now: String,
    pub(super) most: String,
    /// Of the values that there are.
    pub(super) mean: String,
    /// The highest value of each part of the time, with its moment, the newest first.
    pub(super) rows: Vec<(crate::clock::Timestamp, String)>,
}

/// A number as people read it: three digits that say something.
fn number(value: f64) -> String {
    if value >= 100.0 || value == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[expect(clippy::cast_precision_loss, reason = "some hundred samples")]
const fn float(count: usize) -> f64 {
    count as f64
}

/// What is said where there is no value.
const NONE: &str = "–";

/// The line of values: the newest at the end, an hour as wide as the drawing. One between two gaps is a dot.
fn line(values: &[Option<f64>], top: f64) -> String {
    let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
    let step = width / float(MOST_SAMPLES - 1);
    let first = width - step * float(values.len().saturating_sub(1));
    let mut text = String::with_capacity(values.len() * 12);
    let mut draws = false;
    for (place, value) in values.iter().enumerate() {
        if let Some(value) = value {
            let (x, y) = (first + step * float(place), height - (value / top).clamp(0.0, 1.0) * height);
            let alone = !draws && values.get(place + 1).is_none_or(Option::is_none);
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "{}{x:.1} {y:.1}{}",
                if draws { 'L' } else { 'M' },
                if alone { "h0" } else { "" }
            );
        }
        draws = value.is_some();
    }
    text
}

/// Of each part of the samples the one with the highest value, the newest first: no table of every one leaves out the peak.
fn peaks<'s>(samples: &'s [Sample], values: &[Option<f64>]) -> Vec<(&'s Sample, f64)> {
    let known: Vec<_> =
        samples.iter().zip(values).filter_map(|(sample, value)| Some((sample, (*value)?))).collect();
    let parts = known.rchunks(known.len().div_ceil(ROWS).max(1));
    parts.filter_map(|part| part.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))).collect()
}

impl Measure {
    fn chart(&self, frame: &Frame, samples: &[Sample]) -> Chart {
        let values: Vec<_> =
            samples.iter().map(|sample| (self.value)(sample).map(|value| value / self.scale)).collect();
        let known: Vec<f64> = values.iter().copied().flatten().collect();
        let most = known.iter().copied().fold(0.0, f64::max);
        let top = most.max(self.least);
        let mean = known.iter().sum::<f64>() / float(known.len());
        let said = |value: f64| if known.is_empty() { NONE.to_owned() } else { number(value) };
        Chart {
            field: self.field,
            title: frame.t_of("admin-health-", &self.field.replace('_', "-")).into_owned(),
            unit: frame.t_of("admin-unit-", self.unit).into_owned(),
            line: line(&values, top),
            top: number(top),
            now: values.last().copied().flatten().map_or_else(|| NONE.to_owned(), number),
            most: said(most),
            mean: said(mean),
            rows: peaks(samples, &values)
                .into_iter()
                .map(|(sample, value)| (sample.at, number(value)))
                .collect(),
        }
    }
}

/// All charts of these samples.
pub(super) fn charts(frame: &Frame, samples: &[Sample]) -> Vec<Chart> {
    MEASURES.iter().map(|measure| measure.chart(frame, samples)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn the_newest_value_stands_at_the_end_and_none_leaves_the_drawing() {
        let drawn = line(&[Some(0.0), Some(50.0), Some(400.0)], 100.0);
        assert!(drawn.starts_with('M') && drawn.ends_with("L600.0 0.0"), "{drawn}");
        assert_eq!(drawn.matches('L').count(), 2);
        assert!(drawn.contains(" 60.0L"), "{drawn}");
        assert_eq!(line(&[], 1.0), "");
    }

    #[test]
    fn where_nothing_was_asked_the_line_has_a_gap_and_what_stands_alone_is_a_dot() {
        let drawn = line(&[None, Some(1.0), None, Some(1.0), Some(1.0), None], 1.0);
        assert_eq!((drawn.matches('M').count(), drawn.matches('L').count()), (2, 1), "{drawn}");
        assert_eq!(drawn.matches("h0").count(), 1, "{drawn}");
        assert_eq!(line(&[None, None], 1.0), "");
    }

    #[test]
    fn the_table_of_many_samples_has_their_peak_and_of_windows_without_a_value_nothing() {
        let samples: Vec<Sample> =
            (0..169).map(|second| Sample { at: Timestamp::from_ms(second), ..Sample::default() }).collect();
        let values: Vec<Option<f64>> = (0..169_u32)
            .map(|place| (place % 17 == 3).then_some(if place == 88 { 5000.0 } else { 20.0 }))
            .collect();
        let rows: Vec<(i64, f64)> =
            peaks(&samples, &values).into_iter().map(|(sample, value)| (sample.at.ms(), value)).collect();
        assert!(rows.len() <= ROWS && rows.contains(&(88, 5000.0)), "{rows:?}");
        assert!(
            rows.iter().all(|(_, value)| *value > 0.0) && rows.is_sorted_by(|a, b| a.0 > b.0),
            "{rows:?}"
        );
        assert!(peaks(&samples, &[None; 169]).is_empty());
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            (number(0.0).as_str(), number(3.26).as_str(), number(1234.5).as_str()),
            ("0", "3.3", "1234")
        );
    }
}
