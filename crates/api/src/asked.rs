//! The way back: from a question that was put to the engine to the one that is written.

use engine::fact::Terms;
use engine::{Context, Evidence, Figure, Proof, Rate, Request};

use crate::question::{
    ChangeBody, ContextBody, EvidenceBody, FigureBody, FiguresBody, ProofBody, QuestionBody,
    RateBody, TermsBody,
};

impl QuestionBody {
    /// Returns a question as it is written, without who asks.
    #[must_use]
    pub fn of(request: &Request, evidence: &Evidence) -> Self {
        let with = request.with.iter();
        Self {
            who: None,
            operation: request.operation.clone(),
            on: request.resource.to_string(),
            with: with
                .map(|(name, thing)| (name.clone(), thing.to_string()))
                .collect(),
            context: ContextBody::of(&request.context),
            evidence: EvidenceBody::of(evidence),
            at: None,
        }
    }
}

impl ContextBody {
    fn of(context: &Context) -> Self {
        let Terms(terms) = &context.terms;
        Self {
            project: context.project.as_ref().map(ToString::to_string),
            terms: (!terms.is_empty()).then(|| TermsBody::PerKind(terms.clone())),
            delegate: context.delegate.as_ref().map(ToString::to_string),
            change: context.change.map(|change| ChangeBody {
                from: change.from,
                to: change.to,
            }),
            subject: context.subject.clone(),
            resource: context.resource.clone(),
            action: context.action.clone(),
            properties: context.other.clone(),
        }
    }
}

impl EvidenceBody {
    fn of(evidence: &Evidence) -> Self {
        let figure = |figure: Option<Figure>| {
            figure.map(|figure| FigureBody {
                value: figure.value,
                at: figure.at,
            })
        };
        Self {
            proof: match evidence.proof {
                Proof::Missing => ProofBody::Missing,
                Proof::Valid => ProofBody::Valid,
                Proof::Wrong => ProofBody::Wrong,
            },
            rate: match evidence.rate {
                Rate::Within => RateBody::Within,
                Rate::Exceeded => RateBody::Exceeded,
            },
            second_factor: evidence.second_factor,
            approved_by: evidence.approved_by.as_ref().map(ToString::to_string),
            figures: FiguresBody {
                daily_budget_total: figure(evidence.figures.daily_budget_total),
                cpa: figure(evidence.figures.cpa),
                roas: figure(evidence.figures.roas),
                spend_total: figure(evidence.figures.spend_total),
                active_ads: figure(evidence.figures.active_ads),
            },
        }
    }
}
