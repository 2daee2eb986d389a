//! The pass over one operation's `send`: from progenitor's run-time half to the crate's transport.
//!
//! progenitor's `send` builds a request, runs three hooks around it and matches on the status. What
//! remains of it: building the request, one call of the transport, and the match. The transport
//! answers with the body already read, so that status, headers and body are at hand whatever
//! becomes of the decoding.

use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall, Ident, ImplItemFn, Local, Pat, Stmt, parse_quote};

use crate::Error;
use crate::expressions::Expressions;
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
