//! Numbers drawn from a seed: the same seed tells the same year, and makes the same agency, the same tickets and the same requests.

/// SplitMix64 (Steele, Lea and Flood, 2014): small, quick, and good enough to spread things.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw(seed)
    }

    /// An independent sequence: of another seed for each of these numbers.
    pub fn of(seed: u64, numbers: &[u64]) -> Draw {
        let mut draw = Draw::new(seed);
        for number in numbers {
            draw = Draw::new(draw.number() ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        }
        draw
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to just below 1.
    pub fn fraction(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 to `n - 1`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.fraction() * n as f64) as usize
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of them, the first ones more often: half of the draws fall in the first quarter.
    pub fn pick_early<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let place = self.fraction() * self.fraction();
        &from[((place * from.len() as f64) as usize).min(from.len() - 1)]
    }

    /// One of these texts.
    pub fn text<'a>(&mut self, from: &'a [String]) -> &'a str {
        self.pick::<String>(from)
    }

    /// A place in a list of weights, each as often as it weighs.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.fraction() * weights.iter().sum::<f64>();
        let found = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        found.unwrap_or(weights.len().saturating_sub(1))
    }

    /// In another order, each order as often.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// Between two bounds, each order of magnitude as often: how long things take.
    pub fn span(&mut self, least: f64, most: f64) -> f64 {
        least * (most / least).powf(self.fraction())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_again_and_another_does_not() {
        let numbers = |mut draw: Draw| [draw.number(), draw.number(), draw.number()];
        assert_eq!(numbers(Draw::of(7, &[1, 2])), numbers(Draw::of(7, &[1, 2])));
        assert_ne!(numbers(Draw::of(7, &[1, 2])), numbers(Draw::of(7, &[2, 1])));
    }

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut draw = Draw::new(1);
        for _ in 0..10_000 {
            assert!(draw.below(3) < 3);
            assert!((2.0..=50.0).contains(&draw.span(2.0, 50.0)));
            assert_eq!(draw.weighted(&[0.0, 3.0, 0.0]), 1);
            assert!(*draw.pick_early(&[0, 1, 2, 3]) < 4);
        }
    }
}
