//! Surnames die out as often as theory says; the model is that of the example `validate`.

#[path = "../../examples/validate/family/surnames.rs"]
mod model;

use model::share_extinct;

#[test]
fn surnames_die_out_as_often_as_they_must() {
    for (mean_sons, expected) in [(1.1, 0.823_866), (1.5, 0.417_188), (2.0, 0.203_188)] {
        let found = share_extinct(mean_sons).unwrap();
        println!("R0 {mean_sons}: {found:.5} die out, expected {expected}");
        assert!((found - expected).abs() < 0.005);
    }
}
