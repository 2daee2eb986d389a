//! Interactive use on a terminal.

use trackstar_tests::{Fate, FaultServer};

use crate::support::{DELETED, http, responding};
use crate::terminal::Terminal;

fn open(columns: u16, server: &FaultServer, arguments: &[&str], more: &[(&str, &str)]) -> Terminal {
    let base_url = server.base_url();
    let variables = [&[("TRACKSTAR_BASE_URL", base_url.as_str())], more].concat();
    let arguments = [&["delete-connection"], arguments].concat();
    Terminal::open(columns, &arguments, &variables)
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_shows_details_and_yes_proceeds() {
    let server = responding("200 OK", DELETED).await;
    let mut terminal = open(100, &server, &[], &[]);
    terminal.until("Continue? [y/N]");
    let screen = terminal.screen();
    for told in [
        format!("DELETE {}/connections", server.base_url()),
        "using the access token from TRACKSTAR_ACCESS_TOKEN".to_owned(),
        "Delete Connection. This cannot be undone.".to_owned(),
    ] {
        assert!(screen.contains(&told), "{told}: {screen}");
    }
    assert_eq!(server.arrived(), 0);
    terminal.type_in("yes\r");
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    assert_eq!(server.arrived(), 1);
    // A terminal gets a table by default.
    let screen = terminal.screen();
    assert!(
        screen.contains("id       c-1") && !screen.contains('{'),
        "{screen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sends_nothing_without_yes() {
    let server = responding("200 OK", DELETED).await;
    for keys in ["n\r", "\r", "delete\r", "yikes\r", "y n\r", "\u{4}"] {
        let mut terminal = open(100, &server, &[], &[]);
        terminal.until("Continue? [y/N]");
        terminal.type_in(keys);
        assert_eq!(terminal.end(), 1, "{keys:?}: {}", terminal.screen());
        assert!(
            terminal.screen().contains("nothing was sent"),
            "{}",
            terminal.screen()
        );
    }
    let mut terminal = open(100, &server, &[], &[]);
    terminal.until("Continue? [y/N]");
    terminal.type_in("\u{3}");
    assert_ne!(terminal.end(), 0);
    assert_eq!(server.arrived(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_during_delete_reports_unknown_outcome() {
    let server = FaultServer::always(Fate::Hang(Vec::new())).await.unwrap();
    let mut terminal = open(100, &server, &["--yes", "--verbose"], &[]);
    terminal.until("> attempt 1: DELETE /connections");
    while server.arrived() == 0 {
        tokio::task::yield_now().await;
    }
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.screen());
    let screen = terminal.screen().replace('\n', "");
    assert!(
        screen.contains("may have been sent, and its outcome is unknown"),
        "{screen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_between_attempts_reports_no_effect() {
    // A 429 response means that the server did nothing. `retry-after` leaves time to press Ctrl-C.
    let busy = http("429 Slow\r\nretry-after: 20", "text/plain", "busy");
    let server = FaultServer::always(Fate::Respond(busy)).await.unwrap();
    let mut terminal = open(100, &server, &["--yes", "--verbose"], &[]);
    terminal.until("retrying in 20");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.screen());
    let screen = terminal.screen().replace('\n', "");
    assert!(screen.contains("nothing was changed so far"), "{screen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn piped_yes_does_not_confirm() {
    let server = responding("200 OK", DELETED).await;
    let base_url = server.base_url();
    let variables = [("TRACKSTAR_BASE_URL", base_url.as_str())];
    let script = "yes | \"$0\" \"$@\"";
    let mut terminal = Terminal::run(script, 100, &["delete-connection"], &variables);
    assert_eq!(terminal.end(), 2, "{}", terminal.screen());
    assert!(terminal.screen().contains("--yes"), "{}", terminal.screen());
    assert_eq!(server.arrived(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_after_lost_response_reports_unknown_outcome() {
    let busy = http("503 Busy\r\nretry-after: 20", "text/plain", "busy");
    let fates = [Fate::Close(Vec::new()), Fate::Respond(busy)];
    let server = FaultServer::sequence(fates).await.unwrap();
    let mut terminal = open(100, &server, &["--yes", "--verbose"], &[]);
    terminal.until("retrying in 20");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.screen());
    let screen = terminal.screen().replace('\n', "");
    assert!(screen.contains("its outcome is unknown"), "{screen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn colors_depend_on_terminal_and_environment() {
    let server = responding("403 Forbidden", r#"{"error": "no"}"#).await;
    for (variables, coloured) in [
        (&[][..], true),
        (&[("NO_COLOR", "1")], false),
        (&[("TERM", "dumb")], false),
    ] {
        let mut terminal = open(100, &server, &["--yes"], variables);
        assert_eq!(terminal.end(), 3, "{}", terminal.screen());
        assert!(
            terminal.screen().contains("error: "),
            "{}",
            terminal.screen()
        );
        assert_eq!(terminal.raw.contains(&0x1b), coloured, "{variables:?}");
    }
    let mut help = Terminal::open(100, &["--help"], &[("NO_COLOR", "1")]);
    assert_eq!(help.end(), 0);
    assert!(!help.raw.contains(&0x1b));
}

#[tokio::test(flavor = "multi_thread")]
async fn table_and_help_fit_a_narrow_terminal() {
    let long = "connection-0123456789-0123456789-0123456789";
    let body = DELETED.replace("c-1", long);
    let server = responding("200 OK", &body).await;
    let mut terminal = open(30, &server, &["--yes"], &[("NO_COLOR", "1")]);
    assert_eq!(terminal.end(), 0);
    let text = String::from_utf8(terminal.raw.clone()).unwrap();
    assert!(text.contains("object"), "{text}");
    for line in text.lines() {
        assert!(line.trim_end().chars().count() <= 30, "{line:?} of {text}");
    }
    let cells: String = text.split_whitespace().collect();
    assert!(cells.contains("connection-0123456789"), "{text}");

    let mut help = Terminal::open(60, &["delete-connection", "-h"], &[("NO_COLOR", "1")]);
    assert_eq!(help.end(), 0);
    let text = String::from_utf8(help.raw.clone()).unwrap();
    for line in text.lines() {
        assert!(line.trim_end().chars().count() <= 60, "{line:?} of {text}");
    }
}
