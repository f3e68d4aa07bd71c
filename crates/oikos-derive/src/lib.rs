//! Derive macros of Oikos: [`macro@Attribute`].
//!
//! # Invariants
//! - What a derive generates calls public items of `oikos-engine` only, so it could be written by hand.
//! - A mistake in its use is a compile error at the place of the mistake.

mod attribute;

use proc_macro::TokenStream;

/// Derives `oikos_engine::Attribute` and `oikos_engine::Field` for a struct or a plain enum.
///
/// A struct's fields are laid out in their order; each must be a `Field` itself. An enum's variants must
/// hold nothing; they are numbered from 0 in their order.
///
/// `#[attribute(kind = Type, name = "…", version = N, newborn = expression)]`, all optional: `kind` is
/// `oikos_world::Person`, `name` is `crate.Type`, `version` is 1, `newborn` is `Default::default()`.
#[proc_macro_derive(Attribute, attributes(attribute))]
pub fn derive_attribute(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    attribute::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
