//! Colours that readers with a deficient colour vision tell apart too.

use plotters::style::RGBColor;

/// A colour, as the page and the charts write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(u8, u8, u8);

/// Text, axes and outlines. The page turns it into a light one on a dark ground.
pub(super) const INK: Colour = Colour(0, 0, 0);

/// Grid lines. The page turns them into dark ones on a dark ground.
pub(super) const GRID: Colour = Colour(221, 221, 221);

/// Of series, in their order: M. Okabe and K. Ito, "Color Universal Design: How to make figures and
/// presentations that are friendly to colorblind people", 2008. Blue, vermillion, bluish green and
/// reddish purple have a contrast of 3 to 1 with a white and with a dark ground, orange and sky blue
/// with a dark one alone. Their black is [`INK`]; their yellow is too faint on white.
pub(super) const SERIES: [Colour; 6] = [
    Colour(0, 114, 178),
    Colour(213, 94, 0),
    Colour(0, 158, 115),
    Colour(204, 121, 167),
    Colour(230, 159, 0),
    Colour(86, 180, 233),
];

impl Colour {
    /// Of the series of that number, from 0. Charts hold no more series than there are colours.
    pub(super) fn of_series(number: usize) -> Self {
        SERIES.get(number).copied().unwrap_or(INK)
    }

    /// As the painter takes it.
    pub(super) const fn paint(self) -> RGBColor {
        RGBColor(self.0, self.1, self.2)
    }

    /// As the page writes it, and as the painter does.
    pub(super) fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of sRGB: W3C, "Web Content Accessibility Guidelines 2.1", 2018.
    #[expect(
        clippy::disallowed_methods,
        reason = "a margin of a test, far wider than rounding"
    )]
    fn luminance(Colour(red, green, blue): Colour) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.03928 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(a: Colour, b: Colour) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// 3 to 1 is what the same guidelines ask of graphics (1.4.11), 4.5 to 1 of text (1.4.3).
    #[test]
    fn colours_stand_out_from_the_page() {
        let (white, dark) = (Colour(255, 255, 255), Colour(17, 17, 17));
        assert!(include_str!("page.css").contains("background: #111"));
        for colour in SERIES {
            assert!(contrast(colour, dark) >= 3.0, "{}", colour.hex());
        }
        for colour in &SERIES[..4] {
            assert!(contrast(*colour, white) >= 3.0, "{}", colour.hex());
        }
        assert!(contrast(INK, white) >= 4.5);
    }
}
