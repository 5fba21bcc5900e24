//! Figures about a quiz and its questions by Moodle's definitions ("Quiz statistics calculations" in its developer
//! documentation): facility, discrimination, effective weight, and how consistent the whole is. They describe and decide
//! nothing, so they are floats, unlike every mark.

use std::collections::BTreeMap;

use serde::Serialize;

#[cfg(test)]
use crate::domain::shared::shared;

/// One marked attempt: the marks of what was asked, and their sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    /// What was asked.
    pub marks: Vec<Asked>,
    /// The mark of the whole attempt.
    pub total: f64,
}

/// What a question earned in an attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// The question's key.
    pub key: u64,
    /// The mark.
    pub mark: f64,
    /// The points that it gave there: another attempt may have drawn it, or have begun when it gave others.
    pub points: f64,
}

/// Figures about one question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuestionFigures {
    /// The question's key.
    #[serde(skip)]
    pub key: u64,
    /// Attempts that it was asked in.
    pub attempts: usize,
    /// The points that it gives; the mean of them, where it did not give everybody the same.
    pub points: f64,
    /// The mean mark as a share of the points, 0 to 1, or below where wrong answers cost something; null where it gave none.
    pub facility: Option<f64>,
    /// The standard deviation of the mark as a share of the points; null for fewer than two attempts.
    pub deviation: Option<f64>,
    /// Share of the points that it was given among all points of the attempts that it was asked in, in percent.
    pub intended_weight: Option<f64>,
    /// How much of the spread of the whole comes from it, in percent; null for a question that not everybody had.
    pub effective_weight: Option<f64>,
    /// The correlation with the rest of the attempt, in percent: do those who do well elsewhere do well here?
    pub discrimination: Option<f64>,
    /// The covariance with the rest as a share of what these marks allow, in percent.
    pub efficiency: Option<f64>,
}

/// Figures about the whole.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuizFigures {
    /// Attempts that are handed in and marked to the end; only they count.
    pub attempts: usize,
    /// The mean mark, in points of the questions.
    pub mean: f64,
    /// The middle mark.
    pub median: f64,
    /// The standard deviation of marks; null for fewer than two attempts.
    pub deviation: Option<f64>,
    /// Asymmetry of the marks; negative with a long tail to the bad ones. Null for fewer than three attempts.
    pub skewness: Option<f64>,
    /// How flat the marks lie; null for fewer than four attempts.
    pub kurtosis: Option<f64>,
    /// Cronbach's alpha in percent; null where not everybody had the same questions.
    pub consistency: Option<f64>,
    /// The share of the deviation that chance makes, in percent.
    pub error_ratio: Option<f64>,
    /// How far a mark may be off by chance, in points.
    pub standard_error: Option<f64>,
}

#[expect(clippy::cast_precision_loss, reason = "counts of attempts are far below 2^52")]
const fn float(count: usize) -> f64 {
    count as f64
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / float(values.len()) }
}

/// The covariance of a sample; none of less than two.
fn covariance(left: &[f64], right: &[f64]) -> Option<f64> {
    if left.len() < 2 || left.len() != right.len() {
        return None;
    }
    let (at_left, at_right) = (mean(left), mean(right));
    let sum: f64 = left.iter().zip(right).map(|(a, b)| (a - at_left) * (b - at_right)).sum();
    Some(sum / float(left.len() - 1))
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// `a / b` in percent; none where `b` is nothing.
fn percent(a: f64, b: f64) -> Option<f64> {
    (b.abs() > f64::EPSILON).then(|| 100.0 * a / b)
}

/// A mark as a share of the points; none where there were none.
fn share(mark: f64, points: f64) -> Option<f64> {
    (points > 0.0).then(|| mark / points)
}

/// What was earned with one question, attempt by attempt. In points it is a part of the spread of the whole. Beside that it is
/// compared by shares, because it may have given others other points: its mark and the marks of the rest, of attempts where
/// it gave points at all, and its points among those of the whole.
#[derive(Default)]
struct Earned {
    points: Vec<f64>,
    marks: Vec<f64>,
    totals: Vec<f64>,
    shares: Vec<f64>,
    rests: Vec<f64>,
    weights: Vec<f64>,
}

impl Earned {
    fn take(&mut self, asked: &Asked, total: f64, paper: f64) {
        let Asked { mark, points, .. } = *asked;
        self.points.push(points);
        self.marks.push(mark);
        self.totals.push(total);
        self.weights.extend(share(points, paper));
        if let Some(earned) = share(mark, points) {
            self.shares.push(earned);
            self.rests.push(share(total - mark, paper - points).unwrap_or_default());
        }
    }
}

/// The mean of what is nearly always the same, which it then is to the letter.
fn common(values: &[f64]) -> f64 {
    let first = values.first().copied().unwrap_or_default();
    first + mean(&values.iter().map(|value| value - first).collect::<Vec<_>>())
}

/// Everything about some marked attempts.
pub fn figures(sittings: &[Sitting]) -> (QuizFigures, Vec<QuestionFigures>) {
    let mut asked: BTreeMap<u64, Earned> = BTreeMap::new();
    for sitting in sittings {
        let paper = sitting.marks.iter().map(|asked| asked.points).sum();
        for one in &sitting.marks {
            asked.entry(one.key).or_default().take(one, sitting.total, paper);
        }
    }
    // What each question that everybody had adds to the spread of the whole.
    let spread = |earned: &Earned| {
        let by_all = earned.marks.len() == sittings.len();
        covariance(&earned.marks, &earned.totals).filter(|with_all| by_all && *with_all >= 0.0).map(f64::sqrt)
    };
    let all_spread: f64 = asked.values().filter_map(spread).sum();
    let mut questions = Vec::with_capacity(asked.len());
    let mut common_variance = Some(0.0);
    for (key, earned) in &asked {
        let Earned { points, marks, shares, rests, weights, .. } = earned;
        let variance = covariance(shares, shares);
        let together = covariance(shares, rests);
        let most = covariance(&sorted(shares), &sorted(rests));
        let apart = variance.zip(covariance(rests, rests)).map(|(a, b)| (a * b).sqrt());
        common_variance = match (common_variance, covariance(marks, marks)) {
            (Some(sum), Some(variance)) if marks.len() == sittings.len() => Some(sum + variance),
            _ => None,
        };
        questions.push(QuestionFigures {
            key: *key,
            attempts: marks.len(),
            points: common(points),
            facility: (!shares.is_empty()).then(|| mean(shares)),
            deviation: variance.map(f64::sqrt),
            intended_weight: (!weights.is_empty()).then(|| 100.0 * common(weights)),
            effective_weight: spread(earned).and_then(|spread| percent(spread, all_spread)),
            discrimination: together.zip(apart).and_then(|(a, b)| percent(a, b)),
            efficiency: together.zip(most).and_then(|(a, b)| percent(a, b)),
        });
    }
    let totals: Vec<f64> = sittings.iter().map(|sitting| sitting.total).collect();
    (of_totals(&totals, common_variance, questions.len()), questions)
}

/// Figures about marks of whole attempts. `variance` is the sum of the questions' own, where everybody had the same.
fn of_totals(totals: &[f64], variance: Option<f64>, questions: usize) -> QuizFigures {
    let (count, middle) = (totals.len(), mean(totals));
    let moment =
        |power: i32| totals.iter().map(|total| (total - middle).powi(power)).sum::<f64>() / float(count);
    let ordered = sorted(totals);
    let at = |place: usize| ordered.get(place).copied().unwrap_or_default();
    let median = if count % 2 == 1 {
        at(count / 2)
    } else {
        f64::midpoint(at((count / 2).saturating_sub(1)), at(count / 2))
    };
    let k2 = covariance(totals, totals);
    let (m2, m3, m4, s) = (moment(2), moment(3), moment(4), float(count));
    let some = k2.filter(|k2| *k2 > f64::EPSILON);
    let k3 = (count > 2).then(|| s * s * m3 / ((s - 1.0) * (s - 2.0)));
    let k4 = (count > 3).then(|| {
        s * s * s * ((s + 1.0) * m4 - 3.0 * (s - 1.0) * m2 * m2) / (s * (s - 1.0) * (s - 2.0) * (s - 3.0))
    });
    let consistency = some.zip(variance).filter(|_| questions > 1).map(|(k2, variance)| {
        let questions = float(questions);
        100.0 * questions / (questions - 1.0) * (1.0 - variance / k2)
    });
    let error_ratio = consistency.map(|alpha| 100.0 * (1.0 - alpha / 100.0).max(0.0).sqrt());
    let deviation = k2.map(f64::sqrt);
    QuizFigures {
        attempts: count,
        mean: middle,
        median,
        deviation,
        skewness: some.zip(k3).map(|(k2, k3)| k3 / k2.powf(1.5)),
        kurtosis: some.zip(k4).map(|(k2, k4)| k4 / (k2 * k2)),
        consistency,
        error_ratio,
        standard_error: error_ratio.zip(deviation).map(|(ratio, deviation)| ratio * deviation / 100.0),
    }
}

/// The lines of one of Moodle's own files of attempts and expected figures, by column.
#[cfg(test)]
pub(crate) fn moodle_table(name: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let path = shared(&format!("moodle/statistics/{name}"))?;
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(|cell| cell.trim_matches('"').to_owned()));
    let columns: Vec<String> = lines.next()?.collect();
    Some(lines.map(|line| columns.iter().cloned().zip(line).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_that_moodle_expects_of_the_same_attempts() {
        let (Some(results), Some(expected)) = (moodle_table("results00.csv"), moodle_table("qstats00.csv"))
        else {
            return;
        };
        let sittings: Vec<Sitting> = results
            .iter()
            .map(|row| Sitting {
                marks: (1..=7)
                    .map(|slot| asked(slot, row[&format!("slots.{slot}.mark")].parse().unwrap(), 1.0))
                    .collect(),
                total: row["summarks"].parse().unwrap(),
            })
            .collect();
        let (quiz, questions) = figures(&sittings);
        assert_eq!((quiz.attempts, questions.len()), (25, 7));
        let mut compared = 0;
        for row in expected.iter().filter(|row| row["subqname"].is_empty() && row["variant"].is_empty()) {
            let slot: u64 = row["slot"].parse().unwrap();
            let found = questions.iter().find(|question| question.key == slot).unwrap();
            let pairs = [
                ("facility", found.facility),
                ("sd", found.deviation),
                ("effectiveweight", found.effective_weight),
                ("discriminationindex", found.discrimination),
                ("discriminativeefficiency", found.efficiency),
            ];
            for (name, value) in pairs {
                let wanted: f64 = row[name].parse().unwrap();
                let value = value.unwrap_or_else(|| panic!("slot {slot} has no {name}"));
                assert!((value - wanted).abs() < 0.001, "slot {slot}: {name} is {value}, not {wanted}");
                compared += 1;
            }
        }
        assert_eq!(compared, 35);
        // Of the whole quiz Moodle's own test expects these of the same attempts; the marks of the file are rounded.
        let whole = [
            ("median", Some(quiz.median), 4.5),
            ("mean", Some(quiz.mean), 4.617_333_332),
            ("deviation", quiz.deviation, 0.811_726_555_4),
            ("skewness", quiz.skewness, -0.092_502_502),
            ("kurtosis", quiz.kurtosis, -0.707_396_855_7),
            ("consistency", quiz.consistency, -87.223_093_554_2),
            ("error ratio", quiz.error_ratio, 136.829_490_079_5),
            ("standard error", quiz.standard_error, 1.110_681_306_6),
        ];
        for (name, value, wanted) in whole {
            let value: f64 = value.unwrap_or_else(|| panic!("no {name}"));
            assert!((value - wanted).abs() <= 1e-5 * wanted.abs(), "{name} is {value}, not {wanted}");
        }
    }

    const fn asked(key: u64, mark: f64, points: f64) -> Asked {
        Asked { key, mark, points }
    }

    fn sitting(marks: Vec<Asked>) -> Sitting {
        let total = marks.iter().map(|asked| asked.mark).sum();
        Sitting { marks, total }
    }

    /// Marks of questions 1, 2, .. of so many points, an attempt in each line.
    fn sat(points: &[f64], rows: &[&[f64]]) -> Vec<Sitting> {
        let marks = |row: &&[f64]| {
            let marks = (1..).zip(row.iter().zip(points));
            sitting(marks.map(|(key, (mark, points))| asked(key, *mark, *points)).collect())
        };
        rows.iter().map(marks).collect()
    }

    #[track_caller]
    fn are(found: &[(&str, Option<f64>)], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for ((name, value), wanted) in found.iter().zip(wanted) {
            let value = value.unwrap_or_else(|| panic!("no {name}"));
            assert!((value - wanted).abs() < 1e-6, "{name} is {value}, not {wanted}");
        }
    }

    fn of_question(found: &QuestionFigures) -> [(&'static str, Option<f64>); 6] {
        [
            ("facility", found.facility),
            ("deviation", found.deviation),
            ("intended weight", found.intended_weight),
            ("effective weight", found.effective_weight),
            ("discrimination", found.discrimination),
            ("efficiency", found.efficiency),
        ]
    }

    #[test]
    fn the_figures_of_four_attempts_are_those_that_come_out_by_hand() {
        // Question 1 gives 1 point, question 2 gives 3. Totals are 0, 1, 3, 4: mean 2, deviations -2, -1, 1, 2.
        let rows: [&[f64]; 4] = [&[0.0, 0.0], &[0.0, 1.0], &[1.0, 2.0], &[1.0, 3.0]];
        let (quiz, questions) = figures(&sat(&[1.0, 3.0], &rows));
        let whole = [
            ("mean", Some(quiz.mean)),
            ("median", Some(quiz.median)),
            ("deviation", quiz.deviation),
            ("skewness", quiz.skewness),
            ("kurtosis", quiz.kurtosis),
            ("consistency", quiz.consistency),
            ("error ratio", quiz.error_ratio),
            ("standard error", quiz.standard_error),
        ];
        // k2 = 10/3; k3 = 0, the deviations lie on both sides alike; m2 = 10/4, m4 = 34/4, so
        // k4 = 4^2 (5 * 8.5 - 3 * 3 * 2.5^2) / (3 * 2 * 1) = -36.66.. and kurtosis = k4 / k2^2 = -3.3.
        // Variances of the questions are 1/3 and 5/3: consistency = 100 * 2/1 * (1 - 2 / (10/3)) = 80,
        // error ratio = 100 sqrt(1 - 0.8), standard error = that share of the deviation sqrt(10/3).
        let wanted = [
            2.0,
            2.0,
            (10.0_f64 / 3.0).sqrt(),
            0.0,
            -3.3,
            80.0,
            20.0 * 5.0_f64.sqrt(),
            (2.0_f64 / 3.0).sqrt(),
        ];
        are(&whole, &wanted);
        // Covariance with the total: 3/3 = 1 and 7/3; their roots, 1 and 1.527525, share the effective weight.
        // Covariance with the rest, which is the other question: 2/3, so the correlation is
        // (2/3) / sqrt(1/3 * 5/3) = 0.894427; both are in order, so it could not be more.
        let spread = (7.0_f64 / 3.0).sqrt();
        let correlation = 200.0 / 5.0_f64.sqrt();
        let first = [0.5, (1.0_f64 / 3.0).sqrt(), 25.0, 100.0 / (1.0 + spread), correlation, 100.0];
        are(&of_question(&questions[0]), &first);
        let weight = 100.0 * spread / (1.0 + spread);
        let second = [0.5, (5.0_f64 / 3.0).sqrt() / 3.0, 75.0, weight, correlation, 100.0];
        are(&of_question(&questions[1]), &second);
    }

    #[test]
    fn a_question_that_the_good_ones_miss_has_a_negative_discrimination() {
        // Question 1: 1, 0, 1, 0, the rest: 0, 0, 1, 3. Covariance (-0.5 + 0.5 + 0 - 1) / 3 = -1/3;
        // in order, 0, 0, 1, 1 with 0, 0, 1, 3, it would be (0.5 + 0.5 + 0 + 1) / 3 = 2/3: efficiency -50.
        // Variances 1/3 and 6/3 = 2: discrimination = -100 (1/3) / sqrt(2/3).
        let rows: [&[f64]; 4] = [&[1.0, 0.0], &[0.0, 0.0], &[1.0, 1.0], &[0.0, 3.0]];
        let (_, questions) = figures(&sat(&[1.0, 3.0], &rows));
        let found =
            [("discrimination", questions[0].discrimination), ("efficiency", questions[0].efficiency)];
        are(&found, &[-100.0 / 3.0 / (2.0_f64 / 3.0).sqrt(), -50.0]);
    }

    #[test]
    fn marks_with_a_tail_are_skewed_to_its_side() {
        // Totals 0, 0, 3: mean 1, median 0, k2 = 6/2 = 3, m3 = (-1 - 1 + 8) / 3 = 2,
        // k3 = 3^2 * 2 / (2 * 1) = 9, skewness = 9 / 3^1.5 = sqrt(3). Four attempts are needed for a kurtosis.
        let (quiz, _) = figures(&sat(&[3.0], &[&[0.0], &[0.0], &[3.0]]));
        let found = [("mean", Some(quiz.mean)), ("median", Some(quiz.median)), ("skewness", quiz.skewness)];
        are(&found, &[1.0, 0.0, 3.0_f64.sqrt()]);
        assert_eq!(quiz.kurtosis, None);
    }

    #[test]
    fn questions_that_were_drawn_for_some_have_no_part_in_the_spread_of_all() {
        // Everybody had question 1; questions 2 and 3 were drawn.
        let sat =
            |drawn: u64, marks: [f64; 2]| sitting(vec![asked(1, marks[0], 1.0), asked(drawn, marks[1], 1.0)]);
        let (quiz, questions) = figures(&[sat(2, [1.0, 1.0]), sat(3, [0.0, 1.0])]);
        let weights: Vec<_> = questions.iter().map(|found| found.effective_weight).collect();
        // Covariance of 1, 0 with the totals 2, 1 is 1/2: all of the spread that is looked at.
        assert_eq!(weights, [Some(100.0), None, None]);
        assert_eq!((questions[1].attempts, questions[1].facility, quiz.consistency), (1, Some(1.0), None));
    }

    #[test]
    fn nothing_and_too_little_have_no_figures_instead_of_wrong_ones() {
        let (quiz, questions) = figures(&[]);
        assert_eq!((quiz.attempts, quiz.deviation, questions.len()), (0, None, 0));
        let one = sitting(vec![asked(7, 1.0, 2.0)]);
        let (quiz, questions) = figures(std::slice::from_ref(&one));
        assert_eq!((quiz.mean, quiz.median, quiz.deviation), (1.0, 1.0, None));
        assert_eq!((questions[0].facility, questions[0].discrimination), (Some(0.5), None));
        // Everybody alike: there is no spread that anything could explain.
        let (quiz, questions) = figures(&[one.clone(), one]);
        assert_eq!((quiz.skewness, quiz.consistency, questions[0].discrimination), (None, None, None));
        // A question that gives no points can neither be hard nor easy.
        let (_, questions) = figures(&sat(&[0.0, 1.0], &[&[0.0, 1.0], &[0.0, 0.0]]));
        let nothing = &questions[0];
        assert_eq!((nothing.facility, nothing.deviation, nothing.discrimination), (None, None, None));
        assert_eq!((nothing.intended_weight, questions[1].intended_weight), (Some(0.0), Some(100.0)));
        let (_, questions) = figures(&sat(&[0.0], &[&[0.0]]));
        assert_eq!((questions[0].facility, questions[0].intended_weight), (None, None));
    }

    #[test]
    fn a_question_that_was_drawn_for_different_points_is_compared_by_shares() {
        // Question 1 gives a point; 2 and 3 are drawn for 1 and 9 points, in turns. All is right.
        let right = |first: u64, second: u64| {
            sitting(vec![asked(1, 1.0, 1.0), asked(first, 1.0, 1.0), asked(second, 9.0, 9.0)])
        };
        let (quiz, questions) = figures(&[right(2, 3), right(3, 2), right(2, 3)]);
        assert_eq!((quiz.mean, quiz.deviation), (11.0, Some(0.0)));
        for (found, points) in questions.iter().zip([1.0, 11.0 / 3.0, 19.0 / 3.0]) {
            assert!((found.points - points).abs() < 1e-9, "{found:?}");
            assert!((found.intended_weight.unwrap() - 100.0 * points / 11.0).abs() < 1e-9, "{found:?}");
            assert_eq!((found.facility, found.deviation), (Some(1.0), Some(0.0)));
            assert_eq!((found.discrimination, found.efficiency), (None, None), "{found:?}");
        }
        // Shares 1, 0, 1/2 with rests of 1/2, 0, 1: covariance (0 + 1/4 + 0) / 2 = 1/8, in order 1/4; variances 1/4.
        let sat =
            |mark: f64, points: f64, rest: f64| sitting(vec![asked(1, mark, points), asked(2, rest, 2.0)]);
        let (_, questions) = figures(&[sat(10.0, 10.0, 1.0), sat(0.0, 1.0, 0.0), sat(0.5, 1.0, 2.0)]);
        assert_eq!(
            (questions[0].points, questions[0].facility, questions[0].deviation),
            (4.0, Some(0.5), Some(0.5))
        );
        let found =
            [("discrimination", questions[0].discrimination), ("efficiency", questions[0].efficiency)];
        are(&found, &[50.0, 50.0]);
    }

    #[test]
    fn a_quiz_that_is_consistent_says_so() {
        let rows: [&[f64]; 3] = [&[0.0, 0.0], &[1.0, 1.0], &[0.5, 0.5]];
        let (quiz, _) = figures(&sat(&[1.0, 1.0], &rows));
        assert!((quiz.consistency.unwrap() - 100.0).abs() < 1e-9);
        assert!(quiz.standard_error.unwrap().abs() < 1e-6);
    }
}
