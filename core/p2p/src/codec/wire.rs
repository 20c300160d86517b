//! What every message of the schema can do here.

use super::reader::{self, Reader};
use super::writer::{self, Writer};

/// A message, or a part of one, that has a form on the wire.
pub(super) trait Wire: Sized {
    fn read(reader: &mut Reader<'_>) -> reader::Result<Self>;
    fn write(&self, writer: &mut Writer) -> writer::Result;
}

impl<T: Wire> Wire for Box<T> {
    fn read(reader: &mut Reader<'_>) -> reader::Result<Self> {
        T::read(reader).map(Box::new)
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        T::write(self, writer)
    }
}

/// A part that the schema can leave out but the wire cannot.
pub(super) fn required<'message, T>(
    part: &'message Option<T>,
    name: &'static str,
) -> Result<&'message T, super::EncodeError> {
    part.as_ref().ok_or(super::EncodeError::Missing(name))
}
