//! What a book foresees is what it does.

use oikos_core::Quantity;
use oikos_testkit::market::book::{Book, Engine, Message};
use proptest::prelude::*;

use crate::invariants::for_all_scripts;

/// A preview says what the call will say, changes nothing, and refuses what the call refuses.
#[test]
fn a_preview_is_what_follows() {
    for_all_scripts(|rules, script| {
        let mut engine = Engine::new(rules);
        for message in script {
            let (mut foreseen, mut reports) = (Vec::new(), Vec::new());
            let preview = match message {
                Message::Submit(order) => Some(engine.book.preview(order, &mut foreseen)),
                Message::Amend(number, price, quantity) => {
                    let (order, quantity) = (engine.id(*number), Quantity(*quantity));
                    Some(
                        engine
                            .book
                            .preview_amend(order, *price, quantity, &mut foreseen),
                    )
                }
                _ => None,
            };
            let answer = engine.apply(message, &mut reports);
            if let Some(preview) = preview {
                prop_assert_eq!(preview.map(Some), answer, "{:?}", message);
                prop_assert_eq!(foreseen, reports, "{:?}", message);
            }
        }
        Ok(())
    });
}
