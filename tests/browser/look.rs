//! A look at one page in the browser, as one sort of viewer: what the accessibility engine says, whether it fits a phone, what
//! has come and moved until it stood. What [`Look::here`] does is what every page costs, some hundred times in all.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::axe::{self, Rules};
use crate::driver::Browser;
use crate::school::School;
use crate::support::{Answer, Person, TestApp};

/// Keeps what moves by itself while a page comes to stand.
pub const WATCH_SHIFTS: &str = "
    window.moved = [];
    new PerformanceObserver((seen) => {
        for (const it of seen.getEntries()) if (!it.hadRecentInput) window.moved.push(it);
    }).observe({ type: 'layout-shift', buffered: true });";

/// Waits until the page is painted as it stays.
const STANDS: &str =
    "for (let at = 0; at < 2; at += 1) await new Promise((done) => requestAnimationFrame(done));";

/// How often a page that moved is opened again.
const MORE_LOOKS: usize = 5;

/// A pixel that a line is rounded by.
const MAX_SHIFTED: f64 = 0.001;

const MAX_FIRST_PAINT: u64 = 30_000;

/// All that is seen of a page as it stands, in one go: `args` are what may have moved, and the rules of the engine, if any.
const SEE: &str = "
    const [mayMove, rules] = args, root = document.documentElement;
    // Of the page and of the files that it loads, as they travelled or lie in the browser.
    const files = performance.getEntriesByType('resource').filter((it) => it.name.includes('/assets/'));
    const bytes = [...performance.getEntriesByType('navigation'), ...files].reduce((sum, it) => sum + it.encodedBodySize, 0);
    let wide = null;
    if (root.scrollWidth > root.clientWidth) {
        const [room, rtl] = [root.clientWidth, root.dir === 'rtl'];
        const guilty = [...document.querySelectorAll('body *')].filter((it) => {
            const box = it.getBoundingClientRect();
            return box.width > 0 && (rtl ? box.left < -1 : box.right > room + 1);
        });
        wide = `${root.scrollWidth} px in ${room} px: ` + guilty.slice(-3).map((it) => it.outerHTML.slice(0, 160)).join(' | ');
    }
    // Drawings that have no room to be seen in.
    const flat = [...document.querySelectorAll('svg')].find((it) => it.checkVisibility() && !(it.getScreenCTM()?.d > 0));
    let moved = null;
    if (window.moved.reduce((sum, it) => sum + it.value, 0) > mayMove) {
        const what = window.moved.flatMap((it) => it.sources).map((it) => it.node?.outerHTML ?? it.node?.textContent ?? '');
        moved = what.map((html) => html.slice(0, 160)).join(' | ');
    }
    // What is above a page begins where the header does, so that it stays there from page to page.
    const edge = (it) => {
        const box = it.getBoundingClientRect();
        return root.dir === 'rtl' ? root.clientWidth - box.right : box.left;
    };
    const above = [...document.querySelectorAll('main > .crumbs, main:has(> .crumbs) > .tabs')];
    const aside = above.find((it) => Math.abs(edge(it) - edge(document.querySelector('.top > *'))) > 1);
    const found = rules ? (await axe.run(document, rules)).violations : [];
    return { bytes, aside: aside?.outerHTML.slice(0, 160) ?? null, wide, flat: flat?.outerHTML.slice(0, 160) ?? null, moved, direction: root.dir, found };";

/// Pixels of a window on a desk, and of the narrowest that a page fits: WCAG 2.2, 1.4.10.
const WIDE: u32 = 1280;
const NARROW: u32 = 320;

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
        self.begin();
        let open = || browser.open(&format!("{}{path}", self.app.base));
        open();
        let mut wrong = self.here(path, &self.school.slug(path), open);
        self.wrong.append(&mut wrong);
        self.looked_at += 1;
    }

    /// Makes the browser as it has to be when a page is opened. From left to right pages are looked at in the light, from right
    /// to left in the dark: no rule needs both of a pair, and so nothing is seen twice.
    pub fn begin(&self) {
        self.browser.width(WIDE);
        self.browser.dark(self.arabic);
    }

    fn see(&self, rules: Option<Rules>) -> Value {
        self.browser.run_async(SEE, &[json!(MAX_SHIFTED), json!(rules.map(Rules::options))])
    }

    /// What is wrong with the page that is open since [`Look::begin`]. `again` opens it once more.
    pub fn here(&self, path: &str, name: &str, again: impl Fn()) -> Vec<String> {
        let browser = self.browser;
        let name = format!("{}{name}", self.pictures);
        let mut seen = self.see(Some(Rules::All));
        let bytes = seen["bytes"].as_u64().unwrap();
        assert!(bytes > 5_000, "{path}: {bytes} bytes are less than the style sheet has");
        let mut wrong = axe::in_words(&seen["found"]);
        if bytes >= MAX_FIRST_PAINT {
            wrong.push(format!("comes with {bytes} bytes"));
        }
        // A busy machine may paint a page that is half there. What moves by itself does so every time.
        for _ in 0..MORE_LOOKS {
            if seen["moved"].is_string() {
                again();
                browser.run_async(STANDS, &[]);
                seen = self.see(None);
            }
        }
        wrong.extend(seen["moved"].as_str().map(|what| format!("moves until it stands: {what}")));
        wrong.extend(seen["flat"].as_str().map(|what| format!("draws what cannot be seen: {what}")));
        wrong.extend(seen["wide"].as_str().map(|wide| format!("does not fit {wide}")));
        wrong.extend(
            seen["aside"].as_str().map(|what| format!("does not begin where the header does: {what}")),
        );
        if self.arabic != (seen["direction"] == "rtl") {
            wrong.push(format!("is written {}", seen["direction"]));
        }
        browser.shot(&format!("{name}-{}", if self.arabic { "dark" } else { "light" }));
        browser.width(NARROW);
        // How large a target is does not depend on the direction.
        let narrow = self.see((!self.arabic).then_some(Rules::Narrow));
        wrong.extend(
            axe::in_words(&narrow["found"]).into_iter().map(|problem| format!("on a phone: {problem}")),
        );
        wrong.extend(narrow["wide"].as_str().map(|wide| format!("does not fit {wide}")));
        browser.shot(&format!("{name}-phone"));
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
