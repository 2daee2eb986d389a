//! Lists with pages. There is a small collection behind each list, and every request gets a part of
//! it.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};
use trackstar_openapi::model::{Operation, ParameterLocation};
use trackstar_openapi::pointer::escape;

use crate::contract::Contract;
use crate::problems::Problems;
use crate::request::Request;

/// These names are the same for all of the API's lists. They are used for the query parameters and
/// for the properties of a page.
const PAGE_TOKEN: &str = "page_token";
const NEXT_TOKEN: &str = "next_token";
const LIMIT: &str = "limit";
const TOTAL: &str = "total_count";

/// The number of items in a list.
const ITEMS: usize = 5;
/// The default number of items on a page.
const PAGE: usize = 2;

/// A list with pages.
#[derive(Debug)]
pub(crate) struct List {
    /// A page, which we use as a template. Its items get replaced.
    page: Value,
    /// The property that has the items.
    name: String,
    items: Vec<Value>,
    /// The token on the last page, or `None` if it's left out.
    end: Option<Value>,
}

impl List {
    /// Creates a list from a successful response, or returns `None` if the response isn't a page.
    pub(crate) fn of(
        contract: &Contract,
        operation: &Operation,
        schema: &str,
        page: &Value,
    ) -> Option<Self> {
        let asks = operation
            .parameters
            .iter()
            .any(|it| it.location == ParameterLocation::Query && it.name == PAGE_TOKEN);
        let fields = page.as_object().filter(|_| asks)?;
        let lists = fields.iter().filter(|(_, value)| value.is_array());
        let (name, items) = lists.max_by_key(|(name, _)| *name == "data")?;
        let item = items.get(0)?;
        let mut list = Self {
            page: page.clone(),
            name: name.clone(),
            items: (1..=ITEMS).map(|number| numbered(item, number)).collect(),
            end: None,
        };
        let fits = |page: &Value| contract.fits(schema, page);
        if fields.get(TOTAL).is_some_and(Value::is_number) {
            list.page[TOTAL] = json!(ITEMS);
        }
        // If possible, give every item its own id.
        if !fits(&list.cut(0, ITEMS, Some("next"))) {
            list.items = vec![item.clone(); ITEMS];
        }
        if !fits(&list.cut(0, ITEMS, Some("next"))) {
            return None;
        }
        let ends = [Some(Value::Null), None, Some(json!(""))];
        for end in ends {
            list.end = end;
            if fits(&list.cut(0, 1, None)) {
                return Some(list);
            }
        }
        None
    }

    /// Returns the requested page.
    ///
    /// # Errors
    ///
    /// This returns an error if the size or page token in the query is invalid.
    pub(crate) fn answer(&self, request: &Request) -> Result<Value, Problems> {
        let pairs = request.pairs();
        let get = |name: &str| {
            let mut all = pairs.iter().filter(|(own, _)| own == name);
            all.next().map(|(_, value)| value.as_str())
        };
        let wrong = |field: &str, message: &str| {
            let mut problems = Problems::default();
            problems.add("query", field, message);
            Err(problems)
        };
        let size = match get(LIMIT).map(str::parse::<usize>) {
            None => PAGE,
            Some(Ok(size)) if size > 0 => size,
            Some(_) => return wrong(LIMIT, "Must be greater than or equal to 1."),
        };
        let filters = filters(&pairs);
        let start = match get(PAGE_TOKEN).filter(|token| !token.is_empty()) {
            None => 0,
            Some(token) => match read(token) {
                Some((start, own)) if own == filters && start < ITEMS => start,
                Some((start, _)) if start < ITEMS => {
                    return wrong(
                        PAGE_TOKEN,
                        "Belongs to a list with other filters. Repeat all filters on every page.",
                    );
                }
                _ => return wrong(PAGE_TOKEN, "Not a page token of this list."),
            },
        };
        let end = start.saturating_add(size).min(ITEMS);
        let next = (end < ITEMS).then(|| format!("page-{end}-{filters:016x}"));
        Ok(self.cut(start, end, next.as_deref()))
    }

    /// Returns the parts of a page that must be there.
    pub(crate) fn places(&self) -> Vec<String> {
        let own = [self.name.as_str(), NEXT_TOKEN, TOTAL];
        own.map(|name| format!("/{}", escape(name))).into()
    }

    fn cut(&self, start: usize, end: usize, next: Option<&str>) -> Value {
        let mut page = self.page.clone();
        page[&self.name] = json!(self.items[start..end]);
        match (next, &self.end) {
            (Some(next), _) => page[NEXT_TOKEN] = json!(next),
            (None, Some(end)) => page[NEXT_TOKEN] = end.clone(),
            (None, None) => {
                page.as_object_mut().map(|fields| fields.remove(NEXT_TOKEN));
            }
        }
        page
    }
}

/// Returns a hash of the filters, which are all parameters except for those that select a page.
fn filters(pairs: &[(String, String)]) -> u64 {
    let mut filters: Vec<&(String, String)> = pairs
        .iter()
        .filter(|(name, _)| name != PAGE_TOKEN && name != LIMIT)
        .collect();
    filters.sort();
    let mut hasher = DefaultHasher::new();
    filters.hash(&mut hasher);
    hasher.finish()
}

fn read(token: &str) -> Option<(usize, u64)> {
    let (start, filters) = token.strip_prefix("page-")?.split_once('-')?;
    Some((start.parse().ok()?, u64::from_str_radix(filters, 16).ok()?))
}

/// Returns the item with its own id.
fn numbered(item: &Value, number: usize) -> Value {
    let mut item = item.clone();
    if let Some(Value::String(id)) = item.pointer_mut("/id") {
        *id = format!("{id}-{number}");
    }
    item
}
