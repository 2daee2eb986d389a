//! The dependencies between the modules of `trackstar-api`: folders depend on each other in one
//! direction, and files without cycles. ARCHITECTURE.md states the order of the folders.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::Visit;
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

/// Modules at the root that may import everything: re-exports, generated code, macros,
/// documentation and tests. Others may import only the generated code.
const OUTSIDE: [&str; 7] = [
    "__rt",
    "fuzz",
    "generated",
    "guide",
    "include",
    "lib",
    "wire",
];

/// A path such as `crate::error::Error`.
type Names = Vec<String>;

/// The modules of a crate, by their paths (`error::kind`).
struct Modules(BTreeMap<String, Module>);

/// The names in the code of a module, except those in tests.
#[derive(Default)]
struct Module {
    imports: Vec<Names>,
    /// The re-exported names with their paths.
    exports: BTreeMap<String, Names>,
    /// All identifiers in the code.
    words: BTreeSet<String>,
    /// Number of inline modules around the current item.
    depth: usize,
}

impl Module {
    fn new(code: &str) -> Self {
        let mut module = Self::default();
        module.visit_file(&syn::parse_file(code).expect("Rust"));
        module
    }

    fn import(&mut self, mut path: Names) {
        let outer = path.iter().take_while(|name| *name == "super").count();
        if outer > 0 && outer <= self.depth {
            // The path stays in this file.
            return;
        }
        if outer > 0 {
            path.drain(..self.depth);
        }
        self.imports.push(path);
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg")
            && list.is_ok_and(|list| {
                let text = list.tokens.to_string();
                text == "test" || text.starts_with("all (test")
            })
    })
}

/// Returns the paths of a `use` declaration, each with the name that it introduces.
fn leaves(tree: &UseTree, prefix: &Names, found: &mut Vec<(String, Names)>) {
    let joined = |name: &syn::Ident| [prefix.as_slice(), &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &joined(&path.ident), found),
        UseTree::Name(name) if name.ident == "self" => {
            let last = prefix.last().cloned().unwrap_or_default();
            found.push((last, prefix.clone()));
        }
        UseTree::Name(name) => found.push((name.ident.to_string(), joined(&name.ident))),
        UseTree::Rename(name) => found.push((name.rename.to_string(), joined(&name.ident))),
        UseTree::Glob(_) => found.push(("*".to_owned(), prefix.clone())),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, prefix, found);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(it) => &it.attrs,
            Item::Fn(it) => &it.attrs,
            Item::Impl(it) => &it.attrs,
            Item::Use(it) => &it.attrs,
            _ => &Vec::new(),
        };
        if !is_test(attributes) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let content = module.content.iter().flat_map(|(_, items)| items);
        self.depth += 1;
        content.for_each(|item| self.visit_item(item));
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut found = Vec::new();
        leaves(&item.tree, &Vec::new(), &mut found);
        for (name, path) in found {
            if matches!(item.vis, Visibility::Inherited) {
                self.import(path);
            } else {
                self.exports.insert(name, path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Names = path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        self.words.extend(names.first().cloned());
        if names.len() > 1 {
            self.import(names);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'ast Macro) {
        let text = found.tokens.to_string();
        for path in text.split(|it: char| !(it.is_alphanumeric() || "_: ".contains(it))) {
            // Words that no `::` joins are separate paths.
            for path in path.replace(" :: ", "::").split_whitespace() {
                let names: Names = path.split("::").map(str::to_owned).collect();
                self.words.extend(names.first().cloned());
                if names.len() > 1 {
                    self.import(names);
                }
            }
        }
    }
}

impl Modules {
    fn new(files: &[(&str, &str)]) -> Self {
        let modules = files.iter();
        Self(
            modules
                .map(|(path, code)| ((*path).to_owned(), Module::new(code)))
                .collect(),
        )
    }

    /// Reads the modules of a folder, except those outside the order and tests.
    fn read(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Module>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().and_then(|it| it.to_str()).expect("a name");
            if name == "tests" || prefix.is_empty() && OUTSIDE.contains(&name) {
                continue;
            }
            let module = format!("{prefix}{name}");
            if path.is_dir() {
                Self::read(&path, &format!("{module}::"), found);
            } else {
                let code = fs::read_to_string(&path).expect("a file");
                found.insert(module, Module::new(&code));
            }
        }
    }

    /// Returns a path from the root of the crate, or `None` if it begins in another crate.
    fn absolute(&self, module: &str, path: &[String]) -> Option<Names> {
        let mut base: Names = module.split("::").map(str::to_owned).collect();
        let outer = path.iter().take_while(|name| *name == "super").count();
        match path.first()?.as_str() {
            "crate" => return Some(path[1..].to_vec()),
            "self" => base.extend_from_slice(&path[1..]),
            "super" => {
                base.truncate(base.len().saturating_sub(outer));
                base.extend_from_slice(&path[outer..]);
            }
            child if self.0.contains_key(&format!("{module}::{child}")) => {
                base.extend_from_slice(path);
            }
            _ => return None,
        }
        Some(base)
    }

    /// Returns the module that defines a path, to which re-exports may lead.
    fn definition(&self, path: &[String]) -> Option<String> {
        let ends = (1..=path.len()).rev();
        let mut modules = ends.map(|end| (end, path[..end].join("::")));
        let (end, module) = modules.find(|(_, module)| self.0.contains_key(module))?;
        let exports = &self.0[&module].exports;
        let export = path.get(end).and_then(|name| exports.get(name));
        let export = export.and_then(|export| self.absolute(&module, export));
        match export {
            Some(export) => self.definition(&[&export, &path[end + 1..]].concat()),
            None => Some(module),
        }
    }

    /// Returns the modules that a module depends on.
    fn dependencies(&self, path: &str) -> BTreeSet<String> {
        let module = &self.0[path];
        let exports = module.exports.iter();
        let used = exports.filter(|(name, _)| module.words.contains(*name));
        let names = module.imports.iter().chain(used.map(|(_, path)| path));
        let paths = names.filter_map(|names| self.absolute(path, names));
        let modules = paths.filter_map(|names| self.definition(&names));
        modules.filter(|module| module != path).collect()
    }

    /// Returns the modules of a cycle, if there is one.
    fn cycle(&self) -> Option<Vec<String>> {
        let mut done = BTreeSet::new();
        let mut paths = self.0.keys();
        paths.find_map(|path| self.cycle_through(path, &mut Vec::new(), &mut done))
    }

    fn cycle_through(
        &self,
        path: &str,
        open: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(start) = open.iter().position(|it| it == path) {
            return Some(open[start..].to_vec());
        }
        if !done.insert(path.to_owned()) {
            return None;
        }
        open.push(path.to_owned());
        let mut next = self.dependencies(path).into_iter();
        let cycle = next.find_map(|next| self.cycle_through(&next, open, done));
        open.pop();
        cycle
    }

    /// Returns the imports against the order of the folders.
    fn against(&self, order: &[&str]) -> Vec<String> {
        let rank = |path: &str| {
            let folder = path.split("::").next();
            order.iter().position(|known| Some(*known) == folder)
        };
        let mut found = Vec::new();
        for (path, module) in &self.0 {
            let Some(own) = rank(path) else {
                found.push(format!("`{path}` is in no folder of the order"));
                continue;
            };
            let imports = module.imports.iter();
            for import in imports.filter_map(|names| self.absolute(path, names)) {
                let import = import.join("::");
                match rank(&import) {
                    Some(other) if other <= own => {}
                    _ if import.starts_with("generated") => {}
                    Some(_) => found.push(format!("`{path}` imports `{import}` from above")),
                    None => found.push(format!("`{path}` imports `{import}` by a re-export")),
                }
            }
        }
        found
    }
}

#[test]
fn client_modules_depend_on_lower_folders_without_cycles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let map = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the map");
    let mut lines = map.lines();
    let order = lines
        .find(|line| line.starts_with("contain < "))
        .expect("the order");
    let order: Vec<&str> = order.split(" < ").collect();
    let mut modules = BTreeMap::new();
    Modules::read(&root.join("trackstar-api/src"), "", &mut modules);
    let modules = Modules(modules);
    assert!(modules.0.len() > 50, "{} modules", modules.0.len());
    assert_eq!(modules.against(&order), [""; 0]);
    assert_eq!(modules.cycle(), None);
}

#[test]
fn finds_imports_from_above_and_cycles() {
    let modules = Modules::new(&[
        ("low", "use crate::high::High; use std::fmt;"),
        ("high", "pub use kind::Kind; mod kind; pub struct High;"),
        (
            "high::kind",
            "pub enum Kind {} #[cfg(test)] mod tests { use crate::low; }",
        ),
        ("other", "use crate::Kind;"),
    ]);
    assert_eq!(modules.cycle(), None);
    let order = ["low", "high", "other"];
    assert_eq!(
        modules.against(&order),
        [
            "`low` imports `high::High` from above",
            "`other` imports `Kind` by a re-export"
        ]
    );
    assert_eq!(modules.against(&["high", "low"]).len(), 1);

    // A re-export is not a dependency, unless the module uses the name itself.
    let child = ("error::kind", "use super::Error; pub struct Kind(Error);");
    let parent = "mod kind; pub use kind::Kind; pub struct Error;";
    assert_eq!(Modules::new(&[("error", parent), child]).cycle(), None);
    let parent = "mod kind; pub use kind::Kind; pub struct Error(Kind);";
    let cycle = Modules::new(&[("error", parent), child]).cycle();
    assert_eq!(
        cycle,
        Some(vec!["error".to_owned(), "error::kind".to_owned()])
    );
    // The dependency may be in a macro, or lead through a re-export.
    let modules = Modules::new(&[
        ("a", "fn a() { assert!(crate::b::shown()); }"),
        ("b", "mod c; pub use c::shown;"),
        ("b::c", "pub fn shown() -> bool { crate::a::a() }"),
    ]);
    assert!(modules.cycle().is_some());
}
