//! What may be done to a title in so many words, and what is refused.

use oikos_core::{Currency, Ratio, Tick};
use oikos_ledger::{LienKind, TitleId, TitleKind, TitleOperation, TitleStatus, Titles};
use oikos_testkit::titles::{bytes, new_titles, owner};

pub(crate) fn ratio(above: i64, below: i64) -> Ratio {
    Ratio::new(above, below).unwrap()
}

pub(crate) fn register(shares: &[(u64, i64, i64)]) -> TitleOperation {
    let share = |&(number, above, below): &(u64, i64, i64)| (owner(number), ratio(above, below));
    TitleOperation::Register {
        kind: TitleKind(0),
        currency: Currency(0),
        shares: shares.iter().map(share).collect(),
    }
}

pub(crate) fn sale(
    title: TitleId,
    from: u64,
    to: u64,
    share: Option<Ratio>,
    with_liens: bool,
) -> TitleOperation {
    TitleOperation::Transfer {
        title,
        from: owner(from),
        to: owner(to),
        share,
        with_liens,
    }
}

fn lien(title: TitleId, kind: u16, creditor: u64, rank: u32, limit: i64) -> TitleOperation {
    TitleOperation::AddLien {
        title,
        kind: LienKind(kind),
        creditor: owner(creditor),
        rank,
        limit,
    }
}

pub(crate) fn refused(titles: &mut Titles, operation: &TitleOperation, status: TitleStatus) {
    let before = bytes(titles);
    let refusal = titles.apply(operation).unwrap_err();
    assert_eq!((refusal.status, refusal.step), (status, 0), "{refusal}");
    let chain = titles
        .chain(&[register(&[(0, 1, 1)]), operation.clone()])
        .unwrap_err();
    assert_eq!((chain.status, chain.step), (status, 1));
    assert_eq!(bytes(titles), before);
}

#[test]
fn a_title_cannot_be_sold_twice_or_in_shares_that_do_not_add_up() {
    let mut titles = new_titles();
    refused(
        &mut titles,
        &register(&[(0, 1, 2), (1, 1, 3)]),
        TitleStatus::SharesNotOne,
    );
    refused(
        &mut titles,
        &register(&[(0, 1, 2), (1, 2, 3)]),
        TitleStatus::SharesNotOne,
    );
    refused(
        &mut titles,
        &register(&[(0, 1, 2), (0, 1, 2)]),
        TitleStatus::OwnerTwice,
    );
    refused(
        &mut titles,
        &register(&[(0, 0, 1), (1, 1, 1)]),
        TitleStatus::ShareNotPositive,
    );
    refused(&mut titles, &register(&[]), TitleStatus::SharesNotOne);
    refused(
        &mut titles,
        &register(&[(0, i64::MAX, 1)]),
        TitleStatus::SharesNotOne,
    );
    let title = titles
        .apply(&register(&[(0, 1, 2), (1, 1, 3), (2, 1, 6)]))
        .unwrap()
        .title;
    titles.apply(&sale(title, 0, 3, None, false)).unwrap();
    refused(
        &mut titles,
        &sale(title, 0, 4, None, false),
        TitleStatus::NotOwner,
    );
    refused(
        &mut titles,
        &sale(title, 1, 4, Some(ratio(1, 2)), false),
        TitleStatus::ShareTooLarge,
    );
    refused(
        &mut titles,
        &sale(title, 1, 1, None, false),
        TitleStatus::SameOwner,
    );
    let too_fine = Some(ratio(1, i64::MAX));
    refused(
        &mut titles,
        &sale(title, 1, 4, too_fine, false),
        TitleStatus::SharesTooFine,
    );
    // Heirs divide what was one's; what comes together again is one share.
    let among = [(0, 1, 2), (3, 1, 3), (4, 1, 6)];
    let among = among.map(|(number, above, below)| (owner(number), ratio(above, below)));
    let divide = |among: &[_]| TitleOperation::Divide {
        title,
        from: owner(1),
        among: among.to_vec(),
        with_liens: false,
    };
    refused(&mut titles, &divide(&among[..2]), TitleStatus::SharesNotOne);
    titles.apply(&divide(&among)).unwrap();
    let found = titles.get(title).unwrap();
    let shares = [0, 1, 2, 3, 4].map(|number| found.share(owner(number)));
    let expected = [(1, 6), (0, 1), (1, 6), (11, 18), (1, 18)];
    assert_eq!(shares, expected.map(|(above, below)| ratio(above, below)));
    let rent = found.split(100).unwrap();
    assert_eq!(rent.iter().map(|(_, amount)| amount).sum::<i64>(), 100);
}

#[test]
fn a_lien_goes_with_the_thing_and_is_paid_in_its_order() {
    let mut titles = new_titles();
    let title = titles.apply(&register(&[(0, 1, 1)])).unwrap().title;
    refused(
        &mut titles,
        &lien(title, 9, 1, 1, 0),
        TitleStatus::LienKindUnknown,
    );
    refused(
        &mut titles,
        &lien(title, 0, 1, 1, 0),
        TitleStatus::AmountZero,
    );
    let ids = [(2, 50), (1, 30), (1, 20)].map(|(rank, limit)| {
        let made = titles
            .apply(&lien(title, 0, u64::from(rank), rank, limit))
            .unwrap();
        made.lien.unwrap()
    });
    refused(
        &mut titles,
        &sale(title, 0, 1, None, false),
        TitleStatus::Encumbered,
    );
    titles.apply(&sale(title, 0, 1, None, true)).unwrap();
    let open = |titles: &Titles| {
        let liens = titles.get(title).unwrap().liens().to_vec();
        liens
            .iter()
            .map(|lien| (lien.id, lien.limit))
            .collect::<Vec<_>>()
    };
    assert_eq!(open(&titles), [(ids[1], 30), (ids[2], 20), (ids[0], 50)]);
    let satisfy = |amount| TitleOperation::Satisfy { title, amount };
    refused(&mut titles, &satisfy(101), TitleStatus::AmountAboveLiens);
    titles.apply(&satisfy(45)).unwrap();
    assert_eq!(open(&titles), [(ids[2], 5), (ids[0], 50)]);
    let release = |lien| TitleOperation::ReleaseLien { lien };
    refused(&mut titles, &release(ids[1]), TitleStatus::LienEnded);
    refused(
        &mut titles,
        &TitleOperation::Destroy { title },
        TitleStatus::LiensLeft,
    );
    let barring = titles
        .apply(&lien(title, 2, 3, 9, 1))
        .unwrap()
        .lien
        .unwrap();
    refused(
        &mut titles,
        &sale(title, 1, 2, None, true),
        TitleStatus::Barred,
    );
    for lien in [ids[2], ids[0], barring] {
        titles.apply(&release(lien)).unwrap();
    }
    titles.apply(&TitleOperation::Destroy { title }).unwrap();
    refused(
        &mut titles,
        &sale(title, 1, 2, None, true),
        TitleStatus::TitleDestroyed,
    );
    titles.audit().unwrap();
}

#[test]
fn a_tenancy_stays_when_the_thing_is_sold_and_a_value_is_a_difference() {
    let mut titles = new_titles();
    let title = titles.apply(&register(&[(0, 1, 1)])).unwrap().title;
    let rented = |from, until: Option<u32>| TitleOperation::Let {
        title,
        tenant: owner(4),
        from: Tick::new(from),
        until: until.map(Tick::new),
    };
    titles.advance(Tick::new(3)).unwrap();
    refused(
        &mut titles,
        &rented(5, Some(5)),
        TitleStatus::TenancyBackward,
    );
    refused(&mut titles, &rented(1, Some(3)), TitleStatus::TenancyPast);
    titles.apply(&rented(5, Some(8))).unwrap();
    refused(&mut titles, &rented(8, None), TitleStatus::TenancyRuns);
    titles.apply(&sale(title, 0, 1, None, false)).unwrap();
    let tenants = [4, 5, 7, 8].map(|tick| titles.get(title).unwrap().tenant_at(Tick::new(tick)));
    assert_eq!(tenants, [None, Some(owner(4)), Some(owner(4)), None]);
    titles.advance(Tick::new(8)).unwrap();
    refused(
        &mut titles,
        &TitleOperation::EndTenancy { title },
        TitleStatus::NotLet,
    );
    titles.apply(&rented(8, None)).unwrap();
    let value = |amount| TitleOperation::Value { title, amount };
    assert_eq!(titles.apply(&value(900)).unwrap().amount, 900);
    assert_eq!(titles.apply(&value(650)).unwrap().amount, -250);
    refused(&mut titles, &value(-1), TitleStatus::AmountNegative);
    assert_eq!(
        titles.get(title).unwrap().valuation().unwrap().date,
        Tick::new(8)
    );
    assert_eq!(titles.value(Currency(0)), 650);
    assert_eq!(
        titles
            .apply(&TitleOperation::Destroy { title })
            .unwrap()
            .amount,
        -650
    );
    assert_eq!((titles.value(Currency(0)), titles.there()), (0, 0));
    let back = titles.advance(Tick::new(7)).unwrap_err().to_string();
    assert!(
        back.starts_with("the title register is at tick 8"),
        "{back}"
    );
}

#[test]
fn refusals_say_what_and_why_and_what_to_do() {
    let mut titles = new_titles();
    let title = titles.apply(&register(&[(0, 1, 1)])).unwrap().title;
    let text = titles
        .apply(&sale(title, 1, 2, None, false))
        .unwrap_err()
        .to_string();
    assert_eq!(
        text,
        "giving all of title#0 that 0 of kind 1 has to 1 of kind 0 gives what the giver does not own: check who \
         owns it"
    );
    for status in TitleStatus::ALL {
        assert!(status.to_string().contains(": "), "{status}");
    }
    assert!(titles.lien_kind("lien 2", false).is_err());
    assert_eq!(titles.kind_name(TitleKind(1)), Some("kind 1"));
    assert_eq!(titles.lien_kind_name(LienKind(3)), None);
}

#[test]
fn a_saved_register_with_what_cannot_be_is_refused() {
    let mut titles = new_titles();
    let halves = register(&[(0, 1, 2), (1, 1, 2)]);
    let title = titles.apply(&halves).unwrap().title;
    // From the end: two flags, the counts of holds and liens, then owners (10 bytes) and parts (8) in turn, a
    // count, the whole.
    let saved = bytes(&titles);
    let end = saved.len();
    let places = [end - 26, end - 44, end - 70];
    assert_eq!(places.map(|at| saved[at]), [1, 1, 2]);
    let mut doubled = saved;
    places.iter().for_each(|&at| doubled[at] *= 2);
    let error = Titles::load(&doubled).unwrap_err().to_string();
    assert!(error.contains("has an impossible title"), "{error}");
    // A value of a day to come; the date is last.
    titles.advance(Tick::new(3)).unwrap();
    titles
        .apply(&TitleOperation::Value { title, amount: 5 })
        .unwrap();
    let mut dated = bytes(&titles);
    let date = dated.len() - 4;
    for tick in 0..6 {
        dated[date] = tick;
        assert_eq!(Titles::load(&dated).is_ok(), tick <= 3, "tick {tick}");
    }
}
