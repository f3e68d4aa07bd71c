//! Who is gone leaves all markets of a society at once: orders, bids, listings, holds and goods.
