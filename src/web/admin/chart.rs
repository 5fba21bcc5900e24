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
    value: fn(&Sample) -> f64,
}

const MIB: f64 = 1024.0 * 1024.0;

/// The charts, in the order of the page.
const MEASURES: &[Measure] = &[
    Measure {
        field: "requests_per_second",
        unit: "per-second",
        scale: 1.0,
        least: 10.0,
        value: |sample| sample.requests_per_second,
    },
    Measure {
        field: "failed_per_second",
        unit: "per-second",
        scale: 1.0,
        least: 1.0,
        value: |sample| sample.failed_per_second,
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
    Measure { field: "queue", unit: "changes", scale: 1.0, least: 10.0, value: |sample| sample.queue },
    Measure { field: "sync_ms", unit: "ms", scale: 1.0, least: 10.0, value: |sample| sample.sync_ms },
    Measure {
        field: "cpu_percent",
        unit: "percent",
        scale: 1.0,
        least: 100.0,
        value: |sample| sample.cpu_percent,
    },
    Measure {
        field: "memory_bytes",
        unit: "mib",
        scale: MIB,
        least: 64.0,
        value: |sample| sample.memory_bytes,
    },
    Measure {
        field: "disk_free_bytes",
        unit: "gib",
        scale: MIB * 1024.0,
        least: 1.0,
        value: |sample| sample.disk_free_bytes,
    },
    Measure { field: "attempts", unit: "attempts", scale: 1.0, least: 10.0, value: |sample| sample.attempts },
];

/// A chart.
pub(super) struct Chart {
    pub(super) field: &'static str,
    pub(super) title: String,
    pub(super) unit: String,
    /// The points of the line.
    pub(super) points: String,
    /// Up to what the drawing reaches; it begins at nought.
    pub(super) top: String,
    pub(super) now: String,
    pub(super) most: String,
    pub(super) mean: String,
    /// Some moments with their values, the newest first.
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

/// The line of values: the newest at the end, an hour as wide as the drawing.
fn points(values: &[f64], top: f64) -> String {
    let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
    let step = width / float(MOST_SAMPLES - 1);
    let first = width - step * float(values.len().saturating_sub(1));
    let mut text = String::with_capacity(values.len() * 12);
    for (place, value) in values.iter().enumerate() {
        let (x, y) = (first + step * float(place), height - (value / top).clamp(0.0, 1.0) * height);
        // Writing to a string does not fail.
        let _ = write!(text, "{x:.1},{y:.1} ");
    }
    text
}

impl Measure {
    fn chart(&self, frame: &Frame, samples: &[Sample]) -> Chart {
        let values: Vec<f64> = samples.iter().map(|sample| (self.value)(sample) / self.scale).collect();
        let most = values.iter().copied().fold(0.0, f64::max);
        let top = most.max(self.least);
        let mean = values.iter().sum::<f64>() / float(values.len().max(1));
        let apart = samples.len().div_ceil(ROWS).max(1);
        let newest = samples.iter().zip(&values).rev().step_by(apart);
        Chart {
            field: self.field,
            title: frame.t_of("admin-health-", &self.field.replace('_', "-")).into_owned(),
            unit: frame.t_of("admin-unit-", self.unit).into_owned(),
            points: points(&values, top),
            top: number(top),
            now: number(values.last().copied().unwrap_or(0.0)),
            most: number(most),
            mean: number(mean),
            rows: newest.map(|(sample, value)| (sample.at, number(*value))).collect(),
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

    #[test]
    fn the_newest_value_stands_at_the_end_and_none_leaves_the_drawing() {
        let line = points(&[0.0, 50.0, 400.0], 100.0);
        let last = line.split_whitespace().next_back().unwrap();
        assert_eq!(last, "600.0,0.0");
        assert_eq!(line.split_whitespace().count(), 3);
        assert!(line.contains(",60.0 "), "{line}");
        assert_eq!(points(&[], 1.0), "");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            (number(0.0).as_str(), number(3.26).as_str(), number(1234.5).as_str()),
            ("0", "3.3", "1234")
        );
    }
}
