//! A look at one page in the browser, as one sort of viewer: what the accessibility engine says, whether it fits a phone, what
//! has come and moved until it stood, in light and dark.

use std::collections::BTreeSet;

use serde_json::json;

use crate::axe;
use crate::driver::Browser;
use crate::school::School;
use crate::support::{Answer, Person, TestApp};

/// What is wider than the window, if anything is.
const TOO_WIDE: &str = "
    const wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
    if (wide <= room) return null;
    const rtl = document.documentElement.dir === 'rtl';
    const guilty = [...document.querySelectorAll('body *')].filter((it) => {
        const box = it.getBoundingClientRect();
        return box.width > 0 && (rtl ? box.left < -1 : box.right > room + 1);
    });
    return `${wide} px in ${room} px: ` + guilty.slice(-3).map((it) => it.outerHTML.slice(0, 160)).join(' | ');";

/// Keeps what moves by itself while a page comes to stand.
pub const WATCH_SHIFTS: &str = "
    window.moved = [];
    new PerformanceObserver((seen) => {
        for (const it of seen.getEntries()) if (!it.hadRecentInput) window.moved.push(it);
    }).observe({ type: 'layout-shift', buffered: true });";

/// What moved, when it was more than a share of the window.
const MOVED: &str = "
    if (window.moved.reduce((sum, it) => sum + it.value, 0) <= arguments[0]) return null;
    const what = window.moved.flatMap((it) => it.sources).map((it) => it.node?.outerHTML ?? it.node?.textContent ?? '');
    return what.map((html) => html.slice(0, 160)).join(' | ');";

/// Waits until the page is painted as it stays.
const STANDS: &str =
    "for (let at = 0; at < 2; at += 1) await new Promise((done) => requestAnimationFrame(done));";

/// How often a page that moved is opened again.
const MORE_LOOKS: usize = 3;

/// A pixel that a line is rounded by.
const MAX_SHIFTED: f64 = 0.001;

/// Bytes of the page and of the files that it loads, as they travelled or lie in the browser.
const FIRST_PAINT: &str = "
    const files = performance.getEntriesByType('resource').filter((it) => it.name.includes('/assets/'));
    return [...performance.getEntriesByType('navigation'), ...files].reduce((sum, it) => sum + it.encodedBodySize, 0);";

const MAX_FIRST_PAINT: u64 = 30_000;

/// Drawings that have no room to be seen in.
const FLAT: &str = "
    const flat = [...document.querySelectorAll('svg')].filter((it) => it.checkVisibility() && !(it.getScreenCTM()?.d > 0));
    return flat.length ? flat[0].outerHTML.slice(0, 160) : null;";

/// Who looks.
pub struct Look<'a> {
    pub browser: &'a Browser,
    /// Whose pages; a school's, or another server's.
    pub app: &'a TestApp,
    pub school: &'a School,
    pub person: Option<Person>,
    pub arabic: bool,
    /// What the names of pictures begin with.
    pub pictures: &'static str,
    /// Whose pages are looked at in another walk: what is the same to this viewer is left out.
    pub beside: Option<Person>,
    /// Of the pages that are refused one is enough.
    refusals: BTreeSet<String>,
    /// Routes whose page was shown, and not refused.
    pub shown: BTreeSet<&'static str>,
    pub looked_at: usize,
    pub wrong: Vec<String>,
}

/// What a page says, without what leads from it to others, and without the tokens of its forms, which are never the same.
fn said(html: &str) -> String {
    let main = html.split_once("<main ").map_or("", |(_, rest)| rest);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let (before, tabs) = main.split_once("<nav class=\"tabs").unwrap_or((main, ""));
    let main = before.to_owned() + tabs.split_once("</nav>").map_or("", |(_, behind)| behind);
    let mut parts = main.split("name=\"csrf\" value=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
    }
    out
}

impl<'a> Look<'a> {
    pub fn new(browser: &'a Browser, school: &'a School, person: Option<Person>, arabic: bool) -> Self {
        Self {
            browser,
            app: &school.exam.app,
            school,
            person,
            arabic,
            pictures: "",
            beside: None,
            refusals: BTreeSet::new(),
            shown: BTreeSet::new(),
            looked_at: 0,
            wrong: Vec::new(),
        }
    }

    fn get(&self, path: &str, person: Option<&Person>) -> Answer {
        let cookie = person.map(|person| format!("lyceum_session={}", person.token)).unwrap_or_default();
        self.app.get(path).header("Accept", "text/html").header("Cookie", &cookie).send()
    }

    /// Not a page that leads on to another one, nor one more refusal by a code that was looked at, nor one that the other
    /// viewer has the same.
    fn is_new(&mut self, route: &'static str, path: &str) -> bool {
        let answer = self.get(path, self.person.as_ref());
        if answer.code == 303 {
            return false;
        }
        assert!(answer.code < 500, "{path}: {}", answer.code);
        let html = answer.text();
        if let Some((_, rest)) = html.split_once("data-code=\"") {
            return self.refusals.insert(rest.split('"').next().unwrap().to_owned());
        }
        assert_eq!(answer.code, 200, "{path} is neither a page nor a refusal");
        self.shown.insert(route);
        let theirs = self.beside.as_ref().map(|beside| self.get(path, Some(beside)));
        theirs.is_none_or(|theirs| said(&theirs.text()) != said(&html))
    }

    /// The page of a route, at an address of it.
    pub fn page(&mut self, route: &'static str, path: &str) {
        if !self.is_new(route, path) {
            return;
        }
        let browser = self.browser;
        browser.width(1280);
        browser.dark(false);
        let open = || browser.open(&format!("{}{path}", self.app.base));
        open();
        let mut wrong = self.here(path, &self.school.slug(path), open);
        self.wrong.append(&mut wrong);
        self.looked_at += 1;
    }

    /// What is wrong with the page that is open, at 1280 pixels and light. `again` opens it once more.
    pub fn here(&self, path: &str, name: &str, again: impl Fn()) -> Vec<String> {
        let browser = self.browser;
        let name = format!("{}{name}", self.pictures);
        let bytes = browser.run(FIRST_PAINT, &[]).as_u64().unwrap();
        assert!(bytes > 5_000, "{path}: {bytes} bytes are less than the style sheet has");
        let mut wrong: Vec<String> = axe::violations(browser);
        if bytes >= MAX_FIRST_PAINT {
            wrong.push(format!("comes with {bytes} bytes"));
        }
        wrong
            .extend(browser.run(FLAT, &[]).as_str().map(|what| format!("draws what cannot be seen: {what}")));
        let moved = || browser.run(MOVED, &[json!(MAX_SHIFTED)]).as_str().map(str::to_owned);
        let mut problem = moved();
        // A busy machine may paint a page that is half there. What moves by itself does so every time.
        for _ in 0..MORE_LOOKS {
            if problem.is_some() {
                again();
                browser.run_async(STANDS, &[]);
                problem = moved();
            }
        }
        wrong.extend(problem.map(|what| format!("moves until it stands: {what}")));
        browser.shot(&format!("{name}-light"));
        let fits = |pixels: u32| {
            let wide = browser.run(TOO_WIDE, &[]);
            wide.as_str().map(|wide| format!("does not fit {pixels} px: {wide}"))
        };
        wrong.extend(fits(1280));
        if self.arabic {
            let direction = browser.run("return document.documentElement.dir", &[]);
            if direction != "rtl" {
                wrong.push("is not from right to left".to_owned());
            }
        } else {
            browser.dark(true);
            wrong.extend(
                axe::contrast_violations(browser)
                    .into_iter()
                    .map(|problem| format!("in the dark: {problem}")),
            );
            browser.shot(&format!("{name}-dark"));
            browser.dark(false);
        }
        browser.width(360);
        wrong.extend(fits(360));
        browser.shot(&format!("{name}-phone"));
        browser.width(1280);
        wrong.into_iter().map(|problem| format!("{path}: {problem}")).collect()
    }

    /// Fails with everything that was wrong.
    #[track_caller]
    pub fn finish(&self, least: usize) {
        let wrong = &self.wrong;
        println!("{} pages were looked at", self.looked_at);
        assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
        assert!(self.looked_at >= least, "only {} pages were looked at", self.looked_at);
    }
}
