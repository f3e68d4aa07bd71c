//! Who is of age, who are whose parents, and who of the kin takes care of a child.

use oikos_core::{CoreError, Date};
use oikos_engine::{Clock, Slots};
use oikos_world::{Person, PersonId, Sex};

use super::ADULT_AGE;
use crate::kinship::{Kin, Relations};
use crate::lineage::Lineage;
use crate::unions::Unions;

/// Kin who take care of children without parents, the closest first.
const CARING: [Kin; 4] = [
    Kin::Grandparents,
    Kin::FullSiblings,
    Kin::HalfSiblings,
    Kin::AuntsAndUncles,
];

/// What there is to know about living people and their kin on a day.
#[derive(Clone, Copy)]
pub(super) struct Kinsfolk<'a> {
    people: &'a Slots<Person>,
    lineage: &'a Lineage,
    unions: &'a Unions,
    /// Who was born later is below the age of majority.
    of_age: Date,
}

impl<'a> Kinsfolk<'a> {
    pub(super) fn new(
        clock: &Clock,
        people: &'a Slots<Person>,
        lineage: &'a Lineage,
        unions: &'a Unions,
    ) -> Result<Self, CoreError> {
        Ok(Self {
            people,
            lineage,
            unions,
            of_age: clock.today().years_before(ADULT_AGE)?,
        })
    }

    pub(super) fn lives(&self, person: PersonId) -> bool {
        self.people.contains(person)
    }

    pub(super) fn is_of_age(&self, person: PersonId) -> bool {
        let record = self.lineage.get(person);
        record.is_some_and(|record| record.born <= self.of_age)
    }

    /// Whether somebody is to live with a parent or a guardian. A union makes of age.
    pub(super) fn is_minor(&self, person: PersonId) -> bool {
        !self.is_of_age(person) && self.unions.of(person).next().is_none()
    }

    /// The day on which somebody was born who is in the lineage.
    pub(super) fn born(&self, person: PersonId) -> Option<Date> {
        self.lineage.get(person).map(|record| record.born)
    }

    /// With whom somebody is in a union.
    pub(super) fn partner(&self, person: PersonId) -> Option<PersonId> {
        self.unions.partner(person)
    }

    pub(super) fn is_man(&self, person: PersonId) -> bool {
        let record = self.lineage.get(person);
        record.is_some_and(|record| record.sex == Sex::Male)
    }

    /// The living parents, the mother first.
    pub(super) fn parents(&self, person: PersonId) -> impl Iterator<Item = PersonId> + use<'a> {
        let record = self.lineage.get(person);
        let parents = record.map_or([None; 2], |record| [record.mother, record.father]);
        let people = self.people;
        parents
            .into_iter()
            .flatten()
            .filter(|parent| people.contains(*parent))
    }

    /// The living children, the youngest first.
    pub(super) fn children(&self, person: PersonId) -> impl Iterator<Item = PersonId> + use<'a> {
        let people = self.people;
        let children = self.lineage.children_newest_first(person);
        children.filter(|child| people.contains(*child))
    }

    /// The living kin of age who may take care of a child: the closest first, then those with the lowest ids.
    pub(super) fn caring(&self, child: PersonId) -> impl Iterator<Item = PersonId> + use<'a> {
        let (view, relations) = (*self, Relations::new(self.lineage));
        let kin = CARING.into_iter();
        let all = kin.flat_map(move |kin| relations.kin(child, kin));
        all.filter(move |kin| view.lives(*kin) && view.is_of_age(*kin))
    }

    /// With whom somebody was in a union that has ended although both live; those with whom they are together again are
    /// left out.
    pub(super) fn parted(&self, person: PersonId) -> impl Iterator<Item = PersonId> + use<'a> {
        let (people, unions) = (self.people, self.unions);
        let all = unions.of(person).enumerate();
        all.filter_map(move |(number, (_, union))| {
            let partner = union.partner_of(person)?;
            union.ended.filter(|_| people.contains(partner))?;
            // The last union of two people comes first.
            let mut later = unions.of(person).take(number);
            let again = later.any(|(_, later)| later.partner_of(person) == Some(partner));
            (!again).then_some(partner)
        })
    }
}

/// The day on which somebody comes of an age: 1 March in common years for those born on a leap day.
pub(super) fn birthday(born: Date, age: i32) -> Option<Date> {
    let day = born.plus_years(age).ok()?;
    let early = day.completed_years_since(born) < age;
    day.plus_days(i32::from(early)).ok()
}
