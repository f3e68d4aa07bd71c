//! What can be wrong with ties, and where.

/// An error about a network: of an edge list, of an edit, or of what a generator is asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// An edge list is not text in UTF-8.
    #[error("{file}, line {line}: not UTF-8: save the file as UTF-8 text")]
    NotUtf8 {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
    },
    /// An edge list does not begin with the header that it should have.
    #[error("{file}, line {line}: header \"{found}\" where \"{expected}\" should stand")]
    WrongHeader {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// The header found.
        found: String,
        /// The header expected.
        expected: &'static str,
    },
    /// A row has more or fewer cells than the header.
    #[error("{file}, line {line}: {found} columns where the header has {expected}")]
    ColumnCount {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Columns of the header.
        expected: usize,
        /// Columns of the row.
        found: usize,
    },
    /// A cell does not hold an id.
    #[error(
        "{file}, line {line}, field {field}: \"{text}\" is no id: give a whole number from 0 on"
    )]
    NotAnId {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column name.
        field: &'static str,
        /// The text of the cell.
        text: String,
    },
    /// A cell does not hold a value of the relation.
    #[error("{file}, line {line}, field value: \"{text}\" is no value of `{tie}`")]
    NotAValue {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// The relation.
        tie: &'static str,
        /// The text of the cell.
        text: String,
    },
    /// A tie to somebody who is dead or was never there.
    #[error("{file}, line {line}, field {field}: {id} is not alive")]
    Unknown {
        /// File name, or what else the edge list is called.
        file: String,
        /// Line of the file, or place in the list, from 1.
        line: u64,
        /// Which end of the tie.
        field: &'static str,
        /// The id.
        id: String,
    },
    /// A tie of somebody to themselves.
    #[error("{file}, line {line}: {id} is tied to itself; leave the row out")]
    SelfTieInList {
        /// File name, or what else the edge list is called.
        file: String,
        /// Line of the file, or place in the list, from 1.
        line: u64,
        /// The id.
        id: String,
    },
    /// The same tie twice.
    #[error(
        "{file}, line {line}: the tie of {from} and {to} stands in line {first_line}; remove one"
    )]
    Duplicate {
        /// File name, or what else the edge list is called.
        file: String,
        /// Line of the second row, or its place in the list, from 1.
        line: u64,
        /// Line of the first row, or its place in the list, from 1.
        first_line: u64,
        /// The first end.
        from: String,
        /// The second end.
        to: String,
    },
    /// A tie that is there already.
    #[error("{file}, line {line}: {from} and {to} are tied already; remove the row")]
    TiedAlready {
        /// File name, or what else the edge list is called.
        file: String,
        /// Line of the file, or place in the list, from 1.
        line: u64,
        /// The first end.
        from: String,
        /// The second end.
        to: String,
    },
    /// An edge list names a node that the list of members has not.
    #[error("an edge names node {node}, and there are {nodes}; number nodes from 0 on")]
    NoSuchNode {
        /// The node.
        node: u32,
        /// How many there are.
        nodes: usize,
    },
    /// An edit that ties somebody to themselves.
    #[error("{id} cannot be tied to itself by `{tie}`")]
    SelfTie {
        /// The relation.
        tie: &'static str,
        /// The id.
        id: String,
    },
    /// An edit with a value that could not be saved and read back: a float that is no number, say.
    #[error("the tie of {from} and {to} by `{tie}` has a value that no save could hold")]
    BadValue {
        /// The relation.
        tie: &'static str,
        /// The first end.
        from: String,
        /// The second end.
        to: String,
    },
    /// An edit about somebody who was never born.
    #[error("{id} was never born, so `{tie}` cannot tie it to anybody")]
    NeverBorn {
        /// The relation.
        tie: &'static str,
        /// The id.
        id: String,
    },
    /// An edit that came after the tick's edits had been made.
    #[error(
        "{edits} edits of `{tie}` were asked for after those of the tick had been made; ask for them in \
         `Phase::Live` or earlier"
    )]
    TooLate {
        /// The relation.
        tie: &'static str,
        /// How many.
        edits: usize,
    },
    /// The relation is not declared.
    #[error("the society has no network `{tie}`; declare it with `app.network`")]
    NoNetwork {
        /// The relation.
        tie: &'static str,
    },
    /// More ties than a network can hold.
    #[error("{ties} ties are more than a network can hold ({max}); make the network sparser")]
    TooManyTies {
        /// How many were asked for.
        ties: u64,
        /// The most there can be.
        max: u64,
    },
    /// A parameter of a generator or of a statistic is out of its range.
    #[error("{generator}: {parameter} is {given}: it must be {range}")]
    Parameter {
        /// The generator.
        generator: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// What was given.
        given: String,
        /// What it may be.
        range: String,
    },
    /// Two lists that go together have different lengths.
    #[error("{generator}: {parameter} has {found} entries where {expected} are needed")]
    Length {
        /// The generator.
        generator: &'static str,
        /// The list.
        parameter: &'static str,
        /// Entries needed.
        expected: usize,
        /// Entries found.
        found: usize,
    },
    /// Degrees with an odd sum.
    #[error("the degrees add up to {sum}, which is odd: every tie has two ends")]
    OddDegrees {
        /// The sum.
        sum: u64,
    },
    /// Degrees that no graph has (P. Erdős and T. Gallai, 1960).
    #[error(
        "no graph has these degrees: the {nodes} largest need {needed} tie ends, and there is room for {room}"
    )]
    NotGraphical {
        /// How many of the largest degrees.
        nodes: u64,
        /// What they add up to.
        needed: u64,
        /// The most they can.
        room: u64,
    },
    /// A generator does not find enough pairs.
    #[error(
        "{generator}: only {found} of {wanted} ties were found {stratum}: ask for fewer, or let ages and \
         groups weigh less"
    )]
    TooDense {
        /// The generator.
        generator: &'static str,
        /// Where.
        stratum: String,
        /// Ties found.
        found: u64,
        /// Ties wanted.
        wanted: u64,
    },
}
