//! The table that finds an operation by its name, for the feature `dynamic`.

use proc_macro2::TokenStream;
use quote::quote;

use trackstar_openapi::model::PartType;

use crate::emit::Emitted;
use crate::outline::{Body, Success};
use crate::setters::part_type;

/// The generated module `dynamic`.
pub(crate) fn module(all: &[Emitted<'_>]) -> TokenStream {
    let operations = all.iter().map(|one| {
        let (gate, builder) = (one.gate(), &one.outline.builder);
        quote!(#gate __rt::dynamic::Operation::of(&super::builder::#builder::OPERATION))
    });
    let arms = all.iter().map(arm);
    quote! {
        /// Operations by name.
        #[doc(hidden)]
        pub mod dynamic {
            use super::types;
            use __rt::dynamic::{Answered, Arguments};
            use __rt::Place;

            /// Finds an operation by its name.
            pub static TABLE: __rt::dynamic::Table = __rt::dynamic::Table::new(
                &[#(#operations),*],
                |caller, id, arguments, each| ::std::boxed::Box::pin(call(caller, id, arguments, each)),
            );

            async fn call(
                caller: &__rt::Caller,
                id: &str,
                mut arguments: Arguments,
                each: Option<__rt::dynamic::Each<'_>>,
            ) -> Result<Answered, __rt::Error> {
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
        let place = crate::names::pascal(setter.parameter.location.name());
        quote! {
            if let Some(value) = arguments.take::<#ty>(Place::#place, #wire).map_err(&refuse)? {
                call = call.#name(value);
            }
        }
    });
    let body = one.outline.body.as_ref().map(|body| {
        let ty = match body {
            Body::Typed(ty) => quote!(#ty),
            Body::Raw => quote!(::std::string::String),
        };
        let content = (matches!(body, Body::Raw) && one.uploads()).then(|| {
            quote! {
                if let Some(content) = arguments.take_content() {
                    call = call.body(content);
                }
            }
        });
        quote! {
            #content
            if let Some(value) = arguments.take_body::<#ty>().map_err(&refuse)? {
                call = call.body(value);
            }
        }
    });
    let parts = one.body_parts().iter().zip(&one.parts).map(|(part, name)| {
        let wire = &part.name;
        let files = (part.holds == PartType::Bytes).then(|| {
            quote! {
                for file in arguments.take_files(#wire) {
                    call = call.#name(file);
                }
            }
        });
        let ty = if part.holds == PartType::Bytes {
            quote!(::std::string::String)
        } else {
            let ty = part_type(part);
            quote!(#ty)
        };
        if part.list {
            return quote! {
                #files
                for value in arguments.take_parts::<#ty>(#wire).map_err(&refuse)? {
                    call = call.#name(value);
                }
            };
        }
        quote! {
            #files
            if let Some(value) = arguments.take_part::<#ty>(#wire).map_err(&refuse)? {
                call = call.#name(value);
            }
        }
    });
    let listed = if one.page_token.is_some() {
        quote!(__rt::dynamic::all(call.pages(), each).await)
    } else {
        // Before anything is sent.
        quote!({
            let _ = each;
            Err(__rt::dynamic::no_list(caller, &super::builder::#builder::OPERATION))
        })
    };
    let answer = if matches!(one.outline.success, Success::Bytes) {
        quote!(text)
    } else {
        quote!(one)
    };
    // In a box each, so that the future of one call is not as large as that of all operations.
    quote! {
        #gate
        #id => Box::pin(async move {
            let refuse = __rt::dynamic::refusal(caller, &super::builder::#builder::OPERATION);
            let mut call = super::builder::#builder::new(caller);
            #(#setters)*
            #body
            #(#parts)*
            arguments.finish(&super::builder::#builder::OPERATION).map_err(&refuse)?;
            if let Some(each) = each {
                return #listed;
            }
            __rt::dynamic::#answer(caller, &super::builder::#builder::OPERATION, call.send().await?)
        }).await,
    }
}
