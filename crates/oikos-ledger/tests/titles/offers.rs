//! Shares that are held for a taker.

use oikos_core::{Ratio, Tick};
use oikos_ledger::{TitleOperation, TitleStatus, Titles};

use crate::bad_input::{ratio, refused, register, sale};
use oikos_testkit::titles::{bytes, new_titles, owner};

#[test]
fn what_is_offered_is_not_sold_twice() {
    let mut titles = new_titles();
    let title = titles
        .apply(&register(&[(0, 2, 3), (1, 1, 3)]))
        .unwrap()
        .title;
    let offer = |number, share, expires: Option<u32>| TitleOperation::Hold {
        title,
        owner: owner(number),
        share,
        reference: 7,
        expires: expires.map(Tick::new),
    };
    let held = titles.apply(&offer(0, Some(ratio(1, 2)), Some(4))).unwrap();
    let hold = held.hold.unwrap();
    let found = titles
        .hold(hold)
        .map(|(id, hold)| (id, hold.share, hold.reference));
    assert_eq!(found, Some((title, ratio(1, 2), 7)));
    // A sixth is left to give.
    for (operation, status) in [
        (sale(title, 0, 2, None, false), TitleStatus::ShareHeld),
        (
            sale(title, 0, 2, Some(ratio(1, 5)), false),
            TitleStatus::ShareHeld,
        ),
        (offer(0, Some(ratio(1, 5)), None), TitleStatus::ShareHeld),
        (offer(0, None, None), TitleStatus::ShareHeld),
        (
            offer(0, Some(ratio(1, 6)), Some(0)),
            TitleStatus::ExpiryPast,
        ),
        (
            offer(0, Some(ratio(3, 4)), None),
            TitleStatus::ShareTooLarge,
        ),
        (offer(2, None, None), TitleStatus::NotOwner),
        (TitleOperation::Destroy { title }, TitleStatus::HoldsLeft),
    ] {
        refused(&mut titles, &operation, status);
    }
    titles
        .apply(&sale(title, 0, 2, Some(ratio(1, 6)), false))
        .unwrap();
    let take = |to| TitleOperation::Take {
        hold,
        to: owner(to),
        with_liens: false,
    };
    refused(&mut titles, &take(0), TitleStatus::SameOwner);
    let mut expired = Titles::load(&bytes(&titles)).unwrap();
    titles.apply(&take(3)).unwrap();
    refused(&mut titles, &take(3), TitleStatus::HoldEnded);
    let shares =
        |titles: &Titles| [0, 2, 3].map(|who| titles.get(title).unwrap().share(owner(who)));
    assert_eq!(shares(&titles), [Ratio::ZERO, ratio(1, 6), ratio(1, 2)]);
    // What has expired can be given.
    expired.advance(Tick::new(4)).unwrap();
    refused(&mut expired, &take(3), TitleStatus::HoldEnded);
    expired.apply(&sale(title, 0, 2, None, false)).unwrap();
    assert_eq!(shares(&expired), [Ratio::ZERO, ratio(2, 3), Ratio::ZERO]);
}
