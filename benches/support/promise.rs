//! One promise and what was measured of it: `name value bound ok|short`.

/// One promise.
pub(crate) struct Promise {
    name: String,
    value: f64,
    bound: f64,
    /// A time, or a ratio of times, is good when it is small.
    at_most: bool,
}

impl Promise {
    /// Kept when the value is not above the bound.
    pub(crate) fn at_most(name: impl Into<String>, value: f64, bound: f64) -> Self {
        Self { name: name.into(), value, bound, at_most: true }
    }

    /// Kept when the value is not below the bound.
    pub(crate) fn at_least(name: impl Into<String>, value: f64, bound: f64) -> Self {
        Self { name: name.into(), value, bound, at_most: false }
    }

    fn holds(&self) -> bool {
        if self.at_most { self.value <= self.bound } else { self.value >= self.bound }
    }

    fn print(&self) {
        let sign = if self.at_most { "<=" } else { ">=" };
        let verdict = if self.holds() { "ok" } else { "short" };
        println!("{} {:.3} {sign}{} {verdict}", self.name, self.value, self.bound);
    }
}

/// Prints them all; ends the program with 1 when one is short.
pub(crate) fn conclude(promises: &[Promise]) {
    for promise in promises {
        promise.print();
    }
    if !promises.iter().all(Promise::holds) {
        std::process::exit(1);
    }
}
