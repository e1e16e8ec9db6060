//! Activity 5: the verification of warranty or contracted support, and what follows from it.

use super::{Decision, Scene};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::report::{CoverageFound, ReportDraft, VerifiedSubject};
use crate::values::{Text, day_in_lima};

pub fn covered(scene: &Scene, subject: VerifiedSubject, coverage: CoverageFound) -> Result<Event, Refusal> {
    let subject = verified(scene, subject)?;
    if coverage.until < day_in_lima(scene.now) {
        return Err(Refusal::CoverageExpired { until: coverage.until });
    }
    Ok(Event::CoverageVerified { subject, coverage: Some(coverage), remarks: None })
}

pub fn submit_report(scene: &Scene, subject: VerifiedSubject, verification: Text, report: ReportDraft) -> Decision {
    let subject = verified(scene, subject)?;
    let report = report.or(&scene.ticket.draft).finish().map_err(|parts| Refusal::ReportIncomplete { parts })?;
    Ok(vec![Event::CoverageVerified { subject, coverage: None, remarks: Some(verification) }, Event::TechnicalReportSubmitted { report }])
}

/// What was looked at: as told, or as the ticket says.
fn verified(scene: &Scene, subject: VerifiedSubject) -> Result<VerifiedSubject, Refusal> {
    subject.service.map_or(Ok(()), |service| scene.facts.service(service))?;
    if subject != VerifiedSubject::default() {
        return Ok(subject);
    }
    let subject = VerifiedSubject { equipment: scene.ticket.equipment.clone(), service: scene.ticket.service };
    if subject == VerifiedSubject::default() { Err(Refusal::NoEquipmentOrService) } else { Ok(subject) }
}
