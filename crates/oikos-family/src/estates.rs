//! Who inherits: the family's part in the protocol of estates.

use std::fmt::Debug;

use bevy_app::{App, Plugin};
use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::Date;
use oikos_engine::{AppExt, Phase, Slots, Tick, Vocabulary};
use oikos_world::{Estate, EstateReason, Estates, EstatesPlugin, Person, PersonId, WorldError};

use crate::error::FamilyError;
use crate::heirs::{Deceased, Intestacy, SpouseAndStirpes};
use crate::lineage::Lineage;
use crate::unions::{End, Unions};

/// Answers for each estate who inherits, by the lineage and the unions: in [`Estate::Freeze`] of the tick after the
/// death, where nobody has said so before. Whoever knows of wills answers in
/// [`Phase::Settle`] itself, which comes before its steps.
///
/// It needs [`FamilyPlugin`](crate::FamilyPlugin), and adds [`EstatesPlugin`]. Who is an heir:
///
/// - **The spouse** is whoever was married to the deceased until that death. Neither a partner who was not married
///   nor one who was divorced before is a spouse.
/// - **Who dies in the same tick** inherits nothing from the others, whatever the order: each estate passes as
///   if its owner had outlived the others (Uniform Simultaneous Death Act 1940, § 1). Their descendants
///   represent them where the rule has it so.
/// - **Children born on the day of the death** inherit, of a mother who dies at their birth as well. Heirs are
///   answered once: **who is born later** has no part in the estate, not even the child of a dead father. The
///   model has no pregnancies, only deliveries, so that nobody knows that a child is to come; the law would wait
///   (Uniform Probate Code § 2-104; Code civil, article 725). A posthumous child stands in its father's place
///   in all estates of later deaths.
/// - **Who has left for good** inherits nothing here, and is represented as the dead are.
/// - **Where nobody inherits**, the estate escheats: the answer is an empty list.
///
/// An estate whose parts are so fine that no [`Ratio`](oikos_core::Ratio) holds them stays open, with the reason
/// [`InheritancePlugin::FINE_SHARES`].
#[derive(Clone, Copy, Debug, Default)]
pub struct InheritancePlugin<I = SpouseAndStirpes> {
    rule: I,
}

impl InheritancePlugin {
    /// By [`SpouseAndStirpes`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The word for shares that cannot be written down.
    pub const FINE_SHARES: &'static str = "shares-too-fine";
}

impl<I: Intestacy> InheritancePlugin<I> {
    /// By another rule. Its `Debug` text is in the fingerprint of the build, so it must tell all parameters.
    #[must_use]
    pub const fn by(rule: I) -> Self {
        Self { rule }
    }
}

/// The rule that the plugin was given. Not persisted: it is code, and the build names it.
#[derive(Resource)]
struct Rule(Box<dyn Intestacy>);

impl Default for Rule {
    fn default() -> Self {
        Self(Box::new(SpouseAndStirpes::default()))
    }
}

impl<I: Intestacy + Clone + Debug + 'static> Plugin for InheritancePlugin<I> {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<EstatesPlugin>() {
            app.add_plugins(EstatesPlugin);
        }
        app.plugin_version("intestacy", &format!("{:?}", self.rule))
            .derived::<Rule>(None);
        app.word::<EstateReason>(InheritancePlugin::FINE_SHARES);
        app.insert_resource(Rule(Box::new(self.rule.clone())));
        app.add_systems(
            Tick,
            answer_heirs.in_set(Estate::Freeze).in_set(Phase::Settle),
        );
    }
}

fn answer_heirs(
    rule: Res<Rule>,
    lineage: Option<Res<Lineage>>,
    unions: Option<Res<Unions>>,
    living: Res<Slots<Person>>,
    words: Res<Vocabulary<EstateReason>>,
    mut estates: ResMut<Estates>,
) -> Result<(), BevyError> {
    let unanswered = estates.unanswered();
    let unanswered: Vec<_> = unanswered
        .map(|(who, estate)| (who, estate.died()))
        .collect();
    if unanswered.is_empty() {
        return Ok(());
    }
    let lineage = lineage.ok_or(FamilyError::NoFamily)?;
    for (person, died) in unanswered {
        let spouses = spouses(unions.as_deref(), person, died);
        let heirs = rule.0.heirs(&Deceased {
            lineage: &lineage,
            person,
            spouses: &spouses,
        });
        let answered = match heirs {
            Ok(shares) => match estates.answer(&living, person, shares) {
                Err(WorldError::FineShares { .. }) => false,
                answered => answered.map(|()| true)?,
            },
            Err(FamilyError::Core(_)) => false,
            Err(error) => return Err(error.into()),
        };
        if let (false, Some(why)) = (answered, words.find(InheritancePlugin::FINE_SHARES)) {
            estates.keep_open(person, why)?;
        }
    }
    Ok(())
}

/// Who was married to somebody until their death on this day.
fn spouses(unions: Option<&Unions>, person: PersonId, died: Date) -> Vec<PersonId> {
    let unions = unions.into_iter().flat_map(|unions| unions.of(person));
    let until_death = unions
        .filter(|(_, union)| union.married.is_some() && union.ended == Some((died, End::Death)));
    until_death
        .filter_map(|(_, union)| union.partner_of(person))
        .collect()
}
