//! From statuses to scores, exactly.
//!
//! A category's score is 10 × Σ(points × status) ÷ Σ(points of applicable criteria); the overall
//! score is Σ(weight × category score) ÷ Σ(weights of categories with an applicable criterion).
//! With points and weights of at most 100 no intermediate value leaves 128 bits.

use crate::model::scorecard::{Fraction, Score, Status};

/// Computes a category's score; `None` when no criterion with points applies.
pub fn category_score(criteria: impl IntoIterator<Item = (u8, Status)>) -> Option<Score> {
    let mut earned = 0_u128;
    let mut possible = 0_u128;
    for (points, status) in criteria {
        if let Some(halves) = status.halves() {
            earned += u128::from(points) * u128::from(halves);
            possible += u128::from(points) * 2;
        }
    }
    (possible > 0).then(|| Score(Fraction::new(10 * earned, possible)))
}

/// Computes the overall score; zero when nothing applies.
pub fn overall(categories: impl IntoIterator<Item = (u8, Option<Score>)>) -> Score {
    let mut sum = Fraction::new(0, 1);
    let mut weights = 0_u128;
    for (weight, score) in categories {
        if let Some(Score(score)) = score {
            sum = sum.plus(score.times(u128::from(weight)));
            weights += u128::from(weight);
        }
    }
    Score(sum.over(weights))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::scorecard::Category;

    #[test]
    fn the_check_table_gives_six_point_six() {
        let scores = [9, 8, 8, 5, 2, 6, 4, 5];
        let categories = Category::ALL.iter().zip(scores);
        let total =
            overall(categories.map(|(category, score)| (category.weight(), Some(Score(Fraction::new(score, 1))))));
        assert_eq!((total.shown().as_str(), total.tenths(), total.hundredths()), ("6.6", 66, 660));
        assert_eq!(total.grade(), "B-");
    }

    #[test]
    fn weights_make_a_hundred() {
        assert_eq!(Category::ALL.iter().map(|category| u32::from(category.weight())).sum::<u32>(), 100);
    }

    #[test]
    fn what_does_not_apply_is_left_out() {
        assert_eq!(category_score([]), None);
        assert_eq!(category_score([(3, Status::NotApplicable)]), None);
        let score = category_score([(3, Status::Present), (2, Status::NotApplicable), (1, Status::Missing)]).unwrap();
        assert_eq!(score.0, Fraction::new(30, 4));
        assert_eq!(overall([(20, None), (10, Some(score))]), score);
        assert_eq!(overall([(20, None)]).tenths(), 0);
        let third = category_score([(1, Status::Present), (2, Status::Missing)]).unwrap();
        assert_eq!((third.hundredths(), third.0), (333, Fraction::new(10, 3)));
    }

    fn statuses() -> impl Strategy<Value = Vec<(u8, Status)>> {
        let status = prop_oneof![
            Just(Status::Missing),
            Just(Status::Partial),
            Just(Status::Present),
            Just(Status::NotApplicable)
        ];
        proptest::collection::vec((1_u8..=100, status), 1..24)
    }

    proptest! {
        #[test]
        fn a_better_status_never_lowers_the_score(mut criteria in statuses(), at in 0_usize..24) {
            let before = overall([(20, category_score(criteria.clone())), (5, category_score([(1, Status::Partial)]))]);
            let at = at % criteria.len();
            let better = match criteria[at].1 {
                Status::Missing => Status::Partial,
                Status::Partial | Status::Present => Status::Present,
                Status::NotApplicable => Status::NotApplicable,
            };
            criteria[at].1 = better;
            let after = overall([(20, category_score(criteria)), (5, category_score([(1, Status::Partial)]))]);
            prop_assert!(after >= before);
            prop_assert!(after.hundredths() <= 1_000);
        }

        #[test]
        fn the_largest_table_stays_inside_its_numbers(categories in proptest::collection::vec(statuses(), 8)) {
            let total = overall(categories.into_iter().map(|criteria| (100, category_score(criteria))));
            prop_assert!(total.tenths() <= 100);
        }
    }
}
