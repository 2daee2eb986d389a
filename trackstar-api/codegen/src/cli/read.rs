//! What progenitor's command line says of each operation: its flags, their types, and where their
//! values go. Read from the clap commands that it wrote and from what it does with their matches,
//! which are both dropped: they are made for its own client.

use std::collections::BTreeMap;

use quote::quote;
use syn::visit::{self, Visit};
use syn::{
    Block, Expr, ExprMethodCall, File, GenericArgument, Ident, ImplItem, ImplItemFn, Item,
    ItemImpl, Lit, Stmt, Type,
};

use crate::Error;

/// The subcommand of one operation.
#[derive(Default)]
pub(crate) struct Command {
    /// Summary and description.
    pub(crate) about: Option<String>,
    pub(crate) flags: Vec<Flag>,
    /// Whether the whole body can be given, too.
    pub(crate) body: bool,
}

/// A flag of a subcommand.
pub(crate) struct Flag {
    /// Without the dashes before it.
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) need: Need,
    pub(crate) help: Option<String>,
    pub(crate) goes: Goes,
}

/// Whether a flag must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Optional,
    Required,
    /// Required where the whole body is not given.
    UnlessBody,
}

/// Where the value of a flag goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Goes {
    /// To the parameter of this setter.
    Parameter(Ident),
    /// To the property of the body that this field stands for.
    Property(Ident),
}

/// The flag for the whole body.
const BODY: &str = "json-body";

/// Methods of progenitor's `Cli` that are of no one operation.
const SHARED: [&str; 3] = ["new", "get_command", "execute"];

/// Reads the subcommands, by the ids of their operations.
pub(crate) fn read(file: File) -> Result<BTreeMap<String, Command>, Error> {
    let mut commands = BTreeMap::new();
    let mut executions = BTreeMap::new();
    for item in file.items {
        match item {
            Item::Impl(block) if is_of(&block, "Cli") => {
                for item in block.items {
                    let ImplItem::Fn(method) = item else {
                        return Err(Error::unknown_output("an odd item in `impl Cli`"));
                    };
                    let name = method.sig.ident.to_string();
                    if SHARED.contains(&name.as_str()) {
                        continue;
                    }
                    if let Some(id) = name.strip_prefix("cli_") {
                        commands.insert(id.to_owned(), method);
                    } else if let Some(id) = name.strip_prefix("execute_") {
                        executions.insert(id.to_owned(), method);
                    } else {
                        return Err(unknown(format_args!("the method `{name}`")));
                    }
                }
            }
            Item::Impl(block) if is_of(&block, "CliCommand") => {}
            Item::Struct(one) if one.ident == "Cli" => {}
            Item::Enum(one) if one.ident == "CliCommand" => {}
            Item::Trait(one) if one.ident == "CliConfig" => {}
            Item::Use(_) => {}
            other => {
                let start: String = quote!(#other).to_string().chars().take(80).collect();
                return Err(unknown(format_args!("the item `{start}`")));
            }
        }
    }
    let read = commands.into_iter().map(|(id, method)| {
        let execution = executions
            .remove(&id)
            .ok_or_else(|| unknown(format_args!("`{id}` with nothing that executes it")))?;
        let command = command(&method, &execution)?;
        Ok((id, command))
    });
    read.collect()
}

fn unknown(what: impl std::fmt::Display) -> Error {
    Error::unknown_output(format_args!("{what} in its command line"))
}

fn is_of(block: &ItemImpl, name: &str) -> bool {
    block.trait_.is_none() && crate::outline::last_is(&block.self_ty, name)
}

fn command(method: &ImplItemFn, execution: &ImplItemFn) -> Result<Command, Error> {
    let mut values = Values::default();
    values.visit_impl_item_fn(execution);
    let Some(Stmt::Expr(built, None)) = method.block.stmts.last() else {
        return Err(unknown(format_args!(
            "a `{}` without an end",
            method.sig.ident
        )));
    };
    let mut command = Command::default();
    for call in chain(built, "Command")?.1 {
        let argument = call.args.first();
        match (call.method.to_string().as_str(), argument) {
            ("about", Some(text)) => command.about = literal(text),
            ("arg", Some(argument)) => match flag(argument, &mut values)? {
                Some(flag) => command.flags.push(flag),
                None => command.body = true,
            },
            (other, _) => return Err(unknown(format_args!("a command's `{other}`"))),
        }
    }
    if let Some((name, _)) = values.0.iter().find(|(name, _)| *name != BODY) {
        return Err(unknown(format_args!(
            "a value of `{name}`, which is no flag,"
        )));
    }
    Ok(command)
}

/// A flag; `None` for those of the whole body.
fn flag(expression: &Expr, values: &mut Values) -> Result<Option<Flag>, Error> {
    let (name, calls) = chain(expression, "Arg")?;
    let (mut need, mut help, mut of_body) = (Need::Optional, None, false);
    for call in calls {
        let argument = call.args.first();
        match (call.method.to_string().as_str(), argument) {
            ("long", Some(long)) if literal(long).as_ref() == Some(&name) => {}
            // What it parses is known by the type of what is taken out.
            ("value_parser", Some(_)) => {}
            // These are on the flags of the whole body alone.
            ("value_name" | "action", Some(_)) => of_body = true,
            ("help", Some(text)) => help = literal(text),
            (
                "required",
                Some(Expr::Lit(syn::ExprLit {
                    lit: Lit::Bool(yes),
                    ..
                })),
            ) => {
                if yes.value {
                    need = Need::Required;
                }
            }
            ("required_unless_present", Some(other))
                if literal(other).is_some_and(|other| other == BODY) =>
            {
                need = Need::UnlessBody;
            }
            (other, _) => return Err(unknown(format_args!("a flag's `{other}`"))),
        }
    }
    if of_body && name.starts_with(BODY) {
        return Ok(None);
    }
    let (ty, goes) = values
        .0
        .remove(&name)
        .ok_or_else(|| unknown(format_args!("a flag `{name}` whose value goes nowhere")))?;
    Ok(Some(Flag {
        name,
        ty,
        need,
        help: help.filter(|help| !help.trim().is_empty()),
        goes,
    }))
}

/// What a chain of calls begins with, the name in `::clap::Arg::new("name")`, and its calls, from the
/// first to the last.
fn chain<'e>(expression: &'e Expr, of: &str) -> Result<(String, Vec<&'e ExprMethodCall>), Error> {
    let (mut calls, mut rest) = (Vec::new(), expression);
    while let Expr::MethodCall(call) = rest {
        calls.push(call);
        rest = &call.receiver;
    }
    calls.reverse();
    if let Expr::Call(call) = rest
        && let Expr::Path(path) = &*call.func
        && path.path.segments.len() >= 2
        && path
            .path
            .segments
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|it| it.ident == of)
        && let Some(name) = call.args.first().and_then(literal)
    {
        return Ok((name, calls));
    }
    Err(unknown(format_args!("a chain of no `{of}`")))
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(syn::ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The types of the values of flags, and where they go.
#[derive(Default)]
struct Values(BTreeMap<String, (Type, Goes)>);

impl<'ast> Visit<'ast> for Values {
    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        // `if let Some(value) = matches.get_one::<T>("name") { request = request.setter(…); }`
        if let Expr::Let(condition) = &*node.cond
            && let Expr::MethodCall(get) = &*condition.expr
            && get.method == "get_one"
            && let Some(name) = get.args.first().and_then(literal)
            && let Some(GenericArgument::Type(ty)) =
                get.turbofish.as_ref().and_then(|types| types.args.first())
            && let Some(goes) = goes(&node.then_branch)
        {
            // The last of them is the whole body, whose flag a parameter or a property may have taken.
            self.0.entry(name).or_insert((ty.clone(), goes));
        }
        visit::visit_expr_if(self, node);
    }
}

fn goes(block: &Block) -> Option<Goes> {
    let Stmt::Expr(Expr::Assign(assign), _) = block.stmts.last()? else {
        return None;
    };
    let Expr::MethodCall(call) = &*assign.right else {
        return None;
    };
    match call.args.first()? {
        // `request.body_map(|body| { body.property(value.clone()) })`
        Expr::Closure(closure) => {
            let Expr::Block(block) = &*closure.body else {
                return None;
            };
            let Some(Stmt::Expr(Expr::MethodCall(set), None)) = block.block.stmts.last() else {
                return None;
            };
            Some(Goes::Property(set.method.clone()))
        }
        _ => Some(Goes::Parameter(call.method.clone())),
    }
}
