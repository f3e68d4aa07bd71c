//! Attributes: what each member of a kind has one of, and how it becomes bytes.

use oikos_core::{Currency, Date, Money, Prob, Quantity, StableId, Tick};

use crate::kind::Kind;

/// A value of fixed size inside an [`Attribute`].
///
/// The bytes are what a snapshot holds and what the digest reads (in words of four, the last one
/// padded with zeros), so two values that differ must differ in their bytes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an attribute",
    note = "a field is an integer, a float, a bool, an id (that of an account in an `IdField`), money, a date, or \
            a type for which you implement `Field`"
)]
pub trait Field: Copy + Send + Sync + 'static {
    /// Length in bytes.
    const BYTES: usize;
    /// Writes the value, little endian, into exactly [`Self::BYTES`] bytes.
    fn put(self, out: &mut [u8]);
    /// Reads a value back; `None` when the bytes are none of this type.
    fn take(bytes: &[u8]) -> Option<Self>;
}

/// Name and length of one field, as the registry lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// The field's name in the struct; `0`, `1`, … in a tuple struct.
    pub name: &'static str,
    /// Length in bytes.
    pub bytes: usize,
}

/// A column's value: something each member of a kind has exactly one of.
///
/// Derive it:
///
/// ```
/// # use oikos_engine::Attribute;
/// # oikos_engine::kind! {
/// #     /// A tree.
/// #     pub Tree, TreeId = "tree";
/// # }
/// /// Height in millimetres.
/// #[derive(Attribute, Clone, Copy, Default)]
/// #[attribute(kind = Tree)]
/// struct Height(u32);
/// assert_eq!(Height::FIELDS[0].bytes, 4);
/// ```
///
/// Options: `kind = Type` (people where it is left out), `name = "…"` (`crate.Type` where it is
/// left out), `version = N` (1), `newborn = expression` (`Default::default()`): the value of a
/// newborn, of an immigrant and of members from before the attribute existed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an attribute",
    note = "add `#[derive(Attribute)]`, and register it with `app.attribute::<{Self}>()`"
)]
pub trait Attribute: Field {
    /// Whose attribute it is.
    type Kind: Kind;
    /// The name under which it is saved.
    const NAME: &'static str;
    /// The version of its meaning; raise it when the fields change.
    const VERSION: u32;
    /// The fields, in the order of their bytes.
    const FIELDS: &'static [FieldInfo];
    /// The value of a member that has just come into being.
    fn newborn() -> Self;
}

macro_rules! number_field {
    ($($number:ty),*) => {$(
        impl Field for $number {
            const BYTES: usize = size_of::<$number>();
            #[inline]
            fn put(self, out: &mut [u8]) {
                out.copy_from_slice(&self.to_le_bytes());
            }
            #[inline]
            fn take(bytes: &[u8]) -> Option<Self> {
                Some(Self::from_le_bytes(bytes.try_into().ok()?))
            }
        }
    )*};
}
number_field!(u8, u16, u32, u64, i8, i16, i32, i64);

macro_rules! float_field {
    ($($number:ty),*) => {$(
        /// Floats are for host-only behaviour (C4). NaN is no value.
        impl Field for $number {
            const BYTES: usize = size_of::<$number>();
            #[inline]
            fn put(self, out: &mut [u8]) {
                out.copy_from_slice(&self.to_le_bytes());
            }
            #[inline]
            fn take(bytes: &[u8]) -> Option<Self> {
                let value = Self::from_le_bytes(bytes.try_into().ok()?);
                (!value.is_nan()).then_some(value)
            }
        }
    )*};
}
float_field!(f32, f64);

impl Field for bool {
    const BYTES: usize = 1;
    #[inline]
    fn put(self, out: &mut [u8]) {
        u8::from(self).put(out);
    }
    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

impl Field for Date {
    const BYTES: usize = 4;
    #[inline]
    fn put(self, out: &mut [u8]) {
        self.days().put(out);
    }
    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        Date::from_days(i32::take(bytes)?).ok()
    }
}

impl Field for Tick {
    const BYTES: usize = 4;
    #[inline]
    fn put(self, out: &mut [u8]) {
        self.index().put(out);
    }
    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        u32::take(bytes).map(Tick::new)
    }
}

impl Field for Prob {
    const BYTES: usize = 8;
    #[inline]
    fn put(self, out: &mut [u8]) {
        self.threshold().put(out);
    }
    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        u64::take(bytes).map(Prob::from_threshold)
    }
}

/// Nothing: what a relation holds that says no more than that it is there.
impl Field for () {
    const BYTES: usize = 0;
    #[inline]
    fn put(self, _out: &mut [u8]) {}
    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        bytes.is_empty().then_some(())
    }
}

impl<F: Field, const N: usize> Field for [F; N] {
    const BYTES: usize = F::BYTES * N;
    #[inline]
    fn put(self, out: &mut [u8]) {
        for (place, value) in self.into_iter().enumerate() {
            value.put(&mut out[place * F::BYTES..(place + 1) * F::BYTES]);
        }
    }
    fn take(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::BYTES {
            return None;
        }
        let cell = |place| F::take(&bytes[place * F::BYTES..(place + 1) * F::BYTES]);
        let values: Vec<F> = (0..N).map(cell).collect::<Option<_>>()?;
        values.try_into().ok()
    }
}

/// An id that is not of a kind of the society, such as that of an account, as a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdField<I>(pub I);

impl<I: StableId> Field for IdField<I> {
    const BYTES: usize = 8;
    #[inline]
    fn put(self, out: &mut [u8]) {
        self.0.get().put(out);
    }
    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        take_id(bytes).map(Self)
    }
}

/// A tag byte, then the value or zeros.
impl<F: Field> Field for Option<F> {
    const BYTES: usize = 1 + F::BYTES;
    fn put(self, out: &mut [u8]) {
        let Some((tag, rest)) = out.split_first_mut() else {
            return;
        };
        *tag = u8::from(self.is_some());
        match self {
            Some(value) => value.put(rest),
            None => rest.fill(0),
        }
    }
    fn take(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (0, rest) => rest.iter().all(|byte| *byte == 0).then_some(None),
            (1, rest) => F::take(rest).map(Some),
            _ => None,
        }
    }
}

impl Field for Currency {
    const BYTES: usize = 2;
    fn put(self, out: &mut [u8]) {
        self.0.put(out);
    }
    fn take(bytes: &[u8]) -> Option<Self> {
        u16::take(bytes).map(Currency)
    }
}

impl Field for Money {
    const BYTES: usize = 10;
    fn put(self, out: &mut [u8]) {
        let (minor, currency) = out.split_at_mut(8);
        self.minor.put(minor);
        self.currency.put(currency);
    }
    fn take(bytes: &[u8]) -> Option<Self> {
        let (minor, currency) = bytes.split_at_checked(8)?;
        Some(Money {
            minor: i64::take(minor)?,
            currency: Currency::take(currency)?,
        })
    }
}

impl Field for Quantity {
    const BYTES: usize = 8;
    fn put(self, out: &mut [u8]) {
        self.0.put(out);
    }
    fn take(bytes: &[u8]) -> Option<Self> {
        i64::take(bytes).map(Quantity)
    }
}

/// Reads a stable id from its eight bytes; ids that break their bound are no value.
#[doc(hidden)]
pub fn take_id<I: StableId>(bytes: &[u8]) -> Option<I> {
    u64::take(bytes).and_then(|raw| I::new(raw).ok())
}
