//! A Chromium that a test drives: the commands of the W3C protocol for that, `WebDriver`, that the walks need, and Chromium's own ones
//! behind them.
//!
//! It speaks the protocol itself, over the HTTP client that the tests have already: fantoccini 0.22 brings two dozen crates
//! (hyper's client, an ICU of its own, a second thiserror), thirtyfour asks for an HTTP client to be written for it or
//! brings reqwest, and what is used here of either is a dozen requests.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

/// How long a condition may take to come true. Long, since both cores may be busy with other walks.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks at a condition.
const LOOK: Duration = Duration::from_millis(20);

/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What can be clicked on and has these words in sight, behind the letter of a choice; one for each place that it leads to.
const WITH_WORDS: &str = "
    const words = (it) => {
        const copy = it.cloneNode(true);
        for (const unseen of copy.querySelectorAll('.unseen, .letter')) unseen.remove();
        return copy.textContent.replace(/[\\u2068\\u2069]/g, '').replace(/\\s+/g, ' ').trim();
    };
    const found = [...document.querySelectorAll('a[href], button, summary, label')]
        .filter((it) => it.checkVisibility() && words(it) === arguments[0]);
    return found.filter((it, at) => !it.href || found.findIndex((other) => other.href === it.href) === at);";

/// Keys that are no letters.
pub mod key {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const SPACE: &str = " ";
    pub const DOWN: &str = "\u{e015}";
    pub const RIGHT: &str = "\u{e014}";
    pub const UP: &str = "\u{e013}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const CONTROL: &str = "\u{e009}";
}

/// Where the programs are, when both are there.
pub fn programs() -> Result<(PathBuf, PathBuf), String> {
    let find = |name: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
            .ok_or_else(|| format!("{name} is not installed"))
    };
    Ok((find("chromium")?, find("chromedriver")?))
}

/// A browser with one profile. Dropping it ends it.
pub struct Browser {
    driver: Child,
    agent: ureq::Agent,
    /// Of `chromedriver`.
    server: String,
    /// Of the session.
    session: String,
    profile: tempfile::TempDir,
    /// Where pictures go, and what their names begin with.
    shots: PathBuf,
    walk: String,
    /// What may stand in the console although it is an error.
    expected: Vec<String>,
    /// What every new page runs before its own scripts.
    first_scripts: Vec<String>,
}

impl Browser {
    pub fn start(shots: &Path) -> Self {
        let (_, driver) = programs().unwrap();
        let mut driver = Command::new(driver)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(driver.stdout.take().unwrap());
        let port = said
            .lines()
            .map(Result::unwrap)
            .find_map(|line| {
                let port =
                    line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_owned();
                port.parse::<u16>().ok()
            })
            .expect("ChromeDriver says on which port it listens");
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .timeout_global(Some(Duration::from_secs(90)))
                .build(),
        );
        let mut browser = Self {
            driver,
            agent,
            server: format!("http://127.0.0.1:{port}"),
            session: String::new(),
            profile: tempfile::tempdir().unwrap(),
            shots: shots.to_owned(),
            walk: String::new(),
            expected: Vec::new(),
            first_scripts: Vec::new(),
        };
        browser.begin();
        browser
    }

    /// Starts Chromium with the profile as it is.
    fn begin(&mut self) {
        let (chromium, _) = programs().unwrap();
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "unhandledPromptBehavior": "accept",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "binary": chromium, "args": [
                // A page is looked at once: what makes code fast that runs for long, or keeps pages and processes for later,
                // only costs.
                "--js-flags=--expose-gc,--no-opt,--no-maglev",
                "--disable-features=BackForwardCache,SpareRendererForSitePerProcess,PreloadTopChromeWebUI",
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en", "--accept-lang=en", "--window-size=1280,900",
                profile,
            ] },
        } } });
        let made = self.ask("POST", &format!("{}/session", self.server), &capabilities).unwrap();
        self.session = format!("{}/session/{}", self.server, made["sessionId"].as_str().unwrap());
    }

    fn ask(&self, method: &str, address: &str, body: &Value) -> Result<Value, String> {
        let request = ureq::http::Request::builder().method(method).uri(address);
        let request = request.header("Content-Type", "application/json; charset=utf-8");
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let mut response = self.agent.run(request.body(body).unwrap()).map_err(|error| error.to_string())?;
        let bytes = response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
        let mut answer: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        let value = answer["value"].take();
        if value.is_object() && value["error"].is_string() {
            return Err(format!(
                "{}: {}",
                value["error"].as_str().unwrap(),
                value["message"].as_str().unwrap()
            ));
        }
        Ok(value)
    }

    fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.ask("POST", &format!("{}{path}", self.session), body)
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body).unwrap_or_else(|error| panic!("{path} {body:.300}: {error}"))
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        self.ask("GET", &format!("{}{path}", self.session), &Value::Null)
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A command of the Chrome `DevTools` protocol.
    #[track_caller]
    pub fn cdp(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// As if it were a new one, for the walk of this name.
    pub fn fresh(&mut self, walk: &str) {
        walk.clone_into(&mut self.walk);
        self.expected.clear();
        let windows = self.windows();
        for extra in windows.iter().skip(1) {
            self.switch(extra);
            self.close();
        }
        self.switch(&windows[0]);
        self.post("/url", &json!({ "url": "about:blank" }));
        self.cdp("Network.clearBrowserCookies", &json!({}));
        self.cdp("Emulation.clearDeviceMetricsOverride", &json!({}));
        self.cdp("Emulation.setTouchEmulationEnabled", &json!({ "enabled": false }));
        self.cdp("Emulation.setEmulatedMedia", &json!({ "media": "", "features": [] }));
        self.scripts(true);
        for script in std::mem::take(&mut self.first_scripts) {
            // That of a tab that was closed went with it.
            let params = json!({ "identifier": script });
            let command = json!({ "cmd": "Page.removeScriptToEvaluateOnNewDocument", "params": params });
            let _ = self.try_post("/goog/cdp/execute", &command);
        }
        self.console();
    }

    /// Kills the page as a crash does. The browser goes down with it and comes back with the same profile.
    pub fn crash(&mut self) {
        let crashed = self.try_post("/goog/cdp/execute", &json!({ "cmd": "Page.crash", "params": {} }));
        assert!(crashed.is_err(), "the page goes on");
        // The session may be over already.
        let _ = self.ask("DELETE", &self.session, &Value::Null);
        self.begin();
    }

    pub fn open(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    /// Loads the page again, or what the browser shows in its place when it cannot be had.
    pub fn reload(&self) {
        let _ = self.try_post("/refresh", &json!({}));
    }

    pub fn address(&self) -> String {
        self.get("/url").as_str().unwrap().to_owned()
    }

    /// The address after the host.
    pub fn path(&self) -> String {
        let address = self.address();
        address.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default()
    }

    /// The body of a function that is run in the page; `arguments` are `args`.
    #[track_caller]
    pub fn run(&self, script: &str, args: &[Value]) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": args }))
    }

    /// The same, for a function that says by itself when it is done: it awaits.
    #[track_caller]
    pub fn run_async(&self, script: &str, args: &[Value]) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1], args = [...arguments].slice(0, -1);\
             (async () => {{ {script} }})().then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let got = self.post("/execute/async", &json!({ "script": script, "args": args }));
        assert!(got["error"].is_null(), "{}", got["error"]);
        got["value"].clone()
    }

    /// Waits until an expression of the page is true.
    #[track_caller]
    pub fn wait_for(&self, expression: &str) {
        let began = Instant::now();
        let script = format!("return !!({expression})");
        loop {
            // The page may be on its way to another one.
            let outcome = self.try_post("/execute/sync", &json!({ "script": script, "args": [] }));
            if outcome.as_ref().is_ok_and(|value| value == true) {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{} on {} was not true within {PATIENCE:?} ({outcome:?})",
                expression,
                self.address()
            );
            std::thread::sleep(LOOK);
        }
    }

    /// Waits until the address begins with a path.
    #[track_caller]
    pub fn wait_at(&self, path: &str) {
        self.wait_for(&format!(
            "(location.pathname + location.search).startsWith({}) && document.readyState === 'complete'",
            json!(path)
        ));
    }

    /// Waits until the page shows a text.
    #[track_caller]
    pub fn wait_text(&self, text: &str) {
        self.wait_for(&format!(
            "document.body.innerText.replace(/[\\u2068\\u2069]/g, '').includes({})",
            json!(text)
        ));
    }

    /// Waits until an element has a text, also where pages run no scripts.
    #[track_caller]
    pub fn find_text(&self, css: &str, text: &str) {
        let began = Instant::now();
        loop {
            let found = self.try_post("/element", &json!({ "using": "css selector", "value": css }));
            let seen = found.and_then(|found| {
                let element = found[ELEMENT].as_str().unwrap();
                self.ask("GET", &format!("{}/element/{element}/text", self.session), &Value::Null)
            });
            let words = seen.as_ref().ok().and_then(Value::as_str).unwrap_or_default();
            if words.replace(['\u{2068}', '\u{2069}'], "").contains(text) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{css} on {} lacks {text:?}: {seen:?}", self.address());
            std::thread::sleep(LOOK);
        }
    }

    /// The element of a selector, once it is there.
    #[track_caller]
    fn find(&self, css: &str) -> String {
        let began = Instant::now();
        loop {
            match self.try_post("/element", &json!({ "using": "css selector", "value": css })) {
                Ok(found) => return found[ELEMENT].as_str().unwrap().to_owned(),
                Err(error) => {
                    assert!(began.elapsed() < PATIENCE, "{css} on {}: {error}", self.address());
                }
            }
            std::thread::sleep(LOOK);
        }
    }

    #[track_caller]
    pub fn click(&self, css: &str) {
        self.click_on(css, || Ok(self.find(css)));
    }

    /// Clicks on what `find` finds, once it is there and nothing is in its way.
    #[track_caller]
    fn click_on(&self, what: &str, find: impl Fn() -> Result<String, String>) {
        let began = Instant::now();
        loop {
            let clicked = find().and_then(|element| {
                // ChromeDriver takes what lies under a bar at the edge for something in sight. A person would scroll.
                let scroll = json!({ "script": "arguments[0].scrollIntoView({ block: 'center' })", "args": [{ ELEMENT: element }] });
                let _ = self.try_post("/execute/sync", &scroll);
                self.try_post(&format!("/element/{element}/click"), &json!({}))
            });
            match clicked {
                Ok(_) => return,
                // It was drawn anew, or something is still in its way.
                Err(error) => assert!(began.elapsed() < PATIENCE, "{what} on {}: {error}", self.address()),
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Clicks on what has these words for somebody who sees it. Where several have them, all have to lead to one place.
    #[track_caller]
    pub fn follow(&self, words: &str) {
        self.click_on(&format!("{words:?}"), || {
            let found = self.try_post("/execute/sync", &json!({ "script": WITH_WORDS, "args": [words] }))?;
            match found.as_array().unwrap().as_slice() {
                [only] => Ok(only[ELEMENT].as_str().unwrap().to_owned()),
                found => Err(format!("{} things to click on have these words", found.len())),
            }
        });
    }

    /// The selector of the field with this label.
    #[track_caller]
    pub fn field(&self, label: &str) -> String {
        let began = Instant::now();
        loop {
            let script = "const words = (it) => it.innerText.replace(/[\\u2068\\u2069]/g, '').trim();\
                return [...document.querySelectorAll('label[for]')].filter((it) => it.checkVisibility() && words(it) === arguments[0]).map((it) => it.htmlFor)";
            let found = self.run(script, &[json!(label)]);
            if let [only] = found.as_array().unwrap().as_slice() {
                return format!("#{}", only.as_str().unwrap());
            }
            assert!(began.elapsed() < PATIENCE, "{label:?} on {} is the label of {found}", self.address());
            std::thread::sleep(LOOK);
        }
    }

    /// Puts a finger on the middle of an element and takes it away. Twice at one place within 300 ms would be a double tap,
    /// which marks words; a finger that means two things takes longer.
    #[track_caller]
    pub fn tap(&self, css: &str) {
        let element = json!({ ELEMENT: self.find(css) });
        self.run("arguments[0].scrollIntoView({ block: 'center' })", std::slice::from_ref(&element));
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "pointer", "id": "finger", "parameters": { "pointerType": "touch" }, "actions": [
                { "type": "pause", "duration": 350 },
                { "type": "pointerMove", "duration": 0, "origin": element, "x": 0, "y": 0 },
                { "type": "pointerDown", "button": 0 },
                { "type": "pointerUp", "button": 0 },
            ] }] }),
        );
    }

    /// Clicks twice with a mouse, as fast as a hand does.
    #[track_caller]
    pub fn double_click(&self, css: &str) {
        let element = json!({ ELEMENT: self.find(css) });
        let (down, up) =
            (json!({ "type": "pointerDown", "button": 0 }), json!({ "type": "pointerUp", "button": 0 }));
        let there = json!({ "type": "pointerMove", "duration": 0, "origin": element, "x": 0, "y": 0 });
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
                "actions": [there, down, up, down, up] }] }),
        );
    }

    /// Types into a field, after what is there.
    #[track_caller]
    pub fn type_into(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.post(&format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// Empties a field and types.
    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.post(&format!("/element/{element}/clear"), &json!({}));
        self.type_into(css, text);
    }

    /// Chooses from a menu what has these words.
    #[track_caller]
    pub fn choose(&self, css: &str, words: &str) {
        let script = "const menu = document.querySelector(arguments[0]);\
            return [...menu.options].findIndex((option) => option.text.trim() === arguments[1]) + 1";
        let at = self.run(script, &[json!(css), json!(words)]).as_u64().unwrap();
        assert!(at > 0, "{css} on {} does not offer {words:?}", self.address());
        self.click(&format!("{css} option:nth-of-type({at})"));
    }

    /// Presses keys, one after the other, wherever the focus is.
    #[track_caller]
    pub fn press(&self, keys: &[&str]) {
        let mut actions = Vec::new();
        for key in keys.iter().flat_map(|text| text.chars()) {
            actions.push(json!({ "type": "keyDown", "value": key.to_string() }));
            actions.push(json!({ "type": "keyUp", "value": key.to_string() }));
        }
        self.act(&actions);
    }

    /// Presses a key while another is held.
    #[track_caller]
    pub fn press_with(&self, held: &str, key: &str) {
        self.act(&[
            json!({ "type": "keyDown", "value": held }),
            json!({ "type": "keyDown", "value": key }),
            json!({ "type": "keyUp", "value": key }),
            json!({ "type": "keyUp", "value": held }),
        ]);
    }

    #[track_caller]
    fn act(&self, actions: &[Value]) {
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }),
        );
    }

    /// The text of an element as it is seen, without the signs that isolate names.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        let element = self.find(css);
        let text = self.get(&format!("/element/{element}/text"));
        text.as_str().unwrap().replace(['\u{2068}', '\u{2069}'], "")
    }

    #[track_caller]
    pub fn has(&self, css: &str) -> bool {
        self.run("return document.querySelector(arguments[0]) !== null", &[json!(css)]) == true
    }

    pub fn windows(&self) -> Vec<String> {
        let handles = self.get("/window/handles");
        handles.as_array().unwrap().iter().map(|handle| handle.as_str().unwrap().to_owned()).collect()
    }

    pub fn window(&self) -> String {
        self.get("/window").as_str().unwrap().to_owned()
    }

    /// Opens another tab and goes there.
    pub fn new_tab(&self) -> String {
        let handle =
            self.post("/window/new", &json!({ "type": "tab" }))["handle"].as_str().unwrap().to_owned();
        self.switch(&handle);
        handle
    }

    pub fn switch(&self, window: &str) {
        self.post("/window", &json!({ "handle": window }));
    }

    pub fn close(&self) {
        self.ask("DELETE", &format!("{}/window", self.session), &Value::Null).unwrap();
    }

    /// Puts the session of somebody signed in past every password into the browser.
    pub fn sign_in_as(&self, base: &str, token: &str) {
        let cookie = json!({ "name": "lyceum_session", "value": token, "url": base, "path": "/", "httpOnly": true,
            "sameSite": "Lax" });
        let kept = self.cdp("Network.setCookie", &cookie);
        assert_eq!(kept["success"], true);
    }

    /// May pages run scripts?
    pub fn scripts(&self, on: bool) {
        self.cdp("Emulation.setScriptExecutionDisabled", &json!({ "value": !on }));
    }

    /// As wide as this many pixels.
    pub fn width(&self, pixels: u32) {
        let phone = pixels < 500;
        let metrics = json!({ "width": pixels, "height": if phone { 740 } else { 900 }, "deviceScaleFactor": 1, "mobile": phone });
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// A phone of this width that knows fingers and no mouse.
    pub fn finger(&self, pixels: u32) {
        self.width(pixels);
        self.cdp("Emulation.setTouchEmulationEnabled", &json!({ "enabled": true, "maxTouchPoints": 1 }));
    }

    /// As it is printed on a sheet of A4 with the margins that the style asks for.
    pub fn paper(&self) {
        let metrics = json!({ "width": 658, "height": 986, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics);
        self.cdp("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    }

    /// Prints the page into `<walk>-<name>.pdf`; how many pages it has.
    pub fn pdf(&self, name: &str) -> usize {
        let printed = self.cdp("Page.printToPDF", &json!({ "preferCSSPageSize": true }));
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        std::fs::write(self.shots.join(format!("{}-{name}.pdf", self.walk)), &bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        text.matches("/Type /Page\n").count()
            + text.matches("/Type /Page ").count()
            + text.matches("/Type /Page/").count()
    }

    pub fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" }]);
        self.cdp("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Only the colours of the reader, or those of pages again.
    pub fn forced_colours(&self, forced: bool) {
        let value = if forced { "active" } else { "none" };
        let features = json!([{ "name": "forced-colors", "value": value }]);
        self.cdp("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// A script that every new page runs before its own.
    pub fn before_pages(&mut self, script: &str) {
        let made = self.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
        self.first_scripts.push(made["identifier"].as_str().unwrap().to_owned());
    }

    /// Allows errors in the console that have this in them.
    pub fn expect_errors(&mut self, with: &str) {
        self.expected.push(with.to_owned());
    }

    /// Empties the console; what of it is an error and not expected.
    fn console(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({ "type": "browser" }));
        log.as_array()
            .unwrap()
            .iter()
            .filter(|line| line["level"] == "SEVERE")
            .map(|line| line["message"].as_str().unwrap().to_owned())
            .filter(|message| !self.expected.iter().any(|with| message.contains(with)))
            .collect()
    }

    /// Fails on an error in the console.
    #[track_caller]
    pub fn must_be_quiet(&self) {
        let errors = self.console();
        assert!(errors.is_empty(), "the console of {} has:\n{}", self.address(), errors.join("\n"));
    }

    /// Keeps what is seen as `<walk>-<name>.png`.
    pub fn shot(&self, name: &str) {
        let picture =
            self.cdp("Page.captureScreenshot", &json!({ "format": "png", "optimizeForSpeed": true }));
        let picture = picture["data"].as_str().unwrap();
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture).unwrap();
        std::fs::write(self.shots.join(format!("{}-{name}.png", self.walk)), bytes).unwrap();
    }

    /// Keeps what is seen and the page's source, for a walk that failed; as far as they can be had.
    pub fn keep_failure(&self) {
        let name = format!("FAILED-{}", self.walk);
        if let Ok(picture) = self.ask("GET", &format!("{}/screenshot", self.session), &Value::Null) {
            let bytes =
                base64::engine::general_purpose::STANDARD.decode(picture.as_str().unwrap_or_default());
            let _ = std::fs::write(self.shots.join(format!("{name}.png")), bytes.unwrap_or_default());
        }
        if let Ok(source) = self.ask("GET", &format!("{}/source", self.session), &Value::Null) {
            let _ =
                std::fs::write(self.shots.join(format!("{name}.html")), source.as_str().unwrap_or_default());
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends Chromium, where it came to be; ChromeDriver itself has nothing to put in order.
        if !self.session.is_empty() {
            let _ = self.ask("DELETE", &self.session, &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
