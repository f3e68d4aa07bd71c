//! Messages: effects between members, applied in an order that no storage or thread decides (C2).

use bevy_ecs::resource::Resource;
use oikos_core::StableId;

use crate::kind::{Kind, Who};

/// A kind of message from members of one kind to members of another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of message",
    note = "implement `Message` for it and say which kinds send and get it"
)]
pub trait Message: Send + Sync + 'static {
    /// Who sends it.
    type From: Kind;
    /// Who gets it.
    type To: Kind;
}

/// This tick's messages of one kind: `ResMut<Mail<M>>` to send and to read, which sorts them.
///
/// Readers see them in the order (receiver, sender, ordinal), where the ordinal counts what one sender
/// sent to one receiver. Kinds of messages are read by their own systems, whose order the schedule gives.
/// Cleared after each tick.
#[derive(Resource)]
pub struct Mail<M: Message> {
    letters: Vec<Letter<M>>,
    sorted: bool,
}

struct Letter<M> {
    receiver: u64,
    sender: u64,
    message: M,
}

impl<M: Message> Default for Mail<M> {
    fn default() -> Self {
        Self {
            letters: Vec::new(),
            sorted: true,
        }
    }
}

/// An addressed message, as parallel passes collect them for [`Mail::extend`].
pub struct Addressed<M: Message> {
    /// Who sends it.
    pub sender: <M::From as Kind>::Id,
    /// Who gets it.
    pub receiver: <M::To as Kind>::Id,
    /// What it says.
    pub message: M,
}

impl<M: Message> Mail<M> {
    /// Sends one message.
    pub fn send(&mut self, sender: Who<M::From>, receiver: <M::To as Kind>::Id, message: M) {
        let (sender, receiver) = (sender.id().get(), receiver.get());
        self.sorted = false;
        self.letters.push(Letter {
            receiver,
            sender,
            message,
        });
    }

    /// Sends what a parallel pass collected.
    pub fn extend(&mut self, messages: impl IntoIterator<Item = Addressed<M>>) {
        self.sorted = false;
        self.letters
            .extend(messages.into_iter().map(|addressed| Letter {
                receiver: addressed.receiver.get(),
                sender: addressed.sender.get(),
                message: addressed.message,
            }));
    }

    /// All messages as (receiver, sender, message), in the order of receivers, then senders, then
    /// sending.
    pub fn read(
        &mut self,
    ) -> impl Iterator<Item = (<M::To as Kind>::Id, <M::From as Kind>::Id, &M)> {
        self.sort();
        self.letters.iter().map(|letter| {
            let receiver = crate::slots::known_id::<M::To>(letter.receiver);
            let sender = crate::slots::known_id::<M::From>(letter.sender);
            (receiver, sender, &letter.message)
        })
    }

    /// Number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.letters.len()
    }

    /// Whether nobody sent anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Stable, so that one sender's messages to one receiver stay in the order of sending.
    fn sort(&mut self) {
        if !self.sorted {
            self.letters
                .sort_by_key(|letter| (letter.receiver, letter.sender));
            self.sorted = true;
        }
    }
}
