//! The catalogue's file.
//!
//! ```text
//! # A comment.
//! version 31.99
//!
//! "Saw new %sheader hash=%s height=%d %s"
//!   net_processing.cpp:3588 debug validation
//!   net_processing.cpp:3590 info
//! ```
//!
//! In the quotes `\"`, `\\` and `%%` stand for the single character; `%d`, `%f`,
//! `%x`, `%c` and `%s` for an integer, a number, hexadecimal digits, one
//! character, and any text.

use std::collections::HashSet;

use super::shape::{Conversion, Part, Shape};
use super::{Catalogue, Location, Template, VARIABLE, template_id};

/// The largest file that is read.
pub const MAX_CATALOGUE_BYTES: usize = 16 << 20;

/// A template has at most so many variable parts.
pub const MAX_PARAMETERS: usize = 32;

/// Core has about 1,700.
const MAX_TEMPLATES: usize = 1 << 16;

const LEVELS: [&str; 5] = ["trace", "debug", "info", "warning", "error"];

/// Why a text is no catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the template catalogue: {problem}")]
pub struct CatalogueError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
}

struct Block {
    /// Of its first line.
    line: usize,
    text: String,
    parts: Vec<Part>,
    locations: Vec<Location>,
}

pub(super) fn parse(text: &str) -> Result<Catalogue, CatalogueError> {
    let fail = |line, problem: String| Err(CatalogueError { line, problem });
    if text.len() > MAX_CATALOGUE_BYTES {
        return fail(1, format!("it has more than {MAX_CATALOGUE_BYTES} bytes"));
    }
    let mut version = None;
    let mut templates = Vec::new();
    let mut seen = HashSet::new();
    let mut block: Option<Block> = None;
    for (line, content) in (1..).zip(text.lines()) {
        let problem = |problem| CatalogueError { line, problem };
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        if let Some(location) = content.strip_prefix("  ") {
            let Some(block) = &mut block else {
                return fail(line, "a location without a message before it".to_owned());
            };
            block
                .locations
                .push(location_of(location).map_err(problem)?);
        } else if let Some(name) = content.strip_prefix("version ") {
            if version.replace(name.to_owned()).is_some() {
                return fail(line, "a second version".to_owned());
            }
        } else {
            templates.extend(block.take().map(template).transpose()?);
            let (text, parts) = message(content).map_err(problem)?;
            if !seen.insert(text.clone()) {
                return fail(line, format!("the template {text:?} a second time"));
            }
            if templates.len() == MAX_TEMPLATES {
                return fail(line, format!("more than {MAX_TEMPLATES} templates"));
            }
            let locations = Vec::new();
            block = Some(Block {
                line,
                text,
                parts,
                locations,
            });
        }
    }
    templates.extend(block.map(template).transpose()?);
    let Some(version) = version else {
        return fail(1, "no line with the version, as `version 31.99`".to_owned());
    };
    Ok(Catalogue::new(version, templates))
}

fn template(block: Block) -> Result<Template, CatalogueError> {
    let Some(first) = block.locations.first() else {
        return Err(CatalogueError {
            line: block.line,
            problem: "a message without a location".to_owned(),
        });
    };
    Ok(Template {
        id: template_id(&block.text),
        category: first.category.clone(),
        text: block.text,
        locations: block.locations,
        shape: Shape::new(block.parts),
    })
}

/// `net.cpp:1234 debug net`, the category being left out where there is none.
fn location_of(text: &str) -> Result<Location, String> {
    let mut words = text.split(' ');
    let (place, level, category) = (words.next(), words.next(), words.next());
    let place = place.and_then(|place| place.rsplit_once(':'));
    let (Some((file, line)), Some(level), None) = (place, level, words.next()) else {
        return Err(format!(
            "{text:?} is no location, such as `net.cpp:1234 debug net`"
        ));
    };
    let line = line
        .parse()
        .map_err(|_| format!("{line:?} is no line number"))?;
    if !LEVELS.contains(&level) {
        return Err(format!("{level:?} is no level: {}", LEVELS.join(", ")));
    }
    Ok(Location {
        file: file.to_owned(),
        line,
        level: level.to_owned(),
        category: category.unwrap_or_default().to_owned(),
    })
}

/// The template's text and parts.
fn message(content: &str) -> Result<(String, Vec<Part>), String> {
    let inner = content
        .strip_prefix('"')
        .and_then(|content| content.strip_suffix('"'))
        .ok_or("neither a message in quotes nor a location nor the version")?;
    let mut text = String::new();
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut holes = 0;
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        let escaped = match character {
            '\\' | '%' => characters.next(),
            '"' => return Err("a quote that is not escaped".to_owned()),
            other => {
                literal.push(other);
                continue;
            }
        };
        let conversion = match (character, escaped) {
            ('\\', Some(character @ ('"' | '\\'))) | ('%', Some(character @ '%')) => {
                literal.push(character);
                continue;
            }
            ('%', Some('d')) => Conversion::Integer,
            ('%', Some('f')) => Conversion::Number,
            ('%', Some('x')) => Conversion::Hexadecimal,
            ('%', Some('c')) => Conversion::Character,
            ('%', Some('s')) => Conversion::Text,
            _ => return Err(format!("what is {character}{}?", escaped.unwrap_or(' '))),
        };
        text.push_str(&literal);
        text.push_str(VARIABLE);
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(Part::Hole(conversion));
        holes += 1;
    }
    if holes > MAX_PARAMETERS {
        return Err(format!("more than {MAX_PARAMETERS} variable parts"));
    }
    text.push_str(&literal);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    match parts.iter().any(|part| matches!(part, Part::Literal(_))) {
        true => Ok((text, parts)),
        false => Err("a message that is all variable".to_owned()),
    }
}
