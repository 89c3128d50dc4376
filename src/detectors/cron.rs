//! Times of schedules, as crontab writes them
//! (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html>).

/// The times of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: Vec<u8>,
    hours: Vec<u8>,
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

struct Field {
    name: &'static str,
    first: u8,
    last: u8,
    /// The words for the values from `first` on.
    words: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", first: 0, last: 59, words: &[] },
    Field { name: "hour", first: 0, last: 23, words: &[] },
    Field { name: "day of the month", first: 1, last: 31, words: &[] },
    Field { name: "month", first: 1, last: 12, words: MONTHS },
    Field { name: "day of the week", first: 0, last: 6, words: DAYS },
];

impl Cron {
    /// Reads the five fields.
    ///
    /// # Errors
    /// Says which field is wrong and why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split_whitespace().collect();
        if parts.len() != FIELDS.len() {
            return Err(format!(
                "it has {} fields, not the five for minute, hour, day, month and weekday",
                parts.len()
            ));
        }
        let mut read = FIELDS.iter().zip(parts).map(|(field, part)| field.values(part));
        let mut next = || read.next().unwrap_or_else(|| Ok(Vec::new()));
        let (minutes, hours) = (next()?, next()?);
        read.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { minutes, hours })
    }

    /// Returns the fewest minutes between two runs of the same day.
    pub fn shortest_interval(&self) -> u16 {
        let within = self.minutes.iter().zip(self.minutes.iter().skip(1)).map(|(a, b)| u16::from(b - a));
        let next_hour = self.hours.iter().zip(self.hours.iter().skip(1)).any(|(a, b)| b - a == 1);
        let across = match (self.minutes.first(), self.minutes.last()) {
            (Some(first), Some(last)) if next_hour => Some(60 + u16::from(*first) - u16::from(*last)),
            _ => None,
        };
        within.chain(across).min().unwrap_or(60)
    }
}

impl Field {
    /// Returns the values that a field names, in order.
    fn values(&self, part: &str) -> Result<Vec<u8>, String> {
        let mut values = Vec::new();
        for item in part.split(',') {
            values.extend(self.item(item)?);
        }
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    fn item(&self, item: &str) -> Result<Vec<u8>, String> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (item, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.first, self.last),
            Some((from, to)) => (self.value(from)?, self.value(to)?),
            None => {
                let from = self.value(range)?;
                (from, if step.is_some() { self.last } else { from })
            }
        };
        if from > to {
            return Err(format!("`{item}` for the {} runs backwards", self.name));
        }
        Ok((from..=to).step_by(step.unwrap_or(1)).collect())
    }

    fn step(&self, step: &str) -> Result<usize, String> {
        match step.parse() {
            Ok(step) if step > 0 => Ok(step),
            Ok(_) | Err(_) => Err(format!("`/{step}` for the {} is no step", self.name)),
        }
    }

    fn value(&self, word: &str) -> Result<u8, String> {
        let named = self.words.iter().zip(self.first..).find(|(name, _)| name.eq_ignore_ascii_case(word));
        let value = named.map(|(_, value)| value).or_else(|| word.parse().ok());
        match value {
            Some(value) if (self.first..=self.last).contains(&value) => Ok(value),
            Some(_) | None => {
                Err(format!("`{word}` is no {}: they run from {} to {}", self.name, self.first, self.last))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_the_shortest_of_a_day() {
        let interval = |text: &str| Cron::parse(text).unwrap().shortest_interval();
        assert_eq!(interval("*/4 * * * *"), 4);
        assert_eq!(interval("0,58 * * * *"), 2);
        assert_eq!(interval("0,58 */2 * * *"), 58);
        assert_eq!(interval("17 4 * * MON-FRI"), 60);
        assert_eq!(interval("* * 1 JAN *"), 1);
        assert_eq!(interval("5/15 * * * *"), 15);
    }

    #[test]
    fn wrong_fields_are_told() {
        for (text, part) in [
            ("0 0 * *", "4 fields"),
            ("60 * * * *", "minute"),
            ("0 24 * * *", "hour"),
            ("0 0 0 * *", "day of the month"),
            ("0 0 * 13 *", "month"),
            ("0 0 * * 7", "day of the week"),
            ("*/0 * * * *", "step"),
            ("9-1 * * * *", "backwards"),
            ("@daily", "fields"),
        ] {
            let message = Cron::parse(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
