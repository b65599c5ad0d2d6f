//! The words of the command line as the native API takes them.

use api::{
    AssumedBody, ChangeBody, ContextBody, EvidenceBody, FigureBody, FiguresBody, ProofBody,
    RateBody, TermsBody, WhoBody,
};
use commands::document::TermsRow;
use commands::scenario::{
    ContextRow, EvidenceRow, FigureName, FigureRow, ProofRow, RateRow, WhoRow,
};
use jiff::Timestamp;

/// Returns who asks.
pub(super) fn who(row: &WhoRow) -> WhoBody {
    match row {
        WhoRow::Token(id) => WhoBody::Reference(format!("token:{id}")),
        WhoRow::Holder(holder) => WhoBody::Reference(holder.to_string()),
        WhoRow::Assumed(row) => WhoBody::Assumed(AssumedBody {
            holder: row.holder.to_string(),
            app: row.app.to_string(),
            scopes: row.scopes.clone(),
            kind: row.kind.clone(),
        }),
    }
}

/// Returns the circumstances.
pub(super) fn context(row: &ContextRow) -> ContextBody {
    ContextBody {
        project: row.project.as_ref().map(ToString::to_string),
        terms: row.terms.as_ref().map(|terms| match terms {
            TermsRow::OfTheAsset(names) => TermsBody::Many(names.clone()),
            TermsRow::PerKind(kinds) => TermsBody::PerKind(kinds.clone()),
        }),
        delegate: row.delegate.as_ref().map(ToString::to_string),
        change: row.change.map(|change| ChangeBody {
            from: change.from,
            to: change.to,
        }),
        subject: row.subject.clone(),
        resource: row.resource.clone(),
        action: row.action.clone(),
        properties: row.properties.clone(),
    }
}

/// Returns what was measured. A figure without a time was measured at `now`.
pub(super) fn evidence(row: &EvidenceRow, now: Timestamp) -> EvidenceBody {
    let body = |figure: &FigureRow| FigureBody {
        value: figure.value,
        at: figure.at.unwrap_or(now),
    };
    let figure = |name| row.figures.get(&name).map(body);
    EvidenceBody {
        proof: match row.proof {
            ProofRow::Missing => ProofBody::Missing,
            ProofRow::Valid => ProofBody::Valid,
            ProofRow::Wrong => ProofBody::Wrong,
        },
        rate: match row.rate {
            RateRow::Within => RateBody::Within,
            RateRow::Exceeded => RateBody::Exceeded,
        },
        second_factor: row.second_factor,
        approved_by: row.approved_by.as_ref().map(ToString::to_string),
        figures: FiguresBody {
            daily_budget_total: figure(FigureName::DailyBudgetTotal),
            cpa: figure(FigureName::Cpa),
            roas: figure(FigureName::Roas),
            spend_total: figure(FigureName::SpendTotal),
            active_ads: figure(FigureName::ActiveAds),
        },
    }
}
