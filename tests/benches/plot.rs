//! Draws the output of the benchmark `downstream` as an SVG file.
//!
//! ```sh
//! cargo bench --package trackstar-benches --bench downstream > downstream.txt
//! cargo bench --package trackstar-benches --bench plot < downstream.txt > tests/benches/cold-build.svg
//! ```
//!
//! The plot has one bar for each program: the processor time of a cold debug build. Its colors follow the
//! reader's preference for light or dark pages.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a command that fails has nothing to draw"
)]

use std::fmt::Write as _;
use std::io::{Read as _, stdin};

/// Height of a bar with its gap, in pixels.
const ROW: usize = 28;
/// Width of the names, in pixels.
const NAMES: usize = 250;
/// Width of the longest bar, in pixels.
const BARS: f64 = 380.0;

/// The cold build of one program.
struct Build<'a> {
    name: &'a str,
    /// Processor time, in seconds.
    seconds: f64,
    ratio: f64,
}

fn main() {
    let mut text = String::new();
    stdin()
        .read_to_string(&mut text)
        .expect("standard input is not UTF-8");
    // The first table ends with an empty line.
    let table = text.lines().take_while(|line| !line.trim().is_empty());
    let builds: Vec<Build<'_>> = table.filter_map(build).collect();
    assert!(
        !builds.is_empty(),
        "standard input has no output of `--bench downstream`"
    );
    print!("{}", draw(&builds));
}

/// Returns the build of a line, or `None` for the header.
fn build(line: &str) -> Option<Build<'_>> {
    let (name, figures) = line.split_at_checked(36)?;
    let figures: Vec<f64> = figures
        .split_whitespace()
        .filter_map(|figure| figure.parse().ok())
        .collect();
    let [seconds, ratio, ..] = figures[..] else {
        return None;
    };
    Some(Build {
        name: name.trim(),
        seconds,
        ratio,
    })
}

/// Returns the SVG text.
fn draw(builds: &[Build<'_>]) -> String {
    let longest = builds
        .iter()
        .map(|build| build.seconds)
        .fold(f64::MIN_POSITIVE, f64::max);
    let height = ROW * builds.len() + 44;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 {height}\" role=\"img\" \
         aria-label=\"Processor time of a cold debug build\">\n\
         <style>\n\
         text {{ font: 13px system-ui, sans-serif; fill: #1f2328 }}\n\
         .hand {{ fill: #8c959f }} .ours {{ fill: #0969da }}\n\
         @media (prefers-color-scheme: dark) {{ text {{ fill: #e6edf3 }} .hand {{ fill: #6e7681 }} .ours {{ fill: #4493f8 }} }}\n\
         </style>\n\
         <text x=\"8\" y=\"20\" font-weight=\"600\">Processor time of a cold debug build, in seconds</text>\n"
    );
    for (row, build) in builds.iter().enumerate() {
        let y = 36 + row * ROW;
        let width = BARS * build.seconds / longest;
        let class = if build.name.starts_with("by hand") {
            "hand"
        } else {
            "ours"
        };
        let name = build.name.replace('&', "&amp;").replace('<', "&lt;");
        writeln!(
            svg,
            "<text x=\"8\" y=\"{text}\">{name}</text>\
             <rect class=\"{class}\" x=\"{NAMES}\" y=\"{y}\" width=\"{width:.0}\" height=\"18\" rx=\"2\"/>\
             <text x=\"{label:.0}\" y=\"{text}\">{seconds:.0} s ({ratio:.2})</text>",
            text = y + 14,
            label = width + 8.0 + f64::from(u16::try_from(NAMES).expect("the width of a page")),
            seconds = build.seconds,
            ratio = build.ratio,
        )
        .expect("writing to a string");
    }
    svg.push_str("</svg>\n");
    svg
}
