//! The structured parts of activities 5, 6 and 7: verification, technical report, communication, conformity.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::values::{Centimos, CoverageKind, Line, Means, PersonId, ServiceId, Text, names};

/// What the verification of activity 5 looked at; the ticket's equipment or service, where both are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifiedSubject {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equipment: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
}

/// The warranty or support contract that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CoverageFound {
    pub kind: CoverageKind,
    /// Which one: the contract's number, the warranty's terms.
    pub description: Line,
    /// Its last day.
    pub until: NaiveDate,
}

names! {
    /// The parts that a technical report must have.
    pub enum ReportPart {
        Number = "number",
        Background = "background",
        Analysis = "analysis",
        Conclusions = "conclusions",
        Recommendation = "recommendation",
    }
}

/// A technical report on its way: any part may still be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportDraft {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub analysis: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusions: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_cost_centimos: Option<Centimos>,
}

impl ReportDraft {
    /// This draft, with what it lacks taken from another.
    pub fn or(self, other: &ReportDraft) -> ReportDraft {
        ReportDraft {
            number: self.number.or_else(|| other.number.clone()),
            background: self.background.or_else(|| other.background.clone()),
            analysis: self.analysis.or_else(|| other.analysis.clone()),
            conclusions: self.conclusions.or_else(|| other.conclusions.clone()),
            recommendation: self.recommendation.or_else(|| other.recommendation.clone()),
            estimated_cost_centimos: self.estimated_cost_centimos.or(other.estimated_cost_centimos),
        }
    }

    /// The finished report, or the parts that it lacks.
    ///
    /// # Errors
    /// The missing parts, in the report's order.
    pub fn finish(self) -> Result<TechnicalReport, Vec<ReportPart>> {
        match self {
            ReportDraft {
                number: Some(number),
                background: Some(background),
                analysis: Some(analysis),
                conclusions: Some(conclusions),
                recommendation: Some(recommendation),
                estimated_cost_centimos,
            } => Ok(TechnicalReport { number, background, analysis, conclusions, recommendation, estimated_cost_centimos }),
            draft => Err(draft.missing()),
        }
    }

    fn missing(&self) -> Vec<ReportPart> {
        let parts = [
            (ReportPart::Number, self.number.is_none()),
            (ReportPart::Background, self.background.is_none()),
            (ReportPart::Analysis, self.analysis.is_none()),
            (ReportPart::Conclusions, self.conclusions.is_none()),
            (ReportPart::Recommendation, self.recommendation.is_none()),
        ];
        parts.into_iter().filter(|(_, is_missing)| *is_missing).map(|(part, _)| part).collect()
    }
}

/// The Informe Técnico that argues for contracting an external service (activity 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TechnicalReport {
    pub number: Line,
    pub background: Text,
    pub analysis: Text,
    pub conclusions: Text,
    pub recommendation: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_cost_centimos: Option<Centimos>,
}

/// What the user area's head is told of a rejection (activity 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Communication {
    /// Who heads the ticket's area or one above it; the nearest head, where it is left out.
    #[serde(default)]
    pub to: Option<PersonId>,
    pub text: Text,
    pub means: Means,
    /// Now, where it is left out.
    #[serde(default)]
    pub told_at: Option<DateTime<Utc>>,
}

/// Who accepted the provider's service (activity 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Conformity {
    pub given_by: Line,
    pub given_on: NaiveDate,
    /// The record's number, where there is one.
    #[serde(default)]
    pub reference: Option<Line>,
}
