//! What fields follow each other in a message: the writer's side. A message's
//! shape is found by walking a tree, one step for each field.

use super::limits::MOST_LAYOUT_FIELDS;

include!(concat!(env!("OUT_DIR"), "/message_fields.rs"));

/// The type of a field that holds no message.
pub(super) const NO_TYPE: u16 = u16::MAX;
/// The type of the whole event.
pub(super) const EVENT: u16 = 0;
/// More steps of all types and fields of all shapes than these, together, and
/// the event is not taken apart.
const MOST_STEPS: usize = 1 << 16;

/// One field of a shape, or a run of the same one.
#[derive(Clone, Copy)]
pub(super) struct Field {
    /// Field number and wire type as on the wire.
    pub(super) key: u32,
    /// A run of two or more.
    pub(super) is_run: bool,
    /// The type of the message in it, or [`NO_TYPE`].
    pub(super) child: u16,
}

/// What a message began with.
#[derive(Default)]
struct Step {
    /// The last of these fields; absent before the first.
    field: Option<Field>,
    /// The step without it.
    parent: u32,
    fields: usize,
    /// With one more: its key, and the step.
    next: Vec<(u32, u32)>,
    /// With the same field once more.
    again: Option<u32>,
    /// The number of the shape, where a message has ended here.
    shape: Option<u32>,
}

struct Type {
    steps: Vec<Step>,
    shapes: Vec<Vec<Field>>,
    /// By field number.
    children: Vec<u16>,
}

/// The shapes of all types that a frame has seen.
pub(super) struct Shapes {
    types: Vec<Type>,
    /// Steps made, and fields of shapes.
    used: usize,
    is_full: bool,
}

impl Shapes {
    pub(super) fn new() -> Shapes {
        let mut types: Vec<Type> = (0..TYPES).map(|_| Type::new()).collect();
        for &(of, field, child) in MESSAGE_FIELDS {
            types[usize::from(of)].set_child(field as usize, child);
        }
        Shapes {
            types,
            used: 0,
            is_full: false,
        }
    }

    /// Has an event not been taken apart because there were too many shapes?
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// The type of the message in the field, or [`NO_TYPE`].
    #[inline(always)]
    pub(super) fn child(&self, type_id: u16, key: u32) -> u16 {
        if key & 7 != 2 {
            return NO_TYPE;
        }
        let children = &self.types[usize::from(type_id)].children;
        children
            .get((key >> 3) as usize)
            .copied()
            .unwrap_or(NO_TYPE)
    }

    /// The step after one more field, and whether the field goes on with a run.
    #[inline(always)]
    pub(super) fn step(&mut self, type_id: u16, step: u32, key: u32) -> Option<(u32, bool)> {
        let known = &self.types[usize::from(type_id)].steps[step as usize];
        if let Some(field) = known.field
            && field.key == key
        {
            if field.is_run {
                return Some((step, true));
            }
            return match known.again {
                Some(again) => Some((again, true)),
                None => Some((self.grow(type_id, step, key, true)?, true)),
            };
        }
        match known.next.iter().find(|(next, _)| *next == key) {
            Some((_, next)) => Some((*next, false)),
            None => Some((self.grow(type_id, step, key, false)?, false)),
        }
    }

    #[cold]
    fn grow(&mut self, type_id: u16, step: u32, key: u32, is_run: bool) -> Option<u32> {
        let child = self.child(type_id, key);
        let steps = &mut self.types[usize::from(type_id)].steps;
        let from = &steps[step as usize];
        if from.fields >= MOST_LAYOUT_FIELDS {
            return None;
        }
        if self.used >= MOST_STEPS {
            self.is_full = true;
            return None;
        }
        self.used += 1;
        let (parent, fields) = match is_run {
            true => (from.parent, from.fields),
            false => (step, from.fields + 1),
        };
        let new = steps.len() as u32;
        steps.push(Step {
            field: Some(Field { key, is_run, child }),
            parent,
            fields,
            ..Step::default()
        });
        let from = &mut steps[step as usize];
        match is_run {
            true => from.again = Some(new),
            false => from.next.push((key, new)),
        }
        Some(new)
    }

    /// The number of the shape that ends with this step.
    #[inline(always)]
    pub(super) fn shape(&mut self, type_id: u16, step: u32) -> Option<u32> {
        match self.types[usize::from(type_id)].steps[step as usize].shape {
            Some(shape) => Some(shape),
            None => self.new_shape(type_id, step),
        }
    }

    #[cold]
    fn new_shape(&mut self, type_id: u16, step: u32) -> Option<u32> {
        let of = &mut self.types[usize::from(type_id)];
        let mut fields = Vec::new();
        let mut at = step as usize;
        while let Some(field) = of.steps[at].field {
            fields.push(field);
            at = of.steps[at].parent as usize;
        }
        fields.reverse();
        if self.used + fields.len() >= MOST_STEPS {
            self.is_full = true;
            return None;
        }
        self.used += fields.len();
        let number = of.shapes.len() as u32;
        of.shapes.push(fields);
        of.steps[step as usize].shape = Some(number);
        Some(number)
    }

    /// The fields of a shape that [`Shapes::shape`] has given.
    pub(super) fn fields(&self, type_id: u16, shape: u32) -> &[Field] {
        &self.types[usize::from(type_id)].shapes[shape as usize]
    }
}

impl Type {
    fn new() -> Type {
        Type {
            steps: vec![Step::default()],
            shapes: Vec::new(),
            children: Vec::new(),
        }
    }

    fn set_child(&mut self, field: usize, child: u16) {
        if self.children.len() <= field {
            self.children.resize(field + 1, NO_TYPE);
        }
        self.children[field] = child;
    }
}
