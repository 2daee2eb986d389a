//! Formats JSON as tables that fit on the terminal.

use comfy_table::{ContentArrangement, Table as Layout, presets};
use serde_json::{Map, Value};

use super::text;

/// The maximum width of a column, to begin with. Longer cells are wrapped.
const WIDEST: usize = 36;
/// The space between columns.
const PADDING: u16 = 2;
const GAP: usize = PADDING as usize;
/// The minimum width of a table.
const NARROWEST: usize = 8;

/// The layout of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'a> {
    /// The columns that the user has asked for.
    pub(super) columns: Option<&'a [String]>,
    /// The width of the table, or `None` if it isn't limited.
    pub(super) width: Option<u16>,
}

impl Table<'_> {
    /// Formats an object with one line per property. The API sometimes puts an object into `data`,
    /// so we merge that with whatever is next to it.
    pub(super) fn record(self, answer: &Value) -> String {
        let Value::Object(fields) = answer else {
            return text::lines(&cell(answer));
        };
        let mut table = self.empty();
        let data = fields.get("data").and_then(Value::as_object);
        let beside = fields
            .iter()
            .filter(|(name, _)| data.is_none() || *name != "data");
        for (name, value) in data.into_iter().flatten().chain(beside) {
            if self.columns.is_none_or(|wanted| wanted.contains(name)) {
                table.add_row([text::one_line(name), text::one_line(&cell(value))]);
            }
        }
        lines(table)
    }

    /// Formats a table with one row per item.
    pub(super) fn rows(self, rows: &[Value]) -> String {
        let columns = self.columns(rows);
        let mut table = self.empty();
        if columns.is_empty() {
            for row in rows {
                table.add_row([text::one_line(&cell(row))]);
            }
            return lines(table);
        }
        table.set_header(
            columns
                .iter()
                .map(|name| text::one_line(&name.to_uppercase())),
        );
        for row in rows {
            let cells = columns
                .iter()
                .map(|name| row.get(name).map_or_else(String::new, cell));
            table.add_row(cells.map(|cell| text::one_line(&cell)));
        }
        lines(table)
    }

    fn empty(self) -> Layout {
        let mut table = Layout::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic);
        if let Some(width) = self.width {
            table.set_width(width);
        }
        table
    }

    /// Returns the columns to show. By default, these are as many plain properties as will fit,
    /// starting with ids.
    fn columns(self, rows: &[Value]) -> Vec<String> {
        if let Some(columns) = self.columns {
            return columns.to_vec();
        }
        let objects: Vec<&Map<String, Value>> = rows.iter().filter_map(Value::as_object).collect();
        let mut names: Vec<(&str, usize)> = Vec::new();
        for (name, value) in objects.iter().flat_map(|object| object.iter()) {
            if value.is_null() || value.is_object() || value.is_array() {
                continue;
            }
            let width = cell(value).chars().count().max(name.chars().count());
            match names.iter_mut().find(|(known, _)| *known == name) {
                Some((_, widest)) => *widest = width.max(*widest),
                None => names.push((name, width)),
            }
        }
        // This is a stable sort, so it only affects `id`.
        names.sort_by_key(|(name, _)| *name != "id");
        let mut left = self.width.map(usize::from);
        let fitting = names
            .into_iter()
            .enumerate()
            .filter_map(|(index, (name, width))| {
                let width = width.min(WIDEST) + GAP;
                let fits =
                    left.is_none_or(|left| width <= left || (index == 0 && left >= NARROWEST));
                if fits && let Some(left) = &mut left {
                    *left = left.saturating_sub(width);
                }
                fits.then(|| name.to_owned())
            });
        fitting.collect()
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn lines(mut table: Layout) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, PADDING));
    }
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(width: Option<u16>) -> Table<'static> {
        Table {
            columns: None,
            width,
        }
    }

    #[test]
    fn table_shows_the_columns_that_fit_ids_first() {
        let rows = [
            json!({"address": {"a": 1}, "created": "2026-01-31T12:00:00Z", "id": "a-1", "sku": "x"}),
            json!({"created": null, "id": "b-22", "sku": "s-2"}),
        ];
        let wide = table(None).rows(&rows);
        assert_eq!(
            wide.lines()
                .map(|line| line.split_whitespace().collect())
                .collect::<Vec<Vec<_>>>(),
            [
                vec!["ID", "CREATED", "SKU"],
                vec!["a-1", "2026-01-31T12:00:00Z", "x"],
                vec!["b-22", "s-2"]
            ]
        );
        let narrow = table(Some(16)).rows(&rows);
        assert!(
            narrow.contains("SKU") && !narrow.contains("CREATED"),
            "{narrow}"
        );
        assert!(
            narrow.lines().all(|line| line.chars().count() <= 16),
            "{narrow}"
        );
        let chosen = ["created".to_owned()];
        let grid = Table {
            columns: Some(&chosen),
            width: None,
        };
        assert!(!grid.rows(&rows).contains("ID"));
    }

    #[test]
    fn server_values_cannot_leave_their_cell() {
        let row = json!({"id": "a\nb", "\u{1b}[2J": "\u{1b}]0;title\u{7}"});
        for shown in [
            table(None).rows(std::slice::from_ref(&row)),
            table(Some(40)).record(&row),
        ] {
            assert!(
                !shown.contains('\u{1b}') && !shown.contains('\u{7}'),
                "{shown:?}"
            );
            assert!(shown.contains("a\\nb"), "{shown:?}");
        }
    }
}
