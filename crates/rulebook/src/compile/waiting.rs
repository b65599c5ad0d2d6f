//! How long what waits for an answer waits.

use toml::Spanned;

use super::Check;
use crate::rules::Waiting;

/// A year: whatever waits longer waits for nobody.
const MOST_HOURS: u32 = 366 * 24;

impl Check<'_, '_> {
    pub(super) fn waiting(&mut self) -> Waiting {
        let document = &self.document.waiting;
        let mut waiting = Waiting::default();
        if let Some(rule) = &document.invitation {
            self.with_source(&rule.source);
            waiting.invitation_usual_h = self.hours(&rule.usual_hours);
            waiting.invitation_most_h = self.hours(&rule.most_hours);
            if waiting.invitation_usual_h > waiting.invitation_most_h {
                let message = "an invitation usually waits longer than it may".to_owned();
                let hint = "`usual_hours` is at most `most_hours`".to_owned();
                self.wrong(&rule.usual_hours.span(), message, Some(hint));
            }
        }
        if let Some(rule) = &document.request {
            self.with_source(&rule.source);
            waiting.request_h = self.hours(&rule.hours);
        }
        waiting
    }

    fn hours(&mut self, hours: &Spanned<u32>) -> u32 {
        let count = *hours.get_ref();
        if count == 0 || count > MOST_HOURS {
            let message = format!("nothing waits for {count} hours");
            let hint = format!("write 1 to {MOST_HOURS} hours; a week is 168");
            self.wrong(&hours.span(), message, Some(hint));
        }
        count
    }

    fn with_source(&mut self, source: &Spanned<String>) {
        let here = Spanned::new(source.span(), "waiting".to_owned());
        self.sourced(source.get_ref(), &here);
    }
}
