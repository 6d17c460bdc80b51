//! The hues of dimensions, the same in every format.

/// Of middle lightness, so that each reads on black (at least 4:1) and on white (at least 3:1); none is red or green. Places in the
/// palette of 256 colours that terminals share.
pub(crate) const HUES: [u8; 8] = [33, 166, 163, 30, 99, 136, 132, 67];

/// The same for small letters on light paper and on dark, where they want 4.5:1 (WCAG 2.2, AA); the style sheet of pages has them too.
pub(crate) const LIGHT: [&str; 8] = ["#0062cc", "#ad4400", "#ad008c", "#006c6c", "#653bdc", "#7d6000", "#8f3c68", "#3d648c"];
pub(crate) const DARK: [&str; 8] = ["#62b3ff", "#ff9f57", "#ff83dc", "#4acaca", "#b8a2ff", "#dcb748", "#e598bb", "#95b8dc"];

/// The place of a dimension's hue in the palette; the hues start again past their end.
pub(crate) fn place(index: u8) -> u8 {
    HUES[index as usize % HUES.len()]
}

/// The same as red, green and blue: places 16 to 231 are a cube of six steps along each.
///
/// ```text
/// 33 = 16 + 36·0 + 6·2 + 5, so #0087ff
/// ```
pub(crate) fn rgb(index: u8) -> [u8; 3] {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let cube = (place(index) - 16) as usize;
    [STEPS[cube / 36], STEPS[cube / 6 % 6], STEPS[cube % 6]]
}

#[cfg(test)]
mod tests {
    use super::{DARK, HUES, LIGHT, rgb};

    /// WCAG 2.2, "relative luminance" and "contrast ratio".
    fn luminance([r, g, b]: [u8; 3]) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn parsed(color: &str) -> [u8; 3] {
        let digits: String = color.trim_start_matches('#').chars().flat_map(|c| vec![c; if color.len() == 4 { 2 } else { 1 }]).collect();
        let part = |k: usize| u8::from_str_radix(&digits[2 * k..2 * k + 2], 16).expect(color);
        [part(0), part(1), part(2)]
    }

    /// Every colour of letters in pages and figures, in the light and in the dark, on what lies behind it.
    #[test]
    fn letters_read_in_the_light_and_in_the_dark() {
        let sheet = include_str!("html/fragment.css");
        let (light, dark) = sheet.split_once("prefers-color-scheme: dark").expect("both");
        for (part, hues, figure) in [(light, LIGHT, "#fff"), (dark, DARK, "#0d1117")] {
            let variable = |name: &str| {
                let at = part.find(&format!("--{name}: ")).unwrap_or_else(|| panic!("--{name}")) + name.len() + 4;
                part[at..].split(';').next().expect("a value")
            };
            for (k, hue) in hues.iter().enumerate() {
                assert_eq!(variable(&format!("h{k}")), *hue, "one hue in pages and in figures");
                assert!(contrast(parsed(hue), parsed(figure)) >= 4.5, "{hue} in a figure");
            }
            for behind in ["paper", "card"].map(variable) {
                for letters in ["ink", "soft", "good", "bad"].map(variable).iter().chain(&hues) {
                    let found = contrast(parsed(letters), parsed(behind));
                    assert!(found >= 4.5, "{letters} on {behind}: {found:.2}");
                }
            }
        }
    }

    #[test]
    fn every_hue_reads_on_black_and_on_white() {
        assert_eq!(rgb(0), [0x00, 0x87, 0xff]);
        for index in 0..HUES.len() as u8 {
            let own = luminance(rgb(index));
            assert!((own + 0.05) / 0.05 >= 4.0, "hue {index} on black");
            assert!(1.05 / (own + 0.05) >= 3.0, "hue {index} on white");
        }
        assert_eq!(rgb(HUES.len() as u8), rgb(0), "the hues start again");
    }
}
