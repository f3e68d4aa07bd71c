//! A model of one's own in a town: an attribute, a hazard, an organisation; saved and loaded.
use oikos::prelude::*;

/// Whether somebody smokes. Newborns do not.
#[derive(Attribute, Clone, Copy, Default)]
struct Smoker(bool);

/// Smoking adds two deaths per 1,000 years to those of the life table.
struct Smoking;
impl Hazard for Smoking {
    type Event = Death;
    type Reads = Smoker;
    type Param = NoParam;
    const CAUSE: &'static str = "smoking";
    fn force(smoker: Smoker, _today: &Today<'_, NoParam>) -> Force {
        Force::per_million_years(if smoker.0 { 2_000 } else { 0 })
    }
}

draw_stream!(Habit = "embed.habit");

/// Among adults, 5 in a million begin each day.
fn begin(mut people: Rows<(&BirthDate, &mut Smoker)>, ages: Res<Ages>, draws: Draws<Habit>) {
    people.par_for_each(|who, (born, smoker)| {
        smoker.0 |= ages.completed(*born) >= 18 && draws.of(who).unit() < 5e-6;
    });
}

fn smoking(app: &mut App) {
    app.attribute::<Smoker>().hazard::<Smoking>();
    app.add_systems(Tick, begin.in_set(Phase::Decide));
}

fn town() -> Result<Society, oikos::Error> {
    let family = FamilyPlugin::new(&Tables::us()?)?;
    let club = Founding::of("club").with("member", (0..10).flat_map(PersonId::new));
    let town = Society::builder(Seed(1))
        .start(date(2019, 7, 1))
        .add_plugins((family, OrganisationsPlugin, smoking))
        .populate(Population::us_2019(5_000)?)
        .populate(club);
    Ok(town.build()?)
}

fn main() -> Result<(), oikos::Error> {
    let (mut first, mut second) = (town()?, town()?);
    first.run(Years(20))?;
    second.restore(&first.snapshot()?)?;
    first.run(Years(10))?;
    second.run(Years(10))?;
    let living = first.slot_order::<Person>().into_iter();
    let smokers = living.filter(|id| first.get::<Smoker>(*id).is_some_and(|it| it.0));
    println!("{} people smoke", smokers.count());
    println!("digest {} = {}", first.digest()?, second.digest()?);
    Ok(())
}
