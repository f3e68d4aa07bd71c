//! Open vocabularies: names that plugins add to (C10).

use std::marker::PhantomData;

use bevy_ecs::resource::Resource;
use serde::{Deserialize, Serialize};

use crate::attribute::Field;

/// What a vocabulary is about: a marker type such as `HazardCause`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is the topic of no vocabulary",
    note = "implement `Topic` for it and give it a name"
)]
pub trait Topic: Send + Sync + 'static {
    /// The vocabulary's name, unique within a society.
    const NAME: &'static str;
}

/// A word of a vocabulary, as a number that columns can hold.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Word<T: Topic>(u16, #[serde(skip)] PhantomData<fn() -> T>);

impl<T: Topic> Word<T> {
    /// The word's number in its vocabulary.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The word of this number, whether or not the vocabulary has it.
    #[must_use]
    pub const fn from_number(number: u16) -> Self {
        Self(number, PhantomData)
    }
}

impl<T: Topic> Clone for Word<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Topic> Copy for Word<T> {}
impl<T: Topic> PartialEq for Word<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T: Topic> Eq for Word<T> {}
impl<T: Topic> PartialOrd for Word<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: Topic> Ord for Word<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T: Topic> std::fmt::Debug for Word<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", T::NAME, self.0)
    }
}

impl<T: Topic> Field for Word<T> {
    const BYTES: usize = 2;
    fn put(self, out: &mut [u8]) {
        self.0.put(out);
    }
    fn take(bytes: &[u8]) -> Option<Self> {
        u16::take(bytes).map(Self::from_number)
    }
}

/// The words of a vocabulary, in the order in which plugins added them. Persisted with their names.
#[derive(Resource, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Vocabulary<T: Topic> {
    words: Vec<String>,
    #[serde(skip)]
    topic: PhantomData<fn() -> T>,
}

impl<T: Topic> Default for Vocabulary<T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            topic: PhantomData,
        }
    }
}

impl<T: Topic> Vocabulary<T> {
    /// The word of this name, added if it is new; `None` when all 65,536 numbers are taken.
    pub fn word(&mut self, name: &str) -> Option<Word<T>> {
        if let Some(known) = self.find(name) {
            return Some(known);
        }
        let number = u16::try_from(self.words.len()).ok()?;
        self.words.push(name.to_owned());
        Some(Word::from_number(number))
    }

    /// The word of this name, if there is one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Word<T>> {
        let number = self.words.iter().position(|word| word == name)?;
        Some(Word::from_number(number as u16))
    }

    /// A word's name; `None` for a number without a word.
    #[must_use]
    pub fn name(&self, word: Word<T>) -> Option<&str> {
        self.words
            .get(usize::from(word.number()))
            .map(String::as_str)
    }

    /// All words in order.
    pub fn iter(&self) -> impl Iterator<Item = (Word<T>, &str)> {
        let numbered = self.words.iter().enumerate();
        numbered.map(|(number, name)| (Word::from_number(number as u16), name.as_str()))
    }
}
