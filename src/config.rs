//! One configuration: defaults, then a TOML file, then `LYCEUM__SECTION__KEY` variables, then flags. Unknown keys are
//! refused, so a typo never passes for a default.

mod read;
mod settings;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use read::{ConfigError, Fault};
use serde::{Deserialize, Serialize};
pub use settings::{Kind, SETTINGS, UNITS, kind, unit};

use crate::domain::origin::Origin;
use crate::store::{CacheSizes, Durability, StoreOptions};

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The HTTP server.
    pub server: Server,
    /// The store.
    pub store: StoreConfig,
    /// Passwords and sign-in.
    pub sign_in: SignIn,
    /// Exams.
    pub exam: Exam,
    /// Bulk work.
    pub jobs: JobsConfig,
    /// Sending statements on to other learning record stores.
    pub forwarding: ForwardingConfig,
    /// How much one alone may ask for.
    pub limits: Limits,
    /// What an exam must keep to.
    pub objectives: Objectives,
    /// Looking ahead.
    pub readiness: Readiness,
    /// Learning records.
    pub xapi: Xapi,
    /// Where settings come from that are no defaults.
    #[serde(skip)]
    pub sources: Sources,
}

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The TOML file.
    File,
    /// A `LYCEUM__SECTION__KEY` variable.
    Variable,
    /// A flag of the command.
    Flag,
}

impl Source {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Variable => "variable",
            Self::Flag => "flag",
        }
    }
}

/// Where settings come from; one that is not named is the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources(BTreeMap<(String, String), Source>);

impl Sources {
    /// Where a setting comes from; `None` for the default.
    pub fn of(&self, section: &str, key: &str) -> Option<Source> {
        self.0.get(&(section.to_owned(), key.to_owned())).copied()
    }

    /// Notes where a setting comes from; the last one counts.
    pub fn note(&mut self, section: &str, key: &str, source: Source) {
        self.0.insert((section.to_owned(), key.to_owned()), source);
    }
}

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// Worker threads; 0 for one per core.
    pub workers: usize,
    /// The address that people use, when a proxy stands in front: `https://learn.example.edu`, without a path, because pages
    /// begin there. With `https` cookies are marked Secure.
    pub public_url: Option<String>,
    /// The zone of dates and times for whoever has not chosen another: a name of the IANA database such as `Europe/Vienna`.
    pub time_zone: String,
    /// Proxies whose `X-Forwarded-For` is believed for the client's address, and whose `X-Forwarded-Host` for the server's.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Largest JSON body or form; one that saves answers may have 2 MiB in any case.
    pub body_limit_bytes: usize,
    /// A client that sends nothing of its body for so long has gone, or means to hold the connection.
    pub body_idle_seconds: u64,
    /// The whole body must be there after so long, and a second more for every 32 KiB that the address would take.
    pub body_seconds: u64,
    /// A client that takes nothing of its answer for so long is let go.
    pub write_stall_seconds: u32,
    /// Largest uploaded file.
    pub upload_limit_bytes: usize,
    /// Bearer token that `/metrics` asks everybody for; without one `/metrics` answers clients on this machine only, and nobody
    /// through a proxy.
    pub metrics_token: Option<String>,
    /// After a signal to stop: how long the server still takes new connections, while `/readyz` says that it goes, so
    /// that a balancer in front sees it. 0 takes none.
    pub drain_seconds: u64,
    /// How long a stop waits for requests in flight, behind that.
    pub shutdown_seconds: u64,
    /// A request that takes longer is logged, with the stage that was slow.
    pub slow_ms: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            workers: 0,
            public_url: None,
            time_zone: "UTC".to_owned(),
            trusted_proxies: Vec::new(),
            body_limit_bytes: 256 * 1024,
            body_idle_seconds: 20,
            body_seconds: 30,
            write_stall_seconds: 30,
            upload_limit_bytes: 32 * 1024 * 1024,
            metrics_token: None,
            drain_seconds: 5,
            shutdown_seconds: 20,
            slow_ms: 500,
        }
    }
}

impl Server {
    /// Worker threads.
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            workers => workers,
        }
    }

    /// How long a body is waited for.
    pub fn body_patience(&self) -> BodyPatience {
        BodyPatience {
            idle: Duration::from_secs(self.body_idle_seconds),
            whole: Duration::from_secs(self.body_seconds),
        }
    }

    /// The address that names the installation: that of people, or else the one that is listened on.
    pub fn home(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Do people reach the server through TLS?
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// What is wrong when a proxy is there, as only one can speak TLS, and none is named.
    pub fn proxy_hint(&self) -> Option<&'static str> {
        (self.is_https() && self.trusted_proxies.is_empty()).then_some(UNNAMED_PROXY)
    }
}

/// Said at the start, by `check-config` and by `doctor`.
pub const RELAXED_DURABILITY: &str =
    "store.durability is relaxed: a power cut loses answers that were acknowledged; set it to synced";

/// Said at the start, by `check-config` and by `doctor`.
pub const UNNAMED_PROXY: &str = "server.public_url begins with https, so a proxy stands in front, and server.trusted_proxies does \
     not name it: everybody counts as one address, and networks of quizzes mean the proxy; set it to the proxy's address";

/// Bytes a second that a client must manage at least when it sends much: a slow uplink of 256 kbit/s does.
const SLOWEST_BYTES_PER_SECOND: usize = 32 * 1024;

/// How long a body is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyPatience {
    /// For more of it.
    pub idle: Duration,
    /// For all of a small one.
    pub whole: Duration,
}

impl BodyPatience {
    /// For all of one that may have `limit_bytes`: more for more, by the slowest rate that is put up with.
    pub fn whole_of(self, limit_bytes: usize) -> Duration {
        let seconds = limit_bytes.div_ceil(SLOWEST_BYTES_PER_SECOND);
        self.whole.saturating_add(Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX)))
    }
}

/// The store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// The directory of all data.
    pub directory: PathBuf,
    /// `synced` waits for the disk; `relaxed` is for bulk loading and benchmarks only.
    pub durability: Durability,
    /// Writing stops when less is free.
    pub low_water_mib: u64,
    /// Size of a journal segment.
    pub segment_mib: u64,
    /// The tree is flushed at least so often.
    pub checkpoint_seconds: u64,
    /// sled's page cache.
    pub tree_cache_mib: u64,
    /// Decoded records.
    pub content_cache_mib: u64,
    /// Sessions and tokens.
    pub session_cache_mib: u64,
    /// Prepared bodies.
    pub body_cache_mib: u64,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("data/store"),
            durability: Durability::Synced,
            low_water_mib: 256,
            segment_mib: 64,
            checkpoint_seconds: 30,
            tree_cache_mib: 64,
            content_cache_mib: 64,
            session_cache_mib: 32,
            body_cache_mib: 64,
        }
    }
}

const MIB: u64 = 1024 * 1024;

impl StoreConfig {
    /// The options of the store.
    pub fn options(&self) -> StoreOptions {
        StoreOptions {
            durability: self.durability,
            segment_bytes: self.segment_mib * MIB,
            low_water_bytes: self.low_water_mib * MIB,
            checkpoint_interval: Duration::from_secs(self.checkpoint_seconds),
            checkpoint_bytes: self.segment_mib * 4 * MIB,
            snapshot_bytes: self.segment_mib * 8 * MIB,
            tree_cache_bytes: self.tree_cache_mib * MIB,
            caches: CacheSizes {
                content_bytes: self.content_cache_mib * MIB,
                sessions_bytes: self.session_cache_mib * MIB,
                bodies_bytes: self.body_cache_mib * MIB,
            },
        }
    }
}

/// Passwords and sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignIn {
    /// Argon2id memory. OWASP asks for at least 19 MiB with 2 passes and 1 lane.
    pub argon2_memory_kib: u32,
    /// Argon2id passes.
    pub argon2_passes: u32,
    /// Hashes computed at once: each takes a core and the memory above.
    pub hashing_threads: usize,
    /// Sign-ins that may wait; more are told to come back.
    pub hashing_queue: usize,
    /// A session ends when unused for so long.
    pub idle_minutes: u64,
    /// A session ends after so long in any case.
    pub absolute_hours: u64,
    /// Shortest password.
    pub password_min_length: usize,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            argon2_memory_kib: 19 * 1024,
            argon2_passes: 2,
            hashing_threads: 1,
            hashing_queue: 4096,
            idle_minutes: 120,
            absolute_hours: 16,
            password_min_length: 10,
        }
    }
}

/// Exams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exam {
    /// Answers that arrive so long after the deadline still count: they were on their way.
    pub grace_seconds: u32,
}

impl Default for Exam {
    fn default() -> Self {
        Self { grace_seconds: 10 }
    }
}

/// Bulk work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JobsConfig {
    /// Jobs that run at once; 0 lets them wait.
    pub parallel: usize,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self { parallel: 1 }
    }
}

/// Sending statements on to other learning record stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ForwardingConfig {
    /// Targets served at once; 0 lets statements wait.
    pub parallel: usize,
    /// A target that has not answered after so long, and a second more for each 16 KiB that it was sent, is tried again later.
    pub timeout_seconds: u64,
}

impl Default for ForwardingConfig {
    fn default() -> Self {
        Self { parallel: 2, timeout_seconds: 30 }
    }
}

/// How much one alone may ask for. What the machine carries as a whole it finds by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests a second of one signed-in person or token's owner; 0 for no limit.
    pub person_per_second: u32,
    /// Requests of one person at once.
    pub person_burst: u32,
    /// Requests a second with one API token; 0 for no limit. They count for its owner, too, so less than theirs leaves
    /// room for the owner.
    pub token_per_second: u32,
    /// Requests with one token at once.
    pub token_burst: u32,
    /// Requests a second from one address without a valid sign-in; 0 for no limit. A whole school may stand behind one
    /// address.
    pub address_per_second: u32,
    /// Requests from one address at once.
    pub address_burst: u32,
    /// Refuse what is less urgent when the machine is full. Off only to measure what that costs.
    pub by_load: bool,
    /// Starts of attempts a second, beyond which they are spread; 0 for what the machine is measured to serve.
    pub starts_per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            person_per_second: 200,
            person_burst: 1000,
            token_per_second: 100,
            token_burst: 500,
            address_per_second: 100,
            address_burst: 2000,
            by_load: true,
            starts_per_second: 0,
        }
    }
}

/// What an exam must keep to: `lyceum load capacity` looks for the most learners with whom it does. A time of 0 is no
/// objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Objectives {
    /// Ninety-nine in a hundred answers are kept within this.
    pub save_p99_ms: u64,
    /// Ninety-nine in a hundred attempts are handed in within this.
    pub submit_p99_ms: u64,
    /// Ninety-nine in a hundred attempts begin within this. A paced start spreads them on purpose, and everybody's time
    /// counts from their own start, so this is how long a room may wait.
    pub start_p99_ms: u64,
    /// Of a million requests so many may fail.
    pub errors_per_million: u64,
    /// So much less than what was carried is recommended.
    pub margin_percent: u8,
}

impl Default for Objectives {
    fn default() -> Self {
        Self {
            save_p99_ms: 100,
            submit_p99_ms: 500,
            start_p99_ms: 10_000,
            errors_per_million: 0,
            margin_percent: 20,
        }
    }
}

/// Further ahead than a year nobody plans exams.
pub const MOST_DAYS_AHEAD: u32 = 366;

/// Looking ahead: `lyceum doctor`, `GET /api/readiness` and the metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Readiness {
    /// Exams within so many days are compared with the capacity.
    pub days_ahead: u32,
    /// A capacity report is too old after so many days.
    pub report_max_age_days: u32,
}

impl Default for Readiness {
    fn default() -> Self {
        Self { days_ahead: 14, report_max_age_days: 90 }
    }
}

/// Learning records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Xapi {
    /// Largest file of a statement.
    pub attachment_limit_bytes: usize,
    /// Largest request with statements and their files, which are never in memory as a whole.
    pub request_limit_bytes: usize,
    /// Largest file of statements that is imported; of a zip as it is sent, and again when it is unpacked.
    pub import_limit_bytes: usize,
}

impl Default for Xapi {
    fn default() -> Self {
        let mib = 1024 * 1024;
        Self {
            attachment_limit_bytes: 256 * mib,
            request_limit_bytes: 1024 * mib,
            import_limit_bytes: 64 * 1024 * mib,
        }
    }
}

impl Config {
    /// What works and is likely not meant so.
    pub fn hints(&self) -> impl Iterator<Item = &'static str> {
        let relaxed = self.store.durability == Durability::Relaxed;
        self.server.proxy_hint().into_iter().chain(relaxed.then_some(RELAXED_DURABILITY))
    }

    /// Reads the file when one is named, then the variables.
    pub fn load(
        file: Option<&Path>,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut reading = read::Reading::default();
        if let Some(path) = file {
            reading.file(path);
        }
        for (name, value) in variables {
            reading.variable(&name, &value);
        }
        reading.config()
    }

    /// Values that would not work although they are of the right kind: section, key and what is wrong.
    fn wrong(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let Self { server, store, .. } = self;
        let is_zone = crate::domain::preferences::ZoneName::parse(&server.time_zone).is_ok();
        let works = |url: &str| is_site(url) && crate::domain::xapi::own::is_base(url);
        let is_address = server.public_url.as_deref().is_none_or(works);
        let token = server.metrics_token.as_deref();
        let rules = [
            ("server", "time_zone", is_zone, "is not a time zone such as Europe/Vienna"),
            (
                "server",
                "public_url",
                is_address,
                "is not an address such as https://learn.example.edu: http or https, a host, and a port if need be, with nothing \
                 behind, because pages are there and nowhere below",
            ),
            (
                "server",
                "metrics_token",
                token != Some(""),
                "is empty; leave it out where loopback clients alone may ask",
            ),
            (
                "server",
                "metrics_token",
                token.is_none_or(is_sendable),
                "is nothing that can be sent: letters, digits and signs of ASCII, with spaces only between them",
            ),
            ("store", "directory", !store.directory.as_os_str().is_empty(), "is empty"),
        ];
        let broken = rules.into_iter().filter(|(_, _, holds, _)| !holds);
        broken.map(|(section, key, _, problem)| (section, key, problem)).collect()
    }
}

/// Is this the address of a site, whose pages begin at `/`: scheme, host and perhaps a port, with nothing behind?
fn is_site(url: &str) -> bool {
    let Some(site) = Origin::of(url.strip_suffix('/').unwrap_or(url)) else { return false };
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let is_name = || site.host.strip_suffix('.').unwrap_or(site.host).split('.').all(is_label);
    site.is_address().unwrap_or_else(is_name) && site.port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Can a header have this as a token?
fn is_sendable(token: &str) -> bool {
    token.trim() == token && token.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

/// Is the value of this setting nobody's to read? By the end of its name, so that one that comes later is hidden too.
pub fn is_secret(key: &str) -> bool {
    ["token", "secret", "password", "key"].iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::load(None, variables.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    #[test]
    fn variables_override_defaults_and_are_typed() {
        let config = load(&[
            ("LYCEUM__SERVER__LISTEN", "127.0.0.1:9"),
            ("LYCEUM__EXAM__GRACE_SECONDS", "3"),
            ("LYCEUM__STORE__DURABILITY", "relaxed"),
            ("HOME", "/nowhere"),
        ])
        .unwrap();
        assert_eq!(config.server.listen.port(), 9);
        assert_eq!(config.exam.grace_seconds, 3);
        assert_eq!(config.store.durability, Durability::Relaxed);
    }

    #[test]
    fn a_typo_is_refused_with_its_place() {
        let error = load(&[("LYCEUM__SERVER__LISTN", "127.0.0.1:9")]).unwrap_err().to_string();
        assert!(error.contains("there is no setting server.listn; [server] has listen, workers,"), "{error}");
        let error = load(&[("LYCEUM__EXAM__GRACE_SECONDS", "soon")]).unwrap_err().to_string();
        let says = "LYCEUM__EXAM__GRACE_SECONDS: must be a whole number from 0 to 600";
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn the_public_address_is_that_of_a_site_and_has_nothing_behind_it() {
        for fine in [
            "https://learn.example.edu",
            "https://learn.example.edu/",
            "http://localhost:8080",
            "https://192.0.2.7:8443/",
            "http://[2001:db8::7]:8080",
            "https://[::1]/",
            "https://lernen.sch\u{f6}n.example",
        ] {
            assert!(load(&[("LYCEUM__SERVER__PUBLIC_URL", fine)]).is_ok(), "{fine}");
        }
        for wrong in [
            "https://learn.example.edu/lms",
            "https://learn.example.edu?x=1&y",
            "https://learn.example.edu/?x=1",
            "https://x#frag",
            "https://user@x.edu",
            "https://user:secret@x.edu",
            "https://learn.example.edu:99999",
            "https://learn.example.edu:0",
            "https://learn.example.edu:",
            "https://learn.example.edu:+80",
            "https:///x",
            "https://",
            "https://a..b",
            "https://a b",
            "https://[::1",
            "https://[::1]8080",
            "ftp://learn.example.edu",
            "learn.example.edu",
        ] {
            let error = load(&[("LYCEUM__SERVER__PUBLIC_URL", wrong)]).unwrap_err().to_string();
            assert!(
                error.contains("LYCEUM__SERVER__PUBLIC_URL: is not an address such as"),
                "{wrong}: {error}"
            );
        }
    }

    #[test]
    fn a_token_that_nobody_can_send_is_refused() {
        for (token, says) in [
            ("", "is empty"),
            ("schl\u{fc}ssel", "can be sent"),
            ("a ", "can be sent"),
            ("a\tb", "can be sent"),
        ] {
            let error = load(&[("LYCEUM__SERVER__METRICS_TOKEN", token)]).unwrap_err().to_string();
            assert!(error.contains(says), "{token}: {error}");
        }
        assert!(load(&[("LYCEUM__SERVER__METRICS_TOKEN", "a token~!")]).is_ok());
    }

    #[test]
    fn what_is_secret_is_known_by_its_name() {
        assert!(is_secret("metrics_token") && is_secret("smtp_password") && is_secret("signing_key"));
        assert!(!is_secret("password_min_length") && !is_secret("listen"));
    }
}
