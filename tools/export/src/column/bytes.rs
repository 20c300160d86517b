//! Columns of text, words, bytes and hashes.

use bytes::Bytes;
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

use super::kind::HASH_BYTES;
use super::{Column, ColumnType, Maybe};

/// Bytes of any length. They stand one behind the other, so that none has
/// memory of its own.
#[derive(Default)]
pub(crate) struct Blob {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Column for Blob {
    type Value<'a> = &'a [u8];

    const TYPE: ColumnType = ColumnType::Blob;

    fn push(&mut self, value: &[u8]) -> usize {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len());
        value.len() + size_of::<usize>()
    }

    fn write(
        &mut self,
        levels: Option<&[i16]>,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        let mut start = 0;
        let slice = |end| ByteArray::from(bytes.slice(std::mem::replace(&mut start, end)..end));
        let values: Vec<ByteArray> = std::mem::take(&mut self.ends)
            .into_iter()
            .map(slice)
            .collect();
        let writer = writer.typed::<ByteArrayType>();
        writer.write_batch(&values, levels, None)?;
        Ok(())
    }
}

/// Text of any length.
#[derive(Default)]
pub(crate) struct Text(Blob);

impl Column for Text {
    type Value<'a> = &'a str;

    const TYPE: ColumnType = ColumnType::Varchar;

    fn push(&mut self, value: &str) -> usize {
        self.0.push(value.as_bytes())
    }

    fn write(
        &mut self,
        levels: Option<&[i16]>,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        self.0.write(levels, writer)
    }
}

/// One of the words that stand in this program.
#[derive(Default)]
pub(crate) struct Word(Vec<&'static str>);

impl Column for Word {
    type Value<'a> = &'static str;

    const TYPE: ColumnType = ColumnType::Varchar;

    fn push(&mut self, value: &'static str) -> usize {
        self.0.push(value);
        size_of::<&str>()
    }

    fn write(
        &mut self,
        levels: Option<&[i16]>,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        let word = |word: &'static str| ByteArray::from(Bytes::from_static(word.as_bytes()));
        let values: Vec<ByteArray> = std::mem::take(&mut self.0).into_iter().map(word).collect();
        let writer = writer.typed::<ByteArrayType>();
        writer.write_batch(&values, levels, None)?;
        Ok(())
    }
}

/// A hash in the order in which Bitcoin shows it, from the order that it has on
/// the wire. What has not 32 bytes is none.
#[derive(Default)]
pub(crate) struct Hash(Maybe<Shown>);

impl Column for Hash {
    type Value<'a> = &'a [u8];

    const TYPE: ColumnType = Shown::TYPE;
    const OPTIONAL: bool = true;

    fn push(&mut self, value: &[u8]) -> usize {
        self.0.push(value.try_into().ok())
    }

    fn write(
        &mut self,
        levels: Option<&[i16]>,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        self.0.write(levels, writer)
    }
}

/// Hashes, reversed.
#[derive(Default)]
struct Shown(Vec<u8>);

impl Column for Shown {
    type Value<'a> = [u8; HASH_BYTES];

    const TYPE: ColumnType = ColumnType::Hash;

    fn push(&mut self, mut hash: [u8; HASH_BYTES]) -> usize {
        hash.reverse();
        self.0.extend_from_slice(&hash);
        HASH_BYTES
    }

    fn write(
        &mut self,
        levels: Option<&[i16]>,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        let bytes = Bytes::from(std::mem::take(&mut self.0));
        let slice = |start| {
            let hash = bytes.slice(start..start + HASH_BYTES);
            FixedLenByteArray::from(ByteArray::from(hash))
        };
        let values: Vec<FixedLenByteArray> =
            (0..bytes.len()).step_by(HASH_BYTES).map(slice).collect();
        let writer = writer.typed::<FixedLenByteArrayType>();
        writer.write_batch(&values, levels, None)?;
        Ok(())
    }
}
