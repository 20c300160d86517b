//! Objects, lists of them, and objects by name, each read as it comes, so that
//! the memory does not depend on how much there is.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Object, OtherFields};

/// Reads one object.
pub(crate) fn read_object<T: Object>(text: &RawValue) -> Result<T, serde_json::Error> {
    let mut object = T::default();
    let mut other = OtherFields::default();
    each_field(text, |name, value| {
        if !object.field(name, value) {
            other.keep(name, value);
        }
        Ok(())
    })?;
    object.set_other(other);
    Ok(object)
}

/// Reads a list of at most `most` objects.
pub(crate) fn read_objects<T: Object>(
    text: &RawValue,
    most: usize,
) -> Result<Vec<T>, serde_json::Error> {
    let mut objects = Vec::new();
    let list = EachItem(|item: &RawValue| {
        if objects.len() == most {
            return Err(serde_json::Error::custom(too_many(most)));
        }
        objects.push(read_object(item)?);
        Ok(())
    });
    serde_json::Deserializer::from_str(text.get()).deserialize_seq(list)?;
    Ok(objects)
}

/// Reads an object whose fields are objects of one kind, at most `most`, each
/// by a name that `named` takes. What is no such object, or has a name that is
/// not taken, goes to `other`.
pub(crate) fn read_named<T: Object>(
    text: &RawValue,
    most: usize,
    other: &mut OtherFields,
    named: impl Fn(&mut T, &str) -> bool,
) -> Result<Vec<T>, serde_json::Error> {
    let mut objects = Vec::new();
    each_field(text, |name, value| {
        let object = read_object(value)
            .ok()
            .and_then(|mut object: T| named(&mut object, name).then_some(object));
        match object {
            Some(_) if objects.len() == most => {
                return Err(serde_json::Error::custom(too_many(most)));
            }
            Some(object) => objects.push(object),
            None => other.keep(name, value),
        }
        Ok(())
    })?;
    Ok(objects)
}

/// Hands out the fields of an object, in their order.
pub(crate) fn each_field(
    text: &RawValue,
    take: impl FnMut(&str, &RawValue) -> Result<(), serde_json::Error>,
) -> Result<(), serde_json::Error> {
    serde_json::Deserializer::from_str(text.get()).deserialize_map(EachField(take))
}

fn too_many(most: usize) -> String {
    format!("more than {most} entries")
}

/// A field's name, copied only where it is escaped.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct EachField<F>(F);

impl<'de, F: FnMut(&str, &RawValue) -> Result<(), serde_json::Error>> Visitor<'de>
    for EachField<F>
{
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, value)) = map.next_entry::<Name<'de>, &RawValue>()? {
            (self.0)(&name.0, value).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

struct EachItem<F>(F);

impl<'de, F: FnMut(&RawValue) -> Result<(), serde_json::Error>> Visitor<'de> for EachItem<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element::<&RawValue>()? {
            (self.0)(item).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}
