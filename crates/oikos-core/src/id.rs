//! Stable identities: numbers that name one person, firm or place for ever.
//!
//! An id is dense from 0 within its kind, never reused, and below 2⁵³ so that every table reader
//! (JSON, Python, R, Julia) holds it exactly. State stores ids, never rows or entities.
//!
//! ```
//! use oikos_core::{StableId, id_type};
//!
//! id_type! {
//!     /// A place where people meet.
//!     pub struct PlaceId: "place";
//! }
//! let place = PlaceId::new(12)?;
//! assert_eq!(place.get(), 12);
//! assert_eq!(place.to_string(), "place#12");
//! # Ok::<(), oikos_core::CoreError>(())
//! ```

use core::fmt::{Debug, Display};
use core::hash::Hash;

use crate::CoreError;

/// An identity that is never reused. Implemented by the types that [`id_type!`](crate::id_type)
/// makes.
pub trait StableId:
    Copy + Eq + Ord + Hash + Debug + Display + Send + Sync + Sized + 'static
{
    /// The word for what this names, in the singular: "person".
    const KIND: &'static str;

    /// The largest number that an id may have: 2⁵³ − 1, the last integer below which an `f64`
    /// skips none.
    const MAX: u64 = (1 << 53) - 1;

    /// The lowest id.
    const FIRST: Self;

    /// The highest id.
    const LAST: Self;

    /// The id with this number, 0 to [`MAX`](Self::MAX).
    ///
    /// # Errors
    ///
    /// [`CoreError::IdTooLarge`] above [`MAX`](Self::MAX).
    fn new(raw: u64) -> Result<Self, CoreError>;

    /// The number of this id.
    fn get(self) -> u64;
}

/// Makes types of stable identity, each with the word that names its kind.
///
/// A type is `Copy`, ordered by number, prints as `person#12`, serialises as a plain `u64` and
/// refuses numbers above [`StableId::MAX`](crate::StableId::MAX) when it is read back. Attributes,
/// further derives included, are passed on.
#[macro_export]
macro_rules! id_type {
    ($($(#[$attribute:meta])* $visibility:vis struct $name:ident: $kind:literal;)+) => {$(
        $(#[$attribute])*
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        // One more than the number, so that `Option` of an id takes no more room than the id.
        $visibility struct $name(::core::num::NonZeroU64);

        impl $crate::StableId for $name {
            const KIND: &'static str = $kind;
            const FIRST: Self = Self(::core::num::NonZeroU64::MIN);
            const LAST: Self = Self(
                ::core::num::NonZeroU64::MIN.saturating_add(<Self as $crate::StableId>::MAX),
            );

            #[inline]
            fn new(raw: u64) -> ::core::result::Result<Self, $crate::CoreError> {
                let max = <Self as $crate::StableId>::MAX;
                if raw > max {
                    return ::core::result::Result::Err($crate::CoreError::IdTooLarge {
                        kind: $kind,
                        raw,
                        max,
                    });
                }
                ::core::result::Result::Ok(Self(
                    ::core::num::NonZeroU64::MIN.saturating_add(raw),
                ))
            }

            #[inline]
            fn get(self) -> u64 {
                self.0.get() - 1
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, out: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(out, "{}#{}", $kind, <Self as $crate::StableId>::get(*self))
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, out: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(self, out)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_u64(<Self as $crate::StableId>::get(*self))
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let raw = <u64 as $crate::serde::Deserialize>::deserialize(deserializer)?;
                <Self as $crate::StableId>::new(raw).map_err($crate::serde::de::Error::custom)
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;

    id_type! {
        /// A person.
        pub(crate) struct PersonId: "person";
        /// A firm.
        pub(crate) struct FirmId: "firm";
    }

    #[test]
    fn prints_its_kind_and_keeps_its_order() {
        let twelve = PersonId::new(12).unwrap();
        assert_eq!(format!("{twelve} {twelve:?}"), "person#12 person#12");
        assert_eq!(FirmId::new(0).unwrap().to_string(), "firm#0");
        assert!(PersonId::FIRST < twelve && twelve < PersonId::LAST);
        assert_eq!(
            (PersonId::FIRST.get(), PersonId::LAST.get()),
            (0, PersonId::MAX)
        );
    }

    #[test]
    fn an_option_of_an_id_takes_no_more_room() {
        assert_eq!(size_of::<Option<PersonId>>(), size_of::<u64>());
    }

    #[test]
    fn refuses_numbers_from_two_to_the_53() {
        let max = PersonId::MAX;
        assert_eq!(max, 9_007_199_254_740_991);
        assert_eq!(PersonId::new(max).unwrap().get(), max);
        assert_eq!(
            PersonId::new(max + 1),
            Err(CoreError::IdTooLarge {
                kind: "person",
                raw: max + 1,
                max
            })
        );
    }

    #[test]
    fn serialises_as_a_number_and_checks_it_when_read() {
        let twelve = PersonId::new(12).unwrap();
        assert_eq!(serde_json::to_string(&twelve).unwrap(), "12");
        assert_eq!(serde_json::from_str::<PersonId>("12").unwrap(), twelve);
        let refused = serde_json::from_str::<PersonId>("9007199254740992").unwrap_err();
        assert!(
            refused
                .to_string()
                .contains("person id 9007199254740992 is above")
        );
    }
}
