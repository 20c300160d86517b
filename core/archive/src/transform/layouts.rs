//! Where a message's fields go: a layout for each message type, place and shape.
//! The writer's side; the reader is told of each layout when it is first used.

use rustc_hash::FxHashMap;

use super::limits::{MOST_COLUMNS, MOST_FIELDS};
use super::shapes::{EVENT, Field, NO_TYPE, Shapes};
use super::wire::put_varint;
use super::{IS_MESSAGE, IS_RELATIVE, IS_RUN, PREFIX_COLUMN, RAW_COLUMN};

/// Shared by all prefixes, because they go on from event to event.
const BUS_SEQUENCE_COLUMN: u32 = 2;
const BUS_TIME_COLUMN: u32 = 3;
/// For all values that come when there are too many columns.
const OVERFLOW_NUMBERS: u32 = 4;
const OVERFLOW_BYTES: u32 = 5;
const FIRST_FREE_COLUMN: u32 = 6;

const BUS_SEQUENCE_KEY: u32 = 9 << 3;
const BUS_TIME_KEY: u32 = (10 << 3) | 1;
/// `monotonic_ns` stands behind `time_ns`, and goes at the same speed.
const TIME_KEY: u32 = (7 << 3) | 1;
const MONOTONIC_KEY: u32 = (8 << 3) | 1;

/// From here on the frame should end; [`MOST_COLUMNS`] and [`MOST_FIELDS`] are
/// what one more event can at most add to.
const ENOUGH_COLUMNS: usize = MOST_COLUMNS - (1 << 10);
const ENOUGH_FIELDS: usize = MOST_FIELDS / 4 * 3;

/// One field of a layout.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) is_run: bool,
    /// Its values are differences to the number before it in the message.
    pub(super) is_relative: bool,
    pub(super) target: Target,
    /// Where the lengths of runs go.
    pub(super) count_column: u32,
}

/// Where a field's values go.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// To this column of numbers.
    Number(u32),
    /// To this column of bytes.
    Bytes(u32),
    /// Apart, by the layouts of this place.
    Message(u32),
}

/// A layout: its slots, and its number among those of its place.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) number: u32,
}

/// A message type at a place.
struct Place {
    type_id: u16,
    /// The column in which the number of each message's layout stands.
    column: u32,
    layouts: u32,
    by_shape: Vec<Option<Layout>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Values {
    Counts,
    Fields,
}

/// What a column or place is for: the place it is in, the group (the last
/// message of the shape: it tells alternatives apart), the field, and which of
/// its values.
type Purpose = (u32, u32, u32, Values);

/// All layouts and columns of a frame.
pub(super) struct Layouts {
    pub(super) slots: Vec<Slot>,
    /// By column: it holds bytes.
    pub(super) columns: Vec<bool>,
    places: Vec<Place>,
    /// How many layouts all places have.
    layouts: usize,
    known: FxHashMap<Purpose, Target>,
    /// By type: for messages that come when there are too many columns.
    overflow_places: FxHashMap<u16, u32>,
    /// Layouts of which the reader has not been told yet, and how many.
    new: Vec<u8>,
    new_count: u64,
}

impl Layouts {
    pub(super) fn new() -> Layouts {
        let is_bytes = |column| matches!(column, RAW_COLUMN | OVERFLOW_BYTES);
        debug_assert!(!is_bytes(PREFIX_COLUMN));
        Layouts {
            slots: Vec::new(),
            columns: (0..FIRST_FREE_COLUMN).map(is_bytes).collect(),
            places: Vec::new(),
            layouts: 0,
            known: FxHashMap::default(),
            overflow_places: FxHashMap::default(),
            new: Vec::new(),
            new_count: 0,
        }
    }

    /// Should the frame end, because it has seen too many structures?
    pub(super) fn is_full(&self) -> bool {
        self.columns.len() >= ENOUGH_COLUMNS || self.slots.len() >= ENOUGH_FIELDS
    }

    /// How many more layouts and fields of layouts there can be, together.
    pub(super) fn room(&self) -> usize {
        MOST_FIELDS - self.slots.len() - self.layouts
    }

    /// A place for the events of one prefix.
    pub(super) fn event_place(&mut self) -> u32 {
        self.new_place(EVENT)
    }

    /// The column of the place's layouts.
    #[inline(always)]
    pub(super) fn column_of(&self, place: u32) -> u32 {
        self.places[place as usize].column
    }

    #[inline(always)]
    pub(super) fn layout(&mut self, shapes: &Shapes, place: u32, shape: u32) -> Layout {
        let known = self.places[place as usize].by_shape.get(shape as usize);
        match known {
            Some(Some(layout)) => *layout,
            _ => self.new_layout(shapes, place, shape),
        }
    }

    /// As [`Layouts::layout`], where there is room for it.
    pub(super) fn layout_within(
        &mut self,
        shapes: &Shapes,
        place: u32,
        shape: u32,
    ) -> Option<Layout> {
        let of = &self.places[place as usize];
        let is_known = matches!(of.by_shape.get(shape as usize), Some(Some(_)));
        let has_room = self.room() > shapes.fields(of.type_id, shape).len();
        (is_known || has_room).then(|| self.layout(shapes, place, shape))
    }

    #[cold]
    fn new_layout(&mut self, shapes: &Shapes, place: u32, shape: u32) -> Layout {
        let type_id = self.places[place as usize].type_id;
        let fields = shapes.fields(type_id, shape);
        let alternative = |field: &&Field| field.child != NO_TYPE && !field.is_run;
        let group = fields
            .iter()
            .rev()
            .find(alternative)
            .map_or(0, |field| field.key);
        let from = self.slots.len();
        let mut before = 0;
        let mut told = Vec::new();
        for field in fields {
            let slot = self.slot(place, group, field, before);
            put_slot(&mut told, field.key, &slot, |place| self.column_of(place));
            self.slots.push(slot);
            before = field.key;
        }
        let at = &mut self.places[place as usize];
        let layout = Layout {
            from: from as u32,
            to: self.slots.len() as u32,
            number: at.layouts,
        };
        at.layouts += 1;
        self.layouts += 1;
        if at.by_shape.len() <= shape as usize {
            at.by_shape.resize(shape as usize + 1, None);
        }
        at.by_shape[shape as usize] = Some(layout);
        put_varint(&mut self.new, at.column.into());
        put_varint(&mut self.new, fields.len() as u64);
        self.new.extend_from_slice(&told);
        self.new_count += 1;
        layout
    }

    fn slot(&mut self, place: u32, group: u32, field: &Field, before: u32) -> Slot {
        let is_event = self.places[place as usize].type_id == EVENT;
        let target = match field.key {
            BUS_SEQUENCE_KEY if is_event => Target::Number(BUS_SEQUENCE_COLUMN),
            BUS_TIME_KEY if is_event => Target::Number(BUS_TIME_COLUMN),
            key => self.target((place, group, key, Values::Fields), field.child),
        };
        let count_column = match field.is_run {
            true => match self.target((place, group, field.key, Values::Counts), NO_TYPE) {
                Target::Number(column) => column,
                Target::Bytes(_) | Target::Message(_) => OVERFLOW_NUMBERS,
            },
            false => 0,
        };
        Slot {
            is_run: field.is_run,
            is_relative: is_event
                && field.key == MONOTONIC_KEY
                && before == TIME_KEY
                && !field.is_run,
            target,
            count_column,
        }
    }

    fn target(&mut self, purpose: Purpose, child: u16) -> Target {
        if let Some(target) = self.known.get(&purpose) {
            return *target;
        }
        let is_bytes = purpose.2 & 7 == 2 && purpose.3 == Values::Fields;
        let too_many = self.columns.len() >= ENOUGH_COLUMNS;
        let target = match (child != NO_TYPE, is_bytes) {
            (true, _) if too_many => Target::Message(self.overflow_place(child)),
            (true, _) => Target::Message(self.new_place(child)),
            (_, true) if too_many => Target::Bytes(OVERFLOW_BYTES),
            (_, true) => Target::Bytes(self.new_column(true)),
            (_, false) if too_many => Target::Number(OVERFLOW_NUMBERS),
            (_, false) => Target::Number(self.new_column(false)),
        };
        self.known.insert(purpose, target);
        target
    }

    /// One for each type: the schema has fewer types than columns are reserved.
    fn overflow_place(&mut self, type_id: u16) -> u32 {
        if let Some(place) = self.overflow_places.get(&type_id) {
            return *place;
        }
        let place = self.new_place(type_id);
        self.overflow_places.insert(type_id, place);
        place
    }

    fn new_place(&mut self, type_id: u16) -> u32 {
        let column = self.new_column(false);
        self.places.push(Place {
            type_id,
            column,
            layouts: 0,
            by_shape: Vec::new(),
        });
        self.places.len() as u32 - 1
    }

    fn new_column(&mut self, is_bytes: bool) -> u32 {
        self.columns.push(is_bytes);
        self.columns.len() as u32 - 1
    }

    /// Writes the layouts that are new since the last time.
    pub(super) fn put_new(&mut self, out: &mut Vec<u8>) {
        put_varint(out, self.new_count);
        out.append(&mut self.new);
        self.new_count = 0;
    }
}

fn put_slot(out: &mut Vec<u8>, key: u32, slot: &Slot, column_of: impl Fn(u32) -> u32) {
    let (column, is_message) = match slot.target {
        Target::Number(column) | Target::Bytes(column) => (column, false),
        Target::Message(place) => (column_of(place), true),
    };
    let mut flags = 0;
    for (is_set, flag) in [
        (slot.is_run, IS_RUN),
        (is_message, IS_MESSAGE),
        (slot.is_relative, IS_RELATIVE),
    ] {
        flags |= if is_set { flag } else { 0 };
    }
    put_varint(out, key.into());
    put_varint(out, u64::from(column) << 3 | flags);
    if slot.is_run {
        put_varint(out, slot.count_column.into());
    }
}
