//! One line plot as inline SVG: axes with units, lines told apart by name, dash and colour, a sentence for who cannot
//! see it. However long the run was, a line has at most [`COLUMNS`] points.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels and ticks, from numbers far below 2^52"
)]

use super::page::{escape, number};

/// Points of one line: more than the plot is pixels wide would not be seen.
pub(super) const COLUMNS: u32 = 240;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 104.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 44.0;
/// Height of a line of text, and the least distance of two labels.
const LINE: f64 = 15.0;
/// A range in which the largest value is so many times the smallest is drawn logarithmically.
const LOG_FROM: f64 = 50.0;

/// What stands for several seconds that share one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// The largest: a short stall must not vanish in a long run.
    Worst,
    /// The mean.
    Mean,
}

/// One line: its name, and value by second.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) points: Vec<(u32, f64)>,
}

/// One plot.
#[derive(Debug, Clone)]
pub(super) struct Plot<'a> {
    /// Distinguishes the plots of a page.
    pub(super) number: usize,
    pub(super) title: &'a str,
    pub(super) unit: &'static str,
    pub(super) fold: Fold,
    pub(super) lines: Vec<Line>,
    /// The last second of the time axis, so that all plots of a run have the same one.
    pub(super) seconds: u32,
    /// What is counted: ticks are whole numbers.
    pub(super) whole: bool,
}

/// Lines that are there for less than this part of the run get a time axis of their own: a start takes seconds of an
/// hour, and nobody would see it.
const SHORT_PART: u32 = 4;

/// The seconds that share a column.
pub(super) const fn seconds_per_column(seconds: u32) -> u32 {
    let columns = seconds.saturating_add(1).div_ceil(COLUMNS);
    if columns == 0 { 1 } else { columns }
}

/// Column, value, and the middle of the column in seconds.
type Point = (u32, f64, f64);

/// Values put together into columns.
fn columns(points: &[(u32, f64)], per_column: u32, fold: Fold) -> Vec<Point> {
    let mut all: Vec<Point> = Vec::new();
    for (second, value) in points.iter().filter(|(_, value)| value.is_finite()) {
        let column = second / per_column;
        match all.last_mut() {
            Some((last, folded, count)) if *last == column => {
                *count += 1.0;
                *folded = match fold {
                    Fold::Worst => folded.max(*value),
                    Fold::Mean => *folded + (*value - *folded) / *count,
                };
            }
            _ => all.push((column, *value, 1.0)),
        }
    }
    for (column, _, second) in &mut all {
        *second = if per_column == 1 {
            f64::from(*column)
        } else {
            (f64::from(*column) + 0.5) * f64::from(per_column)
        };
    }
    all
}

/// 1, 2 or 5 times a power of ten, for about five ticks up to `top`.
fn step(top: f64) -> f64 {
    let raw = top / 5.0;
    let power = 10_f64.powf(raw.log10().floor());
    let rest = raw / power;
    power
        * if rest <= 1.0 {
            1.0
        } else if rest <= 2.0 {
            2.0
        } else if rest <= 5.0 {
            5.0
        } else {
            10.0
        }
}

/// The vertical axis.
#[derive(Debug, Clone, PartialEq)]
struct Axis {
    low: f64,
    high: f64,
    log: bool,
    ticks: Vec<f64>,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64> + Clone, whole: bool) -> Self {
        let most = values.clone().fold(0.0, f64::max);
        let least = values.filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min);
        if least.is_finite() && most > least * LOG_FROM {
            return Self::logarithmic(least, most);
        }
        Self::linear(most, whole)
    }

    fn linear(most: f64, whole: bool) -> Self {
        let step = step(if most > 0.0 { most } else { 1.0 });
        let step = if whole { step.max(1.0) } else { step };
        let count = (most / step).ceil().clamp(1.0, 10.0);
        let ticks = (0..=count as u32).map(|tick| f64::from(tick) * step).collect();
        Self { low: 0.0, high: count * step, log: false, ticks }
    }

    fn logarithmic(least: f64, most: f64) -> Self {
        let (first, last) = (least.log10().floor() as i32, most.log10().ceil() as i32);
        let powers = first..=last;
        // Up to three powers have room for 2 and 5 between them.
        let fine: &[f64] = if last - first <= 3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let all = powers.flat_map(|power| fine.iter().map(move |part| part * 10_f64.powi(power)));
        let mut ticks: Vec<f64> = all.collect();
        let low = ticks.iter().rev().copied().find(|tick| *tick <= least).unwrap_or(least);
        let high = ticks.iter().copied().find(|tick| *tick >= most).unwrap_or(most);
        ticks.retain(|tick| (low..=high).contains(tick));
        Self { low, high, log: true, ticks }
    }

    fn y(&self, value: f64) -> f64 {
        let share = if self.log {
            (value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - BOTTOM - TOP)
    }
}

/// Ticks of the time axis: (second, text), and the unit.
fn times(from: u32, to: u32) -> (Vec<(u32, String)>, &'static str) {
    const STEPS: [u32; 15] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];
    let step = STEPS.into_iter().find(|step| (to - from) / step <= 6).unwrap_or(86_400);
    let (unit, name) = match step {
        0..60 => (1, "s"),
        60..3600 => (60, "min"),
        _ => (3600, "h"),
    };
    // Longer than eighty days is no load run.
    let first = from.div_ceil(step);
    let ticks = (first..=to / step).take(80).map(|tick| (tick * step, (tick * step / unit).to_string()));
    (ticks.collect(), name)
}

impl Plot<'_> {
    /// The first and the last second that are drawn.
    fn span(&self) -> (u32, u32) {
        let seconds = self.lines.iter().flat_map(|line| line.points.iter().map(|(second, _)| *second));
        let (from, to) = (seconds.clone().min().unwrap_or(0), seconds.max().unwrap_or(self.seconds));
        if to - from < self.seconds / SHORT_PART {
            (from.saturating_sub(1), to.saturating_add(1))
        } else {
            (0, self.seconds.max(to))
        }
    }

    /// The sentence for who cannot see the plot.
    fn description(&self) -> String {
        let mut parts = Vec::new();
        for line in &self.lines {
            let mut values: Vec<f64> = line.points.iter().map(|(_, value)| *value).collect();
            values.sort_by(f64::total_cmp);
            let worst = line.points.iter().max_by(|a, b| a.1.total_cmp(&b.1));
            if let (Some(middle), Some((second, most))) = (values.get(values.len() / 2), worst) {
                parts.push(format!(
                    "{}: half of the seconds at most {} {}, the highest {} {} in second {second}.",
                    line.name,
                    number(*middle),
                    self.unit,
                    number(*most),
                    self.unit
                ));
            }
        }
        parts.join(" ")
    }

    /// The figure.
    pub(super) fn render(&self) -> String {
        let (from, to) = self.span();
        let per_column = seconds_per_column(to - from);
        let x = |second: f64| {
            LEFT + (second - f64::from(from)).max(0.0) / f64::from((to - from).max(1))
                * (WIDTH - LEFT - RIGHT)
        };
        let draw = |line: &Line| columns(&line.points, per_column, self.fold);
        let drawn: Vec<Vec<Point>> = self.lines.iter().map(draw).collect();
        let values = drawn.iter().flatten().map(|point| point.1);
        // A share is read against the whole.
        let axis = if self.unit == "%" {
            Axis::linear(values.fold(100.0, f64::max), false)
        } else {
            Axis::of(values, self.whole)
        };
        let id = self.number;
        let title = escape(self.title);
        let mut svg = format!(
            "<figure><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"t{id} d{id}\">\
             <title id=\"t{id}\">{title}</title><desc id=\"d{id}\">{}</desc>\n",
            escape(&self.description())
        );
        self.draw_axes(&axis, (from, to), x, &mut svg);
        let mut labels: Vec<(f64, usize, &str)> = Vec::new();
        for (place, (line, points)) in self.lines.iter().zip(&drawn).enumerate() {
            // What happened in one second only has no line to lie on; it becomes a dot.
            let (mut path, mut dots) = (String::new(), String::new());
            let mut before: Option<u32> = None;
            let mut rest = points.iter().peekable();
            while let Some((column, value, second)) = rest.next() {
                let joined = before.is_some_and(|before| before.saturating_add(1) == *column);
                let goes_on = rest.peek().is_some_and(|(next, _, _)| column.saturating_add(1) == *next);
                let (x, y) = (x(*second), axis.y(*value));
                match (joined, goes_on) {
                    (true, _) => put!(path, "L{x:.1} {y:.1}"),
                    (false, true) => put!(path, "M{x:.1} {y:.1}"),
                    (false, false) => put!(dots, "M{x:.1} {y:.1}h0"),
                }
                before = Some(*column);
            }
            for (class, path) in [("line", path), ("dot", dots)] {
                if !path.is_empty() {
                    put!(svg, "<path class=\"{class} s{place}\" d=\"{path}\"/>\n");
                }
            }
            if let Some((_, value, _)) = points.last() {
                labels.push((axis.y(*value), place, line.name));
            }
        }
        draw_labels(labels, &mut svg);
        svg.push_str("</svg>");
        put!(svg, "<figcaption>{title}</figcaption></figure>\n");
        svg
    }

    fn draw_axes(&self, axis: &Axis, (from, to): (u32, u32), x: impl Fn(f64) -> f64, svg: &mut String) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let mut last_y = f64::INFINITY;
        for tick in &axis.ticks {
            let y = axis.y(*tick);
            put!(svg, "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>");
            // On a logarithmic axis ticks can come closer than their texts are high.
            if last_y - y >= LINE - 2.0 {
                put!(
                    svg,
                    "<text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\n",
                    LEFT - 6.0,
                    y + 4.0,
                    number(*tick)
                );
                last_y = y;
            }
        }
        let log = if axis.log { " (logarithmic)" } else { "" };
        put!(svg, "<text x=\"4\" y=\"13\">{}{log}</text>\n", escape(self.unit));
        let (ticks, unit) = times(from, to);
        for (second, text) in ticks {
            let x = x(f64::from(second));
            put!(
                svg,
                "<path class=\"axis\" d=\"M{x:.1} {bottom}v5\"/><text class=\"middle\" x=\"{x:.1}\" y=\"{:.1}\">{text}</text>\n",
                bottom + 18.0
            );
        }
        put!(
            svg,
            "<path class=\"axis\" d=\"M{LEFT} {bottom}H{right}\"/>\
             <text class=\"middle\" x=\"{:.1}\" y=\"{:.1}\">time since the beginning ({unit})</text>\n",
            f64::midpoint(LEFT, right),
            HEIGHT - 8.0
        );
    }
}

/// The lines' names at their ends, pushed apart when they would cover each other.
fn draw_labels(mut labels: Vec<(f64, usize, &str)>, svg: &mut String) {
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let room = HEIGHT - BOTTOM - LINE * (labels.len().saturating_sub(1)) as f64;
    let mut next = TOP;
    for (nth, (y, place, name)) in labels.into_iter().enumerate() {
        let y = y.min(LINE.mul_add(nth as f64, room)).max(next);
        next = y + LINE;
        let x = WIDTH - RIGHT + 12.0;
        put!(
            svg,
            "<path class=\"line s{place}\" d=\"M{x} {y:.1}h18\"/><text x=\"{}\" y=\"{:.1}\">{}</text>\n",
            x + 22.0,
            y + 4.0,
            escape(name)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_one_two_or_five_times_a_power_of_ten_and_hold_the_largest_value() {
        for most in [0.3, 1.0, 7.0, 99.0, 101.0, 12_345.0] {
            let axis = Axis::of([0.0, most].into_iter(), false);
            assert!(axis.high >= most, "{most}: {axis:?}");
            assert!((3..=11).contains(&axis.ticks.len()), "{most}: {axis:?}");
        }
        assert_eq!(Axis::of([0.0, 7.0].into_iter(), false).ticks, [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(Axis::of([0.0, 1.0].into_iter(), true).ticks, [0.0, 1.0], "half an error is none");
        let nothing = Axis::of(std::iter::empty(), false);
        assert!(nothing.high > nothing.low);
    }

    #[test]
    fn a_wide_range_is_logarithmic() {
        let axis = Axis::of([1.5, 900.0].into_iter(), false);
        assert!(axis.log && axis.low <= 1.5 && axis.high >= 900.0, "{axis:?}");
        assert!(axis.y(10.0) < axis.y(2.0) && axis.y(2.0) < axis.y(1.5));
    }

    #[test]
    fn what_happened_in_one_second_of_a_long_run_is_a_dot_with_an_axis_around_it() {
        let line = |name, value| Line { name, points: vec![(500, value)] };
        let lines = vec![line("p50", 3.0), line("p99", 9.0)];
        let plot =
            Plot { number: 1, title: "x", unit: "ms", fold: Fold::Worst, lines, seconds: 3600, whole: false };
        assert_eq!(plot.span(), (499, 501));
        let svg = plot.render();
        assert!(svg.contains("class=\"dot s0\"") && svg.contains("class=\"dot s1\""), "{svg}");
        assert!(svg.contains(">500<"), "{svg}");
    }

    #[test]
    fn a_stall_of_one_second_survives_thinning() {
        let points: Vec<(u32, f64)> =
            (0..10_800).map(|second| (second, if second == 5000 { 900.0 } else { 2.0 })).collect();
        let per_column = seconds_per_column(10_799);
        let worst = columns(&points, per_column, Fold::Worst);
        assert!(worst.len() <= COLUMNS as usize, "{}", worst.len());
        assert!(worst.iter().any(|(_, value, _)| (*value - 900.0).abs() < 0.1));
        let mean = columns(&points, per_column, Fold::Mean);
        assert!(mean.iter().all(|(_, value, _)| *value < 100.0));
    }

    #[test]
    fn the_time_axis_changes_its_unit() {
        assert_eq!(times(0, 30).1, "s");
        assert_eq!(times(0, 600).1, "min");
        assert_eq!(times(0, 4 * 3600).1, "h");
        assert_eq!(times(0, 0).0, [(0, "0".to_owned())]);
        let late: Vec<u32> = times(295, 300).0.into_iter().map(|(second, _)| second).collect();
        assert_eq!(late, [295, 296, 297, 298, 299, 300]);
    }
}
