//! The functions of `${{ … }}`
//! (<https://docs.github.com/actions/reference/workflows-and-actions/expressions#functions>).

/// A function that expressions can call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// The name; case does not matter.
    pub name: &'static str,
    /// The parameters, for people.
    pub parameters: &'static str,
    /// Where the function can be called.
    pub reach: Reach,
}

/// Where a function can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In every expression.
    Everywhere,
    /// Only in `if` of jobs and steps.
    Conditions,
    /// Only in steps: the files must be there.
    Steps,
}

impl Function {
    /// Tells whether the function is called with nothing in its parentheses.
    pub fn takes_nothing(&self) -> bool {
        self.parameters == NOTHING
    }
}

/// The parameters of a function that takes none.
const NOTHING: &str = "no arguments";

/// All functions, in order of their names.
pub const ALL: &[Function] = &[
    Function { name: "always", parameters: NOTHING, reach: Reach::Conditions },
    Function { name: "cancelled", parameters: NOTHING, reach: Reach::Conditions },
    Function { name: "case", parameters: "predicate, value, …, default", reach: Reach::Everywhere },
    Function { name: "contains", parameters: "search, item", reach: Reach::Everywhere },
    Function { name: "endsWith", parameters: "searchString, searchValue", reach: Reach::Everywhere },
    Function { name: "failure", parameters: NOTHING, reach: Reach::Conditions },
    Function { name: "format", parameters: "string, value, …", reach: Reach::Everywhere },
    Function { name: "fromJSON", parameters: "value", reach: Reach::Everywhere },
    Function { name: "hashFiles", parameters: "path, …", reach: Reach::Steps },
    Function { name: "join", parameters: "array, [separator]", reach: Reach::Everywhere },
    Function { name: "startsWith", parameters: "searchString, searchValue", reach: Reach::Everywhere },
    Function { name: "success", parameters: NOTHING, reach: Reach::Conditions },
    Function { name: "toJSON", parameters: "value", reach: Reach::Everywhere },
];

/// Finds a function by its name, whatever the case.
pub fn named(name: &str) -> Option<&'static Function> {
    ALL.iter().find(|function| function.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::facts;

    #[test]
    fn functions_are_those_that_github_knows() {
        let lines = facts::starting_with("function");
        assert!(lines.iter().all(|line| named(line[1]).is_some()), "{lines:?}");
        let everywhere = ALL.iter().filter(|function| function.reach == Reach::Everywhere);
        assert_eq!(everywhere.count(), lines.len());
    }
}
