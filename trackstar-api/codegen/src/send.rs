//! The pass over one operation's `send`: from progenitor's run-time half to the crate's transport.
//!
//! progenitor's `send` builds a request, runs three hooks around it and matches on the status. What
//! remains of it: building the request, one call of the transport, and the match. The transport
//! answers with the body already read, so that status, headers and body are at hand whatever
//! becomes of the decoding.

use proc_macro2::TokenTree;
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, File, Ident, ImplItemFn, Local, Pat, Stmt, parse_quote};

use crate::Error;
use crate::facade::Receiver;
use crate::operations::{Operation, Operations};

/// Rewrites `send` and answers whose method the operation is.
pub(crate) fn rewrite(method: &mut ImplItemFn, operations: &Operations) -> Result<Receiver, Error> {
    let mut finder = Finder::default();
    finder.visit_impl_item_fn(method);
    let (Some(id), Some(client)) = (finder.operation_id, finder.client) else {
        return Err(Error::unknown_output(
            "a `send` that names no operation or no client",
        ));
    };
    let operation = operations.get(&id)?;

    let mut expressions = Expressions {
        client: client.clone(),
        drop_headers: drop_api_version(&mut method.block.stmts),
        query: Vec::new(),
    };
    expressions.visit_signature_mut(&mut method.sig);
    expressions.visit_block_mut(&mut method.block);
    let query = std::mem::take(&mut expressions.query);
    let statements = &mut method.block.stmts;
    append_query(statements, query, operation)?;
    replace_hooks(statements, &client)?;
    statements.insert(0, constant(&id, operation));
    Ok(if operation.needs_token {
        Receiver::Connection
    } else {
        Receiver::Client
    })
}

/// Finds the operation's id and the name of the variable that holds the client.
#[derive(Default)]
struct Finder {
    operation_id: Option<String>,
    client: Option<Ident>,
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        if node.path.is_ident("OperationInfo") {
            for field in &node.fields {
                if let Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) = &field.expr
                {
                    self.operation_id = Some(text.value());
                }
            }
        }
        visit::visit_expr_struct(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
        if node.method == "pre"
            && let Expr::Path(path) = &*node.receiver
        {
            self.client = path.path.get_ident().cloned();
        }
        visit::visit_expr_method_call(self, node);
    }
}

/// Whether `method` is called on the variable `on` somewhere in `statement`.
fn calls(statement: &Stmt, on: &Ident, method: &str) -> bool {
    struct Calls<'a>(&'a Ident, &'a str, bool);
    impl<'ast> Visit<'ast> for Calls<'_> {
        fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
            let on_it = matches!(&*node.receiver, Expr::Path(path) if path.path.is_ident(self.0));
            self.2 |= on_it && node.method == self.1;
            visit::visit_expr_method_call(self, node);
        }
    }
    let mut calls = Calls(on, method, false);
    calls.visit_stmt(statement);
    calls.2
}

/// Whether `statement` says `name` anywhere, as an identifier.
fn mentions(statement: impl ToTokens, name: &str) -> bool {
    struct Mentions<'a>(&'a str, bool);
    impl<'ast> Visit<'ast> for Mentions<'_> {
        fn visit_ident(&mut self, node: &'ast Ident) {
            self.1 |= node == self.0;
        }
    }
    let mut mentions = Mentions(name, false);
    if let Ok(statement) = syn::parse2::<Stmt>(statement.to_token_stream()) {
        mentions.visit_stmt(&statement);
    }
    mentions.1
}

/// Removes the `api-version` header, which the API never asked for. Answers whether no other
/// header is left, in which case the empty header map goes too.
fn drop_api_version(statements: &mut Vec<Stmt>) -> bool {
    statements.retain(|statement| !mentions(statement, "api_version"));
    let map: Ident = parse_quote!(header_map);
    if statements
        .iter()
        .any(|statement| calls(statement, &map, "append"))
    {
        return false;
    }
    statements.retain(|statement| {
        !matches!(statement, Stmt::Local(local) if bound(local).is_some_and(|name| *name == map))
    });
    true
}

/// The name that `let name = …` or `let mut name = …` binds.
fn bound(local: &Local) -> Option<&Ident> {
    match &local.pat {
        Pat::Ident(pattern) => Some(&pattern.ident),
        _ => None,
    }
}

/// What the document says of the operation, for the transport and for errors.
fn constant(id: &str, operation: &Operation) -> Stmt {
    let Operation {
        method,
        path,
        needs_token,
        ..
    } = operation;
    parse_quote! {
        const OPERATION: crate::transport::Operation = crate::transport::Operation {
            id: #id, method: #method, path: #path, needs_token: #needs_token,
        };
    }
}

/// Appends the query parameters to the URL of the request that has been built: progenitor's way
/// needs a feature of reqwest, and knows no lists separated by commas.
fn append_query(
    statements: &mut Vec<Stmt>,
    query: Vec<(Expr, Expr)>,
    operation: &Operation,
) -> Result<(), Error> {
    if query.is_empty() {
        return Ok(());
    }
    let built = statements.iter().position(|statement| {
        matches!(statement, Stmt::Local(local) if local.init.as_ref().is_some_and(|init| {
            let expression = &init.expr;
            quote!(#expression).to_string().contains(". build ()")
        }))
    });
    let request = built.and_then(|at| match &statements[at] {
        Stmt::Local(local) => bound(local).cloned().map(|name| (at, name)),
        _ => None,
    });
    let (at, request) =
        request.ok_or_else(|| Error::unknown_output("a query without a built request"))?;
    let appended = query.into_iter().map(|(name, value)| -> Stmt {
        let text = match &name {
            Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => text.value(),
            _ => String::new(),
        };
        let commas = operation.comma_separated.contains(&text);
        parse_quote! {
            crate::parameters::append(&mut #request, &OPERATION, #name, #value, #commas)?;
        }
    });
    statements.splice(at + 1..=at, appended);
    Ok(())
}

/// Replaces the description of the operation and the three hooks by one call of the transport:
/// `pre`, `exec`, `post` and `let response = result?` become `let response = …execute(…).await?`.
fn replace_hooks(statements: &mut Vec<Stmt>, client: &Ident) -> Result<(), Error> {
    let (mut request, mut response) = (None, None);
    let mut kept = Vec::with_capacity(statements.len());
    for statement in statements.drain(..) {
        if calls(&statement, client, "exec") {
            request = exec_argument(&statement);
        } else if mentions(&statement, "OperationInfo")
            || calls(&statement, client, "pre")
            || calls(&statement, client, "post")
        {
        } else if request.is_some() && response.is_none() {
            // The first statement behind the hooks takes the response out of the result.
            let Stmt::Local(local) = &statement else {
                return Err(Error::unknown_output("no response behind the hooks"));
            };
            let (Some(name), Some(request)) = (bound(local), &request) else {
                return Err(Error::unknown_output("no name for the response"));
            };
            response = Some(name.clone());
            kept.push(parse_quote! {
                let #name = #client.execute(#request, &OPERATION).await?;
            });
        } else {
            kept.push(statement);
        }
    }
    *statements = kept;
    match response {
        Some(_) => Ok(()),
        None => Err(Error::unknown_output("a `send` without the hook `exec`")),
    }
}

/// The request in `client.exec(request, &info)`.
fn exec_argument(statement: &Stmt) -> Option<Expr> {
    struct Argument(Option<Expr>);
    impl<'ast> Visit<'ast> for Argument {
        fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
            if node.method == "exec" {
                self.0 = node.args.first().cloned();
            }
        }
    }
    let mut argument = Argument(None);
    argument.visit_stmt(statement);
    argument.0
}

/// Types and expressions of the run-time half, each put in the crate's terms.
struct Expressions {
    client: Ident,
    drop_headers: bool,
    /// Name and value of each query parameter, in order.
    query: Vec<(Expr, Expr)>,
}

impl Expressions {
    /// `client.baseurl` and `client.client` are methods of the crate's own handle.
    fn field(&self, node: &Expr) -> Option<Expr> {
        let Expr::Field(field) = node else {
            return None;
        };
        let client = &self.client;
        let on_client = matches!(&*field.base, Expr::Path(path) if path.path.is_ident(client));
        match &field.member {
            syn::Member::Named(name) if on_client && name == "baseurl" => {
                Some(parse_quote!(#client.base_url()))
            }
            syn::Member::Named(name) if on_client && name == "client" => {
                Some(parse_quote!(#client.http()))
            }
            _ => None,
        }
    }
}

impl VisitMut for Expressions {
    fn visit_type_path_mut(&mut self, node: &mut syn::TypePath) {
        visit_mut::visit_type_path_mut(self, node);
        if let Some(last) = node.path.segments.last() {
            let arguments = &last.arguments;
            if last.ident == "ResponseValue" {
                *node = parse_quote!(crate::Response #arguments);
            } else if last.ident == "Error" && node.path.segments.len() == 1 {
                *node = parse_quote!(crate::Error);
            }
        }
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        // The URL is written with `format!`, whose arguments are tokens to the syntax tree.
        type Arguments = syn::punctuated::Punctuated<Expr, syn::Token![,]>;
        if let Ok(mut arguments) = node.parse_body_with(Arguments::parse_terminated) {
            arguments
                .iter_mut()
                .for_each(|argument| self.visit_expr_mut(argument));
            node.tokens = arguments.into_token_stream();
        }
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        visit_mut::visit_expr_mut(self, node);
        if let Some(replacement) = self.field(node) {
            *node = replacement;
            return;
        }
        match node {
            Expr::Path(path) => {
                if let Some(replacement) = path_name(&path.path) {
                    *node = replacement;
                }
            }
            Expr::Call(call) if is_named(&call.func, "encode_path") => {
                let value = call.args.first();
                let name = quote!(#value).to_string();
                let name = name
                    .trim_start_matches("& ")
                    .split(' ')
                    .next()
                    .unwrap_or_default();
                *node = parse_quote!(crate::parameters::segment(&OPERATION, #name, #value)?);
            }
            // The transport has read the body already: decoding waits for nothing.
            Expr::Await(waiting) if is_decode(&waiting.base) => {
                *node = (*waiting.base).clone();
            }
            // Whatever keeps a request from being built is told as an invalid request.
            Expr::Try(attempt) if !is_mapped(&attempt.expr) && !is_await(&attempt.expr) => {
                let inner = &attempt.expr;
                *node = parse_quote!(#inner.map_err(crate::Error::unbuildable(&OPERATION))?);
            }
            Expr::MethodCall(call) if self.drop_headers && is_headers(call) => {
                *node = (*call.receiver).clone();
            }
            Expr::MethodCall(call) if call.method == "query" => {
                if let Some(parameter) = call.args.first().and_then(query_parameter) {
                    self.query.push(parameter);
                    *node = (*call.receiver).clone();
                }
            }
            _ => {}
        }
    }
}

/// Name and value in `&progenitor_client::QueryParam::new("limit", &limit)`.
fn query_parameter(argument: &Expr) -> Option<(Expr, Expr)> {
    let Expr::Reference(reference) = argument else {
        return None;
    };
    match &*reference.expr {
        Expr::Call(call) if call.args.len() == 2 => {
            Some((call.args[0].clone(), call.args[1].clone()))
        }
        _ => None,
    }
}

fn is_named(function: &Expr, name: &str) -> bool {
    matches!(function, Expr::Path(path) if path.path.is_ident(name))
}

fn path_name(path: &syn::Path) -> Option<Expr> {
    let names: Vec<String> = path
        .segments
        .iter()
        .map(|one| one.ident.to_string())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["Error", "InvalidRequest"] => {
            Some(parse_quote!(crate::Error::invalid_request(&OPERATION)))
        }
        ["Error", "UnexpectedResponse"] => Some(parse_quote!(crate::Error::refused)),
        ["ResponseValue", "from_response"] => Some(parse_quote!(crate::Response::decode)),
        ["ResponseValue", "empty"] => Some(parse_quote!(crate::Response::empty)),
        _ => None,
    }
}

fn is_decode(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else {
        return false;
    };
    quote!(#call)
        .to_string()
        .starts_with("crate :: Response :: decode")
}

fn is_mapped(expression: &Expr) -> bool {
    matches!(expression, Expr::MethodCall(call) if call.method == "map_err")
}

fn is_await(expression: &Expr) -> bool {
    matches!(expression, Expr::Await(_))
}

fn is_headers(call: &ExprMethodCall) -> bool {
    call.method == "headers"
        && call.args.len() == 1
        && matches!(&call.args[0], Expr::Path(path) if path.path.is_ident("header_map"))
}

/// Fails when anything of progenitor's run-time half is still named: better here, with a name,
/// than as a compile error in generated code.
pub(crate) fn refuse_leftovers(file: &File) -> Result<(), Error> {
    struct Leftovers(Option<String>);
    impl<'ast> Visit<'ast> for Leftovers {
        fn visit_macro(&mut self, node: &'ast syn::Macro) {
            // To the syntax tree the arguments of a macro are tokens.
            let mut streams = vec![node.tokens.clone()];
            while let Some(stream) = streams.pop() {
                for token in stream {
                    match token {
                        TokenTree::Ident(name) => self.visit_ident(&name),
                        TokenTree::Group(group) => streams.push(group.stream()),
                        _ => {}
                    }
                }
            }
        }

        fn visit_ident(&mut self, node: &Ident) {
            const FOREIGN: [&str; 10] = [
                "progenitor_client",
                "ClientInfo",
                "ClientHooks",
                "OperationInfo",
                "ResponseValue",
                "ErrorResponse",
                "ByteStream",
                "encode_path",
                "form_urlencoded",
                "api_version",
            ];
            if FOREIGN.iter().any(|foreign| node == foreign) {
                self.0.get_or_insert_with(|| node.to_string());
            }
        }
    }
    let mut leftovers = Leftovers(None);
    for item in &file.items {
        // The types come from the document alone, and may be called anything.
        if !matches!(item, syn::Item::Mod(module) if module.ident == "types") {
            leftovers.visit_item(item);
        }
    }
    match leftovers.0 {
        Some(name) => Err(Error::unknown_output(format_args!("a use of `{name}`"))),
        None => Ok(()),
    }
}
