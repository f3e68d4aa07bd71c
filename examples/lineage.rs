//! The family tree of one person, after a hundred years of a small town.
//!
//! `cargo run --release --example lineage -- --seed 2`
//!
//! People are born, form unions, part and die by the tables of the United States. Then the society's books are
//! asked: the lineage for ancestors and descendants, the book of unions for partners, a rule of intestacy for
//! heirs. Names are derived from the lineage; nobody carries one.

use std::process::ExitCode;

use clap::Parser;
use oikos::core::StableId;
use oikos::family::{
    Deceased, End, FamilyFigures, Intestacy, Kin, MarriageHistory, Names, PeriodRates, Relations,
    RelativeRisks, SpouseAndStirpes, Unions, UnionsPlugin,
};
use oikos::prelude::*;

/// The family tree of one person in a small town.
#[derive(Debug, Parser)]
#[command(name = "lineage")]
struct Args {
    /// People at the start, on 1 July 2019.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u64).range(50..=100_000))]
    people: u64,
    /// Years until the books are asked.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=500))]
    years: u32,
    /// Whose tree, by number; where it is not said, somebody alive with the most descendants.
    #[arg(long)]
    person: Option<u64>,
    /// How many generations up and down.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10))]
    generations: u32,
    /// The seed: another one is another history.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lineage: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let town = town(args)?;
    let names = Names::us()?;
    let tree = Tree {
        lineage: town.world().resource::<Lineage>(),
        unions: town.world().resource::<Unions>(),
        names: &names,
        seed: town.seed(),
    };
    let person = match args.person {
        Some(number) => tree.known(number)?,
        None => tree
            .most_descendants()
            .ok_or("nobody is left in the town")?,
    };
    println!(
        "{} people lived in the town on {}.\n",
        town.slot_order::<Person>().len(),
        town.today()
    );
    tree.print_unions(person);
    tree.print_ancestors(person, args.generations);
    tree.print_descendants(person, args.generations);
    tree.print_living_kin(person);
    tree.print_heirs(person)?;
    Ok(())
}

fn town(args: &Args) -> Result<Society, oikos::Error> {
    let (tables, figures) = (Tables::us()?, FamilyFigures::us()?);
    let rates = PeriodRates::new(&tables)?;
    let risks = RelativeRisks::fitted(&figures, &rates.at_year(2019).fertility)?;
    let family = FamilyPlugin::new(&tables)?.relative_risks(risks);
    let unions = UnionsPlugin::new(&figures, &tables)?;
    let people =
        Population::us_2019(args.people)?.with_families(&figures, &MarriageHistory::us()?)?;
    let mut town = Society::builder(Seed(args.seed))
        .start(date(2019, 7, 1))
        // So few people are done with sooner by one thread. No result depends on it.
        .threads(1)
        .add_plugins((family.hazards(HazardMode::Thinned), unions))
        .populate(people)
        .build()?;
    town.run(Years(args.years))?;
    Ok(town)
}

/// The books of a town, and how to read them.
struct Tree<'a> {
    lineage: &'a Lineage,
    unions: &'a Unions,
    names: &'a Names,
    seed: Seed,
}

impl Tree<'_> {
    fn relations(&self) -> Relations<'_> {
        Relations::new(self.lineage)
    }

    fn known(&self, number: u64) -> Result<PersonId, String> {
        let known = PersonId::new(number).ok();
        let known = known.filter(|id| self.lineage.get(*id).is_some());
        let most = self.lineage.len().saturating_sub(1);
        known.ok_or_else(|| format!("there is no person {number}; give a number from 0 to {most}"))
    }

    fn lives(&self, person: PersonId) -> bool {
        self.lineage
            .get(person)
            .is_some_and(|record| record.died.is_none())
    }

    fn most_descendants(&self) -> Option<PersonId> {
        let living = self
            .lineage
            .iter()
            .map(|(id, _)| id)
            .filter(|id| self.lives(*id));
        let descendants = |id: PersonId| self.relations().descendants(id, u32::MAX).count();
        // Of several with as many, the one who came first.
        living.max_by_key(|id| (descendants(*id), std::cmp::Reverse(*id)))
    }

    /// Name and years: `Anna Smith (1950-2031)`, and the person's number.
    fn title(&self, person: PersonId) -> String {
        let name = self.names.of(self.seed, self.lineage, person);
        let name = name.map_or_else(|| "somebody".to_owned(), |name| name.to_string());
        let years = self.lineage.get(person).map_or_else(String::new, |record| {
            let died = record
                .died
                .map_or_else(String::new, |(day, _)| day.year().to_string());
            format!(" ({}-{died})", record.born.year())
        });
        format!("{name}{years} #{}", person.get())
    }

    fn print_unions(&self, person: PersonId) {
        println!("{}", self.title(person));
        let mut unions: Vec<_> = self.unions.of(person).map(|(_, union)| union).collect();
        unions.reverse();
        for union in unions {
            let Some(partner) = union.partner_of(person) else {
                continue;
            };
            let married = union
                .married
                .map_or_else(String::new, |day| format!(", married {}", day.year()));
            let ended = match union.ended {
                None => String::new(),
                Some((day, End::Death)) => format!(", until a death in {}", day.year()),
                Some((day, End::Divorce)) => format!(", divorced {}", day.year()),
                Some((day, _)) => format!(", apart since {}", day.year()),
            };
            let since = union.formed.year();
            println!(
                "  with {} from {since}{married}{ended}",
                self.title(partner)
            );
        }
    }

    fn print_ancestors(&self, person: PersonId, generations: u32) {
        println!("\nAncestors");
        for (ancestor, generation) in self.relations().ancestors(person, generations) {
            if generation > 0 {
                self.print_relative(person, ancestor, generations, generation);
            }
        }
    }

    fn print_relative(&self, person: PersonId, other: PersonId, generations: u32, indent: u32) {
        let relation = self.relations().relation(person, other, generations);
        let relation = relation.map_or_else(String::new, |relation| relation.name());
        let space = "  ".repeat(indent as usize);
        println!("{space}{relation}: {}", self.title(other));
    }

    /// Children below their parents, the eldest first.
    fn print_descendants(&self, person: PersonId, generations: u32) {
        println!("\nDescendants");
        let mut open = vec![(person, 0)];
        while let Some((parent, generation)) = open.pop() {
            if generation > 0 {
                self.print_relative(person, parent, generations, generation);
            }
            if generation < generations {
                let mut children: Vec<_> = self.lineage.children(parent).collect();
                children.reverse();
                open.extend(children.into_iter().map(|child| (child, generation + 1)));
            }
        }
    }

    /// How many kin of each kind live, and who the siblings, aunts, uncles and cousins among them are.
    fn print_living_kin(&self, person: PersonId) {
        let relations = self.relations();
        let Some(counts) = relations.living_kin(person) else {
            return;
        };
        println!("\nLiving kin");
        let aside = [
            Kin::FullSiblings,
            Kin::HalfSiblings,
            Kin::NiecesAndNephews,
            Kin::AuntsAndUncles,
            Kin::Cousins,
        ];
        for kin in Kin::ALL.into_iter().filter(|kin| counts.get(*kin) > 0) {
            println!("  {}: {}", kin.label(), counts.get(kin));
            if aside.contains(&kin) {
                for other in relations
                    .kin(person, kin)
                    .filter(|other| self.lives(*other))
                {
                    self.print_relative(person, other, 2, 2);
                }
            }
        }
    }

    /// Who would inherit today, where there is no will.
    fn print_heirs(&self, person: PersonId) -> Result<(), oikos::Error> {
        if !self.lives(person) {
            return Ok(());
        }
        println!("\nHeirs, were it today");
        let spouses: Vec<PersonId> = self.unions.spouse(person).into_iter().collect();
        let estate = Deceased {
            lineage: self.lineage,
            person,
            spouses: &spouses,
        };
        let heirs = SpouseAndStirpes::default().heirs(&estate)?;
        if heirs.is_empty() {
            println!("  nobody: the estate escheats");
        }
        for share in heirs {
            let relation = self.relations().relation(person, share.heir, 10);
            let relation = match relation {
                _ if spouses.contains(&share.heir) => "spouse".to_owned(),
                Some(relation) => relation.name(),
                None => "kin".to_owned(),
            };
            println!("  {} to {relation} {}", share.part, self.title(share.heir));
        }
        Ok(())
    }
}
