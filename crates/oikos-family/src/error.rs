//! Everything that can go wrong in this crate.

use crate::tables::TableError;

/// An error of the family crate. Whatever returned it left its inputs as they were.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FamilyError {
    /// A file of rates or of people could not be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// More people than there is memory for.
    #[error(
        "{people} people take about {megabytes} MB, which this machine does not give: ask for fewer"
    )]
    Memory {
        /// How many were asked for.
        people: u64,
        /// What they would take.
        megabytes: u64,
    },
    /// A society without births and deaths of people.
    #[error("the society has no lineage; add a `FamilyPlugin`")]
    NoFamily,
    /// A society whose people live in no homes.
    #[error("no homes were founded: add `.populate(FoundHomes::default())` behind the people")]
    NoHomes,
    /// Unions in a society without them.
    #[error("the society has no unions; add a `UnionsPlugin`")]
    NoUnions,
    /// Homes for people who have some.
    #[error("homes were founded already; found them once, with all groups")]
    HomesTwice,
    /// An adult without a parent who could live in the parental home.
    #[error(
        "{person} is to live in the parental home, but no parent is in the same group: leave them out of \
         `at_home`"
    )]
    ParentalHome {
        /// The person.
        person: oikos_world::PersonId,
    },
    /// A society that does not score its hazards.
    #[error("hazards are not scored in this society; ask for it with `app.score_hazards()`")]
    NotScored,
    /// Somebody who cannot form a union.
    #[error("{person} {problem}")]
    Union {
        /// The person.
        person: oikos_world::PersonId,
        /// Why not.
        problem: &'static str,
    },
    /// Something that cannot happen to a union.
    #[error("{union} {problem}")]
    UnionState {
        /// The union.
        union: crate::UnionId,
        /// Why not.
        problem: &'static str,
    },
    /// Numbers beyond what the kernel can hold.
    #[error(transparent)]
    Core(#[from] oikos_core::CoreError),
    /// A force exceeds the bound against which candidates were drawn.
    #[error(
        "`{event}` for {who} has a force of {force} a year, above its declared bound: raise \
         `Hazard::bound`, or look at hazards daily"
    )]
    AboveBound {
        /// The person.
        who: String,
        /// The event's stream.
        event: &'static str,
        /// The force, per year.
        force: f64,
    },
    /// Something happened without a cause.
    #[error(
        "an event was accepted, but no hazard has a force: add hazards before the society runs"
    )]
    NoCause,
    /// There are people whom the lineage does not know.
    #[error(
        "there were {people} people, but the lineage has {recorded}: found them with \
         `found_people`, which records them"
    )]
    Unrecorded {
        /// Everybody who ever lived.
        people: u64,
        /// Those in the lineage.
        recorded: u64,
    },
    /// More people than a lineage can hold.
    #[error("the lineage is full: it holds at most {max} people")]
    LineageFull {
        /// The most there can be.
        max: u64,
    },
    /// A founder whose life cannot have been.
    #[error("person#{person} is a founder {problem}: correct the dates")]
    Founder {
        /// Number of the person's id.
        person: u64,
        /// What cannot be.
        problem: &'static str,
    },
    /// The society refused founders.
    #[error("the founders were refused: {problem}")]
    Founding {
        /// What the engine said.
        problem: String,
    },
    /// Somebody who cannot be the parent of a child.
    #[error("person#{parent} cannot be the {role} of person#{child}: {must}")]
    Parent {
        /// Number of the child's id.
        child: u64,
        /// `mother` or `father`.
        role: &'static str,
        /// Number of the parent's id.
        parent: u64,
        /// What parents must be.
        must: &'static str,
    },
    /// Two men were named as the father of the children of one delivery.
    #[error(
        "person#{first} and person#{second} are both named as father of the children whom \
         person#{mother} bears today: let one system name him"
    )]
    TwoFathers {
        /// Number of the mother's id.
        mother: u64,
        /// Number of the id of the one named first.
        first: u64,
        /// Number of the id of the other.
        second: u64,
    },
    /// Nobody has had an id.
    #[error("nobody has had the id person#{id}: there were {people} people so far")]
    NoSuchPerson {
        /// Number of the id.
        id: u64,
        /// Everybody in the lineage.
        people: u64,
    },
    /// A will that cannot be carried out.
    #[error("the will leaves {part} to {heir}: {must}")]
    Will {
        /// The heir.
        heir: String,
        /// The part left.
        part: oikos_core::Ratio,
        /// What it must be instead.
        must: &'static str,
    },
    /// Tables of migration that cannot be.
    #[error("{table}, row {row}, field {field}: {text} does not fit: {must}")]
    Migration {
        /// The table.
        table: &'static str,
        /// The row in it, from 0.
        row: u64,
        /// The field.
        field: &'static str,
        /// The value.
        text: String,
        /// What it must be instead.
        must: &'static str,
    },
    /// Somebody in a family who cannot arrive.
    #[error("member {member} of a family that is to arrive {problem}")]
    Newcomer {
        /// Place in the list of members, from 0.
        member: u64,
        /// Why not.
        problem: &'static str,
    },
    /// A population of nobody, or of more than ids can name.
    #[error("a population of {people}: give between 1 and {max} people")]
    People {
        /// How many were asked for.
        people: u64,
        /// The most there can be.
        max: u64,
    },
    /// A number lies outside what the model can take.
    #[error("{name} is {value}: {must}")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// Value given.
        value: f64,
        /// What it must be instead.
        must: &'static str,
    },
    /// A published figure that cannot be.
    #[error("the figure `{figure}` is {value}: {must}")]
    Figure {
        /// The field of [`FamilyFigures`](crate::FamilyFigures), or the name of the check.
        figure: String,
        /// Value given.
        value: f64,
        /// What it must be instead.
        must: &'static str,
    },
    /// A value of a schedule by age lies outside what the model can take.
    #[error("{name} at age {age} is {value}: {must}")]
    AtAge {
        /// Name of the schedule.
        name: &'static str,
        /// Completed years.
        age: u32,
        /// Value given.
        value: f64,
        /// What it must be instead.
        must: &'static str,
    },
    /// A schedule by age has no ages.
    #[error("{name} has no ages: give one value for each completed year of age, from 0")]
    NoAges {
        /// Name of the schedule.
        name: &'static str,
    },
    /// Two schedules that belong together have lengths that do not fit.
    #[error("{name} has {found} values where {expected} are needed: give one value for each age")]
    Length {
        /// Name of the schedule.
        name: &'static str,
        /// Values needed.
        expected: u64,
        /// Values given.
        found: u64,
    },
    /// A series over time has no table.
    #[error("there is no {name} table: give at least one")]
    NoTables {
        /// What the series is about.
        name: &'static str,
    },
    /// Age groups overlap, leave a gap or run backwards.
    #[error(
        "age group {from}-{to} does not follow: it must start at age {expected_from} and end no \
         earlier"
    )]
    Groups {
        /// First age of the group.
        from: u32,
        /// Last age of the group.
        to: u32,
        /// The age at which it should have started.
        expected_from: u32,
    },
    /// An iteration did not settle.
    #[error("{what} did not settle within {iterations} iterations: {advice}")]
    NotConverged {
        /// What was sought.
        what: &'static str,
        /// Iterations made.
        iterations: u32,
        /// What to do.
        advice: &'static str,
    },
    /// No Gompertz curve has this pair of expectation and mode.
    #[error(
        "no rising Gompertz curve has life expectancy {expectation_years} and mode {mode_years}: \
         their ratio must lie between {ratio_min} and 1"
    )]
    NoSuchGompertz {
        /// Life expectancy at birth, years.
        expectation_years: f64,
        /// Modal age at death, years.
        mode_years: f64,
        /// Smallest ratio of the two that a Gompertz curve reaches.
        ratio_min: f64,
    },
    /// No births ever occur, so there is no rate of growth to find.
    #[error(
        "no woman lives to bear a daughter under these schedules: check that fertility is not zero"
    )]
    NoReproduction,
    /// People are to be placed but all weights are zero.
    #[error("{units} units cannot be shared out: every weight is zero")]
    NothingToShareBy {
        /// Units to be placed.
        units: u64,
    },
    /// A day lies outside the years that are observed.
    #[error(
        "day {day} lies outside the observed years {first_year}..={last_year}: cut the life span \
         to them first"
    )]
    OutsideYears {
        /// Day number, days since 1 January 1970.
        day: i32,
        /// First observed year.
        first_year: i32,
        /// Last observed year.
        last_year: i32,
    },
    /// A range of years is empty or too long.
    #[error(
        "years {first_year}..={last_year} cannot be observed: they must not run backwards nor \
         exceed {max} years"
    )]
    Years {
        /// First year.
        first_year: i32,
        /// Last year.
        last_year: i32,
        /// Most years that can be observed at once.
        max: i32,
    },
    /// Somebody does something before being born.
    #[error("day {day} comes before the day of birth, {born}")]
    BeforeBirth {
        /// Day number, days since 1 January 1970.
        day: i32,
        /// Day of birth, days since 1 January 1970.
        born: i32,
    },
    /// A sex index other than 0 (male) and 1 (female).
    #[error("sex {sex} is unknown: use MALE (0) or FEMALE (1)")]
    Sex {
        /// Index given.
        sex: u32,
    },
    /// A number of children that a delivery cannot have.
    #[error("a delivery has 1 to 255 children, not {children}")]
    Children {
        /// Number given.
        children: u32,
    },
    /// A rate is asked for where nobody was observed.
    #[error(
        "no {sex} aged {age} was observed in these years: widen the years or lower the open age"
    )]
    NoExposure {
        /// Name of the sex.
        sex: &'static str,
        /// Completed years.
        age: u32,
    },
    /// Shares ever married by age have no halfway mark.
    #[error(
        "shares ever married have no median age: give groups up to ages 45-54, where some have \
         married, and from an age at which fewer than half of them have"
    )]
    NoMedian,
    /// Unions are expected of people who can find nobody.
    #[error(
        "{sex} aged {age_years} are to enter {unions} unions a year, but nobody of the other sex is \
         at risk at ages that go with theirs: check the singles and the forces of both sexes"
    )]
    NobodyToMarry {
        /// Name of the sex.
        sex: &'static str,
        /// Their age, years.
        age_years: f64,
        /// Unions expected, per year.
        unions: f64,
    },
    /// A list of preferences names somebody who is not there, or somebody twice.
    #[error(
        "{side} {who} lists {listed}, which {wrong}: list each of the {others} on the other side at \
         most once, counted from 0"
    )]
    Preference {
        /// Which side the list is of.
        side: &'static str,
        /// Whose list it is, from 0.
        who: u64,
        /// The entry.
        listed: u64,
        /// What is wrong with it.
        wrong: &'static str,
        /// People on the other side.
        others: u64,
    },
    /// How well two people suit each other is no number.
    #[error(
        "{first} and {second} have a score of {score}: it must be a number, or minus infinity for \
         people who never unite"
    )]
    Score {
        /// One of them: an id, or an index.
        first: u64,
        /// The other.
        second: u64,
        /// The score.
        score: f64,
    },
    /// Somebody is a candidate twice.
    #[error("person {id} is a candidate twice: list everybody once")]
    CandidateTwice {
        /// Id of the person.
        id: u64,
    },
    /// A hazard cannot be aligned.
    #[error("alignment `{name}` of the year {year}: {problem}")]
    Aligning {
        /// Name of the alignment.
        name: String,
        /// The calendar year.
        year: i32,
        /// Why not.
        #[source]
        problem: Box<Self>,
    },
    /// A hazard that is to be aligned was never added.
    #[error("no plugin adds the hazard `{cause}`: add it with `app.hazard`, or do not align it")]
    NoHazard {
        /// Cause of the hazard.
        cause: &'static str,
    },
    /// An alignment without targets.
    #[error("there are no targets to align to: give at least one calendar year")]
    NoTargets,
    /// A calendar year with two targets.
    #[error("the year {year} has two targets: give one")]
    YearTwice {
        /// The calendar year.
        year: i32,
    },
    /// A name that nothing has.
    #[error("there is no {what} `{name}`: known are `{known}`")]
    UnknownName {
        /// What kind of thing.
        what: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Probabilities cannot add up to a target.
    #[error(
        "probabilities cannot be scaled to add up to {target}: what is not certain adds up to more \
         than {certain} and less than {possible}"
    )]
    Target {
        /// The sum aimed at.
        target: f64,
        /// How many probabilities are 1.
        certain: u64,
        /// How many are not 0.
        possible: u64,
    },
}

/// Refuses a number of a model unless `holds`.
pub(crate) fn require(
    holds: bool,
    name: &'static str,
    value: f64,
    must: &'static str,
) -> Result<(), FamilyError> {
    if holds {
        Ok(())
    } else {
        Err(FamilyError::Parameter { name, value, must })
    }
}
