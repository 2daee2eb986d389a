//! Generates the table that finds an operation by name. Only the conformance driver, whose crate has the module
//! `dynamic`, can compile it.

use proc_macro2::TokenStream;
use quote::quote;

use trackstar_openapi::model::PartType;

use crate::emit::Emitted;
use crate::outline::{Body, Success};
use crate::setters::part_type;

/// Returns the generated module `dynamic`.
pub(crate) fn module(all: &[Emitted<'_>]) -> TokenStream {
    let operations = all.iter().map(|one| {
        let gate = one.gate();
        let (id, method, path) = (&one.outline.id, &one.operation.method, &one.operation.path);
        let (needs_token, paged) = (one.needs_token(), one.page_token.is_some());
        quote! {
            #gate
            crate::dynamic::Operation {
                id: #id, method: #method, path: #path, needs_token: #needs_token, paged: #paged,
            }
        }
    });
    let arms = all.iter().map(arm);
    quote! {
        /// Operations by name.
        #[doc(hidden)]
        pub mod dynamic {
            use super::types;
            use crate::dynamic::{Answered, Arguments};
            use __rt::ParameterLocation;

            /// Finds an operation by its name.
            pub static TABLE: crate::dynamic::Table = crate::dynamic::Table::new(
                &[#(#operations),*],
                |context, id, arguments, each| ::std::boxed::Box::pin(call(context, id, arguments, each)),
            );

            async fn call(
                context: &__rt::CallContext,
                id: &str,
                mut arguments: Arguments,
                each: Option<crate::dynamic::Each<'_>>,
            ) -> Result<Answered, crate::dynamic::Error> {
                match id {
                    #(#arms)*
                    _ => Ok(Answered::Unknown),
                }
            }
        }
    }
}

fn arm(one: &Emitted<'_>) -> TokenStream {
    let (gate, builder, id) = (one.gate(), &one.outline.builder, &one.outline.id);
    let setters = one.setters.iter().map(|setter| {
        let (name, ty, wire) = (&setter.name, &setter.ty, &setter.parameter.name);
        let location = crate::names::pascal(setter.parameter.location.name());
        quote! {
            if let Some(value) = arguments.take::<#ty>(ParameterLocation::#location, #wire)? {
                call = call.#name(value);
            }
        }
    });
    let body = one.outline.body.as_ref().map(|body| {
        let ty = match body {
            Body::Typed(ty) => quote!(#ty),
            Body::Raw => quote!(::std::string::String),
        };
        quote! {
            if let Some(value) = arguments.take_body::<#ty>()? {
                call = call.body(value);
            }
        }
    });
    let parts = one.body_parts().iter().zip(&one.parts).map(|(part, name)| {
        let wire = &part.name;
        let ty = if part.holds == PartType::Bytes {
            quote!(::std::string::String)
        } else {
            let ty = part_type(part);
            quote!(#ty)
        };
        if part.list {
            return quote! {
                for value in arguments.take_parts::<#ty>(#wire)? {
                    call = call.#name(value);
                }
            };
        }
        quote! {
            if let Some(value) = arguments.take_part::<#ty>(#wire)? {
                call = call.#name(value);
            }
        }
    });
    let listed = if one.page_token.is_some() {
        quote!(crate::dynamic::all(call.pages(), each).await)
    } else {
        // Fail before anything is sent.
        quote!({
            let _ = each;
            Err(crate::dynamic::no_list())
        })
    };
    let answer = if matches!(one.outline.success, Success::Bytes) {
        quote!(text)
    } else {
        quote!(one)
    };
    // Box each arm. Otherwise, the future of one call would include those of all operations.
    quote! {
        #gate
        #id => Box::pin(async move {
            let mut call = super::builder::#builder::new(context);
            #(#setters)*
            #body
            #(#parts)*
            arguments.finish()?;
            if let Some(each) = each {
                return #listed;
            }
            crate::dynamic::#answer(call.send().await?)
        }).await,
    }
}
