//! A few owners with houses and purses, one saleroom, and scripts of what they ask and of what happens to houses
//! outside of it.

use oikos_core::{CurrencyInfo, Digest, Ratio, StableId, Tick, TypeKey};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Ledger, LienId, LienKind, Limit, Owner, OwnerKind,
    TitleId, TitleOperation, Titles, Transfer,
};
use oikos_market::{
    Bidding, EscrowError, Fees, ListingId, ListingReport, Lot, Price, PriceRange, Saleroom,
    TitleDesk, TraderId, VenueRules,
};
use proptest::prelude::*;

/// Traders 0 to 5 trade, the last two with one purse and in one name; trader 6 was never admitted.
pub(crate) const TRADERS: u64 = 6;
/// Purses and names.
pub(crate) const OWNERS: u64 = TRADERS - 1;
pub(crate) const HOUSES: u64 = 12;
pub(crate) const CASH: i64 = 4_000;

/// What is asked, and what happens. Listings are named by how many were made after them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Message {
    List(Lot),
    Bid(usize, TraderId, Price),
    Cancel(usize),
    Advance(Tick),
    Withdraw(TraderId),
    /// A half of a house is given away outside of the market.
    Give(TitleId, Owner, Owner),
    /// A lien comes on a house, or the first one goes.
    Lien(TitleId, bool),
}

pub(crate) struct World {
    pub(crate) ledger: Ledger,
    pub(crate) titles: Titles,
    pub(crate) room: Saleroom,
    pub(crate) listed: Vec<ListingId>,
}

pub(crate) fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap()
}

pub(crate) fn name_of(who: TraderId) -> u64 {
    who.get().min(OWNERS - 1)
}

pub(crate) fn owner(id: u64) -> Owner {
    let kind = OwnerKind(0);
    Owner { kind, id }
}

pub(crate) fn purse(id: u64) -> AccountId {
    AccountId::new(2 + id).unwrap()
}

pub(crate) fn house(number: u64) -> TitleId {
    TitleId::new(number).unwrap()
}

pub(crate) fn half() -> Ratio {
    Ratio::new(1, 2).unwrap()
}

/// Parts of a house in sixths that an owner has at first: all, or a half each of two.
pub(crate) fn first_parts(house: u64, id: u64) -> i64 {
    let (one, other) = (house % OWNERS, (house + 1) % OWNERS);
    match house % 3 {
        0 if id == one || id == other => 3,
        0 => 0,
        _ => i64::from(id == one) * 6,
    }
}

impl World {
    pub(crate) fn new(fees: Fees) -> Self {
        let mut ledger = Ledger::new(0);
        let coin = CurrencyInfo::new("COI", "coin", 0).unwrap();
        let plain = AccountSpec {
            kind: AccountKind::Asset,
            owner: Owner {
                kind: ledger.owner_kind("household").unwrap(),
                id: 0,
            },
            sector: ledger.sector("households").unwrap(),
            currency: ledger.currency(coin).unwrap(),
            limit: Limit::Credits(0),
            is_issuer: false,
        };
        let issuer = AccountSpec {
            kind: AccountKind::Liability,
            limit: Limit::None,
            is_issuer: true,
            ..plain
        };
        let credit = ledger.open(&issuer).unwrap();
        let account = ledger.open(&plain).unwrap();
        let kind = ledger.issuing_kind("mint").unwrap();
        for id in 0..OWNERS {
            let debit = ledger.open(&plain).unwrap();
            assert_eq!(debit, purse(id));
            let mint = Transfer {
                kind,
                debit,
                credit,
                amount: CASH,
                reference: 0,
            };
            ledger.post(&mint).unwrap();
        }
        let mut titles = Titles::new();
        let kind = titles.kind("house").unwrap();
        titles.lien_kind("mortgage", false).unwrap();
        for number in 0..HOUSES {
            let parts = (0..OWNERS).map(|id| (owner(id), first_parts(number, id)));
            let shares = parts.filter(|(_, part)| *part > 0);
            let register = TitleOperation::Register {
                kind,
                currency: plain.currency,
                shares: shares
                    .map(|(owner, part)| (owner, Ratio::new(part, 6).unwrap()))
                    .collect(),
            };
            titles.apply(&register).unwrap();
        }
        let rules = VenueRules {
            fees,
            account,
            trade: ledger.kind("sale").unwrap(),
            fee: ledger.kind("market fee").unwrap(),
        };
        let prices = PriceRange::new(0, 900).unwrap();
        let mut room = Saleroom::new(prices, rules, &ledger).unwrap();
        for who in (0..TRADERS).map(trader) {
            let id = name_of(who);
            room.admit(who, purse(id), owner(id), &ledger).unwrap();
        }
        Self {
            ledger,
            titles,
            room,
            listed: Vec::new(),
        }
    }

    /// The listing made so many before the last one; a number beyond those made stands for one that never was.
    pub(crate) fn id(&self, number: usize) -> ListingId {
        self.listed
            .iter()
            .rev()
            .nth(number)
            .copied()
            .unwrap_or(ListingId::LAST)
    }

    pub(crate) fn apply(
        &mut self,
        message: &Message,
        reports: &mut Vec<ListingReport>,
    ) -> Result<Option<ListingId>, EscrowError> {
        let named = match *message {
            Message::Bid(number, ..) | Message::Cancel(number) => self.id(number),
            _ => ListingId::LAST,
        };
        let room = &mut self.room;
        let desk = &mut TitleDesk {
            ledger: &mut self.ledger,
            titles: &mut self.titles,
        };
        let outside = |operation: Result<_, oikos_ledger::TitleRefusal>| {
            operation
                .map(|_| ())
                .map_err(|refusal| oikos_ledger::LedgerError::from(refusal).into())
        };
        match *message {
            Message::List(lot) => {
                let listing = room.list(desk, lot)?;
                self.listed.push(listing);
                return Ok(Some(listing));
            }
            Message::Bid(_, who, price) => room.bid(desk, named, who, price, reports),
            Message::Cancel(_) => room.cancel(desk, named, reports),
            Message::Advance(tick) => room.advance(desk, tick, reports),
            Message::Withdraw(gone) => room.withdraw(desk, |who| who == gone, reports),
            Message::Give(title, from, to) => {
                outside(desk.titles.apply(&TitleOperation::Transfer {
                    title,
                    from,
                    to,
                    share: Some(half()),
                    with_liens: true,
                }))
            }
            Message::Lien(title, true) => outside(desk.titles.apply(&TitleOperation::AddLien {
                title,
                kind: LienKind(0),
                creditor: owner(9),
                rank: 0,
                limit: 5,
            })),
            Message::Lien(title, false) => {
                let liens = desk.titles.get(title)?.liens();
                let lien = liens.first().map_or(LienId::LAST, |lien| lien.id);
                outside(desk.titles.apply(&TitleOperation::ReleaseLien { lien }))
            }
        }?;
        Ok(None)
    }

    /// The digests of money, titles and the room.
    pub(crate) fn digests(&self) -> [Digest; 3] {
        let key = TypeKey::new("saleroom.test");
        [
            self.ledger.digest(&key),
            self.titles.digest(&key),
            self.room.digest(&key, 0).unwrap(),
        ]
    }

    /// The message is carried out.
    pub(crate) fn done(&mut self, message: Message) -> Vec<ListingReport> {
        let mut reports = Vec::new();
        self.apply(&message, &mut reports).unwrap();
        self.room.check(&self.ledger).unwrap();
        reports
    }

    /// The message is refused, and nothing changes.
    pub(crate) fn refused(&mut self, message: Message) -> EscrowError {
        let (before, mut reports) = (self.digests(), Vec::new());
        let error = self.apply(&message, &mut reports).unwrap_err();
        assert!(
            reports.is_empty() && self.digests() == before,
            "{message:?}"
        );
        error
    }

    /// Free money of an owner.
    pub(crate) fn free(&self, id: u64) -> i64 {
        let balance = self.ledger.balance(purse(id)).unwrap();
        balance.net_debit() - balance.credits_pending
    }
}

/// All that the seller has, at an open bidding that closes at tick 5.
pub(crate) fn lot(seller: u64, title: u64) -> Lot {
    Lot {
        seller: trader(seller),
        title: house(title),
        share: None,
        with_liens: false,
        reserve: Price(100),
        bidding: Bidding::English { increment: 10 },
        closes: Tick::new(5),
    }
}

fn lots() -> impl Strategy<Value = Lot> {
    let bidding = prop_oneof![
        2 => (0..20_i64).prop_map(|increment| Bidding::English { increment }),
        2 => Just(Bidding::SealedFirstPrice),
        2 => Just(Bidding::SealedSecondPrice),
    ];
    let share =
        prop_oneof![4 => Just(None), 1 => Just(Some(half())), 1 => Just(Ratio::new(1, 3).ok())];
    let reserve = prop_oneof![20 => 0..120_i64, 1 => any::<i64>()].prop_map(Price);
    // Most are offered by who has them at first.
    let ids = (0..=TRADERS, 0..=HOUSES, 0..4_u8).prop_map(|(who, title, luck)| {
        let who = if luck == 0 { who } else { title % OWNERS };
        (who, title)
    });
    (ids, share, any::<bool>(), reserve, bidding, 0..9_u32).prop_map(
        |((who, title), share, with_liens, reserve, bidding, closes)| Lot {
            seller: trader(who),
            title: house(title),
            share,
            with_liens,
            reserve,
            bidding,
            closes: Tick::new(closes),
        },
    )
}

/// Scripts of so many messages. Somebody dies about once in a script.
pub(crate) fn scripts(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Message>> {
    let traders = || (0..=TRADERS).prop_map(trader);
    let houses = || (0..HOUSES).prop_map(house);
    let price = prop_oneof![30 => 0..400_i64, 3 => 300..1_000_i64, 1 => any::<i64>()];
    let owners = (0..OWNERS).prop_map(owner);
    let message = prop_oneof![
        50 => lots().prop_map(Message::List),
        110 => (0..5_usize, traders(), price.prop_map(Price))
            .prop_map(|(number, who, price)| Message::Bid(number, who, price)),
        6 => (0..5_usize).prop_map(Message::Cancel),
        20 => (0..12_u32).prop_map(|tick| Message::Advance(Tick::new(tick))),
        1 => traders().prop_map(Message::Withdraw),
        8 => (houses(), owners.clone(), owners).prop_map(|(title, from, to)| Message::Give(title, from, to)),
        4 => (houses(), any::<bool>()).prop_map(|(title, comes)| Message::Lien(title, comes)),
    ];
    proptest::collection::vec(message, len).prop_map(|mut script| {
        let mut now = 0_u32;
        for message in &mut script {
            match message {
                Message::List(lot) => lot.closes = Tick::new(now + lot.closes.index()),
                Message::Advance(tick) => {
                    // One in twelve goes back.
                    let is_back = tick.index() == 0;
                    *tick = Tick::new(if is_back {
                        now.saturating_sub(1)
                    } else {
                        now + 1
                    });
                    now += u32::from(!is_back);
                }
                _ => {}
            }
        }
        script
    })
}
