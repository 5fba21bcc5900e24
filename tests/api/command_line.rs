//! The command line, the real binary: what it makes, what it refuses, and in which words.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use lyceum::app;
use lyceum::clock::Clock;
use lyceum::config::Config;
use lyceum::domain::xapi::own;

use crate::skipped::skipped;

/// Runs a command on a directory of data with nothing of whoever runs the tests. What it said, when it ended with that code.
fn run(data: &Path, code: i32, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lyceum"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LYCEUM_")) {
        command.env_remove(name);
    }
    command.args(arguments).arg("--data").arg(data).env("LYCEUM__STORE__LOW_WATER_MIB", "1");
    let output: Output = command.envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

#[test]
fn an_administrator_is_made_in_the_store_that_is_there_and_a_new_store_only_when_one_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("store");
    let create = ["admin", "create", "--username", "root"];
    let new = ["admin", "create", "--username", "root", "--new-store"];
    let said = run(&data, 1, &create, &[]);
    assert!(said.contains("there is no store in") && said.contains("--new-store"), "{said}");
    assert!(!data.exists(), "a slip of the pen makes nothing");
    std::fs::write(home.path().join("thesis.txt"), "mine").unwrap();
    let said = run(home.path(), 1, &new, &[]);
    assert!(said.contains("has something else in it"), "{said}");
    let said = run(&data, 1, &[&new[..], &["--password-stdin"]].concat(), &[]);
    assert!(said.contains("lyceum: the password has 0 characters; at least 10 are needed"), "{said}");
    assert!(!data.exists(), "a password that is refused makes nothing");
    std::fs::create_dir_all(data.join("lost+found")).unwrap();
    let said = run(&data, 0, &new, &[]);
    assert!(said.contains(&format!("made a new store in {}", data.display())), "{said}");
    assert!(said.contains("root is an administrator"), "{said}");
    let said = run(&data, 1, &new, &[]);
    assert!(said.contains("there is a store in") && said.contains("leave out --new-store"), "{said}");
    let said = run(&data, 0, &["admin", "create", "--username", "second"], &[]);
    assert!(!said.contains("made a new store"), "{said}");

    // Refusals name options.
    let said = run(&data, 1, &["admin", "create", "--username", "", "--first-name", ""], &[]);
    assert!(said.contains("lyceum: --username ") && said.contains("; --first-name "), "{said}");
    let scopes = |scopes: &'static str| ["xapi", "credential", "--name", "Tool", "--scope", scopes];
    let said = run(&data, 0, &scopes("state,profile"), &[]);
    assert!(said.contains("secret "), "{said}");
    let said = run(&data, 1, &scopes("state,stat"), &[]);
    assert!(said.contains("lyceum: --scope stat is no scope"), "{said}");
    let said = run(&data, 1, &["xapi", "credential", "--name", ""], &[]);
    assert!(said.contains("lyceum: --name "), "{said}");

    let said = run(&data, 0, &["compact"], &[]);
    assert!(said.contains("the store without uploaded files: ") && said.contains("its tree: "), "{said}");
}

/// Runs a command whose output nobody reads, neither what it prints nor what it says went wrong.
fn unread(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lyceum"));
    command.args(arguments).arg("--data").arg(data).env("LYCEUM__STORE__LOW_WATER_MIB", "1");
    for name in ["out", "err"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let writer = Stdio::from(writer);
        if name == "out" {
            command.stdout(writer)
        } else {
            command.stderr(writer)
        };
    }
    command
}

#[test]
fn a_command_whose_output_is_closed_ends_as_it_would_have() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("store");
    run(&data, 0, &["admin", "create", "--new-store", "--username", "root"], &[]);
    for (arguments, code) in [
        (&["check-config"][..], 0),
        (&["verify"], 0),
        (&["verify", "--json"], 0),
        (&["admin", "reset-password", "--username", "root"], 0),
        (&["admin", "reset-password", "--username", "nobody"], 1),
    ] {
        let status = unread(&data, arguments).status().unwrap();
        assert_eq!(status.code(), Some(code), "{arguments:?}");
    }
    // What was to be kept and is not is no success.
    if let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") {
        let mut command = unread(&data, &["verify"]);
        let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("lyceum: not all of the output was written: "), "{text}");
    }
}

#[test]
fn a_server_whose_output_is_closed_serves() {
    let home = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server =
        unread(&home.path().join("store"), &["serve", "--listen", &address.to_string()]).spawn().unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    let answer = loop {
        match ureq::get(format!("http://{address}/healthz")).call() {
            Ok(answer) => break answer.status().as_u16(),
            Err(error) => {
                if Instant::now() >= until || server.try_wait().unwrap().is_some() {
                    drop(server.kill());
                    panic!("{error}");
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    };
    assert_eq!(answer, 200);
    let stopped = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(stopped.success() && server.wait().unwrap().success());
}

#[test]
fn a_server_whose_address_is_taken_makes_no_store_and_names_what_sets_the_address() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("store");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = run(&data, 1, &["serve", "--demo", "--listen", &address], &[]);
    assert!(said.contains(&format!("listening on {address} failed")), "{said}");
    assert!(said.contains("--listen") && said.contains("server.listen"), "{said}");
    assert!(!data.exists(), "nothing was made for a server that does not start");
}

#[test]
fn a_server_makes_no_store_among_other_things_and_leaves_their_directory_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("thesis.txt"), "mine").unwrap();
    let mode = |mode| std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o755);
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["demo"]] {
        let said = run(home.path(), 1, command, &[]);
        assert!(said.contains("there is no store in") && said.contains("has something else in it"), "{said}");
    }
    assert_eq!(std::fs::metadata(home.path()).unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
    mode(0o700);
}

#[test]
fn a_copy_without_its_journal_is_no_directory_without_a_store_and_none_is_made() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("store");
    run(&data, 0, &["admin", "create", "--username", "root", "--new-store"], &[]);
    std::fs::remove_dir_all(data.join("journal")).unwrap();
    for command in [
        &["verify"][..],
        &["compact"],
        &["serve", "--listen", "127.0.0.1:0"],
        &["admin", "create", "--username", "second"],
        &["admin", "create", "--username", "second", "--new-store"],
    ] {
        let said = run(&data, 1, command, &[]);
        assert!(
            said.contains("journal is missing, though there is") && said.contains("marker.json"),
            "{said}"
        );
        assert!(!data.join("journal").exists(), "{command:?}");
    }
}

#[test]
fn a_store_of_another_user_is_not_touched_by_root() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("store");
    run(&data, 0, &["admin", "create", "--username", "root", "--new-store"], &[]);
    let all = || -> Vec<_> {
        let inside = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path());
        inside.chain([data.clone(), data.join("journal")]).collect()
    };
    if all().iter().any(|place| chown(place, Some(4711), Some(4711)).is_err()) {
        return skipped("only root can give a store to another user");
    }
    for (code, command) in [
        (1, &["verify"][..]),
        (1, &["compact"]),
        (1, &["serve", "--listen", "127.0.0.1:0"]),
        (1, &["admin", "create", "--username", "second"]),
        (2, &["doctor"]),
    ] {
        let said = run(&data, code, command, &[]);
        assert!(said.contains("belongs to 4711, and this runs as root: run it as that user"), "{said}");
    }
    for place in all() {
        assert_eq!(std::fs::metadata(&place).unwrap().uid(), 4711, "{}", place.display());
    }
}

#[test]
fn a_command_that_is_not_told_the_address_leaves_the_ids_of_learning_records_as_they_are() {
    const SERVED: &str = "https://learn.example.edu";
    let home = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.store.directory = home.path().join("store");
    config.store.low_water_mib = 1;
    config.server.public_url = Some(SERVED.to_owned());
    app::open(config.clone(), Clock::System).unwrap().store.close();
    config.server.public_url = None;
    let base = || {
        let state = app::open_for_command(config.clone(), Clock::System).unwrap();
        let base = state.store.read(|read| own::base(read)).unwrap().unwrap();
        assert_eq!(state.home, base, "statements that a command takes in are taken in here");
        state.store.close();
        base.to_string()
    };
    let credential = ["xapi", "credential", "--name", "Tool", "--scope", "statements/read"];
    run(&config.store.directory, 0, &credential, &[]);
    assert_eq!(base(), SERVED);
    let moved = "https://moved.example.edu";
    run(&config.store.directory, 0, &credential, &[("LYCEUM__SERVER__PUBLIC_URL", moved)]);
    assert_eq!(base(), moved, "who names the address means it");
    // A server has an address in any case.
    app::open(config.clone(), Clock::System).unwrap().store.close();
    assert_eq!(base(), "http://127.0.0.1:8080");
}

#[test]
fn variables_that_are_read_otherwise_than_they_look_are_named() {
    let home = tempfile::tempdir().unwrap();
    let check = |variable| run(home.path(), 0, &["check-config"], &[variable]);
    let said = check(("LYCEUM_SERVER_LISTEN", "127.0.0.1:9"));
    assert!(
        said.contains("LYCEUM_SERVER_LISTEN is not read") && said.contains("LYCEUM__SERVER__LISTEN"),
        "{said}"
    );
    let said = check(("LYCEUM_LOG", "lyceum=loud"));
    assert!(said.contains("lyceum: LYCEUM_LOG: lyceum=loud is no filter"), "{said}");
    let said = check(("LYCEUM__STORE__DURABILITY", "relaxed"));
    assert!(said.contains("lyceum: store.durability is relaxed: a power cut loses answers"), "{said}");
    let said = check(("LYCEUM_TOKEN", "x"));
    assert!(said.contains("directory = ") && said.contains(" # flag") && !said.contains("LYCEUM_"), "{said}");
}
