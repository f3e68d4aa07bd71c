//! People who meet in pairs at random and give each other money; the rules by which they do.

use oikos::core::{CurrencyInfo, Draw, Ratio, Rounding};
use oikos::data::{Collected, RowTable};
use oikos::engine::NoColumns;
use oikos::ledger::{
    AccountId, AccountKind, AccountSpec, Ledger, Limit, Owner, Status, Transfer, TransferKind,
};
use oikos::prelude::*;
use oikos::serde::{Deserialize, Serialize};

kind! {
    /// Somebody with money.
    pub(crate) Agent, AgentId = "agent";
}

draw_stream!(pub(crate) Meetings = "money-exchange.meetings");

/// What happens when two meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) enum Rule {
    /// Each sets a share of their money aside, and what both have left is put together and cut at a random place
    /// (Chakraborti and Chakrabarti 2000; without saving one of the rules of Dragulescu and Yakovenko 2000).
    Split {
        /// The share that is set aside, rounded down to a minor unit.
        saving: Ratio,
    },
    /// One pays the other a random amount of up to twice the mean, or nothing if they have not got it (Dragulescu
    /// and Yakovenko 2000).
    Transfer,
    /// One pays the other a minor unit, or nothing if they have none.
    Coin,
}

/// Who of the two gets the money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) enum Winner {
    /// Chance says who.
    #[default]
    Drawn,
    /// Whoever has more, and all that is put together: the fault by which the comparison with theory is tried.
    Richer,
}

/// Parameters: saved with the society.
#[derive(Resource, Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Exchange {
    /// What happens when two meet.
    pub(crate) rule: Rule,
    /// Who gets the money.
    pub(crate) winner: Winner,
    /// How many there are.
    pub(crate) agents: u64,
    /// Minor units that each has at the start, and so the mean for ever.
    pub(crate) mean: i64,
    /// Decimals of the money: as many minor units as a power of ten make one unit.
    pub(crate) decimals: u8,
}

impl Default for Exchange {
    /// 1,000 agents with a unit each, in millionths: small beside what any of them has.
    fn default() -> Self {
        Self {
            rule: Rule::Split {
                saving: Ratio::percent(0),
            },
            winner: Winner::Drawn,
            agents: 1_000,
            mean: 1_000_000,
            decimals: 6,
        }
    }
}

/// Accounts by agent, and the kind of transfer by which they pay.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
struct Purses {
    of: Vec<AccountId>,
    gift: TransferKind,
}

impl Purses {
    fn at(&self, agent: u64) -> Result<AccountId, BevyError> {
        let purse = self.of.get(agent as usize).copied();
        Ok(purse.ok_or("an agent without a purse")?)
    }
}

/// A sweep: as many meetings as there are agents, each of two who are drawn anew.
fn meet(
    exchange: Res<Exchange>,
    purses: Res<Purses>,
    draws: Draws<Meetings>,
    mut ledger: ResMut<Book<Ledger>>,
) -> Result<(), BevyError> {
    let mut draw = draws.of(());
    for _ in 0..exchange.agents {
        let first = draw.below(exchange.agents)?;
        // Everybody but the first is as likely.
        let other = draw.below(exchange.agents - 1)?;
        let second = other + u64::from(other >= first);
        let pair = [purses.at(first)?, purses.at(second)?];
        let has = [
            ledger.balance(pair[0])?.net_debit(),
            ledger.balance(pair[1])?.net_debit(),
        ];
        let gain = exchange.gain(has, &mut draw)?;
        give(&mut ledger, purses.gift, pair, gain)?;
    }
    Ok(())
}

impl Exchange {
    /// What the first of two who have so much is to get from the second; below 0 the second gets it.
    fn gain(&self, has: [i64; 2], draw: &mut Draw) -> Result<i64, BevyError> {
        let amount = match self.rule {
            Rule::Split { saving } => {
                let aside = [
                    saving.apply(has[0], Rounding::Floor)?,
                    saving.apply(has[1], Rounding::Floor)?,
                ];
                let pot = has[0] - aside[0] + has[1] - aside[1];
                let drawn = draw.range(0..=pot)?;
                let part = match self.winner {
                    Winner::Drawn => drawn,
                    // Were it cut all the same, it would make no difference whose is the larger part.
                    Winner::Richer if has[0] >= has[1] => pot,
                    Winner::Richer => 0,
                };
                return Ok(aside[0] + part - has[0]);
            }
            Rule::Transfer => draw.range(0..=2 * self.mean)?,
            Rule::Coin => 1,
        };
        // Which of the two was drawn first is chance enough.
        let first_gets = match self.winner {
            Winner::Drawn => true,
            Winner::Richer => has[0] >= has[1],
        };
        Ok(if first_gets { amount } else { -amount })
    }
}

/// Moves money to the first of two, or if it is below 0 to the second; none moves if whoever pays has not got it.
fn give(
    ledger: &mut Ledger,
    kind: TransferKind,
    [first, second]: [AccountId; 2],
    gain: i64,
) -> Result<(), BevyError> {
    let (debit, credit) = if gain < 0 {
        (second, first)
    } else {
        (first, second)
    };
    if gain == 0 {
        return Ok(());
    }
    let (amount, reference) = (gain.abs(), 0);
    let gift = Transfer {
        kind,
        debit,
        credit,
        amount,
        reference,
    };
    match ledger.post(&gift) {
        Err(refusal) if refusal.status != Status::CreditLimit => Err(refusal.into()),
        _ => Ok(()),
    }
}

/// The agents, and the money of each from an issuer.
fn found_agents(world: &mut World) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let exchange = *world.resource::<Exchange>();
    let agents = found::<Agent>(world, 0..exchange.agents)?;
    let mut ledger = world.resource_mut::<Book<Ledger>>();
    let purse = AccountSpec {
        kind: AccountKind::Asset,
        owner: Owner {
            kind: ledger.owner_kind(Agent::NAME)?,
            id: 0,
        },
        sector: ledger.sector("agents")?,
        currency: ledger.currency(CurrencyInfo::new("MON", "money", exchange.decimals)?)?,
        // Nobody has debts.
        limit: Limit::Credits(0),
        is_issuer: false,
    };
    let issuer = ledger.open(&AccountSpec {
        kind: AccountKind::Liability,
        limit: Limit::None,
        is_issuer: true,
        ..purse
    })?;
    let (gift, mint) = (ledger.kind("gift")?, ledger.issuing_kind("mint")?);
    let mut of = Vec::new();
    for agent in agents {
        let mut own = purse;
        own.owner.id = agent.id().get();
        let debit = ledger.open(&own)?;
        ledger.post(&Transfer {
            kind: mint,
            debit,
            credit: issuer,
            amount: exchange.mean,
            reference: 0,
        })?;
        of.push(debit);
    }
    world.insert_resource(Purses { of, gift });
    Ok(())
}

/// A society of agents who meet, a sweep a tick.
pub(crate) fn society(seed: Seed, exchange: Exchange) -> SocietyBuilder {
    let plugin = move |app: &mut App| {
        app.add_plugins(BooksPlugin::default());
        app.kind::<Agent>();
        let none = Purses {
            of: Vec::new(),
            gift: TransferKind(0),
        };
        app.insert_resource(exchange)
            .param::<Exchange>("money-exchange.rule")
            .persist_value("money-exchange.purses", 1, none)
            .add_systems(Tick, meet.in_set(Phase::Act));
    };
    Society::builder(seed)
        .tick(Days(1))
        .threads(1)
        .add_plugins(plugin)
        .populate(found_agents)
}

/// What an agent has, in minor units; nothing for who has no purse.
fn money(world: &World, agent: AgentId) -> Option<i64> {
    let purse = world.resource::<Purses>().at(agent.get()).ok()?;
    let balance = world.resource::<Book<Ledger>>().balance(purse).ok()?;
    Some(balance.net_debit())
}

/// Runs for so many sweeps, and leaves the table `wealth` of who has what at the start and at the end.
pub(crate) fn run(seed: Seed, exchange: Exchange, sweeps: u32) -> Result<Collected, oikos::Error> {
    let kind = ColumnKind::Decimal {
        scale: exchange.decimals,
    };
    let column = ColumnSpec::new("money", kind, "MON", "What the agent has.").nullable();
    let wealth = RowTable::<Agent>::new("wealth").column(column, |member, _: NoColumns<Agent>| {
        money(member.world, member.who.id()).map_or(Value::Null, Value::Decimal)
    });
    let ends = oikos::core::Cadence::every(Ticks(sweeps));
    let plan = Collect::new(0).rows(ends, wealth);
    let mut society = society(seed, exchange).build()?;
    Ok(society.collect(Ticks(sweeps), &plan)?)
}
