//! The society, its columns, phases and contracts, over bevy_ecs.
