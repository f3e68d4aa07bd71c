//! Economies of Godley and Lavoie (Monetary Economics, 2007) whose matrices are known by hand: SIM (chapter 3) and BMW
//! (chapter 7).

use oikos_core::{Currency, CurrencyInfo, Tick};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Instrument, Layout, Ledger, Limit, Matrix, Owner, Period,
    Recording, Sector, Side, Transfer, TransferKind,
};

/// A million minor units are one unit of the book.
const UNIT: i64 = 1_000_000;

fn new_ledger(sectors: &[&str]) -> Ledger {
    let mut ledger = Ledger::new(0);
    ledger
        .currency(CurrencyInfo::new("GBP", "pound", 6).unwrap())
        .unwrap();
    ledger.owner_kind("sector").unwrap();
    for name in sectors {
        ledger.sector(name).unwrap();
    }
    ledger.record(Recording::Entries);
    ledger
}

fn open(
    ledger: &mut Ledger,
    (sector, id): (u16, u64),
    kind: AccountKind,
    instrument: Instrument,
    is_issuer: bool,
) -> AccountId {
    let spec = AccountSpec {
        kind,
        owner: Owner {
            kind: oikos_ledger::OwnerKind(0),
            id,
        },
        sector: Sector(sector),
        currency: Currency(0),
        limit: Limit::None,
        is_issuer,
    };
    ledger.open_as(&spec, instrument).unwrap()
}

fn pay(ledger: &mut Ledger, kind: TransferKind, [credit, debit]: [AccountId; 2], amount: i64) {
    let transfer = Transfer {
        kind,
        debit,
        credit,
        amount,
        reference: 0,
    };
    ledger.post(&transfer).unwrap();
}

/// The rows of a matrix but for the sums.
fn rows(matrix: &Matrix) -> Vec<(&str, Vec<i128>)> {
    let count = matrix.rows().len() - 1;
    let cells = |cells: &[i128]| cells[..cells.len() - 1].to_vec();
    matrix
        .rows()
        .take(count)
        .map(|(name, row)| (name, cells(row)))
        .collect()
}

/// Income, taxes, disposable income, consumption, money at the end of period 1, 2, 3, 10, 50.
const PATH: [(usize, [f64; 5]); 5] = [
    (1, [38.462, 7.692, 30.769, 18.462, 12.308]),
    (2, [47.929, 9.586, 38.343, 27.929, 22.722]),
    (3, [55.940, 11.188, 44.752, 35.940, 31.534]),
    (10, [86.317, 17.263, 69.053, 66.317, 64.948]),
    (50, [99.983, 19.997, 79.986, 79.983, 79.981]),
];

const HOUSEHOLDS: usize = 10;

/// Households are alike; their accounts are purses, the firm's too, and money is what the government owes.
#[test]
fn sim_is_the_matrix_of_the_book_and_its_hidden_equation_holds() {
    let mut ledger = new_ledger(&["households", "production", "government"]);
    let (money, asset) = (Instrument::MONEY, AccountKind::Asset);
    let homes = (0..HOUSEHOLDS as u64).map(|id| open(&mut ledger, (0, id), asset, money, false));
    let homes: Vec<AccountId> = homes.collect();
    let firm = open(&mut ledger, (1, 100), asset, money, false);
    let state = open(&mut ledger, (2, 200), AccountKind::Liability, money, true);
    let [buy, wages] = ["consumption", "wages"].map(|name| ledger.kind(name).unwrap());
    let [spend, taxes] =
        ["government expenditures", "taxes"].map(|name| ledger.issuing_kind(name).unwrap());
    let mut period = Period::open(&ledger);
    let count = HOUSEHOLDS as i64;
    for number in 1..=50 {
        // Each household solves Y = (20 + 0.4 H) / (1 - 0.6 · 0.8) for its share, as all do.
        let had = ledger.balance(homes[0]).unwrap().net_debit();
        let income = (20 * UNIT / count + had * 4 / 10) * 100 / 52;
        let tax = income / 5;
        let bought = income - 20 * UNIT / count;
        pay(&mut ledger, spend, [state, firm], 20 * UNIT);
        for &home in &homes {
            pay(&mut ledger, wages, [firm, home], income);
            pay(&mut ledger, taxes, [home, state], tax);
            pay(&mut ledger, buy, [home, firm], bought);
        }
        ledger.advance(Tick::new(number as u32)).unwrap();
        let statement = period.close(&ledger).unwrap();
        let mut none: Vec<oikos_ledger::Entry> = Vec::new();
        ledger.drain(&mut none);
        let matrix = statement.transactions(&Layout::new(), Currency(0)).unwrap();
        let [income, tax, bought] = [income, tax, bought].map(|each| i128::from(each * count));
        let (spent, saved) = (i128::from(20 * UNIT), income - tax - bought);
        let expected = [
            ("consumption", vec![-bought, bought, 0]),
            ("wages", vec![income, -income, 0]),
            ("government expenditures", vec![0, spent, -spent]),
            ("taxes", vec![-tax, 0, tax]),
            ("change in money", vec![-saved, 0, saved]),
        ];
        assert_eq!(rows(&matrix), expected, "period {number}");
        let balance = statement.balance(Currency(0)).unwrap();
        let held = balance.cell("money", "households").unwrap();
        assert_eq!(balance.cell("money", "government"), Some(-held));
        assert_eq!(balance.cell("net worth", "production"), Some(0));
        if let Some((_, path)) = PATH.iter().find(|(known, _)| *known == number) {
            for (is, should) in [income, tax, income - tax, bought, held].iter().zip(path) {
                let is = *is as f64 / UNIT as f64;
                assert!(
                    (is - should).abs() < 1e-3,
                    "period {number}: {is} for {should}"
                );
            }
        }
    }
}

/// The steady state with consumption 180, investment 20, capital 200, loans 200, and an interest rate of 4%: firms sell
/// 200, pay wages of 172 and interest of 8, and have 20 left, which is what their machines lose.
#[test]
fn bmw_has_current_and_capital_accounts() {
    let mut ledger = new_ledger(&["households", "firms", "banks"]);
    let deposits = ledger.instrument("deposits").unwrap();
    let loans = ledger.instrument("loans").unwrap();
    let machines = ledger.real_instrument("fixed capital").unwrap();
    let own = ledger.instrument("own funds").unwrap();
    let (asset, debt) = (AccountKind::Asset, AccountKind::Liability);
    let home = open(&mut ledger, (0, 0), asset, deposits, false);
    let [maker, user] = [1, 2].map(|id| open(&mut ledger, (1, id), asset, deposits, false));
    let owed = open(&mut ledger, (1, 2), debt, loans, false);
    let plant = open(&mut ledger, (1, 2), asset, machines, false);
    let worth = open(&mut ledger, (1, 2), AccountKind::Equity, own, false);
    let lent = open(&mut ledger, (2, 3), asset, loans, false);
    let bank = open(&mut ledger, (2, 3), debt, deposits, false);
    let kinds = [
        "consumption",
        "investment",
        "wages",
        "interest on loans",
        "interest on deposits",
        "lending",
        "capital formation",
    ];
    let [buy, invest, wages, loan_interest, interest, lend, build] =
        kinds.map(|name| ledger.kind(name).unwrap());
    let wear = ledger.revaluing_kind("depreciation").unwrap();
    // What there was: 200 lent to buy machines of 200, and paid out to households.
    pay(&mut ledger, lend, [owed, lent], 200 * UNIT);
    pay(&mut ledger, lend, [bank, home], 200 * UNIT);
    pay(&mut ledger, build, [worth, plant], 200 * UNIT);
    let mut period = Period::open(&ledger);
    pay(&mut ledger, wages, [maker, home], 172 * UNIT);
    pay(&mut ledger, interest, [bank, home], 8 * UNIT);
    pay(&mut ledger, buy, [home, maker], 180 * UNIT);
    pay(&mut ledger, invest, [user, maker], 20 * UNIT);
    pay(&mut ledger, build, [worth, plant], 20 * UNIT);
    pay(&mut ledger, wear, [plant, worth], 20 * UNIT);
    pay(&mut ledger, loan_interest, [maker, bank], 8 * UNIT);
    let statement = period.close(&ledger).unwrap();
    let mut layout = Layout::new();
    layout.keep_capital(Sector(1));
    layout.on_capital(invest, Side::Credit);
    layout.flow("interest", loan_interest).unwrap();
    layout.flow("interest", interest).unwrap();
    let matrix = statement.transactions(&layout, Currency(0)).unwrap();
    let names = [
        "households",
        "firms, current",
        "firms, capital",
        "banks",
        "sum",
    ];
    assert_eq!(matrix.columns(), names);
    let units = |row: &[i64]| row.iter().map(|units| i128::from(units * UNIT)).collect();
    let expected: [(&str, Vec<i128>); 7] = [
        ("interest", units(&[8, -8, 0, 0])),
        ("consumption", units(&[-180, 180, 0, 0])),
        ("investment", units(&[0, 20, -20, 0])),
        ("wages", units(&[172, -172, 0, 0])),
        ("saving", units(&[0, -20, 20, 0])),
        ("change in deposits", units(&[0, 0, 0, 0])),
        ("change in loans", units(&[0, 0, 0, 0])),
    ];
    assert_eq!(rows(&matrix), expected);
    let balance = statement.balance(Currency(0)).unwrap();
    let expected: [(&str, Vec<i128>); 4] = [
        ("deposits", units(&[200, 0, -200])),
        ("loans", units(&[0, -200, 200])),
        ("fixed capital", units(&[0, 200, 0])),
        ("net worth", units(&[-200, 0, 0])),
    ];
    assert_eq!(rows(&balance), expected);
    let firms = statement.integration(Currency(0), Sector(1)).unwrap();
    assert_eq!(
        firms.cell("fixed capital", "flows"),
        Some(i128::from(20 * UNIT))
    );
    assert_eq!(
        firms.cell("fixed capital", "revaluations"),
        Some(i128::from(-20 * UNIT))
    );
    assert_eq!(
        firms.cell("fixed capital", "closing"),
        Some(i128::from(200 * UNIT))
    );
    let shown = firms.to_string();
    assert!(shown.starts_with("GBP"), "{shown}");
    assert!(
        shown.contains("fixed capital   200.000000  20.000000    -20.000000   200.000000"),
        "{shown}"
    );
}
