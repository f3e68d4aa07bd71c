//! Edge lists: the ties that a society starts with.

use oikos_engine::bevy_ecs::prelude::*;
use oikos_world::{EdgeList, Network, NetworkError, PersonId, found_ties};

use super::networks::{Friendship, Trust, builder, friends};
use super::person;

fn pairs(pairs: &[(u64, u64)]) -> Vec<(PersonId, PersonId, ())> {
    let ids = pairs
        .iter()
        .map(|(from, to)| (person(*from), person(*to), ()));
    ids.collect()
}

#[test]
fn an_edge_list_is_read_from_a_table() {
    let table = b"\xef\xbb\xbf# friends\r\nfrom, to\r\n\r\n3,1\r\n 0 ,1\r\n";
    let list = EdgeList::<Friendship>::read("friends.csv", table).unwrap();
    let trust =
        EdgeList::<Trust>::read_with_values("trust.csv", b"from,to,value\n2,1,-5\n1,2,3", |text| {
            text.parse().ok()
        });
    let village = builder(4)
        .populate(list)
        .populate(trust.unwrap())
        .build()
        .unwrap();
    assert_eq!(friends(&village, 1), [0, 3]);
    let trust = village.world().resource::<Network<Trust>>();
    let all: Vec<_> = trust.iter().collect();
    assert_eq!(all, [(person(1), person(2), 3), (person(2), person(1), -5)]);
}

#[test]
fn a_table_that_is_no_edge_list_is_an_error_that_names_the_line() {
    let long = "18446744073709551616,1";
    for (table, says) in [
        (
            "",
            "friends.csv, line 1: header \"\" where \"from,to\" should stand",
        ),
        ("a,b\n", "line 1: header \"a,b\""),
        (
            "from,to\n1,2\n1\n",
            "line 3: 1 columns where the header has 2",
        ),
        ("from,to\n1,2,3\n", "line 2: 3 columns"),
        ("from,to\n1,x\n", "line 2, field to: \"x\" is no id"),
        ("from,to\n+1,2\n", "line 2, field from: \"+1\" is no id"),
        ("from,to\n,2\n", "line 2, field from: \"\" is no id"),
        (
            &*format!("from,to\n{long}\n"),
            "line 2, field from: \"18446744073709551616\"",
        ),
        ("from,to\n9007199254740992,1\n", "line 2, field from"),
    ] {
        let error = EdgeList::<Friendship>::read("friends.csv", table.as_bytes())
            .err()
            .unwrap();
        assert!(error.to_string().contains(says), "{error}");
    }
    let error = EdgeList::<Friendship>::read("friends.csv", b"from,to\n\n\xff")
        .err()
        .unwrap();
    assert!(error.to_string().contains("line 3: not UTF-8"), "{error}");
    let table = b"from,to,value\n0,1,40000";
    let error = EdgeList::<Trust>::read_with_values("t.csv", table, |text| text.parse().ok());
    let error = error.err().unwrap().to_string();
    assert!(
        error.contains("line 2, field value: \"40000\" is no value of `village.trust`"),
        "{error}"
    );
}

#[test]
fn an_edge_list_with_a_fault_in_any_row_names_it_and_changes_nothing() {
    let mut world = World::new();
    let list = EdgeList::<Friendship>::new("list", pairs(&[(0, 1)]));
    let error = found_ties(&mut world, &list).unwrap_err();
    assert!(matches!(error, NetworkError::NoNetwork { .. }), "{error}");
    for (rows, says) in [
        (
            "0,1\n0,7\n",
            "new.csv, line 3, field to: person#7 is not alive",
        ),
        ("9,1\n", "line 2, field from: person#9 is not alive"),
        ("0,1\n2,2\n", "line 3: person#2 is tied to itself"),
        (
            "0,1\n1,2\n1,0\n",
            "line 4: the tie of person#0 and person#1 stands in line 2",
        ),
        (
            "0,1\n4,3\n",
            "line 3: person#3 and person#4 are tied already",
        ),
    ] {
        let table = format!("from,to\n{rows}");
        let list = EdgeList::<Friendship>::read("new.csv", table.as_bytes()).unwrap();
        let old = EdgeList::<Friendship>::new("old", pairs(&[(3, 4), (0, 3)]));
        let check = move |world: &mut World| {
            let error = found_ties(world, &list).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
            Ok(())
        };
        let village = builder(5).populate(old).populate(check).build().unwrap();
        let network = village.world().resource::<Network<Friendship>>();
        assert_eq!(network.iter().collect::<Vec<_>>(), pairs(&[(0, 3), (3, 4)]));
    }
}

#[test]
fn a_second_edge_list_adds_to_the_first() {
    let first = EdgeList::<Friendship>::new("first", pairs(&[(3, 1)]));
    let members: Vec<PersonId> = (1..4).map(person).collect();
    let second =
        EdgeList::<Friendship>::generated("second", &members, &[(0, 1), (1, 2)], ()).unwrap();
    let village = builder(4).populate(first).populate(second).build().unwrap();
    assert_eq!(friends(&village, 3), [1, 2]);
    let error = EdgeList::<Friendship>::generated("third", &members, &[(0, 3)], ()).err();
    assert_eq!(error, Some(NetworkError::NoSuchNode { node: 3, nodes: 3 }));
}
