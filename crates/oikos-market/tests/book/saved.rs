//! A book that is saved and loaded goes on as if it had not been; what is not a book is refused.

use oikos_core::TypeKey;
use oikos_market::OrderBook;
use oikos_testkit::Runs;
use oikos_testkit::market::book::{Book, Engine, MODES, rules, script as scripts};
use proptest::prelude::*;

fn bytes(book: &OrderBook) -> Vec<u8> {
    bincode::serde::encode_to_vec(book, bincode::config::standard()).unwrap()
}

fn loaded(bytes: &[u8]) -> OrderBook {
    bincode::serde::decode_from_slice(bytes, bincode::config::standard())
        .unwrap()
        .0
}

proptest! {
    #![proptest_config(Runs::new(40).config())]
    #[test]
    fn a_book_saved_and_loaded_after_every_message_goes_on_alike(
        mode in proptest::sample::select(&MODES[..]),
        script in scripts(160),
    ) {
        let (mut engine, mut reborn) = (Engine::new(rules(mode)), Engine::new(rules(mode)));
        for message in &script {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            let answer = engine.apply(message, &mut ours);
            prop_assert_eq!(answer, reborn.apply(message, &mut theirs));
            prop_assert_eq!(ours, theirs);
            let saved = bytes(&reborn.book);
            prop_assert_eq!(&saved, &bytes(&engine.book));
            reborn.book = loaded(&saved);
            prop_assert_eq!(&bytes(&reborn.book), &saved);
            prop_assert_eq!(reborn.book.check(), Ok(()));
        }
        let key = TypeKey::new("book");
        prop_assert_eq!(engine.book.digest(&key, 3), reborn.book.digest(&key, 3));
        prop_assert!(engine.book.digest(&key, 3) != engine.book.digest(&key, 4));
    }

    /// Whatever is done to the stored text, it is refused or it is a book without contradictions.
    #[test]
    fn an_altered_save_is_refused_or_consistent(
        script in scripts(60),
        place: proptest::sample::Index,
        digit in "[0-9]",
    ) {
        let mut engine = Engine::new(rules(MODES[0]));
        for message in &script {
            let _ = engine.apply(message, &mut Vec::new());
        }
        let mut text = serde_json::to_string(&engine.book).unwrap();
        let digits: Vec<usize> = text
            .char_indices()
            .filter(|(_, letter)| letter.is_ascii_digit())
            .map(|(index, _)| index)
            .collect();
        let place = digits[place.index(digits.len())];
        text.replace_range(place..=place, &digit);
        if let Ok(book) = serde_json::from_str::<OrderBook>(&text) {
            prop_assert_eq!(book.check(), Ok(()));
        }
    }
}

#[test]
fn contradictions_are_refused_by_name() {
    let good = r#"{"rules":{"prices":[1,100],"self_trade":"CancelTaker"},"now":3,"orders":[[
        {"order":0,"trader":1,"price":50,"quantity":2,"post_only":false,"expires":4},
        {"order":134217729,"trader":1,"price":40,"quantity":2,"post_only":false,"expires":null}],[]],
        "uses":[0,1,67108863,2],"free":[3]}"#;
    let book: OrderBook = serde_json::from_str(good).unwrap();
    assert_eq!((book.len(), book.now().index()), (2, 3));
    for (from, to, problem) in [
        (
            "\"price\":40",
            "\"price\":60",
            "stands before a better price",
        ),
        ("\"price\":40", "\"price\":0", "outside 1 to 100"),
        (
            "\"order\":134217729",
            "\"order\":1",
            "has no place of its own",
        ),
        (
            "\"order\":134217729",
            "\"order\":0",
            "has no place of its own",
        ),
        (
            "\"order\":134217729",
            "\"order\":77",
            "has no place of its own",
        ),
        (
            "\"quantity\":2",
            "\"quantity\":0",
            "has nothing left or has expired",
        ),
        (
            "\"expires\":4",
            "\"expires\":3",
            "has nothing left or has expired",
        ),
        ("\"free\":[3]", "\"free\":[3,3]", "place 3 is free twice"),
        (
            "\"free\":[3]",
            "\"free\":[1]",
            "place 1 is free twice, or taken",
        ),
        ("\"free\":[3]", "\"free\":[9]", "place 9 is free twice"),
        (
            "\"free\":[3]",
            "\"free\":[]",
            "place 3 is neither free nor taken",
        ),
        ("67108863", "67108864", "too many places"),
        (
            "[]]",
            "[{\"order\":402653187,\"trader\":2,\"price\":50,\"quantity\":1,\"post_only\":false,\
          \"expires\":null}]]",
            "has no place of its own",
        ),
        (
            "[]],\n        \"uses\":[0,1,67108863,2],\"free\":[3]",
            "[{\"order\":268435459,\"trader\":2,\"price\":50,\"quantity\":1,\"post_only\":false,\
          \"expires\":null}]],\"uses\":[0,1,67108863,2],\"free\":[]",
            "the bid 50 reaches the ask 50",
        ),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        let error = serde_json::from_str::<OrderBook>(&bad)
            .unwrap_err()
            .to_string();
        assert!(error.contains(problem), "{to}: {error}");
    }
}
