//! A mechanism's part that only gathers orders.

/// All of [`Mechanism`](crate::Mechanism) but `clear`, for one that keeps limit orders in a [`Waiting`](crate::Waiting)
/// until it clears: written inside its `impl`, with the name of the field.
#[macro_export]
macro_rules! gathers {
    ($field:tt) => {
        fn prices(&self) -> $crate::PriceRange {
            self.$field.prices()
        }

        fn outstanding(&self) -> ::std::vec::Vec<($crate::OrderId, $crate::Order)> {
            self.$field.outstanding().collect()
        }

        fn submit(
            &mut self,
            order: $crate::Order,
            _: &mut ::std::vec::Vec<$crate::Report>,
        ) -> ::std::result::Result<$crate::Receipt, $crate::MarketError> {
            self.$field.submit_limit(order)
        }

        fn cancel(
            &mut self,
            order: $crate::OrderId,
            reports: &mut ::std::vec::Vec<$crate::Report>,
        ) -> ::std::result::Result<$crate::Released, $crate::MarketError> {
            self.$field.cancel(order, reports)
        }

        fn withdraw(
            &mut self,
            is_gone: &mut dyn FnMut($crate::TraderId) -> bool,
            reports: &mut ::std::vec::Vec<$crate::Report>,
        ) {
            self.$field.withdraw(is_gone, reports);
        }
    };
}
