//! serde's traits for the words of a value: which leaf and which compound becomes what.

use serde::{Serialize, ser};

use super::{Elements, Fields, Refusal, Words};

impl<'a> ser::Serializer for &'a mut Words {
    type Ok = ();
    type Error = Refusal;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Elements<'a>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Refusal> {
        self.push(u32::from(value))
    }

    fn serialize_i8(self, value: i8) -> Result<(), Refusal> {
        self.serialize_i32(i32::from(value))
    }

    fn serialize_i16(self, value: i16) -> Result<(), Refusal> {
        self.serialize_i32(i32::from(value))
    }

    fn serialize_i32(self, value: i32) -> Result<(), Refusal> {
        self.push(value as u32)
    }

    fn serialize_i64(self, value: i64) -> Result<(), Refusal> {
        self.push_wide(value as u64)
    }

    fn serialize_i128(self, value: i128) -> Result<(), Refusal> {
        self.serialize_u128(value as u128)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Refusal> {
        self.push(u32::from(value))
    }

    fn serialize_u16(self, value: u16) -> Result<(), Refusal> {
        self.push(u32::from(value))
    }

    fn serialize_u32(self, value: u32) -> Result<(), Refusal> {
        self.push(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), Refusal> {
        self.push_wide(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), Refusal> {
        self.push_wide(value as u64)?;
        self.push_wide((value >> 64) as u64)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Refusal> {
        if value.is_nan() {
            return Err(Refusal::Nan { leaf: self.count });
        }
        self.push(value.to_bits())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Refusal> {
        if value.is_nan() {
            return Err(Refusal::Nan { leaf: self.count });
        }
        self.push_wide(value.to_bits())
    }

    fn serialize_char(self, value: char) -> Result<(), Refusal> {
        self.push(u32::from(value))
    }

    fn serialize_str(self, value: &str) -> Result<(), Refusal> {
        self.push_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Refusal> {
        self.push_bytes(value)
    }

    fn serialize_none(self) -> Result<(), Refusal> {
        self.push(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refusal> {
        self.push(1)?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refusal> {
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Refusal> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        index: u32,
        _variant: &'static str,
    ) -> Result<(), Refusal> {
        self.push(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        index: u32,
        _variant: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        self.push(index)?;
        value.serialize(self)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Elements<'a>, Refusal> {
        Elements::begin(self)
    }

    fn serialize_tuple(self, _length: usize) -> Result<Elements<'a>, Refusal> {
        Elements::begin(self)
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<Elements<'a>, Refusal> {
        Elements::begin(self)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Elements<'a>, Refusal> {
        self.push(index)?;
        Elements::begin(self)
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Elements<'a>, Refusal> {
        Elements::begin(self)
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Fields<'a>, Refusal> {
        Fields::begin(self)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Fields<'a>, Refusal> {
        self.push(index)?;
        Fields::begin(self)
    }
}

/// Implements a trait of serde whose elements have no names.
macro_rules! elements {
    ($($interface:ident::$method:ident),+) => {$(
        impl ser::$interface for Elements<'_> {
            type Ok = ();
            type Error = Refusal;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
                self.element(value)
            }

            fn end(self) -> Result<(), Refusal> {
                self.finish();
                Ok(())
            }
        }
    )+};
}

elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

impl ser::SerializeMap for Elements<'_> {
    type Ok = ();
    type Error = Refusal;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refusal> {
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        value.serialize(&mut *self.words)
    }

    fn end(self) -> Result<(), Refusal> {
        self.finish();
        Ok(())
    }
}

/// Implements a trait of serde whose fields may be skipped.
macro_rules! fields {
    ($($interface:ident),+) => {$(
        impl ser::$interface for Fields<'_> {
            type Ok = ();
            type Error = Refusal;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _name: &'static str,
                value: &T,
            ) -> Result<(), Refusal> {
                self.field(value)
            }

            fn skip_field(&mut self, _name: &'static str) -> Result<(), Refusal> {
                self.skip()
            }

            fn end(self) -> Result<(), Refusal> {
                self.finish();
                Ok(())
            }
        }
    )+};
}

fields!(SerializeStruct, SerializeStructVariant);
