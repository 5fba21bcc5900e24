//! Ids of all nouns: small numbers below 2^53, unique in the whole store, growing with time.

use crate::id_type;

id_type!(
    /// A person's account.
    UserId
);
id_type!(
    /// A session of a signed-in person.
    SessionId
);
id_type!(
    /// A personal API token.
    TokenId
);
id_type!(
    /// A course.
    CourseId
);
id_type!(
    /// A section of a course.
    SectionId
);
id_type!(
    /// An item of a section: page, link or quiz.
    ItemId
);
id_type!(
    /// A group of learners in a course.
    GroupId
);
id_type!(
    /// A category of a course's question bank.
    CategoryId
);
id_type!(
    /// A question through all its versions.
    QuestionId
);
id_type!(
    /// A quiz.
    QuizId
);
id_type!(
    /// One learner's go at a quiz.
    AttemptId
);
id_type!(
    /// A grade item.
    GradeItemId
);
id_type!(
    /// A grade category.
    GradeCategoryId
);
id_type!(
    /// A background job.
    JobId
);
