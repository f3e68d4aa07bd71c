//! Runs a script on a society and on its twin, and compares them after each operation.

use oikos_core::StableId;
use oikos_engine::{EngineError, Kind, KindMap, Slots, Society};

use super::plugin::{self, Age, BIRTH, BirthOrder, DEATH, DeathOrder, Tally, Weight};
use super::twin::Twin;
use super::{Coverage, Operation, Script};
use crate::error::Violation;

impl<K: Kind> Script<K> {
    /// Runs the script on a society of its own and on a slow twin that shares nothing with the engine,
    /// and compares after each operation: ids dense and never reused, the values of newborns, weights,
    /// ages, sparse values, timers, N(t + 1) = N(t) + births − deaths, nobody dead in a row.
    ///
    /// # Errors
    /// [`Violation::TwinDiffers`]; [`Violation::Engine`].
    pub fn run(&self) -> Result<Coverage, Violation> {
        let society = plugin::society::<K>().map_err(engine)?;
        let mut both = Both::<K> {
            society,
            twin: Twin::new(),
            coverage: Coverage::default(),
            kind: std::marker::PhantomData,
        };
        for operation in &self.operations {
            both.perform(*operation)?;
            both.compare()?;
        }
        Ok(both.coverage)
    }
}

fn engine(source: EngineError) -> Violation {
    Violation::Engine {
        check: "script",
        source,
    }
}

struct Both<K> {
    society: Society,
    twin: Twin,
    coverage: Coverage,
    kind: std::marker::PhantomData<fn() -> K>,
}

impl<K: Kind> Both<K> {
    fn perform(&mut self, operation: Operation) -> Result<(), Violation> {
        match operation {
            Operation::Birth { cause, weight } => self.birth(u64::from(cause), weight),
            Operation::Death { pick, times } => {
                match self.twin.ever + self.twin.births.len() as u64 {
                    0 => Ok(()),
                    all => self.death(u64::from(pick) % all, times.max(1)),
                }
            }
            Operation::NewbornDeath { pick } => match self.twin.births.len() as u64 {
                0 => Ok(()),
                newborns => self.death(self.twin.ever + u64::from(pick) % newborns, 1),
            },
            Operation::Step => self.step(),
            Operation::SaveAndLoad => self.save_and_load(),
            Operation::Compact => {
                self.society.compact().map_err(engine)?;
                Ok(())
            }
            Operation::Scramble { salt } => {
                self.society.scramble(salt).map_err(engine)?;
                Ok(())
            }
        }
    }

    fn birth(&mut self, cause: u64, weight: Option<u16>) -> Result<(), Violation> {
        let same = self.twin.births.iter().filter(|order| order.0 == cause);
        let ordinal = same.count() as u32;
        let subject =
            (u64::from(self.society.tick().index()) << 32) | self.twin.births.len() as u64;
        let order: BirthOrder = (cause, ordinal, subject, weight.map(u32::from));
        self.society
            .submit(BIRTH, self.society.tick(), &order)
            .map_err(engine)?;
        self.twin.births.push(order);
        Ok(())
    }

    fn death(&mut self, id: u64, times: u8) -> Result<(), Violation> {
        for cause in 0..times {
            let order: DeathOrder = (id, u32::from(cause));
            self.society
                .submit(DEATH, self.society.tick(), &order)
                .map_err(engine)?;
            self.twin.deaths.push(id);
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), Violation> {
        let slots = self.slots()?.slots();
        self.society.step().map_err(engine)?;
        let happened = self.twin.step();
        let newborn_deaths = happened.born.iter().filter(|id| happened.died.contains(id));
        self.coverage.newborn_deaths += newborn_deaths.count() as u32;
        let both = !happened.born.is_empty() && !happened.died.is_empty();
        self.coverage.births_and_deaths += u32::from(both);
        self.coverage.double_deaths += happened.doubled;
        self.coverage.void_deaths += happened.void;
        self.coverage.steps += 1;
        let table = self.slots()?;
        let reused = happened.born.iter().filter(|id| {
            let slot = K::Id::new(**id).ok().and_then(|id| table.slot(id));
            slot.is_some_and(|slot| slot.index() < slots)
        });
        let reused = reused.count() as u32;
        self.coverage.reused_slots += reused;
        Ok(())
    }

    fn save_and_load(&mut self) -> Result<(), Violation> {
        let saved = self.society.snapshot().map_err(engine)?;
        let mut fresh = plugin::society::<K>().map_err(engine)?;
        fresh.restore(&saved).map_err(engine)?;
        self.society = fresh;
        self.coverage.loads += 1;
        Ok(())
    }

    fn slots(&self) -> Result<&Slots<K>, Violation> {
        let slots = self.society.world().get_resource::<Slots<K>>();
        slots.ok_or(Violation::Engine {
            check: "script",
            source: EngineError::UnknownKind { kind: K::NAME },
        })
    }

    fn compare(&self) -> Result<(), Violation> {
        let slots = self.slots()?;
        self.same(
            "number",
            0,
            slots.len() as u64,
            self.twin.living.len() as u64,
        )?;
        self.same("next id", 0, slots.next_id(), self.twin.ever)?;
        let bits: u32 = slots
            .living_words()
            .iter()
            .map(|word| word.count_ones())
            .sum();
        self.same(
            "bits of the living",
            0,
            u64::from(bits),
            self.twin.living.len() as u64,
        )?;
        self.same(
            "rows met",
            0,
            slots.iter().count() as u64,
            self.twin.living.len() as u64,
        )?;
        let tally = self
            .society
            .world()
            .get_resource::<Tally>()
            .copied()
            .unwrap_or_default();
        for (quantity, number) in [("births", 0), ("deaths", 1), ("timers rung", 2)] {
            self.same(quantity, 0, tally.0[number], self.twin.tally[number])?;
        }
        let stock = plugin::FOUNDERS + tally.0[0] - tally.0[1];
        self.same("number by births and deaths", 0, stock, slots.len() as u64)?;
        for id in 0..=self.twin.ever {
            self.compare_member(id)?;
        }
        Ok(())
    }

    fn compare_member(&self, raw: u64) -> Result<(), Violation> {
        let Ok(id) = K::Id::new(raw) else {
            return Ok(());
        };
        let twin = self.twin.living.get(&raw);
        let slots = self.slots()?;
        let who = slots.find(id);
        let slot = slots.slot(id).and_then(|slot| slots.who(slot));
        self.alike(
            "id in its slot",
            raw,
            slot.map(|who| who.id().get()),
            twin.map(|_| raw),
        )?;
        let expected = twin.map(|member| member.subject);
        self.alike("subject", raw, who.map(|who| who.subject()), expected)?;
        let weight = self
            .society
            .get::<Weight<K>>(id)
            .map(|weight| u64::from(weight.0));
        self.alike(
            "weight",
            raw,
            weight,
            twin.map(|member| u64::from(member.weight)),
        )?;
        let age = self.society.get::<Age<K>>(id).map(|age| u64::from(age.0));
        self.alike("age", raw, age, twin.map(|member| u64::from(member.age)))?;
        let marks = self.society.world().get_resource::<KindMap<K, u64>>();
        let mark = marks.and_then(|marks| marks.get(id)).copied();
        self.alike("mark", raw, mark, twin.and_then(|member| member.mark))
    }

    fn same(
        &self,
        quantity: &'static str,
        id: u64,
        found: u64,
        expected: u64,
    ) -> Result<(), Violation> {
        self.alike(quantity, id, Some(found), Some(expected))
    }

    fn alike(
        &self,
        quantity: &'static str,
        id: u64,
        found: Option<u64>,
        expected: Option<u64>,
    ) -> Result<(), Violation> {
        if found == expected {
            return Ok(());
        }
        let (tick, kind) = (self.society.tick(), K::NAME);
        Err(Violation::TwinDiffers {
            tick,
            quantity,
            kind,
            id,
            found,
            expected,
        })
    }
}
