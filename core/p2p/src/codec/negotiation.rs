//! `feature` (BIP434): what a peer supports, told before `verack`.

use bytes::Bytes;
use peer_observer_event::Feature;

use super::error::{DecodeError, Problem};
use super::reader::{Reader, Result};
use super::wire::Wire;
use super::writer::{self, Writer};

/// Core disconnects on shorter ids.
const MIN_FEATURE_ID_BYTES: usize = 4;
/// Core's MAX_FEATUREID_LENGTH.
const MAX_FEATURE_ID_BYTES: usize = 80;
/// Core's MAX_FEATUREDATA_LENGTH.
const MAX_FEATURE_DATA_BYTES: usize = 512;

impl Wire for Feature {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let id = reader.limited("feature id", MAX_FEATURE_ID_BYTES)?;
        if id.len() < MIN_FEATURE_ID_BYTES {
            let length = id.len();
            let limit = MIN_FEATURE_ID_BYTES;
            let problem = Problem::TooShort {
                field: "feature id",
                length,
                limit,
            };
            return Err(DecodeError { problem, offset: 0 });
        }
        let data = reader.limited("feature data", MAX_FEATURE_DATA_BYTES)?;
        Ok(Feature {
            feature_id: String::from_utf8_lossy(id).into_owned(),
            feature_data: Bytes::copy_from_slice(data),
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.limited(
            "feature id",
            MAX_FEATURE_ID_BYTES,
            self.feature_id.as_bytes(),
        )?;
        writer.limited("feature data", MAX_FEATURE_DATA_BYTES, &self.feature_data)
    }
}
