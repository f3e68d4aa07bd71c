//! Statements: what is owned and owed, what flowed, and how the one follows from the other.

mod flows;
mod goods;
mod layout;
mod matrix;
mod period;
mod product;
mod save;
mod sheet;
mod statement;
mod tally;
mod things;

pub use self::goods::{GoodsLine, GoodsPeriod, GoodsStatement, Prices};
pub use self::layout::Layout;
pub use self::matrix::Matrix;
pub use self::period::Period;
pub use self::product::{Product, Use, Uses};
pub use self::sheet::{Sheet, SheetRow};
pub use self::statement::{Cell, Item, Statement};
pub use self::things::TitlesPeriod;
