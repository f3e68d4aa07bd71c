//! Wrong text, wrong headers and wrong numbers.

use super::*;

#[test]
fn windows_line_ends_a_byte_order_mark_spaces_and_quotes_are_fine() {
    let text = "\u{feff}# note, with a comma\r\n\"age_from\", age_to ,male,female\r\n\
        0, 49 ,10,20\r\n50,119,5,6\r\n\r\n\r\n";
    let tables = read_with(&[("people.csv", text)]).unwrap();
    assert_eq!(tables, read_with(&[]).unwrap());
}

#[test]
fn not_utf8() {
    let mut people = POPULATION.as_bytes().to_vec();
    people[30] = 0xff;
    let error = read(&[("people.csv", &people)]).unwrap_err();
    assert!(
        matches!(
            &error,
            TableError::NotUtf8 {
                line: 2,
                byte: 30,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("people.csv, line 2"));
}

#[test]
fn empty_file() {
    refused("people.csv", "\n \n", &["people.csv: the file is empty"]);
}

#[test]
fn only_comments() {
    refused(
        "people.csv",
        "# a\n# b\n",
        &["people.csv, line 3: no header"],
    );
}

#[test]
fn missing_header() {
    refused(
        "my_Population.csv",
        "# a\n0,4,5,6\n",
        &["my_Population.csv, line 2: no header"],
    );
}

#[test]
fn wrong_header() {
    let parts = [
        "us_MORTALITY.csv, line 1",
        "age,qx",
        "a mortality table",
        "expected age,qx_male,qx_f",
    ];
    refused("us_MORTALITY.csv", "age,qx\n0,0.1\n", &parts);
}

#[test]
fn wrong_column_count() {
    people(
        "0,49,10,20\n50,119,5\n",
        &["people.csv, line 3", "3 columns", "has 4"],
    );
    people(
        "0,49,10,20,9\n",
        &["people.csv, line 2", "5 columns", "has 4"],
    );
    people(
        "0,49,10,20\n\n50;119;5;6\n",
        &["people.csv, line 4", "1 columns"],
    );
}

#[test]
fn not_a_number() {
    people(
        "0,49,ten,20\n",
        &["people.csv, line 2, field male", "\"ten\" is not a number"],
    );
    people(
        "0,49,10,\n",
        &["people.csv, line 2, field female", "\"\" is not a number"],
    );
    deaths(
        |t| t.replace("\n7,0.02", "\n7,x"),
        &["deaths.csv, line 9, field qx_male", "\"x\""],
    );
}

#[test]
fn not_finite() {
    births(
        "15,19,inf\n",
        &["births.csv, line 2, field births_per_1000_women", "\"inf\""],
    );
    births(
        "15,19,NaN\n",
        &[
            "births.csv, line 2, field births_per_1000_women",
            "not a finite",
        ],
    );
}

#[test]
fn probability_out_of_range() {
    deaths(
        |t| t.replace("\n7,0.02", "\n7,1.02"),
        &["deaths.csv, line 9, field qx_male", "1.02"],
    );
    deaths(
        |t| t.replace("\n7,0.02,", "\n7,0.02,-"),
        &["line 9, field qx_female", "-0.01"],
    );
}

#[test]
fn nobody_dies_at_the_last_age() {
    let parts = [
        "deaths.csv, line 102, field qx_female",
        "0 is out of range",
        "last age",
    ];
    deaths(|t| t.replace("\n100,0.02,0.01", "\n100,0.02,0"), &parts);
}

#[test]
fn negative_or_broken_count() {
    people(
        "0,49,-10,20\n",
        &["people.csv, line 2, field male", "-10 is out of range"],
    );
    people(
        "0,49,10,2.5\n",
        &["people.csv, line 2, field female", "2.5 is out of range"],
    );
    people(
        "0,151,10,20\n",
        &["people.csv, line 2, field age_to", "151 is out of range"],
    );
}

#[test]
fn fertility_out_of_range() {
    births(
        "15,19,-1\n",
        &[
            "births.csv, line 2, field births_per_1000_women",
            "-1 is out of",
        ],
    );
    births(
        "15,19,3001\n",
        &["births.csv, line 2, field births", "3001 is out of range"],
    );
    births(
        "4,19,1\n",
        &["births.csv, line 2, field age_from", "5 to 65"],
    );
    births(
        "15,66,1\n",
        &["births.csv, line 2, field age_to", "5 to 65"],
    );
}

#[test]
fn total_fertility_that_does_not_add_up() {
    let table = |total: &str| format!("year,15_19,20_24,tfr\n2000,20,80,{total}\n");
    refused(
        "births.csv",
        &table("502"),
        &["births.csv, line 2, field tfr", "502", "500.0"],
    );
    refused(
        "births.csv",
        &table("many"),
        &["births.csv, line 2, field tfr", "\"many\""],
    );
    let tables = read_with(&[("births.csv", &table("500.4"))]).unwrap();
    assert!((tables.fertility.get(2000).unwrap().tfr() - 0.5).abs() < 1e-12);
}

#[test]
fn a_year_outside_the_range() {
    let years = "year,15_19\n1799,5\n";
    refused(
        "births.csv",
        years,
        &["births.csv, line 2, field year", "1800 to 2200"],
    );
}
