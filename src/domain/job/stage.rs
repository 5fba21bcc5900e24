//! How far a job is, by one name for the API, the pages and the metrics.

use serde::Serialize;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, schema(as = JobStateName))]
pub enum JobStage {
    /// It waits for its turn, or until jobs may run at all (`jobs.parallel`).
    Queued,
    /// It has begun.
    Running,
    /// It ends with the present chunk.
    Cancelling,
    /// All of it is done.
    Done,
    /// It could not go on.
    Failed,
    /// Somebody stopped it; what was done stays done.
    Cancelled,
}

impl JobStage {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Cancelling, Self::Done, Self::Failed, Self::Cancelled];

    /// The same where `parallel` jobs run at once.
    pub(super) const fn among(self, parallel: usize) -> Self {
        match self {
            Self::Running if parallel == 0 => Self::Queued,
            stage => stage,
        }
    }

    /// Its number in totals; never reused.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Running => 1,
            Self::Cancelling => 2,
            Self::Done => 3,
            Self::Failed => 4,
            Self::Cancelled => 5,
        }
    }

    /// Its name, as the API has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Cancelling => "cancelling",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_one_of_the_api_and_no_number_stands_for_two() {
        let mut numbers = Vec::new();
        for stage in JobStage::ALL {
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.name());
            numbers.push(stage.number());
        }
        numbers.dedup();
        assert_eq!(numbers.len(), JobStage::ALL.len());
    }
}
