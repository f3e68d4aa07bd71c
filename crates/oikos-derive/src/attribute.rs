//! The expansion of `#[derive(Attribute)]`.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Data, DataEnum, DataStruct, DeriveInput, Error, Expr, Ident, LitInt, LitStr, Member, Path,
};

/// What `#[attribute(…)]` says.
#[derive(Default)]
struct Options {
    kind: Option<Path>,
    name: Option<LitStr>,
    version: Option<LitInt>,
    newborn: Option<Expr>,
}

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "an attribute has no type parameters",
        ));
    }
    let options = options(input)?;
    let engine = engine_path()?;
    let field = match &input.data {
        Data::Struct(data) => struct_field(&engine, &input.ident, data),
        Data::Enum(data) => enum_field(&engine, &input.ident, data)?,
        Data::Union(_) => return Err(Error::new_spanned(input, "a union cannot be an attribute")),
    };
    let attribute = attribute_impl(&engine, input, &options)?;
    Ok(quote! { #field #attribute })
}

fn options(input: &DeriveInput) -> syn::Result<Options> {
    let mut options = Options::default();
    for attr in input
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("attribute"))
    {
        attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("kind") {
                options.kind = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("name") {
                options.name = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("version") {
                options.version = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("newborn") {
                options.newborn = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("expected `kind`, `name`, `version` or `newborn`"));
            }
            Ok(())
        })?;
    }
    Ok(options)
}

fn attribute_impl(
    engine: &TokenStream,
    input: &DeriveInput,
    options: &Options,
) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let kind = match &options.kind {
        Some(kind) => quote!(#kind),
        None => {
            let world = world_path().ok_or_else(|| {
                Error::new_spanned(ident, "say whose attribute it is: `#[attribute(kind = …)]`")
            })?;
            quote!(#world::Person)
        }
    };
    let name = match &options.name {
        Some(name) => quote!(#name),
        None => quote!(concat!(env!("CARGO_PKG_NAME"), ".", stringify!(#ident))),
    };
    let version = options
        .version
        .as_ref()
        .map_or_else(|| quote!(1), |version| quote!(#version));
    let newborn = match &options.newborn {
        Some(newborn) => quote!(#newborn),
        None => quote!(<Self as ::core::default::Default>::default()),
    };
    let fields = field_infos(engine, input);
    Ok(quote! {
        impl #engine::Attribute for #ident {
            type Kind = #kind;
            const NAME: &'static str = #name;
            const VERSION: u32 = #version;
            const FIELDS: &'static [#engine::FieldInfo] = &[#fields];
            fn newborn() -> Self {
                #newborn
            }
        }
    })
}

fn field_infos(engine: &TokenStream, input: &DeriveInput) -> TokenStream {
    match &input.data {
        Data::Struct(data) => data
            .fields
            .members()
            .zip(&data.fields)
            .map(|(member, field)| {
                let name = member_name(&member);
                let ty = &field.ty;
                quote! {
                    #engine::FieldInfo { name: #name, bytes: <#ty as #engine::Field>::BYTES },
                }
            })
            .collect(),
        _ => quote! { #engine::FieldInfo { name: "variant", bytes: 1 } },
    }
}

fn member_name(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

fn struct_field(engine: &TokenStream, ident: &Ident, data: &DataStruct) -> TokenStream {
    let types: Vec<_> = data.fields.iter().map(|field| &field.ty).collect();
    let members: Vec<_> = data.fields.members().collect();
    quote! {
        impl #engine::Field for #ident {
            const BYTES: usize = 0 #(+ <#types as #engine::Field>::BYTES)*;
            #[inline]
            #[allow(unused_variables, unused_assignments, reason = "a struct may have no fields")]
            fn put(self, out: &mut [u8]) {
                let mut start = 0;
                #(
                    let end = start + <#types as #engine::Field>::BYTES;
                    #engine::Field::put(self.#members, &mut out[start..end]);
                    start = end;
                )*
            }
            #[inline]
            #[allow(unused_variables, unused_assignments, unused_mut, reason = "a struct may have no fields")]
            fn take(bytes: &[u8]) -> ::core::option::Option<Self> {
                if bytes.len() != <Self as #engine::Field>::BYTES {
                    return ::core::option::Option::None;
                }
                let mut rest = bytes;
                ::core::option::Option::Some(Self {
                    #(
                        #members: {
                            let (head, tail) =
                                rest.split_at(<#types as #engine::Field>::BYTES);
                            rest = tail;
                            <#types as #engine::Field>::take(head)?
                        },
                    )*
                })
            }
        }
    }
}

fn enum_field(engine: &TokenStream, ident: &Ident, data: &DataEnum) -> syn::Result<TokenStream> {
    if let Some(full) = data
        .variants
        .iter()
        .find(|variant| !variant.fields.is_empty())
    {
        return Err(Error::new_spanned(
            full,
            "a variant of an attribute holds nothing",
        ));
    }
    if data.variants.is_empty() || data.variants.len() > 256 {
        return Err(Error::new_spanned(
            ident,
            "an attribute has between 1 and 256 variants",
        ));
    }
    let variants: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    let numbers: Vec<_> = (0..variants.len()).map(|number| number as u8).collect();
    Ok(quote! {
        impl #engine::Field for #ident {
            const BYTES: usize = 1;
            #[inline]
            fn put(self, out: &mut [u8]) {
                out[0] = match self { #(Self::#variants => #numbers,)* };
            }
            #[inline]
            fn take(bytes: &[u8]) -> ::core::option::Option<Self> {
                match bytes {
                    #([#numbers] => ::core::option::Option::Some(Self::#variants),)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}

/// The path to the engine: through the facade for users, directly for the crates below it.
fn engine_path() -> syn::Result<TokenStream> {
    if let Some(engine) = path_to("oikos-engine") {
        return Ok(engine);
    }
    path_to("oikos")
        .map(|oikos| quote!(#oikos::engine))
        .ok_or_else(|| {
            Error::new(
                Span::call_site(),
                "`oikos` or `oikos-engine` must be a dependency of this crate",
            )
        })
}

fn world_path() -> Option<TokenStream> {
    path_to("oikos-world").or_else(|| path_to("oikos").map(|oikos| quote!(#oikos::world)))
}

/// Inside a crate of its own name the path is the same as outside: each of ours says
/// `extern crate self as …`.
fn path_to(package: &str) -> Option<TokenStream> {
    let name = match crate_name(package).ok()? {
        FoundCrate::Itself => package.replace('-', "_"),
        FoundCrate::Name(name) => name,
    };
    let ident = Ident::new(&name, Span::call_site());
    Some(quote!(::#ident))
}
