//! The hues of dimensions, the same in every format.

/// Of middle lightness, so that each reads on black (at least 4:1) and on white (at least 3:1); none is red or green. Places in the
/// palette of 256 colours that terminals share.
pub(crate) const HUES: [u8; 8] = [33, 166, 163, 30, 99, 136, 132, 67];

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
    use super::{HUES, rgb};

    /// WCAG 2.2, "relative luminance" and "contrast ratio".
    fn luminance([r, g, b]: [u8; 3]) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
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
