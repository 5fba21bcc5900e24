//! Which quizzes use a question: by a slot that names it, or by an attempt in which it was asked.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{QuestionId, QuizId};
use crate::domain::refusal::Refusal;
use crate::store::{Cache, Entries, Index, Read, Record, Table, Txn};

/// A quiz uses a question. While there is such a record, the question cannot be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionUse {
    /// The question.
    pub question: QuestionId,
    /// The quiz.
    pub quiz: QuizId,
    /// A slot names it.
    pub by_slot: bool,
    /// It was asked in an attempt.
    pub by_attempt: bool,
}

impl Record for QuestionUse {
    const TABLE: Table = Table { tag: 71, name: "question use" };
    const VERSION: u8 = 1;
    // Looked at for every slot of every attempt that starts.
    const CACHE: Cache = Cache::Content;
    type Key = (QuestionId, QuizId);

    fn key(&self) -> Self::Key {
        (self.question, self.quiz)
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<UsesByQuiz>(&self.quiz);
    }
}

/// The questions that a quiz uses.
#[derive(Debug)]
pub struct UsesByQuiz;

impl Index for UsesByQuiz {
    const TABLE: Table = Table { tag: 72, name: "question uses by quiz" };
    type Key = QuizId;
    type Of = QuestionUse;
}

/// Does any quiz or attempt use the question?
pub fn is_used(read: &impl Read, question: QuestionId) -> Result<bool, Refusal> {
    Ok(!read.list::<QuestionUse>(&(question,), None, 1)?.is_empty())
}

/// The quizzes that use a question, up to `limit`.
pub fn quizzes(read: &impl Read, question: QuestionId, limit: usize) -> Result<Vec<QuestionUse>, Refusal> {
    Ok(read.list::<QuestionUse>(&(question,), None, limit)?)
}

/// The slots of a quiz name exactly these questions from now on. For the quiz noun, with every change of slots and,
/// without any, when a quiz is deleted.
pub fn set_slots(txn: &mut Txn<'_>, quiz: QuizId, questions: &[QuestionId]) -> Result<(), Refusal> {
    let known = txn.index_keys::<UsesByQuiz>(&crate::store::Exactly(quiz), None, usize::MAX)?;
    for (_, key) in known {
        if questions.contains(&key.0) {
            continue;
        }
        let Some(known) = txn.get::<QuestionUse>(&key)? else { continue };
        if known.by_attempt {
            txn.put(QuestionUse { by_slot: false, ..known.as_ref().clone() })?;
        } else {
            txn.delete::<QuestionUse>(&key)?;
        }
    }
    for question in questions {
        set(txn, *question, quiz, |it| it.by_slot = true)?;
    }
    Ok(())
}

/// The question was asked in an attempt at this quiz. Cheap when that is known already.
pub fn note_attempt(txn: &mut Txn<'_>, quiz: QuizId, question: QuestionId) -> Result<(), Refusal> {
    set(txn, question, quiz, |it| it.by_attempt = true)
}

fn set(
    txn: &mut Txn<'_>,
    question: QuestionId,
    quiz: QuizId,
    change: impl FnOnce(&mut QuestionUse),
) -> Result<(), Refusal> {
    let known = txn.get::<QuestionUse>(&(question, quiz))?;
    let mut changed = known.as_deref().cloned().unwrap_or(QuestionUse {
        question,
        quiz,
        by_slot: false,
        by_attempt: false,
    });
    change(&mut changed);
    if known.as_deref() != Some(&changed) {
        txn.put(changed)?;
    }
    Ok(())
}
