//! The question files of the exam, and what people write into free fields.

/// GIFT: one question of every kind that it has, and a category from which questions are drawn.
pub const GIFT: &str = r"// Questions for the rehearsal of an exam day.
$CATEGORY: Exam

::Capital:: What is the capital of Norway? {=Oslo#yes ~%25%Bergen#It was, long ago. ~Trondheim ~Stavanger}

::Primes:: Which of these numbers are prime? {~%50%Two ~%50%Seven ~%-50%Nine ~%-50%Fifteen}

::Water:: At sea level water boils at 100 degrees Celsius. {T#It does.#Right.}

::Root:: What is the square root of two, to two places? {#=1.41:0.005 =%50%1.4:0.05}

::Ocean:: Which is the largest ocean? {=Pacific =Pacific Ocean =%50%the pacific* =%20%*ocean*}

::Inventors:: Match each invention to its inventor. {=Telephone -> Bell =Dynamite -> Nobel =Radium -> Curie = -> Edison}

::Sampling:: Explain in a few sentences why a sample must be drawn at random. {}

$CATEGORY: Pool

::Pool 1:: The median of 1, 2 and 9 is 2. {T}

::Pool 2:: A probability can be larger than one. {F}

::Pool 3:: The mean of 2 and 4 is three. {T}

::Pool 4:: How many sides has a hexagon? {=six =6}

::Pool 5:: What is the opposite of hot? {=cold =%50%cool}

::Pool 6:: How many minutes has an hour? {#60:0}

::Pool 7:: Which planet is closest to the Sun? {=Mercury ~Venus ~Mars}
";

/// Moodle XML: the kinds that GIFT does not have, and questions that are drawn by their tag.
pub const MOODLE_XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/Exam</text></category></question>
<question type="ordering"><name><text>Planets</text></name>
<questiontext format="html"><text><![CDATA[<p>Order the planets by their distance from the Sun.</p>]]></text></questiontext>
<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><gradingtype>ABSOLUTE_POSITION</gradingtype>
<answer fraction="1.0" format="html"><text>Mercury</text></answer>
<answer fraction="2.0" format="html"><text>Venus</text></answer>
<answer fraction="3.0" format="html"><text>Earth</text></answer>
<answer fraction="4.0" format="html"><text>Mars</text></answer>
<answer fraction="5.0" format="html"><text>Jupiter</text></answer>
</question>
<question type="cloze"><name><text>Paris</text></name>
<questiontext format="html"><text><![CDATA[<p>The capital of France is {1:SHORTANSWER:=Paris~%50%Lutetia~*#No}, on the {2:MULTICHOICE_S:=Seine~Loire~Rhine}; about {1:NUMERICAL:=2.1:0.1} million people live there.</p>]]></text></questiontext>
</question>
<question type="numerical"><name><text>Speed of sound</text></name>
<questiontext format="html"><text><![CDATA[<p>How fast is sound in air?</p>]]></text></questiontext>
<answer fraction="100" format="moodle_auto_format"><text>340</text><tolerance>5</tolerance></answer>
<units><unit><multiplier>1</multiplier><unit_name>m/s</unit_name></unit><unit><multiplier>3.6</multiplier><unit_name>km/h</unit_name></unit></units>
<unitgradingtype>1</unitgradingtype><unitpenalty>0.5</unitpenalty><showunits>2</showunits><unitsleft>0</unitsleft>
</question>
<question type="multichoice"><name><text>Even</text></name>
<questiontext format="html"><text><![CDATA[<p>Which of these are <b>even</b>?</p>]]></text></questiontext>
<single>false</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>
<answer fraction="50" format="html"><text>Two</text></answer>
<answer fraction="50" format="html"><text>Eight</text></answer>
<answer fraction="-50" format="html"><text>Three</text></answer>
<answer fraction="-50" format="html"><text>Nine</text></answer>
<tags><tag><text>drawn</text></tag></tags>
</question>
<question type="multichoice"><name><text>Largest</text></name>
<questiontext format="html"><text><![CDATA[<p>Which is the largest?</p>]]></text></questiontext>
<single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>
<answer fraction="100" format="html"><text>A million</text></answer>
<answer fraction="0" format="html"><text>A thousand</text></answer>
<answer fraction="-25" format="html"><text>A dozen</text></answer>
<tags><tag><text>drawn</text></tag></tags>
</question>
<question type="truefalse"><name><text>Zero</text></name>
<questiontext format="html"><text><![CDATA[<p>Zero is an even number.</p>]]></text></questiontext>
<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>
<tags><tag><text>drawn</text></tag></tags>
</question>
</quiz>
"#;

/// Points per fixed question, by name.
pub const FIXED: [(&str, f64); 10] = [
    ("Capital", 1.0),
    ("Primes", 2.0),
    ("Water", 1.0),
    ("Root", 1.5),
    ("Ocean", 1.0),
    ("Inventors", 3.0),
    ("Sampling", 4.0),
    ("Planets", 2.5),
    ("Paris", 2.0),
    ("Speed of sound", 1.25),
];

/// What people write into a field for a word.
pub const WORDS: [&str; 14] = [
    "Pacific",
    " pacific ocean ",
    "the Pacific, I think",
    "Arctic Ocean",
    "Paris",
    "Lutetia",
    "six",
    "6",
    "cold",
    "cool",
    "2.1",
    "2,05",
    "Ærøskøbing – 東京 🌊",
    "=1+1",
];

/// What people write into a field for a number.
pub const NUMBERS: [&str; 12] =
    ["1.41", "1,41", "1.4", "1.42", "2", "60", "60.0", "340", "344.9", "346", "1224", "3.4e2"];

/// What essays are made of.
pub const SENTENCES: [&str; 6] = [
    "Whoever chooses by hand chooses those who are easy to reach.",
    "Chance has no favourites, so nobody is left out on purpose.",
    "With chance one can say how far off the answer may be.",
    "A <b>large</b> sample that is chosen badly is still bad; \"size\" does not help.",
    "Ein großes Beispiel: 1936 wurde die falsche Person zum Sieger erklärt.",
    "我们随机抽取样本，以避免偏差。",
];
