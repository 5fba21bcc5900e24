//! What an exam room weighs before it is seen: however many questions an exam has, the page with all that it loads stays as light
//! as any other.

use serde_json::{Value, json};

use crate::exam::{Exam, essay, id, truth, with};
use crate::pages::{Browser, MAX_FIRST_PAINT, first_paint};

/// Words of a text that says nothing, of the lengths and the spread that a language has.
const WORDS: &str = "the of tide moon and sea to current a in water is that salt which wind for shore it as was with by be on not \
    wave from but have depth they spring one his all neap there their when gravity has rotation more ocean if no out said what \
    up its about than them can only other new some could time these two may then do first any my now such like our over man me \
    even most made after also did many before must through back years where much your way well down should because each just \
    those people how too little state good very make world still own see men work long get here between both life being under \
    never day same another know while last might us great old year off come since against go came right used take three himself \
    harbour estuary amplitude latitude pressure density plankton sediment barometer coastline temperature submarine navigation";

/// Words that are there again and again, picked as a die picks: the same ones for the same number.
struct Author(u64);

impl Author {
    fn words(&mut self, count: usize) -> String {
        let all: Vec<&str> = WORDS.split_whitespace().collect();
        let word = |author: &mut Self| {
            author.0 =
                author.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            all[usize::try_from(author.0 >> 33).unwrap() % all.len()]
        };
        (0..count).map(|_| word(self)).collect::<Vec<_>>().join(" ")
    }

    /// A question as exams have them: most are a choice of four.
    fn question(&mut self, number: usize) -> Value {
        let text = format!("<p>{}?</p>", self.words(18));
        match number % 10 {
            0..=6 => {
                let options: Vec<Value> = (0..4)
                    .map(|at| json!({ "text": { "text": self.words(5) }, "fraction": if at == 0 { 1.0 } else { 0.0 } }))
                    .collect();
                json!({ "name": format!("Q{number}"), "text": { "text": text },
                    "kind": { "type": "single_choice", "shuffle": true, "options": options } })
            }
            7 => truth(&self.words(14), true),
            8 => {
                let pairs: Vec<Value> = (0..4)
                    .map(|_| json!({ "stem": { "text": self.words(3) }, "answer": self.words(2) }))
                    .collect();
                json!({ "name": format!("Q{number}"), "text": { "text": text },
                    "kind": { "type": "matching", "pairs": pairs, "distractors": [], "shuffle": true } })
            }
            _ => essay(&text),
        }
    }
}

/// A quiz that draws so many questions from as many.
fn quiz(exam: &Exam, questions: usize) -> u64 {
    let mut author = Author(questions as u64);
    let tag = format!("of{questions}");
    for number in 0..questions {
        exam.question(&with(&author.question(number), &json!({ "tags": [tag] })));
    }
    let slots = json!([{ "points": 1, "draw": { "tag": tag, "count": questions } }]);
    exam.quiz(
        &json!({ "name": format!("{questions} questions"), "slots": slots, "time_limit_ms": 7_200_000 }),
    )
}

#[test]
fn a_room_of_hundreds_of_questions_is_as_light_as_any_page() {
    let exam = Exam::new();
    let mut wrong = Vec::new();
    for questions in [25, 50, 100, 200] {
        let quiz = quiz(&exam, questions);
        let learner = exam.learner();
        let attempt = id(&exam.start(&learner, quiz));
        let mut browser = Browser::of(&exam.app, &learner);
        let half = questions / 2;
        for page in [String::new(), "?sheet=2".to_owned(), format!("?question={half}"), "/submit".to_owned()]
        {
            let path = format!("/attempts/{attempt}{page}");
            let answer = browser.get(&path).status(200);
            let bytes = first_paint(&exam.app, &answer, &browser, &path);
            println!("{questions} questions, {page:?}: {bytes} bytes, {} of HTML", answer.bytes.len());
            if bytes >= MAX_FIRST_PAINT {
                wrong.push(format!("{path} of {questions} questions: {bytes} bytes"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
