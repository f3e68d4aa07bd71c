//! Published figures about families: the bundled ones, and one wrong cell or row after the other.

use std::path::Path;

use oikos_core::{Seed, date};
use oikos_engine::Society;

use crate::tables::{FamilyFigures, TableError};
use crate::{
    CoaleMcNeil, Disruption, FEMALE, FamilyError, FamilyPlugin, HomeForces, HomesPlugin, MALE,
    MarriageHistory, PeriodRates, Population, RelativeRisks, SharingChances, Survey, Tables,
    UnionModel, UnionsPlugin,
};

const BUNDLED: &str = include_str!("../../../data/us/us_families.csv");

fn read(text: &str) -> Result<FamilyFigures, TableError> {
    FamilyFigures::from_bytes("figures.csv", text.as_bytes())
}

/// The message for the bundled figures with one change, which must hold all of `parts`.
fn refused(from: &str, to: &str, parts: &[&str]) {
    assert!(BUNDLED.contains(from), "{from}");
    let message = read(&BUNDLED.replace(from, to)).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "\"{part}\" is not in: {message}");
    }
}

#[test]
fn the_bundled_figures() {
    let figures = FamilyFigures::us().unwrap();
    let shares = [
        figures.never_married_at_40,
        figures.marriages_lasting_10_years,
        figures.marriages_lasting_20_years,
        figures.mothers_by_40,
        figures.aged_18_24_with_parents,
        figures.moved_back_by_27,
        figures.aged_18_34_sharing,
        figures.aged_65_sharing,
    ];
    let percent = shares.map(|share| libm::round(share * 1e6) / 1e4);
    assert_eq!(
        percent.map(|share| share.to_string()),
        ["25", "68", "52", "85", "58", "54.6", "72.4", "35.7"]
    );
    assert_eq!(
        figures
            .median_age_at_first_marriage
            .map(|age| age.to_string()),
        ["30.5", "28.1"]
    );
    let names: Vec<&str> = figures
        .checks
        .iter()
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "never married aged 15 and over",
            "parents living with own children who are married",
            "one-person households",
            "people aged 25-34 in the parental home",
            "left the parental home before 27",
            "men aged 25-34 in the parental home",
            "women aged 25-34 in the parental home",
            "people aged 18-34 living alone",
            "people aged 65 and over living alone",
            "women aged 75 and over living alone",
        ]
    );
    let check = &figures.checks[0];
    assert_eq!((check.first_year, check.last_year), (2020, 2020));
    assert_eq!(
        (check.source.as_str(), check.value.to_string().as_str()),
        ("CPS", "33")
    );
}

#[test]
fn wrong_cells_are_named() {
    let line = "line 8, field";
    refused(
        "men,30.5,",
        "men,old,",
        &[line, "value", "\"old\" is not a number"],
    );
    refused("men,30.5,", "men,inf,", &[line, "value", "not a finite"]);
    refused(
        "men,30.5,",
        "men,5,",
        &[line, "value", "5 is out of range", "10 to 100"],
    );
    refused(
        "40,25,",
        "40,125,",
        &["line 10, field value", "125", "0 to 100"],
    );
    refused(
        "20 years,52,",
        "20 years,68,",
        &["line 13, field value", "lasts 10 years"],
    );
    refused(
        "10 years,68,",
        "10 years,100,",
        &[
            "line 12, field value",
            "100",
            "between 0 and 100 percent (both excluded)",
        ],
    );
    refused(
        "2006-2010",
        "2010-2006",
        &["line 12, field year", "2010-2006"],
    );
    refused("2021,Pew", "last,Pew", &["line 10, field year", "last"]);
    refused(
        "2021,Pew,input",
        "2021,,input",
        &["line 10, field source", "some text"],
    );
    refused(
        "2021,Pew,input",
        "2021,Pew,maybe",
        &["line 10, field kind", "input or check"],
    );
}

/// A figure of the bundled ones that a test sets.
type Set = fn(&mut FamilyFigures, f64);

const AGES: [(&str, Set); 2] = [
    ("median_age_at_first_marriage[MALE]", |figures, age| {
        figures.median_age_at_first_marriage[MALE] = age;
    }),
    ("median_age_at_first_marriage[FEMALE]", |figures, age| {
        figures.median_age_at_first_marriage[FEMALE] = age;
    }),
];

const SHARES: [(&str, Set); 6] = [
    ("never_married_at_40", |figures, share| {
        figures.never_married_at_40 = share;
    }),
    ("mothers_by_40", |figures, share| {
        figures.mothers_by_40 = share;
    }),
    ("aged_18_24_with_parents", |figures, share| {
        figures.aged_18_24_with_parents = share;
    }),
    ("moved_back_by_27", |figures, share| {
        figures.moved_back_by_27 = share;
    }),
    ("aged_18_34_sharing", |figures, share| {
        figures.aged_18_34_sharing = share;
    }),
    ("aged_65_sharing", |figures, share| {
        figures.aged_65_sharing = share;
    }),
];

const LASTING: [(&str, Set); 2] = [
    ("marriages_lasting_10_years", |figures, share| {
        figures.marriages_lasting_10_years = share;
    }),
    ("marriages_lasting_20_years", |figures, share| {
        figures.marriages_lasting_20_years = share;
    }),
];

/// What [`FamilyFigures::check`] says of the bundled figures with one of another value.
fn with(set: Set, value: f64) -> Result<(), String> {
    let mut figures = FamilyFigures::us().unwrap();
    set(&mut figures, value);
    figures.check().map_err(|error| error.to_string())
}

#[test]
fn figures_made_by_hand_are_refused_by_name_with_value_and_range() {
    let below = f64::next_down;
    let refused = |(field, set): (&str, Set), values: &[f64], must: &str| {
        for value in values {
            let said = format!("the figure `{field}` is {value}: it must be {must}");
            assert_eq!(with(set, *value), Err(said));
        }
    };
    let odd = [f64::NAN, f64::INFINITY, -1.0];
    for age in AGES {
        refused(age, &odd, "an age from 10 to 100 years");
        refused(
            age,
            &[below(10.0), f64::next_up(100.0), 0.305],
            "an age from 10 to 100 years",
        );
        assert_eq!([with(age.1, 10.0), with(age.1, 100.0)], [Ok(()), Ok(())]);
    }
    for share in SHARES {
        refused(share, &odd, "a share from 0 to 1");
        refused(
            share,
            &[below(0.0), f64::next_up(1.0), 25.0],
            "a share from 0 to 1",
        );
        assert_eq!([with(share.1, 0.0), with(share.1, 1.0)], [Ok(()), Ok(())]);
    }
    for lasting in LASTING {
        refused(lasting, &odd, "a share between 0 and 1 (both excluded)");
        refused(
            lasting,
            &[0.0, 1.0, 68.0],
            "a share between 0 and 1 (both excluded)",
        );
    }
    let [_, (_, long)] = LASTING;
    assert_eq!(with(long, below(0.68)), Ok(()));
    let said = "the figure `marriages_lasting_20_years` is 0.68: it must be below `marriages_lasting_10_years`";
    assert_eq!(with(long, 0.68), Err(said.to_owned()));
    let check: Set = |figures, value| figures.checks[2].value = value;
    let said = "the figure `one-person households` is NaN: it must be a finite number";
    assert_eq!(with(check, f64::NAN), Err(said.to_owned()));
    assert_eq!(with(check, -1e300), Ok(()));
}

#[test]
fn whoever_takes_figures_refuses_what_cannot_be() {
    let (tables, history) = (Tables::us().unwrap(), MarriageHistory::us().unwrap());
    let rates = PeriodRates::new(&tables).unwrap();
    let now = rates.at_year(2019);
    let family = FamilyPlugin::new(&tables).unwrap();
    let town = Society::builder(Seed(1))
        .start(date(2019, 7, 1))
        .add_plugins(family);
    let town = town.build().unwrap();
    for (field, set) in AGES.into_iter().chain(SHARES).chain(LASTING) {
        let mut figures = FamilyFigures::us().unwrap();
        set(&mut figures, f64::NAN);
        let people = Population::us_2019(10).unwrap();
        let answers = [
            CoaleMcNeil::from_figures(&figures).err(),
            Disruption::from_figures(&figures).err(),
            RelativeRisks::fitted(&figures, &now.fertility).err(),
            UnionModel::fitted(&figures, &now.mortality).err(),
            UnionsPlugin::new(&figures, &tables).err(),
            HomeForces::fitted(&figures).err(),
            SharingChances::of(&figures).err(),
            HomesPlugin::new(&figures).err(),
            people.with_families(&figures, &history).err(),
            Survey::of(town.world(), &figures).err(),
        ];
        for answer in answers {
            assert!(
                matches!(&answer, Some(FamilyError::Figure { figure, .. }) if figure == field),
                "{field}: {answer:?}"
            );
        }
    }
}

#[test]
fn wrong_rows_are_named() {
    refused(
        "never married at 40,",
        "never married at 41,",
        &["line 10, field figure", "at 41"],
    );
    refused(
        "2021,Pew,input",
        "2021,Pew,check",
        &["no input \"never married at 40\""],
    );
    refused(
        "2021,Pew,input",
        "2021,Pew,input,x",
        &["line 10", "7 columns", "has 6"],
    );
    refused(
        "one-person households",
        "never married at 40",
        &["line 16, field figure", "line 10"],
    );
    refused(
        "figure,value",
        "figure,number",
        &["line 7", "figures table", "figure,number"],
    );
    let message = read("# nothing\n").unwrap_err().to_string();
    assert!(
        message.contains("figures.csv, line 2: no header"),
        "{message}"
    );
    let missing = FamilyFigures::load(Path::new("nowhere/figures.csv"));
    assert!(
        matches!(missing, Err(TableError::NotFound { .. })),
        "{missing:?}"
    );
}
